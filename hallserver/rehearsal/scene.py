"""What the residents and clerks of a rehearsal share: the clock, the API, the waiting room and its bell."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hallserver.rehearsal.clock import FastClock, Waking
from hallserver.rehearsal.hall import Hall, Window
from hallserver.rehearsal.pressing import HallApi, Refused
from hallserver.rehearsal.summary import Tally

if TYPE_CHECKING:
    from hallserver.rehearsal.residents import Resident


class Room:
    """The residents of this rehearsal, and who holds which number."""

    def __init__(self) -> None:
        self.here: set[Resident] = set()
        self._holders: dict[str, Resident] = {}
        self._pressing: dict[str, Resident] = {}
        self._answered = asyncio.Event()

    @property
    def tickets(self) -> dict[str, Resident]:
        return self._holders

    @property
    def unanswered(self) -> dict[str, Resident]:
        """The keys of presses for a number that were not answered yet."""
        return self._pressing

    def presses(self, resident: Resident, key: str, *, here: bool = True) -> None:
        """Somebody presses for a number: the clerk may hear of the ticket before the resident does. Who books isn't
        ``here``."""
        if here:
            self.here.add(resident)
        self._pressing[key] = resident

    def answered(self, key: str, ticket: str | None) -> None:
        """The number came, or a no."""
        resident = self._pressing.pop(key)
        if ticket is not None:
            self._holders[ticket] = resident
        self._answered.set()
        self._answered = asyncio.Event()

    async def holder(self, ticket: str) -> Resident | None:
        """Who of this rehearsal holds a number; None for somebody else's."""
        unanswered = set(self._pressing)
        while ticket not in self._holders and not unanswered.isdisjoint(self._pressing):
            await self._answered.wait()
        return self._holders.get(ticket)

    def expects(self, window: Window) -> bool:
        """Whether somebody in the hall may yet come to the window."""
        return any(resident.may_come_to(window) for resident in self.here)


class Bell:
    """Rings for the clerk who has been idle longest when somebody comes who suits the window."""

    def __init__(self) -> None:
        self._idle: dict[str, tuple[Window, Waking]] = {}
        self._unheard: Counter[str] = Counter()

    def unheard(self, window: Window) -> int:
        """How often it rang for the window's zones with nobody idle: a clerk who sees it grow between
        asking and sitting down asks again."""
        return self._unheard[window.zone] + self._unheard[window.support or ""]

    def ring(self, zone: str, needs: frozenset[str], to_window: str | None = None) -> None:
        suited = [
            name for name, (window, _) in self._idle.items() if window.suits(zone, needs) and to_window in (None, name)
        ]
        if not suited:
            self._unheard[zone] += 1
            return
        own = [name for name in suited if self._idle[name][0].zone == zone]
        _, rung = self._idle.pop((own or suited)[0])
        rung.set()

    async def idle(self, window: Window, clock: FastClock, until_s: float) -> bool:
        """Sit idle until a moment at most. Answers whether it rang."""
        rung = Waking()
        self._idle[window.id] = window, rung
        try:
            return await clock.rest(until_s, rung)
        finally:
            if window.id in self._idle and self._idle[window.id][1] is rung:
                del self._idle[window.id]


async def _nothing_to_hear() -> None:
    pass


@dataclass(slots=True)
class Scene:
    """One played day."""

    hall: Hall
    api: HallApi
    clock: FastClock
    tally: Tally
    room: Room = field(default_factory=Room)
    bell: Bell = field(default_factory=Bell)
    open_windows: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """The open and not paused windows of this rehearsal, by zone."""
    errands: asyncio.TaskGroup = field(default_factory=asyncio.TaskGroup)
    """What residents do by themselves; entered by whoever plays the day."""
    touched: set[str] = field(default_factory=set)
    """Tickets that somebody outside this rehearsal pressed for."""
    calls_wanted: int = 3
    """How often a number is called before it is passed over: the usual number, more where the hall's no says so."""
    door_open: bool = True
    """Residents may still come in."""
    today: str | None = None
    """The server's day (``YYYY-MM-DD``) if its clock runs with the played one: early and late are the same there."""
    booking: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Bookings are made one after the other, so that each sees which slots have room."""
    stopped: bool = False
    """The day was broken off: nobody starts anything any more."""
    hear_all: Callable[[], Awaitable[None]] = _nothing_to_hear
    """Waits until all that was done is heard."""

    def errand(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """What the clock waits for, except while it rests."""
        task = self.errands.create_task(coroutine)
        self.clock.plays(task)
        return task

    def needs_of(self, item: str | None) -> frozenset[str]:
        known = self.hall.items.get(item or "")
        return known.needs if known else frozenset()

    def touch(self, ticket: str) -> None:
        """The log tells that somebody else pressed for a ticket."""
        self.touched.add(ticket)

    async def overtaken(self, refused: Refused, ticket: str, press: str) -> None:
        """A press was refused. That is in order if somebody else pressed for the ticket meanwhile: the
        log tells it. Otherwise the server is wrong."""
        await self.hear_all()
        if ticket not in self.touched:
            self.tally.went_wrong(f"{press} was refused: {refused}")
