"""A real server in this process, and days played against it.

async with a_hall_open(folder) as hall:
    summary = await hall.play(speed=1500)
    deeds = await hall.deeds()
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from hallserver.app import Options, Server, serving
from hallserver.clock import HallClock
from hallserver.rehearsal.clock import FastClock
from hallserver.rehearsal.drawing import Day
from hallserver.rehearsal.playing import Played, play
from hallserver.rehearsal.summary import Summary, Tally
from hallserver.settings import HallSettings
from hallserver.store.accounts import Principal
from hallserver.store.verifying import differences
from tests.rehearsal import halls

HALL = "luojiazhuang"
SOON_S = 20.0
EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def short_day(start: str = "09:00", end: str = "10:00", days: list[str] = EVERY_DAY) -> HallSettings:
    """The neighbourhood's hall with few hours, nobody who signs in, and no paper."""
    plain = halls.settings(HALL).model_dump(by_alias=True)
    plain |= {"hours": [{"days": days, "from": start, "to": end}], "staff": []}
    plain["paper"]["printer"] = "agent"
    return HallSettings.model_validate(plain)


@dataclass(slots=True)
class OpenHall:
    """The server, and what a rehearsal and a test need of it."""

    server: Server

    @property
    def url(self) -> str:
        return f"{self.server.url}/api/halls/{HALL}"

    def token(self, role: str = "manager", name: str = "rehearsal", window: str | None = None) -> str:
        now = int(time.time() * 1000)
        return self.server.hub.accounts.new_token(Principal(role, name, HALL, window), now, now + 3_600_000)

    async def play(self, *, speed: float = 1500, seed: int = 1, played: Played | None = None) -> Summary:
        return await play(self.server.url, HALL, self.token(), speed=speed, seed=seed, played=played)

    async def ask(self, method: str, path: str = "", token: str | None = None, body: Any = None) -> Any:
        """What the API answers, which must be a yes."""
        status, told = await self._ask(method, path, token, body)
        assert status < 400, told
        return told

    async def ask_until_yes(self, method: str, path: str, token: str | None = None) -> Any:
        """What the API answers at last."""
        async with asyncio.timeout(SOON_S):
            while (answer := await self._ask(method, path, token, None))[0] >= 400:  # noqa: ASYNC110 - the answer is the event
                await asyncio.sleep(0.01)
        return answer[1]

    async def try_to(self, method: str, path: str, token: str) -> None:
        """A press that may come a moment too late."""
        await self._ask(method, path, token, None)

    async def _ask(self, method: str, path: str, token: str | None, body: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token or self.token(name='looker')}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.request(method, f"{self.url}/{path}".rstrip("/"), json=body) as answer,
        ):
            return answer.status, await answer.json(content_type=None)

    async def deeds(self) -> list[dict[str, Any]]:
        """The whole log."""
        found: list[dict[str, Any]] = []
        while more := (await self.ask("GET", f"log?after={len(found)}&limit=1000"))["deeds"]:
            found += more
        return found

    async def windows(self) -> dict[str, str]:
        """The state of every window."""
        return {window["id"]: window["state"] for window in (await self.ask("GET"))["windows"]}

    def differences(self) -> list[str]:
        return list(differences(self.server.store, HALL))


@contextlib.asynccontextmanager
async def a_hall_open(
    folder: Path,
    settings: HallSettings | None = None,
    *,
    always_open: bool = True,
    port: int = 0,
    clock: Callable[[], HallClock] = HallClock,
) -> AsyncIterator[OpenHall]:
    options = Options(
        [settings or short_day()], str(folder / "hall.db"), port=port, always_open=always_open, demonstration=True
    )
    async with serving(options, clock=clock) as server:
        yield OpenHall(server)


class Beside(Played):
    """A day on which others are at work."""

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """The day waits for whoever is inside, as it does for its own players."""
        assert self._clock is not None
        with self._clock.played():
            yield


class DayClock(Played):
    """A hall's clock that stands at a time of the next Tuesday until the day is played, and then goes with it.
    Always in the machine's future, so that whoever signs in stays signed in."""

    def __init__(self, stands_at: str) -> None:
        super().__init__()
        now = datetime.now(ZoneInfo("Asia/Shanghai"))
        hours, minutes = stands_at.split(":")
        tuesday = now + timedelta(days=(1 - now.weekday()) % 7 or 7)
        self._stands_s = tuesday.replace(hour=int(hours), minute=int(minutes), second=0, microsecond=0).timestamp()
        self._began_s = 0.0

    def begin(self, clock: FastClock, day: Day, tally: Tally) -> None:
        super().begin(clock, day, tally)
        self._began_s = clock.now_s()

    def hall_clock(self) -> HallClock:
        return HallClock(self._wall)

    def _wall(self) -> float:
        return self._stands_s + (0.0 if self._clock is None else self._clock.now_s() - self._began_s)


async def until(true: Callable[[], Any]) -> None:
    """Wait for what is about to happen."""
    async with asyncio.timeout(SOON_S):
        while not true():  # noqa: ASYNC110 - counters set no event
            await asyncio.sleep(0.005)


def of_kind(deeds: list[dict[str, Any]], *kinds: str) -> list[dict[str, Any]]:
    return [deed for deed in deeds if deed["kind"] in kinds]
