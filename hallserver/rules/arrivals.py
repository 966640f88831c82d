"""Calling without a press: a window that is set to call by itself takes who arrives, or who is next.

When a ticket arrives and suitable windows are idle and set so, the own-zone window idle longest takes
it, else a supporting one (design §5). When such a window becomes free it calls the next, as its clerk
would by pressing, after a breath (``[calling] think_s``). Whom it calls is ``calling.call_next``'s to
say: there is one rule of who is next.
"""

from __future__ import annotations

from collections.abc import Iterator

from hallserver.events import Event, WindowSetToCall
from hallserver.moments import Moment
from hallserver.rules.calling import call_next, candidates
from hallserver.rules.finding import the_window
from hallserver.rules.hall import Hall, Window


def set_to_call(hall: Hall, now: Moment, *, window: str, by_itself: bool) -> list[Event]:
    """Let the window call by itself from now on, or only when its clerk presses."""
    if the_window(hall, window).calls_by_itself == by_itself:
        return []
    return [WindowSetToCall(window, by_itself)]


def self_calls(hall: Hall, now: Moment) -> Iterator[Event]:
    """The calls that are made by themselves now, one after the other: each must be folded before the next
    is asked for."""
    while hall.callers and (called := self_call(hall, now)) is not None:
        yield called


def self_call(hall: Hall, now: Moment) -> Event | None:
    """The one call that is made by itself now, or None.

    Among idle windows the one that is idle longest calls first, if the next it would call is of its own
    zone; a window helps another zone only when none of these is left.
    """
    if not hall.queues:
        return None
    helping: Window | None = None
    for window in sorted(_ready(hall, now), key=lambda idle: idle.since):
        found = candidates(hall, window, now)
        if not found:
            continue
        if max(found).own:
            return call_next(hall, now, window=window.id, presser="hall")[0]
        helping = helping or window
    return call_next(hall, now, window=helping.id, presser="hall")[0] if helping is not None else None


def self_call_due(hall: Hall, now: Moment) -> bool:
    """Whether a window could call by itself now: somebody's breath is over since the last press."""
    return bool(hall.callers) and self_call(hall, now) is not None


def _ready(hall: Hall, now: Moment) -> Iterator[Window]:
    for name in hall.callers:
        window = hall.windows[name]
        if window.ticket is None and window.state == "open" and name not in hall.to_lunch and window.free_from <= now:
            yield window
