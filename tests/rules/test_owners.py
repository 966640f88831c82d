"""首问责任: who meets a visit first answers for it, until somebody else accepts it."""

from __future__ import annotations

import pytest

from hallserver.events import ServiceEnded, ServiceHandedOver, VisitAccepted
from hallserver.rules.calling import call_next, mark_absent
from hallserver.rules.hall import Hall, Ticket
from hallserver.rules.owners import accept_visit
from hallserver.rules.services import complete, hand_over, hold, start_service, transfer
from hallserver.rules.windows import set_state
from hallserver.store.projection import COLUMNS, rows
from hallserver.views.floor import floor
from tests.a_hall import a_hall, at, issued, press, refusal


def a_called_ticket(hall: Hall) -> Ticket:
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:10"), window="1")
    return ticket


def test_the_first_clerk_is_the_owner_and_stays_it_when_another_calls() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    assert (ticket.owner, ticket.owner_sought) == ("clerk-1", None)
    press(hall, transfer, at("09:20"), ticket=ticket.id, window="2")
    press(hall, call_next, at("09:21"), window="2")
    assert (ticket.owner, ticket.owner_sought, ticket.clerk) == ("clerk-1", at("09:20"), "clerk-2")


def test_where_nobody_is_signed_in_the_visit_is_whose_press_began_it() -> None:
    hall = a_hall(open_windows=())
    press(hall, set_state, at("09:00"), window="1", state="open")
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:10"), window="1", presser="0001")
    assert (ticket.owner, ticket.clerk) == ("0001", "0001")


def test_what_is_sent_on_waits_for_an_owner_and_the_manager_sees_it() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    assert floor(hall, at("09:11"))["seeking_owner"] == []
    press(hall, transfer, at("09:20"), ticket=ticket.id, zone="gongan")
    [seen] = floor(hall, at("09:27"))["seeking_owner"]
    told = {"ticket": ticket.id, "number": "A001", "owner": "clerk-1", "zone": "gongan", "state": "waiting"}
    assert seen.items() >= told.items()
    assert (seen["since"][:19], seen["min"]) == ("2026-11-23T09:20:00", 7)
    [deed] = press(hall, accept_visit, at("09:30"), ticket=ticket.id, clerk="clerk-3")
    assert deed.event == VisitAccepted(ticket.id, "clerk-3", "clerk-1")
    assert (ticket.owner, ticket.owner_sought) == ("clerk-3", None)
    assert floor(hall, at("09:31"))["seeking_owner"] == []


def test_a_ticket_nobody_has_met_yet_seeks_no_owner() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, transfer, at("09:05"), ticket=ticket.id, zone="gongan")
    assert (ticket.owner, ticket.owner_sought) == (None, None)
    no = refusal(hall, accept_visit, at("09:06"), ticket=ticket.id, clerk="clerk-3")
    assert no.code == "owner_not_sought"


def test_the_owner_takes_the_visit_back_by_a_press_or_by_calling_it_again() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    press(hall, transfer, at("09:20"), ticket=ticket.id, zone="zonghe")
    press(hall, accept_visit, at("09:21"), ticket=ticket.id, clerk="clerk-1")
    assert (ticket.owner, ticket.owner_sought) == ("clerk-1", None)
    press(hall, transfer, at("09:22"), ticket=ticket.id, zone="zonghe")
    assert ticket.owner_sought == at("09:22")
    press(hall, call_next, at("09:23"), window="1")
    assert ticket.owner_sought is None


def test_nobody_takes_a_visit_that_is_not_sought() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    no = refusal(hall, accept_visit, at("09:11"), ticket=ticket.id, clerk="clerk-2")
    assert (no.code, no.details["clerk"]) == ("owner_not_sought", "clerk-1")
    assert press(hall, accept_visit, at("09:11"), ticket=ticket.id, clerk="clerk-1") == []
    assert refusal(hall, accept_visit, at("09:11"), ticket="20261123-A404", clerk="c").code == "unknown_ticket"
    press(hall, complete, at("09:20"), window="1")
    assert refusal(hall, accept_visit, at("09:21"), ticket=ticket.id, clerk="clerk-2").code == "wrong_state"


@pytest.mark.parametrize("press_after", [hold, mark_absent])
def test_a_visit_put_aside_keeps_its_owner(press_after: object) -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    press(hall, press_after, at("09:12"), window="1")  # type: ignore[arg-type]
    assert (ticket.owner, ticket.owner_sought) == ("clerk-1", None)


def test_a_service_handed_over_goes_on_with_both_clerks_kept() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    press(hall, start_service, at("09:11"), window="1")
    [deed] = press(hall, hand_over, at("09:15"), window="1", to="0318")
    assert deed.event == ServiceHandedOver(ticket.id, "1", "clerk-1", "0318")
    assert (ticket.state, ticket.started, ticket.clerk) == ("serving", at("09:11"), "0318")
    assert (hall.windows["1"].ticket, hall.windows["1"].clerk) == (ticket.id, "0318")
    assert (ticket.owner, ticket.owner_sought) == ("clerk-1", at("09:15"))
    [ended] = press(hall, complete, at("09:20"), window="1")
    assert ended.event == ServiceEnded(ticket.id, "1", "0318", "done")
    row = next(dict(zip(COLUMNS[name], row, strict=True)) for name, row in rows(hall, ended) if name == "service")
    assert (row["clerk"], row["handed_over_by"], row["outcome"]) == ("0318", "clerk-1", "done")


def test_a_service_handed_over_twice_names_who_began_it() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    press(hall, hand_over, at("09:15"), window="1", to="0318")
    press(hall, hand_over, at("09:16"), window="1", to="0319")
    assert (ticket.clerk, ticket.handed_over_by) == ("0319", "clerk-1")


def test_the_owner_who_gets_it_back_is_no_longer_sought() -> None:
    hall = a_hall()
    ticket = a_called_ticket(hall)
    press(hall, hand_over, at("09:15"), window="1", to="0318")
    press(hall, hand_over, at("09:16"), window="1", to="clerk-1")
    assert (ticket.owner, ticket.owner_sought) == ("clerk-1", None)


def test_there_must_be_something_to_hand_over_and_somebody_else_to_take_it() -> None:
    hall = a_hall()
    assert refusal(hall, hand_over, at("09:00"), window="1", to="0318").code == "no_ticket_at_window"
    a_called_ticket(hall)
    no = refusal(hall, hand_over, at("09:11"), window="1", to="clerk-1")
    assert (no.code, no.details) == ("handed_to_self", {"clerk": "clerk-1"})
