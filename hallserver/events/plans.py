"""排布方案: which window serves what, by time band and weekday."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hallserver.events.base import Event, event
from hallserver.moments import Moment


@event
@dataclass(slots=True)
class PlanSaved(Event):
    """A version of a plan; the versions before stay readable. ``bands`` as ``rules.bands.Band.to_plain``."""

    plan: str
    version: int
    name: str
    bands: list[dict[str, Any]]


@event
@dataclass(slots=True)
class PlanAdopted(Event):
    """The hall follows that version from the day on (``YYYY-MM-DD``), until another day names another."""

    plan: str
    version: int
    from_day: str


@event
@dataclass(slots=True)
class PlanDropped(Event):
    """The plan is followed no more: neither today nor on a day it was scheduled for."""

    plan: str


@event
@dataclass(slots=True)
class PlanRemoved(Event):
    """The plan can't be chosen any more. Its versions stay in the log."""

    plan: str


@event
@dataclass(slots=True)
class BandBegan(Event):
    """The hall took up a stretch of its plan; the windows that change are told by ``WindowAssigned`` after it.
    ``plan`` is None when there is no plan any more, ``named`` are the windows this band names, ``lunch`` those
    that pause as soon as they have no ticket."""

    plan: str | None
    version: int | None
    day: str
    begins: Moment
    ends: Moment
    named: list[str] = field(default_factory=list)
    lunch: list[str] = field(default_factory=list)
