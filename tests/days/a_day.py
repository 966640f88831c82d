"""A whole day in a hall, minute by minute on a clock that the test turns: residents, clerks, a printer, and trouble.

day = Day(folder, seed=1)
async with day.opened():
    await day.until("10:00")
    await day.disk_is_full()
    await day.until("17:30")
    await day.everybody_goes_home()
    await day.until("00:01", TUESDAY)
    await day.reckoning()
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from hallserver.desk import Desk, Rule
from hallserver.layouts import layout_of
from hallserver.printing import PrintingFollower
from hallserver.refusals import Refusal
from hallserver.rules.calling import call_by_name, call_next, mark_absent, recall
from hallserver.rules.issuing import issue
from hallserver.rules.layout import Layout
from hallserver.rules.ratings import rate
from hallserver.rules.services import complete, hold, start_service, transfer
from hallserver.rules.visits import cancel, come_back
from hallserver.rules.windows import set_state
from hallserver.settings import HallSettings
from tests.a_hall import MONDAY
from tests.desk.a_real_hall import SOON_S, Time, check, of, on_writer, opened, ticket_of, told
from tests.web.a_server import settings

WANTS = (("yb-001", "zonghe"), ("yb-001", "zonghe"), ("yb-002", "zonghe"), ("hz-001", "gongan"), (None, "chujian"))
PATIENCE_MIN = 90
STORAGE = "storage_unavailable"


@dataclass(slots=True)
class Resident:
    """Somebody who came. ``heard`` are the noes, ``seen`` what became of the ticket as the resident saw it."""

    name: str
    item: str | None
    zone: str
    came_min: int
    ticket: str | None = None
    heard: list[str] = field(default_factory=list)
    forgetful: bool = False
    went_home: bool = False


@dataclass(slots=True)
class Clerk:
    """At one window; ``until_min`` is when the service at hand is over."""

    window: str
    ticket: str | None = None
    until_min: int = 0
    held: list[str] = field(default_factory=list)
    away: bool = False


class Paper:
    """The printer: a roll that can run out, and the follower that prints on it."""

    def __init__(self) -> None:
        self.out = False
        self.printed: list[str] = []

    async def print_all(self, hall: PrintingFollower) -> None:
        async for deed in hall.deeds():
            if deed["kind"] not in ("TicketIssued", "BookingArrived") or deed["paper"] != "waiting":
                continue
            if not await hall.take(deed["number"], f"spool-{deed['number']}"):
                continue
            if hall.words(deed["number"]) is None or self.out:
                await hall.report(deed["number"], deed["ticket"], "failed", "no_paper", begun=False)
                continue
            if deed["ticket"] not in self.printed:  # what the spool is for
                self.printed.append(deed["ticket"])
            await hall.report(deed["number"], deed["ticket"], "printed")


class Day:
    """One hall and its people. The database outlives the desks that serve it."""

    def __init__(
        self, folder: Path, seed: int, *, start: str = "08:20", day: str = MONDAY, always_open: bool = False
    ) -> None:
        self.path = folder / "hall.db"
        self.random = Random(seed)
        self.time = Time(start, day)
        self.day = day
        self.settings: HallSettings = settings("hall")
        self.layout: Layout = layout_of(self.settings, always_open=always_open)
        self.clerks = {window: Clerk(window) for window in self.layout.windows}
        self.residents: list[Resident] = []
        self.paper = Paper()
        self.minute = 0
        self.arrivals_a_minute = 0.5
        self.somebody_here = True
        self.disk_takes_it = True
        self.desk: Desk
        self.clerks_desk: Desk

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Served by a new desk, as after a start; the printer's follower runs beside it."""
        async with AsyncExitStack() as stack:
            self.desk = await stack.enter_async_context(opened(self.path, self.layout, self.time))
            self.clerks_desk = self.desk
            words = lambda deed: {"deed": deed} if deed in self.desk.feed.hall.papers else None  # noqa: E731
            follower = PrintingFollower(self.desk, "printer", words, self.paper.print_all)
            running = asyncio.create_task(follower.run())
            try:
                yield
                await self.all_papers_told()
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)

    @asynccontextmanager
    async def clerks_elsewhere(self) -> AsyncIterator[None]:
        """The clerks press at a second server on the same database, until it goes away."""
        async with opened(self.path, self.layout, self.time) as self.clerks_desk:
            yield
        self.clerks_desk = self.desk

    async def until(self, clock: str, day: str | None = None) -> None:
        """Minute after minute, everybody does what they do."""
        wanted = Time(clock, day or self.day).wall_s
        while self.time.wall_s < wanted:
            await self._minute()

    async def _minute(self) -> None:
        self.time.passes(minutes=1)
        self.minute += 1
        for desk in {id(desk): desk for desk in (self.desk, self.clerks_desk)}.values():
            await _or_no(desk.tick())
        coming = round(self.random.expovariate(1 / self.arrivals_a_minute)) if self.somebody_here else 0
        new = [self._comes(n) for n in range(coming)]
        waiting_for_one = [one for one in self.residents if one.ticket is None and not one.went_home]
        await asyncio.gather(
            *(self._takes(resident) for resident in [*waiting_for_one, *new]),
            *(self._works(clerk) for clerk in self.clerks.values() if not clerk.away),
        )
        for resident in self.residents if self.somebody_here else ():
            await self._looks(resident)
        if self.disk_takes_it:
            await self.all_papers_told()  # a printer takes seconds, and this minute took none

    async def press(self, rule: Rule, by: str, key: str | None = None, **details: Any) -> str:
        """The id of the ticket, or the code of the no."""
        fingerprint = "" if key is None else rule.__name__
        try:
            desk = self.clerks_desk if by.startswith("clerk") else self.desk
            pressing = desk.press(rule, by=by, key=key, fingerprint=fingerprint, answering=told, **details)
            return ticket_of(await pressing)
        except Refusal as refusal:
            return refusal.code

    def _comes(self, n: int) -> Resident:
        item, zone = self.random.choice(WANTS)
        resident = Resident(f"{self.minute}-{n}", item, zone, self.minute, forgetful=self.random.random() < 0.08)
        self.residents.append(resident)
        return resident

    async def _takes(self, resident: Resident) -> None:
        """One press with one key, again each minute until there is a number or a no that stays."""
        green = {"class_": "green", "reason": "elderly"} if self.random.random() < 0.1 else {}
        where = {"item": resident.item} if resident.item else {"zone": resident.zone}
        key = f"resident {resident.name} {resident.zone}"
        answer = await self.press(issue, "device:kiosk", key, paper=True, channel="kiosk", **where, **green)
        if "-" in answer:
            resident.ticket = answer
        else:
            resident.heard.append(answer)
            resident.went_home = answer != STORAGE

    async def _looks(self, resident: Resident) -> None:
        """On the phone: a missed call is made good, a wait that is too long is given up."""
        ticket = self.desk.feed.hall.tickets.get(resident.ticket or "")
        if ticket is None:
            return
        if ticket.state == "passed" and self.random.random() < 0.3:
            resident.forgetful = False
            await self.press(come_back, "resident", ticket=ticket.id)
        elif ticket.state == "waiting" and self.minute - resident.came_min > PATIENCE_MIN:
            await self.press(cancel, "resident", ticket=ticket.id)
        elif ticket.state == "done" and not ticket.rated and self.random.random() < 0.1:
            await self.press(rate, "resident", ticket=ticket.id, level=self.random.choice((5, 5, 4, 2)))

    async def _works(self, clerk: Clerk) -> None:
        window = self.clerks_desk.hall.windows[clerk.window]
        by = f"clerk:{clerk.window}"
        if window.state == "closed":
            if self._in_hours():
                await self._opens(clerk)
            return
        if window.ticket is None:
            await self._calls(clerk, by)
            return
        ticket = self.clerks_desk.hall.tickets[window.ticket]
        if ticket.state == "called":
            await self._receives(clerk, by, ticket.id, ticket.calls)
        elif self.minute >= clerk.until_min:
            await self._ends(clerk, by, ticket.id)

    def _in_hours(self) -> bool:
        now = self.clerks_desk.clock.now()
        return self.layout.always_open or any(start <= now < end for start, end in self.clerks_desk.hall.sessions)

    async def _opens(self, clerk: Clerk) -> None:
        await _or_no(
            self.clerks_desk.press(
                set_state, by=f"clerk:{clerk.window}", window=clerk.window, state="open", clerk=clerk.window
            )
        )

    async def _calls(self, clerk: Clerk, by: str) -> None:
        if clerk.held and self.random.random() < 0.3:
            answer = await self.press(call_by_name, by, window=clerk.window, ticket=clerk.held[0])
            if answer != STORAGE:
                clerk.held.pop(0)
            return
        await self.press(call_next, by, f"{by} {self.minute}", window=clerk.window)

    async def _receives(self, clerk: Clerk, by: str, ticket: str, calls: int) -> None:
        """Who doesn't come is called once more and then passed."""
        person = next(one for one in self.residents if one.ticket == ticket)
        if person.forgetful:
            await self.press(recall if calls < 2 else mark_absent, by, window=clerk.window)
        elif await self.press(start_service, by, window=clerk.window) == ticket:
            clerk.until_min = self.minute + self.random.randint(2, 9)

    async def _ends(self, clerk: Clerk, by: str, ticket: str) -> None:
        chance = self.random.random()
        if chance < 0.04:
            await self.press(transfer, by, ticket=ticket, zone=self.random.choice(("gongan", "chujian")))
        elif chance < 0.08:
            if await self.press(hold, by, window=clerk.window, reason="a copy") == ticket:
                clerk.held.append(ticket)
        else:
            await self.press(complete, by, window=clerk.window)

    # What goes wrong, and what somebody decides.

    async def window_closes(self, window: str) -> None:
        """In the middle of the queue: what is at hand is finished, and nobody else is called there."""
        self.clerks[window].away = True
        if self.desk.hall.windows[window].ticket is not None:
            await self.press(complete, f"clerk:{window}", window=window)
        await self.desk.press(set_state, by=f"clerk:{window}", window=window, state="closed", reason="ill")

    async def everybody_goes_home(self) -> None:
        """Whoever is at a window is finished with; the others are told at midnight that their number is over."""
        self.somebody_here = False
        for window in self.clerks:
            await self.window_closes(window)
        await self.all_papers_told()

    async def disk_is_full(self) -> None:
        self.disk_takes_it = False
        ((pages,),) = await on_writer(of(self.desk), "PRAGMA page_count")
        await on_writer(of(self.desk), f"PRAGMA max_page_count={pages}")

    async def disk_has_room(self) -> None:
        self.disk_takes_it = True
        await on_writer(of(self.desk), "PRAGMA max_page_count=1073741823")

    async def all_papers_told(self) -> None:
        """Every paper came out, or the hall knows why not; its seconds pass meanwhile."""
        async with asyncio.timeout(SOON_S):
            while [t for t in self.desk.feed.hall.tickets.values() if t.paper == "waiting"]:
                await _or_no(self.desk.tick())
                await asyncio.sleep(0.001)

    # What residents would notice.

    async def reckoning(self, unprinted: frozenset[str] | set[str] = frozenset()) -> None:
        """Log, tables and state tell the same; nobody shares a number; everyone was served or told. Every paper came
        out or was told of, but of those who never came to take it."""
        await check(self.desk)
        numbers = [resident.ticket for resident in self.residents if resident.ticket is not None]
        assert len(set(numbers)) == len(numbers)
        for resident in self.residents:
            if resident.ticket is None:
                assert resident.heard, resident
                assert resident.went_home, resident
        issued = await asyncio.to_thread(of(self.desk).table, "ticket", ("hall", "id", "state", "paper"), "hall")
        assert {row[1] for row in issued} == set(numbers)
        assert {row[3] for row in issued if row[1] not in unprinted} <= {"printed", "failed"}
        assert {row[1] for row in issued if row[3] == "printed"} <= set(self.paper.printed)

    async def fates(self) -> dict[str, int]:
        """How many tickets ended how."""
        rows = await asyncio.to_thread(of(self.desk).table, "ticket", ("hall", "id", "state"), "hall")
        return {state: sum(row[2] == state for row in rows) for state in sorted({row[2] for row in rows})}


async def _or_no(pressing: Awaitable[Any]) -> None:
    """It happens, or the disk is full and the next minute tries again."""
    try:
        await pressing
    except Refusal as refusal:
        if refusal.code != STORAGE:
            raise
