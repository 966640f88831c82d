"""``fold(hall, deed)``: how each kind of deed changes the live state. The only writer of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from hallserver import events as e
from hallserver.moments import Moment, day_start, next_day_start
from hallserver.rules.hall import ENDED, RECENT_CALLS, Call, Figures, Hall, Ticket, Window
from hallserver.rules.hours import sessions_on
from hallserver.rules.layout import Layout
from hallserver.rules.queue_order import Queue


def fold(hall: Hall, deed: e.Deed) -> None:
    """Take one deed into the state. Deeds come in order, without gaps."""
    if deed.number != hall.number + 1:
        raise ValueError(f"deed {deed.number} after {hall.number}: the log has a gap")
    FOLDS[type(deed.event)](hall, deed, deed.event)
    hall.number = deed.number
    hall.at = deed.at


def _configured(hall: Hall, deed: e.Deed, event: e.HallConfigured) -> None:
    before = hall.layout
    hall.layout = layout = Layout.from_plain(event.layout)
    for plan in layout.windows.values():
        window = hall.windows.get(plan.id)
        if window is None:
            hall.windows[plan.id] = Window(
                plan.id, plan.zone, plan.support, frozenset(plan.capabilities), since=deed.at
            )
            continue
        window.capabilities = frozenset(plan.capabilities)
        planned = before.windows.get(plan.id)
        moved = planned is None or (planned.zone, planned.support) != (plan.zone, plan.support)
        # A move made by hand outlives a restart, unless the file itself moved the window or took its zone away.
        if moved or not {window.zone, window.support or window.zone} <= layout.zones.keys():
            window.zone, window.support = plan.zone, plan.support
    for gone in [window for window in hall.windows if window not in layout.windows]:
        ticket = hall.tickets.get(hall.windows[gone].ticket or "")
        del hall.windows[gone]
        if ticket is not None:
            _wait_again(hall, ticket, deed.number)
    hall.windows = {name: hall.windows[name] for name in layout.windows}
    _free_the_sent(hall)
    _recount_work(hall)
    if hall.day is not None:
        set_day(hall, hall.day)


def _free_the_sent(hall: Hall) -> None:
    """Who was sent to one window waits for the whole zone again once that window can't serve them."""
    for ticket in hall.tickets.values():
        if ticket.to_window is None:
            continue
        window = hall.windows.get(ticket.to_window)
        serves = window is not None and ticket.zone in (window.zone, window.support)
        if window is None or not serves or not window.capabilities.issuperset(hall.needs_of(ticket.item)):
            ticket.to_window = None


def _recount_work(hall: Hall) -> None:
    """Items may have other typical minutes now: the queues' sums follow."""
    for queue in hall.queues.values():
        queue.mean_ms = queue.variance_ms2 = 0
        for _, (_, _, ticket_id) in queue.places():
            mean_ms, variance_ms2 = hall.work_of(hall.tickets[ticket_id])
            queue.mean_ms += mean_ms
            queue.variance_ms2 += variance_ms2


def set_day(hall: Hall, day: date) -> None:
    tz = hall.layout.tz
    hall.day = day
    hall.day_ends = next_day_start(day_start(day, tz), tz)
    hall.sessions = sessions_on(hall.layout, day)


def _day_began(hall: Hall, deed: e.Deed, event: e.DayBegan) -> None:
    set_day(hall, date.fromisoformat(event.day))
    kept = {ticket.id: ticket for ticket in hall.tickets.values() if ticket.state not in ENDED}
    hall.tickets = kept
    hall.carried = frozenset(ticket.shown for ticket in kept.values())
    hall.given = {}
    hall.calls = []
    hall.figures = Figures()
    for window in hall.windows.values():
        if window.last not in kept:
            window.last = window.last_ended = None


def _issued(hall: Hall, deed: e.Deed, event: e.TicketIssued) -> None:
    ticket = Ticket(
        id=event.ticket,
        shown=event.shown,
        zone=event.zone,
        item=event.item,
        class_=event.class_,
        reason=event.reason,
        channel=event.channel,
        language=event.language,
        issued=deed.at,
        counts_from=deed.at,
        order=deed.number,
        paper=event.paper,
        promised=event.wait,
        ahead=event.ahead,
        deed=deed.number,
    )
    hall.tickets[ticket.id] = ticket
    prefix = ticket.shown.rstrip("0123456789")
    hall.given[prefix] = int(ticket.shown[len(prefix) :])
    hall.figures.issued += 1
    enqueue(hall, ticket)


def enqueue(hall: Hall, ticket: Ticket) -> None:
    """Let the ticket wait in its zone's queue."""
    ticket.state = "waiting"
    hall.queues.setdefault(ticket.zone, Queue()).add(ticket.class_, ticket.place, *hall.work_of(ticket))


def _dequeue(hall: Hall, ticket: Ticket) -> None:
    if ticket.state == "waiting":
        queue = hall.queues[ticket.zone]
        queue.remove(ticket.class_, ticket.place, *hall.work_of(ticket))
        if not queue:
            del hall.queues[ticket.zone]


def _wait_again(hall: Hall, ticket: Ticket, order: int) -> None:
    ticket.window = ticket.called = ticket.started = None
    ticket.calls = 0
    ticket.order = order
    enqueue(hall, ticket)


def _leave_window(hall: Hall, ticket: Ticket, at: Moment) -> None:
    window = hall.windows.get(ticket.window or "")
    if window is not None and window.ticket == ticket.id:
        window.ticket = None
        window.last = ticket.id
        window.last_ended = at
        window.since = at


def _called(hall: Hall, deed: e.Deed, event: e.TicketCalled) -> None:
    ticket = hall.tickets[event.ticket]
    _dequeue(hall, ticket)
    if ticket.why is None:  # its first call: a transfer or a return doesn't make the day's wait longer
        hall.figures.called += 1
        hall.figures.waited_ms += max(0, deed.at - ticket.counts_from)
    ticket.state = "called"
    ticket.window = event.window
    ticket.to_window = None
    ticket.clerk = event.clerk
    ticket.owner = ticket.owner or event.clerk
    ticket.called = deed.at
    ticket.started = None
    ticket.calls = 1
    ticket.call_deed = deed.number
    ticket.why = event.why
    ticket.hold_reason = ticket.held = None
    window = hall.windows[event.window]
    window.ticket = ticket.id
    window.since = deed.at
    _show_call(hall, Call(deed.number, ticket.id, event.window, deed.at))


def _recalled(hall: Hall, deed: e.Deed, event: e.TicketRecalled) -> None:
    ticket = hall.tickets[event.ticket]
    ticket.calls = event.calls
    ticket.call_deed = deed.number
    _show_call(hall, Call(deed.number, ticket.id, event.window, deed.at, event.calls))


def _show_call(hall: Hall, call: Call) -> None:
    """A board names a ticket once, at the window that called it last."""
    hall.calls = [call, *(shown for shown in hall.calls if shown.ticket != call.ticket)][:RECENT_CALLS]


def _passed(hall: Hall, deed: e.Deed, event: e.TicketPassed) -> None:
    ticket = hall.tickets[event.ticket]
    _leave_window(hall, ticket, deed.at)
    ticket.state = "passed"
    ticket.held = deed.at


def _returned(hall: Hall, deed: e.Deed, event: e.TicketReturned) -> None:
    ticket = hall.tickets[event.ticket]
    ticket.counts_from = event.counts_from
    ticket.held = None
    _wait_again(hall, ticket, deed.number)


def _end(hall: Hall, ticket: Ticket, state: str, at: Moment) -> None:
    _dequeue(hall, ticket)
    _leave_window(hall, ticket, at)
    ticket.state = state
    ticket.ended = at


def _cancelled(hall: Hall, deed: e.Deed, event: e.TicketCancelled) -> None:
    _end(hall, hall.tickets[event.ticket], "cancelled", deed.at)


def _expired(hall: Hall, deed: e.Deed, event: e.TicketExpired) -> None:
    _end(hall, hall.tickets[event.ticket], "expired", deed.at)


def _held(hall: Hall, deed: e.Deed, event: e.TicketHeld) -> None:
    ticket = hall.tickets[event.ticket]
    _leave_window(hall, ticket, deed.at)
    ticket.state = "held"
    ticket.held = deed.at
    ticket.hold_reason = event.reason


def _transferred(hall: Hall, deed: e.Deed, event: e.TicketTransferred) -> None:
    ticket = hall.tickets[event.ticket]
    _dequeue(hall, ticket)
    _leave_window(hall, ticket, deed.at)
    ticket.zone = event.zone
    ticket.item = event.item
    ticket.to_window = event.to_window
    ticket.counts_from = event.counts_from
    ticket.held = ticket.hold_reason = None
    _wait_again(hall, ticket, deed.number)


def _started(hall: Hall, deed: e.Deed, event: e.ServiceStarted) -> None:
    ticket = hall.tickets[event.ticket]
    ticket.state = "serving"
    ticket.started = deed.at


def _service_ended(hall: Hall, deed: e.Deed, event: e.ServiceEnded) -> None:
    ticket = hall.tickets[event.ticket]
    ticket.outcome = event.outcome
    ticket.clerk = event.clerk
    _end(hall, ticket, "done", deed.at)
    hall.figures.done += 1


def _window_opened(hall: Hall, deed: e.Deed, event: e.WindowOpened) -> None:
    window = hall.windows[event.window]
    window.state, window.reason, window.since = "open", None, deed.at
    window.clerk = event.clerk or window.clerk


def _window_paused(hall: Hall, deed: e.Deed, event: e.WindowPaused) -> None:
    window = hall.windows[event.window]
    window.state, window.reason, window.since = "paused", event.reason, deed.at


def _window_closed(hall: Hall, deed: e.Deed, event: e.WindowClosed) -> None:
    window = hall.windows[event.window]
    window.state, window.reason, window.since, window.clerk = "closed", event.reason, deed.at, None


def _window_assigned(hall: Hall, deed: e.Deed, event: e.WindowAssigned) -> None:
    window = hall.windows[event.window]
    window.zone, window.support = event.zone, event.support
    _free_the_sent(hall)


def _rated(hall: Hall, deed: e.Deed, event: e.RatingGiven) -> None:
    hall.figures.ratings += 1
    hall.figures.good += event.level >= 3
    ticket = hall.tickets.get(event.ticket)
    if ticket is not None:
        ticket.rated = True


def _printed(hall: Hall, deed: e.Deed, event: e.TicketPrinted) -> None:
    hall.printer_cause = None
    ticket = hall.tickets.get(event.ticket)
    if ticket is not None:
        ticket.paper, ticket.paper_cause = "printed", None


def _print_failed(hall: Hall, deed: e.Deed, event: e.TicketPrintFailed) -> None:
    hall.printer_cause = event.cause
    hall.figures.print_failures += 1
    ticket = hall.tickets.get(event.ticket)
    if ticket is not None:
        ticket.paper, ticket.paper_cause = "failed", event.cause


def _spoken(hall: Hall, deed: e.Deed, event: e.CallSpoken) -> None:
    ticket = hall.tickets.get(event.ticket)
    if ticket is not None:
        ticket.heard = max(ticket.heard, event.deed)


def _nothing(hall: Hall, deed: e.Deed, event: e.Event) -> None:
    """A deed that is only remembered."""


FOLDS: dict[type[e.Event], Callable[[Hall, e.Deed, Any], None]] = {
    e.HallConfigured: _configured,
    e.DayBegan: _day_began,
    e.TicketIssued: _issued,
    e.TicketCalled: _called,
    e.TicketRecalled: _recalled,
    e.TicketPassed: _passed,
    e.TicketReturned: _returned,
    e.TicketCancelled: _cancelled,
    e.TicketExpired: _expired,
    e.TicketHeld: _held,
    e.TicketTransferred: _transferred,
    e.ServiceStarted: _started,
    e.ServiceEnded: _service_ended,
    e.WindowOpened: _window_opened,
    e.WindowPaused: _window_paused,
    e.WindowClosed: _window_closed,
    e.WindowAssigned: _window_assigned,
    e.RatingGiven: _rated,
    e.TicketPrinted: _printed,
    e.TicketPrintFailed: _print_failed,
    e.CallSpoken: _spoken,
    e.CallNotSpoken: _nothing,
}
