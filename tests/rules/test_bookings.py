"""Bookings (预约): one number from the booking to the end, and a clear no where there can be none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hallserver.events import BookingMissed
from hallserver.rules.bookings import arrive, blocked_until, book, missed_bookings, move
from hallserver.rules.calling import call_next
from hallserver.rules.days import configure, tick
from hallserver.rules.finding import numbered_today
from hallserver.rules.hall import NEVER, Hall
from hallserver.rules.issuing import issue
from hallserver.rules.services import complete
from hallserver.rules.slots import bookable_days, slots_of
from hallserver.rules.snapshot import from_plain, to_plain
from hallserver.rules.visits import cancel
from hallserver.rules.windows import set_state
from tests.a_hall import MONDAY, OPENING, a_hall, at, issued, press, refusal
from tests.rules.a_booking_hall import (
    FRIDAY,
    NEXT_MONDAY,
    NEXT_TUESDAY,
    TUESDAY,
    WEDNESDAY,
    a_booking_hall,
    a_booking_layout,
    booked,
)


def the_day_comes(hall: Hall, day: str) -> None:
    """The hall's midnight before it."""
    press(hall, tick, at("00:00", day))


# The number.


def test_a_booking_is_a_ticket_with_a_number_of_its_own_day() -> None:
    hall = a_booking_hall()
    ticket = booked(hall, "09:30", TUESDAY, item="yb-001", channel="phone", language="en", person="p1")
    assert (ticket.id, ticket.shown, ticket.state, ticket.class_) == ("20261124-A501", "A501", "booked", "booked")
    assert (ticket.zone, ticket.item, ticket.channel, ticket.language) == ("zonghe", "yb-001", "phone", "en")
    assert (ticket.slot, ticket.slot_ends) == (at("09:30", TUESDAY), at("10:00", TUESDAY))
    assert hall.waiting_count() == 0
    assert hall.figures.booked == 1


def test_two_bookings_never_share_a_number_whatever_day_they_are_for() -> None:
    hall = a_booking_hall()
    numbers = [booked(hall, "09:00", day).shown for day in (MONDAY, TUESDAY, WEDNESDAY, TUESDAY)]
    assert numbers == ["A501", "A502", "A503", "A504"]
    press(hall, cancel, OPENING, ticket="20261124-A504")
    assert booked(hall, "10:00", TUESDAY).id == "20261124-A505", "a number that was cancelled is not given again"


def test_walk_ins_leave_booked_numbers_out_on_the_busiest_day() -> None:
    hall = a_booking_hall()
    cancelled = booked(hall, "09:00", TUESDAY)
    press(hall, cancel, OPENING, ticket=cancelled.id)
    booked(hall, "09:00", TUESDAY)
    the_day_comes(hall, TUESDAY)
    hall.given["A"] = 499
    now = at("09:00", TUESDAY)
    assert [issued(hall, now, zone="zonghe").shown for _ in range(3)] == ["A500", "A503", "A504"]
    assert booked(hall, "16:00", WEDNESDAY, now).shown == "A505"
    assert issued(hall, now, zone="zonghe").shown == "A506"


def test_the_number_stays_from_the_booking_to_the_end() -> None:
    hall = a_booking_hall()
    ticket = booked(hall, "09:00", TUESDAY)
    press(hall, move, OPENING, ticket=ticket.id, start=at("10:00", WEDNESDAY))
    the_day_comes(hall, TUESDAY)
    the_day_comes(hall, WEDNESDAY)
    press(hall, arrive, at("09:50", WEDNESDAY), ticket=ticket.id)
    press(hall, set_state, at("10:00", WEDNESDAY), window="1", state="open")
    assert press(hall, call_next, at("10:00", WEDNESDAY), window="1")[0].event.facts()["ticket"] == ticket.id
    press(hall, complete, at("10:10", WEDNESDAY), window="1")
    assert hall.tickets[ticket.id].state == "done"
    assert (hall.tickets[ticket.id].id, hall.tickets[ticket.id].shown) == ("20261124-A501", "A501")


def test_a_number_of_today_finds_the_booking_that_was_first_for_another_day() -> None:
    hall = a_booking_hall()
    ticket = booked(hall, "09:00", TUESDAY)
    press(hall, move, OPENING, ticket=ticket.id, start=at("10:00", WEDNESDAY))
    the_day_comes(hall, TUESDAY)
    the_day_comes(hall, WEDNESDAY)
    other = issued(hall, at("09:00", WEDNESDAY), zone="zonghe")
    assert numbered_today(hall, "20261125-A501") == ticket.id == "20261124-A501"
    assert numbered_today(hall, other.id) == other.id
    assert numbered_today(hall, "20261123-A501") == "20261123-A501"
    assert numbered_today(hall, "20261125-A404") == "20261125-A404"


# Slots and quotas.


def test_a_day_is_cut_into_slots_within_its_hours() -> None:
    hall = a_booking_hall(slot_min=60)
    slots = slots_of(hall, at("12:10"), hall.day, zone="zonghe")  # type: ignore[arg-type]
    assert (slots[0].start, slots[0].end, slots[0].free) == (at("12:30"), at("13:30"), 2)
    assert slots[-1].end == at("16:30"), "no slot reaches beyond the hours"


def test_a_quota_is_counted_for_the_zone_and_for_the_matter() -> None:
    hall = a_booking_hall(quota=2)
    booked(hall, item="yb-002")
    assert refusal(hall, book, OPENING, start=at("09:00", TUESDAY), item="yb-002").code == "slot_full"
    booked(hall, item="yb-001")
    assert refusal(hall, book, OPENING, start=at("09:00", TUESDAY), zone="zonghe").code == "slot_full"
    booked(hall, "09:30", item="yb-002")


def test_a_place_that_was_given_up_is_free_again() -> None:
    hall = a_booking_hall(quota=1)
    ticket = booked(hall)
    assert refusal(hall, book, OPENING, start=at("09:00", TUESDAY), zone="zonghe").code == "slot_full"
    press(hall, cancel, OPENING, ticket=ticket.id)
    booked(hall)


def test_bookings_look_some_open_days_ahead() -> None:
    hall = a_booking_hall(days_ahead=5)
    assert [day.isoformat() for day in bookable_days(hall, OPENING, "zonghe")] == [
        MONDAY, TUESDAY, WEDNESDAY, "2026-11-26", FRIDAY, NEXT_MONDAY,
    ]  # fmt: skip
    booked(hall, "09:00", NEXT_MONDAY)
    assert refusal(hall, book, OPENING, start=at("09:00", NEXT_TUESDAY), zone="zonghe").code == "too_far_ahead"


@pytest.mark.parametrize(
    ("clock", "day", "where", "code"),
    [
        ("08:30", MONDAY, {"zone": "zonghe"}, "slot_past"),
        ("09:10", TUESDAY, {"zone": "zonghe"}, "no_such_slot"),
        ("17:00", TUESDAY, {"zone": "zonghe"}, "no_such_slot"),
        ("09:00", "2026-11-28", {"zone": "zonghe"}, "no_such_slot"),
        ("09:00", TUESDAY, {"zone": "chujian"}, "bookings_not_taken"),
        ("09:00", TUESDAY, {"zone": "gongan"}, "bookings_not_taken"),
        ("09:00", TUESDAY, {"zone": "moon"}, "unknown_zone"),
        ("09:00", TUESDAY, {"item": "moon"}, "unknown_item"),
        ("09:00", TUESDAY, {"item": "hz-001", "zone": "zonghe"}, "item_not_in_zone"),
    ],
)
def test_where_there_is_no_slot_there_is_a_no(clock: str, day: str, where: dict[str, str], code: str) -> None:
    assert refusal(a_booking_hall(), book, OPENING, start=at(clock, day), **where).code == code


def test_a_matter_may_take_bookings_where_its_zone_takes_none() -> None:
    assert booked(a_booking_hall(), item="hz-001").shown == "B501"


def test_a_hall_without_bookings_takes_none() -> None:
    hall = a_hall()
    assert refusal(hall, book, OPENING, start=at("09:00", TUESDAY), zone="zonghe").code == "bookings_not_taken"


# Who may book.


def test_one_person_books_once_a_day() -> None:
    hall = a_booking_hall()
    first = booked(hall, "09:00", person="p1")
    no = refusal(hall, book, OPENING, start=at("10:00", TUESDAY), zone="zonghe", person="p1")
    assert (no.code, no.details["number"]) == ("booked_already", first.shown)
    other_day = booked(hall, "09:00", WEDNESDAY, person="p1")
    assert refusal(hall, move, OPENING, ticket=other_day.id, start=at("10:00", TUESDAY)).code == "booked_already"
    booked(hall, "09:00", person="p2")
    press(hall, cancel, OPENING, ticket=first.id)
    booked(hall, "10:00", person="p1")
    free = a_booking_hall(one_a_day=False)
    assert booked(free, person="p1").id != booked(free, person="p1").id


def test_a_resident_is_asked_for_a_telephone_and_staff_are_not() -> None:
    hall = a_booking_hall(ask_phone=True)
    assert refusal(hall, book, OPENING, start=at("09:00", TUESDAY), zone="zonghe").code == "phone_needed"
    booked(hall, by_staff=True)
    booked(hall, person="p1")


def test_who_missed_too_many_may_not_book_for_a_while_but_staff_may_for_them() -> None:
    hall = a_booking_hall(no_shows=2, blocked_days=3)
    for day in (TUESDAY, WEDNESDAY):
        booked(hall, "09:00", day, person="p1")
    the_day_comes(hall, TUESDAY)
    press(hall, tick, at("17:00", TUESDAY))
    assert blocked_until(hall, at("17:00", TUESDAY), "p1") is None
    the_day_comes(hall, WEDNESDAY)
    press(hall, tick, at("17:00", WEDNESDAY))
    wanted: dict[str, Any] = {"start": at("09:00", FRIDAY), "zone": "zonghe", "person": "p1"}
    no = refusal(hall, book, at("17:01", WEDNESDAY), **wanted)
    assert (no.code, no.details["opens_at"]) == ("blocked", at("17:00", "2026-11-28"))
    press(hall, book, at("17:01", WEDNESDAY), **wanted, by_staff=True)
    assert blocked_until(hall, at("17:00", "2026-11-28"), "p1") is None


def test_the_rule_for_missed_bookings_is_off_unless_it_is_set() -> None:
    hall = a_booking_hall(one_a_day=False)
    for clock in ("09:00", "09:30", "10:00"):
        booked(hall, clock, MONDAY, person="p1")
    press(hall, tick, at("17:00"))
    assert len(hall.missed["p1"]) == 3
    assert blocked_until(hall, at("17:01"), "p1") is None


# Arrival.


@pytest.mark.parametrize(
    ("clock", "class_", "counts_from"),
    [
        ("09:30", "booked", "10:00"),  # early: the wait counts from the time booked
        ("10:00", "booked", "10:00"),
        ("10:20", "booked", "10:20"),  # within the slot: from arrival
        ("10:45", "booked", "10:45"),  # a quarter of an hour late is still in time
        ("10:46", "walk_in", "10:46"),  # later than that: as a walk-in
        ("16:59", "walk_in", "16:59"),
    ],
)
def test_early_in_time_and_late(clock: str, class_: str, counts_from: str) -> None:
    hall = a_booking_hall()
    ticket = booked(hall, "10:00", MONDAY)
    press(hall, arrive, at(clock), ticket=ticket.id, via="desk")
    arrived = hall.tickets[ticket.id]
    assert (arrived.state, arrived.class_, arrived.counts_from) == ("waiting", class_, at(counts_from))
    assert (arrived.arrived, arrived.shown) == (at(clock), "A501")
    assert (hall.figures.arrived, hall.figures.arrived_late) == (1, int(class_ == "walk_in"))


def test_too_early_is_told_from_when_on() -> None:
    hall = a_booking_hall(early_min=30)
    today, tomorrow = booked(hall, "10:00", MONDAY), booked(hall, "08:30", TUESDAY)
    no = refusal(hall, arrive, at("09:29:59"), ticket=today.id)
    assert (no.code, no.details["opens_at"]) == ("too_early", at("09:30"))
    assert refusal(hall, arrive, at("16:00"), ticket=tomorrow.id).details["opens_at"] == at("08:00", TUESDAY)


def test_a_booker_with_a_head_start_is_called_before_walk_ins_who_came_a_little_earlier() -> None:
    hall = a_booking_hall()
    ticket = booked(hall, "10:00", MONDAY)
    early, late = issued(hall, at("09:45"), zone="zonghe"), issued(hall, at("09:55"), zone="zonghe")
    press(hall, arrive, at("09:50"), ticket=ticket.id)
    assert hall.tickets[ticket.id].ahead == 1
    called = [press(hall, call_next, at("10:01"), window=w)[0].event.facts()["ticket"] for w in "123"]
    assert called == [early.id, ticket.id, late.id]


def test_arriving_twice_is_told_and_gives_no_second_place() -> None:
    hall = a_booking_hall()
    ticket = booked(hall, "10:00", MONDAY)
    press(hall, arrive, at("10:00"), ticket=ticket.id)
    no = refusal(hall, arrive, at("10:01"), ticket=ticket.id)
    assert (no.code, no.details["state"]) == ("not_booked", "waiting")
    assert refusal(hall, arrive, at("10:01"), ticket=issued(hall, at("10:01"), zone="gongan").id).code == "not_booked"
    assert refusal(hall, arrive, at("10:01"), ticket="20261123-A999").code == "unknown_ticket"


def test_the_paper_is_printed_at_arrival_with_the_same_number() -> None:
    hall = a_booking_hall()
    ticket = booked(hall, "10:00", MONDAY)
    assert ticket.paper == "none"
    (deed,) = press(hall, arrive, at("10:00"), ticket=ticket.id, paper=True)
    assert (hall.tickets[ticket.id].paper, hall.tickets[ticket.id].deed) == ("waiting", deed.number)


# Cancelling and moving.


def test_a_booking_is_given_up_in_time_and_staff_do_it_until_the_end() -> None:
    hall = a_booking_hall(cancel_before_min=120)
    first, second = booked(hall, "11:00", MONDAY), booked(hall, "11:00", MONDAY)
    press(hall, cancel, at("09:00"), ticket=first.id)
    assert hall.tickets[first.id].state == "cancelled"
    no = refusal(hall, cancel, at("09:00:01"), ticket=second.id)
    assert (no.code, no.details["minutes"]) == ("too_late_to_cancel", 120)
    assert refusal(hall, move, at("09:01"), ticket=second.id, start=at("15:00")).code == "too_late_to_cancel"
    press(hall, move, at("09:01"), ticket=second.id, start=at("15:00"), by_staff=True)
    press(hall, cancel, at("14:59"), ticket=second.id, by_staff=True)
    assert hall.missed_from == NEVER


def test_a_move_needs_a_free_slot_and_a_booking() -> None:
    hall = a_booking_hall(quota=1)
    first, second = booked(hall, "11:00"), booked(hall, "11:30")
    assert refusal(hall, move, OPENING, ticket=first.id, start=at("11:30", TUESDAY)).code == "slot_full"
    assert press(hall, move, OPENING, ticket=first.id, start=at("11:00", TUESDAY)) == [], "where it is already"
    press(hall, cancel, OPENING, ticket=second.id)
    press(hall, move, OPENING, ticket=first.id, start=at("11:30", TUESDAY))
    assert hall.tickets[first.id].slot == at("11:30", TUESDAY)
    assert refusal(hall, move, OPENING, ticket=second.id, start=at("11:00", TUESDAY)).code == "not_booked"


# Nobody came.


def test_a_booking_that_nobody_took_up_is_missed_when_the_hall_closes() -> None:
    hall = a_booking_hall()
    today, tomorrow = booked(hall, "10:00", MONDAY, person="p1"), booked(hall, "10:00", TUESDAY, person="p2")
    assert tick(hall, at("16:59:59")) == []
    assert press(hall, tick, at("17:00"))[0].event == BookingMissed(today.id)
    assert hall.tickets[today.id].state == "expired"
    assert (hall.figures.missed, list(hall.missed)) == (1, ["p1"])
    assert hall.missed_from == hall.tickets[tomorrow.id].until == at("17:00", TUESDAY)


def test_where_late_is_missed_it_is_so_at_once() -> None:
    hall = a_booking_hall(after_late="missed", late_min=5)
    ticket = booked(hall, "10:00", MONDAY)
    assert missed_bookings(hall, at("10:34:59")) == []
    press(hall, tick, at("10:35"))
    assert refusal(hall, arrive, at("10:36"), ticket=ticket.id).code == "not_booked"


def test_the_turn_of_the_day_keeps_the_bookings_to_come() -> None:
    hall = a_booking_hall()
    missed, kept = booked(hall, "16:30", MONDAY), booked(hall, "10:00", TUESDAY)
    waiting = issued(hall, at("16:50"), zone="zonghe")
    kinds = [deed.event.kind for deed in press(hall, tick, at("00:00", TUESDAY))]
    assert [kind for kind in kinds if kind != "WindowClosed"] == ["BookingMissed", "TicketExpired", "DayBegan"]
    assert list(hall.tickets) == [kept.id]
    assert (missed.state, waiting.state) == ("expired", "expired")
    press(hall, issue, at("09:00", TUESDAY), zone="zonghe")
    press(hall, arrive, at("09:40", TUESDAY), ticket=kept.id)
    assert [ticket.shown for ticket in hall.tickets.values()] == ["A502", "A001"]


def test_what_was_missed_long_ago_is_forgotten() -> None:
    hall = a_booking_hall(no_show_days=1)
    booked(hall, "10:00", MONDAY, person="p1")
    press(hall, tick, at("17:00"))
    the_day_comes(hall, TUESDAY)
    assert hall.missed
    the_day_comes(hall, WEDNESDAY)
    assert hall.missed == {}
    assert hall.booked_up_to == {}


def test_a_hall_with_bookings_comes_back_from_its_snapshot_as_it_was() -> None:
    hall = a_booking_hall()
    booked(hall, "09:00", MONDAY, person="p1")
    press(hall, tick, at("17:00"))
    booked(hall, "09:00", TUESDAY, at("17:10"), person="p1")
    assert from_plain(json.loads(json.dumps(to_plain(hall)))) == hall


def test_new_settings_leave_the_bookings_that_were_made() -> None:
    hall = a_booking_hall()
    ticket = booked(hall, "10:00", TUESDAY)
    press(hall, configure, at("09:00"), layout=a_booking_layout(enabled=False))
    the_day_comes(hall, TUESDAY)
    press(hall, arrive, at("10:00", TUESDAY), ticket=ticket.id)
    assert hall.tickets[ticket.id].state == "waiting"
