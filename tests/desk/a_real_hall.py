"""A hall on a real SQLite file, in this process: its desk, and a machine's clock that a test turns.

async with opened(folder / "hall.db") as desk:      # always open, real time, 4 windows of one zone
    ticket = await take(desk)                       # "20261123-A001"
    await open_windows(desk)
    assert await call(desk, "1") == ticket
    await check(desk)                               # the log, the tables and the state tell the same
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from hallserver.clock import HallClock
from hallserver.desk import Answer, Desk
from hallserver.events import Deed
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.calling import call_next
from hallserver.rules.hall import Hall
from hallserver.rules.issuing import issue
from hallserver.rules.layout import Layout, WindowPlan
from hallserver.rules.services import complete
from hallserver.rules.windows import set_state
from hallserver.store.database import Store
from hallserver.store.verifying import differences, rebuild
from tests.a_hall import MONDAY, a_layout, at

SOON_S = 15.0
"""How long a test waits for what is about to happen before it fails."""


def wide_layout(windows: int = 4, **settings: Any) -> Layout:
    """So many windows of one zone, open at any hour."""
    plans = [WindowPlan(str(n), f"{n} 号窗口", "zonghe") for n in range(1, windows + 1)]
    return a_layout(windows=plans, **{"always_open": True} | settings)


class Time:
    """A machine's two clocks, in whole seconds; the wall's can be set, the other only goes on."""

    def __init__(self, clock: str = "09:00", day: str = MONDAY, timezone: str = "Asia/Shanghai") -> None:
        self.timezone = timezone
        self.wall_s = at(clock, day, timezone) // 1000
        self.running_s = 5000

    @property
    def now(self) -> Moment:
        return self.wall_s * 1000

    def passes(self, *, minutes: int = 0, seconds: int = 0) -> None:
        self.wall_s += minutes * 60 + seconds
        self.running_s += minutes * 60 + seconds

    def is_now(self, clock: str, day: str = MONDAY) -> None:
        """Time passes until then."""
        ahead_s = at(clock, day, self.timezone) // 1000 - self.wall_s
        assert ahead_s >= 0, f"{day} {clock} is over"
        self.passes(seconds=ahead_s)

    def machine_is_set(self, *, minutes: int) -> None:
        """Somebody sets the machine's clock, back with a negative number."""
        self.wall_s += minutes * 60

    def hall_clock(self) -> HallClock:
        return HallClock(wall=lambda: float(self.wall_s), monotonic=lambda: float(self.running_s))


@asynccontextmanager
async def opened(path: Path, layout: Layout | None = None, time: Time | None = None) -> AsyncIterator[Desk]:
    """A hall's desk on a database of its own process."""
    async with stored(path) as store, served(store, layout, time) as desk:
        yield desk


@asynccontextmanager
async def stored(path: Path) -> AsyncIterator[Store]:
    store = Store(path)
    try:
        yield store
    finally:
        await asyncio.to_thread(store.close)


@asynccontextmanager
async def served(store: Store, layout: Layout | None = None, time: Time | None = None) -> AsyncIterator[Desk]:
    desk = Desk(store, layout or wide_layout(), time.hall_clock() if time else None)
    await desk.open()
    try:
        yield desk
    finally:
        await desk.close()


def of(desk: Desk) -> Store:
    return desk._store


def told(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
    """The answer of a press about a ticket."""
    return 201, {"ticket": getattr(deeds[0].event, "ticket"), "deed": deeds[0].number}  # noqa: B009


def ticket_of(answer: Answer) -> str:
    return str(json.loads(answer.body)["ticket"])


async def take(desk: Desk, *, key: str | None = None, fingerprint: str = "take", **details: Any) -> str:
    """The id of the ticket that was given."""
    wanted = {"zone": "zonghe"} | details
    return ticket_of(await desk.press(issue, by="resident", answering=told, key=key, fingerprint=fingerprint, **wanted))


async def take_many(desk: Desk, count: int, **details: Any) -> list[str]:
    return await asyncio.gather(*(take(desk, **details) for _ in range(count)))


async def open_windows(desk: Desk, windows: Iterable[str] | None = None) -> None:
    for window in desk.hall.windows if windows is None else windows:
        await desk.press(set_state, by="manager:m", window=window, state="open", clerk=f"clerk-{window}")


async def call(desk: Desk, window: str, *, key: str | None = None, fingerprint: str = "call") -> str:
    """The id of the ticket that is called."""
    return ticket_of(
        await desk.press(
            call_next, by=f"clerk:{window}", answering=told, key=key, fingerprint=fingerprint, window=window
        )
    )


async def finish(desk: Desk, window: str) -> None:
    await desk.press(complete, by=f"clerk:{window}", window=window)


async def call_or_no(desk: Desk, window: str) -> str | None:
    """The ticket, or None when nobody waits; any other no is a fault."""
    try:
        return await call(desk, window)
    except Refusal as refusal:
        if refusal.code != "nobody_waiting":
            raise
        return None


async def the_no(pressing: Any) -> Refusal:
    """The refusal of a press, soon."""
    async with asyncio.timeout(SOON_S):
        with pytest.raises(Refusal) as no:
            await pressing
    return no.value


async def until(true: Callable[[], Any], *, within_s: float = SOON_S) -> None:
    """For what sets no event that a test could await: files, other processes, other threads."""
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.005)


@asynccontextmanager
async def held_writer(store: Store) -> AsyncIterator[None]:
    """Nothing is committed until this is left: the disk is slow."""
    await on_writer(store)  # through with what it was given before
    assert store.writer.pid is not None
    os.kill(store.writer.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(store.writer.pid, signal.SIGCONT)


async def on_writer(store: Store, *statements: str) -> list[Any]:
    """Run SQL on the writing connection, between transactions; the first row of each answer."""
    answered: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()

    def ran(rows: list[Any], error: str | None) -> None:
        answered.set_exception(sqlite3.OperationalError(error)) if error else answered.set_result(rows)

    store.writer.follow(asyncio.get_running_loop())
    store.writer.run(list(statements), ran)
    async with asyncio.timeout(SOON_S):
        return await answered


def lines(path: Path, hall: str = "hall") -> list[tuple[int, str, dict[str, Any]]]:
    """Number, kind and facts of every log line, read by SQLite alone."""
    connection = sqlite3.connect(path)
    try:
        sql = "SELECT number, kind, facts FROM log WHERE hall = ? ORDER BY number"
        return [(number, kind, json.loads(facts)) for number, kind, facts in connection.execute(sql, (hall,))]
    finally:
        connection.close()


def told_of(path: Path, kind: str, hall: str = "hall") -> list[str]:
    """The tickets that a kind of deed tells of, in the log's order."""
    return [facts["ticket"] for _, told_kind, facts in lines(path, hall) if told_kind == kind]


def check_log(path: Path, hall: str = "hall") -> None:
    """Numbered 1, 2, 3 …; no number given twice; nobody at two windows, and no window with two."""
    at_window: dict[str, str] = {}
    issued: Counter[str] = Counter()
    for place, (number, kind, facts) in enumerate(lines(path, hall), start=1):
        assert number == place
        if kind == "TicketIssued":
            issued[facts["ticket"]] += 1
        elif kind == "TicketCalled":
            assert facts["window"] not in at_window
            assert facts["ticket"] not in at_window.values()
            at_window[facts["window"]] = facts["ticket"]
        elif kind in ("ServiceEnded", "PartEnded", "TicketPassed", "TicketHeld"):
            assert at_window.pop(facts["window"]) == facts["ticket"]
        elif kind in ("TicketTransferred", "TicketCancelled", "TicketExpired"):
            at_window = {window: ticket for window, ticket in at_window.items() if ticket != facts["ticket"]}
    assert {ticket: times for ticket, times in issued.items() if times != 1} == {}


async def check(desk: Desk) -> None:
    """What must be true of every hall after whatever happened: log, tables and both states tell the same."""
    async with asyncio.timeout(SOON_S):
        while desk._flight or desk._mending is not None:
            await desk._written()
            await desk._all_mended()
    store = of(desk)
    check_log(store.path, desk.id)
    assert await asyncio.to_thread(lambda: list(differences(store, desk.id))) == []
    folded, _ = await asyncio.to_thread(rebuild, store, desk.id)
    assert desk.feed.hall == folded
    assert desk.hall == folded
