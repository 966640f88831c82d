"""What happened is written to a line of the log and read back as it was."""

from __future__ import annotations

import json

import pytest

from hallserver.events import (
    EVENTS,
    DayBegan,
    Deed,
    Event,
    RatingGiven,
    TicketCalled,
    TicketHeld,
    TicketIssued,
    read_event,
)
from hallserver.rules.folding import FOLDS, fold
from hallserver.rules.hall import new_hall
from tests.a_hall import OPENING

KINDS = {
    "HallConfigured", "DayBegan", "TicketIssued", "TicketCalled", "TicketRecalled", "TicketPassed", "TicketReturned",
    "TicketCancelled", "TicketExpired", "TicketHeld", "TicketTransferred", "ServiceStarted", "ServiceEnded",
    "WindowOpened", "WindowPaused", "WindowClosed", "WindowAssigned", "RatingGiven", "TicketPrinted",
    "TicketPrintFailed", "CallSpoken", "CallNotSpoken",
}  # fmt: skip


def test_these_are_the_kinds_of_deeds_a_log_may_hold_and_none_is_ever_taken_away() -> None:
    assert set(EVENTS) >= KINDS


def test_every_kind_is_folded() -> None:
    assert set(FOLDS) == set(EVENTS.values())


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_reads_back_what_it_told(kind: str) -> None:
    facts = {name: f"{name} 一" for name in EVENTS[kind].fact_names}
    event = read_event(kind, json.loads(json.dumps(facts)))
    assert type(event) is EVENTS[kind]
    assert event.kind == kind
    assert event.facts() == facts


def test_facts_are_written_short_and_in_chinese_as_it_is() -> None:
    deed = Deed(7, OPENING, "clerk:0301", TicketHeld("20261123-A001", "1", "填表"))
    assert deed.facts_json() == '{"ticket":"20261123-A001","window":"1","reason":"填表"}'


@pytest.mark.parametrize(
    "event",
    [
        TicketIssued("t", "A001", "z", None, "walk_in", None, "kiosk", "zh-CN", 3, [0.0, 4.2, 9.9], "none"),
        TicketCalled("t", "1", None, {"waited_min": 2.5, "own": True, "next_best_min": None}),
        RatingGiven("t", "1", None, 5, ["510", "511"]),
    ],
)
def test_an_event_survives_the_log(event: Event) -> None:
    deed = Deed(1, OPENING, "hall", event)
    assert read_event(event.kind, json.loads(deed.facts_json())) == event


def test_facts_that_an_older_line_does_not_know_take_their_usual_value() -> None:
    called = read_event("TicketCalled", {"ticket": "t", "window": "1", "clerk": None, "why": {}})
    assert called == TicketCalled("t", "1", None, {}, by_name=False, reason=None)


def test_a_kind_this_version_does_not_know_is_not_guessed() -> None:
    with pytest.raises(KeyError, match="TeaServed"):
        read_event("TeaServed", {})


@pytest.mark.parametrize("number", [0, 2, 17])
def test_a_log_with_a_gap_is_not_folded(number: int) -> None:
    with pytest.raises(ValueError, match="the log has a gap"):
        fold(new_hall("hall"), Deed(number, OPENING, "hall", DayBegan("2026-11-23")))
