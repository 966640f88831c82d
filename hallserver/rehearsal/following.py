"""Follows the hall's log over its live socket: every deed in order, across lost connections."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import aiohttp

from hallserver.rehearsal.pressing import HallApi, Impossible, Json
from hallserver.rehearsal.summary import Tally

PAUSE_S, PAUSE_MOST_S = 0.1, 2.0
AWAY_LIMIT_S = 30.0
CATCH_UP_S = 10.0


class Following:
    """``hear`` gets each deed beyond ``after`` once."""

    def __init__(self, api: HallApi, after: int, hear: Callable[[Json], None], tally: Tally) -> None:
        self._api = api
        self._hear = hear
        self._tally = tally
        self._heard = asyncio.Event()
        self._caught_up = 0
        self.number = after

    async def run(self) -> None:
        """Without end. Raises Impossible when the server stays away."""
        pause_s = away_s = 0.0
        while True:
            before = self.number
            try:
                await self._listen()
                trouble = "was closed"
            except (aiohttp.ClientError, OSError) as lost:
                trouble = f"was lost ({type(lost).__name__})"
            self._tally.went_wrong(f"the live socket {trouble} and had to be opened again")
            if self.number > before:
                pause_s = away_s = 0.0
            pause_s = min(PAUSE_MOST_S, pause_s * 2 or PAUSE_S)
            away_s += pause_s
            if away_s > AWAY_LIMIT_S:
                raise Impossible(f"The hall server at {self._api.server_url} went away: its live socket {trouble}")
            await asyncio.sleep(pause_s)

    async def _listen(self) -> None:
        async with self._api.follow(self.number) as socket:
            async for message in socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    return
                deed = json.loads(message.data)
                if not isinstance(deed.get("number"), int):
                    continue  # a heartbeat, not a deed
                if deed["number"] != self.number + 1:
                    self._tally.went_wrong("the live socket left out or repeated a deed")
                self.number = deed["number"]
                self._hear(deed)
                self._heard.set()

    async def catch_up(self) -> None:
        """Wait until those whom a press concerns have heard of it."""
        concerning = self._api.concerning
        if concerning != self._caught_up:
            await self.to_the_end()
            self._caught_up = concerning

    async def to_the_end(self) -> None:
        """Wait until all that was done is heard; that it isn't in time is a fault of the server."""
        end = (await self._api.look("log", after=10**12, limit=1))["end"]
        try:
            async with asyncio.timeout(CATCH_UP_S):
                while self.number < end:
                    self._heard.clear()
                    await self._heard.wait()
        except TimeoutError:
            self._tally.went_wrong(f"the live socket was behind for {CATCH_UP_S:.0f} s")
