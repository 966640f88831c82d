"""A hall follows its plan by itself: a band begins, a change by hand ends, a window goes to lunch.

Nothing here takes a ticket out of a clerk's hands: a window's assignment says whom it calls next, and a
window goes to lunch when its ticket has left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from hallserver.events import BandBegan, Event, WindowAssigned, WindowPaused
from hallserver.moments import MINUTE_MS, Moment, at_clock, local
from hallserver.rules.bands import LUNCH, STAFFED, Adoption, Assignment, Band, BandNow, PlanVersion, Stretch, stretches
from hallserver.rules.hall import Hall, Window
from hallserver.rules.hours import calendar_day
from hallserver.rules.layout import DAYS

NEVER: Moment = 1 << 62
LUNCH_REASON = "lunch"
LUNCH_REASONS = frozenset((LUNCH_REASON, "就餐"))
"""Logs had the word before there was a code."""
"""As a clerk would give it at the console, where reasons are kept in words."""


def followed_on(hall: Hall, day: date) -> Adoption | None:
    """The adoption that holds on a day; None when no plan does."""
    last = None
    for adoption in hall.adoptions:
        if adoption.from_day <= day.isoformat():
            last = adoption
    return last


def version_on(hall: Hall, day: date) -> PlanVersion | None:
    """What the plan of a day says."""
    adoption = followed_on(hall, day)
    return None if adoption is None else hall.plans[adoption.plan].find(adoption.version)


def stretches_of(hall: Hall, day: date, bands: Iterable[Band]) -> list[Stretch]:
    """The parts of a day of the hall. A working weekend (调休) has bands of its own or those of the weekday it
    works as; on a day that is closed nothing moves."""
    bands, weekday = tuple(bands), DAYS[day.weekday()]
    special = calendar_day(hall, day)
    if special is not None and special.kind == "closed" and not hall.layout.always_open:
        return stretches((), weekday)
    if special is not None and not any(weekday in band.days for band in bands):
        weekday = hall.layout.working_weekend_as
    return stretches(bands, weekday)


def next_change(hall: Hall) -> Moment:
    """When the plan has something to do: kept ready in the state, so that a second in which it has nothing
    costs one comparison. 0 is at once."""
    if hall.day is None:
        return NEVER
    dues = [window.held_until for window in hall.windows.values() if window.held_until is not None]
    adoption, band = followed_on(hall, hall.day), hall.band
    if adoption is None:
        if band is not None:
            return 0
    elif band is None or not _same(band, adoption, hall.day):
        return 0
    else:
        dues.append(band.ends)
    return min(dues, default=NEVER)


def _same(band: BandNow, adoption: Adoption, day: date) -> bool:
    return (band.plan, band.version, band.day) == (adoption.plan, adoption.version, day.isoformat())


def band_due(hall: Hall, now: Moment) -> list[Event]:
    """Once a second: what the plan says from now on."""
    if now < hall.plan_due:
        return [] if not hall.to_lunch else _to_lunch(hall, hall.to_lunch)
    if hall.day is None:
        return []
    began = _began(hall, now)
    band = _band_at(hall, now)
    events: list[Event] = [] if began is None else [began]
    for window in hall.windows.values():
        held = window.held_until
        if (now < held) if held is not None else began is None:
            continue
        place = place_in(hall, window, band)
        if held is not None or place != (window.zone, window.support):
            events.append(WindowAssigned(window.id, *place, was=[window.zone, window.support]))
    return events if began is None else events + _to_lunch(hall, began.lunch)


def _began(hall: Hall, now: Moment) -> BandBegan | None:
    """The stretch that begins now; None while the hall is still in the one it knows."""
    assert hall.day is not None
    day, known = hall.day.isoformat(), hall.band
    adoption = followed_on(hall, hall.day)
    if adoption is None:
        return None if known is None else BandBegan(None, None, day, now, hall.day_ends)
    if known is not None and _same(known, adoption, hall.day) and now < known.ends:
        return None
    stretch = stretch_at(hall, now)
    named = stretch.band.windows if stretch.band is not None else {}
    lunch = [
        window.id
        for window in hall.windows.values()
        if window.state == "open" and named.get(window.id, USUAL).state == LUNCH
    ]
    begins, ends = moments_of(hall, hall.day, stretch)
    return BandBegan(adoption.plan, adoption.version, day, begins, ends, list(named), lunch)


USUAL = Assignment(None, None, STAFFED)


def _band_at(hall: Hall, now: Moment) -> Band | None:
    return None if hall.day is None or version_on(hall, hall.day) is None else stretch_at(hall, now).band


def stretch_at(hall: Hall, now: Moment) -> Stretch:
    """The part of the hall's day that a moment lies in, by the plan of that day."""
    assert hall.day is not None
    version = version_on(hall, hall.day)
    clock = f"{local(now, hall.layout.tz):%H:%M}"
    parts = stretches_of(hall, hall.day, version.bands if version is not None else ())
    # A second before the day's own tick the clock is already past midnight: that is still the day's last part.
    return next((part for part in parts if part.start <= clock < part.end and now < hall.day_ends), parts[-1])


def moments_of(hall: Hall, day: date, stretch: Stretch) -> tuple[Moment, Moment]:
    return at_clock(day, stretch.start, hall.layout.tz), at_clock(day, stretch.end, hall.layout.tz)


def usual_place(hall: Hall, window: Window) -> tuple[str, str | None]:
    """Where the hall's file has the window; where it is now, when that can't be had any more."""
    filed = hall.layout.windows.get(window.id)
    if filed is None or filed.zone not in hall.layout.zones:
        return window.zone, window.support
    return filed.zone, filed.support


def place_in(hall: Hall, window: Window, band: Band | None) -> tuple[str, str | None]:
    """Zone and support of a window in a band. A plan older than the hall's zones moves no window to nowhere."""
    usual_zone, usual_support = usual_place(hall, window)
    here = band.windows.get(window.id, USUAL) if band is not None else USUAL
    zones = hall.layout.zones
    if here.zone not in (None, *zones) or here.support not in (None, *zones):
        return usual_zone, usual_support
    if here.zone is None and here.support is None:
        return usual_zone, usual_support
    zone = here.zone or usual_zone
    return zone, None if here.support == zone else here.support


def _to_lunch(hall: Hall, windows: Iterable[str]) -> list[Event]:
    """Those of the windows that are open and have nobody."""
    idle = (hall.windows.get(window) for window in windows)
    return [WindowPaused(w.id, LUNCH_REASON) for w in idle if w is not None and w.state == "open" and w.ticket is None]


class Coming(NamedTuple):
    """What a window will serve from a moment on, told to its clerk beforehand."""

    at: Moment
    zone: str
    support: str | None
    lunch: bool


def coming(hall: Hall, window: Window, now: Moment) -> Coming | None:
    """The next change of a window within the hall's notice, or None."""
    if hall.day is None or (hall.band is None and window.held_until is None):
        return None
    if window.id in hall.to_lunch and hall.band is not None:  # it is time, and the ticket in hand comes first
        return Coming(hall.band.begins, window.zone, window.support, True)
    until = now + round(hall.layout.notice_min * MINUTE_MS)
    for part in _parts_from(hall, now):
        begins, ends = moments_of(hall, hall.day, part)
        begins = max(begins, window.held_until or 0, now)
        if begins > until:
            return None
        if begins >= ends or (begins == now and window.held_until is None):
            continue
        zone, support = place_in(hall, window, part.band)
        lunch = part.band is not None and part.band.windows.get(window.id, USUAL).state == LUNCH
        if (zone, support) != (window.zone, window.support) or (lunch and window.state == "open"):
            return Coming(begins, zone, support, lunch and window.state == "open")
        if window.held_until is not None:
            return None
    return None


def _parts_from(hall: Hall, now: Moment) -> Iterator[Stretch]:
    assert hall.day is not None
    version = version_on(hall, hall.day)
    for part in stretches_of(hall, hall.day, version.bands if version is not None else ()):
        if now < at_clock(hall.day, part.end, hall.layout.tz):
            yield part


class Change(NamedTuple):
    """A window that a plan would move, and when."""

    at: Moment
    window: str
    was: tuple[str, str | None]
    zone: str
    support: str | None
    lunch: bool
    held: bool
    """A change by hand holds it: it will not move then."""


def changes_today(hall: Hall, now: Moment, bands: Iterable[Band]) -> list[Change]:
    """What would change for the rest of the day if the hall followed these bands from now on."""
    if hall.day is None:
        return []
    found: list[Change] = []
    at = {window.id: (window.zone, window.support) for window in hall.windows.values()}
    for part in stretches_of(hall, hall.day, bands):
        begins, ends = moments_of(hall, hall.day, part)
        if ends <= now:
            continue
        for window in hall.windows.values():
            here = part.band.windows.get(window.id, USUAL) if part.band is not None else USUAL
            place = place_in(hall, window, part.band)
            lunch = here.state == LUNCH
            held = window.held_until is not None and max(begins, now) < window.held_until
            if place != at[window.id] or lunch:
                found.append(Change(max(begins, now), window.id, at[window.id], *place, lunch, held))
            if not held:
                at[window.id] = place
    return found


def unserved(hall: Hall, bands: Iterable[Band]) -> list[tuple[str, str, str]]:
    """Zones that a band leaves without any window, as (from, to, zone): nobody would call who waits there."""
    found = []
    for band in bands:
        served: set[str | None] = set()
        for window in hall.windows.values():
            if band.windows.get(window.id, USUAL).state != LUNCH:
                served.update(place_in(hall, window, band))
        found += [(band.start, band.end, zone) for zone in hall.layout.zones if zone not in served]
    return found
