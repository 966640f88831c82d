"""Giving a number (大厅一键取号)."""

from __future__ import annotations

import pytest

from hallserver.rules.calling import call_next
from hallserver.rules.days import tick
from hallserver.rules.issuing import issue
from hallserver.rules.numbers import next_number
from hallserver.rules.services import complete
from hallserver.rules.windows import set_state
from tests.a_hall import MONDAY, a_hall, a_layout, at, issued, press, refusal


def test_one_press_gives_one_number() -> None:
    hall = a_hall()
    [deed] = press(
        hall, issue, at("09:00"), zone="zonghe", channel="kiosk", language="en", paper=True, device="kiosk-1"
    )
    assert deed.event.facts() == {
        "ticket": "20261123-A001",
        "shown": "A001",
        "zone": "zonghe",
        "item": None,
        "class_": "walk_in",
        "reason": None,
        "channel": "kiosk",
        "language": "en",
        "ahead": 0,
        "wait": [0.0, 0.0, 0.0],
        "paper": "waiting",
        "device": "kiosk-1",
        "printer": "printer",
    }
    ticket = hall.tickets["20261123-A001"]
    assert (ticket.state, ticket.issued, ticket.counts_from) == ("waiting", at("09:00"), at("09:00"))
    assert (hall.waiting_count(), hall.figures.issued) == (1, 1)


def test_each_zone_counts_its_own_numbers() -> None:
    hall = a_hall()
    zones = ("zonghe", "zonghe", "gongan", "zonghe", "chujian")
    assert [issued(hall, at("09:00"), zone=zone).shown for zone in zones] == ["A001", "A002", "B001", "A003", "C001"]


def test_a_number_is_never_used_again_that_day_even_when_its_ticket_is_done() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:01"), window="1")
    press(hall, complete, at("09:05"), window="1")
    assert issued(hall, at("09:06"), zone="zonghe").shown == "A002"


def test_a_day_that_needs_more_than_999_numbers_goes_on_with_four_digits() -> None:
    hall = a_hall()
    hall.given["A"] = 998
    assert [issued(hall, at("09:00"), zone="zonghe").shown for _ in range(3)] == ["A999", "A1000", "A1001"]
    assert "20261123-A1000" in hall.tickets


def test_numbers_still_alive_from_the_day_before_are_left_out() -> None:
    hall = a_hall()
    hall.carried = frozenset(("A001", "A002", "A004", "B003"))
    assert [issued(hall, at("09:00"), zone="zonghe").shown for _ in range(3)] == ["A003", "A005", "A006"]
    assert next_number(hall, "B") == "B001"


def test_an_item_names_its_zone() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), item="hz-001")
    assert (ticket.zone, ticket.item, ticket.shown) == ("gongan", "hz-001", "B001")
    assert issued(hall, at("09:00"), item="hz-001", zone="gongan").shown == "B002"


def test_an_item_of_another_zone_than_the_one_pressed_is_refused() -> None:
    no = refusal(a_hall(), issue, at("09:00"), item="hz-001", zone="zonghe")
    assert (no.code, no.details) == ("item_not_in_zone", {"item": "hz-001", "zone": "zonghe"})


def test_unknown_zones_and_items_are_refused() -> None:
    no = refusal(a_hall(), issue, at("09:00"), item="xx-404")
    assert (no.code, no.details) == ("unknown_item", {"item": "xx-404"})
    no = refusal(a_hall(), issue, at("09:00"), zone="moon")
    assert (no.code, no.details) == ("unknown_zone", {"zone": "moon"})
    assert refusal(a_hall(), issue, at("09:00")).code == "unknown_zone"


@pytest.mark.parametrize("reason", [None, "", "in_a_hurry"])
def test_a_green_number_needs_one_of_the_halls_reasons(reason: str | None) -> None:
    no = refusal(a_hall(), issue, at("09:00"), zone="zonghe", class_="green", reason=reason)
    assert (no.code, no.details) == ("reason_missing", {"reasons": ["elderly", "pregnant"]})


def test_a_green_number_keeps_its_reason() -> None:
    ticket = issued(a_hall(), at("09:00"), zone="zonghe", class_="green", reason="pregnant")
    assert (ticket.class_, ticket.reason) == ("green", "pregnant")


@pytest.mark.parametrize("class_", ["booked", "vip", ""])
def test_only_walk_in_and_green_numbers_are_given_at_the_door(class_: str) -> None:
    no = refusal(a_hall(), issue, at("09:00"), zone="zonghe", class_=class_)
    assert (no.code, no.details) == ("class_not_given_here", {"class_": class_})


@pytest.mark.parametrize("clock", ["08:30", "16:59:59"])
def test_numbers_are_given_from_the_first_to_the_last_second(clock: str) -> None:
    assert issued(a_hall(now=at("00:00")), at(clock), zone="zonghe").shown == "A001"


@pytest.mark.parametrize(
    ("clock", "opens"),
    [("08:29:59", at("08:30")), ("17:00", at("08:30", "2026-11-24")), ("23:59", at("08:30", "2026-11-24"))],
)
def test_a_closed_hall_gives_no_number_and_says_when_it_opens(clock: str, opens: int) -> None:
    no = refusal(a_hall(now=at("00:00")), issue, at(clock), zone="zonghe")
    assert (no.code, no.details) == ("hall_closed", {"opens_at": opens})


def test_on_friday_evening_the_hall_says_monday() -> None:
    friday = "2026-11-27"
    no = refusal(a_hall(now=at("08:30", friday)), issue, at("18:00", friday), zone="zonghe")
    assert no.details == {"opens_at": at("08:30", "2026-11-30")}


def test_a_hall_without_any_hours_cannot_say_when_it_opens() -> None:
    no = refusal(a_hall(a_layout(sessions=())), issue, at("09:00"), zone="zonghe")
    assert (no.code, no.details) == ("hall_closed", {"opens_at": None})


def test_an_always_open_hall_gives_numbers_at_three_in_the_morning() -> None:
    hall = a_hall(a_layout(always_open=True), now=at("03:00", "2026-11-29"))
    assert issued(hall, at("03:00", "2026-11-29"), zone="zonghe").id == "20261129-A001"


def test_a_full_hall_gives_no_number_until_somebody_is_called() -> None:
    hall = a_hall(a_layout(waiting_limit=2))
    issued(hall, at("09:00"), zone="zonghe")
    issued(hall, at("09:00"), zone="gongan")
    no = refusal(hall, issue, at("09:01"), zone="chujian")
    assert (no.code, no.details) == ("hall_full", {"limit": 2})
    press(hall, call_next, at("09:02"), window="1")
    assert issued(hall, at("09:03"), zone="chujian").shown == "C001"


def test_the_number_tells_how_many_are_ahead_in_its_zone() -> None:
    hall = a_hall(open_windows=())
    issued(hall, at("09:00"), zone="zonghe")
    issued(hall, at("09:00"), zone="gongan")
    issued(hall, at("09:05"), zone="zonghe")
    [deed] = press(hall, issue, at("09:10"), zone="zonghe")
    assert deed.event.facts()["ahead"] == 2
    # A green ticket's head start is 15 minutes: it stands before the one of 09:05 and after the one of 08:54.
    [deed] = press(hall, issue, at("09:10"), zone="zonghe", class_="green", reason="elderly")
    assert deed.event.facts()["ahead"] == 0
    [deed] = press(hall, issue, at("09:17"), zone="zonghe", class_="green", reason="elderly")
    assert deed.event.facts()["ahead"] == 2


def test_no_wait_is_promised_while_no_window_is_open() -> None:
    ticket = issued(a_hall(open_windows=()), at("09:00"), zone="zonghe")
    assert ticket.promised is None


def test_the_promise_made_stays_with_the_ticket() -> None:
    hall = a_hall(open_windows=("1",))
    issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:00"), window="1")
    ticket = issued(hall, at("09:01"), zone="zonghe")
    assert ticket.promised is not None
    low, likely, high = ticket.promised
    assert 0 < low < likely < high
    press(hall, set_state, at("09:02"), window="1", state="paused")
    assert ticket.promised == [low, likely, high]


def test_the_ticket_belongs_to_the_day_of_the_hall_and_not_of_greenwich() -> None:
    hall = a_hall(a_layout(always_open=True), now=at("00:30", MONDAY))
    press(hall, tick, at("00:30", MONDAY))
    assert issued(hall, at("00:31", MONDAY), zone="zonghe").id == "20261123-A001"
