"""What a resident does with the ticket in hand: give it up, or come back after missing the call."""

from __future__ import annotations

import pytest

from hallserver.rules.calling import call_by_name, call_next, mark_absent
from hallserver.rules.hall import Hall, Ticket
from hallserver.rules.services import complete, hold, start_service
from hallserver.rules.visits import cancel, come_back
from tests.a_hall import a_hall, a_layout, at, issued, press, refusal


def a_passed_ticket(hall: Hall) -> Ticket:
    """A001, taken at nine, called and passed at ten past."""
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:10"), window="1")
    press(hall, mark_absent, at("09:10"), window="1")
    return ticket


def waiting(hall: Hall) -> list[str]:
    return [hall.tickets[ticket].shown for ticket in hall.queue("zonghe").in_order(hall.layout.head_start_ms)]


def test_a_returning_resident_stands_three_places_back() -> None:
    hall = a_hall()
    ticket = a_passed_ticket(hall)
    for minute in range(11, 17):
        issued(hall, at(f"09:{minute}"), zone="zonghe")
    press(hall, come_back, at("09:20"), ticket=ticket.id)
    assert waiting(hall) == ["A002", "A003", "A004", "A001", "A005", "A006", "A007"]
    assert (ticket.state, ticket.window, ticket.calls, ticket.held) == ("waiting", None, 0, None)


@pytest.mark.parametrize(("places", "order"), [(1, "2134"), (2, "2314"), (9, "2341"), (0, "1234")])
def test_the_places_are_a_setting(places: int, order: str) -> None:
    hall = a_hall(a_layout(return_places=places))
    ticket = a_passed_ticket(hall)
    for minute in (11, 12, 13):
        issued(hall, at(f"09:{minute}"), zone="zonghe")
    press(hall, come_back, at("09:20"), ticket=ticket.id)
    assert waiting(hall) == [f"A00{digit}" for digit in order]


def test_a_returning_resident_stands_last_when_fewer_than_three_wait() -> None:
    hall = a_hall()
    ticket = a_passed_ticket(hall)
    issued(hall, at("09:11"), zone="zonghe")
    press(hall, come_back, at("09:20"), ticket=ticket.id)
    assert waiting(hall) == ["A002", "A001"]


def test_with_nobody_waiting_the_time_already_waited_stays() -> None:
    hall = a_hall()
    ticket = a_passed_ticket(hall)
    press(hall, come_back, at("09:20"), ticket=ticket.id)
    assert ticket.counts_from == at("09:00")
    assert issued(hall, at("09:21"), zone="zonghe").shown == "A002"
    assert waiting(hall) == ["A001", "A002"]


def test_the_three_places_count_green_tickets_where_they_stand() -> None:
    hall = a_hall()
    ticket = a_passed_ticket(hall)
    for minute in (11, 12, 13):
        issued(hall, at(f"09:{minute}"), zone="zonghe")
    issued(hall, at("09:20"), zone="zonghe", class_="green", reason="elderly")
    press(hall, come_back, at("09:21"), ticket=ticket.id)
    assert waiting(hall) == ["A005", "A002", "A003", "A001", "A004"]


def test_a_green_resident_also_stands_three_places_back() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe", class_="green", reason="elderly")
    press(hall, call_next, at("09:10"), window="1")
    press(hall, mark_absent, at("09:10"), window="1")
    for minute in range(11, 17):
        issued(hall, at(f"09:{minute}"), zone="zonghe")
    press(hall, come_back, at("09:20"), ticket=ticket.id)
    assert waiting(hall) == ["A002", "A003", "A004", "A001", "A005", "A006", "A007"]


def test_a_green_resident_who_came_back_is_told_how_much_head_start_is_left() -> None:
    hall = a_hall(a_layout(return_places=1))
    issued(hall, at("09:00"), zone="zonghe", class_="green", reason="elderly")
    press(hall, call_next, at("09:10"), window="1")
    press(hall, mark_absent, at("09:10"), window="1")
    issued(hall, at("09:12"), zone="zonghe")
    press(hall, come_back, at("09:20"), ticket="20261123-A001")
    press(hall, call_next, at("09:20"), window="2")
    [deed] = press(hall, call_next, at("09:20"), window="1")
    why = deed.event.facts()["why"]
    assert (why["waited_min"], why["head_start_min"], why["score_min"]) == (0.0, 8.0, 8.0)


def test_nobody_gains_by_missing_a_call() -> None:
    """Called out of turn and not there: the place of one's own press, not the third from the front."""
    hall = a_hall()
    for minute in range(9):
        issued(hall, at(f"09:0{minute}"), zone="zonghe")
    press(hall, call_by_name, at("09:10"), window="1", ticket="20261123-A008", reason="asked to")
    press(hall, mark_absent, at("09:11"), window="1")
    press(hall, come_back, at("09:12"), ticket="20261123-A008")
    assert waiting(hall) == [f"A00{n}" for n in range(1, 10)]


def test_someone_who_comes_back_twice_waits_twice() -> None:
    hall = a_hall(a_layout(return_places=1))
    ticket = a_passed_ticket(hall)
    issued(hall, at("09:11"), zone="zonghe")
    press(hall, come_back, at("09:12"), ticket=ticket.id)
    press(hall, call_by_name, at("09:13"), window="1", ticket=ticket.id, reason="asked to")
    press(hall, mark_absent, at("09:14"), window="1")
    press(hall, come_back, at("09:15"), ticket=ticket.id)
    assert waiting(hall) == ["A002", "A001"]
    assert refusal(hall, come_back, at("09:16"), ticket=ticket.id).code == "not_passed"


@pytest.mark.parametrize("state", ["waiting", "called", "serving", "held", "done", "cancelled"])
def test_only_a_passed_resident_returns(state: str) -> None:
    hall = a_hall()
    ticket = in_state(hall, state)
    no = refusal(hall, come_back, at("09:20"), ticket=ticket.id)
    assert (no.code, no.details) == ("not_passed", {"ticket": ticket.id, "number": "A001", "state": state})


def test_who_was_accepted_is_told_where_the_result_will_be_and_not_how_far_it_is() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), item="hz-001")
    press(hall, call_by_name, at("09:10"), window="3", ticket=ticket.id, reason="asked to")
    press(hall, complete, at("09:20"), window="3", outcome="accepted")
    no = refusal(hall, come_back, at("09:30"), ticket=ticket.id)
    told = {"ticket": ticket.id, "number": "B001", "place": "出件", "place_en": "Collection"}
    assert (no.code, no.details) == ("accepted_already", told)


@pytest.mark.parametrize("state", ["waiting", "called", "held", "passed"])
def test_a_number_can_be_given_up_before_the_service(state: str) -> None:
    hall = a_hall()
    ticket = in_state(hall, state)
    press(hall, cancel, at("09:20"), ticket=ticket.id, reason="no time")
    assert (ticket.state, ticket.ended) == ("cancelled", at("09:20"))
    assert (hall.waiting_count(), hall.windows["1"].ticket) == (0, None)


@pytest.mark.parametrize("state", ["serving", "done", "cancelled"])
def test_a_service_under_way_or_over_is_not_given_up(state: str) -> None:
    hall = a_hall()
    ticket = in_state(hall, state)
    no = refusal(hall, cancel, at("09:20"), ticket=ticket.id)
    assert (no.code, no.details) == ("wrong_state", {"ticket": ticket.id, "number": "A001", "state": state})


def test_a_number_given_up_frees_the_window_for_the_next() -> None:
    hall = a_hall()
    ticket = in_state(hall, "called")
    other = issued(hall, at("09:11"), zone="zonghe")
    press(hall, cancel, at("09:12"), ticket=ticket.id)
    press(hall, call_next, at("09:13"), window="1")
    assert other.window == "1"


def test_a_ticket_nobody_knows_neither_returns_nor_is_given_up() -> None:
    assert refusal(a_hall(), come_back, at("09:20"), ticket="20261122-A001").code == "unknown_ticket"
    assert refusal(a_hall(), cancel, at("09:20"), ticket="20261122-A001").code == "unknown_ticket"


def in_state(hall: Hall, state: str) -> Ticket:
    """A001, brought to that state at window 1."""
    ticket = issued(hall, at("09:00"), zone="zonghe")
    if state != "waiting":
        press(hall, call_next, at("09:10"), window="1")
    if state == "serving":
        press(hall, start_service, at("09:11"), window="1")
    elif state == "held":
        press(hall, hold, at("09:11"), window="1")
    elif state == "passed":
        press(hall, mark_absent, at("09:11"), window="1")
    elif state == "done":
        press(hall, complete, at("09:11"), window="1")
    elif state == "cancelled":
        press(hall, cancel, at("09:11"), ticket=ticket.id)
    assert ticket.state == state
    return ticket


@pytest.mark.parametrize("outcome", ["told_missing", "accepted_with_gaps"])
def test_who_went_for_what_was_missing_comes_back_with_the_same_number(outcome: str) -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:10"), window="1")
    press(hall, complete, at("09:20"), window="1", outcome=outcome, note="户口簿")
    for minute in range(5):
        issued(hall, at(f"10:0{minute}"), zone="zonghe")
    press(hall, come_back, at("11:00"), ticket=ticket.id)
    assert (ticket.state, ticket.shown, ticket.outcome, ticket.ended) == ("waiting", "A001", None, None)
    assert hall.ahead_of(ticket) == hall.layout.return_places
    press(hall, call_by_name, at("11:01"), window="1", ticket=ticket.id, reason="asked to")
    press(hall, complete, at("11:05"), window="1")
    assert (ticket.state, ticket.outcome, hall.figures.done) == ("done", "done", 2)


def test_who_stands_at_the_window_with_what_was_missing_is_served_at_once() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:10"), window="1")
    press(hall, complete, at("09:20"), window="1", outcome="told_missing", note="户口簿")
    deeds = press(hall, call_by_name, at("11:00"), window="1", ticket=ticket.id)
    assert [deed.event.kind for deed in deeds] == ["TicketReturned", "TicketCalled"]
    assert (ticket.state, hall.windows["1"].ticket, hall.named) == ("called", ticket.id, [])


@pytest.mark.parametrize("outcome", ["done", "accepted", "referred", "escalated"])
def test_a_visit_with_nothing_missing_is_over(outcome: str) -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:10"), window="1")
    press(hall, complete, at("09:20"), window="1", outcome=outcome, note="公积金中心")
    no = "accepted_already" if outcome == "accepted" else "not_passed"
    assert refusal(hall, come_back, at("11:00"), ticket=ticket.id).code == no
    assert refusal(hall, call_by_name, at("11:00"), window="1", ticket=ticket.id).code == "wrong_state"
