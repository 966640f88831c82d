"""Who is called next: the longest wait first, with head starts and a handicap."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hallserver.events import TicketCalled
from hallserver.rules.calling import call_next
from hallserver.rules.hall import Hall
from hallserver.rules.layout import WindowPlan
from hallserver.rules.services import complete, transfer
from hallserver.rules.windows import assign, set_state
from tests.a_hall import ITEMS, WINDOWS, a_hall, a_layout, at, issued, press, refusal

PLAIN = a_layout(items=(), handicap_min=10)


def called(hall: Hall, clock: str, window: str = "1") -> str:
    """The number that the window calls at that time."""
    deed = press(hall, call_next, at(clock), window=window)[0]
    assert isinstance(deed.event, TicketCalled)
    return hall.tickets[deed.event.ticket].shown


def test_the_longest_wait_goes_first() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    issued(hall, at("09:01"), zone="zonghe")
    assert called(hall, "09:10", "1") == "A001"
    assert called(hall, "09:10", "2") == "A002"


def test_a_green_ticket_goes_before_a_walk_in_who_waited_less_than_fifteen_minutes_more() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    issued(hall, at("09:14:59"), zone="zonghe", class_="green", reason="elderly")
    assert called(hall, "09:20") == "A002"


def test_a_green_ticket_stays_behind_a_walk_in_who_waited_more_than_fifteen_minutes_more() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    issued(hall, at("09:15:01"), zone="zonghe", class_="green", reason="elderly")
    assert called(hall, "09:20") == "A001"


def test_equal_scores_go_to_the_earlier_number() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    issued(hall, at("09:15"), zone="zonghe", class_="green", reason="elderly")
    assert called(hall, "09:20") == "A001"


def test_two_who_pressed_in_the_same_moment_are_called_in_the_order_of_their_numbers() -> None:
    hall = a_hall()
    for _ in range(3):
        issued(hall, at("09:00"), zone="zonghe")
    assert [called(hall, "09:01", window) for window in "123"] == ["A001", "A002", "A003"]


def test_equal_scores_across_zones_go_to_the_earlier_press() -> None:
    hall = a_hall(PLAIN)
    issued(hall, at("09:00"), zone="zonghe")
    issued(hall, at("09:10"), zone="gongan")
    assert called(hall, "09:30", "3") == "A001"


@pytest.mark.parametrize(("own_waits_since", "number"), [("09:09", "B001"), ("09:11", "A001")])
def test_another_zones_ticket_must_have_waited_the_handicap_more(own_waits_since: str, number: str) -> None:
    hall = a_hall(PLAIN)
    issued(hall, at("09:00"), zone="zonghe")
    issued(hall, at(own_waits_since), zone="gongan")
    assert called(hall, "09:30", "3") == number


def test_a_window_that_supports_a_zone_takes_its_tickets_when_its_own_zone_is_empty() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    assert called(hall, "09:00", "3") == "A001"


def test_a_window_does_not_call_for_a_zone_that_only_others_serve() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="gongan")
    issued(hall, at("09:00"), zone="chujian")
    assert refusal(hall, call_next, at("09:30"), window="1").code == "nobody_waiting"


def test_support_given_by_hand_counts_at_the_next_call() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="chujian")
    press(hall, assign, at("09:05"), window="1", zone="zonghe", support="chujian")
    assert called(hall, "09:06", "1") == "C001"


def test_a_ticket_that_needs_a_card_reader_waits_for_a_window_that_has_one() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), item="yb-002")
    issued(hall, at("09:05"), item="yb-001")
    assert called(hall, "09:10", "1") == "A002"
    assert called(hall, "09:10", "2") == "A001"


def test_a_window_without_the_capability_finds_nobody() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), item="yb-002")
    assert refusal(hall, call_next, at("09:10"), window="1").code == "nobody_waiting"


def test_a_matter_that_needs_two_things_is_not_called_by_a_window_that_has_one_of_them() -> None:
    both = (ITEMS[0], replace(ITEMS[1], needs=("card_reader", "camera")))
    windows = (*WINDOWS, WindowPlan("5", "", "zonghe", capabilities=("camera", "card_reader", "scales")))
    hall = a_hall(a_layout(items=both, windows=windows))
    issued(hall, at("09:00"), item="yb-002")
    assert refusal(hall, call_next, at("09:10"), window="2").code == "nobody_waiting"
    assert called(hall, "09:10", "5") == "A001"


def test_a_ticket_sent_to_one_window_is_called_by_that_window_alone() -> None:
    hall = a_hall()
    sent = issued(hall, at("09:00"), zone="zonghe")
    issued(hall, at("09:05"), zone="zonghe")
    press(hall, transfer, at("09:06"), ticket=sent.id, window="2")
    assert called(hall, "09:10", "1") == "A002"
    assert refusal(hall, call_next, at("09:11"), window="3").code == "nobody_waiting"
    assert called(hall, "09:12", "2") == "A001"


def test_the_reason_of_a_call_adds_up_and_names_the_next_best() -> None:
    hall = a_hall()
    issued(hall, at("08:51"), zone="zonghe")
    issued(hall, at("09:00"), zone="zonghe", class_="green", reason="elderly")
    [deed] = press(hall, call_next, at("09:22"), window="1")
    assert deed.event.facts() == {
        "ticket": "20261123-A002",
        "window": "1",
        "clerk": "clerk-1",
        "why": {
            "waited_min": 22.0,
            "class": "green",
            "head_start_min": 15,
            "handicap_min": 0,
            "score_min": 37.0,
            "next_best_min": 31.0,
            "zone": "zonghe",
            "own": True,
            "by_name": False,
        },
        "by_name": False,
        "reason": None,
    }


def test_the_reason_of_a_supporting_call_tells_the_handicap() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    [deed] = press(hall, call_next, at("09:25"), window="3")
    why = deed.event.facts()["why"]
    assert (why["own"], why["zone"]) == (False, "zonghe")
    assert (why["waited_min"], why["handicap_min"], why["score_min"]) == (25.0, 10, 15.0)


def test_the_only_one_waiting_has_no_next_best() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    [deed] = press(hall, call_next, at("09:01"), window="1")
    assert deed.event.facts()["why"]["next_best_min"] is None


def test_the_next_best_may_stand_in_the_same_line() -> None:
    hall = a_hall()
    for clock in ("09:00", "09:04", "09:05"):
        issued(hall, at(clock), zone="zonghe")
    [deed] = press(hall, call_next, at("09:10"), window="1")
    assert deed.event.facts()["why"]["next_best_min"] == 6.0


def test_a_call_puts_the_ticket_at_the_window_and_takes_it_out_of_the_queue() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    [deed] = press(hall, call_next, at("09:10"), window="1", clerk="0301")
    assert (ticket.state, ticket.window, ticket.clerk, ticket.calls) == ("called", "1", "0301", 1)
    assert (ticket.called, ticket.call_deed, ticket.owner) == (at("09:10"), deed.number, "0301")
    assert (hall.windows["1"].ticket, hall.windows["1"].since) == (ticket.id, at("09:10"))
    assert hall.waiting_count() == 0
    assert (hall.figures.called, hall.figures.waited_ms) == (1, 10 * 60_000)


def test_the_board_shows_the_newest_call_first() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    issued(hall, at("09:01"), zone="zonghe")
    called(hall, "09:10", "1")
    called(hall, "09:11", "2")
    assert [(call.ticket[-4:], call.window) for call in hall.calls] == [("A002", "2"), ("A001", "1")]


def test_the_hall_keeps_only_so_many_calls_for_the_board() -> None:
    hall = a_hall()
    for _ in range(30):
        issued(hall, at("09:00"), zone="zonghe")
        called(hall, "09:01")
        press(hall, complete, at("09:02"), window="1")
    assert len(hall.calls) == 24
    assert hall.calls[0].ticket == "20261123-A030"


@pytest.mark.parametrize(("state", "code"), [("closed", "window_closed"), ("paused", "window_paused")])
def test_a_window_that_is_not_open_calls_nobody(state: str, code: str) -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    press(hall, set_state, at("09:01"), window="1", state=state)
    assert refusal(hall, call_next, at("09:10"), window="1").code == code


def test_a_window_with_a_ticket_in_hand_calls_nobody_else() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    issued(hall, at("09:00"), zone="zonghe")
    called(hall, "09:10")
    no = refusal(hall, call_next, at("09:11"), window="1")
    assert (no.code, no.details) == ("window_busy", {"window": "1", "number": "A001"})


def test_a_window_that_does_not_exist_calls_nobody() -> None:
    no = refusal(a_hall(), call_next, at("09:11"), window="99")
    assert (no.code, no.details) == ("unknown_window", {"window": "99"})


def test_nobody_waiting_is_said_of_the_window() -> None:
    no = refusal(a_hall(), call_next, at("09:11"), window="1")
    assert (no.code, no.details) == ("nobody_waiting", {"window": "1"})
