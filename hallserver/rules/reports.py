"""What machines tell of their work: paper that came out or didn't, calls that were spoken or not."""

from __future__ import annotations

from hallserver.events import CallNotSpoken, CallSpoken, Event, TicketPrinted, TicketPrintFailed
from hallserver.moments import Moment
from hallserver.rules.finding import the_ticket
from hallserver.rules.hall import Hall


def paper_came(
    hall: Hall, now: Moment, *, ticket: str, deed: int, printer: str, cause: str | None = None
) -> list[Event]:
    """The paper of a ticket came out, or didn't because of ``cause``. Told twice, it is kept once."""
    known = the_ticket(hall, ticket)
    if known.paper == "printed" or (known.paper == "failed" and cause is not None):
        return []
    if cause is None:
        return [TicketPrinted(ticket, printer, deed)]
    return [TicketPrintFailed(ticket, printer, deed, cause)]


def call_was_heard(
    hall: Hall, now: Moment, *, ticket: str, window: str, deed: int, cause: str | None = None
) -> list[Event]:
    """A loudspeaker said a call, or didn't because of ``cause``. What was said already is not told again."""
    known = hall.tickets.get(ticket)
    if known is not None and known.heard >= deed:
        return []
    if cause is None:
        return [CallSpoken(ticket, window, deed)]
    return [CallNotSpoken(ticket, window, deed, cause)]
