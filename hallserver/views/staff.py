"""What clerks see: a window's console and its rating pad."""

from __future__ import annotations

from typing import Any

from hallserver.moments import MINUTE_MS, SECOND_MS, Moment
from hallserver.rating_codes import LEVELS, OPTIONS
from hallserver.rules.finding import the_window
from hallserver.rules.hall import Hall, Ticket, Window
from hallserver.rules.ratings import services_of
from hallserver.views.planning import coming_shape
from hallserver.views.screens import queue_shape
from hallserver.views.shapes import Plain, head, moment, names, names_of, ticket_shape

LISTED = 50
"""Held or passed tickets that a console lists at most."""


def console(hall: Hall, now: Moment, window: str) -> Plain:
    """The page a clerk presses *next* on."""
    at = the_window(hall, window)
    ticket = hall.tickets.get(at.ticket or "")
    zones = [zone for zone in (at.zone, at.support) if zone is not None and zone in hall.layout.zones]
    return {
        "hall": head(hall),
        "window": window_shape(hall, at),
        "ticket": None if ticket is None else _ticket_at_window(hall, ticket, now),
        "queues": [queue_shape(hall, zone, zone == at.zone, now) for zone in zones],
        "held": _listed(hall, "held", lambda t: t.window == window, now),
        "passed": _listed(hall, "passed", lambda t: t.zone in zones, now),
        "hold_remind_min": hall.layout.hold_remind_min,
        "hold_reasons": list(hall.layout.hold_reasons),
        "pause_reasons": list(hall.layout.pause_reasons),
        "last": _last(hall, at),
        "zones": [{"id": zone.id, "name": zone.name, "name_en": zone.name_en} for zone in hall.layout.zones.values()],
        "windows": [{"id": known.id, "name": known.name} for known in hall.layout.windows.values()],
        "may": _may(hall, at, ticket, now),
        "coming": coming_shape(hall, at, now),
        "collect": _to_collect(hall, at, ticket),
    }


def window_shape(hall: Hall, at: Window) -> Plain:
    """A window with the names of its zones."""
    zones = hall.layout.zones
    own, support = zones.get(at.zone), zones.get(at.support or "")
    return {
        "id": at.id,
        "name": hall.layout.windows[at.id].name,
        "state": at.state,
        "reason": at.reason,
        "zone": at.zone,
        "zone_name": own.name if own else at.zone,
        "zone_name_en": own.name_en if own else at.zone,
        "support": at.support,
        "support_name": support.name if support else None,
        "support_name_en": support.name_en if support else None,
        "clerk": at.clerk,
        "until": at.until,
        "assigned": at.assigned,
        "mobile": hall.layout.windows[at.id].mobile,
        "capabilities": sorted(at.capabilities),
        "calls_by_itself": at.calls_by_itself,
        "since": moment(hall, at.since),
    }


def _ticket_at_window(hall: Hall, ticket: Ticket, now: Moment) -> Plain:
    return {
        **ticket_shape(hall, ticket, now),
        **names_of(hall, ticket),
        "since": moment(hall, ticket.started or ticket.called),
        "why": ticket.why,
        "calls_wanted": max(0, hall.layout.calls_before_absence - ticket.calls),
    }


def _to_collect(hall: Hall, at: Window, ticket: Ticket | None) -> Plain | None:
    """统一窗口出件: at a window of an issuing zone, how many cases are ready, and how many of the ticket there."""
    zone = hall.layout.zones.get(at.zone)
    if zone is None or zone.kind != "issuing":
        return None
    ready = [case for case in hall.cases.values() if case.state == "ready"]
    here = [case for case in ready if ticket is not None and case.ticket == ticket.id]
    return {"ready": len(ready), "of_ticket": len(here)}


def _listed(hall: Hall, state: str, wanted: Any, now: Moment) -> list[Plain]:
    """Tickets put aside, longest first; ``due`` when one is on hold so long that its clerk is reminded."""
    remind_ms = hall.layout.hold_remind_min * MINUTE_MS
    found = [ticket for ticket in hall.tickets.values() if ticket.state == state and wanted(ticket)]
    found.sort(key=lambda ticket: (ticket.held or 0, ticket.order))
    return [
        {
            "ticket": ticket.id,
            "number": ticket.shown,
            "reason": ticket.hold_reason,
            "since": moment(hall, ticket.held),
            "min": (now - (ticket.held or now)) // MINUTE_MS,
            "due": state == "held" and now - (ticket.held or now) >= remind_ms,
        }
        for ticket in found[-LISTED:]
    ]


def _last(hall: Hall, at: Window) -> Plain | None:
    ticket = hall.tickets.get(at.last or "")
    if ticket is None:
        return None
    return {"ticket": ticket.id, "number": ticket.shown, "state": ticket.state, "outcome": ticket.outcome}


def _may(hall: Hall, at: Window, ticket: Ticket | None, now: Moment) -> list[str]:
    """What can be pressed now: the page disables the rest and shows it as disabled."""
    presses: list[str] = []
    if at.state != "open":
        presses.append("open")
    if at.state == "open":
        presses.append("pause")
        if ticket is None:
            presses += ["call", "call_by_name"]
    if at.state != "closed" and ticket is None:
        presses.append("close")
    if ticket is not None:
        presses += ["complete", "hold", "transfer", "chain", "hand_over", "reprint"]
        if ticket.owner_sought is not None:
            presses.append("accept")
        if ticket.state == "called":
            presses += ["recall", "start", "absent"]
            if ticket.before is not None and now - (ticket.called or now) <= hall.layout.undo_within_s * SECOND_MS:
                presses.append("undo")
    return presses


def pad(hall: Hall, now: Moment, window: str) -> Plain:
    """The rating pad: awake for a while after a service ended, the whole of a visit or one part of a chain, while
    nobody else is served."""
    at = the_window(hall, window)
    last = hall.tickets.get(at.last or "")
    ended = [one for one in services_of(last) if one.window == window and one.ended == at.last_ended] if last else []
    awake, service = False, None
    if last is not None and ended:
        served = ended[-1]
        wake_ms = hall.layout.pad_wake_s * SECOND_MS
        awake = not served.rated and at.ticket is None and now - (served.ended or 0) < wake_ms
        service = {
            "service": served.service,
            "ticket": last.id,
            "number": last.shown,
            "ended_at": moment(hall, served.ended),
            "rated": served.rated,
            **names(hall, served.zone, served.item),
        }
    return {
        "hall": head(hall),
        "window": {
            "id": at.id,
            "name": hall.layout.windows[at.id].name,
            "clerk": at.clerk,
            "clerk_no": at.clerk,
            "state": at.state,
        },
        "state": "awake" if awake else "asleep",
        "serving": at.ticket is not None and hall.tickets[at.ticket].state == "serving",
        "service": service if awake or (service is not None and service["rated"]) else None,
        "wake_s": hall.layout.pad_wake_s,
        "thanks_s": hall.layout.pad_thanks_s,
        "levels": LEVELS_SHAPE,
    }


LEVELS_SHAPE: list[Plain] = [
    {
        "level": number,
        "name": name,
        "name_en": name_en,
        "bad": number <= 2,
        "options": [
            {"code": code, "name": option, "name_en": option_en}
            for code, (option, option_en) in OPTIONS[number].items()
        ],
    }
    for number, (name, name_en) in LEVELS.items()
]
