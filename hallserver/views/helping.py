"""The page of staff who help others (帮办取号): today's bookings and home visits, and how long the queues are.

Nothing of a person is in it: a name or a telephone number is asked for, one ticket at a time.
"""

from __future__ import annotations

from hallserver.moments import Moment, local_day
from hallserver.rules.hall import Hall, Ticket
from hallserver.rules.help_calls import waiting_places
from hallserver.rules.hours import is_open, opens_at
from hallserver.rules.slots import takes_bookings
from hallserver.views.channels import visit_figures
from hallserver.views.shapes import Plain, head, moment, names_of, slot_shape, zone_shape

LISTED = 400
"""Bookings and visits listed of each kind; a larger day is found by number."""


def desk(hall: Hall, now: Moment) -> Plain:
    """Who is booked for today, who came and who didn't; the visits to make; the days to come in numbers."""
    booked = sorted((t for t in hall.tickets.values() if t.slot is not None), key=lambda t: (t.slot or 0, t.order))
    visits = [ticket for ticket in booked if ticket.channel == "home"]
    of_today = [t for t in booked if t.channel != "home" and (t.slot or 0) < hall.day_ends]
    later: dict[str, int] = {}
    for ticket in booked:
        if ticket.channel != "home" and ticket.state == "booked" and (ticket.slot or 0) >= hall.day_ends:
            day = local_day(ticket.slot or 0, hall.layout.tz).isoformat()
            later[day] = later.get(day, 0) + 1
    open_now = is_open(hall, now)
    return {
        "hall": head(hall),
        "day": hall.day.isoformat() if hall.day else "",
        "open_now": open_now,
        "opens_at": None if open_now else moment(hall, opens_at(hall, now)),
        "bookings_taken": hall.layout.bookings.enabled,
        "bookings": [_row(hall, ticket) for ticket in of_today[:LISTED]],
        "visits": [_row(hall, ticket) for ticket in visits[:LISTED]],
        "later": [{"day": day, "count": count} for day, count in later.items()],
        "figures": visit_figures(hall),
        "help": [{"place": place, "since": moment(hall, _since(hall, place))} for place in waiting_places(hall)],
        "zones": [zone_shape(hall, zone, now) for zone in hall.layout.zones.values()],
    }


def _since(hall: Hall, place: str) -> Moment | None:
    """Since when somebody waits for a person there; None in the second before it is an alert."""
    alert = hall.alerts.get(("help", place))
    return alert.since if alert else None


def _row(hall: Hall, ticket: Ticket) -> Plain:
    return {
        "ticket": ticket.id,
        "number": ticket.shown,
        "state": ticket.state,
        "class": ticket.class_,
        "slot": slot_shape(hall, ticket),
        "arrived_at": moment(hall, ticket.arrived),
        "zone": ticket.zone,
        "item": ticket.item,
        "outcome": ticket.outcome,
        **names_of(hall, ticket),
    }


def bookable(hall: Hall) -> Plain:
    """What can be booked: zones as a whole, and matters."""
    return {
        "zones": [zone for zone in hall.layout.zones if takes_bookings(hall, zone)],
        "items": [item.id for item in hall.layout.items.values() if takes_bookings(hall, item.zone, item.id)],
    }
