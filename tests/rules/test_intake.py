"""When no number is given though people stand at the door, and what they are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hallserver.events import IntakeResumed, IntakeStopped
from hallserver.rules.bookings import arrive, book, move
from hallserver.rules.calling import call_next
from hallserver.rules.chains import plan_chain
from hallserver.rules.days import tick
from hallserver.rules.hours import closes_at, is_open
from hallserver.rules.intake import resume_intake, stop_intake
from hallserver.rules.issuing import issue
from hallserver.rules.layout import Session
from hallserver.rules.slots import slots_of
from hallserver.rules.snapshot import from_plain, to_plain
from hallserver.rules.visits import cancel
from tests.a_hall import ITEMS, MONDAY, WEEKDAYS, a_hall, a_layout, at, issued, press, refusal
from tests.rules.a_booking_hall import a_booking_layout, booked

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


def test_every_part_of_a_chain_counts_against_its_matters_numbers_and_none_is_given_where_one_is_gone() -> None:
    hall = a_hall(a_layout(items=CAPPED))
    chained = issued(hall, at("09:00"), chain=["hz-001", "yb-001"])
    assert hall.given_items == {"yb-001": 1}
    press(hall, plan_chain, at("09:01"), ticket=chained.id, items=["hz-001"])
    assert hall.given_items == {"yb-001": 0}, "left out again, it is free"
    press(hall, plan_chain, at("09:01"), ticket=chained.id, items=["yb-001"])
    named_late = issued(hall, at("09:02"), zone="zonghe")
    press(hall, plan_chain, at("09:03"), ticket=named_late.id, items=["yb-001", "hz-001"])
    assert hall.given_items == {"yb-001": 2}
    no = refusal(hall, issue, at("09:04"), chain=["yb-002", "yb-001"])
    assert (no.code, no.details["item"]) == ("quota_reached", "yb-001")
    other = issued(hall, at("09:05"), item="hz-001")
    no = refusal(hall, plan_chain, at("09:06"), ticket=other.id, items=["yb-001"])
    assert (no.code, no.details) == ("quota_reached", {"opens_at": at("08:30", TUESDAY), "item": "yb-001"})
    assert press(hall, plan_chain, at("09:07"), ticket=chained.id, items=["yb-001", "yb-002"]) != [], "it has its own"
    assert from_plain(to_plain(hall)) == hall


def test_a_booking_of_today_holds_its_number_until_it_comes_or_is_missed() -> None:
    layout = a_booking_layout(quota=9, late_min=10, after_late="missed")
    hall = a_hall(replace(layout, items={item.id: item for item in CAPPED}))
    first = booked(hall, "10:00", MONDAY, item="yb-001")
    second = booked(hall, "14:00", MONDAY, item="yb-001")
    assert refusal(hall, issue, at("09:00"), item="yb-001").code == "quota_reached"
    assert refusal(hall, book, at("09:00"), start=at("15:00"), item="yb-001").code == "slot_full"
    assert [slot.free for slot in slots_of(hall, at("09:00"), date(2026, 11, 23), item="yb-001")[-1:]] == [0]
    assert from_plain(to_plain(hall)) == hall
    press(hall, arrive, at("10:00"), ticket=first.id)
    assert refusal(hall, issue, at("10:01"), item="yb-001").code == "quota_reached", "one is given, one held"
    press(hall, move, at("10:02"), ticket=second.id, start=at("14:00", TUESDAY))
    third = issued(hall, at("10:03"), item="yb-001")
    press(hall, move, at("10:04"), ticket=booked(hall, "15:00", TUESDAY, at("10:04"), item="yb-001").id,
          start=at("16:00", TUESDAY))  # fmt: skip
    assert refusal(hall, book, at("10:05"), start=at("09:00", TUESDAY), item="yb-001").code == "slot_full"
    press(hall, cancel, at("10:06"), ticket=third.id)
    press(hall, tick, at("00:00", TUESDAY))
    assert refusal(hall, issue, at("09:00", TUESDAY), item="yb-001").code == "quota_reached"
    press(hall, tick, at("14:40:01", TUESDAY))
    assert second.state == "expired"
    issued(hall, at("14:41", TUESDAY), item="yb-001")


def test_a_later_part_may_wait_for_its_zone_to_open_but_not_until_another_day() -> None:
    halves = (*ZONE_HOURS, Session(WEEKDAYS, "13:30", "15:00", "gongan"))
    hall = a_hall(a_layout(sessions=halves))
    chained = issued(hall, at("12:00"), chain=["hz-001", "yb-001"])
    assert chained.item == "yb-001", "first where it is working time"
    no = refusal(hall, issue, at("15:30"), chain=["hz-001", "yb-001"])
    assert (no.code, no.details) == ("zone_closed", {"opens_at": at("09:00", TUESDAY), "item": "hz-001"})


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
