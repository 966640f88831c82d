"""好差评: five levels, one service one rating, never by default (国办发〔2019〕51号, GB/T 39734-2020).

Each part of a chain is a service: it had its window, its clerk and its outcome, and is rated for itself.
"""

from __future__ import annotations

from hallserver.events import Event, RatingGiven
from hallserver.moments import Moment
from hallserver.rating_codes import OPTIONS
from hallserver.refusals import Refusal
from hallserver.rules.finding import the_ticket
from hallserver.rules.hall import Hall, Part, Ticket


def rate(
    hall: Hall,
    now: Moment,
    *,
    ticket: str,
    level: int,
    options: list[str] | None = None,
    named: bool = False,
    has_text: bool = False,
    via: str = "pad",
    service: int | None = None,
) -> list[Event]:
    """Rate a service that a ticket got: the last one, or that which ended with the deed ``service``.

    Refuses not_served, already_rated and option_unknown."""
    rated = the_ticket(hall, ticket)
    served = [one for one in services_of(rated) if service in (None, one.service)]
    if not served:
        raise Refusal("not_served", ticket=ticket, number=rated.shown, state=rated.state)
    about = served[-1]
    if about.rated:
        raise Refusal("already_rated", ticket=ticket, number=rated.shown)
    chosen = list(dict.fromkeys(options or []))
    for code in chosen:
        if code not in OPTIONS[level]:
            raise Refusal("option_unknown", option=code, level=level)
    assert about.window is not None
    return [RatingGiven(ticket, about.window, about.clerk, level, chosen, named, has_text, via, about.service)]


def services_of(ticket: Ticket) -> list[Part]:
    """The services a ticket got at windows, in the order in which they ended."""
    if ticket.chain:
        ended = [part for part in ticket.chain if part.outcome is not None and part.window is not None]
        return sorted(ended, key=lambda part: part.service)
    if ticket.state != "done" or ticket.window is None:
        return []
    return [
        Part(ticket.item, ticket.zone, ticket.outcome, ticket.window, ticket.clerk, ended=ticket.ended,
             service=ticket.service, rated=ticket.rated)
    ]  # fmt: skip
