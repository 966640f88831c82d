"""What a clerk does with the ticket at the window: start, finish, hold, send on."""

from __future__ import annotations

from hallserver.events import Event, ServiceEnded, ServiceStarted, TicketHeld, TicketTransferred
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.finding import the_ticket, the_window, ticket_at
from hallserver.rules.hall import Hall, Ticket

OUTCOMES = ("done", "accepted", "accepted_with_gaps", "told_missing", "referred", "escalated")
"""无否决权: a visit ends in one of these and never in a bare no."""


def start_service(hall: Hall, now: Moment, *, window: str) -> list[Event]:
    """The resident sat down."""
    _, ticket = ticket_at(hall, window, "called")
    return [ServiceStarted(ticket.id, window)]


def complete(hall: Hall, now: Moment, *, window: str, outcome: str = "done", note: str | None = None) -> list[Event]:
    """The service is over. A clerk who never pressed *start* has served since the call."""
    at, ticket = ticket_at(hall, window, "called", "serving")
    if outcome not in OUTCOMES:
        raise Refusal("unknown_outcome", outcome=outcome)
    started: list[Event] = [] if ticket.state == "serving" else [ServiceStarted(ticket.id, window)]
    return [*started, ServiceEnded(ticket.id, window, ticket.clerk or at.clerk, outcome, note)]


def hold(hall: Hall, now: Moment, *, window: str, reason: str | None = None) -> list[Event]:
    """Put the ticket at the window aside; it is called again by name."""
    _, ticket = ticket_at(hall, window, "called", "serving")
    return [TicketHeld(ticket.id, window, reason)]


def transfer(
    hall: Hall,
    now: Moment,
    *,
    ticket: str,
    zone: str | None = None,
    item: str | None = None,
    window: str | None = None,
    keep_wait: bool = True,
) -> list[Event]:
    """Send a ticket on, with its number: to an item, a zone, or one window. It keeps its place in
    time (``keep_wait``), so that nobody queues twice."""
    sent = the_ticket(hall, ticket)
    if sent.state not in ("waiting", "called", "serving", "held", "passed"):
        raise Refusal("wrong_state", ticket=ticket, number=sent.shown, state=sent.state)
    to_zone, to_item = _target(hall, sent, zone, item, window)
    counts_from = sent.counts_from if keep_wait else now
    return [TicketTransferred(ticket, sent.window, to_zone, to_item, window, counts_from)]


def _target(hall: Hall, sent: Ticket, zone: str | None, item: str | None, window: str | None) -> tuple[str, str | None]:
    if item is not None:
        known = hall.layout.items.get(item)
        if known is None:
            raise Refusal("unknown_item", item=item)
        target, kept = known.zone, item
    elif zone is not None:
        target, kept = zone, None
    elif window is not None:
        at = the_window(hall, window)
        # A window that serves the ticket's zone already takes it as it is, with its matter.
        target, kept = (sent.zone, sent.item) if sent.zone in (at.zone, at.support) else (at.zone, None)
    else:
        raise Refusal("target_missing")
    if target not in hall.layout.zones:
        raise Refusal("unknown_zone", zone=target)
    old = hall.layout.items.get(sent.item) if sent.item else None
    if kept is None and old is not None and old.zone == target:
        kept = sent.item
    if window is not None:
        at = the_window(hall, window)
        if target not in (at.zone, at.support) or not at.capabilities.issuperset(hall.needs_of(kept)):
            raise Refusal("not_served_here", number=sent.shown, window=window)
    return target, kept
