"""What becomes of those who still wait when their zone closes: served out, or ended, as staff choose."""

from __future__ import annotations

from hallserver.events import Event, LeftoversChosen, TicketExpired
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.hall import Hall, Ticket
from hallserver.rules.hours import closes_at

CHOICES = ("serve_out", "end")


def choose_leftovers(hall: Hall, now: Moment, *, leftovers: str) -> list[Event]:
    """Choose for today; it holds for zones that close later as well as for those that have closed."""
    if leftovers not in CHOICES:
        raise Refusal("unknown_leftovers", leftovers=leftovers)
    return [] if choice(hall) == leftovers else [LeftoversChosen(leftovers)]


def choice(hall: Hall) -> str:
    """What holds today."""
    return hall.leftovers or hall.layout.leftovers


def closing_due(hall: Hall, now: Moment) -> list[Event]:
    """Ends what waits in a closed zone, where that was chosen. Who sits at a window, or is on hold there, stays."""
    if choice(hall) != "end":
        return []
    return [TicketExpired(ticket.id, "closed") for ticket in left_over(hall, now)]


def left_over(hall: Hall, now: Moment) -> list[Ticket]:
    """Who waits, or missed the call, in a zone whose day is over."""
    over = {zone for zone in hall.layout.zones if (closes := closes_at(hall, zone)) is not None and now >= closes}
    if not over:
        return []
    return [t for t in hall.tickets.values() if t.state in ("waiting", "passed") and t.zone in over]
