"""Calling by name, calling once more, and nobody coming (点名、重呼、过号)."""

from __future__ import annotations

import pytest

from hallserver.rules.calling import call_by_name, call_next, mark_absent, recall
from hallserver.rules.hall import Hall, Ticket
from hallserver.rules.services import complete, hold, start_service, transfer
from hallserver.rules.visits import cancel
from hallserver.rules.windows import assign, set_state
from hallserver.views.floor import floor
from tests.a_hall import a_hall, a_layout, at, issued, press, refusal


def a_called_ticket(hall: Hall, window: str = "1") -> Ticket:
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:10"), window=window)
    return ticket


def test_a_clerk_may_call_someone_out_of_turn_by_name() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    second = issued(hall, at("09:05"), zone="zonghe")
    [deed] = press(hall, call_by_name, at("09:10"), window="1", ticket=second.id, reason="with a small child")
    facts = deed.event.facts()
    assert (facts["by_name"], facts["reason"], facts["clerk"]) == (True, "with a small child", "clerk-1")
    assert (facts["why"]["by_name"], facts["why"]["waited_min"]) == (True, 5.0)
    assert (second.state, second.window) == ("called", "1")
    assert hall.queue("zonghe").in_order(hall.layout.head_start_ms) == ["20261123-A001"]


def test_someone_who_was_passed_can_be_called_by_name_when_they_come() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    press(hall, mark_absent, at("09:11"), window="1")
    press(hall, call_by_name, at("09:30"), window="2", ticket=ticket.id, reason="asked to")
    assert (ticket.state, ticket.window, ticket.calls) == ("called", "2", 1)


def test_a_ticket_on_hold_is_called_again_by_name() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    press(hall, hold, at("09:11"), window="1", reason="copying")
    press(hall, call_by_name, at("09:20"), window="1", ticket=ticket.id, reason="asked to")
    assert (ticket.state, ticket.hold_reason, ticket.held) == ("called", None, None)


def test_a_supporting_window_may_call_by_name_and_tells_the_handicap() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    [deed] = press(hall, call_by_name, at("09:30"), window="3", ticket=ticket.id, reason="asked to")
    why = deed.event.facts()["why"]
    assert (why["own"], why["handicap_min"], why["score_min"]) == (False, 10, 20.0)


def test_a_ticket_sent_to_one_window_can_still_be_called_by_name_at_another() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, transfer, at("09:01"), ticket=ticket.id, window="2")
    press(hall, call_by_name, at("09:02"), window="1", ticket=ticket.id, reason="asked to")
    assert (ticket.window, ticket.to_window) == ("1", None)


def test_only_the_first_call_of_a_visit_counts_as_its_wait() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    press(hall, mark_absent, at("09:11"), window="1")
    press(hall, call_by_name, at("10:30"), window="1", ticket=ticket.id, reason="asked to")
    assert (hall.figures.called, hall.figures.waited_ms) == (1, 10 * 60_000)


def test_a_ticket_of_a_zone_the_window_does_not_serve_is_refused() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="gongan")
    no = refusal(hall, call_by_name, at("09:10"), window="1", ticket=ticket.id)
    assert (no.code, no.details) == ("not_served_here", {"number": "B001", "window": "1"})


def test_a_window_without_the_card_reader_cannot_call_for_it_even_by_name() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), item="yb-002")
    no = refusal(hall, call_by_name, at("09:10"), window="1", ticket=ticket.id)
    assert (no.code, no.details) == ("not_capable", {"number": "A001", "window": "1"})


@pytest.mark.parametrize("end", ["called", "serving", "done", "cancelled"])
def test_a_ticket_that_is_not_to_be_called_is_refused_with_its_state(end: str) -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    if end == "serving":
        press(hall, start_service, at("09:11"), window="1")
    elif end == "done":
        press(hall, complete, at("09:11"), window="1")
    elif end == "cancelled":
        press(hall, cancel, at("09:11"), ticket=ticket.id)
    no = refusal(hall, call_by_name, at("09:12"), window="2", ticket=ticket.id)
    assert (no.code, no.details) == ("wrong_state", {"ticket": ticket.id, "number": "A001", "state": end})


def test_a_ticket_nobody_knows_is_refused() -> None:
    no = refusal(a_hall(), call_by_name, at("09:10"), window="1", ticket="20261123-A404")
    assert (no.code, no.details) == ("unknown_ticket", {"ticket": "20261123-A404"})


def test_calling_by_name_needs_an_open_and_free_window_too() -> None:
    hall = a_hall()
    a_called_ticket(hall)
    other = issued(hall, at("09:11"), zone="zonghe")
    assert refusal(hall, call_by_name, at("09:12"), window="1", ticket=other.id).code == "window_busy"
    press(hall, set_state, at("09:13"), window="2", state="paused")
    assert refusal(hall, call_by_name, at("09:13"), window="2", ticket=other.id).code == "window_paused"
    press(hall, set_state, at("09:14"), window="2", state="closed")
    assert refusal(hall, call_by_name, at("09:14"), window="2", ticket=other.id).code == "window_closed"
    assert refusal(hall, call_by_name, at("09:14"), window="99", ticket=other.id).code == "unknown_window"


def test_a_recalled_number_is_called_once_more_and_counted() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    [first] = press(hall, recall, at("09:11"), window="1")
    [second] = press(hall, recall, at("09:12"), window="1")
    assert (first.event.facts()["calls"], second.event.facts()["calls"]) == (2, 3)
    assert (ticket.calls, ticket.call_deed) == (3, second.number)


def test_a_recalled_number_moves_to_the_top_of_the_board_and_stands_there_once() -> None:
    hall = a_hall()
    a_called_ticket(hall, "1")
    issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:11"), window="2")
    [deed] = press(hall, recall, at("09:12"), window="1")
    assert [(call.ticket[-4:], call.times) for call in hall.calls] == [("A001", 2), ("A002", 1)]
    assert hall.calls[0].deed == deed.number


def test_a_number_is_not_called_again_before_anybody_could_have_walked_over() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:10:00"), window="1")
    no = refusal(hall, recall, at("09:10:05"), window="1")
    assert (no.code, no.details) == ("recalled_too_soon", {"number": "A001", "seconds": 10})
    press(hall, recall, at("09:10:15"), window="1")
    assert refusal(hall, recall, at("09:10:29"), window="1").details["seconds"] == 1
    press(hall, recall, at("09:10:30"), window="1")


def test_the_gap_between_two_calls_is_the_halls() -> None:
    hall = a_hall(a_layout(recall_gap_s=0))
    issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:10"), window="1")
    press(hall, recall, at("09:10"), window="1")


def test_a_played_day_runs_faster_than_the_clock_that_the_gap_is_measured_by() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe", channel="rehearsal")
    press(hall, call_next, at("09:10"), window="1")
    press(hall, recall, at("09:10"), window="1")


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_one_who_waits_is_called_by_name_only_with_a_reason(reason: str | None) -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    no = refusal(hall, call_by_name, at("09:10"), window="1", ticket=ticket.id, reason=reason)
    assert (no.code, no.details["number"]) == ("name_reason_missing", "A001")


def test_only_calls_of_those_who_waited_are_shown_to_the_manager() -> None:
    hall = a_hall()
    first, second = issued(hall, at("09:00"), zone="zonghe"), issued(hall, at("09:01"), zone="zonghe")
    press(hall, call_by_name, at("09:10"), window="1", ticket=second.id, reason="带婴幼儿")
    press(hall, mark_absent, at("09:11"), window="1")
    press(hall, call_by_name, at("09:12"), window="1", ticket=second.id)
    press(hall, hold, at("09:13"), window="1")
    press(hall, call_by_name, at("09:14"), window="1", ticket=second.id, reason="back")
    press(hall, call_next, at("09:15"), window="2")
    assert first.state == "called"
    seen = floor(hall, at("09:16"))["by_name"]
    assert [(row["number"], row["window"], row["clerk"], row["reason"]) for row in seen] == [
        ("A002", "1", "clerk-1", "带婴幼儿")
    ]


def test_nobody_to_recall_at_an_empty_window() -> None:
    no = refusal(a_hall(), recall, at("09:11"), window="1")
    assert (no.code, no.details) == ("no_ticket_at_window", {"window": "1"})


def test_a_resident_who_sits_at_the_window_is_not_recalled() -> None:
    hall = a_hall()
    a_called_ticket(hall)
    press(hall, start_service, at("09:11"), window="1")
    no = refusal(hall, recall, at("09:12"), window="1")
    assert (no.code, no.details["state"]) == ("wrong_state", "serving")


def test_an_unknown_window_recalls_and_passes_nobody() -> None:
    hall = a_hall()
    assert refusal(hall, recall, at("09:11"), window="99").code == "unknown_window"
    assert refusal(hall, mark_absent, at("09:11"), window="99").code == "unknown_window"


def test_a_called_resident_who_does_not_come_is_passed_and_the_window_is_free() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    press(hall, mark_absent, at("09:11"), window="1")
    assert (ticket.state, ticket.held) == ("passed", at("09:11"))
    window = hall.windows["1"]
    assert (window.ticket, window.last, window.last_ended) == (None, ticket.id, at("09:11"))
    assert hall.waiting_count() == 0


def test_a_hall_that_wants_three_calls_passes_nobody_after_two() -> None:
    hall = a_hall(a_layout(calls_before_absence=3))
    ticket = a_called_ticket(hall)
    no = refusal(hall, mark_absent, at("09:11"), window="1")
    assert (no.code, no.details) == ("called_too_few", {"number": "A001", "calls": 1, "wanted": 3})
    press(hall, recall, at("09:11"), window="1")
    assert refusal(hall, mark_absent, at("09:12"), window="1").details["calls"] == 2
    press(hall, recall, at("09:12"), window="1")
    press(hall, mark_absent, at("09:13"), window="1")
    assert ticket.state == "passed"


def test_the_calls_are_counted_from_one_again_after_a_return_to_the_window() -> None:
    hall = a_hall(a_layout(calls_before_absence=2))
    ticket = a_called_ticket(hall)
    press(hall, recall, at("09:11"), window="1")
    press(hall, mark_absent, at("09:12"), window="1")
    press(hall, call_by_name, at("09:20"), window="1", ticket=ticket.id, reason="asked to")
    assert refusal(hall, mark_absent, at("09:21"), window="1").details["calls"] == 1


def test_nobody_is_passed_at_an_empty_window_or_during_a_service() -> None:
    hall = a_hall()
    assert refusal(hall, mark_absent, at("09:00"), window="1").code == "no_ticket_at_window"
    a_called_ticket(hall)
    press(hall, start_service, at("09:11"), window="1")
    assert refusal(hall, mark_absent, at("09:12"), window="1").code == "wrong_state"


def test_a_window_paused_with_a_ticket_in_hand_may_still_recall_and_pass_it() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    press(hall, set_state, at("09:11"), window="1", state="paused")
    press(hall, recall, at("09:12"), window="1")
    press(hall, mark_absent, at("09:13"), window="1")
    assert ticket.state == "passed"


def test_a_window_moved_to_another_zone_keeps_the_ticket_in_hand() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    press(hall, assign, at("09:11"), window="1", zone="gongan")
    press(hall, recall, at("09:12"), window="1")
    assert (hall.windows["1"].ticket, ticket.calls) == (ticket.id, 2)


def test_a_board_names_a_ticket_once_at_the_window_that_called_it_last() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    press(hall, mark_absent, at("09:11"), window="1")
    press(hall, call_by_name, at("09:30"), window="2", ticket=ticket.id, reason="asked to")
    assert [(call.ticket, call.window) for call in hall.calls] == [(ticket.id, "2")]
