"""The shadow tables' only writer: which rows a deed changes, and the fixed SQL that writes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hallserver import events as e
from hallserver.rules.hall import Case, Hall, Ticket, Window

Row = tuple[str, tuple[Any, ...]]
"""A table's name and the values of one row of it, in the order of ``COLUMNS``."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "ticket": (
        "hall", "id", "shown", "zone", "item", "class", "reason", "channel", "language", "state", "issued_at",
        "counts_from", "called_at", "started_at", "ended_at", "window", "clerk", "owner", "calls", "outcome",
        "rated", "paper", "promised_low_min", "promised_high_min", "owner_sought_at", "slot_at", "arrived_at",
        "person", "given_by",
    ),
    "window": ("hall", "id", "zone", "support", "state", "reason", "clerk", "ticket", "since"),
    "item": ("hall", "id", "name", "line", "zone", "kind", "typical_min"),
    "service": ("hall", "id", "ticket", "window", "clerk", "item", "called_at", "started_at", "ended_at", "outcome",
                "handed_over_by", "goes_on"),
    "case": ("hall", "id", "ticket", "item", "zone", "window", "clerk", "accepted_at", "gaps", "supplied_at",
             "ready_at", "handed_over_at", "way", "state"),
    "plan": ("hall", "id", "plan", "version", "name", "bands", "by", "at"),
    "adoption": ("hall", "id", "plan", "version", "from_day", "by", "at"),
    "alert": ("hall", "id", "kind", "subject", "level", "figure", "raised_at", "cleared_at", "cleared_by"),
    "rating": ("hall", "id", "ticket", "window", "clerk", "level", "options", "named", "via", "at",
               "service"),
}  # fmt: skip

CLEARED = ("window", "item")
"""Tables that a new configuration writes anew."""


def log_line(hall: str, deed: e.Deed) -> tuple[Any, ...]:
    """The deed as it stands in the log."""
    event = deed.event
    ticket, window = getattr(event, "ticket", None), getattr(event, "window", None)
    return hall, deed.number, deed.at, event.kind, deed.by, ticket, window, deed.facts_json()


def rows(hall: Hall, deed: e.Deed) -> Iterator[Row]:
    """The rows a deed changes, read off the state right after it was folded."""
    event = deed.event
    ticket = hall.tickets.get(getattr(event, "ticket", None) or "")
    if ticket is not None:
        yield "ticket", _ticket(hall.id, ticket)
    window = hall.windows.get(getattr(event, "window", None) or (ticket.window if ticket else None) or "")
    if window is not None:
        yield "window", _window(hall.id, window)
    if isinstance(event, e.HallConfigured):
        yield from _configuration(hall)
    elif isinstance(event, e.ServiceEnded) and ticket is not None:
        yield (
            "service",
            (hall.id, deed.number, event.ticket, event.window, event.clerk, ticket.item, ticket.called,
             ticket.started, deed.at, event.outcome, ticket.handed_over_by, 0),
        )  # fmt: skip
    elif isinstance(event, e.PartEnded) and ticket is not None:
        yield "service", _part(hall.id, deed, event, ticket)
    elif isinstance(event, e.RatingGiven):
        yield (
            "rating",
            (hall.id, deed.number, event.ticket, event.window, event.clerk, event.level,
             json.dumps(event.options), int(event.named), event.via, deed.at, event.service),
        )  # fmt: skip

    elif isinstance(event, PLANNED):
        yield from _planned(hall, deed)
    if type(event) in OF_CASES:
        for number in hall.cases_of.get(getattr(event, "ticket"), ()):  # noqa: B009 - each of them names one
            yield "case", _case(hall.id, hall.cases[number])


OF_CASES = frozenset((
    e.ServiceEnded, e.PartEnded, e.HomeVisited, e.CaseSupplied, e.CaseReady, e.CaseSetBack, e.CaseHandedOver,
))  # fmt: skip
"""Deeds that open a case or change one."""

PLANNED = (e.PlanSaved, e.PlanAdopted, e.AlertRaised, e.AlertCleared)


def _planned(hall: Hall, deed: e.Deed) -> Iterator[Row]:
    """What a manager planned, and what managers were told."""
    event = deed.event
    if isinstance(event, e.PlanSaved):
        bands = json.dumps(event.bands, ensure_ascii=False)
        yield "plan", (hall.id, deed.number, event.plan, event.version, event.name, bands, deed.by, deed.at)
    elif isinstance(event, e.PlanAdopted):
        yield "adoption", (hall.id, deed.number, event.plan, event.version, event.from_day, deed.by, deed.at)
    elif isinstance(event, e.AlertRaised):
        raised = hall.alerts[event.alert, event.subject]
        yield (
            "alert",
            (hall.id, raised.raised, raised.kind, raised.subject, raised.level, _real(raised.figure), raised.since,
             None, None),
        )  # fmt: skip
    elif isinstance(event, e.AlertCleared):
        yield (
            "alert",
            (hall.id, event.raised, event.alert, event.subject, event.level, _real(event.figure), event.since,
             deed.at, deed.by),
        )  # fmt: skip


def _real(figure: float | None) -> float | None:
    return None if figure is None else float(figure)


def _part(hall: str, deed: e.Deed, event: e.PartEnded, ticket: Ticket) -> tuple[Any, ...]:
    """The service of one part of a chain; the ticket itself is on its way to the next by now."""
    part = [part for part in ticket.chain if part.outcome is not None][-1]
    return (
        hall, deed.number, event.ticket, event.window, event.clerk, event.item, part.called, part.started, deed.at,
        event.outcome, part.handed_over_by, 1,
    )  # fmt: skip


def _configuration(hall: Hall) -> Iterator[Row]:
    for window in hall.windows.values():
        yield "window", _window(hall.id, window)
    for item in hall.layout.items.values():
        yield "item", (hall.id, item.id, item.name, item.line, item.zone, item.kind, float(item.typical_min))
    for ticket in hall.tickets.values():
        yield "ticket", _ticket(hall.id, ticket)


def _ticket(hall: str, t: Ticket) -> tuple[Any, ...]:
    low, high = (t.promised[0], t.promised[2]) if t.promised else (None, None)
    return (
        hall, t.id, t.shown, t.zone, t.item, t.class_, t.reason, t.channel, t.language, t.state, t.issued,
        t.counts_from, t.called, t.started, t.ended, t.window, t.clerk, t.owner, t.calls, t.outcome,
        int(t.rated), t.paper, low, high, t.owner_sought, t.slot, t.arrived, t.person, t.given_by,
    )  # fmt: skip


def _case(hall: str, c: Case) -> tuple[Any, ...]:
    return (
        hall, c.id, c.ticket, c.item, c.zone, c.window, c.clerk, c.accepted, c.gaps, c.supplied, c.ready,
        c.handed_over, c.way, c.state,
    )  # fmt: skip


def _window(hall: str, w: Window) -> tuple[Any, ...]:
    return hall, w.id, w.zone, w.support, w.state, w.reason, w.clerk, w.ticket, w.since
