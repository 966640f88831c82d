"""The shapes that several views and the API share: a hall's head, a zone's queue, a ticket."""

from __future__ import annotations

from typing import Any

from hallserver.moments import Moment, local, minutes_between, rfc3339
from hallserver.rules.estimate import Wait, wait_of, wait_of_next
from hallserver.rules.hall import Hall, Ticket
from hallserver.rules.layout import Zone

Plain = dict[str, Any]


def moment(hall: Hall, at: Moment | None) -> str | None:
    """RFC 3339 with the hall's offset."""
    return None if at is None else rfc3339(at, hall.layout.tz)


def wait_shape(wait: Wait | list[float] | None) -> Plain | None:
    if wait is None:
        return None
    low, likely, high = wait
    return {"low_min": low, "likely_min": likely, "high_min": high}


def head(hall: Hall) -> Plain:
    """The hall as every page names it."""
    layout = hall.layout
    return {
        "id": hall.id,
        "name": layout.name,
        "name_en": layout.name_en,
        "sample": layout.sample,
        "always_open": layout.always_open,
        "timezone": layout.timezone,
    }


def hours_today(hall: Hall) -> list[list[str]]:
    """Today's sessions as ``["08:30", "17:00"]``."""
    tz = hall.layout.tz
    return [[f"{local(start, tz):%H:%M}", f"{local(end, tz):%H:%M}"] for start, end in hall.sessions]


def zone_shape(hall: Hall, zone: Zone, now: Moment) -> Plain:
    """A zone's queue as boards, kiosks and the API show it: the wait is that of a ticket taken now."""
    queue = hall.queue(zone.id)
    oldest = queue.oldest()
    oldest_min = int(minutes_between(oldest, now)) if oldest is not None else 0
    _, wait = wait_of_next(hall, zone.id, (), "walk_in", now)
    return {
        "id": zone.id,
        "name": zone.name,
        "name_en": zone.name_en,
        "kind": zone.kind,
        "prefix": zone.prefix,
        "hint": zone.hint,
        "hint_en": zone.hint_en,
        "waiting": len(queue),
        "oldest_wait_min": oldest_min,
        "wait": whole_minutes(wait),
        "windows_open": len(hall.serving_zone(zone.id)),
        "level": level(hall, oldest_min),
    }


def whole_minutes(wait: Wait | None) -> Plain | None:
    """Minutes as a screen shows them: whole, so that a view changes when people see a change."""
    return None if wait is None else {
        "low_min": int(wait[0]), "likely_min": round(wait[1]), "high_min": -int(-wait[2] // 1),
    }  # fmt: skip


def level(hall: Hall, oldest_min: float) -> str:
    """calm, warn or critical, by the hall's thresholds."""
    if oldest_min >= hall.layout.critical_min:
        return "critical"
    return "warn" if oldest_min >= hall.layout.warn_min else "calm"


def ticket_shape(hall: Hall, ticket: Ticket, now: Moment, *, estimate: bool = True) -> Plain:
    """A ticket as the API answers it; ``follow_url`` is added at the edge, which holds the secret. Without
    ``estimate`` it tells what was told when the number was given."""
    waiting = ticket.state == "waiting"
    wait = wait_of(hall, ticket, now) if waiting and estimate else None
    return {
        "id": ticket.id,
        "number": ticket.shown,
        "hall": hall.id,
        "zone": ticket.zone,
        "item": ticket.item,
        "class": ticket.class_,
        "state": ticket.state,
        "issued_at": moment(hall, ticket.issued),
        "ahead": hall.ahead_of(ticket) if waiting and estimate else ticket.ahead if waiting else 0,
        "wait": wait_shape(wait),
        "window": ticket.window if ticket.state != "waiting" else ticket.to_window,
        "channel": ticket.channel,
        "language": ticket.language,
        # A new number, the most frequent answer by far, has none of these yet.
        "called_at": None if ticket.called is None else moment(hall, ticket.called),
        "started_at": None if ticket.started is None else moment(hall, ticket.started),
        "ended_at": None if ticket.ended is None else moment(hall, ticket.ended),
        "calls": ticket.calls,
        "outcome": ticket.outcome,
        "rated": ticket.rated,
        "owner": ticket.owner,
        "owner_sought": ticket.owner_sought is not None,
        "chain": parts_shape(hall, ticket) if ticket.chain else [],
        "hold_reason": ticket.hold_reason,
        "paper": ticket.paper,
        "paper_cause": ticket.paper_cause,
        "slot": None if ticket.slot is None else slot_shape(hall, ticket),
        "arrived_at": None if ticket.arrived is None else moment(hall, ticket.arrived),
        "reprints": ticket.reprints,
    }


def slot_shape(hall: Hall, ticket: Ticket) -> Plain | None:
    """The time booked; None of a ticket that was taken on the spot."""
    if ticket.slot is None:
        return None
    return {"start": moment(hall, ticket.slot), "end": moment(hall, ticket.slot_ends)}


def parts_shape(hall: Hall, ticket: Ticket) -> list[Plain]:
    """The matters of a chain (多窗联办) in their order: those over, the present one, those to come."""
    shown = []
    ended = ticket.ended is not None
    present = None if ended else next(iter(ticket.open_parts), None)
    for part in ticket.chain:
        item, zone = hall.layout.items.get(part.item or ""), hall.layout.zones.get(part.zone)
        zone_name, zone_name_en = (zone.name, zone.name_en) if zone else (part.zone, part.zone)
        shown.append({
            "item": part.item,
            "name": item.name if item else zone_name,
            "name_en": item.name_en if item else zone_name_en,
            "zone": part.zone,
            "zone_name": zone_name,
            "zone_name_en": zone_name_en,
            "state": "now" if part is present else "open" if part.outcome is None else "ended",
            "outcome": part.outcome,
            "window": part.window,
        })  # fmt: skip
    return shown


def names_of(hall: Hall, ticket: Ticket) -> Plain:
    """The names a page shows beside a ticket's codes."""
    return names(hall, ticket.zone, ticket.item)


def names(hall: Hall, zone_id: str, item_id: str | None) -> Plain:
    """The names of a zone and a matter; a zone that is no more by its code."""
    zone = hall.layout.zones.get(zone_id)
    item = hall.layout.items.get(item_id or "")
    return {
        "zone_name": zone.name if zone else zone_id,
        "zone_name_en": zone.name_en if zone else zone_id,
        "item_name": item.name if item else None,
        "item_name_en": item.name_en if item else None,
        "bring": list(item.bring) if item else [],
    }
