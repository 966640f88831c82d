"""首问责任: the first clerk of a visit stays its owner until another accepts it."""

from __future__ import annotations

from hallserver.events import Event, VisitAccepted
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.finding import the_ticket
from hallserver.rules.hall import ENDED, Hall


def accept_visit(hall: Hall, now: Moment, *, ticket: str, clerk: str) -> list[Event]:
    """Take a visit over that was sent on or handed over; its owner may take it back.

    Refuses unknown_ticket, wrong_state (it is over) and owner_not_sought.
    """
    visit = the_ticket(hall, ticket)
    if visit.state in ENDED:
        raise Refusal("wrong_state", ticket=ticket, number=visit.shown, state=visit.state)
    if visit.owner_sought is None:
        if visit.owner == clerk:
            return []
        raise Refusal("owner_not_sought", ticket=ticket, number=visit.shown, clerk=visit.owner)
    return [VisitAccepted(ticket, clerk, visit.owner)]
