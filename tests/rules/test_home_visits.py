"""Home visits (上门): a number that waits in no queue, and is done when staff say so."""

from __future__ import annotations

from hallserver.events import TicketExpired
from hallserver.rules.bookings import arrive
from hallserver.rules.calling import call_next
from hallserver.rules.days import tick
from hallserver.rules.hall import Hall, Ticket
from hallserver.rules.home_visits import move_visit, plan_visit, tell_visit
from hallserver.rules.slots import slots_of
from hallserver.rules.visits import cancel
from tests.a_hall import MONDAY, OPENING, at, issued, press, refusal
from tests.rules.a_booking_hall import TUESDAY, a_booking_hall, booked

SATURDAY = "2026-11-28"


def planned(hall: Hall, clock: str = "14:00", day: str = MONDAY) -> Ticket:
    deeds = press(hall, plan_visit, OPENING, start=at(clock, day), item="yb-001")
    return hall.tickets[deeds[0].event.facts()["ticket"]]


def test_a_home_visit_has_a_number_and_nobody_calls_it() -> None:
    hall = a_booking_hall()
    visit = planned(hall)
    assert (visit.id, visit.channel, visit.state, visit.zone) == ("20261123-A501", "home", "booked", "zonghe")
    assert refusal(hall, call_next, at("14:00"), window="1").code == "nobody_waiting"
    assert refusal(hall, arrive, at("14:00"), ticket=visit.id).code == "not_booked"


def test_it_binds_no_slot_and_keeps_to_no_hours() -> None:
    hall = a_booking_hall(quota=1)
    planned(hall, "09:00", TUESDAY)
    planned(hall, "18:17", SATURDAY)
    assert slots_of(hall, OPENING, hall.day, zone="zonghe")[0].free == 1  # type: ignore[arg-type]
    booked(hall, "09:00", TUESDAY)


def test_staff_tell_what_came_of_it() -> None:
    hall = a_booking_hall()
    visit = planned(hall)
    assert refusal(hall, tell_visit, at("15:00"), ticket=visit.id, outcome="no").code == "unknown_outcome"
    press(hall, tell_visit, at("15:00"), ticket=visit.id, clerk="0301", outcome="accepted", note="材料已收")
    assert (visit.state, visit.outcome, visit.clerk, visit.ended) == ("done", "accepted", "0301", at("15:00"))
    assert (hall.figures.home_visits, hall.figures.by_channel) == (1, {"home": 1})
    assert refusal(hall, tell_visit, at("15:01"), ticket=visit.id).code == "no_home_visit"
    assert refusal(hall, tell_visit, at("15:01"), ticket=issued(hall, at("15:01"), zone="gongan").id).code == (
        "no_home_visit"
    )


def test_it_is_moved_or_called_off_until_it_is_made() -> None:
    hall = a_booking_hall()
    visit = planned(hall)
    press(hall, move_visit, at("13:59"), ticket=visit.id, start=at("09:00", TUESDAY))
    assert (visit.slot, visit.shown) == (at("09:00", TUESDAY), "A501")
    assert refusal(hall, move_visit, at("13:59"), ticket=visit.id, start=at("13:59")).code == "slot_past"
    press(hall, cancel, at("14:00"), ticket=visit.id)
    assert refusal(hall, move_visit, at("14:01"), ticket=visit.id, start=at("10:00", TUESDAY)).code == "no_home_visit"


def test_a_time_gone_by_or_too_far_ahead_is_no_time() -> None:
    hall = a_booking_hall()
    assert refusal(hall, plan_visit, OPENING, start=OPENING, zone="zonghe").code == "slot_past"
    assert refusal(hall, plan_visit, OPENING, start=at("09:00", "2026-12-25"), zone="zonghe").code == "too_far_ahead"


def test_one_that_nobody_told_of_ends_with_its_day_and_is_nobodys_fault() -> None:
    hall = a_booking_hall()
    visit = planned(hall)
    assert tick(hall, at("23:59:59")) == []
    assert press(hall, tick, at("00:00", TUESDAY))[0].event == TicketExpired(visit.id)
    assert hall.missed == {}
