"""How visits came today, and which of them had priority: by channel, class and reason, with who gave it."""

from __future__ import annotations

from hallserver.moments import Moment
from hallserver.rules.hall import Hall
from hallserver.views.shapes import Plain, head, moment, names_of

GREEN_SHOWN = 300


def visit_figures(hall: Hall) -> Plain:
    """The day's visits by how they came, and what became of bookings."""
    sums = hall.figures
    still = sum(t.state == "booked" and _is_today(hall, t.slot) for t in hall.tickets.values())
    return {
        "by_channel": dict(sums.by_channel),
        "by_class": dict(sums.by_class),
        "green_by_reason": dict(sums.green_by_reason),
        "bookings": {
            "made": sums.booked,
            "arrived": sums.arrived,
            "arrived_late": sums.arrived_late,
            "missed": sums.missed,
            "still_to_come": still,
        },
        "home_visits": sums.home_visits,
    }


def _is_today(hall: Hall, slot: Moment | None) -> bool:
    return slot is not None and slot < hall.day_ends


def green(hall: Hall, now: Moment) -> Plain:
    """Every number with priority that was given today: why, where and by whom (绿色通道台账)."""
    found = [ticket for ticket in hall.tickets.values() if ticket.class_ == "green"]
    found.sort(key=lambda ticket: ticket.deed, reverse=True)
    return {
        "hall": head(hall),
        "given_by": hall.layout.green_given_by,
        "reasons": list(hall.layout.green_reasons),
        "by_reason": dict(hall.figures.green_by_reason),
        "count": len(found),
        "tickets": [
            {
                "ticket": ticket.id,
                "number": ticket.shown,
                "reason": ticket.reason,
                "given_by": ticket.given_by,
                "channel": ticket.channel,
                "issued_at": moment(hall, ticket.issued),
                "state": ticket.state,
                **names_of(hall, ticket),
            }
            for ticket in found[:GREEN_SHOWN]
        ],
    }
