"""Opening, pausing, closing and assigning windows."""

from __future__ import annotations

from hallserver.events import Event, WindowAssigned, WindowClosed, WindowOpened, WindowPaused
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.finding import the_window
from hallserver.rules.hall import Hall

STATES = ("open", "paused", "closed")


def set_state(
    hall: Hall, now: Moment, *, window: str, state: str, reason: str | None = None, clerk: str | None = None
) -> list[Event]:
    """Bring a window to a state; nothing happens when it is there already with that clerk."""
    at = the_window(hall, window)
    if state not in STATES:
        raise Refusal("unknown_state", state=state)
    if state == "open":
        if at.state == "open" and clerk in (None, at.clerk):
            return []
        return [WindowOpened(window, clerk)]
    if at.state == state:
        return []
    if state == "closed":
        if at.ticket is not None:
            raise Refusal("window_busy", window=window, number=hall.tickets[at.ticket].shown)
        return [WindowClosed(window, reason)]
    if at.state == "closed":
        raise Refusal("window_closed", window=window)
    return [WindowPaused(window, reason)]


def assign(
    hall: Hall,
    now: Moment,
    *,
    window: str,
    zone: str,
    support: str | None = None,
    until: str | None = None,
    seen: int | None = None,
) -> list[Event]:
    """Let a window serve a zone, and support at most one other, until its plan's "band" or the "day" is over.
    The ticket in hand stays."""
    move = moved(hall, window, zone, support, until, seen)
    return [] if move is None else [move]


def moved(
    hall: Hall, window: str, zone: str, support: str | None, until: str | None, seen: int | None
) -> WindowAssigned | None:
    """The deed that moves a window, None when it serves there already. Who names the deed that last moved the
    window, as he has it before him (``seen``), is refused with window_changed when it was moved since."""
    at = the_window(hall, window)
    known_places(hall, zone, support)
    if seen is not None and seen != at.assigned:
        raise Refusal("window_changed", window=window, by=at.assigned_by, zone=at.zone, support=at.support)
    if (at.zone, at.support) == (zone, support) and until in (None, at.until):
        return None
    return WindowAssigned(window, zone, support, until, was=[at.zone, at.support])


def known_places(hall: Hall, zone: str, support: str | None) -> None:
    """Refuses unknown_zone, and supports_itself for a window that would support its own zone."""
    for named in (zone, support):
        if named is not None and named not in hall.layout.zones:
            raise Refusal("unknown_zone", zone=named)
    if support == zone:
        raise Refusal("supports_itself", zone=zone)
