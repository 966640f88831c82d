"""Days that are odd: a night, a clock set back, two servers of which one goes away."""

from __future__ import annotations

from pathlib import Path

from tests.days.a_day import Day
from tests.desk.a_real_hall import lines, of, told_of

TUESDAY = "2026-11-24"


async def test_a_hall_that_never_closes_takes_its_queue_through_midnight(tmp_path: Path) -> None:
    day = Day(tmp_path, seed=5, start="22:00", always_open=True)
    day.arrivals_a_minute = 0.8
    async with day.opened():
        await day.until("23:59")
        evening = {ticket.id for ticket in day.desk.feed.hall.tickets.values() if ticket.state == "waiting"}
        assert len(evening) > 3
        await day.all_papers_told()
        await day.until("01:30", TUESDAY)
        await day.everybody_goes_home()
        await day.reckoning()
        fates = await day.fates()
        assert fates.get("expired", 0) == 0
        of_evening = [ticket for ticket in told_of(day.path, "TicketCalled") if ticket in evening]
        assert len(set(of_evening)) > 3
    tuesdays = [ticket for ticket in told_of(day.path, "TicketIssued") if ticket.startswith("20261124")]
    shown = {ticket[9:] for ticket in evening}
    assert tuesdays
    assert not shown & {ticket[9:] for ticket in tuesdays}, "a number on the board means one person"


async def test_a_clock_set_back_two_hours_in_the_morning_is_a_day_like_any_other(tmp_path: Path) -> None:
    day = Day(tmp_path, seed=6)
    async with day.opened():
        await day.until("10:30")
        day.time.machine_is_set(minutes=-120)
        await day.until("12:00")
        assert day.desk.clock.behind_ms > 0
        await day.everybody_goes_home()
        await day.reckoning()
        moments = [deed.at for deed in of(day.desk).whole_log("hall")]
        assert moments == sorted(moments)
    assert [kind for _, kind, _ in lines(day.path)].count("DayBegan") == 1


async def test_kiosks_at_one_server_and_clerks_at_another_are_one_hall_and_one_may_go_away(tmp_path: Path) -> None:
    day = Day(tmp_path, seed=7, start="08:29")
    async with day.opened():
        async with day.clerks_elsewhere():
            await day.until("09:45")
            assert told_of(day.path, "ServiceEnded")
            done = len(told_of(day.path, "ServiceEnded"))
        await day.until("10:30")
        assert len(told_of(day.path, "ServiceEnded")) > done
        await day.everybody_goes_home()
        await day.reckoning()
