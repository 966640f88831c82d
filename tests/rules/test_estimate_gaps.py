"""The walk to the window and the clerk's breath: kept out of the service's minutes, and counted in the wait."""

from __future__ import annotations

import heapq
from dataclasses import replace
from random import Random

import pytest

from hallserver.moments import MINUTE_MS, SECOND_MS, Moment
from hallserver.rules.calling import call_by_name, call_next
from hallserver.rules.estimate import residual_min, think_min, wait_of_next, walk_min
from hallserver.rules.hall import Hall, Pace
from hallserver.rules.issuing import issue
from hallserver.rules.layout import Item, Layout
from hallserver.rules.services import complete, start_service
from hallserver.rules.snapshot import from_plain, to_plain
from hallserver.rules.windows import set_state
from tests.a_hall import a_hall, at, issued, press
from tests.rules.test_estimate import by_hand
from tests.rules.test_estimate_coverage import ITEMS, SHARES, a_zone_with, arrivals, minutes_of, promises, share

TEN = Item("ten", "十分钟", "Ten minutes", "综合", "zonghe", "instant", 10.0, 0.5)
ONE_WINDOW = replace(a_zone_with(1), items={"ten": TEN}, walk_s=60, think_s=30)


def a_window_with(waiting: int, layout: Layout = ONE_WINDOW) -> Hall:
    """One window that calls at nine, and people who came at nine."""
    hall = a_hall(layout)
    for _ in range(waiting + 1):
        issued(hall, at("09:00"), item="ten")
    press(hall, call_next, at("09:00"), window="1")
    return hall


def served(hall: Hall, called: Moment, walk_s: int, service_min: int, *, pressed_start: bool = True) -> Moment:
    """One service at window 1; its end."""
    press(hall, call_next, called, window="1")
    ended = called + walk_s * SECOND_MS + service_min * MINUTE_MS
    if pressed_start:
        press(hall, start_service, called + walk_s * SECOND_MS, window="1")
    press(hall, complete, ended, window="1")
    return ended


# --- in the wait ---------------------------------------------------------------------------------------------


def test_each_one_ahead_brings_a_walk_and_a_breath_besides_the_service() -> None:
    hall = a_window_with(2)
    press(hall, start_service, at("09:01"), window="1")
    # At 09:01: the rest of the service (10) and a breath (0.5), then twice walk, service and breath (1 + 10 + 0.5).
    _, wait = wait_of_next(hall, "zonghe", (), "walk_in", at("09:01"))
    assert wait == by_hand(10.5 + 2 * 11.5, 2 * 25 + 10.5**2)


def test_who_is_on_the_way_has_the_whole_service_before_them() -> None:
    hall = a_window_with(0)
    for clock, rest in (("09:00", 1 + 10.5), ("09:00:30", 0.5 + 10.5), ("09:01", 10.5)):
        assert wait_of_next(hall, "zonghe", (), "walk_in", at(clock))[1] == by_hand(rest, rest**2)


def test_where_nobody_presses_start_the_service_counts_from_when_the_walk_must_be_over() -> None:
    hall = a_window_with(0)
    rest = residual_min(10, 0.5, 4) + 0.5
    assert wait_of_next(hall, "zonghe", (), "walk_in", at("09:05"))[1] == by_hand(rest, rest**2)


def test_a_hall_that_knows_of_no_gaps_promises_the_services_alone() -> None:
    hall = a_window_with(1, replace(ONE_WINDOW, walk_s=0, think_s=0))
    assert wait_of_next(hall, "zonghe", (), "walk_in", at("09:00"))[1] == by_hand(20.0, 25 + 100)


# --- learnt ------------------------------------------------------------------------------------------------


def test_before_anything_was_seen_the_settings_are_believed() -> None:
    hall = a_hall(ONE_WINDOW)
    assert (walk_min(hall), think_min(hall)) == (1.0, 0.5)


def test_what_is_seen_counts_more_and_more() -> None:
    hall, now = a_hall(replace(ONE_WINDOW, walk_s=0, think_s=0)), at("09:00")
    for _ in range(61):
        issued(hall, at("09:00"), item="ten")
    for _ in range(60):
        now = served(hall, now, walk_s=40, service_min=1) + 20 * SECOND_MS
    assert walk_min(hall) == pytest.approx(40 / 60 * 60 / 80, abs=0.001)
    assert think_min(hall) == pytest.approx(20 / 60 * 59 / 79, abs=0.001)
    assert from_plain(to_plain(hall)) == hall


def test_what_was_long_ago_is_forgotten() -> None:
    hall, now = a_hall(ONE_WINDOW), at("09:00")
    for walk_s in [100] * 450 + [20] * 900:
        issued(hall, now, item="ten")
        now = served(hall, now, walk_s, service_min=1)
    assert hall.pace.walks <= 400
    assert walk_min(hall) * 60 == pytest.approx(20, abs=20)


@pytest.mark.parametrize("walk_s", [121, 600])
def test_nobody_walks_for_minutes(walk_s: int) -> None:
    hall = a_hall(ONE_WINDOW)
    issued(hall, at("09:00"), item="ten")
    served(hall, at("09:00"), walk_s, service_min=5)
    assert hall.pace == Pace()


def test_of_a_service_without_a_start_no_walk_is_learnt() -> None:
    hall = a_hall(ONE_WINDOW)
    issued(hall, at("09:00"), item="ten")
    served(hall, at("09:00"), 30, service_min=1, pressed_start=False)
    assert hall.pace == Pace()


def test_a_breath_is_learnt_only_while_somebody_waits_for_the_window() -> None:
    hall = a_hall(ONE_WINDOW)
    issued(hall, at("09:00"), item="ten")
    ended = served(hall, at("09:00"), 0, service_min=5)
    issued(hall, ended + 10 * SECOND_MS, item="ten")
    press(hall, call_next, ended + 20 * SECOND_MS, window="1")
    assert hall.pace.thinks == 0


def test_a_pause_or_a_call_by_name_is_no_breath() -> None:
    hall = a_hall(ONE_WINDOW)
    tickets = [issued(hall, at("09:00"), item="ten").id for _ in range(3)]
    ended = served(hall, at("09:00"), 0, service_min=5)
    press(hall, call_by_name, ended + 10 * SECOND_MS, window="1", ticket=tickets[2], reason="here")
    press(hall, complete, ended + MINUTE_MS, window="1")
    press(hall, set_state, ended + MINUTE_MS, window="1", state="paused")
    press(hall, set_state, ended + 2 * MINUTE_MS, window="1", state="open")
    press(hall, call_next, ended + 2 * MINUTE_MS + SECOND_MS, window="1")
    assert hall.pace.thinks == 0


# --- what is promised is kept ------------------------------------------------------------------------------------


def a_day(seed: int, windows: int, layout: Layout, yesterday: Pace) -> Hall:
    """A full day where people walk 25 s and clerks think for 20 s, on average; with what the days before taught."""
    chance = Random(seed)
    hall = a_hall(layout)
    hall.pace = replace(yesterday)
    coming = arrivals(chance, windows, 0.92, 360)
    happenings: list[tuple[Moment, int, str, str]] = [(moment, n, "comes", "") for n, moment in enumerate(coming)]
    heapq.heapify(happenings)
    ready = set(hall.windows)
    while happenings:
        now, n, what, window = heapq.heappop(happenings)
        if what == "comes":
            press(hall, issue, now, item=chance.choices(ITEMS, SHARES)[0].id)
        elif what == "starts":
            press(hall, start_service, now, window=window)
            item = hall.layout.items[hall.tickets[hall.windows[window].ticket or ""].item or ""]
            heapq.heappush(happenings, (now + round(minutes_of(item, chance) * MINUTE_MS), n, "ends", window))
        elif what == "ends":
            press(hall, complete, now, window=window)
            heapq.heappush(happenings, (now + chance.randint(10_000, 30_000), n, "is ready", window))
        else:
            ready.add(window)
        for free in sorted(ready):
            if hall.waiting_count():
                ready.remove(free)
                press(hall, call_next, now, window=free)
                heapq.heappush(happenings, (now + chance.randint(10_000, 40_000), n, "starts", free))
    return hall


@pytest.mark.parametrize("windows", [1, 4])
@pytest.mark.parametrize(
    "settings", [{"walk_s": 25, "think_s": 20}, {"walk_s": 0, "think_s": 0}], ids=["set", "learnt"]
)
def test_with_walks_and_breaths_eight_waits_in_ten_still_end_within_the_range_promised(
    windows: int, settings: dict[str, float]
) -> None:
    layout = replace(a_zone_with(windows), **settings)
    learnt = Pace() if settings["walk_s"] else a_day(999, windows, layout, Pace()).pace
    halls = [a_day(seed, windows, layout, learnt) for seed in range(60 // windows)]
    kept = [k for hall in halls for k in promises(hall)]
    assert len(kept) > 1500
    assert 0.72 <= share(kept, "kept") <= 0.88
    assert 0.42 <= share(kept, "shorter than likely") <= 0.58
