"""What the public sees in the hall: boards and the kiosk."""

from __future__ import annotations

from hallserver.moments import SECOND_MS, Moment
from hallserver.refusals import Refusal
from hallserver.rules.hall import Call, Hall, Window
from hallserver.rules.hours import is_open, opens_at
from hallserver.views.hours import hours_of, intake_shape, stopped_items
from hallserver.views.shapes import (
    Plain,
    head,
    hours_today,
    level,
    moment,
    zone_shape,
)

CALLS_SHOWN = 6
FRESH_CALLS_SHOWN = 16
"""So many that are still being called are told, since a board shows several at once one after the other."""
FRESH_S = 60
"""A call is large on the board for a minute at most, and only while the ticket is still called."""


def board(hall: Hall, now: Moment, zone: str | None = None) -> Plain:
    """The hall's board, or the board of one zone: what was called, and how long the queues are."""
    if zone is not None and zone not in hall.layout.zones:
        raise Refusal("unknown_zone", zone=zone)
    calls = [call for call in hall.calls if zone is None or _zone_of(hall, call) == zone]
    windows = [window for window in hall.windows.values() if zone in (None, window.zone, window.support)]
    shown = _board(hall, now, calls, windows, [*hall.layout.zones] if zone is None else [zone])
    return shown if zone is None else {**shown, "zone": shown["zones"][0]}


def area_board(hall: Hall, now: Moment, area: str) -> Plain:
    """The board of an area of the hall: the calls to its windows, and to those that are called everywhere since they
    are in no area; and the queues that these windows serve. Refuses unknown_view for another area."""
    plan = next((plan for plan in hall.layout.areas if plan.id == area), None)
    if plan is None:
        raise Refusal("unknown_view", view=f"area/{area}")
    elsewhere = {window for other in hall.layout.areas if other is not plan for window in other.windows}
    windows = [window for window in hall.windows.values() if window.id not in elsewhere]
    calls = [call for call in hall.calls if call.window not in elsewhere]
    served = {zone for window in windows for zone in (window.zone, window.support)}
    shown = _board(hall, now, calls, windows, [zone for zone in hall.layout.zones if zone in served])
    return {**shown, "area": {"id": plan.id, "name": plan.name}}


def _board(hall: Hall, now: Moment, calls: list[Call], windows: list[Window], zone_ids: list[str]) -> Plain:
    zones = [hall.layout.zones[zone] for zone in zone_ids]
    return {
        "hall": head(hall),
        "open_now": is_open(hall, now),
        "hours_today": hours_today(hall),
        "sessions_today": hours_of(hall, hall.day) if hall.day else [],
        "day": hall.day.isoformat() if hall.day else None,
        "calls": _calls(hall, calls, now),
        "zones": [{**zone_shape(hall, known, now), "intake": intake_shape(hall, known.id, now)} for known in zones],
        "windows": [_window(hall, window) for window in windows],
    }


def _calls(hall: Hall, calls: list[Call], now: Moment) -> list[Plain]:
    """The newest, and those before them that are still being called."""
    shown = [_call(hall, call, now) for call in calls[:FRESH_CALLS_SHOWN]]
    return [call for place, call in enumerate(shown) if place < CALLS_SHOWN or call["fresh"]]


def _zone_of(hall: Hall, call: Call) -> str:
    ticket = hall.tickets.get(call.ticket)
    return ticket.zone if ticket else ""


def _call(hall: Hall, call: Call, now: Moment) -> Plain:
    ticket = hall.tickets[call.ticket]
    zone = hall.layout.zones.get(ticket.zone)
    plan = hall.layout.windows.get(call.window)
    fresh = ticket.state == "called" and ticket.window == call.window and now - call.at < FRESH_S * SECOND_MS
    return {
        "deed": call.deed,
        "ticket": ticket.id,
        "number": ticket.shown,
        "window": call.window,
        "window_name": plan.name if plan else call.window,
        "zone": ticket.zone,
        "zone_name": zone.name if zone else ticket.zone,
        "zone_name_en": zone.name_en if zone else ticket.zone,
        "at": moment(hall, call.at),
        "times": call.times,
        "fresh": fresh,
    }


def _window(hall: Hall, window: Window) -> Plain:
    ticket = hall.tickets.get(window.ticket or "")
    return {
        "id": window.id,
        "name": hall.layout.windows[window.id].name,
        "zone": window.zone,
        "state": window.state,
        "ticket": ticket.shown if ticket else None,
        "ticket_state": ticket.state if ticket else None,
    }


def kiosk(hall: Hall, now: Moment) -> Plain:
    """The entrance: zones with their waits, matters, and whether paper comes out."""
    open_now = is_open(hall, now)
    return {
        "hall": head(hall),
        "open_now": open_now,
        "opens_at": None if open_now else moment(hall, opens_at(hall, now)),
        "hours_today": hours_today(hall),
        "sessions_today": hours_of(hall, hall.day) if hall.day else [],
        "zones": [
            {**zone_shape(hall, zone, now), "intake": intake_shape(hall, zone.id, now)}
            for zone in hall.layout.zones.values()
        ],
        "stopped_items": stopped_items(hall, now),
        "items": [
            {
                "id": item.id,
                "name": item.name,
                "name_en": item.name_en,
                "line": item.line,
                "zone": item.zone,
                "kind": item.kind,
                "id_card_only": item.id_card_only,
                "typical_min": item.typical_min,
                "bring": list(item.bring),
                "self_service": item.self_service,
                "self_service_en": item.self_service_en,
            }
            for item in hall.layout.items.values()
        ],
        "green_reasons": list(hall.layout.green_reasons) if hall.layout.green_given_by != "desk" else [],
        "bookings": hall.layout.bookings.enabled,
        "paper": {"ok": hall.printer_cause is None, "cause": hall.printer_cause},
    }


def queue_shape(hall: Hall, zone: str, own: bool, now: Moment) -> Plain:
    """A queue as the console lists it."""
    shape = zone_shape(hall, hall.layout.zones[zone], now)
    kept = ("name", "name_en", "waiting", "oldest_wait_min", "wait")
    return {
        "zone": zone,
        "own": own,
        **{key: shape[key] for key in kept},
        "level": level(hall, shape["oldest_wait_min"]),
    }
