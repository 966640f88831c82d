"""When no number is given though people stand at the door, and what they are told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hallserver.events import IntakeResumed, IntakeStopped
from hallserver.rules.calling import call_next
from hallserver.rules.days import tick
from hallserver.rules.hours import closes_at, is_open
from hallserver.rules.intake import resume_intake, stop_intake
from hallserver.rules.issuing import issue
from hallserver.rules.layout import Session
from hallserver.rules.snapshot import from_plain, to_plain
from hallserver.rules.visits import cancel
from tests.a_hall import ITEMS, WEEKDAYS, a_hall, a_layout, at, issued, press, refusal

TUESDAY = "2026-11-24"
ZONE_HOURS = (Session(WEEKDAYS, "08:30", "17:00"), Session(WEEKDAYS, "09:00", "11:30", "gongan"))
CAPPED = (replace(ITEMS[0], daily_cap=2), *ITEMS[1:])


def test_a_zone_with_hours_of_its_own_keeps_those_and_the_others_the_halls() -> None:
    hall = a_hall(a_layout(sessions=ZONE_HOURS))
    assert [is_open(hall, at(clock), "gongan") for clock in ("08:59", "09:00", "11:30")] == [False, True, False]
    assert [is_open(hall, at(clock), "zonghe") for clock in ("08:30", "16:59", "17:00")] == [True, True, False]
    no = refusal(hall, issue, at("14:00"), zone="gongan")
    assert (no.code, no.details["opens_at"]) == ("zone_closed", at("09:00", TUESDAY))
    issued(hall, at("14:00"), zone="zonghe")


def test_the_hall_is_open_while_any_zone_is() -> None:
    early = (Session(WEEKDAYS, "08:30", "17:00"), Session(WEEKDAYS, "07:00", "09:00", "chujian"))
    hall = a_hall(a_layout(sessions=early), now=at("06:00"))
    assert is_open(hall, at("07:00"))
    issued(hall, at("07:30"), zone="chujian")
    assert refusal(hall, issue, at("07:30"), zone="zonghe").code == "zone_closed"
    assert refusal(hall, issue, at("06:30"), zone="chujian").code == "hall_closed"


def test_an_item_has_so_many_numbers_a_day_and_says_when_to_come_again() -> None:
    hall = a_hall(a_layout(items=CAPPED))
    first = issued(hall, at("09:00"), item="yb-001")
    issued(hall, at("09:00"), item="yb-001")
    press(hall, cancel, at("09:01"), ticket=first.id)
    no = refusal(hall, issue, at("09:02"), item="yb-001")
    assert (no.code, no.details["opens_at"]) == ("quota_reached", at("08:30", TUESDAY))
    issued(hall, at("09:03"), item="hz-001")
    assert from_plain(to_plain(hall)).given_items == {"yb-001": 2}
    press(hall, tick, at("00:00", TUESDAY))
    issued(hall, at("08:30", TUESDAY), item="yb-001")


def test_staff_stop_the_numbers_of_a_matter_or_a_zone_and_give_them_again() -> None:
    hall = a_hall()
    [deed] = press(hall, stop_intake, at("09:00"), item="yb-001", reason="系统维护")
    assert deed.event == IntakeStopped(None, "yb-001", "系统维护")
    no = refusal(hall, issue, at("09:01"), item="yb-001")
    assert (no.code, no.details["reason"]) == ("intake_stopped", "系统维护")
    issued(hall, at("09:01"), zone="zonghe")
    press(hall, stop_intake, at("09:02"), zone="zonghe")
    assert refusal(hall, issue, at("09:03"), zone="zonghe").code == "intake_stopped"
    assert refusal(hall, issue, at("09:03"), item="yb-002").code == "intake_stopped"
    assert press(hall, stop_intake, at("09:04"), zone="zonghe") == []
    [resumed] = press(hall, resume_intake, at("09:05"), zone="zonghe")
    assert resumed.event == IntakeResumed("zonghe", None)
    assert press(hall, resume_intake, at("09:05"), zone="zonghe") == []
    issued(hall, at("09:06"), zone="zonghe")


def test_who_waits_is_called_though_the_numbers_are_stopped() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, stop_intake, at("09:01"), zone="zonghe")
    press(hall, call_next, at("09:02"), window="1")
    assert ticket.state == "called"


def test_a_stop_ends_with_the_day() -> None:
    hall = a_hall()
    press(hall, stop_intake, at("09:00"), zone="zonghe")
    press(hall, tick, at("00:00", TUESDAY))
    issued(hall, at("08:30", TUESDAY), zone="zonghe")


@pytest.mark.parametrize(("where", "code"), [({"zone": "moon"}, "unknown_zone"), ({"item": "x"}, "unknown_item")])
def test_numbers_are_stopped_only_where_some_are_given(where: dict[str, str], code: str) -> None:
    assert refusal(a_hall(), stop_intake, at("09:00"), **where).code == code
    assert refusal(a_hall(), resume_intake, at("09:00"), **where).code == code


def test_the_last_numbers_are_given_some_minutes_before_closing() -> None:
    hall = a_hall(a_layout(last_intake_min=20, sessions=ZONE_HOURS))
    issued(hall, at("16:39:59"), zone="zonghe")
    assert refusal(hall, issue, at("16:40"), zone="zonghe").code == "last_intake_past"
    assert refusal(hall, issue, at("11:10"), zone="gongan").code == "last_intake_past"


def test_a_lunch_break_is_not_the_end_of_the_day() -> None:
    halves = (Session(WEEKDAYS, "08:30", "12:00"), Session(WEEKDAYS, "13:30", "17:00"))
    hall = a_hall(a_layout(last_intake_min=20, sessions=halves))
    issued(hall, at("11:55"), zone="zonghe")
    assert closes_at(hall, "zonghe") == at("17:00")


@pytest.mark.parametrize(
    ("wanted", "clock", "given"),
    [("off", "16:59", True), ("likely", "14:50", True), ("likely", "16:50", False), ("high", "14:50", False)],
)
def test_who_could_not_be_served_before_closing_is_told_when_to_come(wanted: str, clock: str, given: bool) -> None:
    """One window works, with three waiting: likely 71 minutes, at most 129, and then 20 for the own matter."""
    hall = a_hall(a_layout(served_before_closing=wanted), open_windows=["3"])
    for _ in range(4):
        issued(hall, at("09:00"), item="hz-001", channel="desk")
    press(hall, call_next, at("14:40"), window="3")
    if given:
        issued(hall, at(clock), item="hz-001")
        return
    no = refusal(hall, issue, at(clock), item="hz-001")
    assert (no.code, no.details["opens_at"]) == ("not_before_closing", at("08:30", TUESDAY))


def test_staff_at_the_desk_may_give_a_number_the_estimate_would_not() -> None:
    hall = a_hall(a_layout(served_before_closing="likely"), open_windows=["3"])
    for _ in range(4):
        issued(hall, at("16:50"), item="hz-001", channel="desk")
    assert refusal(hall, issue, at("16:50"), item="hz-001").code == "not_before_closing"


def test_while_no_window_is_open_nobody_is_sent_away_by_a_guess() -> None:
    hall = a_hall(a_layout(served_before_closing="likely"), open_windows=[])
    for _ in range(30):
        issued(hall, at("16:58"), item="hz-001")


def test_a_hall_that_never_closes_stops_nothing() -> None:
    hall = a_hall(a_layout(always_open=True, last_intake_min=240, served_before_closing="high"))
    for _ in range(40):
        issued(hall, at("23:58"), zone="zonghe")
