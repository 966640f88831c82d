"""A Tuesday with bookings that come early, in time, late and not at all, among people who take a number; ended by
building the tables anew from the log."""

from __future__ import annotations

import asyncio
from pathlib import Path

from hallserver.layouts import layout_of
from hallserver.rules.bookings import arrive, book, move
from hallserver.rules.visits import cancel
from tests.a_hall import MONDAY, at
from tests.days.a_day import Day, Resident
from tests.desk.a_real_hall import of, told_of
from tests.web.a_booking_server import booking_settings

TUESDAY, WEDNESDAY = "2026-11-24", "2026-11-25"


class Booked:
    """Who books on Monday for a time of Tuesday, and when they come, if they do."""

    def __init__(self, name: str, slot: str, comes: str | None) -> None:
        self.name, self.slot, self.comes = name, slot, comes
        self.ticket = ""
        self.heard: list[str] = []


async def test_a_day_of_bookings_early_late_and_never(tmp_path: Path) -> None:
    day = Day(tmp_path, seed=3, start="16:00", day=MONDAY)
    day.settings = booking_settings(early_min=20, late_min=10)
    day.layout = layout_of(day.settings)
    day.layout.id = "hall"
    people = [
        Booked("early", "10:00", "09:30"),  # too early: told from when, comes again
        Booked("in time", "10:00", "10:05"),
        Booked("late", "10:30", "11:20"),  # waits as a walk-in
        Booked("never", "11:00", None),
        Booked("moved", "14:00", "15:35"),
        Booked("cancels", "15:00", None),
    ]
    async with day.opened():
        await day.until("16:20")
        for n, one in enumerate(people):
            one.ticket = await day.press(
                book, "resident", start=at(one.slot, TUESDAY), zone="zonghe", person=f"p{n}", channel="phone"
            )
        assert [one.ticket for one in people] == [f"20261124-A50{n}" for n in range(1, 7)]
        await day.press(move, "resident", ticket=people[4].ticket, start=at("15:30", TUESDAY))
        await day.press(cancel, "resident", ticket=people[5].ticket)
        await day.everybody_goes_home()
        await day.until("08:20", TUESDAY)
        for clerk in day.clerks.values():
            clerk.away = False
        day.somebody_here = True
        for minute in ("09:30", "09:40", "10:05"):
            await day.until(minute, TUESDAY)
            await come(day, people, minute)
    async with day.opened():  # a restart in the middle of it
        for minute in ("11:20", "15:35"):
            await day.until(minute, TUESDAY)
            await come(day, people, minute)
        await day.until("16:59", TUESDAY)
        await day.everybody_goes_home()
        await day.until("17:02", TUESDAY)
        figures = day.desk.feed.hall.figures
        assert (figures.arrived, figures.arrived_late, figures.missed) == (4, 1, 1)
        assert list(day.desk.feed.hall.missed) == ["p3"]
        await day.until("00:01", WEDNESDAY)
        assert day.desk.feed.hall.tickets == {}
        await the_log_tells_the_tables(day, people)
    assert people[0].heard == ["too_early"]
    assert told_of(day.path, "BookingMissed") == [people[3].ticket]


async def come(day: Day, people: list[Booked], minute: str) -> None:
    """Whoever comes at that minute; one who is too early tries again ten minutes later."""
    for one in people:
        if one.comes == minute or (one.heard and minute == "09:40"):
            answer = await day.press(arrive, "device:kiosk", ticket=one.ticket, paper=True)
            if answer == one.ticket:
                day.residents.append(Resident(one.name, None, "zonghe", day.minute, ticket=one.ticket))
            else:
                one.heard.append(answer)


async def the_log_tells_the_tables(day: Day, people: list[Booked]) -> None:
    """The reckoning of every day, and what became of each booking, with its one number."""
    for one in people:
        if one.ticket not in {resident.ticket for resident in day.residents}:
            day.residents.append(Resident(one.name, None, "zonghe", day.minute, ticket=one.ticket))
    columns = ("hall", "id", "shown", "state", "class", "paper", "slot_at", "arrived_at")
    rows = await asyncio.to_thread(of(day.desk).table, "ticket", columns, "hall")
    found = {row[1]: row[2:] for row in rows}
    told = [found[one.ticket][:4] for one in people]
    assert told[0][:3] == ("A501", "done", "booked")
    assert told[1][:3] == ("A502", "done", "booked")
    assert told[2][:3] == ("A503", "done", "walk_in")
    assert told[3] == ("A504", "expired", "booked", "none")
    assert told[4][:3] == ("A505", "done", "booked")
    assert told[5] == ("A506", "cancelled", "booked", "none")
    assert found[people[4].ticket][4] == at("15:30", TUESDAY)
    await day.reckoning(unprinted={people[3].ticket, people[5].ticket})
