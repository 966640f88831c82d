"""What a window's own sign shows: who is called or served there, and how the window stands."""

from __future__ import annotations

from hallserver.moments import Moment
from hallserver.rules.finding import the_window
from hallserver.rules.hall import Hall
from hallserver.views.shapes import Plain, head


def sign(hall: Hall, now: Moment, window: str) -> Plain:
    """Small, and of nothing but this window: a hall has a hundred of them."""
    at = the_window(hall, window)
    ticket = hall.tickets.get(at.ticket or "")
    zones = [hall.layout.zones[zone] for zone in (at.zone, at.support) if zone in hall.layout.zones]
    return {
        "hall": head(hall),
        "window": {
            "id": at.id,
            "name": hall.layout.windows[at.id].name,
            "state": at.state,
            "reason": at.reason if at.state == "paused" else None,
            "clerk": at.clerk,
            "zones": [{"id": zone.id, "name": zone.name, "name_en": zone.name_en} for zone in zones],
        },
        "ticket": None
        if ticket is None
        else {"id": ticket.id, "number": ticket.shown, "state": ticket.state, "calls": ticket.calls},
    }
