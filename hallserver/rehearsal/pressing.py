"""The hall's public API as a rehearsal uses it: every press carries a key, and is pressed again with the
same key while the server is away for a moment."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from uuid import uuid4

import aiohttp

from hallserver.rehearsal.summary import Tally

AT_ONCE = 64
"""Requests under way at most."""
ANSWER_LIMIT_S = 15.0
PATIENCE_S = 20.0
"""How long a press is tried again before the server counts as away."""
PAUSE_S, PAUSE_MOST_S = 0.1, 2.0
TRY_AGAIN = (429, 503)
CONCERNS_OTHERS = frozenset(("tickets", "arrival", "return", "transfer", "completions"))
"""What rings a clerk's bell, or gives the back office a case: they hear of it by the log."""

Json = dict[str, Any]


class Impossible(Exception):
    """The rehearsal can't begin or go on. Its text is a sentence for the person who started it."""


class Refused(Exception):
    """A clear no of the server; ``told`` is its problem."""

    def __init__(self, status: int, code: str, told: Json) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.told = told


class HallApi:
    """One hall of one server, with a manager's token. Use as ``async with``."""

    def __init__(self, server_url: str, hall: str, token: str, tally: Tally) -> None:
        self.server_url = server_url.rstrip("/")
        self._hall_url = f"{self.server_url}/api/halls/{hall}"
        self._tally = tally
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._headers = {"Authorization": f"Bearer {token}"}
        self.patience_s = PATIENCE_S
        self.concerning = 0
        """Presses so far of which somebody else must hear."""

    async def __aenter__(self) -> HallApi:
        self._session = aiohttp.ClientSession(
            headers=self._headers,
            timeout=aiohttp.ClientTimeout(total=ANSWER_LIMIT_S),
            connector=aiohttp.TCPConnector(limit=AT_ONCE + 1),
        )
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self._session.close()

    async def look(self, path: str = "", *, patience_s: float | None = None, **query: str | int) -> Json:
        """A GET below the hall. Raises Refused; Impossible when the server stays away."""
        return await self._persist("GET", path, None, None, query, patience_s)

    async def press(self, method: str, path: str, body: Json | None = None, *, key: str | None = None) -> Json:
        """A change below the hall. Raises Refused; Impossible when the server stays away."""
        began = time.monotonic()
        told = await self._persist(method, path, body or {}, key or new_key(), {}, None)
        self._tally.answer_ms.append((time.monotonic() - began) * 1000)
        self.concerning += path.rpartition("/")[2] in CONCERNS_OTHERS
        return told

    async def _persist(
        self,
        method: str,
        path: str,
        body: Json | None,
        key: str | None,
        query: dict[str, str | int],
        patience_s: float | None,
    ) -> Json:
        give_up_at = time.monotonic() + (self.patience_s if patience_s is None else patience_s)
        pause_s = PAUSE_S
        while True:
            try:
                status, told = await self._ask(method, path, body, key, query)
            except (aiohttp.ClientError, OSError, ValueError) as away:
                trouble = _cause(away)
            else:
                if status < 400:
                    return told
                if status not in TRY_AGAIN:
                    raise self._refusal(method, path, status, told)
                trouble = f"{status} {told.get('code', '')}".strip()
            if time.monotonic() + pause_s > give_up_at:
                raise Impossible(f"The hall server at {self.server_url} is away: {trouble}")
            self._tally.went_wrong(f"{method} {_shape(path)} had to be asked again: {trouble}")
            await asyncio.sleep(pause_s)
            pause_s = min(PAUSE_MOST_S, pause_s * 2)

    async def _ask(
        self, method: str, path: str, body: Json | None, key: str | None, query: dict[str, str | int]
    ) -> tuple[int, Json]:
        url = f"{self._hall_url}/{path}" if path else self._hall_url
        headers = {"Idempotency-Key": key} if key is not None else {}
        async with (
            self._at_once,
            self._session.request(method, url, json=body, headers=headers, params=query) as response,
        ):
            told = await response.json(content_type=None)
            if not isinstance(told, dict):
                raise ValueError("an answer that is no JSON object")
            return response.status, told

    def _refusal(self, method: str, path: str, status: int, told: Json) -> Refused:
        """The refusal, counted. Raises Impossible for one that every press would meet."""
        code = str(told.get("code", "without a code"))
        if status == 401:
            raise Impossible(
                f"The server at {self.server_url} doesn't know this token: was it made in another database?"
            )
        if code in ("not_allowed", "unknown_hall"):
            raise Impossible(f"The server at {self.server_url} answered: {told.get('detail', code)}")
        self._tally.refused[code] += 1
        if status >= 500:
            self._tally.went_wrong(f"{method} {_shape(path)} was answered {status} {code}")
        return Refused(status, code, told)

    def follow(self, after: int) -> Any:
        """The live socket with every deed beyond a number, as an async context."""
        return self._session.ws_connect(
            f"{self._hall_url}/live",
            params={"after": after},
            heartbeat=20.0,
            timeout=aiohttp.ClientWSTimeout(ws_close=2.0),
        )


def new_key() -> str:
    return uuid4().hex


def _cause(away: BaseException) -> str:
    """A few words on a lost connection."""
    if isinstance(away, ValueError):
        return "what answers there is no hall server"
    if isinstance(away, TimeoutError):
        return f"no answer in {ANSWER_LIMIT_S:.0f} s"
    if isinstance(away, aiohttp.ClientConnectorError):
        return "no connection"
    if isinstance(away, aiohttp.ClientConnectionError | ConnectionError):
        return "the connection was lost"
    return type(away).__name__


def _shape(path: str) -> str:
    """The path without the ticket's or window's name: ``windows/3/calls`` → ``windows/…/calls``."""
    head, *rest = path.split("/")
    return "/".join([head, *("…" if place == 0 else part for place, part in enumerate(rest))])
