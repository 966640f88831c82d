"""What a clerk does with the ticket at the window: start, finish, hold, send on."""

from __future__ import annotations

from hallserver.events import (
    Event,
    PartEnded,
    ServiceEnded,
    ServiceHandedOver,
    ServiceStarted,
    TicketHeld,
    TicketTransferred,
)
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.chains import after_this
from hallserver.rules.finding import the_ticket, the_window, ticket_at
from hallserver.rules.hall import Hall, Ticket

OUTCOMES = ("done", "accepted", "accepted_with_gaps", "told_missing", "referred", "escalated")
"""无否决权: a visit ends in one of these and never in a bare no."""


ASKS_FOR_NOTE = frozenset(("told_missing", "referred"))
"""一次性告知 tells everything that is missing, a referral its next step: neither is complete without words."""


def start_service(hall: Hall, now: Moment, *, window: str) -> list[Event]:
    """The resident sat down."""
    _, ticket = ticket_at(hall, window, "called")
    return [ServiceStarted(ticket.id, window)]


def complete(hall: Hall, now: Moment, *, window: str, outcome: str = "done", note: str | None = None) -> list[Event]:
    """The service is over. A clerk who never pressed *start* has served since the call. A chain goes on with
    its next part, the visit ends with the last.

    Refuses no_ticket_at_window, wrong_state, unknown_outcome and outcome_note_missing.
    """
    at, ticket = ticket_at(hall, window, "called", "serving")
    if outcome not in OUTCOMES:
        raise Refusal("unknown_outcome", outcome=outcome)
    note = (note or "").strip() or None
    if outcome in ASKS_FOR_NOTE and note is None:
        raise Refusal("outcome_note_missing", outcome=outcome)
    started: list[Event] = [] if ticket.state == "serving" else [ServiceStarted(ticket.id, window)]
    clerk = ticket.clerk or at.clerk
    part = after_this(hall, ticket, outcome, now)
    if part is None:
        return [*started, ServiceEnded(ticket.id, window, clerk, outcome, note)]
    going_on = PartEnded(ticket.id, window, clerk, ticket.item, outcome, part.zone, part.item, ticket.counts_from, note)
    return [*started, going_on]


def hand_over(hall: Hall, now: Moment, *, window: str, to: str) -> list[Event]:
    """The next clerk sits down in mid-service: the ticket stays, and with it who began.

    Refuses no_ticket_at_window, wrong_state and handed_to_self.
    """
    at, ticket = ticket_at(hall, window, "called", "serving")
    if to == (ticket.clerk or at.clerk) and to == at.clerk:
        raise Refusal("handed_to_self", clerk=to)
    return [ServiceHandedOver(ticket.id, window, ticket.clerk or at.clerk, to)]


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
