"""One loudspeaker beside the hall's server: follows the live log, says the calls, confirms each."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import quote

import aiohttp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from displays.announcements import Cause
from displays.cursor import Cursor
from displays.follower import CALLS, MakesSound, Outcome, follow
from displays.loudspeaker import Speaker
from displays.settings import VoiceSettings

ANSWER_TIMEOUT_S = 10.0
FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 15.0
# A cable pulled out is noticed in 20 s, while the calls missed meanwhile are still fresh. A hall's own
# network is never reached through a proxy.
_LIVE: dict[str, Any] = {"ping_interval": 10, "ping_timeout": 10, "close_timeout": 2, "proxy": None}
_SAVE_EVERY = 200  # deeds that need no doing, after which the cursor is put on disk all the same
_CLOCKS_AGREE_MS = 2000  # HTTP tells the time in whole seconds


class TurnedAway(Exception):
    """The server's answer is a no that waiting does not change. The message is for the person who set us up."""


class ServerAway(Exception):
    """The world's fault: no connection now. Tried again."""


class Place(NamedTuple):
    """Which hall on which server, and the token it is asked with."""

    server: str  # "http://hall.example:8080"
    hall: str
    token: str

    def url(self, rest: str = "") -> str:
        return f"{self.server.rstrip('/')}/api/halls/{quote(self.hall, safe='')}{rest}"

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


class Agent:
    """``run()`` until cancelled; raises TurnedAway for a wrong token or hall.

    ``tell`` gets one line whenever the state changes; ``waits_s`` (first, longest) bound the pauses between
    attempts to reach the server.
    """

    def __init__(
        self,
        place: Place,
        wav: MakesSound,
        speaker: Speaker,
        cursor: Cursor,
        *,
        tell: Callable[[str], None],
        settings: VoiceSettings | None = None,
        waits_s: tuple[float, float] = (FIRST_WAIT_S, LONGEST_WAIT_S),
    ) -> None:
        self._place = place
        self._wav = wav
        self._speaker = speaker
        self._cursor = cursor
        self._tell = tell
        self._settings = settings or VoiceSettings()
        self._first_wait_s, self._longest_wait_s = waits_s
        self._wait_s = self._first_wait_s
        self._ahead_ms = 0  # how far the server's clock is ahead of ours
        self._connection: ClientConnection | None = None
        self._to_confirm = asyncio.Event()

    async def run(self) -> None:
        async with (
            aiohttp.ClientSession(
                headers=self._place.bearer, timeout=aiohttp.ClientTimeout(total=ANSWER_TIMEOUT_S)
            ) as http,
            aclosing(self._deeds(http)) as deeds,
        ):
            saying = follow(
                deeds,
                self._wav,
                self._speaker,
                self._report,
                now_ms=self.now_ms,
                settings=self._settings,
                explain=self._tell,
            )
            halves = [asyncio.create_task(saying), asyncio.create_task(self._confirm())]
            try:
                await asyncio.wait(halves, return_when=asyncio.FIRST_COMPLETED)
                for half in halves:
                    if half.done():
                        half.result()
            finally:
                for half in halves:
                    half.cancel()
                await asyncio.gather(*halves, return_exceptions=True)
                self._cursor.save()

    def now_ms(self) -> int:
        """The moment by the server's clock: a kiosk's own may be minutes off, and every call be "stale"."""
        return time.time_ns() // 1_000_000 + self._ahead_ms

    async def _deeds(self, http: aiohttp.ClientSession) -> AsyncGenerator[dict[str, Any]]:
        """The calls still to be said, over as many connections as it takes. Never ends by itself."""
        while True:
            try:
                await self._learn(http)
                async with aclosing(self._one_connection(http)) as arriving:
                    async for deed in arriving:
                        if self._cursor.saw(deed["number"], must_be_done=deed["kind"] in CALLS):
                            yield deed
                        elif deed["number"] % _SAVE_EVERY == 0:
                            self._cursor.save()
            except ServerAway as away:
                self._tell(f"the server is away ({away}), trying again")
            await asyncio.sleep(self._wait_s * random.uniform(0.8, 1.2))  # noqa: S311 - spreads a hall's devices
            self._wait_s = min(self._wait_s * 2, self._longest_wait_s)

    async def _learn(self, http: aiohttp.ClientSession) -> None:
        """The hall's wishes for its voice, and where its log ends."""
        hall = await self._get(http, "")
        try:
            self._settings.learn(hall.get("voice") or {})
        except ValueError as wrong:
            self._tell(f"{wrong}; keeping {self._settings.phrase!r}")
        end = int((await self._get(http, "/log?after=0&limit=1"))["end"])
        if self._cursor.is_new or end < self._cursor.position:  # the first start, or a log begun anew
            self._cursor.begin(end)

    async def _one_connection(self, http: aiohttp.ClientSession) -> AsyncGenerator[dict[str, Any]]:
        url = self._place.url(f"/live?after={self._cursor.last_seen}").replace("http", "ws", 1)
        try:
            async with connect(url, additional_headers=self._place.bearer, **_LIVE) as live:
                self._set_clock(live)
                self._connection = live
                self._to_confirm.set()
                self._tell(self._state())
                async for message in live:
                    self._wait_s = self._first_wait_s
                    deed = json.loads(message)
                    if "kind" not in deed:
                        continue  # a heartbeat
                    yield deed
                    if deed["kind"] == "HallConfigured":
                        await self._learn(http)
            raise ServerAway("it closed the connection")
        except InvalidStatus as refused:
            raise self._refusal(refused.response.status_code) from refused
        except (ConnectionClosed, InvalidHandshake, OSError, TimeoutError) as away:
            raise ServerAway(_cause(away)) from away
        finally:
            self._connection = None

    async def _get(self, http: aiohttp.ClientSession, rest: str) -> dict[str, Any]:
        try:
            async with http.get(self._place.url(rest)) as answer:
                if answer.status != 200:
                    raise self._refusal(answer.status)
                found = await answer.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as away:
            raise ServerAway(_cause(away)) from away
        if not isinstance(found, dict):
            raise ServerAway("its answer is none of a hall's server")
        return found

    def _refusal(self, status: int) -> Exception:
        if status in (401, 403):
            return TurnedAway(f"the server does not accept this token (HTTP {status}): make a new one there")
        if status == 404:
            return TurnedAway(f"the server at {self._place.server} knows no hall {self._place.hall!r}")
        return ServerAway(f"HTTP {status}")

    def _set_clock(self, live: ClientConnection) -> None:
        told = live.response.headers.get("Date") if live.response else None
        if told:
            theirs_ms = round(parsedate_to_datetime(told).timestamp() * 1000)
            ahead_ms = theirs_ms - time.time_ns() // 1_000_000
            self._ahead_ms = ahead_ms if abs(ahead_ms) > _CLOCKS_AGREE_MS else 0

    async def _report(self, number: int, ticket: str, window: str, outcome: Outcome, cause: Cause | None) -> None:
        confirmation: dict[str, Any] = {"confirm": number, "outcome": outcome}
        if cause:
            confirmation["cause"] = cause
        self._cursor.finished(number, confirmation)
        self._to_confirm.set()
        said = f"said {ticket} to window {window}" if not cause else f"{ticket} to window {window}: {cause}"
        self._tell(f"{self._state()}; {said}")

    async def _confirm(self) -> None:
        """Sends what is owed whenever there is a connection; owed until the server has surely read it."""
        while True:
            await self._to_confirm.wait()
            self._to_confirm.clear()
            live, owed = self._connection, dict(self._cursor.unconfirmed)
            if live is None or not owed:
                continue
            try:
                async with asyncio.timeout(ANSWER_TIMEOUT_S):
                    for confirmation in owed.values():
                        await live.send(json.dumps(confirmation))
                    await (await live.ping())  # its pong comes after it read everything before
            except (ConnectionClosed, TimeoutError):
                continue  # the next connection sets us going again
            self._cursor.confirmed(list(owed))

    def _state(self) -> str:
        if self._connection is None:
            return "the server is away, trying again"
        state = f"following hall {self._place.hall} through {self._speaker.name}"
        if not self._settings.enabled:
            state += ", voice switched off by the hall"
        if self._cursor.trouble:
            state += f", its place in the log is not kept ({self._cursor.trouble})"
        return state


def _cause(away: Exception) -> str:
    return str(away) or type(away).__name__
