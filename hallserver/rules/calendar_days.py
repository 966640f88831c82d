"""The hall's calendar: the state's holidays and working weekends, and what staff set for single dates.

The State Council tells a year's holidays in the autumn before it. A year that nobody told is missing, and never
guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from hallserver.events import CalendarDaySet, CalendarDayUnset, CalendarSeeded, Event
from hallserver.moments import Moment, local_day
from hallserver.refusals import Refusal
from hallserver.rules.hall import Hall
from hallserver.rules.hours import calendar_day, sessions_of
from hallserver.rules.layout import CalendarDay, Session

KINDS = ("closed", "working")
EXPECTED_FROM = (11, 1)
"""Month and day from which next year's calendar is missed."""
BACK_DAYS, AHEAD_DAYS = 31, 731
"""How far from today a single date may be set."""
DAYS_SET_LIMIT = 400
NO_LONGER_CLOSED_DAYS = 60
"""Days without work at a stretch, at most, that a due date reaches over."""
SESSIONS_LIMIT = 12


def seed_year(hall: Hall, now: Moment, *, year: int, days: Mapping[str, Mapping[str, Any]], source: str) -> list[Event]:
    """Take a year's holidays and working weekends in. Nothing happens when they are known already.

    ``days`` maps dates to ``{"kind": "closed" | "working", "name": …}``. Refuses day_not_in_year."""
    for day, told in days.items():
        if _read(day).year != year or told.get("kind") not in KINDS:
            raise Refusal("day_not_in_year", day=day, year=year)
    known = {day: kept for day, kept in hall.holidays.items() if day.startswith(f"{year}-")}
    if year in hall.years and known == {day: CalendarDay.from_plain(told) for day, told in days.items()}:
        return []
    plain = {day: {"kind": told["kind"], "name": told.get("name", "")} for day, told in sorted(days.items())}
    return [CalendarSeeded(year, plain, source)]


def set_calendar_day(
    hall: Hall, now: Moment, *, day: str, kind: str, name: str = "", sessions: tuple[Session, ...] | None = None
) -> list[Event]:
    """Close one date, or let it work: with hours of its own (延时、错时), or with those of its weekday.

    Refuses unknown_day, day_too_far, unknown_zone, session_ends_early and calendar_full."""
    when = _read(day)
    distance = (when - local_day(now, hall.layout.tz)).days
    if not -BACK_DAYS <= distance <= AHEAD_DAYS:
        raise Refusal("day_too_far", day=day)
    if kind not in KINDS:
        raise Refusal("unknown_day", day=kind)
    for session in sessions or ():
        if session.zone is not None and session.zone not in hall.layout.zones:
            raise Refusal("unknown_zone", zone=session.zone)
        if session.start >= session.end:
            raise Refusal("session_ends_early", start=session.start, end=session.end)
    if day not in hall.days_set and len(hall.days_set) >= DAYS_SET_LIMIT:
        raise Refusal("calendar_full", limit=DAYS_SET_LIMIT)
    wanted = CalendarDay(kind, name, sessions if kind == "working" else None)
    if hall.days_set.get(day) == wanted:
        return []
    return [CalendarDaySet(day, kind, name, wanted.to_plain()["sessions"])]


def unset_calendar_day(hall: Hall, now: Moment, *, day: str) -> list[Event]:
    """Let a date be again what the state's calendar and its weekday make it."""
    _read(day)
    return [CalendarDayUnset(day)] if day in hall.days_set else []


def missing_year(hall: Hall, now: Moment) -> int | None:
    """The year whose calendar the hall needs and doesn't have: this one, or from November the next."""
    if hall.layout.holidays == "none":
        return None
    today = local_day(now, hall.layout.tz)
    if today.year not in hall.years:
        return today.year
    soon = (today.month, today.day) >= EXPECTED_FROM
    return today.year + 1 if soon and today.year + 1 not in hall.years else None


def is_working_day(hall: Hall, day: date, zone: str | None = None) -> bool:
    """工作日: a day with regular hours. A weekend with extended hours alone (延时) is none, a working one (调休) is."""
    special = calendar_day(hall, day)
    if special is not None and special.kind == "working" and special.sessions is None:
        return True
    return any(session.kind == "regular" for session in sessions_of(hall, day, zone))


def working_day_after(
    hall: Hall, day: date, days: int, zone: str | None = None, known: dict[date, bool] | None = None
) -> date | None:
    """The working day so many after a day, which itself doesn't count; None in a hall that hardly has any. ``known``
    are days that were looked at for the zone already, and those that are looked at now."""
    left, works = days, {} if known is None else known
    for ahead in range(1, 3 * days + NO_LONGER_CLOSED_DAYS):
        then = day + timedelta(days=ahead)
        if then not in works:
            works[then] = is_working_day(hall, then, zone)
        left -= works[then]
        if left == 0:
            return then
    return None


def day_after(
    hall: Hall, day: date, days: int, zone: str | None = None, known: dict[date, bool] | None = None
) -> date | None:
    """The day so many after a day; one without work is moved to the next with (民法典 203)."""
    return working_day_after(hall, day + timedelta(days=days - 1), 1, zone, known)


def calendar_known(hall: Hall, day: date) -> bool:
    """Whether the holidays of that day's year were told."""
    return hall.layout.holidays == "none" or day.year in hall.years


def days_gone(hall: Hall, today: date) -> set[str]:
    """Dates set by staff that are too long ago to matter."""
    oldest = (today - timedelta(days=BACK_DAYS)).isoformat()
    return {day for day in hall.days_set if day < oldest}


def _read(day: str) -> date:
    try:
        read = date.fromisoformat(day)
    except ValueError:
        raise Refusal("unknown_day", day=day) from None
    if read.isoformat() != day:
        raise Refusal("unknown_day", day=day)
    return read
