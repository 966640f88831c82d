"""How a window changes."""

from __future__ import annotations

from hallserver import events as e
from hallserver.moments import Moment
from hallserver.rules.folding.changes import note
from hallserver.rules.folding.moves import Folds, count_callers, free_the_sent
from hallserver.rules.folding.plans import look_ahead
from hallserver.rules.hall import Hall


def _window_opened(hall: Hall, deed: e.Deed, event: e.WindowOpened) -> None:
    window = hall.windows[event.window]
    window.state, window.reason, window.since = "open", None, deed.at
    window.clerk = event.clerk or window.clerk
    window.free_from = deed.at


def _window_paused(hall: Hall, deed: e.Deed, event: e.WindowPaused) -> None:
    window = hall.windows[event.window]
    window.state, window.reason, window.since = "paused", event.reason, deed.at
    _needs_no_lunch(hall, event.window)


def _window_closed(hall: Hall, deed: e.Deed, event: e.WindowClosed) -> None:
    window = hall.windows[event.window]
    window.state, window.reason, window.since, window.clerk = "closed", event.reason, deed.at, None
    _needs_no_lunch(hall, event.window)


def _needs_no_lunch(hall: Hall, window: str) -> None:
    if hall.to_lunch:
        hall.to_lunch = tuple(other for other in hall.to_lunch if other != window)


def _window_assigned(hall: Hall, deed: e.Deed, event: e.WindowAssigned) -> None:
    window = hall.windows[event.window]
    note(hall, deed, event)
    window.zone, window.support = event.zone, event.support
    window.until = event.until
    window.assigned, window.assigned_by = deed.number, deed.by
    by_hand = deed.by != "hall" and (event.undoes is None or event.until is not None)
    window.held_until = _held_until(hall, event.until) if by_hand else None
    free_the_sent(hall)
    look_ahead(hall)


def _held_until(hall: Hall, until: str | None) -> Moment | None:
    """A change by hand holds for the band where there is one, unless the day was chosen; without a plan it
    holds until somebody changes it again, or for the day where that was chosen."""
    if until == "day" or (until == "band" and hall.band is None):
        return hall.day_ends or None
    return hall.band.ends if hall.band is not None else None


def _window_set_to_call(hall: Hall, deed: e.Deed, event: e.WindowSetToCall) -> None:
    hall.windows[event.window].calls_by_itself = event.by_itself
    count_callers(hall)


FOLDS: Folds = {
    e.WindowOpened: _window_opened,
    e.WindowPaused: _window_paused,
    e.WindowClosed: _window_closed,
    e.WindowAssigned: _window_assigned,
    e.WindowSetToCall: _window_set_to_call,
}
