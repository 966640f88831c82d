"""``fold(hall, deed)``: how each kind of deed changes the live state. The only writer of it."""

from __future__ import annotations

from hallserver import events as e
from hallserver.rules.folding import (
    alerts,
    bookings,
    cases,
    chains,
    changes,
    days,
    help_calls,
    intake,
    machines,
    papers,
    plans,
    services,
    tickets,
    windows,
)
from hallserver.rules.folding.cases import keep_cases
from hallserver.rules.folding.moves import Folds, count_booked, count_callers, enqueue, hold_place, set_day
from hallserver.rules.hall import Hall

__all__ = ["FOLDS", "count_booked", "count_callers", "enqueue", "fold", "hold_place", "keep_cases", "set_day"]

FOLDS: Folds = {
    **days.FOLDS,
    **help_calls.FOLDS,
    **intake.FOLDS,
    **bookings.FOLDS,
    **tickets.FOLDS,
    **services.FOLDS,
    **chains.FOLDS,
    **cases.FOLDS,
    **windows.FOLDS,
    **changes.FOLDS,
    **machines.FOLDS,
    **plans.FOLDS,
    **alerts.FOLDS,
    **papers.FOLDS,
}


def fold(hall: Hall, deed: e.Deed) -> None:
    """Take one deed into the state. Deeds come in order, without gaps."""
    if deed.number != hall.number + 1:
        raise ValueError(f"deed {deed.number} after {hall.number}: the log has a gap")
    kind = type(deed.event)
    FOLDS[kind](hall, deed, deed.event)
    if kind is not e.TicketIssued:
        hall.serving.clear()
        hall.to_come.clear()
        hall.at_windows.clear()
    hall.number = deed.number
    hall.at = deed.at
