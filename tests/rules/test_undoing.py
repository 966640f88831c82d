"""A call that was a mistake, taken back within a moment: as if it had never been."""

from __future__ import annotations

from copy import deepcopy

import pytest

from hallserver.rules.calling import call_by_name, call_next, mark_absent, recall, undo_call
from hallserver.rules.day_so_far import Interval
from hallserver.rules.days import tick
from hallserver.rules.hall import Hall
from hallserver.rules.services import hold, start_service, transfer
from hallserver.rules.visits import come_back
from hallserver.views.floor import floor
from tests.a_hall import a_hall, a_layout, at, issued, press, refusal


def as_before(hall: Hall, before: Hall) -> bool:
    """The same but for how far the log is and for what the manager is told."""
    again = deepcopy(hall)
    again.number, again.at, again.named = before.number, before.at, before.named
    again.intervals = {
        zone: {n: sums for n, sums in of.items() if sums != Interval()} for zone, of in again.intervals.items()
    }
    return again == before


def test_an_undone_call_leaves_everything_as_it_was() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    issued(hall, at("09:01"), item="yb-001", class_="green", reason="elderly")
    issued(hall, at("09:02"), zone="zonghe")
    before = deepcopy(hall)
    [called] = press(hall, call_next, at("09:20:00"), window="1")
    [undone] = press(hall, undo_call, at("09:20:29"), window="1")
    assert undone.event.facts() == {"ticket": "20261123-A002", "window": "1", "deed": called.number}
    assert as_before(hall, before)


def test_the_board_forgets_it_and_the_next_press_calls_it_again() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:20:00"), window="1")
    press(hall, recall, at("09:20:15"), window="1")
    press(hall, undo_call, at("09:20:30"), window="1")
    assert (hall.calls, hall.figures.called, hall.figures.waited_ms) == ([], 0, 0)
    [deed] = press(hall, call_next, at("09:21"), window="2")
    assert (ticket.calls, ticket.call_deed, ticket.owner) == (1, deed.number, "clerk-2")


@pytest.mark.parametrize("state", ["held", "passed"])
def test_one_called_by_name_is_again_what_it_was(state: str) -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:10"), window="1")
    if state == "held":
        press(hall, hold, at("09:11"), window="1", reason="去复印")
    else:
        press(hall, mark_absent, at("09:11"), window="1")
    before = deepcopy(hall)
    press(hall, call_by_name, at("09:20"), window="2", ticket=ticket.id)
    press(hall, undo_call, at("09:20:10"), window="2")
    assert hall.tickets[ticket.id].state == state
    hall.calls = before.calls  # the board forgot the earlier call when the later one took its place
    assert as_before(hall, before)


def test_a_ticket_sent_to_one_window_is_sent_there_again() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, transfer, at("09:05"), ticket=ticket.id, window="2")
    press(hall, call_by_name, at("09:06"), window="1", ticket=ticket.id, reason="asked to")
    press(hall, undo_call, at("09:06:05"), window="1")
    assert (ticket.state, ticket.to_window) == ("waiting", "2")


def test_the_manager_still_sees_a_call_by_name_that_was_taken_back() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_by_name, at("09:06"), window="1", ticket=ticket.id, reason=" 老人先办 ", clerk="0317")
    press(hall, undo_call, at("09:06:05"), window="1")
    [seen] = floor(hall, at("09:07"))["by_name"]
    told = {"number": "A001", "window": "1", "clerk": "0317", "reason": "老人先办", "undone": True}
    assert seen.items() >= told.items()
    assert seen["at"].startswith("2026-11-23T09:06:00")


def test_after_half_a_minute_it_is_too_late() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:20:00"), window="1")
    press(hall, recall, at("09:20:20"), window="1")  # calling again doesn't make the mistake any younger
    no = refusal(hall, undo_call, at("09:20:31"), window="1")
    assert (no.code, no.details) == ("undo_too_late", {"number": "A001", "seconds": 30})


def test_the_hall_may_allow_longer() -> None:
    hall = a_hall(a_layout(undo_within_s=120))
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:20"), window="1")
    press(hall, undo_call, at("09:22"), window="1")
    assert ticket.state == "waiting"


def test_who_is_served_already_is_not_sent_back() -> None:
    hall = a_hall()
    assert refusal(hall, undo_call, at("09:00"), window="1").code == "no_ticket_at_window"
    assert refusal(hall, undo_call, at("09:00"), window="99").code == "unknown_window"
    issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:20"), window="1")
    press(hall, start_service, at("09:20:05"), window="1")
    assert refusal(hall, undo_call, at("09:20:10"), window="1").code == "wrong_state"


def test_a_call_before_midnight_is_not_undone_after_it() -> None:
    hall = a_hall(a_layout(always_open=True), now=at("23:50"))
    issued(hall, at("23:51"), zone="zonghe")
    press(hall, call_next, at("23:59:50"), window="1")
    press(hall, tick, at("00:00:00", "2026-11-24"))
    assert refusal(hall, undo_call, at("00:00:05", "2026-11-24"), window="1").code == "undo_too_late"


def test_somebody_who_came_back_and_was_called_by_mistake_waits_where_he_did() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:10"), window="1")
    press(hall, mark_absent, at("09:11"), window="1")
    press(hall, come_back, at("09:15"), ticket=ticket.id)
    waited, called = hall.figures.waited_ms, hall.figures.called
    press(hall, call_next, at("09:16"), window="1")
    press(hall, undo_call, at("09:16:05"), window="1")
    assert (ticket.state, hall.figures.waited_ms, hall.figures.called) == ("waiting", waited, called)
