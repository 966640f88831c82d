"""The rehearsal's clock: at most so many times faster than real, and never ahead of those who play.

It stands while a player is awake: presses, or makes something of an answer. When all rest it goes on, to the moment
at which the first of them is due. So a slow machine makes a slower day, and not another one.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import Any

from hallserver.rehearsal.hall import clock_of

BEHIND_MOST_S = 0.25
"""So many real seconds for which it stood are made up for, between one press and the next. The others are let go:
after a standstill no day rushes."""


class Waking:
    """What may end a rest before its time. Once set it stays so."""

    def __init__(self) -> None:
        self._set = False
        self._wakes: Callable[[], None] | None = None

    def is_set(self) -> bool:
        return self._set

    def set(self) -> None:
        self._set = True
        if self._wakes is not None:
            self._wakes()

    def wakes(self, wake: Callable[[], None] | None) -> None:
        self._wakes = wake


@dataclass(order=True, slots=True)
class Rest:
    """One player's."""

    until_s: float
    number: int
    over: asyncio.Future[None] = field(compare=False)


class FastClock:
    """Played time in seconds after the hall's midnight. It stands until it is run."""

    def __init__(self, speed: float, starts_s: float, real_s: Callable[[], float] = time.monotonic) -> None:
        self.speed = speed
        self._starts_s = self._stands_s = starts_s
        self._real_s = real_s
        self._ran_at = self._full_speed_from = real_s()
        self._goes = False
        self._awake = 0
        self._rests: list[Rest] = []
        self._numbers = count()
        self._all_rest, self._somebody_woke = asyncio.Event(), asyncio.Event()
        self._all_rest.set()

    def now_s(self) -> float:
        if not self._goes:
            return self._stands_s
        return max(self._stands_s, min(self._at_full_speed_s(), self._next_due_s()))

    @property
    def speed_reached(self) -> float:
        """Since it was run."""
        went_s = self._real_s() - self._ran_at
        return (self.now_s() - self._starts_s) / went_s if went_s else 0.0

    def plays(self, task: asyncio.Task[Any]) -> None:
        """A player: from now on and until the task is done the clock waits for it, except while it rests."""
        self._wakes()
        task.add_done_callback(lambda _: self._sleeps())

    @contextlib.contextmanager
    def played(self) -> Iterator[None]:
        """Whoever is inside is a player."""
        self._wakes()
        try:
            yield
        finally:
            self._sleeps()

    async def until(self, moment_s: float) -> None:
        """A player rests until a moment."""
        await self.rest(moment_s)

    async def after(self, seconds: float) -> None:
        await self.rest(self.now_s() + seconds)

    async def rest(self, until_s: float, waking: Waking | None = None) -> bool:
        """A player rests until a moment, or until woken before it. Answers whether it was woken."""
        waking = waking or Waking()
        if waking.is_set() or until_s <= self.now_s():
            return waking.is_set()
        rest = Rest(until_s, next(self._numbers), asyncio.get_running_loop().create_future())
        heappush(self._rests, rest)
        waking.wakes(lambda: self._end(rest))
        self._sleeps()
        try:
            await rest.over
        finally:
            waking.wakes(None)
            if rest.over.cancelled():  # nobody woke it
                self._wakes()
        return waking.is_set()

    async def run(self, heard: Callable[[], Awaitable[None]]) -> None:
        """Without end: goes on whenever all rest and have ``heard`` what the others did, which may wake them."""
        self._ran_at = self._full_speed_from = self._real_s()
        try:
            while True:
                await self._all_rest.wait()
                await heard()
                if not self._awake:
                    await self._go_on()
        finally:
            self._stand(self.now_s())

    async def _go_on(self) -> None:
        """Until somebody is due, or woken before."""
        self._let_go_of_what_is_too_much()
        self._somebody_woke.clear()
        self._goes = True
        alarm: asyncio.TimerHandle | None = None
        if self._next_due_s() < inf:
            rest = self._rests[0]
            left_s = (rest.until_s - self._at_full_speed_s()) / self.speed
            alarm = asyncio.get_running_loop().call_later(max(0.0, left_s), self._is_due, rest)
        try:
            await self._somebody_woke.wait()
        finally:
            if alarm is not None:
                alarm.cancel()

    def _is_due(self, rest: Rest) -> None:
        """One after the other, who is due at the same moment too. Who was called away in this very moment isn't."""
        if not rest.over.done():
            self._stand(rest.until_s)
            self._end(rest)

    def _let_go_of_what_is_too_much(self) -> None:
        behind_s = (self._at_full_speed_s() - self._stands_s) / self.speed
        self._full_speed_from += max(0.0, behind_s - BEHIND_MOST_S)

    def _at_full_speed_s(self) -> float:
        return self._starts_s + (self._real_s() - self._full_speed_from) * self.speed

    def _next_due_s(self) -> float:
        while self._rests and self._rests[0].over.done():
            heappop(self._rests)
        return self._rests[0].until_s if self._rests else inf

    def _end(self, rest: Rest) -> None:
        """Counted as awake from this moment on, and not only when its turn on the loop comes."""
        if not rest.over.done():
            self._wakes()
            rest.over.set_result(None)

    def _wakes(self) -> None:
        if self._goes:
            self._stand(self.now_s())
        self._awake += 1
        self._all_rest.clear()
        self._somebody_woke.set()

    def _sleeps(self) -> None:
        self._awake -= 1
        if not self._awake:
            self._all_rest.set()

    def _stand(self, moment_s: float) -> None:
        self._stands_s, self._goes = moment_s, False

    def __str__(self) -> str:
        return clock_of(self.now_s())
