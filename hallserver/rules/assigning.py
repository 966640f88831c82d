"""Several windows in one press, putting a change back, and mobile windows (机动窗口)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hallserver.events import Event, WindowAdded, WindowAssigned, WindowClosed, WindowRemoved
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.changes import Change, find, in_force
from hallserver.rules.finding import the_window
from hallserver.rules.hall import Hall
from hallserver.rules.windows import known_places, moved

MOBILE_LIMIT = 20
"""Mobile windows a hall may have open at once."""


class Wanted(NamedTuple):
    """Where one window shall serve; ``seen`` is the deed that last moved it, as the presser knows it."""

    window: str
    zone: str
    support: str | None = None
    seen: int | None = None


def assign_together(hall: Hall, now: Moment, *, wanted: Iterable[Wanted], until: str | None = None) -> list[Event]:
    """Move several windows in one press, all of them or none: so zones are merged and parted again. The deeds
    name the first of them as their ``change``, which is what an undo puts back."""
    events = []
    for one in wanted:
        move = moved(hall, one.window, one.zone, one.support, until, one.seen)
        if move is not None:
            events.append(move)
    if len(events) > 1:
        for move in events:
            move.change = hall.number + 1
    return list(events)


def undo(hall: Hall, now: Moment, *, number: int) -> list[Event]:
    """Put back exactly what a change of today replaced. Refuses unknown_change, already_undone, and changed_since
    when one of its windows was moved again."""
    change = find(hall.changes, number)
    if change is None:
        raise Refusal("unknown_change", change=number)
    if change.undone_at is not None:
        raise Refusal("already_undone", change=number, by=change.undone_by)
    if change.kind == "added":
        return remove_window(hall, now, window=change.moves[0].window, undoes=number)
    for move in change.moves:
        _still_so(hall, change, move.window)
    return [
        WindowAssigned(
            move.window,
            str(move.was_zone),
            move.was_support,
            until=move.was_until,
            was=[move.zone, move.support],
            change=hall.number + 1 if len(change.moves) > 1 else None,
            undoes=number,
        )
        for move in change.moves
    ]


def _still_so(hall: Hall, change: Change, window: str) -> None:
    """Refuses changed_since when the window was moved after this change, or can't be put back."""
    newest = in_force(hall.changes, window)
    at = hall.windows.get(window)
    move = next(move for move in change.moves if move.window == window)
    as_left = at is not None and (at.zone, at.support) == (move.zone, move.support)
    if newest is change and as_left and {move.was_zone, move.was_support or move.was_zone} <= hall.layout.zones.keys():
        return
    by = newest.by if newest is not None else "hall"
    zone, support = (at.zone, at.support) if at is not None else (None, None)
    raise Refusal("changed_since", window=window, by=by, zone=zone, support=support)


def add_window(
    hall: Hall,
    now: Moment,
    *,
    zone: str,
    support: str | None = None,
    window: str | None = None,
    name: str | None = None,
    capabilities: Iterable[str] = (),
) -> list[Event]:
    """Open a place that the hall's file doesn't have, for today. Without an id it gets the next free number."""
    known_places(hall, zone, support)
    mobile = sum(plan.mobile for plan in hall.layout.windows.values())
    if mobile >= MOBILE_LIMIT:
        raise Refusal("too_many_windows", limit=MOBILE_LIMIT)
    window = window or _next_number(hall)
    if window in hall.layout.windows:
        raise Refusal("window_exists", window=window)
    return [WindowAdded(window, name or f"{window} 号窗口", zone, support, sorted(set(capabilities)))]


def _next_number(hall: Hall) -> str:
    return str(1 + max((int(window) for window in hall.layout.windows if window.isdecimal()), default=0))


def remove_window(hall: Hall, now: Moment, *, window: str, undoes: int | None = None) -> list[Event]:
    """Take a mobile window away again. Refuses not_mobile, and window_busy while a number is at it or held there."""
    at = the_window(hall, window)
    if not hall.layout.windows[window].mobile:
        raise Refusal("not_mobile", window=window)
    here = next((t for t in hall.tickets.values() if t.window == window and t.state in BUSY), None)
    if here is not None:
        raise Refusal("window_busy", window=window, number=here.shown)
    closed: list[Event] = [] if at.state == "closed" else [WindowClosed(window, "removed")]
    return [*closed, WindowRemoved(window, undoes)]


BUSY = frozenset(("called", "serving", "held"))
"""States of a ticket that hangs on its window."""
