"""How the calendar, the intake of numbers and the choice at closing change."""

from __future__ import annotations

from hallserver import events as e
from hallserver.rules.folding.moves import Folds, set_day
from hallserver.rules.folding.plans import day_again
from hallserver.rules.hall import Hall
from hallserver.rules.layout import CalendarDay


def _calendar_seeded(hall: Hall, deed: e.Deed, event: e.CalendarSeeded) -> None:
    others = {day: kept for day, kept in hall.holidays.items() if not day.startswith(f"{event.year}-")}
    hall.holidays = others | {day: CalendarDay.from_plain(told) for day, told in event.days.items()}
    hall.years = tuple(sorted({*hall.years, event.year}))
    _day_again(hall)


def _calendar_day_set(hall: Hall, deed: e.Deed, event: e.CalendarDaySet) -> None:
    hall.days_set[event.day] = CalendarDay.from_plain(
        {"kind": event.setting, "name": event.name, "sessions": event.sessions}
    )
    _day_again(hall)


def _calendar_day_unset(hall: Hall, deed: e.Deed, event: e.CalendarDayUnset) -> None:
    hall.days_set.pop(event.day, None)
    _day_again(hall)


def _day_again(hall: Hall) -> None:
    if hall.day is not None:
        set_day(hall, hall.day)
        day_again(hall)


def _stopped(hall: Hall, deed: e.Deed, event: e.IntakeStopped) -> None:
    hall.stopped[f"item:{event.item}" if event.item is not None else f"zone:{event.zone}"] = event.reason


def _resumed(hall: Hall, deed: e.Deed, event: e.IntakeResumed) -> None:
    hall.stopped.pop(f"item:{event.item}" if event.item is not None else f"zone:{event.zone}", None)


def _chosen(hall: Hall, deed: e.Deed, event: e.LeftoversChosen) -> None:
    hall.leftovers = event.leftovers


FOLDS: Folds = {
    e.CalendarSeeded: _calendar_seeded,
    e.CalendarDaySet: _calendar_day_set,
    e.CalendarDayUnset: _calendar_day_unset,
    e.IntakeStopped: _stopped,
    e.IntakeResumed: _resumed,
    e.LeftoversChosen: _chosen,
}
