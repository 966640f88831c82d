"""What machines tell of their work: paper and voice."""

from __future__ import annotations

from dataclasses import dataclass

from hallserver.events.base import Event, event


@event
@dataclass(slots=True)
class TicketPrinted(Event):
    ticket: str
    printer: str
    deed: int


@event
@dataclass(slots=True)
class TicketPrintFailed(Event):
    """The paper did not come out, or nobody knows whether it did."""

    ticket: str
    printer: str
    deed: int
    cause: str


@event
@dataclass(slots=True)
class CallSpoken(Event):
    """A loudspeaker said the call with that deed's number."""

    ticket: str
    window: str
    deed: int


@event
@dataclass(slots=True)
class CallNotSpoken(Event):
    ticket: str
    window: str
    deed: int
    cause: str
