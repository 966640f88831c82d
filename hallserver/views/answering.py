"""What a manager sees of how clerks choose and who answers for a visit."""

from __future__ import annotations

from hallserver.moments import MINUTE_MS, Moment
from hallserver.rules.hall import Hall
from hallserver.views.shapes import Plain, moment

LISTED = 50
"""Rows of each list at most, the newest calls and the oldest searches."""


def called_by_name(hall: Hall) -> list[Plain]:
    """The day's calls of waiting tickets by their name, newest first: nobody picks unseen."""
    return [
        {
            "ticket": call.ticket,
            "number": call.shown,
            "window": call.window,
            "clerk": call.clerk,
            "reason": call.reason,
            "at": moment(hall, call.at),
            "undone": call.undone,
        }
        for call in hall.named[: -LISTED - 1 : -1]
    ]


def seeking_owner(hall: Hall, now: Moment) -> list[Plain]:
    """首问责任: visits that were sent on or handed over and that nobody has accepted, longest first."""
    sought = [(ticket.owner_sought, ticket) for ticket in hall.tickets.values() if ticket.owner_sought is not None]
    sought.sort(key=lambda row: (row[0], row[1].order))
    return [
        {
            "ticket": ticket.id,
            "number": ticket.shown,
            "owner": ticket.owner,
            "zone": ticket.zone,
            "window": ticket.window,
            "state": ticket.state,
            "since": moment(hall, since),
            "min": (now - since) // MINUTE_MS,
        }
        for since, ticket in sought[:LISTED]
    ]
