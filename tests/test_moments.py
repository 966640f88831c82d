"""Moments are whole milliseconds, and the hall's clock is read off them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hallserver.moments import (
    at_clock,
    day_start,
    local_day,
    minutes_between,
    next_day_start,
    rfc3339,
    to_moment,
)

ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Africa/Cairo", "America/Havana", "Australia/Lord_Howe"]
HOUR_MS = 3_600_000
years = st.integers(to_moment(datetime(2020, 1, 1, tzinfo=UTC)), to_moment(datetime(2035, 1, 1, tzinfo=UTC)))
many = settings(max_examples=300, deadline=None)


@given(years, st.sampled_from(ZONES))
@many
def test_what_is_written_is_read_back_to_the_millisecond(moment: int, name: str) -> None:
    assert to_moment(datetime.fromisoformat(rfc3339(moment, ZoneInfo(name)))) == moment


@given(years, st.sampled_from(ZONES))
@many
def test_every_moment_lies_between_its_days_start_and_the_next(moment: int, name: str) -> None:
    zone = ZoneInfo(name)
    start, end = day_start(local_day(moment, zone), zone), next_day_start(moment, zone)
    assert start <= moment < end
    assert 22 * HOUR_MS < end - start < 26 * HOUR_MS
    assert local_day(start, zone) == local_day(end - 1, zone) == local_day(moment, zone)
    assert local_day(end, zone) == local_day(moment, zone) + timedelta(days=1)


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.sampled_from(ZONES))
@many
def test_twenty_four_o_clock_is_the_next_midnight(day: date, name: str) -> None:
    zone = ZoneInfo(name)
    assert at_clock(day, "24:00", zone) == day_start(day + timedelta(days=1), zone)
    assert at_clock(day, "00:00", zone) == day_start(day, zone)


@pytest.mark.parametrize(("earlier", "later", "minutes"), [(0, 90_000, 1.5), (90_000, 0, 0.0), (5, 5, 0.0)])
def test_minutes_between_are_never_negative(earlier: int, later: int, minutes: float) -> None:
    assert minutes_between(earlier, later) == minutes
