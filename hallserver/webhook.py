"""Tells another program of the hall's deeds: a signed POST for each, tried again until it is taken or too old.

Signed as Standard Webhooks has it (https://www.standardwebhooks.com): ``webhook-id`` names the deed and is
the same at every try, ``webhook-timestamp`` is the second of this try, ``webhook-signature`` is ``v1,`` and
the Base64 of an HMAC-SHA256 over ``id.timestamp.body``. So nobody else can send one, and who keeps the ids
of the last minutes and refuses old timestamps takes none twice.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

import aiohttp
import structlog

from hallserver import __version__
from hallserver.desk import Desk
from hallserver.events import AlertRaised, Deed
from hallserver.moments import MINUTE_MS
from hallserver.refusals import Refusal
from hallserver.rules.alerts import give_up
from hallserver.settings.tables import WebhookTable
from hallserver.store.database import Store
from hallserver.store.writer import StorageFailed
from hallserver.views.planning import told_alert
from hallserver.web.alert_words import alert_sentence
from hallserver.web.catalogue import LANGUAGES
from hallserver.web.deeds import deed_shape

log = structlog.get_logger()

RETRY_FIRST_S, RETRY_LIMIT_S = 1.0, 300.0
NAME = "webhook"
KEPT_EVERY = 500
"""Deeds passed over after which the cursor is kept all the same."""
CAUSE_LIMIT = 200
SECRET_PREFIX = "whsec_"  # noqa: S105 - how such a secret begins, not one


def secret_of(table: WebhookTable) -> bytes:
    """The key: ``whsec_`` and Base64, or plain words. Raises OSError when the file can't be read."""
    words = table.secret or Path(table.secret_file).read_text(encoding="utf-8").strip()
    if words.startswith(SECRET_PREFIX):
        return base64.b64decode(words.removeprefix(SECRET_PREFIX))
    return words.encode()


def signature(secret: bytes, message: str, timestamp: int, body: bytes) -> str:
    """``v1,…`` over ``message.timestamp.body``."""
    signed = hmac.new(secret, f"{message}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed.digest()).decode()}"


class WebhookFollower:
    """Follows one hall's log from its cursor and sends what is wanted, in order, each at least once."""

    def __init__(self, desk: Desk, table: WebhookTable, store: Store) -> None:
        self.hall = desk.id
        self._desk = desk
        self._table = table
        self._store = store
        self._secret = secret_of(table)
        self._begins = desk.feed.end  # what is pressed from here on is told, however late the following begins
        self._failing: str | None = None
        self._given_up: str | None = None

    @property
    def failure(self) -> str | None:
        """Why it is not well: what fails now, or what was given up since the last that was taken."""
        return self._failing or self._given_up

    async def run(self) -> None:
        """Until cancelled."""
        wait_s = RETRY_FIRST_S
        while True:
            try:
                await self._follow()
            except (StorageFailed, Refusal) as unwell:  # the cursor or the giving up can't be written just now
                self._failing = f"{type(unwell).__name__}: {unwell}"
                log.warning("webhook_waits", hall=self.hall, cause=self._failing, wait_s=wait_s)
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, RETRY_LIMIT_S)

    async def _follow(self) -> None:
        feed = self._desk.feed
        cursor = await asyncio.to_thread(self._store.cursor, self.hall, NAME)
        if cursor is None:  # a webhook that is new begins with what comes, not with the years before
            cursor = self._begins
            await self._keep(cursor)
        if feed.hall.given_up:
            number, _, cause = feed.hall.given_up[-1]
            self._given_up = f"gave up deed {number}: {cause}"
        timeout = aiohttp.ClientTimeout(total=self._table.timeout_s)
        kept = cursor
        async with aiohttp.ClientSession(timeout=timeout) as http:
            async for deed in feed.deeds(cursor):
                wanted = deed.event.kind in self._table.events
                if wanted:
                    await self._tell(http, deed)
                if wanted or deed.number - kept >= KEPT_EVERY:
                    await self._keep(deed.number)
                    kept = deed.number

    async def _keep(self, number: int) -> None:
        await asyncio.to_thread(self._store.move_cursor, self.hall, NAME, number)

    async def _tell(self, http: aiohttp.ClientSession, deed: Deed) -> None:
        """Until it is taken, or too old to be tried again."""
        body = json.dumps(self._message(deed), ensure_ascii=False).encode()
        tries, wait_s = 0, RETRY_FIRST_S
        while True:
            tries += 1
            cause = await self._try(http, f"{self.hall}-{deed.number}", body)
            if cause is None:
                self._failing = self._given_up = None
                return
            self._failing = f"deed {deed.number}, try {tries}: {cause}"
            log.warning("webhook_failed", hall=self.hall, deed=deed.number, tries=tries, cause=cause)
            if self._desk.clock.now() - deed.at >= self._table.give_up_after_min * MINUTE_MS:
                await self._desk.press(give_up, by="hall", deed=deed.number, tries=tries, cause=cause)
                self._failing, self._given_up = None, f"gave up deed {deed.number}: {cause}"
                return
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, RETRY_LIMIT_S)

    async def _try(self, http: aiohttp.ClientSession, message: str, body: bytes) -> str | None:
        """None when it was taken, else why not."""
        timestamp = int(time.time())
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": f"hallserver/{__version__}",
            "webhook-id": message,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(self._secret, message, timestamp, body),
        }
        try:
            async with http.post(self._table.url, data=body, headers=headers, allow_redirects=False) as response:
                return None if 200 <= response.status < 300 else f"HTTP {response.status}"
        except TimeoutError:
            return f"no answer within {self._table.timeout_s:g} s"
        except (aiohttp.ClientError, OSError) as broken:
            return f"{type(broken).__name__}: {broken}"[:CAUSE_LIMIT]

    def _message(self, deed: Deed) -> dict[str, Any]:
        """The deed as managers read it in the log; an alert also in words."""
        hall = self._desk.feed.hall
        message: dict[str, Any] = {"hall": self.hall, "name": hall.layout.name, "deed": deed_shape(hall, deed)}
        if isinstance(deed.event, AlertRaised):
            told = told_alert(hall, deed.event, deed.number, deed.at)
            message["text"] = {lang: "；".join(alert_sentence(told, lang)) for lang in LANGUAGES[:1]}
            message["text"] |= {lang: "; ".join(alert_sentence(told, lang)) for lang in LANGUAGES[1:]}
        return message
