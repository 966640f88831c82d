"""Who is called next, and calling again (呼叫、重呼、过号).

The longest wait first, with head starts for people who deserve one, and a handicap for another
zone's tickets (design §5).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from hallserver.events import CallUndone, Event, TicketCalled, TicketPassed, TicketRecalled, TicketReturned
from hallserver.moments import MINUTE_MS, SECOND_MS, Moment
from hallserver.refusals import Refusal
from hallserver.rules.bringing import may_return
from hallserver.rules.finding import the_ticket, the_window, ticket_at
from hallserver.rules.hall import Hall, Ticket, Window
from hallserver.rules.queue_order import Place

PLAYED = "rehearsal"
"""The channel of a played day, which runs faster than the hall's clock: seconds mean nothing to it."""


class Candidate(NamedTuple):
    """A ticket a window could call. The greatest is called: the highest score, then the earlier press."""

    score_ms: int
    minus_order: int
    ticket: str
    class_: str
    own: bool


def call_next(
    hall: Hall, now: Moment, *, window: str, clerk: str | None = None, presser: str | None = None
) -> list[Event]:
    """The window calls the ticket with the highest score. Refuses nobody_waiting, window_closed,
    window_paused and window_busy. ``presser`` is whose visit it is where nobody is signed in."""
    at = _ready(hall, window)
    found = candidates(hall, at, now)
    if not found:
        raise Refusal("nobody_waiting", window=window)
    found.sort(reverse=True)
    best = found[0]
    ticket = hall.tickets[best.ticket]
    why = _why(hall, ticket, best, now)
    why["next_best_min"] = round(found[1].score_ms / MINUTE_MS, 2) if len(found) > 1 else None
    return [TicketCalled(ticket.id, window, clerk or at.clerk or presser, why)]


def call_by_name(
    hall: Hall,
    now: Moment,
    *,
    window: str,
    ticket: str,
    reason: str | None = None,
    clerk: str | None = None,
    presser: str | None = None,
) -> list[Event]:
    """The window calls one ticket by name: a passed one that came, one on hold, one that came back with what
    was missing; or, with a reason that the manager sees, one that waits.

    Refuses also wrong_state, not_served_here, not_capable and name_reason_missing.
    """
    at = _ready(hall, window)
    named = the_ticket(hall, ticket)
    clerk = clerk or at.clerk or presser
    if may_return(hall, named) and not named.chain:
        return _call_returned(hall, now, at, named, clerk)
    if named.state not in ("waiting", "passed", "held"):
        raise Refusal("wrong_state", ticket=ticket, number=named.shown, state=named.state)
    why = _why_by_name(hall, at, named, now)
    reason = (reason or "").strip() or None
    if named.state == "waiting" and reason is None:
        raise Refusal("name_reason_missing", ticket=ticket, number=named.shown)
    return [TicketCalled(ticket, window, clerk, why, by_name=True, reason=reason)]


def _call_returned(hall: Hall, now: Moment, at: Window, back: Ticket, clerk: str | None) -> list[Event]:
    """Who was told what is missing and stands at the window with it needn't queue again."""
    why = {**_why_by_name(hall, at, back, now), "by_name": False, "returned": True}
    called = TicketCalled(back.id, at.id, clerk, why)
    return [TicketReturned(back.id, back.counts_from), called]


def _why_by_name(hall: Hall, at: Window, named: Ticket, now: Moment) -> dict[str, Any]:
    own = named.zone == at.zone
    if not own and named.zone != at.support:
        raise Refusal("not_served_here", number=named.shown, window=at.id)
    if not at.capabilities.issuperset(hall.needs_of(named.item)):
        raise Refusal("not_capable", number=named.shown, window=at.id)
    candidate = Candidate(_score(hall, named, own, now), -named.order, named.id, named.class_, own)
    return {**_why(hall, named, candidate, now), "next_best_min": None, "by_name": True}


def recall(hall: Hall, now: Moment, *, window: str) -> list[Event]:
    """Call the ticket at the window once more. Refuses recalled_too_soon: who walks needs a moment, and the
    room shouldn't hear one number over and over."""
    _, ticket = ticket_at(hall, window, "called")
    gap_s = 0 if ticket.channel == PLAYED else hall.layout.recall_gap_s
    left_ms = (ticket.last_call or 0) + round(gap_s * SECOND_MS) - now
    if left_ms > 0:
        raise Refusal("recalled_too_soon", number=ticket.shown, seconds=-(-left_ms // SECOND_MS))
    return [TicketRecalled(ticket.id, window, ticket.calls + 1)]


def undo_call(hall: Hall, now: Moment, *, window: str) -> list[Event]:
    """The call was a mistake: the ticket goes back to its place as if it had never been called.

    Refuses no_ticket_at_window, wrong_state (it is served already) and undo_too_late.
    """
    _, ticket = ticket_at(hall, window, "called")
    limit_s = hall.layout.undo_within_s
    if ticket.before is None or ticket.called is None or now - ticket.called > limit_s * SECOND_MS:
        raise Refusal("undo_too_late", number=ticket.shown, seconds=round(limit_s))
    return [CallUndone(ticket.id, window, ticket.call_deed)]


def mark_absent(hall: Hall, now: Moment, *, window: str) -> list[Event]:
    """Nobody came: the ticket is passed. Refuses called_too_few before the hall's number of calls."""
    _, ticket = ticket_at(hall, window, "called")
    wanted = hall.layout.calls_before_absence
    if ticket.calls < wanted:
        raise Refusal("called_too_few", number=ticket.shown, calls=ticket.calls, wanted=wanted)
    return [TicketPassed(ticket.id, window)]


def _ready(hall: Hall, window: str) -> Window:
    at = the_window(hall, window)
    if at.state != "open":
        raise Refusal("window_closed" if at.state == "closed" else "window_paused", window=window)
    if at.ticket is not None:
        raise Refusal("window_busy", window=window, number=hall.tickets[at.ticket].shown)
    return at


def candidates(hall: Hall, window: Window, now: Moment) -> list[Candidate]:
    """The first two tickets of every line the window serves: who may be called, and the next best."""
    layout = hall.layout
    found: list[Candidate] = []
    zones = (window.zone,) if window.support is None else (window.zone, window.support)
    for zone in zones:
        queue = hall.queues.get(zone)
        if queue is None:
            continue
        own = zone == window.zone
        for class_, line in queue.lines.items():
            if not line:
                continue
            credit = now + layout.head_start_ms[class_] - (0 if own else layout.handicap_ms)
            for counts_from, order, ticket in _first_two(hall, window, line):
                found.append(Candidate(credit - counts_from, -order, ticket, class_, own))
    return found


def _first_two(hall: Hall, window: Window, line: list[Place]) -> list[Place]:
    found: list[Place] = []
    for place in line:
        ticket = hall.tickets[place[2]]
        if ticket.to_window is not None and ticket.to_window != window.id:
            continue
        if ticket.item is not None and not window.capabilities.issuperset(hall.needs_of(ticket.item)):
            continue
        found.append(place)
        if len(found) == 2:
            break
    return found


def _score(hall: Hall, ticket: Ticket, own: bool, now: Moment) -> int:
    handicap_ms = 0 if own else hall.layout.handicap_ms
    return now - ticket.counts_from + hall.layout.head_start_ms[ticket.class_] - handicap_ms


def _why(hall: Hall, ticket: Ticket, candidate: Candidate, now: Moment) -> dict[str, Any]:
    """The reason of a call, in minutes: waited + head start − handicap = score."""
    layout = hall.layout
    waited_min = (now - ticket.counts_from) / MINUTE_MS
    # Who missed a call and came back may count from a moment still to come: so much less head start is left.
    head_start_min = layout.head_start_min.get(ticket.class_, 0) + min(0.0, waited_min)
    return {
        "waited_min": round(max(0.0, waited_min), 2),
        "class": ticket.class_,
        "head_start_min": round(head_start_min, 2),
        "handicap_min": 0 if candidate.own else layout.handicap_min,
        "score_min": round(candidate.score_ms / MINUTE_MS, 2),
        "zone": ticket.zone,
        "own": candidate.own,
        "by_name": False,
    }
