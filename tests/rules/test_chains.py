"""多窗联办: one number through several matters, each with its own service and outcome."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hallserver.events import ChainPlanned, PartEnded, ServiceEnded, ServiceStarted, TicketIssued
from hallserver.rules.calling import call_by_name, call_next
from hallserver.rules.chains import PARTS_LIMIT, plan_chain
from hallserver.rules.hall import Hall, Ticket
from hallserver.rules.issuing import issue
from hallserver.rules.services import complete, hold, transfer
from hallserver.rules.visits import come_back
from hallserver.store.projection import COLUMNS, rows
from tests.a_hall import ITEMS, a_hall, a_layout, at, issued, press, refusal

BOTH = ["yb-001", "hz-001"]


def in_order(*after: str) -> Hall:
    """A hall where the household move comes after those matters."""
    return a_hall(a_layout(items=(*ITEMS[:2], replace(ITEMS[2], after=after))))


def parts(ticket: Ticket) -> list[tuple[str | None, str | None]]:
    return [(part.item, part.outcome) for part in ticket.chain]


def test_one_press_gives_one_number_for_several_matters() -> None:
    hall = a_hall()
    deeds = press(hall, issue, at("09:00"), chain=BOTH)
    assert [type(deed.event) for deed in deeds] == [TicketIssued, ChainPlanned]
    [ticket] = hall.tickets.values()
    assert (ticket.shown, ticket.item, ticket.zone) == ("A001", "yb-001", "zonghe")
    assert parts(ticket) == [("yb-001", None), ("hz-001", None)]


def test_it_begins_where_the_wait_is_shortest() -> None:
    hall = a_hall()
    for _ in range(6):
        issued(hall, at("09:00"), zone="zonghe")
    ticket = issued(hall, at("09:01"), chain=BOTH)
    assert (ticket.shown, ticket.item) == ("B001", "hz-001")
    assert parts(ticket) == [("hz-001", None), ("yb-001", None)]


def test_a_chain_of_one_is_an_ordinary_ticket() -> None:
    hall = a_hall()
    [deed] = press(hall, issue, at("09:00"), chain=["hz-001"])
    assert hall.tickets[deed.event.facts()["ticket"]].chain == []


def test_each_part_has_its_service_and_the_visit_ends_with_the_last() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), chain=BOTH)
    press(hall, call_next, at("09:10"), window="1")
    started, ended = press(hall, complete, at("09:18"), window="1", outcome="accepted")
    assert isinstance(started.event, ServiceStarted)
    assert ended.event == PartEnded(ticket.id, "1", "clerk-1", "yb-001", "accepted", "gongan", "hz-001", at("09:00"))
    assert (ticket.state, ticket.shown, ticket.zone, ticket.item) == ("waiting", "A001", "gongan", "hz-001")
    assert (hall.windows["1"].ticket, hall.windows["1"].last, hall.figures.done) == (None, ticket.id, 0)
    [first] = [dict(zip(COLUMNS[name], row, strict=True)) for name, row in rows(hall, ended) if name == "service"]
    wanted = ("1", "clerk-1", "yb-001", "accepted", at("09:10"), at("09:18"))
    assert tuple(first[name] for name in ("window", "clerk", "item", "outcome", "called_at", "ended_at")) == wanted
    press(hall, call_next, at("09:20"), window="3")
    *_, last = press(hall, complete, at("09:40"), window="3")
    assert last.event == ServiceEnded(ticket.id, "3", "clerk-3", "done")
    assert (ticket.state, ticket.outcome, hall.figures.done) == ("done", "done", 1)
    assert parts(ticket) == [("yb-001", "accepted"), ("hz-001", "done")]


def test_nobody_queues_twice_for_the_second_part() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), chain=BOTH)
    later = issued(hall, at("09:05"), zone="gongan")
    press(hall, call_next, at("09:10"), window="1")
    press(hall, complete, at("09:18"), window="1")
    assert (hall.ahead_of(ticket), hall.ahead_of(later)) == (0, 1)


def test_what_comes_after_another_waits_for_it_even_where_nobody_waits() -> None:
    hall = in_order("yb-001")
    for _ in range(6):
        issued(hall, at("09:00"), zone="zonghe")
    ticket = issued(hall, at("09:01"), chain=["hz-001", "yb-001"])
    assert parts(ticket) == [("yb-001", None), ("hz-001", None)]


def test_an_order_among_matters_that_are_not_in_the_chain_holds_nobody_up() -> None:
    hall = in_order("yb-002")
    for _ in range(6):
        issued(hall, at("09:00"), zone="zonghe")
    assert issued(hall, at("09:01"), chain=BOTH).item == "hz-001"


def test_what_could_not_be_settled_keeps_what_depends_on_it_from_a_trip_in_vain() -> None:
    hall = in_order("yb-001")
    ticket = issued(hall, at("09:00"), chain=BOTH)
    press(hall, call_next, at("09:10"), window="1")
    *_, last = press(hall, complete, at("09:18"), window="1", outcome="told_missing", note="户口簿")
    assert isinstance(last.event, ServiceEnded)
    assert parts(ticket) == [("yb-001", "told_missing"), ("hz-001", None)]
    [back] = press(hall, come_back, at("11:00"), ticket=ticket.id)
    assert (back.event.facts()["zone"], back.event.facts()["item"]) == ("zonghe", "yb-001")
    assert (ticket.state, parts(ticket)) == ("waiting", [("yb-001", None), ("hz-001", None)])
    press(hall, call_next, at("11:05"), window="1")
    press(hall, complete, at("11:10"), window="1")
    assert (ticket.zone, ticket.item) == ("gongan", "hz-001")


def test_a_part_that_stands_alone_goes_on_though_another_lacks_something() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), chain=BOTH)
    press(hall, call_next, at("09:10"), window="1")
    press(hall, complete, at("09:18"), window="1", outcome="told_missing", note="户口簿")
    assert (ticket.state, ticket.item) == ("waiting", "hz-001")
    press(hall, call_next, at("09:20"), window="3")
    press(hall, complete, at("09:40"), window="3")
    press(hall, come_back, at("10:30"), ticket=ticket.id)
    assert (ticket.zone, ticket.item) == ("zonghe", "yb-001")
    assert parts(ticket) == [("hz-001", "done"), ("yb-001", None)]


def test_a_clerk_plans_the_rest_while_the_first_is_served() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), item="yb-001")
    press(hall, call_next, at("09:10"), window="1")
    [deed] = press(hall, plan_chain, at("09:12"), ticket=ticket.id, items=["hz-001"])
    assert deed.event == ChainPlanned(ticket.id, ["yb-001", "hz-001"])
    assert press(hall, plan_chain, at("09:12"), ticket=ticket.id, items=["yb-001", "hz-001"]) == []
    press(hall, complete, at("09:20"), window="1")
    assert (ticket.state, ticket.zone) == ("waiting", "gongan")


def test_a_chain_can_be_taken_back() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), chain=BOTH)
    press(hall, plan_chain, at("09:12"), ticket=ticket.id, items=[])
    assert (ticket.chain, ticket.item) == ([], "yb-001")
    assert press(hall, plan_chain, at("09:13"), ticket=ticket.id, items=[]) == []


def test_who_came_for_the_zone_alone_has_a_matter_once_it_is_planned() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, plan_chain, at("09:05"), ticket=ticket.id, items=["hz-001", "yb-002"])
    assert (ticket.item, parts(ticket)) == ("yb-002", [("yb-002", None), ("hz-001", None)])
    assert hall.queue("zonghe").mean_ms == 12 * 60_000
    other = issued(hall, at("09:06"), zone="zonghe")
    press(hall, plan_chain, at("09:07"), ticket=other.id, items=["hz-001"])
    assert (other.item, parts(other)) == (None, [(None, None), ("hz-001", None)])


def test_a_part_sent_elsewhere_is_that_part_and_the_rest_stays() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), chain=BOTH)
    press(hall, call_next, at("09:10"), window="1")
    press(hall, transfer, at("09:11"), ticket=ticket.id, item="hz-001")
    assert parts(ticket) == [("hz-001", None), ("yb-001", None)]
    press(hall, transfer, at("09:12"), ticket=ticket.id, zone="chujian")
    assert [(part.zone, part.item) for part in ticket.chain] == [("chujian", None), ("zonghe", "yb-001")]


def test_a_part_on_hold_is_called_by_its_name_and_goes_on() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), chain=BOTH)
    press(hall, call_next, at("09:10"), window="1")
    press(hall, hold, at("09:11"), window="1", reason="去缴费")
    press(hall, call_by_name, at("09:20"), window="1", ticket=ticket.id)
    press(hall, complete, at("09:22"), window="1")
    assert (ticket.state, ticket.item) == ("waiting", "hz-001")


@pytest.mark.parametrize(
    ("items", "code"),
    [(["moon"], "unknown_item"), (["hz-001", "hz-001"], "chain_item_twice"), (["a"] * 9, "unknown_item")],
)
def test_a_chain_is_of_matters_that_are_there_each_once(items: list[str], code: str) -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), item="yb-001")
    assert refusal(hall, plan_chain, at("09:05"), ticket=ticket.id, items=items).code == code
    assert refusal(hall, issue, at("09:05"), chain=items).code == code


def test_what_is_done_is_not_planned_again_and_a_visit_that_is_over_not_at_all() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), chain=BOTH)
    press(hall, call_next, at("09:10"), window="1")
    press(hall, complete, at("09:18"), window="1")
    no = refusal(hall, plan_chain, at("09:19"), ticket=ticket.id, items=["yb-001"])
    assert (no.code, no.details) == ("chain_item_twice", {"item": "yb-001"})
    press(hall, call_next, at("09:20"), window="3")
    press(hall, complete, at("09:30"), window="3")
    assert refusal(hall, plan_chain, at("09:31"), ticket=ticket.id, items=["yb-002"]).code == "wrong_state"
    assert refusal(hall, plan_chain, at("09:31"), ticket="20261123-A404", items=[]).code == "unknown_ticket"


def test_a_chain_has_its_limit() -> None:
    many = tuple(replace(ITEMS[0], id=f"yb-{n:03d}") for n in range(PARTS_LIMIT + 1))
    hall = a_hall(a_layout(items=many))
    names = [item.id for item in many]
    assert refusal(hall, issue, at("09:00"), chain=names).details == {"limit": PARTS_LIMIT}
    ticket = issued(hall, at("09:00"), item=names[0])
    assert refusal(hall, plan_chain, at("09:01"), ticket=ticket.id, items=names[1:]).code == "chain_too_long"
    press(hall, plan_chain, at("09:01"), ticket=ticket.id, items=names[1:PARTS_LIMIT])
    assert len(ticket.chain) == PARTS_LIMIT
