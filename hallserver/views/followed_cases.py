"""What a phone follows of its cases (办件) until they are handed over: today, and on every later day."""

from __future__ import annotations

from collections.abc import Iterable

from hallserver.moments import Moment
from hallserver.rules.hall import Case, Hall
from hallserver.rules.hours import is_open, opens_at
from hallserver.views.cases import DueDays, case_shape, collect_at
from hallserver.views.hours import hours_of
from hallserver.views.shapes import Plain, moment


def followed_cases(hall: Hall, now: Moment, cases: Iterable[Case]) -> list[Plain]:
    """Cases as who holds their ticket may know them: ``case_shape`` with ``set_back_at`` (it was said to be ready and
    wasn't) and ``collect``, where and when the result is handed over, None when it was."""
    due_days = DueDays(hall)
    return [
        {
            **case_shape(hall, case, now, due_days),
            "set_back_at": moment(hall, case.set_back),
            "collect": None if case.state == "handed_over" else _collect(hall, now, case),
        }
        for case in cases
    ]


def cases_followed(hall: Hall, now: Moment, ticket: str) -> list[Plain]:
    """The same of a ticket's cases in the live state, the oldest first."""
    return followed_cases(hall, now, [hall.cases[number] for number in hall.cases_of.get(ticket, ())])


def _collect(hall: Hall, now: Moment, case: Case) -> Plain:
    """统一窗口出件: the zone that hands out, else the one where the case was accepted, with its windows and hours."""
    place = collect_at(hall)
    zone = hall.layout.zones.get(place["zone"] if place else case.zone)
    if zone is None:  # the hall has no such zone any more
        where: Plain = {"zone": None, "name": "", "name_en": "", "windows": []}
        return {**where, "open_now": is_open(hall, now), "opens_at": None, "today": []}
    sessions = hours_of(hall, hall.day) if hall.day else []
    own = [row for row in sessions if row["zone"] == zone.id]
    open_now = is_open(hall, now, zone.id)
    return {
        "zone": zone.id,
        "name": zone.name,
        "name_en": zone.name_en,
        "windows": [window.id for window in hall.windows.values() if window.zone == zone.id],
        "open_now": open_now,
        "opens_at": None if open_now else moment(hall, opens_at(hall, now, zone.id)),
        "today": own or [row for row in sessions if row["zone"] is None],
    }
