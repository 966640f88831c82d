"""What screens show of bookings, channels and priority; and that nobody is named on them."""

from __future__ import annotations

import json

from hallserver.rules.bookings import arrive
from hallserver.rules.days import tick
from hallserver.rules.home_visits import plan_visit, tell_visit
from hallserver.rules.issuing import issue
from hallserver.views.catalogue import view
from hallserver.views.helping import bookable
from tests.a_hall import MONDAY, OPENING, a_hall, a_layout, at, issued, press
from tests.rules.a_booking_hall import TUESDAY, WEDNESDAY, a_booking_hall, booked


def test_the_desk_lists_who_is_booked_for_today_in_the_order_of_their_times() -> None:
    hall = a_booking_hall()
    late, early = booked(hall, "10:00", MONDAY, person="p1"), booked(hall, "09:00", MONDAY)
    for day in (TUESDAY, TUESDAY, WEDNESDAY):
        booked(hall, "09:00", day)
    press(hall, plan_visit, OPENING, start=at("14:00", WEDNESDAY), item="yb-001")
    press(hall, arrive, at("08:45"), ticket=early.id)
    shown = view(hall, at("08:46"), "desk")
    assert [(row["number"], row["state"]) for row in shown["bookings"]] == [("A502", "waiting"), ("A501", "booked")]
    assert shown["later"] == [{"day": TUESDAY, "count": 2}, {"day": WEDNESDAY, "count": 1}]
    assert [(row["number"], row["slot"]["start"]) for row in shown["visits"]] == [
        ("A506", "2026-11-25T14:00:00.000+08:00")
    ]
    assert shown["figures"]["bookings"] == {
        "made": 6, "arrived": 1, "arrived_late": 0, "missed": 0, "still_to_come": 1,
    }  # fmt: skip
    assert late.person == "p1"
    assert '"p1"' not in json.dumps(shown), "who booked is on no screen"


def test_the_floor_tells_how_visits_came_and_what_became_of_bookings() -> None:
    hall = a_booking_hall()
    issued(hall, at("08:31"), zone="zonghe", channel="kiosk")
    issued(hall, at("08:32"), zone="zonghe", channel="self_service")
    issued(hall, at("08:33"), zone="zonghe", channel="desk", class_="green", reason="elderly", by_staff=True)
    came, _ = booked(hall, "09:00", MONDAY, channel="phone"), booked(hall, "09:00", MONDAY, channel="phone")
    press(hall, arrive, at("09:00"), ticket=came.id)
    visit = press(hall, plan_visit, at("09:01"), start=at("10:00"), zone="zonghe")[0].event.facts()["ticket"]
    press(hall, tell_visit, at("10:30"), ticket=visit)
    press(hall, tick, at("17:00"))
    visits = view(hall, at("17:01"), "floor")["visits"]
    assert visits["by_channel"] == {"kiosk": 1, "self_service": 1, "desk": 1, "phone": 1, "home": 1}
    assert visits["by_class"] == {"walk_in": 2, "green": 1, "booked": 2}
    assert visits["green_by_reason"] == {"elderly": 1}
    assert visits["home_visits"] == 1
    assert (visits["bookings"]["arrived"], visits["bookings"]["missed"]) == (1, 1)


def test_the_list_of_priority_tells_why_and_who_gave_it_newest_first() -> None:
    hall = a_hall()
    press(hall, issue, at("08:40"), by="device:kiosk", zone="zonghe", class_="green", reason="elderly")
    press(hall, issue, at("08:50"), by="clerk:0301", item="hz-001", class_="green", reason="pregnant")
    issued(hall, at("08:55"), zone="zonghe")
    shown = view(hall, at("09:00"), "green")
    assert [(row["number"], row["reason"], row["given_by"]) for row in shown["tickets"]] == [
        ("B001", "pregnant", "clerk:0301"),
        ("A001", "elderly", "device:kiosk"),
    ]
    assert (shown["count"], shown["by_reason"]) == (2, {"pregnant": 1, "elderly": 1})
    assert shown["by_giver"] == {"clerk:0301": 1, "device:kiosk": 1}
    assert (shown["by_channel"], shown["day"]) == ({"api": 2}, MONDAY)


def test_a_phone_tells_from_when_its_holder_may_come_and_until_when_cancel() -> None:
    hall = a_booking_hall(early_min=20, cancel_before_min=60)
    ticket = booked(hall, "11:00", MONDAY)
    told = view(hall, at("09:30"), f"ticket/{ticket.id}")["booking"]
    assert (told["arrive_from"][11:16], told["may_arrive"]) == ("10:40", False)
    assert (told["cancel_until"][11:16], told["may_cancel"]) == ("10:00", True)
    told = view(hall, at("10:50"), f"ticket/{ticket.id}")["booking"]
    assert (told["may_arrive"], told["may_cancel"]) == (True, False)
    press(hall, arrive, at("10:50"), ticket=ticket.id)
    assert view(hall, at("10:51"), f"ticket/{ticket.id}")["booking"] is None


def test_a_kiosk_offers_what_the_hall_has() -> None:
    shown = view(a_booking_hall(), OPENING, "kiosk")
    assert (shown["bookings"], shown["green_reasons"]) == (True, ["elderly", "pregnant"])
    shown = view(a_hall(a_layout(green_given_by="desk")), OPENING, "kiosk")
    assert (shown["bookings"], shown["green_reasons"]) == (False, [])


def test_what_can_be_booked() -> None:
    assert bookable(a_booking_hall()) == {"zones": ["zonghe"], "items": ["yb-001", "yb-002", "hz-001"]}
    assert bookable(a_hall()) == {"zones": [], "items": []}
