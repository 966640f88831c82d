"""请人帮忙: a resident at a machine calls a person, and a person goes there."""

from __future__ import annotations

from hallserver.events import Event, HelpAsked, HelpGiven
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.hall import Hall

PLACES_LIMIT = 40
"""Machines that may wait for a person at once."""


def waiting_places(hall: Hall) -> list[str]:
    """Where somebody waits for a person, in no order."""
    told = {subject for kind, subject in hall.alerts if kind == "help"}
    told |= {subject for (kind, subject), noticed in hall.noticed.items() if kind == "help" and not noticed.over}
    answered = {subject for (kind, subject), noticed in hall.noticed.items() if kind == "help" and noticed.over}
    return sorted(told - answered)


def ask_for_help(hall: Hall, now: Moment, *, place: str, ticket: str | None = None) -> list[Event]:
    """Call a person to a machine. Who presses again while nobody has come is one call. Refuses
    too_many_requests when half the hall calls."""
    waiting = waiting_places(hall)
    if place in waiting:
        return []
    if len(waiting) >= PLACES_LIMIT:
        raise Refusal("too_many_requests")
    return [HelpAsked(place, ticket if ticket in hall.tickets else None)]


def go_to_help(hall: Hall, now: Moment, *, place: str) -> list[Event]:
    """Somebody of the staff goes there. Refuses nobody_asked when somebody else has gone already."""
    if place not in waiting_places(hall):
        raise Refusal("nobody_asked", place=place)
    return [HelpGiven(place)]
