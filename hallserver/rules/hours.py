"""When the hall is open."""

from __future__ import annotations

from datetime import date, timedelta

from hallserver.moments import Moment, at_clock, local_day
from hallserver.rules.hall import Hall
from hallserver.rules.layout import DAYS, Layout

LOOK_AHEAD_DAYS = 31


def sessions_on(layout: Layout, day: date) -> tuple[tuple[Moment, Moment], ...]:
    """The day's sessions as (start, end) moments, in order."""
    weekday = DAYS[day.weekday()]
    return tuple(
        sorted(
            (at_clock(day, session.start, layout.tz), at_clock(day, session.end, layout.tz))
            for session in layout.sessions
            if weekday in session.days
        )
    )


def is_open(hall: Hall, now: Moment) -> bool:
    """Whether numbers are given now."""
    return hall.layout.always_open or any(start <= now < end for start, end in hall.sessions)


def opens_at(hall: Hall, now: Moment) -> Moment | None:
    """The next session's start within a month, or None."""
    day = local_day(now, hall.layout.tz)
    for ahead in range(LOOK_AHEAD_DAYS):
        for start, _ in sessions_on(hall.layout, day + timedelta(days=ahead)):
            if start > now:
                return start
    return None
