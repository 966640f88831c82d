"""好差评: five levels, one service one rating, never by default (国办发〔2019〕51号, GB/T 39734-2020)."""

from __future__ import annotations

from hallserver.events import Event, RatingGiven
from hallserver.moments import Moment
from hallserver.rating_codes import OPTIONS
from hallserver.refusals import Refusal
from hallserver.rules.finding import the_ticket
from hallserver.rules.hall import Hall


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
) -> list[Event]:
    """Rate the service a ticket got. Refuses not_served, already_rated and option_unknown."""
    rated = the_ticket(hall, ticket)
    if rated.state != "done" or rated.window is None:
        raise Refusal("not_served", ticket=ticket, number=rated.shown, state=rated.state)
    if rated.rated:
        raise Refusal("already_rated", ticket=ticket, number=rated.shown)
    chosen = list(dict.fromkeys(options or []))
    for code in chosen:
        if code not in OPTIONS[level]:
            raise Refusal("option_unknown", option=code, level=level)
    return [
        RatingGiven(ticket, rated.window, rated.clerk, level, chosen, named, has_text, via),
    ]
