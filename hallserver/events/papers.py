"""Papers: asked for, taken by a printer, moved to another, come out or not.

A paper is known by the number of the deed that asked for it: ``TicketIssued``, ``TicketBooked`` or ``BookingArrived``
(where the channel prints), ``ReprintAsked``, ``ReceiptAsked``, ``GuideAsked`` or ``PrinterTestAsked``. What stands on
it is not in the log.
"""

from __future__ import annotations

from dataclasses import dataclass

from hallserver.events.base import Event, event


@event
@dataclass(slots=True)
class ReprintAsked(Event):
    """Staff had a number's paper printed again (补打)."""

    ticket: str
    printer: str


@event
@dataclass(slots=True)
class ReceiptAsked(Event):
    """Staff had a receipt printed: ``transfer`` (where to go on) or ``missing`` (一次性告知单)."""

    ticket: str
    receipt: str
    printer: str


@event
@dataclass(slots=True)
class GuideAsked(Event):
    """At a machine of the hall somebody had printed what a matter asks for (要带什么)."""

    item: str
    language: str
    device: str
    printer: str


@event
@dataclass(slots=True)
class PrinterTestAsked(Event):
    """A printer shows what it can."""

    printer: str


@event
@dataclass(slots=True)
class PaperTaken(Event):
    """A printer prints the paper with that deed's number, and no other does."""

    ticket: str | None
    deed: int
    printer: str


@event
@dataclass(slots=True)
class PaperMoved(Event):
    """Nothing of the paper was printed on ``printer``: ``to`` takes over."""

    ticket: str | None
    deed: int
    printer: str
    to: str
    cause: str


@event
@dataclass(slots=True)
class TicketPrinted(Event):
    """A number's paper came out, the first or one printed again."""

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
class PaperPrinted(Event):
    """A receipt (``transfer``, ``missing``) or a page to try the printer (``test``) came out."""

    ticket: str | None
    printer: str
    deed: int
    paper: str


@event
@dataclass(slots=True)
class PaperFailed(Event):
    """… or didn't, or nobody knows."""

    ticket: str | None
    printer: str
    deed: int
    paper: str
    cause: str
