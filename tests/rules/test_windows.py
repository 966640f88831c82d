"""Opening, pausing, closing and assigning windows."""

from __future__ import annotations

import pytest

from hallserver.rules.calling import call_next
from hallserver.rules.hall import Hall
from hallserver.rules.services import complete
from hallserver.rules.windows import assign, set_state
from tests.a_hall import a_hall, at, issued, press, refusal


def state_of(hall: Hall, window: str = "1") -> tuple[str, str | None, str | None]:
    found = hall.windows[window]
    return found.state, found.clerk, found.reason


def test_a_window_opens_with_its_clerk() -> None:
    hall = a_hall(open_windows=())
    assert state_of(hall) == ("closed", None, None)
    press(hall, set_state, at("09:00"), window="1", state="open", clerk="0301")
    assert state_of(hall) == ("open", "0301", None)
    assert hall.windows["1"].since == at("09:00")


def test_a_window_already_open_with_that_clerk_stays_as_it_is() -> None:
    hall = a_hall()
    assert press(hall, set_state, at("09:00"), window="1", state="open", clerk="clerk-1") == []
    assert press(hall, set_state, at("09:00"), window="1", state="open") == []


def test_another_clerk_takes_an_open_window_over() -> None:
    hall = a_hall()
    assert len(press(hall, set_state, at("09:00"), window="1", state="open", clerk="0302")) == 1
    assert state_of(hall) == ("open", "0302", None)


def test_a_pause_keeps_the_clerk_and_tells_why() -> None:
    hall = a_hall()
    press(hall, set_state, at("10:00"), window="1", state="paused", reason="tea")
    assert state_of(hall) == ("paused", "clerk-1", "tea")
    assert press(hall, set_state, at("10:01"), window="1", state="paused", reason="tea") == []
    press(hall, set_state, at("10:10"), window="1", state="open")
    assert state_of(hall) == ("open", "clerk-1", None)


def test_a_window_may_pause_with_a_ticket_in_hand_and_finish_it() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:01"), window="1")
    press(hall, set_state, at("09:02"), window="1", state="paused")
    press(hall, complete, at("09:05"), window="1")
    assert (ticket.state, hall.windows["1"].state) == ("done", "paused")


@pytest.mark.parametrize("before", ["open", "paused"])
def test_a_closed_window_has_no_clerk(before: str) -> None:
    hall = a_hall()
    press(hall, set_state, at("09:00"), window="1", state=before)
    press(hall, set_state, at("12:00"), window="1", state="closed", reason="lunch")
    assert state_of(hall) == ("closed", None, "lunch")
    assert press(hall, set_state, at("12:01"), window="1", state="closed") == []


def test_a_window_with_a_ticket_in_hand_does_not_close() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:01"), window="1")
    no = refusal(hall, set_state, at("09:02"), window="1", state="closed")
    assert (no.code, no.details) == ("window_busy", {"window": "1", "number": "A001"})


def test_a_closed_window_cannot_pause() -> None:
    no = refusal(a_hall(open_windows=()), set_state, at("09:02"), window="1", state="paused")
    assert (no.code, no.details) == ("window_closed", {"window": "1"})


def test_unknown_windows_and_states_are_refused() -> None:
    no = refusal(a_hall(), set_state, at("09:02"), window="99", state="open")
    assert (no.code, no.details) == ("unknown_window", {"window": "99"})
    no = refusal(a_hall(), set_state, at("09:02"), window="1", state="ajar")
    assert (no.code, no.details) == ("unknown_state", {"state": "ajar"})


def test_a_window_is_assigned_to_a_zone_and_supports_another() -> None:
    hall = a_hall()
    press(hall, assign, at("09:00"), window="1", zone="gongan", support="chujian")
    assert (hall.windows["1"].zone, hall.windows["1"].support) == ("gongan", "chujian")
    press(hall, assign, at("09:01"), window="1", zone="gongan")
    assert (hall.windows["1"].zone, hall.windows["1"].support) == ("gongan", None)


def test_the_same_assignment_again_is_no_deed() -> None:
    hall = a_hall()
    assert press(hall, assign, at("09:00"), window="3", zone="gongan", support="zonghe") == []


def test_a_window_is_not_assigned_to_what_does_not_exist_nor_to_support_itself() -> None:
    hall = a_hall()
    assert refusal(hall, assign, at("09:00"), window="99", zone="zonghe").code == "unknown_window"
    no = refusal(hall, assign, at("09:00"), window="1", zone="moon")
    assert (no.code, no.details) == ("unknown_zone", {"zone": "moon"})
    no = refusal(hall, assign, at("09:00"), window="1", zone="zonghe", support="moon")
    assert (no.code, no.details) == ("unknown_zone", {"zone": "moon"})
    no = refusal(hall, assign, at("09:00"), window="1", zone="zonghe", support="zonghe")
    assert (no.code, no.details) == ("supports_itself", {"zone": "zonghe"})


def test_a_zone_is_served_by_its_open_windows_and_those_that_support_it() -> None:
    hall = a_hall()
    press(hall, set_state, at("09:00"), window="2", state="paused")
    assert [window.id for window in hall.serving_zone("zonghe")] == ["1", "3"]
    assert [window.id for window in hall.serving_zone("gongan")] == ["3"]
