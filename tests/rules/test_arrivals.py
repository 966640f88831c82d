"""Windows that call by themselves: who arrives, and who is next, without a press."""

from __future__ import annotations

from hallserver.events import TicketCalled
from hallserver.moments import SECOND_MS, Moment
from hallserver.rules.arrivals import self_call, self_call_due, self_calls, set_to_call
from hallserver.rules.calling import call_next
from hallserver.rules.days import configure
from hallserver.rules.hall import Hall
from hallserver.rules.layout import Layout
from hallserver.rules.services import complete, hold
from hallserver.rules.snapshot import from_plain, to_plain
from hallserver.rules.windows import assign, set_state
from tests.a_hall import a_hall, a_layout, at, issued, press, refusal, with_window


def calling(*windows: str, layout: Layout | None = None) -> Hall:
    """A hall where these windows call by themselves."""
    hall = a_hall(layout)
    for window in windows:
        press(hall, set_to_call, hall.at, window=window, by_itself=True)
    return hall


def calls(hall: Hall, now: Moment) -> list[tuple[str, str]]:
    """What is called by itself now, as the desk asks for it: (number, window), one after the other."""
    made = []
    for called in self_calls(hall, now):
        press(hall, lambda hall, now, told: [told], now, told=called)
        assert isinstance(called, TicketCalled)
        made.append((hall.tickets[called.ticket].shown, called.window))
    assert not self_call_due(hall, now)
    return made


# --- somebody arrives ------------------------------------------------------------------------------------


def test_who_arrives_is_called_at_once_by_an_idle_window_that_calls_by_itself() -> None:
    hall = calling("1")
    issued(hall, at("09:00"), zone="zonghe")
    assert calls(hall, at("09:00")) == [("A001", "1")]


def test_an_idle_window_that_waits_for_its_clerk_calls_nobody() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    assert calls(hall, at("09:00")) == []
    assert not self_call_due(hall, at("09:00"))


def test_of_two_idle_windows_the_one_that_is_idle_longest_takes_who_arrives() -> None:
    hall = calling("1", "2")
    for window, ended in (("1", "09:10"), ("2", "09:05")):
        issued(hall, at("09:00"), zone="zonghe")
        press(hall, call_next, at("09:00"), window=window)
        press(hall, complete, at(ended), window=window)
    issued(hall, at("09:20"), zone="zonghe")
    assert calls(hall, at("09:20")) == [("A003", "2")]


def test_a_window_of_the_own_zone_goes_before_one_that_helps_and_is_idle_longer() -> None:
    hall = calling("1", "3")
    press(hall, set_state, at("08:40"), window="1", state="paused")
    press(hall, set_state, at("08:50"), window="1", state="open")
    issued(hall, at("09:00"), zone="zonghe")
    issued(hall, at("09:00"), zone="zonghe")
    assert calls(hall, at("09:00")) == [("A001", "1"), ("A002", "3")]


def test_a_window_without_what_the_matter_needs_is_passed_over() -> None:
    hall = calling("1", "2")
    issued(hall, at("09:00"), item="yb-002")
    assert calls(hall, at("09:00")) == [("A001", "2")]


def test_a_call_by_itself_tells_the_same_reason_as_a_press_would() -> None:
    hall = calling("3")
    press(hall, set_state, at("08:40"), window="3", state="paused")
    issued(hall, at("09:00"), zone="zonghe", class_="green", reason="elderly")
    issued(hall, at("09:10"), zone="gongan")
    press(hall, set_state, at("09:30"), window="3", state="open", clerk="0303")
    by_itself = self_call(hall, at("09:30"))
    assert by_itself == call_next(hall, at("09:30"), window="3")[0]
    assert isinstance(by_itself, TicketCalled)
    assert by_itself.clerk == "0303"
    assert (by_itself.why["score_min"], by_itself.why["next_best_min"]) == (35, 20)


# --- a window becomes free -------------------------------------------------------------------------------


def test_a_window_that_opens_calls_who_waits_longest() -> None:
    hall = calling("1")
    press(hall, set_state, at("08:40"), window="1", state="paused")
    issued(hall, at("09:00"), zone="zonghe")
    issued(hall, at("09:01"), zone="zonghe")
    assert calls(hall, at("09:02")) == []
    press(hall, set_state, at("09:03"), window="1", state="open")
    assert calls(hall, at("09:03")) == [("A001", "1")]


def test_without_a_breath_the_next_is_called_when_a_service_ends() -> None:
    hall = calling("1")
    issued(hall, at("09:00"), zone="zonghe")
    issued(hall, at("09:00"), zone="zonghe")
    assert calls(hall, at("09:00")) == [("A001", "1")]
    press(hall, complete, at("09:08"), window="1")
    assert calls(hall, at("09:08")) == [("A002", "1")]


def test_after_a_service_the_clerk_draws_breath_and_the_tick_calls() -> None:
    hall = calling("1", layout=a_layout(think_s=20))
    issued(hall, at("09:00"), zone="zonghe")
    issued(hall, at("09:00"), zone="zonghe")
    assert calls(hall, at("09:00")) == [("A001", "1")]
    press(hall, complete, at("09:08"), window="1")
    assert calls(hall, at("09:08:19")) == []
    assert not self_call_due(hall, at("09:08:20") - 1)
    assert self_call_due(hall, at("09:08:20"))
    assert calls(hall, at("09:08:20")) == [("A002", "1")]


def test_a_breath_is_drawn_after_a_hold_too_and_ends_when_the_window_opens_anew() -> None:
    hall = calling("1", layout=a_layout(think_s=20))
    issued(hall, at("09:00"), zone="zonghe")
    issued(hall, at("09:00"), zone="zonghe")
    assert calls(hall, at("09:00")) == [("A001", "1")]
    press(hall, hold, at("09:01"), window="1")
    assert calls(hall, at("09:01")) == []
    press(hall, set_state, at("09:01:05"), window="1", state="paused")
    press(hall, set_state, at("09:01:10"), window="1", state="open")
    assert calls(hall, at("09:01:10")) == [("A002", "1")]


def test_a_clerk_may_be_quicker_than_the_breath() -> None:
    hall = calling("1", layout=a_layout(think_s=20))
    for _ in range(2):
        issued(hall, at("09:00"), zone="zonghe")
    assert calls(hall, at("09:00")) == [("A001", "1")]
    press(hall, complete, at("09:08"), window="1")
    press(hall, call_next, at("09:08:02"), window="1")
    assert hall.windows["1"].ticket is not None


def test_who_arrives_during_a_breath_is_called_when_it_is_over() -> None:
    hall = calling("1", layout=a_layout(think_s=20))
    issued(hall, at("09:00"), zone="zonghe")
    assert calls(hall, at("09:00")) == [("A001", "1")]
    press(hall, complete, at("09:08"), window="1")
    issued(hall, at("09:08:05"), zone="zonghe")
    assert calls(hall, at("09:08:05")) == []
    assert calls(hall, at("09:08") + 20 * SECOND_MS) == [("A002", "1")]


def test_a_window_that_is_moved_calls_for_its_new_zone_at_once() -> None:
    hall = calling("4")
    issued(hall, at("09:00"), zone="gongan")
    press(hall, assign, at("09:05"), window="4", zone="gongan")
    assert calls(hall, at("09:05")) == [("B001", "4")]


def test_several_windows_share_who_waits_until_nobody_is_left() -> None:
    hall = calling()
    for _ in range(3):
        issued(hall, at("09:00"), zone="zonghe")
    for window in "123":
        press(hall, set_to_call, at("09:05"), window=window, by_itself=True)
    assert calls(hall, at("09:05")) == [("A001", "1"), ("A002", "2"), ("A003", "3")]


# --- set and kept ----------------------------------------------------------------------------------------


def test_to_set_what_is_set_is_nothing() -> None:
    hall = a_hall()
    assert press(hall, set_to_call, at("09:00"), window="1", by_itself=False) == []
    [deed] = press(hall, set_to_call, at("09:00"), window="1", by_itself=True)
    assert deed.event.facts() == {"window": "1", "by_itself": True}
    assert press(hall, set_to_call, at("09:01"), window="1", by_itself=True) == []
    press(hall, set_to_call, at("09:02"), window="1", by_itself=False)
    assert hall.callers == ()


def test_a_window_nobody_knows_is_not_set() -> None:
    assert refusal(a_hall(), set_to_call, at("09:00"), window="99", by_itself=True).code == "unknown_window"


def test_what_was_set_by_hand_outlives_a_restart_unless_the_file_changed_it() -> None:
    hall = calling("1")
    press(hall, configure, at("10:00"), layout=a_layout(return_places=5))
    assert hall.callers == ("1",)
    layout = with_window(a_layout(), "2", calls_by_itself=True)
    press(hall, configure, at("10:01"), layout=layout)
    assert hall.callers == ("1", "2")
    press(hall, set_to_call, at("10:02"), window="2", by_itself=False)
    press(hall, configure, at("10:03"), layout=with_window(layout, "1", calls_by_itself=True))
    assert hall.callers == ("1",)


def test_a_snapshot_keeps_who_calls_by_itself() -> None:
    hall = calling("1", "3")
    assert from_plain(to_plain(hall)) == hall
