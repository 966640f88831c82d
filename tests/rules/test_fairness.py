"""Nobody is overtaken within a zone by someone who came more than the largest head start later."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from hallserver.events import TicketCalled
from hallserver.moments import MINUTE_MS, SECOND_MS
from hallserver.rules.arrivals import self_calls, set_to_call
from hallserver.rules.calling import call_next
from hallserver.rules.hall import Hall, Ticket
from hallserver.rules.layout import WindowPlan
from hallserver.rules.services import complete
from tests.a_hall import OPENING, ZONES, a_hall, a_layout, issued, press, refusal

WINDOWS = (
    WindowPlan("1", "", "zonghe", support="gongan"),
    WindowPlan("2", "", "zonghe"),
    WindowPlan("3", "", "gongan", support="zonghe"),
)
PLAIN = a_layout(zones=ZONES[:2], windows=WINDOWS, items=(), always_open=True, green_reasons=("elderly",))

arrives = st.tuples(st.just("comes"), st.sampled_from(["zonghe", "zonghe", "gongan"]), st.sampled_from("wwwg"))
free = st.tuples(st.just("is free"), st.sampled_from("123"), st.just(""))
days = st.lists(st.tuples(st.integers(0, 300), st.one_of(arrives, arrives, free)), min_size=5, max_size=60)
minutes = st.integers(0, 40)


def played(layout_minutes: tuple[int, int, int], day: list[tuple[int, tuple[str, str, str]]], alone: set[str]) -> Hall:
    """A hall after so many seconds, and presses, one after the other."""
    walk_in, green, handicap = layout_minutes
    starts = {"walk_in": walk_in, "booked": 0, "green": green}
    hall = a_hall(replace(PLAIN, head_start_min=starts, handicap_min=handicap))
    now = OPENING
    for window in alone:
        press(hall, set_to_call, now, window=window, by_itself=True)
    for passed_s, (what, where, class_) in day:
        now += passed_s * SECOND_MS
        if what == "comes":
            issued(hall, now, zone=where, class_="green" if class_ == "g" else "walk_in", reason="elderly")
        else:
            if hall.windows[where].ticket is not None:
                press(hall, complete, now, window=where)
            for called in self_calls(hall, now):
                press(hall, lambda hall, now, told: [told], now, told=called)
            if hall.windows[where].ticket is None and where not in alone:
                if hall.waiting_count() and any(hall.queue(z) for z in _zones(hall, where)):
                    press(hall, call_next, now, window=where)
                else:
                    assert refusal(hall, call_next, now, window=where).code == "nobody_waiting"
        for called in self_calls(hall, now):
            assert isinstance(called, TicketCalled)
            press(hall, lambda hall, now, told: [told], now, told=called)
    return hall


def _zones(hall: Hall, window: str) -> list[str]:
    at = hall.windows[window]
    return [zone for zone in (at.zone, at.support) if zone is not None]


def overtook(first: Ticket, second: Ticket) -> bool:
    """Whether the second of two presses was called before the first, or while the first still waits."""
    return second.call_deed > 0 and (first.call_deed == 0 or second.call_deed < first.call_deed)


@given(st.tuples(minutes, minutes, minutes), days, st.sets(st.sampled_from("123")))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_nobody_is_overtaken_within_a_zone_by_more_than_the_largest_head_start(
    layout_minutes: tuple[int, int, int], day: list[tuple[int, tuple[str, str, str]]], alone: set[str]
) -> None:
    hall = played(layout_minutes, day, alone)
    largest_ms = max(layout_minutes[:2]) * MINUTE_MS
    for first, second in combinations(hall.tickets.values(), 2):
        if first.zone == second.zone and overtook(first, second):
            assert second.issued - first.issued <= largest_ms
            assert first.class_ != second.class_, "within a class the earlier press is always first"


@given(days, st.sets(st.sampled_from("123"), min_size=1))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_ticket_never_waits_beside_a_window_that_is_idle_and_calls_by_itself(
    day: list[tuple[int, tuple[str, str, str]]], alone: set[str]
) -> None:
    hall = played((0, 15, 10), day, alone)
    for window in alone:
        if hall.windows[window].ticket is None:
            assert all(not hall.queue(zone) for zone in _zones(hall, window))


def test_a_head_start_does_overtake_so_that_the_property_is_about_something() -> None:
    hall = played((0, 15, 10), [(0, ("comes", "zonghe", "w")), (600, ("comes", "zonghe", "g"))], set())
    first, second = hall.tickets.values()
    press(hall, call_next, OPENING + 20 * MINUTE_MS, window="2")
    assert overtook(first, second)
