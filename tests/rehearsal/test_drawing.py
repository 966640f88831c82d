"""A drawn day looks like a day in a hall, and the same seed draws the same one."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import pairwise
from statistics import fmean, stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hallserver.rating_codes import OPTIONS
from hallserver.rehearsal.drawing import LUNCHES, PRESS_TWICE, Day, Visit, busy_meant, draw_day, pace
from hallserver.rehearsal.hall import HOUR_S, MINUTE_S, Hall, seconds_of
from tests.rehearsal.halls import the_hall

CODES = {level: list(options) for level, options in OPTIONS.items()}
HALLS = ("luojiazhuang", "panan-town", "changan")


@cache
def days(name: str = "luojiazhuang") -> list[Day]:
    return [draw_day(the_hall(name), seed, CODES) for seed in (range(1, 4) if name == "changan" else range(1, 9))]


def visits(name: str = "luojiazhuang") -> list[Visit]:
    return [visit for day in days(name) for visit in day.visits]


def share(true: list[bool]) -> float:
    return sum(true) / len(true)


def work(hall: Hall, day: Day, zone: str) -> float:
    """The visits' work in a zone, in shares of its windows' open time."""
    open_s = sum(shift.open_s for shift in day.shifts if hall.windows[shift.window].zone == zone)
    return sum(visit.occupies_s for visit in day.visits if visit.zone == zone) / open_s


def test_the_same_seed_draws_the_same_day() -> None:
    assert draw_day(the_hall(), 7, CODES) == draw_day(the_hall(), 7, CODES)


def test_another_seed_draws_another_day() -> None:
    assert draw_day(the_hall(), 7, CODES) != draw_day(the_hall(), 8, CODES)


@pytest.mark.parametrize("name", HALLS)
def test_every_zone_is_as_busy_as_meant(name: str) -> None:
    hall = the_hall(name)
    for day in days(name):
        for zone in hall.zones.values():
            if zone.kind != "issuing":
                meant = busy_meant(len(hall.windows_of(zone.id)))
                assert work(hall, day, zone.id) == pytest.approx(meant, rel=0.03), zone.id


@pytest.mark.parametrize("name", ["luojiazhuang", "changan"])
def test_the_windows_are_about_80_to_85_percent_busy(name: str) -> None:
    hall = the_hall(name)
    served = {zone.id for zone in hall.zones.values() if zone.kind != "issuing"}
    for day in days(name):
        open_s = sum(shift.open_s for shift in day.shifts if hall.windows[shift.window].zone in served)
        busy = sum(visit.occupies_s for visit in day.visits if visit.zone in served) / open_s
        assert 0.795 <= busy <= 0.855


def test_a_pool_of_windows_may_be_busier_than_a_single_one() -> None:
    assert busy_meant(1) < busy_meant(5) < busy_meant(64) < 0.87


def test_an_issuing_zone_gets_a_few() -> None:
    issued = [sum(visit.zone == "chujian" for visit in day.visits) for day in days()]
    assert 5 <= fmean(issued) <= 15


def test_residents_come_in_a_morning_and_an_afternoon_hump() -> None:
    came: dict[int, int] = defaultdict(int)
    for visit in visits("changan"):
        came[int(visit.comes_s // HOUR_S)] += 1
    assert came[9] > 1.4 * came[12]
    assert came[14] > 1.4 * came[12]
    assert came[9] > came[14]
    assert came[16] < came[15]


def test_nobody_comes_outside_the_hours() -> None:
    hall = the_hall(hours_today=[["09:00", "11:30"], ["14:00", "17:00"]])
    for visit in draw_day(hall, 1).visits:
        assert seconds_of("09:00") <= visit.comes_s < seconds_of("11:30") or (
            seconds_of("14:00") <= visit.comes_s < seconds_of("17:00")
        )
    assert pace(hall, seconds_of("12:00")) == 0


def test_fewer_and_fewer_come_before_closing() -> None:
    hall = the_hall()
    assert pace(hall, seconds_of("16:35")) > pace(hall, seconds_of("16:45")) > pace(hall, seconds_of("16:55")) > 0


def test_residents_come_one_after_the_other_at_random() -> None:
    """The gaps of a Poisson process vary as much as they last; here a little more, as the pace changes."""
    gaps = []
    for day in days("changan"):
        morning = [v.comes_s for v in day.visits if seconds_of("09:30") < v.comes_s < seconds_of("10:15")]
        gaps += [later - earlier for earlier, later in pairwise(morning)]
    assert stdev(gaps) / fmean(gaps) == pytest.approx(1, abs=0.05)


def test_a_day_of_rest_is_played_with_the_usual_hours() -> None:
    hall = the_hall(hours_today=[])
    assert (hall.opens_s, hall.closes_s) == (seconds_of("08:30"), seconds_of("17:00"))


def test_shares_are_as_in_a_hall() -> None:
    drawn = visits("changan")
    assert share([visit.green is not None for visit in drawn]) == pytest.approx(0.02, abs=0.004)
    assert share([visit.leaves_after_s is not None for visit in drawn]) == pytest.approx(0.05, abs=0.005)
    assert share([visit.misses for visit in drawn]) == pytest.approx(0.04, abs=0.005)
    missed = [visit for visit in drawn if visit.misses]
    assert share([visit.returns_after_s is not None for visit in missed]) == pytest.approx(0.6, abs=0.05)
    assert share([visit.rating is not None for visit in drawn]) == pytest.approx(0.4, abs=0.01)
    assert 0 < share([visit.aside_s is not None for visit in drawn]) < 0.03
    assert 0 < share([visit.sent_to is not None for visit in drawn]) < 0.03


def test_ratings_are_mostly_good_and_carry_codes_of_their_own_level() -> None:
    ratings = [visit.rating for visit in visits("changan") if visit.rating is not None]
    assert share([rating.level <= 2 for rating in ratings]) == pytest.approx(0.02, abs=0.006)
    assert share([rating.level >= 4 for rating in ratings]) > 0.9
    assert any(len(rating.options) == 2 for rating in ratings)
    for rating in ratings:
        assert set(rating.options) <= OPTIONS[rating.level].keys()


def test_green_numbers_carry_one_of_the_halls_reasons() -> None:
    reasons = {visit.green for visit in visits("changan")} - {None}
    assert len(reasons) > 1
    assert reasons <= set(the_hall("changan").green_reasons)


def test_a_hall_without_reasons_gives_no_green_numbers() -> None:
    assert {visit.green for visit in draw_day(the_hall(green_reasons=[]), 1).visits} == {None}


def test_an_item_takes_its_typical_minutes_on_average() -> None:
    hall = the_hall("changan")
    took: dict[str, list[float]] = defaultdict(list)
    for visit in visits("changan"):
        if visit.item is not None:
            took[visit.item].append(visit.service_s / MINUTE_S)
    often = max(took, key=lambda item: len(took[item]))
    item = hall.items[often]
    assert fmean(took[often]) == pytest.approx(item.typical_min, rel=0.1)
    assert stdev(took[often]) / fmean(took[often]) == pytest.approx(item.variation, rel=0.25)


def test_nobody_sits_at_a_window_for_hours() -> None:
    longest_min = max(visit.service_s for visit in visits("changan")) / MINUTE_S
    assert 45 < longest_min <= 60


def test_two_residents_press_twice() -> None:
    for day in days():
        assert sum(visit.presses_twice for visit in day.visits) == PRESS_TWICE


def test_who_is_sent_on_goes_to_another_zone_that_has_windows() -> None:
    hall = the_hall()
    sent = [visit for visit in visits() if visit.sent_to is not None]
    assert sent
    for visit in sent:
        assert visit.sent_to is not None
        assert visit.sent_to != visit.zone
        assert hall.windows_of(visit.sent_to)


@pytest.mark.parametrize("name", HALLS)
def test_lunch_never_empties_a_zone_of_two_windows(name: str) -> None:
    hall = the_hall(name)
    shifts = draw_day(hall, 1).shifts
    for zone in hall.zones:
        turns = {shift.lunch for shift in shifts if hall.windows[shift.window].zone == zone}
        assert turns <= set(LUNCHES)
        assert len(turns) == min(2, len(hall.windows_of(zone)))


def test_a_hall_that_closes_at_noon_has_no_turns_of_lunch() -> None:
    hall = the_hall(hours_today=[["08:30", "11:30"], ["13:30", "17:00"]])
    assert {shift.lunch for shift in draw_day(hall, 1).shifts} == {None}


def test_clerks_open_within_minutes_of_opening() -> None:
    hall = the_hall("changan")
    late = [shift.opens_s - hall.opens_s for shift in draw_day(hall, 1).shifts]
    assert min(late) >= 0
    assert max(late) <= 4 * MINUTE_S
    assert len(set(late)) == len(late)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    opens=st.integers(0, 20),
    lasts=st.integers(1, 24),
    windows=st.lists(st.sampled_from(["1", "3", "6", "7"]), min_size=1, unique=True),
)
def test_any_hall_gets_a_day_in_order(seed: int, opens: int, lasts: int, windows: list[str]) -> None:
    closes = min(24, opens + lasts)
    hall = the_hall(hours_today=[[f"{opens:02}:00", f"{closes:02}:00"]])
    for window in set(hall.windows) - set(windows):
        del hall.windows[window]
    day = draw_day(hall, seed)
    assert [shift.window for shift in day.shifts] == [w.id for zone in hall.zones for w in hall.windows_of(zone)]
    assert list(day.visits) == sorted(day.visits, key=lambda visit: visit.comes_s)
    assert all(hall.opens_s <= visit.comes_s < hall.closes_s for visit in day.visits)
    served = {window.zone for window in hall.windows.values()}
    assert {visit.zone for visit in day.visits} <= served
    for visit in day.visits:
        assert any(window.suits(visit.zone, visit.needs) for window in hall.windows.values())
