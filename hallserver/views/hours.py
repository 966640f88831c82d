"""When the hall works, as pages and the API tell it: today, the calendar's year, who may still take a number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from hallserver.moments import Moment
from hallserver.rules.calendar_days import missing_year
from hallserver.rules.closing import choice, left_over
from hallserver.rules.hall import Hall
from hallserver.rules.hours import calendar_day, closes_at, sessions_of, zones_with_hours
from hallserver.rules.intake import no_intake
from hallserver.rules.layout import Session
from hallserver.views.shapes import Plain, moment


def sessions_shape(sessions: Iterable[Session]) -> list[Plain]:
    """Sessions by the clock: ``{"from", "to", "zone", "kind"}``."""
    return [{"from": s.start, "to": s.end, "zone": s.zone, "kind": s.kind} for s in sessions]


def hours_of(hall: Hall, day: date) -> list[Plain]:
    """A date's sessions, the hall's first and then those of the zones that have their own."""
    zones = [None, *zones_with_hours(hall, day)]
    return [row for zone in zones for row in sessions_shape(sessions_of(hall, day, zone))]


def intake_shape(hall: Hall, zone: str, now: Moment, item: str | None = None) -> Plain:
    """Whether a number is given now, else why not (a refusal's code) and when to come."""
    no = no_intake(hall, now, zone, item)
    if no is None:
        return {"open": True, "why": None, "opens_at": None, "reason": None}
    return {
        "open": False,
        "why": no.code,
        "opens_at": moment(hall, no.details["opens_at"]),
        "reason": no.details.get("reason"),
    }


def stopped_items(hall: Hall, now: Moment) -> dict[str, Plain]:
    """The items for which no number is given though their zone gives some: stopped by staff, or all gone."""
    layout = hall.layout
    named = {key.removeprefix("item:") for key in hall.stopped if key.startswith("item:")} | set(hall.given_items)
    named |= set(hall.places_held.get(hall.day.isoformat(), ())) if hall.day is not None else set()
    shapes = {item: intake_shape(hall, layout.items[item].zone, now, item) for item in named if item in layout.items}
    return {item: shape for item, shape in shapes.items() if shape["why"] in ("intake_stopped", "quota_reached")}


def stopped(hall: Hall, now: Moment) -> list[Plain]:
    """Where no number is given in working time: zones and items, with why, as the manager sees them."""
    layout = hall.layout
    zones = {zone: intake_shape(hall, zone, now) for zone in layout.zones}
    rows = [{"zone": zone, "item": None, "name": layout.zones[zone].name, **shape} for zone, shape in zones.items()]
    items = stopped_items(hall, now).items()
    rows += [{"zone": None, "item": item, "name": layout.items[item].name, **shape} for item, shape in items]
    return [row for row in rows if row["why"] not in (None, "hall_closed", "zone_closed")]


def closing(hall: Hall, now: Moment) -> Plain:
    """The end of the day as a manager decides about it."""
    ends = [closes for zone in hall.layout.zones if (closes := closes_at(hall, zone)) is not None]
    return {
        "leftovers": choice(hall),
        "chosen_today": hall.leftovers is not None,
        "closes_at": moment(hall, max(ends)) if ends else None,
        "left_over": len(left_over(hall, now)),
    }


def calendar(hall: Hall, now: Moment, year: int) -> Plain:
    """Every day of a year: what it is, why, and its hours."""
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    return {
        "year": year,
        "known": year in hall.years,
        "years": list(hall.years),
        "holidays": hall.layout.holidays,
        "missing_year": missing_year(hall, now),
        "today": hall.day.isoformat() if hall.day else None,
        "days": [day_shape(hall, day.isoformat()) for day in days],
    }


def day_shape(hall: Hall, day: str) -> Plain:
    """One date (``YYYY-MM-DD``): what it is, who says so (staff, or the state's calendar), and its hours."""
    when = date.fromisoformat(day)
    special = calendar_day(hall, when)
    return {
        "day": day,
        "kind": special.kind if special else "regular",
        "name": special.name if special else "",
        "set_by": "staff" if day in hall.days_set else "state" if special else None,
        "sessions": hours_of(hall, when),
    }
