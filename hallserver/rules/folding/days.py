"""How the hall and its day change."""

from __future__ import annotations

from datetime import date

from hallserver import events as e
from hallserver.rules import tuning
from hallserver.rules.calendar_days import days_gone
from hallserver.rules.folding.bookings import forget_old_bookings, late_again
from hallserver.rules.folding.cases import forget_cases
from hallserver.rules.folding.changes import drop_mobile, keep_mobile
from hallserver.rules.folding.moves import Folds, count_callers, free_the_sent, set_day, wait_again
from hallserver.rules.folding.plans import keep_adoptions, look_ahead
from hallserver.rules.hall import ENDED, Figures, Hall, Window
from hallserver.rules.layout import Layout, Tuning


def _configured(hall: Hall, deed: e.Deed, event: e.HallConfigured) -> None:
    before = hall.layout
    tuning.lay_over(hall, Layout.from_plain(event.layout), Tuning(deed.number, deed.at, deed.by))
    layout = hall.layout
    keep_mobile(before, layout)
    for plan in layout.windows.values():
        window = hall.windows.get(plan.id)
        if window is None:
            hall.windows[plan.id] = Window(
                plan.id,
                plan.zone,
                plan.support,
                frozenset(plan.capabilities),
                since=deed.at,
                calls_by_itself=plan.calls_by_itself,
            )
            continue
        window.capabilities = frozenset(plan.capabilities)
        planned = before.windows.get(plan.id)
        moved = planned is None or (planned.zone, planned.support) != (plan.zone, plan.support)
        # A move made by hand outlives a restart, unless the file itself moved the window or took its zone away.
        if moved or not {window.zone, window.support or window.zone} <= layout.zones.keys():
            window.zone, window.support = plan.zone, plan.support
            window.until = window.held_until = None
        if planned is None or planned.calls_by_itself != plan.calls_by_itself:
            window.calls_by_itself = plan.calls_by_itself
    for gone in [window for window in hall.windows if window not in layout.windows]:
        ticket = hall.tickets.get(hall.windows[gone].ticket or "")
        del hall.windows[gone]
        if ticket is not None:
            wait_again(hall, ticket, deed.number)
    hall.windows = {name: hall.windows[name] for name in layout.windows}
    count_callers(hall)
    free_the_sent(hall)
    recount_work(hall)
    hall.band = None  # the plan says again who serves what in this hall
    if hall.day is not None:
        set_day(hall, hall.day)
    look_ahead(hall)
    late_again(hall, before.bookings)


def _tuned(hall: Hall, deed: e.Deed, event: e.HallTuned) -> None:
    before = hall.layout.bookings
    tuning.tuned(hall, event.changes, Tuning(deed.number, deed.at, deed.by))
    late_again(hall, before)


def recount_work(hall: Hall) -> None:
    """Items may have other typical minutes now: the queues' sums follow."""
    for queue in hall.queues.values():
        queue.mean_ms = queue.variance_ms2 = 0
        for _, (_, _, ticket_id) in queue.places():
            mean_ms, variance_ms2 = hall.work_of(hall.tickets[ticket_id])
            queue.mean_ms += mean_ms
            queue.variance_ms2 += variance_ms2


def _day_began(hall: Hall, deed: e.Deed, event: e.DayBegan) -> None:
    set_day(hall, date.fromisoformat(event.day))
    kept = {ticket.id: ticket for ticket in hall.tickets.values() if ticket.state not in ENDED}
    hall.tickets = kept
    hall.carried = frozenset(ticket.shown for ticket in kept.values())
    hall.given = {}
    hall.calls = []
    hall.named = []
    for ticket in kept.values():
        ticket.before = None  # a call of yesterday counts in yesterday's figures
    hall.figures = Figures()
    hall.given_items = {}
    hall.stopped = {}
    hall.leftovers = None
    _forget_the_past(hall)
    hall.changes = []
    hall.intervals = {}
    drop_mobile(hall)
    forget_old_bookings(hall, deed.at, event.day.replace("-", ""))
    forget_cases(hall, deed.at)
    hall.given_up = []
    keep_adoptions(hall)
    look_ahead(hall)
    hall.papers = {paper.deed: paper for paper in hall.papers.values() if paper.is_open}
    for window in hall.windows.values():
        if window.last not in kept:
            window.last = window.last_ended = None


def _forget_the_past(hall: Hall) -> None:
    """The calendar's old days and years, so that the state of a hall of ten years is no larger than a new one's."""
    assert hall.day is not None
    for day in days_gone(hall, hall.day):
        del hall.days_set[day]
    hall.years = tuple(year for year in hall.years if year >= hall.day.year - 1)
    hall.holidays = {day: kept for day, kept in hall.holidays.items() if int(day[:4]) in hall.years}


FOLDS: Folds = {
    e.HallConfigured: _configured,
    e.HallTuned: _tuned,
    e.DayBegan: _day_began,
}
