"""National Day with a morning on duty (值班), closed by choice at noon; and the Saturday that is worked for it."""

from __future__ import annotations

from pathlib import Path

from hallserver.rules.calendar_days import seed_year, set_calendar_day
from hallserver.rules.closing import choose_leftovers
from hallserver.rules.hours import is_open, opens_at
from hallserver.rules.intake import stop_intake
from hallserver.rules.layout import Session
from hallserver.state_calendar import state_days
from tests.a_hall import at
from tests.days.a_day import Day
from tests.desk.a_real_hall import told_of

HOLIDAY, AFTER = "2026-10-01", "2026-10-08"
DUTY = (Session((), "09:30", "11:30", kind="shifted"),)


async def test_a_morning_on_duty_on_a_public_holiday(tmp_path: Path) -> None:
    day = Day(tmp_path, seed=11, start="09:00", day=HOLIDAY)
    day.arrivals_a_minute = 1.8
    async with day.opened():
        await day.desk.press(seed_year, by="hall", year=2026, days=state_days(2026), source="chinesecalendar")
        await day.until("09:20")
        heard = {no for resident in day.residents for no in resident.heard}
        assert heard == {"hall_closed"}, "nobody gets a number on National Day"
        hall = day.desk.feed.hall
        assert opens_at(hall, at("09:20", HOLIDAY)) == at("08:30", AFTER)
        await day.desk.press(set_calendar_day, by="manager:1", day=HOLIDAY, kind="working", name="值班", sessions=DUTY)
    async with day.opened():  # restarted before the doors open: the duty stands in the log
        await day.until("10:30")
        assert told_of(day.path, "TicketCalled")
        await day.desk.press(stop_intake, by="manager:1", item="hz-001", reason="系统维护")
        await day.until("11:00")
        for window in ("1", "2"):  # two clerks are called away in the middle of the queue
            await day.window_closes(window)
        await day.until("11:20")
        await day.desk.press(choose_leftovers, by="manager:1", leftovers="end")
        await day.until("11:29")
        waiting = [ticket.id for ticket in day.desk.feed.hall.tickets.values() if ticket.state == "waiting"]
        assert waiting, "somebody still waits when the hour strikes"
        await day.until("11:40")
        assert set(waiting) - set(told_of(day.path, "TicketCalled")) <= set(told_of(day.path, "TicketExpired"))
        assert not [ticket for ticket in day.desk.feed.hall.tickets.values() if ticket.state == "waiting"]
        await day.until("12:20")
        await day.everybody_goes_home()
        await day.reckoning()
    assert "intake_stopped" in {no for resident in day.residents for no in resident.heard}
    hall = day.desk.feed.hall
    assert is_open(hall, at("10:00", HOLIDAY))


async def test_a_saturday_that_is_worked_for_a_holiday_is_a_day_like_monday(tmp_path: Path) -> None:
    day = Day(tmp_path, seed=12, start="08:25", day="2026-10-10")
    async with day.opened():
        await day.desk.press(seed_year, by="hall", year=2026, days=state_days(2026), source="chinesecalendar")
        await day.until("09:30")
        assert len(told_of(day.path, "TicketCalled")) > 5
        await day.everybody_goes_home()
        await day.reckoning()
