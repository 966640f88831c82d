"""A ticket on its way, from the press to the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hallserver.events.base import Event, event
from hallserver.moments import Moment


@event
@dataclass(slots=True)
class TicketIssued(Event):
    """A number was given. ``wait`` is the promise made: ``[low, likely, high]`` minutes, or None."""

    ticket: str
    shown: str
    zone: str
    item: str | None
    class_: str
    reason: str | None
    channel: str
    language: str
    ahead: int
    wait: list[float] | None
    paper: str
    device: str | None = None
    printer: str | None = None


@event
@dataclass(slots=True)
class TicketCalled(Event):
    """A window called a ticket. ``why`` is the reason of the choice (``rules.calling.Why``)."""

    ticket: str
    window: str
    clerk: str | None
    why: dict[str, Any]
    by_name: bool = False
    reason: str | None = None


@event
@dataclass(slots=True)
class TicketRecalled(Event):
    """The ticket at the window was called once more; ``calls`` counts all of them."""

    ticket: str
    window: str
    calls: int


@event
@dataclass(slots=True)
class CallUndone(Event):
    """A call was a mistake: the ticket is where it was before it. ``deed`` is the number of its last call."""

    ticket: str
    window: str
    deed: int


@event
@dataclass(slots=True)
class TicketPassed(Event):
    """Called, and nobody came (过号)."""

    ticket: str
    window: str


@event
@dataclass(slots=True)
class TicketReturned(Event):
    """Who missed the call, or went for what was missing, came back and waits again, as if waiting since
    ``counts_from``. ``zone`` and ``item`` are told where the visit goes on elsewhere (a chain)."""

    ticket: str
    counts_from: Moment
    zone: str | None = None
    item: str | None = None


@event
@dataclass(slots=True)
class TicketCancelled(Event):
    """Given up by the resident, or by staff for them."""

    ticket: str
    reason: str | None = None


@event
@dataclass(slots=True)
class TicketExpired(Event):
    """The day, or the zone's hours (``closed``), ended before the ticket did."""

    ticket: str
    reason: str = "day_ended"


@event
@dataclass(slots=True)
class TicketHeld(Event):
    """Put aside at a window (a form to fill in, a copy to fetch); that window calls it again."""

    ticket: str
    window: str
    reason: str | None = None


@event
@dataclass(slots=True)
class TicketTransferred(Event):
    """Sent on with the same number, to a zone, an item of it, or one window of it."""

    ticket: str
    window: str | None
    zone: str
    item: str | None
    to_window: str | None
    counts_from: Moment


@event
@dataclass(slots=True)
class VisitAccepted(Event):
    """首问责任: another clerk is the visit's owner from here on; ``was`` is the one before."""

    ticket: str
    clerk: str
    was: str | None
