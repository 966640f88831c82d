"""A Monday with everything that goes wrong on Mondays."""

from __future__ import annotations

from pathlib import Path

import pytest

from hallserver.rules.hall import ENDED
from tests.days.a_day import STORAGE, Day
from tests.desk.a_real_hall import lines, told_of

TUESDAY = "2026-11-24"


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_monday_with_no_paper_a_full_disk_a_restart_and_a_clerk_gone_ill(tmp_path: Path, seed: int) -> None:
    day = Day(tmp_path, seed)
    async with day.opened():
        await day.until("09:20")
        day.paper.out = True
        await day.until("09:35")
        assert day.desk.feed.hall.printer_cause == "no_paper"
        day.paper.out = False
        await day.until("10:00")
        before = day.desk.feed.end
        await day.disk_is_full()
        await day.until("10:10")
        assert day.desk.failure
        after = day.desk.feed.end
        await day.disk_has_room()
        await day.until("12:00")
        assert day.desk.failure is None
    async with day.opened():  # restarted at noon
        await day.until("14:00")
        await day.window_closes("2")
        await day.until("15:00")
        day.clerks["2"].away = False
        await day.until("17:10")
        await day.everybody_goes_home()
        left_over = [ticket for ticket in day.desk.feed.hall.tickets.values() if ticket.state not in ENDED]
        await day.until("00:01", TUESDAY)
        await day.reckoning()
        fates = await day.fates()
        assert set(fates) <= {"done", "cancelled", "expired"}
        assert fates["done"] > 0.8 * sum(fates.values())
        assert fates.get("expired", 0) == len(left_over)
    heard = [no for resident in day.residents for no in resident.heard]
    assert STORAGE in heard
    assert set(heard) <= {STORAGE, "hall_closed", "not_before_closing"}
    waited_out = [resident for resident in day.residents if STORAGE in resident.heard and resident.ticket]
    assert waited_out, "those whose press could not be written got their number with the same key later"
    failed = [facts for _, kind, facts in lines(day.path) if kind == "TicketPrintFailed"]
    late = [facts["deed"] for facts in failed if facts["cause"] == "too_late"]
    assert all(before < deed <= after for deed in late), "given while the disk took a number and then nothing more"
    assert {facts["cause"] for facts in failed if facts["deed"] not in late} == {"no_paper"}
    assert day.desk.feed.hall.tickets == {}


async def test_the_same_monday_without_any_trouble_ends_the_same_for_everyone_who_came(tmp_path: Path) -> None:
    """The yardstick of the other story: on a day like this nearly everyone is served."""
    day = Day(tmp_path, seed=1)
    async with day.opened():
        await day.until("17:10")
        await day.everybody_goes_home()
        await day.until("00:01", TUESDAY)
        await day.reckoning()
        fates = await day.fates()
    assert fates["done"] > 0.8 * sum(fates.values())
    assert {no for resident in day.residents for no in resident.heard} <= {"hall_closed", "not_before_closing"}
    assert set(day.paper.printed) == set(told_of(day.path, "TicketIssued"))


async def test_the_morning_after_begins_with_001(tmp_path: Path) -> None:
    day = Day(tmp_path, seed=4, start="16:00")
    async with day.opened():
        await day.until("17:30")
        await day.until("08:40", TUESDAY)
        today = [ticket for ticket in told_of(day.path, "TicketIssued") if ticket.startswith("20261124")]
        assert today
        assert all(ticket.endswith(f"{n:03d}") for prefix in "ABC" for n, ticket in numbered(today, prefix))
        await day.reckoning()


def numbered(tickets: list[str], prefix: str) -> list[tuple[int, str]]:
    return list(enumerate((ticket for ticket in tickets if f"-{prefix}" in ticket), start=1))
