"""A printing program of its own beside a kiosk: it follows a hall over the network, for months.

It reconnects by itself, keeps its place in the hall's log beside its spool, and ends only when it is
told to or when the hall refuses it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from itertools import chain, repeat
from typing import Any
from urllib.parse import quote

import aiohttp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from ticket_printer.failures import Cause
from ticket_printer.follower import Habits, NoSlip, follow
from ticket_printer.moments import now
from ticket_printer.printers import Printer
from ticket_printer.slip import Slip
from ticket_printer.spool import Spool

log = logging.getLogger(__name__)

LIVED_S = 10.0  # a connection that held so long was a good one
WAITS_S = (0.2, 0.5, 1.0, 2.0, 4.0)  # before each new try; the last one again and again
REQUEST_S = 10.0
MESSAGE_LIMIT_BYTES = 1 << 20

WHY_NOT = {
    "no_paper": "out of paper",
    "cover_open": "the cover is open",
    "offline": "the printer is offline",
    "unreachable": "the printer cannot be reached",
    "timeout": "the printer does not go on",
    "interrupted": "interrupted",
    "misconfigured": "the printer is not set up",
}


class Refused(Exception):
    """The hall will not have us; trying again changes nothing. Says why in a sentence."""


@dataclass(frozen=True, slots=True)
class Address:
    server: str  # "http://hall.example:8080"
    hall: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def http(self, path: str) -> str:
        return f"{self.server.rstrip('/')}/api/halls/{quote(self.hall, safe='')}/{path}"

    def live(self, after: int) -> str:
        return "ws" + self.http(f"live?after={after}").removeprefix("http")

    def paper(self, ticket: str) -> str:
        return self.http(f"tickets/{quote(ticket, safe='')}/paper")

    def check(self, status: int) -> None:
        """Raises Refused for an answer that no second try would change."""
        if status in (401, 403):
            raise Refused(f"{self.server} does not accept this token ({status})")
        if status == 404:
            raise Refused(f"{self.server} has no hall {self.hall!r} (404)")


@dataclass(slots=True)
class Agent:
    """`say` gets one sentence whenever the state changes."""

    address: Address
    printer: Printer
    spool: Spool
    say: Callable[[str], None]
    habits: Habits = field(default_factory=Habits)
    waits_s: tuple[float, ...] = WAITS_S
    _papers: int = field(init=False, default=0)
    _said: str = field(init=False, default="")
    _hall_ahead_ms: int = field(init=False, default=0)  # how far the server's clock is ahead of ours

    async def run(self) -> None:
        """Follows until cancelled; raises Refused."""
        limits = aiohttp.ClientTimeout(total=REQUEST_S)
        self._tell(f"connecting to {self.address.server}")
        async with aiohttp.ClientSession(headers=self.address.headers, timeout=limits) as http:
            waits = self._waits()
            while True:
                began = time.monotonic()
                try:
                    async with await self._connected(http) as live:
                        await self._follow(http, live)
                    reason = "it closed the connection"
                except (OSError, aiohttp.ClientError, WebSocketException) as error:
                    if isinstance(error, InvalidStatus):
                        self.address.check(error.response.status_code)
                    reason = str(error) or type(error).__name__
                if time.monotonic() - began > LIVED_S:
                    waits = self._waits()
                self._tell(f"waiting for {self.address.server}: {reason}")
                await asyncio.sleep(next(waits))

    def _waits(self) -> Iterator[float]:
        return chain(self.waits_s, repeat(self.waits_s[-1]))

    async def _connected(self, http: aiohttp.ClientSession) -> connect:
        cursor = self._settled_cursor(await self._log_end(http))
        return connect(
            self.address.live(cursor),
            additional_headers=self.address.headers,
            proxy=None,  # a hall's own network
            open_timeout=REQUEST_S,
            ping_interval=REQUEST_S,
            ping_timeout=REQUEST_S,
            close_timeout=1,
            max_size=MESSAGE_LIMIT_BYTES,
        )

    async def _follow(self, http: aiohttp.ClientSession, live: ClientConnection) -> None:
        async def slip_of(ticket: str) -> Slip:
            return await self._slip(http, ticket)

        async def report(deed: int, ticket: str, outcome: str, cause: Cause | None, printer: str) -> bool:
            self._say_outcome(ticket, cause)
            facts = {"confirm": deed, "outcome": outcome, "cause": cause, "printer": printer}
            await live.send(json.dumps(facts))
            return False  # sent is not arrived: the log tells

        self._tell(f"ready: prints for {self.address.hall} on {self.printer.name}")
        async with aclosing(self._deeds(live)) as deeds:
            await follow(
                deeds,
                slip_of,
                self.printer,
                self.spool,
                report,
                habits=self.habits,
                clock=lambda: now() + self._hall_ahead_ms,
            )

    async def _deeds(self, live: ClientConnection) -> AsyncGenerator[Mapping[str, Any], None]:
        async for message in live:
            try:
                deed = json.loads(message)
            except ValueError as error:
                raise ConnectionError(f"the server says what is no JSON: {error}") from error
            if isinstance(deed, dict) and "kind" in deed and isinstance(deed.get("number"), int):
                yield deed
                self._move_cursor(deed["number"])

    async def _log_end(self, http: aiohttp.ClientSession) -> int:
        async with http.get(self.address.http("log"), params={"after": 0, "limit": 1}) as answer:
            self.address.check(answer.status)
            answer.raise_for_status()
            if date := answer.headers.get("Date"):
                # Kiosks' clocks go wrong for years; a paper's age counts by the hall's clock.
                self._hall_ahead_ms = int(parsedate_to_datetime(date).timestamp() * 1000) + 500 - now()
            return int((await answer.json())["end"])

    async def _slip(self, http: aiohttp.ClientSession, ticket: str) -> Slip:
        async with http.get(self.address.paper(ticket)) as answer:
            if answer.status != 404:
                self.address.check(answer.status)
            if 400 <= answer.status < 500:
                raise NoSlip(f"the hall gives no paper for {ticket} ({answer.status})")
            answer.raise_for_status()
            try:
                return Slip.from_json(await answer.json())
            except ValueError as error:
                raise NoSlip(f"the hall's paper for {ticket} cannot be read: {error}") from error

    def _tell(self, sentence: str) -> None:
        if sentence != self._said:  # a server away for a night is one line, not ten thousand
            self._said = sentence
            self.say(sentence)

    def _say_outcome(self, ticket: str, cause: Cause | None) -> None:
        number = ticket.rpartition("-")[2]
        if cause is None:
            self._papers += 1
            papers = "1 paper" if self._papers == 1 else f"{self._papers} papers"
            self._tell(f"ready: {number} printed on {self.printer.name}, {papers} so far")
        else:
            self._tell(f"{number} not printed: {WHY_NOT[cause]} ({self.printer.name})")

    # --- the place in the log, a file beside the spool ---

    def _settled_cursor(self, end: int) -> int:
        """The log's end where there is no place yet, or where the log began anew."""
        cursor = self._cursor()
        if cursor is None or cursor > end:
            log.warning("starting at the end of the log, deed %d", end)
            self._move_cursor(end)
            return end
        return cursor

    def _cursor(self) -> int | None:
        try:
            return int((self.spool.folder / "cursor").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def _move_cursor(self, number: int) -> None:
        draft = self.spool.folder / ".cursor"
        draft.write_text(str(number))
        draft.replace(self.spool.folder / "cursor")
