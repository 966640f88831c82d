"""Looking up what a press names, with a clear no when it isn't there."""

from __future__ import annotations

from hallserver.refusals import Refusal
from hallserver.rules.hall import Hall, Ticket, Window


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


def ticket_at(hall: Hall, window: str, *states: str) -> tuple[Window, Ticket]:
    """The window and the ticket it has now, which must be in one of ``states``."""
    at = the_window(hall, window)
    if at.ticket is None:
        raise Refusal("no_ticket_at_window", window=window)
    ticket = hall.tickets[at.ticket]
    if states and ticket.state not in states:
        raise Refusal("wrong_state", ticket=ticket.id, number=ticket.shown, state=ticket.state)
    return at, ticket
