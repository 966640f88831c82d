"""The hall's vocabulary: every kind of deed there is, and how one is written to a log line.

An event is what a rule decides. A deed is an event that the log has numbered: it carries its
number, its moment and who did it. Facts are plain JSON: str, int, float, bool, None, list, dict.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

import pydantic_core

from hallserver.moments import Moment


def to_json(value: Any) -> str:
    """Compact JSON text, by the encoder that pydantic brings: three times as fast as the standard one."""
    return pydantic_core.to_json(value).decode()


EVENTS: dict[str, type[Event]] = {}


class Event:
    """Base of all events. ``ticket`` and ``window`` are facts like others, indexed by the log."""

    kind: ClassVar[str]
    fact_names: ClassVar[tuple[str, ...]]
    __slots__ = ()

    def facts(self) -> dict[str, Any]:
        """Everything the event says, without its kind."""
        return {name: getattr(self, name) for name in self.fact_names}


def _event(cls: type[Event]) -> type[Event]:
    cls.kind = cls.__name__
    cls.fact_names = tuple(f.name for f in fields(cls))  # type: ignore[arg-type]
    EVENTS[cls.kind] = cls
    return cls


@_event
@dataclass(slots=True)
class HallConfigured(Event):
    """The settings the rules read, as they stood from here on (``rules.layout.Layout.to_plain``)."""

    layout: dict[str, Any]


@_event
@dataclass(slots=True)
class DayBegan(Event):
    """A new day of the hall (``YYYY-MM-DD``): numbers start from 001 again."""

    day: str


@_event
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


@_event
@dataclass(slots=True)
class TicketCalled(Event):
    """A window called a ticket. ``why`` is the reason of the choice (``rules.calling.Why``)."""

    ticket: str
    window: str
    clerk: str | None
    why: dict[str, Any]
    by_name: bool = False
    reason: str | None = None


@_event
@dataclass(slots=True)
class TicketRecalled(Event):
    """The ticket at the window was called once more; ``calls`` counts all of them."""

    ticket: str
    window: str
    calls: int


@_event
@dataclass(slots=True)
class TicketPassed(Event):
    """Called, and nobody came (过号)."""

    ticket: str
    window: str


@_event
@dataclass(slots=True)
class TicketReturned(Event):
    """A passed resident came back and waits again, as if waiting since ``counts_from``."""

    ticket: str
    counts_from: Moment


@_event
@dataclass(slots=True)
class TicketCancelled(Event):
    """Given up by the resident, or by staff for them."""

    ticket: str
    reason: str | None = None


@_event
@dataclass(slots=True)
class TicketExpired(Event):
    """The day ended before the ticket did."""

    ticket: str


@_event
@dataclass(slots=True)
class TicketHeld(Event):
    """Put aside at a window (a form to fill in, a copy to fetch); that window calls it again."""

    ticket: str
    window: str
    reason: str | None = None


@_event
@dataclass(slots=True)
class TicketTransferred(Event):
    """Sent on with the same number, to a zone, an item of it, or one window of it."""

    ticket: str
    window: str | None
    zone: str
    item: str | None
    to_window: str | None
    counts_from: Moment


@_event
@dataclass(slots=True)
class ServiceStarted(Event):
    """The resident sat down."""

    ticket: str
    window: str


@_event
@dataclass(slots=True)
class ServiceEnded(Event):
    """One ticket's time at one window is over, with its outcome (办理、结果)."""

    ticket: str
    window: str
    clerk: str | None
    outcome: str
    note: str | None = None


@_event
@dataclass(slots=True)
class WindowOpened(Event):
    window: str
    clerk: str | None


@_event
@dataclass(slots=True)
class WindowPaused(Event):
    window: str
    reason: str | None = None


@_event
@dataclass(slots=True)
class WindowClosed(Event):
    window: str
    reason: str | None = None


@_event
@dataclass(slots=True)
class WindowAssigned(Event):
    """Which zone the window serves now, and which one it supports."""

    window: str
    zone: str
    support: str | None


@_event
@dataclass(slots=True)
class RatingGiven(Event):
    """好差评: one service, one rating. What was written stays outside the log (``has_text``)."""

    ticket: str
    window: str
    clerk: str | None
    level: int
    options: list[str] = field(default_factory=list)
    named: bool = False
    has_text: bool = False
    via: str = "pad"


@_event
@dataclass(slots=True)
class TicketPrinted(Event):
    ticket: str
    printer: str
    deed: int


@_event
@dataclass(slots=True)
class TicketPrintFailed(Event):
    """The paper did not come out, or nobody knows whether it did."""

    ticket: str
    printer: str
    deed: int
    cause: str


@_event
@dataclass(slots=True)
class CallSpoken(Event):
    """A loudspeaker said the call with that deed's number."""

    ticket: str
    window: str
    deed: int


@_event
@dataclass(slots=True)
class CallNotSpoken(Event):
    ticket: str
    window: str
    deed: int
    cause: str


@dataclass(slots=True)
class Deed:
    """One line of a hall's log: ``number`` counts 1, 2, 3 … in the hall, ``by`` is who pressed."""

    number: int
    at: Moment
    by: str
    event: Event

    def facts_json(self) -> str:
        """The event's facts as the log stores them."""
        return to_json(self.event.facts())


def read_event(kind: str, facts: dict[str, Any]) -> Event:
    """The event a log line tells. Raises KeyError for a kind this version doesn't know."""
    return EVENTS[kind](**facts)
