"""A matter that is accepted on Monday, ready on Tuesday and collected on Wednesday, with a restart between; ended by
building the tables anew from the log."""

from __future__ import annotations

import asyncio
from pathlib import Path

from hallserver.rules.calling import call_by_name
from hallserver.rules.cases import hand_over_case, make_ready, supply
from hallserver.rules.issuing import issue
from hallserver.rules.services import complete
from hallserver.views.cases import cases_of
from tests.a_hall import MONDAY
from tests.days.a_day import Day, Resident
from tests.desk.a_real_hall import of, told_of

TUESDAY, WEDNESDAY, THURSDAY = "2026-11-24", "2026-11-25", "2026-11-26"


async def test_a_case_is_accepted_made_ready_and_handed_over_on_three_days(tmp_path: Path) -> None:
    day = Day(tmp_path, seed=6, start="15:30", day=MONDAY)
    day.arrivals_a_minute = 0.1
    async with day.opened():
        await day.until("15:40")
        kept, forgotten = [await accepted(day, note) for note in ("照片", None)]
        assert [case["state"] for case in cases_of(day.desk.feed.hall, kept)] == ["in_office"]
        await day.everybody_goes_home()
        await day.until("09:00", TUESDAY)
        assert kept not in day.desk.feed.hall.tickets
        [case] = day.desk.feed.hall.cases_of[kept]
        await day.press(supply, "clerk:3", case=case)
        await day.press(make_ready, "clerk:3", case=case)
    async with day.opened():  # restarted at noon: from its snapshot of the morning
        await day.until("10:00", WEDNESDAY)
        [shown] = cases_of(day.desk.feed.hall, kept)
        assert (shown["state"], shown["supplied_at"][:10], shown["ready_at"][:10]) == ("ready", TUESDAY, TUESDAY)
        await day.press(hand_over_case, "clerk:4", case=case, way="window", window="4", clerk="0304")
        [shown] = cases_of(day.desk.feed.hall, kept)
        assert (shown["state"], shown["way"]) == ("handed_over", "window")
        await day.until("00:01", THURSDAY)
        assert cases_of(day.desk.feed.hall, kept) == []
        assert [one["state"] for one in cases_of(day.desk.feed.hall, forgotten)] == ["in_office"]
        await day.reckoning()
        rows = await asyncio.to_thread(of(day.desk).table, "case", ("hall", "ticket", "state"), "hall")
    assert rows == [("hall", kept, "handed_over"), ("hall", forgotten, "in_office")]
    assert told_of(day.path, "CaseReady") == told_of(day.path, "CaseHandedOver") == [kept]


async def accepted(day: Day, note: str | None) -> str:
    """Somebody at window 3 whose matter goes on behind it."""
    day.clerks["3"].away = True
    if day.desk.hall.windows["3"].ticket is not None:
        await day.press(complete, "clerk:3", window="3")
    ticket = await day.press(issue, "device:kiosk", item="hz-001", paper=True, channel="kiosk")
    day.residents.append(Resident(f"accepted {ticket}", "hz-001", "gongan", day.minute, ticket=ticket))
    await day.press(call_by_name, "clerk:3", window="3", ticket=ticket, reason="x", clerk="0303")
    outcome = "accepted" if note is None else "accepted_with_gaps"
    await day.press(complete, "clerk:3", window="3", outcome=outcome, note=note)
    return ticket
