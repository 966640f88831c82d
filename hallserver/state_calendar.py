"""The state's calendar (法定节假日、调休), kept by the package chinesecalendar after the State Council's notices."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar

SOURCE = "chinesecalendar"


def state_days(year: int) -> dict[str, dict[str, str]] | None:
    """The year's holidays and working weekends by date, ``{"kind", "name"}``; None when they are not known yet.

    A weekend day that is neither is left out: it is as any other of its weekday."""
    day, days = date(year, 1, 1), {}
    try:
        while day.year == year:
            off, holiday = chinese_calendar.get_holiday_detail(day)
            if holiday is not None:
                name = chinese_calendar.Holiday(holiday).chinese
                days[day.isoformat()] = {"kind": "closed" if off else "working", "name": name}
            day += timedelta(days=1)
    except NotImplementedError:
        return None
    return days
