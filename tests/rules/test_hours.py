"""When the hall is open, in its own time zone, on the days when clocks are moved too."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from hallserver.events import DayBegan
from hallserver.moments import day_start, local, next_day_start, rfc3339, to_moment
from hallserver.rules.days import tick
from hallserver.rules.hours import is_open, opens_at, sessions_on
from hallserver.rules.layout import Session
from tests.a_hall import a_hall, a_layout, at, press

HOUR_MS = 3_600_000
ALL_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPRING, AUTUMN = "2026-03-29", "2026-10-25"  # both Sundays in Berlin
BERLIN = a_layout(timezone="Europe/Berlin", sessions=(Session(ALL_DAYS, "08:30", "17:00"),))


def utc(text: str) -> int:
    return to_moment(datetime.fromisoformat(text).replace(tzinfo=UTC))


def test_two_sessions_leave_a_lunch_break() -> None:
    halves = (Session(("mon",), "13:30", "17:00"), Session(("mon",), "08:30", "12:00"))
    hall = a_hall(a_layout(sessions=halves))
    open_at = {clock: is_open(hall, at(clock)) for clock in ("08:29", "08:30", "11:59", "12:00", "13:30", "17:00")}
    assert open_at == {"08:29": False, "08:30": True, "11:59": True, "12:00": False, "13:30": True, "17:00": False}
    assert hall.sessions == ((at("08:30"), at("12:00")), (at("13:30"), at("17:00")))
    assert opens_at(hall, at("12:30")) == at("13:30")


def test_each_weekday_has_its_own_sessions() -> None:
    layout = a_layout(sessions=(Session(("mon", "tue"), "08:30", "17:00"), Session(("sat",), "09:00", "11:00")))
    hall = a_hall(layout)
    assert sessions_on(hall, date(2026, 11, 28)) == ((at("09:00", "2026-11-28"), at("11:00", "2026-11-28")),)
    assert sessions_on(hall, date(2026, 11, 29)) == ()


def test_a_session_up_to_24_ends_with_the_day() -> None:
    layout = a_layout(sessions=(Session(("mon",), "18:00", "24:00"),))
    assert sessions_on(a_hall(layout), date(2026, 11, 23)) == ((at("18:00"), at("00:00", "2026-11-24")),)


def test_the_next_opening_may_be_a_month_away_but_not_more() -> None:
    hall = a_hall()
    assert opens_at(hall, at("08:29")) == at("08:30")
    assert opens_at(hall, at("08:30")) == at("08:30", "2026-11-24")
    assert opens_at(a_hall(a_layout(sessions=())), at("08:30")) is None


@pytest.mark.parametrize(
    ("day", "opening", "closing"),
    [
        ("2026-03-28", "2026-03-28T07:30", "2026-03-28T16:00"),
        (SPRING, "2026-03-29T06:30", "2026-03-29T15:00"),
        (AUTUMN, "2026-10-25T07:30", "2026-10-25T16:00"),
    ],
)
def test_the_hall_opens_by_its_own_clock_when_clocks_are_moved(day: str, opening: str, closing: str) -> None:
    assert sessions_on(a_hall(BERLIN), date.fromisoformat(day)) == ((utc(opening), utc(closing)),)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 24), (SPRING, 23), (AUTUMN, 25)])
def test_a_day_lasts_from_midnight_to_midnight_however_many_hours_that_is(day: str, hours: int) -> None:
    zone = ZoneInfo("Europe/Berlin")
    start = day_start(date.fromisoformat(day), zone)
    assert next_day_start(start, zone) - start == hours * HOUR_MS
    assert next_day_start(start + hours * HOUR_MS - 1, zone) == start + hours * HOUR_MS


def test_the_long_day_of_autumn_ends_after_25_hours_and_not_before() -> None:
    hall = a_hall(BERLIN, now=at("00:00", AUTUMN, "Europe/Berlin"))
    begun = hall.at
    assert press(hall, tick, begun + 25 * HOUR_MS - 1) == []
    assert press(hall, tick, begun + 25 * HOUR_MS)[-1].event == DayBegan("2026-10-26")


def test_the_short_day_of_spring_ends_after_23_hours() -> None:
    hall = a_hall(BERLIN, now=at("00:00", SPRING, "Europe/Berlin"))
    begun = hall.at
    assert press(hall, tick, begun + 23 * HOUR_MS - 1) == []
    assert press(hall, tick, begun + 23 * HOUR_MS)[-1].event == DayBegan("2026-03-30")


def test_a_day_whose_midnight_is_skipped_begins_at_one_o_clock() -> None:
    cairo = ZoneInfo("Africa/Cairo")  # on 24 April 2026 the clocks go from 24:00 to 01:00
    start = day_start(date(2026, 4, 24), cairo)
    assert local(start, cairo).isoformat() == "2026-04-24T01:00:00+03:00"
    assert next_day_start(start - 1, cairo) == start


def test_a_night_session_over_the_change_of_clocks_goes_on() -> None:
    night = (Session(ALL_DAYS, "00:00", "06:00"), Session(ALL_DAYS, "20:00", "24:00"))
    hall = a_hall(a_layout(timezone="Europe/Berlin", sessions=night), now=at("21:00", "2026-10-24", "Europe/Berlin"))
    deeds = press(hall, tick, at("00:00", AUTUMN, "Europe/Berlin"))
    assert [deed.event for deed in deeds] == [DayBegan(AUTUMN)]


def test_moments_are_written_with_the_halls_offset() -> None:
    moment = utc("2026-11-23T01:42:00.250")
    assert rfc3339(moment, ZoneInfo("Asia/Shanghai")) == "2026-11-23T09:42:00.250+08:00"
    assert rfc3339(moment, ZoneInfo("America/St_Johns")) == "2026-11-22T22:12:00.250-03:30"
    assert to_moment(datetime.fromisoformat(rfc3339(moment, ZoneInfo("Asia/Kathmandu")))) == moment
