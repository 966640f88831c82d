"""The day as a line: what was, what comes, and between what it usually lies."""

from __future__ import annotations

from hallserver.rules.calling import call_next
from hallserver.rules.day_so_far import INTERVALS, Interval, interval_at, interval_begins
from hallserver.rules.days import tick
from hallserver.rules.services import complete
from hallserver.views.catalogue import view
from hallserver.views.day_line import usual
from tests.a_hall import a_hall, a_layout, at, issued, press

MIN_MS = 60_000


def test_an_interval_is_ten_minutes_of_the_day_by_the_clock() -> None:
    ends = at("00:00", "2026-11-24")
    assert [interval_at(at(clock), ends) for clock in ("00:00", "00:09:59", "00:10", "09:35", "23:59")] == [
        0, 0, 1, 57, INTERVALS - 1,
    ]  # fmt: skip
    assert interval_begins(57, ends) == at("09:30")
    assert interval_at(at("23:00", "2026-11-22"), ends) == 0, "what came before the day counts to its beginning"


def test_who_comes_and_who_is_called_is_summed_for_its_zone_and_interval() -> None:
    hall = a_hall()
    issued(hall, at("09:01"), zone="zonghe")
    issued(hall, at("09:02"), zone="zonghe")
    press(hall, call_next, at("09:13"), window="1")
    press(hall, call_next, at("09:17"), window="2")
    assert hall.intervals["zonghe"][54] == Interval(arrived=2)
    assert hall.intervals["zonghe"][55] == Interval(called=2, waited_ms=27 * MIN_MS)
    press(hall, tick, at("00:00", "2026-11-24"))
    assert hall.intervals == {}


def test_a_call_again_is_no_second_wait() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:05"), window="1")
    called_before = hall.intervals["zonghe"][54].called
    ticket.state = "called"
    press(hall, complete, at("09:06"), window="1")
    assert hall.intervals["zonghe"][54].called == called_before == 1


def test_the_line_tells_what_was_and_goes_on_from_now() -> None:
    hall = a_hall(open_windows="1")
    issued(hall, at("09:01"), item="yb-001")
    press(hall, call_next, at("09:13"), window="1")
    for _ in range(2):
        issued(hall, at("09:20"), item="yb-001")
    day = view(hall, at("09:30"), "day")
    assert (day["begins"], day["ends"], day["now"]) == (510, 1020, 570)
    zonghe, gongan, _ = day["zones"]
    assert zonghe["past"] == [[555, 12]], "12 minutes, told at 09:15"
    assert zonghe["coming"][0][0] == 570
    assert zonghe["coming"][0][1] >= 16, "two people of 8 minutes, and what is at the window"
    assert zonghe["coming"][-1][0] <= 1020
    assert gongan["coming"] == [], "nobody serves there"


def test_a_day_without_hours_or_always_open_is_drawn_around_now() -> None:
    hall = a_hall(a_layout(always_open=True))
    issued(hall, at("12:00"), zone="zonghe")
    day = view(hall, at("12:30"), "day")
    assert (day["begins"], day["ends"]) == (690, 930)
    sunday = a_hall(now=at("08:30", "2026-11-22"))
    day = view(sunday, at("09:00", "2026-11-22"), "day")
    assert day["begins"] < day["now"] < day["ends"]


def test_after_hours_the_line_ends_where_it_is() -> None:
    hall = a_hall()
    day = view(hall, at("17:30"), "day")
    assert (day["now"], day["ends"]) == (1050, 1050)
    assert [zone["coming"] for zone in day["zones"]] == [[[1050, 0]]] * 3


def a_day(wait_min: int) -> dict[int, Interval]:
    return {54: Interval(5, 2, 2 * wait_min * MIN_MS)}


def test_the_middle_half_of_earlier_days_makes_the_band() -> None:
    told = usual([a_day(wait) for wait in (2, 4, 6, 8, 100)])
    assert told == {"days": 5, "band": [[535, 4, 8], [545, 4, 8], [555, 4, 8]]}


def test_a_few_days_make_no_band_and_days_without_a_call_are_none() -> None:
    assert usual([]) is None
    assert usual([a_day(5)] * 3 + [{}, {54: Interval(arrived=3)}]) is None
    assert usual([a_day(5)] * 4) is not None
