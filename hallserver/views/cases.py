"""Cases (办件) as staff and phones see them: where each is, until when the result is promised, what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from hallserver.moments import MINUTE_MS, Moment, local_day
from hallserver.rules.calendar_days import calendar_known, day_after, working_day_after
from hallserver.rules.cases import issuing_zone, no_call
from hallserver.rules.hall import Case, Hall
from hallserver.views.shapes import Plain, head, moment, names
from hallserver.views.told import told_lines

LISTED, LEFT_LISTED = 40, 20
"""Cases under way and ready that the back office's page lists at most, and those handed over; the others are found by
searching."""
Due = tuple[date | None, bool]
"""The day until which the result is promised, if any is; and whether the calendar that far is known."""


class DueDays:
    """When cases are due by what their matters promise (办结时限). Days that were counted are not counted again."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._days: dict[int, date] = {}
        self._works: dict[str, dict[date, bool]] = {}
        self._known: dict[tuple[date, int, str, str], Due] = {}

    def of(self, case: Case) -> Due:
        hall = self._hall
        item = hall.layout.items.get(case.item or "")
        if item is None or item.promised_days is None:
            return None, True
        key = self._day(case.accepted), item.promised_days, case.zone, item.promised_in
        found = self._known.get(key)
        if found is None:
            count = day_after if item.promised_in == "days" else working_day_after
            due = count(hall, *key[:3], self._works.setdefault(case.zone, {}))
            found = self._known[key] = due, due is None or calendar_known(hall, due)
        return found

    def _day(self, at: Moment) -> date:
        """The local day; every midnight of the world begins a quarter of an hour."""
        quarter = at // (15 * MINUTE_MS)
        found = self._days.get(quarter)
        if found is None:
            found = self._days[quarter] = local_day(at, self._hall.layout.tz)
        return found


def case_shape(hall: Hall, case: Case, now: Moment, due_days: DueDays | None = None, *, told: bool = True) -> Plain:
    """A case as the API answers it. ``told``: with what the clerk wrote, which is for staff and for who holds the
    ticket."""
    due, sure = (due_days or DueDays(hall)).of(case)
    today = local_day(now, hall.layout.tz)
    waits = case.state == "in_office"
    shown = names(hall, case.zone, case.item)
    return {
        "id": case.id,
        "ticket": case.ticket,
        "number": case.shown,
        "day": _day_of(case.ticket),
        "item": case.item,
        "item_name": shown["item_name"] or shown["zone_name"],
        "item_name_en": shown["item_name_en"] or shown["zone_name_en"],
        "zone": case.zone,
        "window": case.window,
        "state": case.state,
        "accepted_at": moment(hall, case.accepted),
        "with_gaps": case.gaps is not None,
        "gaps": told_lines("accepted_with_gaps", case.gaps) if told else [],
        "supplied_at": moment(hall, case.supplied),
        "due_on": due.isoformat() if due else None,
        "due_sure": sure,
        "overdue": waits and due is not None and today > due,
        "due_today": waits and due == today,
        "ready_at": moment(hall, case.ready),
        "handed_over_at": moment(hall, case.handed_over),
        "way": case.way,
        "may_call": case.state != "handed_over" and no_call(hall, now, case) is None,
        "collecting": _collecting(hall, case),
    }


def _collecting(hall: Hall, case: Case) -> str | None:
    """The state of the ticket while it waits, or is served, for what is ready; else None."""
    ticket = hall.tickets.get(case.ticket)
    return ticket.state if case.state == "ready" and ticket is not None and ticket.collects else None


def _day_of(ticket: str) -> str:
    """The day in a ticket's id, ``YYYY-MM-DD``."""
    return f"{ticket[:4]}-{ticket[4:6]}-{ticket[6:8]}"


def cases_of(hall: Hall, ticket: str, now: Moment | None = None, *, told: bool = False) -> list[Plain]:
    """The cases of a ticket of whatever day, the oldest first, as long as they are in the live state: under way, or
    handed over today. Nothing personal, and without ``told`` nothing that was written."""
    at = hall.at if now is None else now
    return [case_shape(hall, hall.cases[number], at, told=told) for number in hall.cases_of.get(ticket, ())]


def soonest_due(cases: Iterable[Case], due_days: DueDays) -> list[Case]:
    """The soonest due first, those without a promise last, and of two alike the one accepted earlier."""
    return sorted(cases, key=lambda case: (due_days.of(case)[0] or date.max, case.id))


def found(hall: Hall, state: str | None, fits: Callable[[Case], bool]) -> list[Case]:
    """The cases of the live state, in one state or any, that fit; in the order of their numbers."""
    return [case for case in hall.cases.values() if state in (None, case.state) and fits(case)]


def office(hall: Hall, now: Moment) -> Plain:
    """The back office's page: what is under way, the soonest due first; what is ready, the oldest first; and what was
    handed over today, the newest first."""
    due_days = DueDays(hall)
    by_state: dict[str, list[Case]] = {"in_office": [], "ready": [], "handed_over": []}
    for case in hall.cases.values():
        by_state[case.state].append(case)
    by_state["in_office"] = soonest_due(by_state["in_office"], due_days)
    by_state["ready"].sort(key=lambda case: (case.ready or 0, case.id))
    by_state["handed_over"].sort(key=lambda case: (-(case.handed_over or 0), case.id))
    shown = {
        state: [case_shape(hall, case, now, due_days) for case in cases[: _listed(state)]]
        for state, cases in by_state.items()
    }
    today = local_day(now, hall.layout.tz)
    dues = [due for case in by_state["in_office"] if (due := due_days.of(case)[0]) is not None and due <= today]
    return {
        "hall": head(hall),
        "day": hall.day.isoformat() if hall.day else None,
        **shown,
        "counts": {
            **{state: len(cases) for state, cases in by_state.items()},
            "overdue": sum(due < today for due in dues),
            "due_today": sum(due == today for due in dues),
            "gaps": sum(case.gaps is not None and case.supplied is None for case in by_state["in_office"]),
        },
        "collect_at": collect_at(hall),
    }


def _listed(state: str) -> int:
    return LEFT_LISTED if state == "handed_over" else LISTED


def collect_at(hall: Hall) -> Plain | None:
    """统一窗口出件: the zone where what is ready is handed over, in a hall that has one."""
    zone = issuing_zone(hall)
    return None if zone is None else {"zone": zone.id, "name": zone.name, "name_en": zone.name_en}
