"""What a service and its rating change."""

from __future__ import annotations

from hallserver import events as e
from hallserver.rules.folding.alerts import notice
from hallserver.rules.folding.cases import follow_case
from hallserver.rules.folding.chains import end_part
from hallserver.rules.folding.moves import Folds, end, learn_walk, seek_owner
from hallserver.rules.hall import Hall
from hallserver.rules.noticed import Noticed


def _started(hall: Hall, deed: e.Deed, event: e.ServiceStarted) -> None:
    ticket = hall.tickets[event.ticket]
    ticket.state = "serving"
    ticket.started = deed.at
    ticket.before = None


def _handed_over(hall: Hall, deed: e.Deed, event: e.ServiceHandedOver) -> None:
    ticket = hall.tickets[event.ticket]
    ticket.handed_over_by = ticket.handed_over_by or event.clerk
    ticket.clerk = event.to
    ticket.before = None
    hall.windows[event.window].clerk = event.to
    seek_owner(ticket, event.to, deed.at)


def _service_ended(hall: Hall, deed: e.Deed, event: e.ServiceEnded) -> None:
    ticket = hall.tickets[event.ticket]
    learn_walk(hall, ticket, deed.at)
    ticket.outcome = event.outcome
    ticket.note = event.note
    ticket.clerk = event.clerk
    ticket.owner_sought = None
    end_part(ticket, event, deed)
    follow_case(hall, deed, ticket, event, event.window)
    end(hall, ticket, "done", deed.at)
    hall.figures.done += 1


def _rated(hall: Hall, deed: e.Deed, event: e.RatingGiven) -> None:
    hall.figures.ratings += 1
    hall.figures.good += event.level >= 3
    if event.level <= 2:
        notice(hall, Noticed("bad_rating", event.ticket, event.level, event.window))
    ticket = hall.tickets.get(event.ticket)
    if ticket is None:
        return
    service = event.service or ticket.service
    ticket.rated = ticket.rated or service == ticket.service
    for part in ticket.chain:
        part.rated = part.rated or (part.outcome is not None and part.service == service)


FOLDS: Folds = {
    e.ServiceStarted: _started,
    e.ServiceHandedOver: _handed_over,
    e.ServiceEnded: _service_ended,
    e.RatingGiven: _rated,
}
