"""The hall's vocabulary: every kind of deed there is."""

from __future__ import annotations

from hallserver.events.base import EVENTS, Deed, Event, read_event, to_json
from hallserver.events.days import (
    CalendarDaySet,
    CalendarDayUnset,
    CalendarSeeded,
    DayBegan,
    HallConfigured,
    IntakeResumed,
    IntakeStopped,
    LeftoversChosen,
)
from hallserver.events.machines import CallNotSpoken, CallSpoken, TicketPrinted, TicketPrintFailed
from hallserver.events.services import RatingGiven, ServiceEnded, ServiceStarted
from hallserver.events.tickets import (
    TicketCalled,
    TicketCancelled,
    TicketExpired,
    TicketHeld,
    TicketIssued,
    TicketPassed,
    TicketRecalled,
    TicketReturned,
    TicketTransferred,
)
from hallserver.events.windows import (
    WindowAdded,
    WindowAssigned,
    WindowClosed,
    WindowOpened,
    WindowPaused,
    WindowRemoved,
    WindowSetToCall,
)

__all__ = [
    "EVENTS",
    "CalendarDaySet",
    "CalendarDayUnset",
    "CalendarSeeded",
    "CallNotSpoken",
    "CallSpoken",
    "DayBegan",
    "Deed",
    "Event",
    "HallConfigured",
    "IntakeResumed",
    "IntakeStopped",
    "LeftoversChosen",
    "RatingGiven",
    "ServiceEnded",
    "ServiceStarted",
    "TicketCalled",
    "TicketCancelled",
    "TicketExpired",
    "TicketHeld",
    "TicketIssued",
    "TicketPassed",
    "TicketPrintFailed",
    "TicketPrinted",
    "TicketRecalled",
    "TicketReturned",
    "TicketTransferred",
    "WindowAdded",
    "WindowAssigned",
    "WindowClosed",
    "WindowOpened",
    "WindowPaused",
    "WindowRemoved",
    "WindowSetToCall",
    "read_event",
    "to_json",
]
