"""What must hold in any hall at any moment, whatever was pressed."""

from __future__ import annotations

from hallserver.events import TicketCalled
from hallserver.moments import DAY_MS, Moment
from hallserver.rules.estimate import wait_of
from hallserver.rules.hall import AT_WINDOW, ENDED, Hall, Ticket, Window


def check(hall: Hall, now: Moment) -> None:
    """Every invariant of a hall's live state."""
    windows_and_tickets_agree(hall)
    everybody_waits_in_one_queue(hall)
    queues_are_in_order(hall, now)
    tickets_make_sense(hall)
    cases_make_sense(hall)


def windows_and_tickets_agree(hall: Hall) -> None:
    in_hand = [window.ticket for window in hall.windows.values() if window.ticket is not None]
    assert len(in_hand) == len(set(in_hand)), "a ticket at two windows"
    for window in hall.windows.values():
        assert window.zone in hall.layout.zones
        assert window.support is None or window.support in hall.layout.zones
        if window.state == "closed":
            assert (window.ticket, window.clerk) == (None, None)
        if window.ticket is not None:
            ticket = hall.tickets[window.ticket]
            assert (ticket.state in AT_WINDOW, ticket.window) == (True, window.id)
    for ticket in hall.tickets.values():
        if ticket.state in AT_WINDOW:
            assert ticket.window is not None
            assert hall.windows[ticket.window].ticket == ticket.id


def everybody_waits_in_one_queue(hall: Hall) -> None:
    standing: dict[str, list[tuple[str, str]]] = {}
    for zone, queue in hall.queues.items():
        assert len(queue) > 0, "a queue of nobody"
        for class_, (counts_from, order, ticket_id) in queue.places():
            standing.setdefault(ticket_id, []).append((zone, class_))
            ticket = hall.tickets[ticket_id]
            assert (counts_from, order) == (ticket.counts_from, ticket.order)
    waiting = {t.id: [(t.zone, t.class_)] for t in hall.tickets.values() if t.state == "waiting"}
    assert standing == waiting
    assert hall.waiting_count() == len(waiting)


def queues_are_in_order(hall: Hall, now: Moment) -> None:
    for queue in hall.queues.values():
        work = [hall.work_of(hall.tickets[place[2]]) for _, place in queue.places()]
        assert queue.mean_ms == sum(mean for mean, _ in work)
        assert queue.variance_ms2 == sum(variance for _, variance in work)
        assert all(line == sorted(line) for line in queue.lines.values())
        for before, ticket_id in enumerate(queue.in_order(hall.layout.head_start_ms)):
            ticket = hall.tickets[ticket_id]
            assert hall.ahead_of(ticket) == before
            wait = wait_of(hall, ticket, now)
            assert wait is None or 0 <= wait[0] <= wait[1] <= wait[2]


def tickets_make_sense(hall: Hall) -> None:
    assert len({ticket.shown for ticket in hall.tickets.values()}) == len(hall.tickets), "two alive with one number"
    for ticket in hall.tickets.values():
        assert (ticket.ended is not None) == (ticket.state in ENDED)
        assert (ticket.outcome is not None) == (ticket.state == "done")
        assert ticket.state not in ("held", "passed") or ticket.held is not None
        assert not ticket.rated or ticket.state == "done"
        assert ticket.calls == 0 or ticket.owner is not None, "a visit without an owner"
        assert ticket.owner_sought is None or (ticket.owner is not None and ticket.state not in ("done", "booked"))
        assert ticket.before is None or ticket.state == "called"
        a_chain_goes_on(ticket)
        if ticket.to_window is not None:
            assert serves(hall, hall.windows[ticket.to_window], ticket), "sent to a window that never calls it"
    for call in hall.calls:
        assert call.ticket in hall.tickets


def cases_make_sense(hall: Hall) -> None:
    """Each case is in one state, knows when it got there, and is found by its ticket."""
    assert list(hall.cases) == sorted(hall.cases), "the oldest first"
    by_ticket: dict[str, list[int]] = {}
    for number, case in hall.cases.items():
        by_ticket.setdefault(case.ticket, []).append(number)
        assert number == case.id <= hall.number
        assert case.supplied is None or case.gaps is not None
        assert (case.ready is not None) == (case.state != "in_office")
        assert (case.handed_over is not None, case.way is not None) == (case.state == "handed_over",) * 2
    assert by_ticket == hall.cases_of
    for ticket in hall.tickets.values():
        accepted = ticket.outcome in ("accepted", "accepted_with_gaps") and ticket.ended is not None
        today = hall.day is not None and ticket.ended is not None and ticket.ended >= hall.day_ends - DAY_MS
        assert not (accepted and today) or ticket.id in hall.cases_of, "accepted, and no case of it"


def a_chain_goes_on(ticket: Ticket) -> None:
    """Every part of a chain is ended, at hand or still to come, and none is there twice."""
    assert all((part.outcome is None) == (part.ended is None) for part in ticket.chain)
    ahead = ticket.open_parts
    to_come = [part.item for part in ahead if part.item is not None]
    assert len(to_come) == len(set(to_come)), "a matter twice"
    assert ticket.chain == [*(part for part in ticket.chain if part.outcome is not None), *ahead]
    if ticket.chain and ticket.state not in ENDED:
        assert (ahead[0].zone, ahead[0].item) == (ticket.zone, ticket.item)


def serves(hall: Hall, window: Window, ticket: Ticket) -> bool:
    """Whether the window serves the ticket's zone and has what its matter needs."""
    return ticket.zone in (window.zone, window.support) and window.capabilities.issuperset(hall.needs_of(ticket.item))


def best_by_hand(hall: Hall, window: Window, now: Moment) -> list[tuple[int, int, str]]:
    """Everybody the window may call, best first: (less score, order, ticket). Every ticket is looked at."""
    ranked = []
    for ticket in hall.tickets.values():
        if ticket.state != "waiting" or not serves(hall, window, ticket) or ticket.to_window not in (None, window.id):
            continue
        score = now - ticket.counts_from + hall.layout.head_start_ms[ticket.class_]
        score -= 0 if ticket.zone == window.zone else hall.layout.handicap_ms
        ranked.append((-score, ticket.order, ticket.id))
    return sorted(ranked)


def nobody_waits_beside_a_window_that_calls(hall: Hall, now: Moment) -> None:
    """A ticket with an idle capable window never waits, unless the window waits for its clerk's press or breath.

    Holds whenever the hall has been asked for the calls it makes by itself.
    """
    for window in hall.windows.values():
        calls = window.calls_by_itself and window.state == "open" and window.ticket is None
        calls = calls and window.id not in hall.to_lunch  # it pauses within the second
        if calls and window.free_from <= now:
            assert best_by_hand(hall, window, now) == [], "somebody waits before an idle window"
    assert hall.callers == tuple(window.id for window in hall.windows.values() if window.calls_by_itself)


def nobody_is_overtaken(hall: Hall, call: TicketCalled) -> None:
    """Asked before a call is folded: within its zone it goes before nobody who came more than the largest head
    start earlier, and whom the same window could have called.

    Who was sent on with a new wait, or came back after missing the call, came when their wait counts from.
    """
    if call.by_name:
        return
    called, window = hall.tickets[call.ticket], hall.windows[call.window]
    largest_ms = max(hall.layout.head_start_ms.values())
    for ticket in hall.tickets.values():
        waits_here = ticket.state == "waiting" and ticket.zone == called.zone and ticket.to_window in (None, window.id)
        if waits_here and serves(hall, window, ticket):
            assert called.counts_from - ticket.counts_from <= largest_ms, f"{called.shown} overtakes {ticket.shown}"
