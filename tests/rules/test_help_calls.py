"""Somebody at a machine asks for a person."""

from __future__ import annotations

import pytest

from hallserver.events import AlertCleared, AlertRaised, HelpAsked, HelpGiven
from hallserver.rules import help_calls
from hallserver.rules.days import tick
from hallserver.rules.help_calls import ask_for_help, go_to_help, waiting_places
from tests.a_hall import a_hall, at, issued, press, refusal


def test_a_call_for_a_person_stands_as_an_alert_until_somebody_goes() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    [asked] = press(hall, ask_for_help, at("09:01"), place="kiosk-1", ticket=ticket.id)
    assert asked.event == HelpAsked("kiosk-1", ticket.id)
    raised = [deed.event for deed in press(hall, tick, at("09:01:01")) if isinstance(deed.event, AlertRaised)]
    assert ("help", "kiosk-1") in [(alert.alert, alert.subject) for alert in raised]
    [went] = press(hall, go_to_help, at("09:02"), place="kiosk-1", by="clerk:0301")
    assert (went.event, waiting_places(hall)) == (HelpGiven("kiosk-1"), [])
    cleared = [deed.event for deed in press(hall, tick, at("09:02:01")) if isinstance(deed.event, AlertCleared)]
    assert [(alert.alert, alert.subject) for alert in cleared] == [("help", "kiosk-1")]


def test_pressing_again_while_nobody_has_come_is_one_call() -> None:
    hall = a_hall()
    press(hall, ask_for_help, at("09:00"), place="kiosk-1")
    assert press(hall, ask_for_help, at("09:00"), place="kiosk-1") == []
    press(hall, tick, at("09:00:01"))
    assert press(hall, ask_for_help, at("09:03"), place="kiosk-1") == []
    press(hall, ask_for_help, at("09:04"), place="guide-1")
    assert waiting_places(hall) == ["guide-1", "kiosk-1"]


def test_who_goes_second_is_told_that_somebody_has_gone() -> None:
    hall = a_hall()
    press(hall, ask_for_help, at("09:00"), place="kiosk-1")
    press(hall, go_to_help, at("09:00:01"), place="kiosk-1")
    assert refusal(hall, go_to_help, at("09:00:02"), place="kiosk-1").code == "nobody_asked"
    press(hall, ask_for_help, at("09:00:03"), place="kiosk-1")
    assert waiting_places(hall) == ["kiosk-1"]


def test_a_ticket_nobody_has_is_left_out_and_half_a_hall_can_not_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(help_calls, "PLACES_LIMIT", 1)
    hall = a_hall()
    [asked] = press(hall, ask_for_help, at("09:00"), place="kiosk-1", ticket="20261123-Z999")
    assert asked.event == HelpAsked("kiosk-1", None)
    assert refusal(hall, ask_for_help, at("09:00"), place="kiosk-2").code == "too_many_requests"
