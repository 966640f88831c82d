"""A promised wait knows what the plan of today brings before it is over."""

from __future__ import annotations

import pytest

from hallserver.rules.closing import choose_leftovers
from hallserver.rules.days import tick
from hallserver.rules.estimate import Wait, wait_of, wait_of_next
from hallserver.rules.hall import Hall
from hallserver.rules.layout import Session
from hallserver.rules.windows import assign
from tests.a_hall import WEEKDAYS, a_hall, a_layout, at, issued, press
from tests.rules.test_plans import band, following


def crowded(hall: Hall, people: int = 8, clock: str = "10:50") -> Hall:
    """The hall with a queue in zonghe, where windows 1 and 2 serve, and 3 helps."""
    for _ in range(people):
        issued(hall, at(clock), item="yb-001")
    return hall


def promised(hall: Hall, clock: str, needs: tuple[str, ...] = ()) -> Wait | None:
    return wait_of_next(hall, "zonghe", needs, "walk_in", at(clock))[1]


def worked_off(wait: Wait, change_min: float, before: int, after: int) -> Wait:
    """Minutes that ``before`` windows need, where from a minute on there are ``after``."""
    low, likely, high = (
        minutes if minutes <= change_min else change_min + (minutes - change_min) * before / after for minutes in wait
    )
    return low, likely, high


def plain(people: int = 8) -> Wait:
    """What is promised at 10:55 in a hall without a plan."""
    wait = promised(crowded(a_hall(), people), "10:55")
    assert wait is not None
    return wait


def test_windows_that_begin_to_help_at_eleven_shorten_what_is_promised_five_minutes_before() -> None:
    hall = crowded(following(band("11:00", "12:00", w4=("chujian", "zonghe"))))
    press(hall, tick, at("10:54"))
    wait = promised(hall, "10:55")
    assert wait == pytest.approx(worked_off(plain(), 5.0, 3, 4), abs=0.06)
    assert wait[2] < plain()[2]


def test_windows_that_stop_at_eleven_make_it_longer_and_those_called_before_are_told_the_same() -> None:
    hall = crowded(following(band("11:00", "13:00", w1=("gongan", None), w3=("gongan", None))))
    press(hall, tick, at("10:54"))
    assert promised(hall, "10:55") == pytest.approx(worked_off(plain(), 5.0, 3, 1), abs=0.06)
    [last] = [ticket for ticket in hall.tickets.values() if ticket.shown == "A008"]
    before = crowded(a_hall())
    same = wait_of(before, before.tickets[last.id], at("10:55"))
    assert same is not None
    assert wait_of(hall, last, at("10:55")) == pytest.approx(worked_off(same, 5.0, 3, 1), abs=0.06), "the phone too"


def test_what_begins_after_the_promise_is_over_changes_nothing() -> None:
    hall = crowded(following(band("11:00", "12:00", w4=("chujian", "zonghe"))), clock="09:00")
    quiet = crowded(a_hall(), clock="09:00")
    assert promised(hall, "09:05") == promised(quiet, "09:05")
    assert promised(following(band("11:00", "12:00", w4=("chujian", "zonghe"))), "10:59") == (0.0, 0.0, 0.0)


def test_lunch_at_half_past_eleven_is_waited_for_and_windows_come_back_from_it() -> None:
    lunch = {f"w{window}": "lunch" for window in "123"}
    hall = crowded(following(band("11:30", "12:30", **lunch)), people=30, clock="11:10")
    wait, without = promised(hall, "11:20"), promised(crowded(a_hall(), 30, "11:10"), "11:20")
    assert without is not None
    assert wait == pytest.approx(tuple(m if m <= 10 else m + 60 for m in without), abs=0.06)
    press(hall, tick, at("11:30"))
    assert [hall.windows[window].state for window in "123"] == ["paused"] * 3
    back = promised(hall, "12:20")
    assert back is not None
    assert back[0] > 10.0, "nobody is called before they are back"
    assert back[2] < 10 + without[2] * 1.3
    assert promised(a_hall(open_windows=[]), "12:20") is None, "of windows that are closed nothing is known"


def test_a_zone_that_no_later_band_serves_is_told_as_if_the_windows_stayed() -> None:
    away = {f"w{window}": ("gongan", None) for window in "123"}
    hall = crowded(following(band("11:00", "24:00", **away)))
    press(hall, tick, at("10:54"))
    assert promised(hall, "10:55") == plain()


def test_a_change_by_hand_that_ends_is_foreseen_and_one_that_holds_is_not_ended_by_a_band() -> None:
    hall = crowded(following(band("11:00", "12:00", w3=("gongan", None))))
    press(hall, tick, at("10:54"))
    press(hall, assign, at("10:54"), by="manager:m", window="3", zone="gongan", support="zonghe", until="day")
    assert promised(hall, "10:55") == plain()
    other = crowded(following(band("09:00", "11:00"), band("11:00", "12:00")))
    press(other, tick, at("10:54"))
    press(other, assign, at("10:54"), by="manager:m", window="3", zone="gongan", support=None, until="band")
    alone = crowded(a_hall(open_windows=["1", "2"]))
    two = promised(alone, "10:55")
    assert two is not None
    assert promised(other, "10:55") == pytest.approx(worked_off(two, 5.0, 2, 3), abs=0.06)


def test_a_band_whose_windows_lack_what_the_matter_needs_is_waited_out() -> None:
    hall = crowded(following(band("11:00", "11:20", w2=("gongan", None))))
    press(hall, tick, at("10:54"))
    plain_hall = crowded(a_hall())
    reader = promised(plain_hall, "10:55", ("card_reader",))
    assert reader is not None
    wait = promised(hall, "10:55", ("card_reader",))
    assert wait == pytest.approx(tuple(m if m <= 5 else m + 20 for m in reader), abs=0.06)


def test_where_what_is_left_at_the_end_is_ended_a_pause_between_two_sessions_is_waited_out() -> None:
    halves = (Session(WEEKDAYS, "08:30", "11:30"), Session(WEEKDAYS, "13:30", "17:00"))
    hall = crowded(a_hall(a_layout(sessions=halves)), people=30, clock="11:10")
    served_out = promised(hall, "11:20")
    assert served_out is not None
    press(hall, choose_leftovers, at("11:20"), leftovers="end")
    wait = promised(hall, "11:20")
    assert wait == pytest.approx(tuple(m if m <= 10 else m + 120 for m in served_out), abs=0.06)
    last = crowded(a_hall(a_layout(sessions=halves)), people=30, clock="16:40")
    press(last, choose_leftovers, at("16:40"), leftovers="end")
    assert promised(last, "16:50") == promised(crowded(a_hall(), 30, "16:40"), "16:50"), "intake says no, not the wait"
