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


def assign(hall: Hall, now: Moment, *, window: str, zone: str, support: str | None = None) -> list[Event]:
    """Let a window serve a zone, and support at most one other. The ticket in hand stays."""
    at = the_window(hall, window)
    for named in (zone, support):
        if named is not None and named not in hall.layout.zones:
            raise Refusal("unknown_zone", zone=named)
    if support == zone:
        raise Refusal("supports_itself", zone=zone)
    if (at.zone, at.support) == (zone, support):
        return []
    return [WindowAssigned(window, zone, support, was=[at.zone, at.support])]
