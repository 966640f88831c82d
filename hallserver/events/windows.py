"""Windows: who sits there, and what they serve."""

from __future__ import annotations

from dataclasses import dataclass

from hallserver.events.base import Event, event


@event
@dataclass(slots=True)
class WindowOpened(Event):
    window: str
    clerk: str | None


@event
@dataclass(slots=True)
class WindowPaused(Event):
    window: str
    reason: str | None = None


@event
@dataclass(slots=True)
class WindowClosed(Event):
    window: str
    reason: str | None = None


@event
@dataclass(slots=True)
class WindowAssigned(Event):
    """Which zone the window serves now, and which one it supports. A change by hand holds ``until`` its
    plan's "band" or the "day" is over; ``was`` is the zone and the support before."""

    window: str
    zone: str
    support: str | None
    until: str | None = None
    was: list[str | None] | None = None


@event
@dataclass(slots=True)
class WindowSetToCall(Event):
    """From now on the window calls the next by itself, or only when its clerk presses."""

    window: str
    by_itself: bool
