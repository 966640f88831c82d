"""What is pressed on a case (办件) behind the window: what was missing came, the result is out, it was handed over."""

from __future__ import annotations

from hallserver.events import CaseHandedOver, CaseReady, CaseSetBack, CaseSupplied, Event
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.hall import Case, Hall

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


def make_ready(hall: Hall, now: Moment, *, case: int) -> list[Event]:
    """The result is out. Pressed on a case that was handed over today: it wasn't. Refuses unknown_case."""
    found = the_case(hall, case)
    if found.state == "ready":
        return []
    if found.state == "handed_over":
        return [CaseSetBack(found.ticket, found.id, "ready")]
    return [CaseReady(found.ticket, found.id)]


def set_back(hall: Hall, now: Moment, *, case: int) -> list[Event]:
    """It was not ready. Refuses unknown_case, and case_state for what was handed over."""
    found = the_case(hall, case)
    if found.state == "handed_over":
        raise _not_so(found)
    return [CaseSetBack(found.ticket, found.id)] if found.state == "ready" else []


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
    return [CaseHandedOver(found.ticket, found.id, window, clerk, way)]


def _not_so(case: Case) -> Refusal:
    return Refusal("case_state", number=case.shown, state=case.state)
