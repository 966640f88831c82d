"""When the hall and its zones are open: the week's hours, the state's calendar, and what staff set for a date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from hallserver.moments import Moment, at_clock, local_day
from hallserver.rules.hall import Hall
from hallserver.rules.layout import DAYS, CalendarDay, Session

LOOK_AHEAD_DAYS = 31
Spans = tuple[tuple[Moment, Moment], ...]


def calendar_day(hall: Hall, day: date) -> CalendarDay | None:
    """What is special about a date: staff's word goes before the state's. None: it is as its weekday."""
    key = day.isoformat()
    return hall.days_set.get(key) or hall.holidays.get(key)


def sessions_of(hall: Hall, day: date, zone: str | None = None) -> tuple[Session, ...]:
    """The sessions of a date, by the clock: a zone's own if it has any, else the hall's.

    Without a zone they are those of the zones that have none of their own.
    """
    layout = hall.layout
    special = calendar_day(hall, day)
    if special is not None and special.kind == "closed":
        return ()
    if special is not None and special.sessions is not None:
        return tuple(_in_order(_of_zone(special.sessions, zone)))
    known = _of_zone(layout.sessions, zone)
    weekday = DAYS[day.weekday()]
    if special is not None and not any(weekday in session.days for session in known):
        weekday = layout.working_weekend_as  # 调休: the weekend works as that weekday does
    return tuple(_in_order(session for session in known if weekday in session.days))


def _of_zone(sessions: tuple[Session, ...], zone: str | None) -> tuple[Session, ...]:
    own = tuple(session for session in sessions if session.zone == zone)
    return own or tuple(session for session in sessions if session.zone is None)


def _in_order(sessions: Iterator[Session] | tuple[Session, ...]) -> list[Session]:
    return sorted(sessions, key=lambda session: (session.start, session.end))


def sessions_on(hall: Hall, day: date, zone: str | None = None) -> Spans:
    """The date's sessions as (start, end) moments, in order."""
    tz = hall.layout.tz
    return tuple(
        (at_clock(day, session.start, tz), at_clock(day, session.end, tz)) for session in sessions_of(hall, day, zone)
    )


def zones_with_hours(hall: Hall, day: date) -> list[str]:
    """The zones whose hours that day are not the hall's."""
    special = calendar_day(hall, day)
    sessions = hall.layout.sessions if special is None or special.sessions is None else special.sessions
    named = {session.zone for session in sessions}
    return [zone for zone in hall.layout.zones if zone in named]


def today(hall: Hall, zone: str | None) -> Spans:
    """Today's sessions of a zone, or of the hall."""
    return hall.sessions if zone is None else hall.zone_sessions.get(zone, hall.sessions)


def is_open(hall: Hall, now: Moment, zone: str | None = None) -> bool:
    """Whether it is the zone's working time now; without a zone, whether it is that of any."""
    if hall.layout.always_open:
        return True
    spans = (hall.sessions, *hall.zone_sessions.values()) if zone is None else (today(hall, zone),)
    return any(start <= now < end for of_one in spans for start, end in of_one)


def closes_at(hall: Hall, zone: str) -> Moment | None:
    """When the zone's last session of today ends; None on a day without, and where it never closes."""
    spans = today(hall, zone)
    if hall.layout.always_open or not spans:
        return None
    end = max(end for _, end in spans)
    return None if end == hall.day_ends and _opens_at_midnight(hall, zone) else end


def _opens_at_midnight(hall: Hall, zone: str) -> bool:
    tomorrow = local_day(hall.day_ends, hall.layout.tz)
    return any(start == hall.day_ends for start, _ in sessions_on(hall, tomorrow, zone))


def opens_at(hall: Hall, now: Moment, zone: str | None = None) -> Moment | None:
    """The start of the next session, of the zone or of any, within a month; or None."""
    day = local_day(now, hall.layout.tz)
    for ahead in range(LOOK_AHEAD_DAYS):
        that_day = day + timedelta(days=ahead)
        zones = [None, *zones_with_hours(hall, that_day)] if zone is None else [zone]
        starts = [start for each in zones for start, _ in sessions_on(hall, that_day, each) if start > now]
        if starts:
            return min(starts)
    return None
