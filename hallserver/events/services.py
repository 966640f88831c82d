"""What happens at a window, and how it was rated."""

from __future__ import annotations

from dataclasses import dataclass, field

from hallserver.events.base import Event, event


@event
@dataclass(slots=True)
class ServiceStarted(Event):
    """The resident sat down."""

    ticket: str
    window: str


@event
@dataclass(slots=True)
class ServiceEnded(Event):
    """One ticket's time at one window is over, with its outcome (办理、结果)."""

    ticket: str
    window: str
    clerk: str | None
    outcome: str
    note: str | None = None


@event
@dataclass(slots=True)
class ServiceHandedOver(Event):
    """The next clerk goes on with the ticket at the window."""

    ticket: str
    window: str
    clerk: str | None
    to: str


@event
@dataclass(slots=True)
class RatingGiven(Event):
    """好差评: one service, one rating. What was written stays outside the log (``has_text``).

    ``service`` is the number of the deed that ended it; None in the log of a version that didn't tell: then it is
    the visit's last one."""

    ticket: str
    window: str
    clerk: str | None
    level: int
    options: list[str] = field(default_factory=list)
    named: bool = False
    has_text: bool = False
    via: str = "pad"
    service: int | None = None
