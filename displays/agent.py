"""One loudspeaker beside the hall's server: follows the live log, says the calls, confirms each."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from email.utils import parsedate_to_datetime
from typing import Any, Literal, get_args

import aiohttp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from displays.announcements import Cause
from displays.cursor import Cursor
from displays.follower import CALLS, FOLLOWED, MakesSound, Outcome, follow
from displays.health import EVERY_S, Health
from displays.loudspeaker import Speaker, SpeakerCause
from displays.place import (
    ANSWER_TIMEOUT_S,
    FIRST_WAIT_S,
    LIVE,
    LONGEST_WAIT_S,
    Place,
    ServerAway,
    cause_of,
)
from displays.settings import VoiceSettings

_SAVE_EVERY = 200  # deeds that need no doing, after which the cursor is put on disk all the same
_CLOCKS_AGREE_MS = 2000  # HTTP tells the time in whole seconds
MuteCause = SpeakerCause | Literal["voice_unavailable"]
SOUNDLESS: tuple[MuteCause, ...] = ("voice_unavailable", *get_args(SpeakerCause))
"""Why a call was not said when it is this machine's own trouble, and not the call's."""


class Agent:
    """``run()`` until cancelled; raises TurnedAway for a wrong token or hall.

    ``area`` is the part of the hall it stands in (None: all of it). ``tell`` gets one line whenever the state
    changes; ``waits_s`` (first, longest) bound the pauses between attempts to reach the server; ``own`` are
    settings of this machine, which the hall's do not replace.
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
        area: str | None = None,
        name: str = "voice",
        own: dict[str, Any] | None = None,
        waits_s: tuple[float, float] = (FIRST_WAIT_S, LONGEST_WAIT_S),
    ) -> None:
        self._place = place
        self._wav = wav
        self._speaker = speaker
        self._cursor = cursor
        self._tell = tell
        self._own = own or {}
        self._settings = settings or VoiceSettings()
        self._settings.learn(self._own)
        self._area = area
        self.health = Health("voice", name, area)
        self._first_wait_s, self._longest_wait_s = waits_s
        self._wait_s = self._first_wait_s
        self._ahead_ms = 0  # how far the server's clock is ahead of ours
        self._connection: ClientConnection | None = None
        self._to_confirm = asyncio.Event()
        self._to_tell = asyncio.Event()

    async def run(self) -> None:
        async with self._place.client() as http, aclosing(self._deeds(http)) as deeds:
            saying = follow(
                deeds,
                self._wav,
                self._speaker,
                self._report,
                now_ms=self.now_ms,
                settings=self._settings,
                explain=self._tell,
            )
            parts = [asyncio.create_task(part) for part in (saying, self._confirm(), self._tell_health())]
            try:
                await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
                for part in parts:
                    if part.done():
                        part.result()
            finally:
                for part in parts:
                    part.cancel()
                await asyncio.gather(*parts, return_exceptions=True)
                self._cursor.save()

    def now_ms(self) -> int:
        """The moment by the server's clock: a kiosk's own may be minutes off, and every call be "stale"."""
        return time.time_ns() // 1_000_000 + self._ahead_ms

    async def _deeds(self, http: aiohttp.ClientSession) -> AsyncGenerator[dict[str, Any]]:
        """What is still to be said, and what makes saying it needless, over as many connections as it takes.
        Never ends by itself."""
        while True:
            try:
                await self._learn(http)
                async with aclosing(self._one_connection(http)) as arriving:
                    async for deed in arriving:
                        if self._cursor.saw(deed["number"], must_be_done=self._is_ours(deed)) or (
                            deed["kind"] in FOLLOWED and deed["kind"] not in CALLS
                        ):
                            yield deed
                        elif deed["number"] % _SAVE_EVERY == 0:
                            self._cursor.save()
            except ServerAway as away:
                self._tell(f"the server is away ({away}), trying again")
            await asyncio.sleep(self._wait_s * random.uniform(0.8, 1.2))  # noqa: S311 - spreads a hall's devices
            self._wait_s = min(self._wait_s * 2, self._longest_wait_s)

    def _is_ours(self, deed: dict[str, Any]) -> bool:
        return deed["kind"] in CALLS and self._settings.speaks_of(str(deed.get("window", "")), self._area)

    async def _learn(self, http: aiohttp.ClientSession) -> None:
        """The hall's wishes for its voice, and where its log ends."""
        hall = await self._place.get(http, "")
        told = {**(hall.get("voice") or {}), "timezone": hall.get("timezone", "Asia/Shanghai"), **self._own}
        try:
            self._settings.learn(told)
        except ValueError as wrong:
            self._tell(f"{wrong}; keeping {self._settings.phrase!r}")
        if self._area is not None and self._area not in self._settings.areas:
            self._tell(f"the hall knows no area {self._area!r}: only calls of windows without an area are said here")
        end = int((await self._place.get(http, "/log?after=0&limit=1"))["end"])
        if self._cursor.is_new or end < self._cursor.position:  # the first start, or a log begun anew
            self._cursor.begin(end)

    async def _one_connection(self, http: aiohttp.ClientSession) -> AsyncGenerator[dict[str, Any]]:
        url = self._place.live(f"after={self._cursor.last_seen}")
        try:
            async with connect(url, additional_headers=self._place.bearer, **LIVE) as live:
                self._set_clock(live)
                self._connection = live
                self._to_confirm.set()
                self._to_tell.set()
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
            raise self._place.refusal(refused.response.status_code) from refused
        except (ConnectionClosed, InvalidHandshake, OSError, TimeoutError) as away:
            raise ServerAway(cause_of(away)) from away
        finally:
            self._connection = None

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
        mute = next((known for known in SOUNDLESS if known == cause), None)
        if cause is None or mute:
            self.be("mute" if mute else "well", mute)
        self._to_confirm.set()
        said = f"said {ticket} to window {window}" if not cause else f"{ticket} to window {window}: {cause}"
        self._tell(f"{self._state()}; {said}")
        self.health.line = said

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

    def be(self, state: Literal["well", "mute"], cause: MuteCause | None) -> None:
        """The machine's own state, told at once when it is another than before."""
        if (self.health.state, self.health.cause) != (state, cause):
            self.health.state, self.health.cause = state, cause
            self._to_tell.set()

    async def _tell_health(self) -> None:
        """At once when it changed, and every few seconds, over whatever connection there is."""
        while True:
            try:
                async with asyncio.timeout(EVERY_S):
                    await self._to_tell.wait()
            except TimeoutError:
                pass
            self._to_tell.clear()
            self.health.behind = self._cursor.waiting
            live = self._connection
            if live is not None:
                try:
                    await live.send(json.dumps(self.health.message()))
                except ConnectionClosed:
                    continue  # the next connection sets us going again

    def _state(self) -> str:
        if self._connection is None:
            return "the server is away, trying again"
        state = f"following hall {self._place.hall} through {self._speaker.name}"
        if self._area is not None:
            state += f", area {self._area}"
        if not self._settings.enabled:
            state += ", voice switched off by the hall"
        if self._cursor.trouble:
            state += f", its place in the log is not kept ({self._cursor.trouble})"
        return state
