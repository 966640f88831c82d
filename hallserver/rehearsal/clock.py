"""The rehearsal's clock: real time, so many times faster, counted in seconds after the hall's midnight."""

from __future__ import annotations

import asyncio
import time

from hallserver.rehearsal.hall import clock_of


class FastClock:
    """Runs from the moment it is made."""

    def __init__(self, speed: float, starts_s: float) -> None:
        self.speed = speed
        self._starts_s = starts_s
        self._began = time.monotonic()

    def now_s(self) -> float:
        return self._starts_s + (time.monotonic() - self._began) * self.speed

    def real_s(self, moment_s: float) -> float:
        """Real seconds until a moment; 0 when it is past."""
        return max(0.0, (moment_s - self.now_s()) / self.speed)

    async def until(self, moment_s: float) -> None:
        if (left_s := self.real_s(moment_s)) > 0:
            await asyncio.sleep(left_s)

    async def after(self, seconds: float) -> None:
        await self.until(self.now_s() + seconds)

    def __str__(self) -> str:
        return clock_of(self.now_s())
