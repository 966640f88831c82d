"""One ticket as it is followed on a phone: by anybody who knows its number, and by who holds it.

What a clerk wrote to an outcome is for its holder alone, and so is what becomes of a case: a number can be guessed,
the address of its page can't.
"""

from __future__ import annotations

from hallserver.moments import Moment
from hallserver.rules.bookings import arrival_opens, cancel_until
from hallserver.rules.bringing import may_return
from hallserver.rules.finding import the_ticket
from hallserver.rules.hall import Case, Hall, Ticket
from hallserver.rules.hours import is_open
from hallserver.rules.ratings import services_of
from hallserver.views.cases import collect_at
from hallserver.views.followed_cases import cases_followed
from hallserver.views.shapes import Plain, head, moment, names, names_of, ticket_shape
from hallserver.views.told import told_lines


def phone(hall: Hall, now: Moment, ticket: str) -> Plain:
    """One ticket as anybody may follow it who knows its id. Nothing personal, and nothing that was written."""
    return _followed(hall, now, the_ticket(hall, ticket), told=False)


def visit(hall: Hall, now: Moment, ticket: str) -> Plain:
    """The same for its holder, with what was written to the outcome and with its cases (办件). A visit of an earlier
    day is followed as long as a case of it is under way, or was handed over today. Refuses unknown_ticket."""
    if ticket not in hall.tickets and ticket in hall.cases_of:
        shown = ended(hall, now, _of_case(hall.cases[hall.cases_of[ticket][-1]]))
    else:
        shown = _followed(hall, now, the_ticket(hall, ticket), told=True)
    return {**shown, "cases": cases_followed(hall, now, ticket) if ticket in hall.cases_of else []}


def ended(hall: Hall, now: Moment, ticket: Ticket) -> Plain:
    """A visit of an earlier day for its holder: nothing can be pressed any more, and what happened stands in its
    history."""
    shown = _followed(hall, now, ticket, told=True)
    return {**shown, "ticket": {**shown["ticket"], "past": True, "may_return": False, "stages": []}}


def _of_case(case: Case) -> Ticket:
    """What the live state still knows of the visit that a case came from."""
    return Ticket(
        id=case.ticket,
        shown=case.shown,
        zone=case.zone,
        item=case.item,
        class_="walk_in",
        reason=None,
        channel="kiosk",
        language="zh-CN",
        issued=case.accepted,
        counts_from=case.accepted,
        order=0,
        state="done",
        window=case.window,
        ended=case.accepted,
        outcome="accepted" if case.gaps is None else "accepted_with_gaps",
        note=case.gaps,
    )


def _followed(hall: Hall, now: Moment, ticket: Ticket, *, told: bool) -> Plain:
    item = hall.layout.items.get(ticket.item or "")
    shape = ticket_shape(hall, ticket, now)
    notes = [part.note for part in ticket.chain] if told else [None for _ in ticket.chain]
    return {
        "hall": head(hall),
        "open_now": is_open(hall, now),
        "booking": _booking(hall, ticket, now),
        "zone_call": zone_call(hall, ticket.zone) if ticket.state == "waiting" else None,
        "ticket": {
            **shape,
            **names_of(hall, ticket),
            "wait": _as_shown(shape["wait"]),
            "windows": [window.id for window in hall.serving_zone(ticket.zone)],
            "calls": [
                {"at": moment(hall, call.at), "window": call.window} for call in hall.calls if call.ticket == ticket.id
            ],
            "times_called": ticket.calls,
            "last_call_at": moment(hall, ticket.last_call),
            "may_return": ticket.state == "passed" or may_return(hall, ticket),
            "kind": item.kind if item else None,
            "past": False,
            "sent": _sent(hall, ticket),
            "told": told_lines(ticket.outcome, ticket.note) if told else [],
            "chain": [
                {**part, "told": told_lines(part["outcome"], note)}
                for part, note in zip(shape["chain"], notes, strict=True)
            ],
            "last_service": _last_service(hall, ticket),
            "stages": stages(hall, ticket),
            "collect_at": _elsewhere(hall, ticket),
        },
    }


def _as_shown(wait: Plain | None) -> Plain | None:
    """The minutes as the page says them, so that a phone is sent nothing while its words stay: 0 for less than one."""
    return wait and {name: round(minutes) if minutes >= 1 else 0 for name, minutes in wait.items()}


def _last_service(hall: Hall, ticket: Ticket) -> Plain | None:
    """What may be rated: the service that ended last, of a chain one after the other."""
    services = services_of(ticket)
    if not services:
        return None
    last = services[-1]
    return {"service": last.service, "window": last.window, "rated": last.rated, **names(hall, last.zone, last.item)}


def zone_call(hall: Hall, zone: str) -> Plain | None:
    """The newest call in a zone, as everybody who waits there may know it."""
    for call in hall.calls:
        called = hall.tickets.get(call.ticket)
        if called is not None and called.zone == zone:
            plan = hall.layout.windows.get(call.window)
            return {
                "deed": call.deed,
                "number": called.shown,
                "window": call.window,
                "window_name": plan.name if plan else call.window,
                "at": moment(hall, call.at),
            }
    return None


def _sent(hall: Hall, ticket: Ticket) -> Plain | None:
    """That it waits elsewhere now, and since when; the window is the one it was sent on from."""
    if ticket.sent is None or ticket.state != "waiting":
        return None
    return {"at": moment(hall, ticket.sent), "window": ticket.sent_from}


def stages(hall: Hall, ticket: Ticket) -> list[Plain]:
    """How far the visit is: what was (with ``at``), what is now, and what follows. What becomes of a case after it is
    told by the case itself."""
    if ticket.state not in ("serving", "held", "done"):
        return []
    came = ("arrived", ticket.arrived) if ticket.slot is not None else ("issued", ticket.issued)
    began = ticket.started if ticket.started != ticket.ended else None
    past = [came, ("called", ticket.called), ("started", began), ("ended", ticket.ended)]
    rows = [_stage(hall, name, "past", at) for name, at in past if at is not None]
    if ticket.state != "done":
        rows[-1]["state"] = "now"
        item = hall.layout.items.get(ticket.item or "")
        ahead = ("ended", "office", "collect") if item and item.kind == "promised" else ("ended",)
        rows += [_stage(hall, name, "ahead") for name in ahead]
    return rows


def _stage(hall: Hall, stage: str, state: str, at: Moment | None = None) -> Plain:
    return {"stage": stage, "state": state, "at": moment(hall, at)}


def _elsewhere(hall: Hall, ticket: Ticket) -> Plain | None:
    """Where the result will be handed over, if that isn't where the visit is about already."""
    place = collect_at(hall)
    return None if place is None or place["zone"] == ticket.zone else place


def _booking(hall: Hall, ticket: Ticket, now: Moment) -> Plain | None:
    """What the holder of a booking may do now, and until or from when."""
    if ticket.state != "booked" or ticket.channel == "home":
        return None
    opens, until = arrival_opens(hall, ticket), cancel_until(hall, ticket)
    return {
        "arrive_from": moment(hall, opens),
        "may_arrive": now >= opens,
        "cancel_until": moment(hall, until),
        "may_cancel": now <= until,
    }
