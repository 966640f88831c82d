"""What a clerk does with the ticket at the window: start, finish, hold, send on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hallserver.events import ServiceEnded, ServiceStarted
from hallserver.rules.calling import call_by_name, call_next, mark_absent
from hallserver.rules.days import configure
from hallserver.rules.hall import Hall, Ticket
from hallserver.rules.services import OUTCOMES, complete, hold, start_service, transfer
from hallserver.rules.visits import cancel
from hallserver.rules.windows import assign, set_state
from tests.a_hall import ITEMS, a_hall, a_layout, at, issued, press, refusal


def a_called_ticket(hall: Hall, **details: str) -> Ticket:
    ticket = issued(hall, at("09:00"), **(details or {"zone": "zonghe"}))
    press(hall, call_by_name, at("09:10"), window="2", ticket=ticket.id, reason="asked to")
    return ticket


def numbers_in(hall: Hall, zone: str) -> list[str]:
    return [hall.tickets[ticket].shown for ticket in hall.queue(zone).in_order(hall.layout.head_start_ms)]


def test_the_resident_sits_down() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    press(hall, start_service, at("09:11"), window="2")
    assert (ticket.state, ticket.started, hall.windows["2"].ticket) == ("serving", at("09:11"), ticket.id)


def test_a_service_starts_only_once_and_only_with_a_ticket() -> None:
    hall = a_hall()
    assert refusal(hall, start_service, at("09:00"), window="2").code == "no_ticket_at_window"
    assert refusal(hall, start_service, at("09:00"), window="99").code == "unknown_window"
    a_called_ticket(hall)
    press(hall, start_service, at("09:11"), window="2")
    no = refusal(hall, start_service, at("09:12"), window="2")
    assert (no.code, no.details["state"], no.details["number"]) == ("wrong_state", "serving", "A001")


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_visit_ends_with_each_of_the_outcomes(outcome: str) -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    press(hall, start_service, at("09:11"), window="2")
    [deed] = press(hall, complete, at("09:20"), window="2", outcome=outcome, note="see the case")
    assert deed.event == ServiceEnded(ticket.id, "2", "clerk-2", outcome, "see the case")
    assert (ticket.state, ticket.outcome, ticket.ended, ticket.clerk) == ("done", outcome, at("09:20"), "clerk-2")
    assert (hall.windows["2"].ticket, hall.windows["2"].last, hall.figures.done) == (None, ticket.id, 1)


def test_there_is_no_bare_no_among_the_outcomes() -> None:
    assert set(OUTCOMES) == {"done", "accepted", "accepted_with_gaps", "told_missing", "referred", "escalated"}
    hall = a_hall()
    a_called_ticket(hall)
    no = refusal(hall, complete, at("09:20"), window="2", outcome="refused")
    assert (no.code, no.details) == ("unknown_outcome", {"outcome": "refused"})


def test_a_clerk_who_never_pressed_start_has_served_all_the_same() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    deeds = press(hall, complete, at("09:20"), window="2")
    assert [type(deed.event) for deed in deeds] == [ServiceStarted, ServiceEnded]
    assert (ticket.state, ticket.started) == ("done", at("09:20"))


def test_a_service_is_the_clerks_who_called_even_when_another_takes_the_window_over() -> None:
    hall = a_hall()
    a_called_ticket(hall)
    press(hall, set_state, at("09:11"), window="2", state="open", clerk="0302")
    assert press(hall, complete, at("09:20"), window="2")[-1].event.facts()["clerk"] == "clerk-2"


def test_a_service_called_by_nobody_is_the_clerks_who_sits_there() -> None:
    hall = a_hall(open_windows=())
    press(hall, set_state, at("09:00"), window="2", state="open")
    ticket = a_called_ticket(hall)
    assert ticket.clerk is None
    press(hall, set_state, at("09:11"), window="2", state="open", clerk="0302")
    assert press(hall, complete, at("09:20"), window="2")[-1].event.facts()["clerk"] == "0302"


def test_nothing_ends_at_an_empty_window() -> None:
    assert refusal(a_hall(), complete, at("09:00"), window="2").code == "no_ticket_at_window"
    assert refusal(a_hall(), complete, at("09:00"), window="99").code == "unknown_window"


@pytest.mark.parametrize("started", [False, True])
def test_a_ticket_on_hold_leaves_the_window_free_for_the_next(started: bool) -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    if started:
        press(hall, start_service, at("09:11"), window="2")
    press(hall, hold, at("09:12"), window="2", reason="fills in a form")
    assert (ticket.state, ticket.hold_reason, ticket.held) == ("held", "fills in a form", at("09:12"))
    assert (hall.windows["2"].ticket, hall.waiting_count()) == (None, 0)
    other = issued(hall, at("09:13"), zone="zonghe")
    press(hall, call_next, at("09:13"), window="2")
    assert (other.state, ticket.state) == ("called", "held")


def test_there_is_nothing_to_hold_at_an_empty_window() -> None:
    assert refusal(a_hall(), hold, at("09:00"), window="2").code == "no_ticket_at_window"
    assert refusal(a_hall(), hold, at("09:00"), window="99").code == "unknown_window"


def test_a_ticket_sent_to_another_zone_keeps_its_number_and_its_wait() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall, item="yb-001")
    issued(hall, at("09:05"), zone="gongan")
    press(hall, transfer, at("09:20"), ticket=ticket.id, zone="gongan")
    assert (ticket.shown, ticket.zone, ticket.item, ticket.state) == ("A001", "gongan", None, "waiting")
    assert (ticket.counts_from, ticket.window, ticket.calls) == (at("09:00"), None, 0)
    assert numbers_in(hall, "gongan") == ["A001", "B001"]
    assert hall.windows["2"].ticket is None


def test_a_ticket_sent_on_without_its_wait_stands_last() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    issued(hall, at("09:05"), zone="gongan")
    press(hall, transfer, at("09:20"), ticket=ticket.id, zone="gongan", keep_wait=False)
    assert ticket.counts_from == at("09:20")
    assert numbers_in(hall, "gongan") == ["B001", "A001"]


def test_a_ticket_sent_to_an_item_waits_in_the_items_zone_with_its_work() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    press(hall, transfer, at("09:20"), ticket=ticket.id, item="hz-001")
    assert (ticket.zone, ticket.item) == ("gongan", "hz-001")
    assert hall.queue("gongan").mean_ms == 20 * 60_000


def test_a_ticket_sent_within_its_zone_keeps_its_item() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall, item="yb-002")
    press(hall, transfer, at("09:20"), ticket=ticket.id, zone="zonghe")
    assert (ticket.zone, ticket.item) == ("zonghe", "yb-002")


def test_a_ticket_sent_to_one_window_waits_in_the_zone_of_that_window() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    press(hall, transfer, at("09:20"), ticket=ticket.id, window="4")
    assert (ticket.zone, ticket.to_window, ticket.state) == ("chujian", "4", "waiting")
    press(hall, call_next, at("09:21"), window="4")
    assert (ticket.window, ticket.to_window) == ("4", None)


def test_a_ticket_may_be_sent_to_the_window_that_supports_its_zone() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, transfer, at("09:01"), ticket=ticket.id, zone="zonghe", window="3")
    assert (ticket.zone, ticket.to_window) == ("zonghe", "3")


@pytest.mark.parametrize("state", ["waiting", "called", "serving", "held", "passed"])
def test_a_ticket_can_be_sent_on_from_every_state_of_a_visit(state: str) -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    if state != "waiting":
        press(hall, call_next, at("09:10"), window="1")
    if state == "serving":
        press(hall, start_service, at("09:11"), window="1")
    elif state == "held":
        press(hall, hold, at("09:11"), window="1", reason="copying")
    elif state == "passed":
        press(hall, mark_absent, at("09:11"), window="1")
    assert ticket.state == state
    press(hall, transfer, at("09:20"), ticket=ticket.id, zone="gongan")
    assert (ticket.state, ticket.hold_reason, ticket.held) == ("waiting", None, None)
    assert (numbers_in(hall, "zonghe"), numbers_in(hall, "gongan")) == ([], ["A001"])
    assert hall.windows["1"].ticket is None


@pytest.mark.parametrize("state", ["done", "cancelled"])
def test_a_visit_that_is_over_is_not_sent_on(state: str) -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    if state == "done":
        press(hall, complete, at("09:20"), window="2")
    else:
        press(hall, cancel, at("09:20"), ticket=ticket.id)
    no = refusal(hall, transfer, at("09:21"), ticket=ticket.id, zone="gongan")
    assert (no.code, no.details["state"]) == ("wrong_state", state)


def test_a_ticket_is_not_sent_nowhere() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    assert refusal(hall, transfer, at("09:20"), ticket=ticket.id).code == "target_missing"
    assert refusal(hall, transfer, at("09:20"), ticket=ticket.id, zone="moon").code == "unknown_zone"
    assert refusal(hall, transfer, at("09:20"), ticket=ticket.id, item="xx-404").code == "unknown_item"
    assert refusal(hall, transfer, at("09:20"), ticket=ticket.id, window="99").code == "unknown_window"
    assert refusal(hall, transfer, at("09:20"), ticket=ticket.id, zone="zonghe", window="99").code == "unknown_window"
    assert refusal(hall, transfer, at("09:20"), ticket="20261123-A404", zone="gongan").code == "unknown_ticket"


def test_a_ticket_is_not_sent_to_a_window_that_does_not_serve_its_zone() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    no = refusal(hall, transfer, at("09:20"), ticket=ticket.id, zone="zonghe", window="4")
    assert (no.code, no.details) == ("not_served_here", {"number": "A001", "window": "4"})


def test_a_ticket_is_not_sent_to_a_window_without_the_card_reader_it_needs() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall, item="yb-002")
    no = refusal(hall, transfer, at("09:20"), ticket=ticket.id, window="1")
    assert (no.code, no.details) == ("not_served_here", {"number": "A001", "window": "1"})


def test_a_ticket_whose_item_left_the_settings_can_still_be_sent_on() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), item="yb-002")
    press(hall, configure, at("09:05"), layout=a_layout(items=(ITEMS[0], ITEMS[2])))
    press(hall, transfer, at("09:06"), ticket=ticket.id, zone="gongan")
    assert (ticket.zone, ticket.item) == ("gongan", None)


def test_an_item_that_moved_to_another_zone_does_not_follow_a_ticket_sent_elsewhere() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), item="yb-001")
    moved = (replace(ITEMS[0], zone="chujian"), *ITEMS[1:])
    press(hall, configure, at("09:05"), layout=a_layout(items=moved))
    press(hall, transfer, at("09:06"), ticket=ticket.id, zone="gongan")
    assert (ticket.zone, ticket.item) == ("gongan", None)


def test_a_window_that_takes_up_another_zone_frees_the_tickets_sent_to_it() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, transfer, at("09:01"), ticket=ticket.id, window="2")
    press(hall, assign, at("09:02"), window="2", zone="gongan", support="zonghe")
    assert ticket.to_window == "2"  # it still supports the zone, and is still waited for
    press(hall, assign, at("09:03"), window="2", zone="gongan")
    assert ticket.to_window is None
    press(hall, call_next, at("09:04"), window="1")
    assert ticket.window == "1"


def test_a_ticket_sent_to_a_window_that_supports_its_zone_keeps_its_zone_and_its_matter() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), item="yb-001")
    press(hall, transfer, at("09:05"), ticket=ticket.id, window="3")
    assert (ticket.zone, ticket.item, ticket.to_window) == ("zonghe", "yb-001", "3")


@pytest.mark.parametrize("outcome", ["told_missing", "referred"])
@pytest.mark.parametrize("note", [None, " "])
def test_what_is_missing_and_where_to_go_is_told(outcome: str, note: str | None) -> None:
    hall = a_hall()
    a_called_ticket(hall)
    no = refusal(hall, complete, at("09:20"), window="2", outcome=outcome, note=note)
    assert (no.code, no.details) == ("outcome_note_missing", {"outcome": outcome})
