"""What a resident does with the ticket in hand: give it up, or come back after missing the call."""

from __future__ import annotations

from hallserver.events import Event, TicketCancelled, TicketReturned
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.finding import the_ticket
from hallserver.rules.hall import Hall


def cancel(hall: Hall, now: Moment, *, ticket: str, reason: str | None = None) -> list[Event]:
    """Give the number up. A service under way is ended by its clerk, not from here."""
    given_up = the_ticket(hall, ticket)
    if given_up.state not in ("waiting", "called", "held", "passed"):
        raise Refusal("wrong_state", ticket=ticket, number=given_up.shown, state=given_up.state)
    return [TicketCancelled(ticket, reason)]


def come_back(hall: Hall, now: Moment, *, ticket: str) -> list[Event]:
    """A passed resident checks in again and is placed ``return_places`` positions back, but never before
    the place of their own press: who was called out of turn gains nothing by not being there."""
    back = the_ticket(hall, ticket)
    if back.state != "passed":
        raise Refusal("not_passed", ticket=ticket, number=back.shown, state=back.state)
    head_start_ms = hall.layout.head_start_ms
    queue = hall.queue(back.zone)
    places = min(hall.layout.return_places, len(queue))
    behind = queue.nth_start(places, head_start_ms)
    if behind is None:  # with nobody waiting the resident keeps the time already waited
        return [TicketReturned(ticket, back.counts_from)]
    return [TicketReturned(ticket, max(back.counts_from, behind + head_start_ms[back.class_]))]
