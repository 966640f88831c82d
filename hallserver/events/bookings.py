"""Bookings (预约) and home visits (上门): tickets that are given before the day."""

from __future__ import annotations

from dataclasses import dataclass

from hallserver.events.base import Event, event
from hallserver.moments import Moment


@event
@dataclass(slots=True)
class TicketBooked(Event):
    """A number was given for a time to come. ``person`` tells one booker from another and nothing else: a
    keyed digest of the telephone number, useless without the hall's secret. ``until``: after that it is missed.
    ``paper`` is as in TicketIssued: given at the desk, it comes on paper."""

    ticket: str
    shown: str
    zone: str
    item: str | None
    slot: Moment
    slot_ends: Moment
    until: Moment
    channel: str
    language: str
    person: str | None = None
    paper: str = "none"
    device: str | None = None
    printer: str | None = None


@event
@dataclass(slots=True)
class BookingMoved(Event):
    """To another time, with the same number."""

    ticket: str
    slot: Moment
    slot_ends: Moment
    until: Moment


@event
@dataclass(slots=True)
class BookingArrived(Event):
    """The booker is here and waits from now on, with the same number. Too late for the time booked, the class is
    ``walk_in``. ``wait`` and ``paper`` are as in TicketIssued; ``via`` is where it was said."""

    ticket: str
    class_: str
    counts_from: Moment
    ahead: int
    wait: list[float] | None
    paper: str
    via: str
    device: str | None = None
    printer: str | None = None


@event
@dataclass(slots=True)
class BookingMissed(Event):
    """Nobody came, and nobody cancelled."""

    ticket: str


@event
@dataclass(slots=True)
class HomeVisited(Event):
    """Staff were there and served at the resident's home, with the outcome."""

    ticket: str
    clerk: str | None
    outcome: str
    note: str | None = None
