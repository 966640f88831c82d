"""Bookings whose settings a manager changes while the hall is open: what is asked next, and what was booked before."""

from __future__ import annotations

from typing import Any

import pytest

from hallserver.rules.bookings import arrive, book, missed_bookings
from hallserver.rules.days import configure
from hallserver.rules.hall import Hall
from hallserver.rules.slots import bookable_days, slots_of
from hallserver.rules.snapshot import from_plain, to_plain
from hallserver.rules.tuning import filed_layout, tune
from hallserver.rules.visits import cancel
from tests.a_hall import MONDAY, OPENING, a_hall, at, press, refusal
from tests.rules.a_booking_hall import TUESDAY, WEDNESDAY, a_booking_hall, a_booking_layout, booked

QUOTA = "zones.zonghe.booking_quota"


def tuned(hall: Hall, **changes: Any) -> None:
    press(hall, tune, OPENING, changes={f"bookings.{key}": value for key, value in changes.items()})


def test_days_ahead_one_a_day_and_the_telephone_number_count_from_the_next_booking_on() -> None:
    hall = a_booking_hall()
    tuned(hall, days_ahead=1, one_a_day=False, ask_phone=True)
    assert [day.isoformat() for day in bookable_days(hall, OPENING, "zonghe")] == [MONDAY, TUESDAY]
    wednesday: dict[str, Any] = {"start": at("09:00", WEDNESDAY), "zone": "zonghe", "person": "p1"}
    assert refusal(hall, book, OPENING, **wednesday).code == "too_far_ahead"
    booked(hall, "09:00", TUESDAY, person="p1")
    booked(hall, "10:00", TUESDAY, person="p1")
    assert refusal(hall, book, OPENING, start=at("11:00", TUESDAY), zone="zonghe").code == "phone_needed"


def test_the_limits_of_arriving_and_cancelling_count_for_what_is_booked_already() -> None:
    hall = a_booking_hall()
    ticket = booked(hall, "10:00", MONDAY)
    tuned(hall, early_min=5, cancel_before_min=0)
    assert refusal(hall, arrive, at("09:54"), ticket=ticket.id).code == "too_early"
    press(hall, cancel, at("09:59"), ticket=ticket.id)
    late = booked(hall, "10:00", MONDAY)
    tuned(hall, late_min=60)
    press(hall, arrive, at("11:25"), ticket=late.id)
    assert late.class_ == "booked"


def test_until_when_a_booking_is_awaited_follows_the_setting_for_those_already_made() -> None:
    hall = a_booking_hall()
    ticket = booked(hall, "10:00", MONDAY)
    assert missed_bookings(hall, at("10:46")) == []
    tuned(hall, after_late="missed", late_min=15)
    assert ticket.until == hall.missed_from == at("10:45")
    assert len(missed_bookings(hall, at("10:46"))) == 1
    tuned(hall, late_min=40)
    assert ticket.until == at("11:10")
    assert from_plain(to_plain(hall)) == hall
    press(hall, configure, OPENING, layout=a_booking_layout(after_late="walk_in", late_min=20))
    assert (ticket.until, list(hall.tuned)) == (at("10:50"), ["bookings.after_late"]), (
        "of this the file says nothing new"
    )


def test_the_rule_of_repeated_no_shows_is_put_on_and_off() -> None:
    hall = a_booking_hall()
    hall.missed["p1"] = [OPENING - 1, OPENING]
    wanted: dict[str, Any] = {"start": at("09:00", TUESDAY), "zone": "zonghe", "person": "p1"}
    tuned(hall, no_shows=2, no_show_days=10, blocked_days=3)
    assert refusal(hall, book, OPENING, **wanted).code == "blocked"
    tuned(hall, no_shows=0)
    press(hall, book, OPENING, **wanted)


def test_a_zones_quota_grows_and_shrinks_and_what_is_booked_stays() -> None:
    hall = a_booking_hall()
    ticket = booked(hall, "09:00", TUESDAY)
    press(hall, tune, OPENING, changes={QUOTA: 1})
    free = {
        slot.start: slot.free
        for slot in slots_of(hall, OPENING, bookable_days(hall, OPENING, "zonghe")[1], zone="zonghe")
    }
    assert (free[at("09:00", TUESDAY)], free[at("09:30", TUESDAY)], ticket.state) == (0, 1, "booked")
    assert filed_layout(hall) == a_booking_layout()
    press(hall, configure, OPENING, layout=a_booking_layout(late_min=20))
    assert hall.layout.zones["zonghe"].booking_quota == 1, "the file says of the quota what it said"


def test_bookings_are_stopped_and_taken_again_but_not_without_any_quota() -> None:
    hall = a_booking_hall()
    ticket = booked(hall, "10:00", MONDAY)
    tuned(hall, enabled=False)
    assert refusal(hall, book, OPENING, start=at("11:00"), zone="zonghe").code == "bookings_not_taken"
    press(hall, arrive, at("10:00"), ticket=ticket.id)
    assert refusal(a_hall(), tune, OPENING, changes={"bookings.enabled": True}).code == "no_booking_quota"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"bookings.days_ahead": 21}, "setting_out_of_limits"),
        ({"bookings.days_ahead": 1.5}, "setting_out_of_limits"),
        ({"bookings.one_a_day": 1}, "setting_out_of_limits"),
        ({"bookings.after_late": "later"}, "setting_out_of_limits"),
        ({"bookings.no_show_days": 0}, "setting_out_of_limits"),
        ({QUOTA: 501}, "setting_out_of_limits"),
        ({QUOTA: True}, "setting_out_of_limits"),
        ({"zones.moon.booking_quota": 1}, "unknown_setting"),
        ({"zones.zonghe.prefix": 1}, "unknown_setting"),
        ({"bookings.slot_min": 15}, "unknown_setting"),
    ],
)
def test_what_may_not_be_set_of_bookings(changes: dict[str, Any], code: str) -> None:
    assert refusal(a_booking_hall(), tune, OPENING, changes=changes).code == code
