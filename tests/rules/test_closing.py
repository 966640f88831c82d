"""Who still waits when a zone closes."""

from __future__ import annotations

from hallserver.events import AlertCleared, AlertRaised, Event, LeftoversChosen, TicketExpired
from hallserver.rules.calling import call_next, mark_absent
from hallserver.rules.closing import choice, choose_leftovers, left_over
from hallserver.rules.days import tick
from hallserver.rules.hall import Hall
from hallserver.rules.layout import Session
from hallserver.rules.services import hold
from tests.a_hall import WEEKDAYS, a_hall, a_layout, at, issued, press, refusal

SHORT_POLICE = (Session(WEEKDAYS, "08:30", "17:00"), Session(WEEKDAYS, "08:30", "16:00", "gongan"))


def at_closing(**settings: object) -> Hall:
    """A001 passed, A002 on hold, A003 called, A004 and B001 waiting."""
    hall = a_hall(a_layout(**settings))
    for _ in range(4):
        issued(hall, at("15:00"), zone="zonghe")
    issued(hall, at("15:00"), zone="gongan")
    for rule in (mark_absent, hold):
        press(hall, call_next, at("15:01"), window="1")
        press(hall, rule, at("15:02"), window="1")
    press(hall, call_next, at("15:03"), window="1")
    return hall


def states(hall: Hall) -> dict[str, str]:
    return {ticket.shown: ticket.state for ticket in hall.tickets.values()}


def at_the_tick(hall: Hall, clock: str) -> list[Event]:
    """What a second brings; that people wait long is another story."""
    deeds = press(hall, tick, at(clock))
    return [deed.event for deed in deeds if not isinstance(deed.event, AlertRaised | AlertCleared)]


def test_by_default_who_waits_is_served_out() -> None:
    hall = at_closing()
    assert at_the_tick(hall, "17:30") == []
    press(hall, call_next, at("17:31"), window="3")
    assert states(hall)["B001"] == "called"


def test_where_leftovers_end_they_end_with_their_zone_and_who_is_at_a_window_stays() -> None:
    hall = at_closing(leftovers="end", sessions=SHORT_POLICE)
    assert at_the_tick(hall, "16:00") == [TicketExpired("20261123-B001", "closed")]
    assert at_the_tick(hall, "16:59:59") == []
    press(hall, tick, at("17:00"))
    assert states(hall) == {
        "A001": "expired", "A002": "held", "A003": "called", "A004": "expired", "B001": "expired",
    }  # fmt: skip


def test_a_manager_chooses_for_today_also_after_closing() -> None:
    hall = at_closing()
    assert [ticket.shown for ticket in left_over(hall, at("17:10"))] == ["A001", "A004", "B001"]
    [deed] = press(hall, choose_leftovers, at("17:10"), leftovers="end")
    assert deed.event == LeftoversChosen("end")
    assert press(hall, choose_leftovers, at("17:10"), leftovers="end") == []
    press(hall, tick, at("17:10:01"))
    assert (states(hall)["A004"], left_over(hall, at("17:11"))) == ("expired", [])
    press(hall, tick, at("00:00", "2026-11-24"))
    assert choice(hall) == "serve_out"


def test_there_are_two_choices() -> None:
    assert refusal(a_hall(), choose_leftovers, at("17:10"), leftovers="hide").code == "unknown_leftovers"


def test_an_evening_session_moves_the_end() -> None:
    hall = at_closing(leftovers="end", sessions=(*SHORT_POLICE, Session(WEEKDAYS, "18:00", "20:00", kind="extended")))
    press(hall, tick, at("17:00"))
    assert states(hall)["A004"] == "waiting"
    press(hall, tick, at("20:00"))
    assert states(hall)["A004"] == "expired"
