"""The hall's vocabulary: every kind of deed there is."""

from __future__ import annotations

from hallserver.events.alerts import AlertCleared, AlertRaised, WebhookGivenUp
from hallserver.events.base import EVENTS, Deed, Event, read_event, to_json
from hallserver.events.bookings import BookingArrived, BookingMissed, BookingMoved, HomeVisited, TicketBooked
from hallserver.events.chains import ChainPlanned, PartEnded
from hallserver.events.days import (
    CalendarDaySet,
    CalendarDayUnset,
    CalendarSeeded,
    DayBegan,
    HallConfigured,
    HallTuned,
    IntakeResumed,
    IntakeStopped,
    LeftoversChosen,
)
from hallserver.events.help import HelpAsked, HelpGiven
from hallserver.events.machines import CallNotSpoken, CallSpoken, TicketPrinted, TicketPrintFailed
from hallserver.events.plans import BandBegan, PlanAdopted, PlanDropped, PlanRemoved, PlanSaved
from hallserver.events.services import RatingGiven, ServiceEnded, ServiceHandedOver, ServiceStarted
from hallserver.events.tickets import (
    CallUndone,
    TicketCalled,
    TicketCancelled,
    TicketExpired,
    TicketHeld,
    TicketIssued,
    TicketPassed,
    TicketRecalled,
    TicketReturned,
    TicketTransferred,
    VisitAccepted,
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
    "AlertCleared",
    "AlertRaised",
    "BandBegan",
    "BookingArrived",
    "BookingMissed",
    "BookingMoved",
    "CalendarDaySet",
    "CalendarDayUnset",
    "CalendarSeeded",
    "CallNotSpoken",
    "CallSpoken",
    "CallUndone",
    "ChainPlanned",
    "DayBegan",
    "Deed",
    "Event",
    "HallConfigured",
    "HallTuned",
    "HelpAsked",
    "HelpGiven",
    "HomeVisited",
    "IntakeResumed",
    "IntakeStopped",
    "LeftoversChosen",
    "PartEnded",
    "PlanAdopted",
    "PlanDropped",
    "PlanRemoved",
    "PlanSaved",
    "RatingGiven",
    "ServiceEnded",
    "ServiceHandedOver",
    "ServiceStarted",
    "TicketBooked",
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
    "VisitAccepted",
    "WebhookGivenUp",
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
