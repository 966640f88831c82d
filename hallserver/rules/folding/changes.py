"""What is remembered of a change, and how mobile windows come and go."""

from __future__ import annotations

from hallserver import events as e
from hallserver.rules.changes import CHANGES_KEPT, Change, Move, find
from hallserver.rules.folding.moves import Folds, count_callers, free_the_sent
from hallserver.rules.folding.plans import look_ahead
from hallserver.rules.hall import Hall, Window
from hallserver.rules.layout import Layout, WindowPlan


def note(hall: Hall, deed: e.Deed, event: e.WindowAssigned) -> None:
    """Remember what a move replaces, before it is done; or that it puts an earlier change back."""
    if event.undoes is not None:
        _undone(hall, deed, event.undoes)
        return
    at = hall.windows[event.window]
    move = Move(
        event.window, deed.number, at.zone, at.support, at.until, event.zone, event.support, event.until
    )  # fmt: skip
    last = hall.changes[-1] if hall.changes else None
    if last is not None and _goes_on(last, deed, event):
        last.moves.append(move)
    else:
        _remember(hall, Change(deed.number, deed.at, deed.by, [move]))


def _goes_on(last: Change, deed: e.Deed, event: e.WindowAssigned) -> bool:
    """Whether a move belongs to the change before it: one press, or one moment of the hall's plan."""
    if event.change is not None:
        return event.change == last.number
    by_itself = deed.by == last.by == "hall" and last.kind == "assigned" and last.undone_at is None
    return by_itself and deed.at == last.at and all(move.window != event.window for move in last.moves)


def _remember(hall: Hall, change: Change) -> None:
    hall.changes.append(change)
    if len(hall.changes) > CHANGES_KEPT:
        del hall.changes[0]


def _undone(hall: Hall, deed: e.Deed, number: int) -> None:
    change = find(hall.changes, number)
    if change is not None:
        change.undone_at, change.undone_by = deed.at, deed.by


def _added(hall: Hall, deed: e.Deed, event: e.WindowAdded) -> None:
    plan = WindowPlan(event.window, event.name, event.zone, event.support, tuple(event.capabilities), mobile=True)
    hall.layout.windows[plan.id] = plan
    hall.windows[plan.id] = Window(
        plan.id, plan.zone, plan.support, frozenset(plan.capabilities), since=deed.at, assigned=deed.number,
        assigned_by=deed.by,
    )  # fmt: skip
    move = Move(plan.id, deed.number, None, None, None, plan.zone, plan.support)
    _remember(hall, Change(deed.number, deed.at, deed.by, [move], kind="added"))


def _removed(hall: Hall, deed: e.Deed, event: e.WindowRemoved) -> None:
    del hall.windows[event.window], hall.layout.windows[event.window]
    added = next((c for c in hall.changes if c.kind == "added" and c.moves[0].window == event.window), None)
    if added is not None:
        _undone(hall, deed, added.number)
    free_the_sent(hall)
    count_callers(hall)
    look_ahead(hall)


def keep_mobile(before: Layout, layout: Layout) -> None:
    """A new configuration keeps the windows that were opened by hand, where it has neither taken their id nor
    their zone."""
    for plan in before.windows.values():
        if plan.mobile and plan.id not in layout.windows and plan.zone in layout.zones:
            layout.windows[plan.id] = plan


def drop_mobile(hall: Hall) -> None:
    """A mobile window is for today: with the new day those are gone where nobody sits and nothing is left."""
    held = {ticket.window for ticket in hall.tickets.values()}
    for plan in [plan for plan in hall.layout.windows.values() if plan.mobile]:
        if hall.windows[plan.id].state == "closed" and plan.id not in held:
            del hall.windows[plan.id], hall.layout.windows[plan.id]
    free_the_sent(hall)
    count_callers(hall)


FOLDS: Folds = {
    e.WindowAdded: _added,
    e.WindowRemoved: _removed,
}
