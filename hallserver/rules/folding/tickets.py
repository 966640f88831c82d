"""How a ticket changes on its way."""

from __future__ import annotations

from typing import Any

from hallserver import events as e
from hallserver.moments import SECOND_MS, Moment
from hallserver.rules.folding.cases import end_unless_it_collects
from hallserver.rules.folding.chains import go_on_with, reopen_parts
from hallserver.rules.folding.moves import (
    NO_WALK_MS,
    Folds,
    count_visit,
    dequeue,
    enqueue,
    free_the_sent,
    interval,
    learn,
    leave_window,
    seek_owner,
    show_call,
    wait_again,
)
from hallserver.rules.folding.papers import number_paper
from hallserver.rules.hall import NAMED_KEPT, Call, Hall, NamedCall, Ticket, Window


def _issued(hall: Hall, deed: e.Deed, event: e.TicketIssued) -> None:
    ticket = Ticket(
        event.ticket,
        event.shown,
        event.zone,
        event.item,
        event.class_,
        event.reason,
        event.channel,
        event.language,
        deed.at,  # issued
        deed.at,  # counts_from
        deed.number,  # its order
        paper=event.paper,
        promised=event.wait,
        ahead=event.ahead,
        deed=deed.number,
        given_by=deed.by,
        device=event.device,
    )
    hall.tickets[ticket.id] = ticket
    number_paper(hall, deed, event)
    prefix = ticket.shown.rstrip("0123456789")
    hall.given[prefix] = int(ticket.shown[len(prefix) :])
    hall.figures.issued += 1
    interval(hall, event.zone, deed.at).arrived += 1
    count_visit(hall, ticket)
    enqueue(hall, ticket)


BEFORE_CALL = (
    "state", "window", "to_window", "clerk", "owner", "owner_sought", "handed_over_by", "called", "last_call",
    "started", "calls", "call_deed", "why", "hold_reason", "held",
)  # fmt: skip
"""What a call changes of a ticket, and its undoing brings back."""


def _called(hall: Hall, deed: e.Deed, event: e.TicketCalled) -> None:
    ticket = hall.tickets[event.ticket]
    window = hall.windows[event.window]
    before: dict[str, Any] = {name: getattr(ticket, name) for name in BEFORE_CALL}
    before["since"] = window.since
    if event.by_name and ticket.state == "waiting":
        call = NamedCall(deed.number, ticket.id, ticket.shown, event.window, event.clerk, event.reason, deed.at)
        hall.named = [*hall.named, call][-NAMED_KEPT:]
    dequeue(hall, ticket)
    if ticket.why is None:  # its first call: a transfer or a return doesn't make the day's wait longer
        hall.figures.called += 1
        waited_ms = max(0, deed.at - ticket.counts_from)
        hall.figures.waited_ms += waited_ms
        here = interval(hall, ticket.zone, deed.at)
        here.called += 1
        here.waited_ms += waited_ms
    ticket.state = "called"
    ticket.window = event.window
    ticket.to_window = None
    ticket.clerk = event.clerk
    ticket.owner = ticket.owner or event.clerk
    if ticket.owner == event.clerk:
        ticket.owner_sought = None
    ticket.handed_over_by = None
    ticket.called = ticket.last_call = deed.at
    ticket.started = None
    ticket.before = before
    ticket.calls = 1
    ticket.call_deed = deed.number
    ticket.why = event.why
    ticket.hold_reason = ticket.held = None
    if not event.by_name:
        _breath(hall, window, ticket, deed.at)
    window.ticket = ticket.id
    window.since = deed.at
    show_call(hall, Call(deed.number, ticket.id, event.window, deed.at))


def _breath(hall: Hall, window: Window, ticket: Ticket, now: Moment) -> None:
    """Learn how long the clerk took to call, if somebody waited all the while."""
    since = window.since
    if since == window.last_ended and ticket.counts_from <= since and now - since <= NO_WALK_MS:
        hall.pace.thinks, hall.pace.thought_ms = learn(hall.pace.thinks, hall.pace.thought_ms, now - since)


def _recalled(hall: Hall, deed: e.Deed, event: e.TicketRecalled) -> None:
    ticket = hall.tickets[event.ticket]
    ticket.calls = event.calls
    ticket.call_deed = deed.number
    ticket.last_call = deed.at
    show_call(hall, Call(deed.number, ticket.id, event.window, deed.at, event.calls))


def _call_undone(hall: Hall, deed: e.Deed, event: e.CallUndone) -> None:
    ticket = hall.tickets[event.ticket]
    window = hall.windows[event.window]
    before = dict(ticket.before or {})
    if before["why"] is None and ticket.called is not None:
        waited_ms = max(0, ticket.called - ticket.counts_from)
        hall.figures.called -= 1
        hall.figures.waited_ms -= waited_ms
        there = interval(hall, ticket.zone, ticket.called)
        there.called -= 1
        there.waited_ms -= waited_ms
    hall.calls = [call for call in hall.calls if call.ticket != ticket.id]
    for call in hall.named:
        if call.ticket == ticket.id and call.at == ticket.called:
            call.undone = True
    window.ticket = None
    window.since = before.pop("since")
    if window.calls_by_itself:  # or the same call would come again before its clerk has taken a breath
        window.free_from = deed.at + round(hall.layout.undo_within_s * SECOND_MS)
    ticket.before = None
    for name, value in before.items():
        setattr(ticket, name, value)
    if ticket.state == "waiting":
        enqueue(hall, ticket)
    free_the_sent(hall)


def _passed(hall: Hall, deed: e.Deed, event: e.TicketPassed) -> None:
    ticket = hall.tickets[event.ticket]
    leave_window(hall, ticket, deed.at)
    ticket.state = "passed"
    ticket.held = deed.at


def _returned(hall: Hall, deed: e.Deed, event: e.TicketReturned) -> None:
    ticket = hall.tickets[event.ticket]
    ticket.counts_from = event.counts_from
    ticket.held = None
    if ticket.state == "done":
        ticket.ended = ticket.outcome = ticket.note = None
        ticket.rated = False
        reopen_parts(hall, ticket)
    if event.zone is not None:
        ticket.zone, ticket.item = event.zone, event.item
        go_on_with(ticket, event.zone, event.item)
    wait_again(hall, ticket, deed.number)


def _cancelled(hall: Hall, deed: e.Deed, event: e.TicketCancelled) -> None:
    end_unless_it_collects(hall, hall.tickets[event.ticket], "cancelled", deed.at)


def _expired(hall: Hall, deed: e.Deed, event: e.TicketExpired) -> None:
    end_unless_it_collects(hall, hall.tickets[event.ticket], "expired", deed.at)


def _held(hall: Hall, deed: e.Deed, event: e.TicketHeld) -> None:
    ticket = hall.tickets[event.ticket]
    leave_window(hall, ticket, deed.at)
    ticket.state = "held"
    ticket.held = deed.at
    ticket.hold_reason = event.reason


def _transferred(hall: Hall, deed: e.Deed, event: e.TicketTransferred) -> None:
    ticket = hall.tickets[event.ticket]
    dequeue(hall, ticket)
    leave_window(hall, ticket, deed.at)
    ticket.sent, ticket.sent_from = deed.at, event.window
    ticket.zone = event.zone
    ticket.item = event.item
    ticket.to_window = event.to_window
    ticket.counts_from = event.counts_from
    ticket.held = ticket.hold_reason = None
    go_on_with(ticket, event.zone, event.item)
    seek_owner(ticket, None, deed.at)
    wait_again(hall, ticket, deed.number)


def _accepted(hall: Hall, deed: e.Deed, event: e.VisitAccepted) -> None:
    ticket = hall.tickets[event.ticket]
    ticket.owner = event.clerk
    ticket.owner_sought = None


FOLDS: Folds = {
    e.TicketIssued: _issued,
    e.TicketCalled: _called,
    e.TicketRecalled: _recalled,
    e.CallUndone: _call_undone,
    e.TicketPassed: _passed,
    e.TicketReturned: _returned,
    e.TicketCancelled: _cancelled,
    e.TicketExpired: _expired,
    e.TicketHeld: _held,
    e.TicketTransferred: _transferred,
    e.VisitAccepted: _accepted,
}
