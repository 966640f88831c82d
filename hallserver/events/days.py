"""The hall and its day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hallserver.events.base import Event, event


@event
@dataclass(slots=True)
class HallConfigured(Event):
    """The settings the rules read, as they stood from here on (``rules.layout.Layout.to_plain``)."""

    layout: dict[str, Any]


@event
@dataclass(slots=True)
class CalendarSeeded(Event):
    """A year's public holidays and working weekends: ``days`` maps dates to ``{"kind", "name"}``. The year's
    former ones are replaced; what staff set for single dates stays. ``source`` says whose calendar it is."""

    year: int
    days: dict[str, dict[str, Any]]
    source: str


@event
@dataclass(slots=True)
class CalendarDaySet(Event):
    """Staff set one date: ``closed``, or ``working`` with hours of its own or those of its weekday (None)."""

    day: str
    setting: str
    name: str
    sessions: list[dict[str, Any]] | None


@event
@dataclass(slots=True)
class CalendarDayUnset(Event):
    """The date is again what the state's calendar and its weekday make it."""

    day: str


@event
@dataclass(slots=True)
class IntakeStopped(Event):
    """No more numbers today for one zone or one item; who waits is served."""

    zone: str | None
    item: str | None
    reason: str | None = None


@event
@dataclass(slots=True)
class IntakeResumed(Event):
    zone: str | None
    item: str | None


@event
@dataclass(slots=True)
class LeftoversChosen(Event):
    """What becomes today of those who still wait at closing: ``serve_out`` or ``end``."""

    leftovers: str


@event
@dataclass(slots=True)
class HallTuned(Event):
    """A manager changed settings of the rules while the hall is open: ``{"calling.handicap_min": 12}``; None is
    back to the file's value."""

    changes: dict[str, Any]


@event
@dataclass(slots=True)
class DayBegan(Event):
    """A new day of the hall (``YYYY-MM-DD``): numbers start from 001 again."""

    day: str
