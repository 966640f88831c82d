"""What is pressed on a case (办件) behind the window: what was missing came, the result is out, it was handed over."""

from __future__ import annotations

from hallserver.events import (
    CaseHandedOver,
    CaseReady,
    CaseSetBack,
    CaseSupplied,
    CollectionBegan,
    Event,
    TicketCancelled,
)
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.hall import Case, Hall
from hallserver.rules.hours import is_open, opens_at
from hallserver.rules.layout import Zone

STATES = ("in_office", "ready", "handed_over")
WAYS = ("window", "post", "self_pickup")
"""统一窗口出件, 免费邮寄, 自助柜自取."""


def the_case(hall: Hall, case: int) -> Case:
    """Refuses unknown_case: never there, or no longer in the live state."""
    found = hall.cases.get(case)
    if found is None:
        raise Refusal("unknown_case", case=case)
    return found


def supply(hall: Hall, now: Moment, *, case: int, supplied: bool = True) -> list[Event]:
    """容缺补正: what was missing came; or it didn't after all. Refuses unknown_case, nothing_missing and case_state."""
    found = the_case(hall, case)
    if found.gaps is None:
        raise Refusal("nothing_missing", number=found.shown)
    if (found.supplied is not None) == supplied:
        return []
    if found.state != "in_office":
        raise _not_so(found)
    return [CaseSupplied(found.ticket, found.id, supplied)]


def make_ready(hall: Hall, now: Moment, *, case: int, call: bool = False) -> list[Event]:
    """The result is out. Pressed on a case that was handed over today: it wasn't. With ``call`` the same number waits
    in the issuing zone at once.

    Refuses unknown_case; and for a call case_state, no_issuing_zone, not_here and zone_closed."""
    found = the_case(hall, case)
    if found.state == "handed_over":
        if call:
            raise _not_so(found)
        return [CaseSetBack(found.ticket, found.id, "ready")]
    out: list[Event] = [CaseReady(found.ticket, found.id)] if found.state == "in_office" else []
    if not call:
        return out
    no = no_call(hall, now, found)
    if no is not None:
        raise no
    zone = issuing_zone(hall)
    assert zone is not None
    return [*out, CollectionBegan(found.ticket, found.id, zone.id, now)]


def no_call(hall: Hall, now: Moment, case: Case) -> Refusal | None:
    """Why the same number can't wait in the issuing zone now; None when it can. Its visit must have ended today in the
    hall; one that waits there already, or was visited at home, is not called."""
    zone, ticket = issuing_zone(hall), hall.tickets.get(case.ticket)
    if zone is None:
        return Refusal("no_issuing_zone")
    if ticket is None or ticket.state != "done" or ticket.channel == "home":
        return Refusal("not_here", number=case.shown)
    return None if is_open(hall, now, zone.id) else Refusal("zone_closed", opens_at=opens_at(hall, now, zone.id))


def issuing_zone(hall: Hall) -> Zone | None:
    """统一窗口出件: where what is ready is handed over, in a hall that has such a zone."""
    return next((zone for zone in hall.layout.zones.values() if zone.kind == "issuing"), None)


def set_back(hall: Hall, now: Moment, *, case: int) -> list[Event]:
    """It was not ready; nobody waits for it any more. Refuses unknown_case, and case_state for what was handed over."""
    found = the_case(hall, case)
    if found.state == "handed_over":
        raise _not_so(found)
    if found.state == "in_office":
        return []
    return [CaseSetBack(found.ticket, found.id), *_no_wait(hall, found)]


def _no_wait(hall: Hall, case: Case) -> list[Event]:
    """The number waits in vain, unless something else of it is ready. Who was called is told at the window."""
    ticket = hall.tickets.get(case.ticket)
    if ticket is None or not ticket.collects or ticket.state not in ("waiting", "passed", "held"):
        return []
    others = [hall.cases[number] for number in hall.cases_of[case.ticket] if number != case.id]
    return [] if any(other.state == "ready" for other in others) else [TicketCancelled(ticket.id)]


def hand_over_case(
    hall: Hall, now: Moment, *, case: int, way: str, window: str | None = None, clerk: str | None = None
) -> list[Event]:
    """The result leaves the hall. ``window`` is where it is handed over, if it is at one. Refuses unknown_case,
    unknown_way, and case_state for what is not ready, or was handed over by somebody else a moment ago."""
    found = the_case(hall, case)
    if way not in WAYS:
        raise Refusal("unknown_way", way=way)
    if found.state != "ready":
        raise _not_so(found)
    return [CaseHandedOver(found.ticket, found.id, window, clerk, way), *_no_wait(hall, found)]


def _not_so(case: Case) -> Refusal:
    return Refusal("case_state", number=case.shown, state=case.state)
