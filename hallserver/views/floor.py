"""What a manager sees: every zone with its queue and its windows, and the day's figures."""

from __future__ import annotations

from hallserver.moments import MINUTE_MS, Moment
from hallserver.rules.calendar_days import missing_year
from hallserver.rules.changes import Change, in_force
from hallserver.rules.hall import Hall, Window
from hallserver.rules.plans import place_in, stretch_at, version_on
from hallserver.views.answering import called_by_name, seeking_owner
from hallserver.views.channels import visit_figures
from hallserver.views.hours import closing, stopped
from hallserver.views.planning import alert_shapes, band_shape, given_up_shapes
from hallserver.views.shapes import Plain, head, moment, names_of, zone_shape
from hallserver.views.staff import window_shape

CHANGES_SHOWN = 12
Homes = dict[str, tuple[str, str | None]]
"""By window: zone and support where it belongs."""


def floor(hall: Hall, now: Moment) -> Plain:
    """Every zone with its windows, and the day's figures.

    A window that serves elsewhere keeps an empty place in the zone where it belongs, and a guest stands behind
    those who belong here: so no card changes its place because another one came or went.
    """
    homes = _homes(hall, now)
    zones = [_zone(hall, zone, homes, now) for zone in hall.layout.zones]
    slowest = max(zones, key=lambda zone: zone["oldest_wait_min"], default=None)
    sums = hall.figures
    return {
        "hall": head(hall),
        "zones": zones,
        "warn_min": hall.layout.warn_min,
        "critical_min": hall.layout.critical_min,
        "figures": {
            "waiting": hall.waiting_count(),
            "oldest_wait_min": slowest["oldest_wait_min"] if slowest else 0,
            "oldest_zone": slowest["id"] if slowest and slowest["waiting"] else None,
            "mean_wait_min": round(sums.waited_ms / sums.called / MINUTE_MS, 1) if sums.called else None,
            "issued": sums.issued,
            "done": sums.done,
            "ratings": sums.ratings,
            "good_rate": round(sums.good / sums.ratings, 4) if sums.ratings else None,
            "print_failures": sums.print_failures,
            "reprints": sums.reprints,
            "receipts": sums.receipts,
        },
        "visits": visit_figures(hall),
        "printer_cause": hall.printer_cause,
        "by_name": called_by_name(hall),
        "seeking_owner": seeking_owner(hall, now),
        "closing": closing(hall, now),
        "stopped": stopped(hall, now),
        "calendar_missing": missing_year(hall, now),
        "alerts": alert_shapes(hall, now),
        "given_up": given_up_shapes(hall),
        "band": band_shape(hall),
        "band_ends": moment(hall, hall.band.ends) if hall.band is not None else None,
        "changes": [_change(hall, change) for change in reversed(hall.changes[-CHANGES_SHOWN:])],
    }


def _change(hall: Hall, change: Change) -> Plain:
    """A change of today; ``undo`` tells whether it can be put back."""
    newest = all(in_force(hall.changes, move.window) is change for move in change.moves)
    return {
        "number": change.number,
        "at": moment(hall, change.at),
        "by": change.by,
        "kind": change.kind,
        "moves": [
            {
                "window": move.window,
                "was_zone": move.was_zone,
                "was_support": move.was_support,
                "zone": move.zone,
                "support": move.support,
                "until": move.until,
            }
            for move in change.moves
        ],
        "undone_at": moment(hall, change.undone_at),
        "undone_by": change.undone_by,
        "undo": change.undone_at is None and newest,
    }


def _zone(hall: Hall, zone: str, homes: Homes, now: Moment) -> Plain:
    shape = zone_shape(hall, hall.layout.zones[zone], now)
    here = [window for window in hall.windows.values() if window.zone == zone]
    at_home = [window for window in hall.windows.values() if homes[window.id][0] == zone]
    return {
        **shape,
        "crowded": 0 < hall.layout.open_window_at < shape["waiting"],
        "windows": [_card(hall, window, homes[window.id]) for window in here],
        "places": [
            *({"window": window.id, "here": window.zone == zone, "at": window.zone} for window in at_home),
            *({"window": window.id, "here": True, "at": zone} for window in here if homes[window.id][0] != zone),
        ],
        "supporting": [window.id for window in hall.windows.values() if window.support == zone],
    }


def _homes(hall: Hall, now: Moment) -> Homes:
    """Where each window belongs now: by the plan of today, else by the hall's file."""
    planned = hall.day is not None and version_on(hall, hall.day) is not None
    band = stretch_at(hall, now).band if planned else None
    return {window.id: place_in(hall, window, band) for window in hall.windows.values()}


def _card(hall: Hall, window: Window, home: tuple[str, str | None]) -> Plain:
    ticket = hall.tickets.get(window.ticket or "")
    last = hall.tickets.get(window.last or "")
    names = names_of(hall, ticket) if ticket else {}
    return {
        **window_shape(hall, window),
        "assigned_by": window.assigned_by,
        "home_zone": home[0],
        "home_support": home[1],
        "ticket": ticket.id if ticket else None,
        "number": ticket.shown if ticket else None,
        "ticket_state": ticket.state if ticket else None,
        "ticket_since": moment(hall, (ticket.started or ticket.called) if ticket else None),
        "item_name": names.get("item_name"),
        "item_name_en": names.get("item_name_en"),
        "last_number": last.shown if last else None,
    }
