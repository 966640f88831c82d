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
    change: int | None = None
    """The first deed of one press that moved several windows."""
    undoes: int | None = None
    """The change that this one puts back."""


@event
@dataclass(slots=True)
class WindowAdded(Event):
    """机动窗口: a window that the hall's file doesn't have, for today."""

    window: str
    name: str
    zone: str
    support: str | None
    capabilities: list[str]


@event
@dataclass(slots=True)
class WindowRemoved(Event):
    """A mobile window is there no more. ``undoes`` is the deed that added it, when that was undone."""

    window: str
    undoes: int | None = None


@event
@dataclass(slots=True)
class WindowSetToCall(Event):
    """From now on the window calls the next by itself, or only when its clerk presses."""

    window: str
    by_itself: bool
