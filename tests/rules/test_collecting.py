"""The issuing zone calls the same number (统一窗口出件): the visit goes on, and what it was stays as it was."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from hallserver.events import CaseSetBack, CollectionBegan, Deed, TicketCancelled
from hallserver.rules.calling import call_next, mark_absent
from hallserver.rules.cases import hand_over_case, make_ready, set_back
from hallserver.rules.chains import plan_chain
from hallserver.rules.days import tick
from hallserver.rules.folding import fold
from hallserver.rules.hall import Case, Hall
from hallserver.rules.ratings import rate, services_of
from hallserver.rules.services import complete, hold, transfer
from hallserver.rules.snapshot import from_plain, to_plain
from hallserver.rules.visits import cancel, come_back
from hallserver.views.following import visit
from tests.a_hall import ZONES, a_hall, a_layout, at, issued, press, refusal
from tests.rules.any_hall import check
from tests.rules.test_cases import served


def collecting(hall: Hall) -> Case:
    """A case that was accepted at nine and whose number waits to collect since eleven."""
    case = served(hall, "accepted")
    [ready, began] = press(hall, make_ready, at("11:00"), case=case.id, call=True)
    assert began.event == CollectionBegan(case.ticket, case.id, "chujian", at("11:00"))
    assert ready.number + 1 == began.number
    check(hall, at("11:00"))
    return case


def test_the_same_number_waits_in_the_issuing_zone_and_is_called_there() -> None:
    hall = a_hall()
    case = collecting(hall)
    ticket = hall.tickets[case.ticket]
    assert (ticket.state, ticket.zone, ticket.item, ticket.shown) == ("waiting", "chujian", None, "B001")
    press(hall, call_next, at("11:05"), window="4", clerk="0304")
    assert hall.windows["4"].ticket == ticket.id


def test_what_it_was_served_for_stays_a_service_with_its_outcome_and_its_rating() -> None:
    hall = a_hall()
    case = collecting(hall)
    ticket = hall.tickets[case.ticket]
    [first] = services_of(ticket)
    assert (first.service, first.item, first.outcome, first.window, first.clerk) == (
        case.id, "hz-001", "accepted", "3", "0301",
    )  # fmt: skip
    [rated] = press(hall, rate, at("11:01"), ticket=ticket.id, level=5)
    assert rated.event.facts()["service"] == case.id
    assert services_of(ticket)[0].rated
    assert not ticket.rated, "what it waits for was not rated"
    press(hall, call_next, at("11:05"), window="4", clerk="0304")
    press(hall, complete, at("11:06"), window="4")
    assert [(one.item, one.outcome, one.rated) for one in services_of(ticket)] == [
        ("hz-001", "accepted", True), (None, "done", False),
    ]  # fmt: skip
    press(hall, rate, at("11:07"), ticket=ticket.id, level=4)
    check(hall, at("11:07"))


def test_done_at_the_issuing_window_hands_over_all_that_is_ready_of_the_visit() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), item="yb-001")
    press(hall, plan_chain, at("09:00"), ticket=ticket.id, items=["hz-001"])
    for window in ("1", "3"):
        press(hall, call_next, at("09:01"), window=window, clerk="0301")
        press(hall, complete, at("09:05"), window=window, outcome="accepted")
    first, second = hall.cases.values()
    press(hall, make_ready, at("10:00"), case=first.id)
    press(hall, make_ready, at("10:01"), case=second.id, call=True)
    press(hall, call_next, at("10:02"), window="4", clerk="0304")
    press(hall, complete, at("10:04"), window="4")
    assert [(case.state, case.way, case.handed_over) for case in hall.cases.values()] == [
        ("handed_over", "window", at("10:04"))
    ] * 2


@pytest.mark.parametrize("outcome", ["told_missing", "referred", "escalated"])
def test_nothing_is_handed_over_when_the_service_ends_otherwise(outcome: str) -> None:
    hall = a_hall()
    case = collecting(hall)
    press(hall, call_next, at("11:05"), window="4", clerk="0304")
    press(hall, complete, at("11:06"), window="4", outcome=outcome, note="带身份证")
    assert case.state == "ready"


def test_a_number_that_is_sent_elsewhere_collects_nothing_there() -> None:
    hall = a_hall()
    case = collecting(hall)
    press(hall, transfer, at("11:01"), ticket=case.ticket, item="yb-001")
    press(hall, call_next, at("11:05"), window="1", clerk="0301")
    press(hall, complete, at("11:06"), window="1")
    assert case.state == "ready"


def given_up(hall: Hall, case: Case) -> None:
    press(hall, cancel, at("11:10"), ticket=case.ticket)


def never_came(hall: Hall, case: Case) -> None:
    press(hall, call_next, at("11:05"), window="4", clerk="0304")
    press(hall, mark_absent, at("11:06"), window="4")
    press(hall, come_back, at("11:07"), ticket=case.ticket)
    press(hall, call_next, at("11:08"), window="4", clerk="0304")
    press(hall, hold, at("11:09"), window="4")
    [*_, expired] = [deed for deed in deeds_of_midnight(hall) if deed.event.kind == "TicketExpired"]
    assert expired.event.facts()["ticket"] == case.ticket


def deeds_of_midnight(hall: Hall) -> list[Any]:
    """The tick after midnight, as far as the expiries: what the tickets are then is looked at before they go."""
    now = at("00:00:01", "2026-11-24")
    events = [event for event in tick(hall, now) if event.kind == "TicketExpired"]
    deeds = [Deed(hall.number + n, now, "hall", event) for n, event in enumerate(events, start=1)]
    for deed in deeds:
        fold(hall, deed)
    return deeds


def set_back_again(hall: Hall, case: Case) -> None:
    deeds = press(hall, set_back, at("11:10"), case=case.id)
    assert [type(deed.event) for deed in deeds] == [CaseSetBack, TicketCancelled]


def posted(hall: Hall, case: Case) -> None:
    press(hall, hand_over_case, at("11:10"), case=case.id, way="post")


@pytest.mark.parametrize("ends", [given_up, never_came, set_back_again, posted])
def test_who_never_collects_was_served_all_the_same(ends: Any) -> None:
    hall = a_hall()
    case = served(hall, "accepted")
    ticket = hall.tickets[case.ticket]
    press(hall, rate, at("09:10"), ticket=ticket.id, level=5)
    before = deepcopy(ticket)
    press(hall, make_ready, at("11:00"), case=case.id, call=True)
    ends(hall, case)
    after = hall.tickets[case.ticket]
    for name in ("state", "zone", "item", "outcome", "note", "window", "clerk", "ended", "service", "rated", "chain"):
        assert getattr(after, name) == getattr(before, name), name
    assert hall.queue("chujian").count == 0


def test_a_chain_that_never_collects_is_the_chain_it_was() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), item="yb-001")
    press(hall, plan_chain, at("09:00"), ticket=ticket.id, items=["hz-001"])
    for window in ("1", "3"):
        press(hall, call_next, at("09:01"), window=window, clerk="0301")
        press(hall, complete, at("09:05"), window=window, outcome="accepted")
    parts = deepcopy(ticket.chain)
    press(hall, make_ready, at("10:00"), case=max(hall.cases), call=True)
    press(hall, cancel, at("10:01"), ticket=ticket.id)
    assert (ticket.chain, ticket.state, ticket.item) == (parts, "done", "hz-001")
    check(hall, at("10:01"))


def test_a_number_waits_on_while_something_else_of_it_is_ready() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), item="yb-001")
    press(hall, plan_chain, at("09:00"), ticket=ticket.id, items=["hz-001"])
    for window in ("1", "3"):
        press(hall, call_next, at("09:01"), window=window, clerk="0301")
        press(hall, complete, at("09:05"), window=window, outcome="accepted")
    first, second = hall.cases
    press(hall, make_ready, at("10:00"), case=first)
    press(hall, make_ready, at("10:00"), case=second, call=True)
    press(hall, hand_over_case, at("10:01"), case=second, way="post")
    assert ticket.state == "waiting"
    press(hall, hand_over_case, at("10:02"), case=first, way="post")
    assert ticket.state == "done"


def test_only_who_is_still_here_is_called() -> None:
    hall = a_hall()
    case = collecting(hall)
    other = served(hall, "accepted", now=at("11:00"))
    assert refusal(hall, make_ready, at("11:10"), case=case.id, call=True).code == "not_here", "waits already"
    assert refusal(hall, make_ready, at("18:00"), case=other.id, call=True).code == "zone_closed"
    press(hall, tick, at("08:40", "2026-11-24"))
    assert refusal(hall, make_ready, at("08:40", "2026-11-24"), case=other.id, call=True).code == "not_here"
    press(hall, make_ready, at("08:41", "2026-11-24"), case=other.id)
    press(hall, hand_over_case, at("08:42", "2026-11-24"), case=other.id, way="post")
    assert refusal(hall, make_ready, at("08:43", "2026-11-24"), case=other.id, call=True).code == "case_state"


def test_what_was_ready_before_can_be_called_later() -> None:
    hall = a_hall()
    case = served(hall, "accepted")
    press(hall, make_ready, at("10:00"), case=case.id)
    assert [deed.event.kind for deed in press(hall, make_ready, at("10:30"), case=case.id, call=True)] == [
        "CollectionBegan"
    ]
    assert case.ready == at("10:00")


def test_a_hall_without_an_issuing_zone_calls_nobody_to_collect() -> None:
    zones = [replace(zone, kind="comprehensive") for zone in ZONES]
    hall = a_hall(a_layout(zones=zones))
    case = served(hall, "accepted")
    assert refusal(hall, make_ready, at("10:00"), case=case.id, call=True).code == "no_issuing_zone"


def test_a_snapshot_keeps_who_waits_to_collect_and_a_phone_follows_it() -> None:
    hall = a_hall()
    case = collecting(hall)
    assert from_plain(to_plain(hall)) == hall
    shown = visit(hall, at("11:01"), case.ticket)["ticket"]
    assert (shown["state"], shown["zone"], [part["state"] for part in shown["chain"]]) == (
        "waiting", "chujian", ["ended", "now"],
    )  # fmt: skip
