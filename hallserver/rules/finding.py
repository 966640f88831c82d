"""Looking up what a press names, with a clear no when it isn't there."""

from __future__ import annotations

from hallserver.refusals import Refusal
from hallserver.rules.hall import ENDED, Hall, Ticket, Window


def the_window(hall: Hall, window: str) -> Window:
    found = hall.windows.get(window)
    if found is None:
        raise Refusal("unknown_window", window=window)
    return found


def the_ticket(hall: Hall, ticket: str) -> Ticket:
    found = hall.tickets.get(ticket)
    if found is None:
        raise Refusal("unknown_ticket", ticket=ticket)
    return found


def numbered_today(hall: Hall, ticket: str) -> str:
    """The ticket that today's number on somebody's paper means: one that was booked first for another day, or is
    alive from the day before, carries that day in its id. No two alive share a number."""
    day, _, shown = ticket.partition("-")
    if ticket in hall.tickets or hall.day is None or day != f"{hall.day:%Y%m%d}":
        return ticket
    return next((t.id for t in hall.tickets.values() if t.shown == shown and t.state not in ENDED), ticket)


def ticket_at(hall: Hall, window: str, *states: str) -> tuple[Window, Ticket]:
    """The window and the ticket it has now, which must be in one of ``states``."""
    at = the_window(hall, window)
    if at.ticket is None:
        raise Refusal("no_ticket_at_window", window=window)
    ticket = hall.tickets[at.ticket]
    if states and ticket.state not in states:
        raise Refusal("wrong_state", ticket=ticket.id, number=ticket.shown, state=ticket.state)
    return at, ticket
