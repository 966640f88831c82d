"""The live state as plain data and back, so that a start needn't fold the years before."""

from __future__ import annotations

import pickle
from dataclasses import asdict
from datetime import date
from typing import Any

from hallserver.rules.bands import Adoption, Band, BandNow, Plan, PlanGone, PlanVersion
from hallserver.rules.changes import Change
from hallserver.rules.day_so_far import Interval
from hallserver.rules.folding import count_booked, count_callers, enqueue, hold_place, keep_cases, set_day
from hallserver.rules.hall import Call, Case, Figures, Hall, NamedCall, Pace, Paper, Part, Ticket, Window
from hallserver.rules.layout import CalendarDay, Layout, Tuned, Tuning
from hallserver.rules.noticed import Alert, Noticed

VERSION = 8
"""Grows with every change of the state's shape; an older snapshot is then left aside."""


def to_plain(hall: Hall) -> dict[str, Any]:
    """JSON types only, to be written at once: lists and dicts in it are the hall's own."""
    return {
        "id": hall.id,
        "layout": hall.layout.to_plain(),
        "number": hall.number,
        "at": hall.at,
        "day": hall.day.isoformat() if hall.day else None,
        "tickets": [
            {**_row(ticket), "chain": [_row(part) for part in ticket.chain]} for ticket in hall.tickets.values()
        ],
        "windows": [
            {**asdict(window), "capabilities": sorted(window.capabilities)} for window in hall.windows.values()
        ],
        "given": dict(hall.given),
        "carried": sorted(hall.carried),
        "calls": [asdict(call) for call in hall.calls],
        "named": [asdict(call) for call in hall.named],
        "figures": asdict(hall.figures),
        "printer_cause": hall.printer_cause,
        "pace": asdict(hall.pace),
        "holidays": {day: kept.to_plain() for day, kept in hall.holidays.items()},
        "years": list(hall.years),
        "days_set": {day: kept.to_plain() for day, kept in hall.days_set.items()},
        "stopped": dict(hall.stopped),
        "given_items": dict(hall.given_items),
        "leftovers": hall.leftovers,
        "changes": [asdict(change) for change in hall.changes],
        "intervals": {
            zone: [[index, one.arrived, one.called, one.waited_ms] for index, one in of_zone.items()]
            for zone, of_zone in hall.intervals.items()
        },
        "booked_up_to": {day: dict(upto) for day, upto in hall.booked_up_to.items()},
        "missed": {person: list(when) for person, when in hall.missed.items()},
        "plans": [_plan(plan) for plan in hall.plans.values()],
        "adoptions": [asdict(adoption) for adoption in hall.adoptions],
        "band": asdict(hall.band) if hall.band else None,
        "plan_due": hall.plan_due,
        "to_lunch": list(hall.to_lunch),
        "alerts": [asdict(alert) for alert in hall.alerts.values()],
        "noticed": [asdict(noticed) for noticed in hall.noticed.values()],
        "tuned": {key: asdict(tuned) for key, tuned in hall.tuned.items()},
        "tunings": {key: asdict(tuning) for key, tuning in hall.tunings.items()},
        "plans_gone": {plan: asdict(gone) for plan, gone in hall.plans_gone.items()},
        "given_up": [list(one) for one in hall.given_up],
        "papers": [_row(paper) for paper in hall.papers.values()],
        "cases": [_row(case) for case in hall.cases.values()],
    }


def _row(kept: Ticket | Part | Paper | Case) -> dict[str, Any]:
    """By its fields. ``asdict`` copies whatever is in them as well, and a day's thousands would stop the hall for half
    a second."""
    return {name: getattr(kept, name) for name in type(kept).__slots__}


def _plan(plan: Plan) -> dict[str, Any]:
    versions = [{**asdict(one), "bands": [band.to_plain() for band in one.bands]} for one in plan.versions]
    return {"id": plan.id, "versions": versions}


def _plan_back(plain: dict[str, Any]) -> Plan:
    versions = [
        PlanVersion(**{**one, "bands": tuple(Band.from_plain(band) for band in one["bands"])})
        for one in plain["versions"]
    ]
    return Plan(plain["id"], versions)


def from_plain(plain: dict[str, Any]) -> Hall:
    """The inverse of ``to_plain``: an independent state."""
    hall = Hall(
        id=plain["id"],
        layout=Layout.from_plain(plain["layout"]),
        number=plain["number"],
        at=plain["at"],
        given=dict(plain["given"]),
        carried=frozenset(plain["carried"]),
        calls=[Call(**call) for call in plain["calls"]],
        named=[NamedCall(**call) for call in plain["named"]],
        figures=Figures(**plain["figures"]),
        printer_cause=plain["printer_cause"],
        pace=Pace(**plain["pace"]),
        holidays={day: CalendarDay.from_plain(kept) for day, kept in plain["holidays"].items()},
        years=tuple(plain["years"]),
        days_set={day: CalendarDay.from_plain(kept) for day, kept in plain["days_set"].items()},
        stopped=dict(plain["stopped"]),
        given_items=dict(plain["given_items"]),
        leftovers=plain["leftovers"],
        changes=[Change.from_plain(change) for change in plain["changes"]],
        intervals={
            zone: {index: Interval(*sums) for index, *sums in of_zone} for zone, of_zone in plain["intervals"].items()
        },
        booked_up_to={day: dict(upto) for day, upto in plain["booked_up_to"].items()},
        missed={person: list(when) for person, when in plain["missed"].items()},
        plans={plan["id"]: _plan_back(plan) for plan in plain["plans"]},
        adoptions=[Adoption(**adoption) for adoption in plain["adoptions"]],
        band=BandNow(**plain["band"]) if plain["band"] else None,
        plan_due=plain["plan_due"],
        to_lunch=tuple(plain["to_lunch"]),
        tuned={key: Tuned(**tuned) for key, tuned in plain["tuned"].items()},
        tunings={key: Tuning(**tuning) for key, tuning in plain["tunings"].items()},
        plans_gone={plan: PlanGone(**gone) for plan, gone in plain["plans_gone"].items()},
        given_up=[(number, at, cause) for number, at, cause in plain["given_up"]],
        papers={row["deed"]: Paper(**row) for row in plain["papers"]},
    )
    keep_cases(hall, [Case(**row) for row in plain["cases"]])
    hall.alerts = {(one["kind"], one["subject"]): Alert(**one) for one in plain["alerts"]}
    hall.noticed = {(one["kind"], one["subject"]): Noticed(**one) for one in plain["noticed"]}
    if plain["day"]:
        set_day(hall, date.fromisoformat(plain["day"]))
    for row in plain["windows"]:
        window = Window(**{**row, "capabilities": frozenset(row["capabilities"])})
        hall.windows[window.id] = window
    count_callers(hall)
    for row in plain["tickets"]:
        ticket = Ticket(**{**row, "chain": [Part(**part) for part in row["chain"]]})
        hall.tickets[ticket.id] = ticket
        if ticket.state == "waiting":
            enqueue(hall, ticket)
        elif ticket.state == "booked":
            hold_place(hall, ticket, 1)
    count_booked(hall)
    return hall


def copied(hall: Hall) -> Hall:
    """An independent state; pickling is ten times faster than copying field by field."""
    return pickle.loads(pickle.dumps(hall, pickle.HIGHEST_PROTOCOL))  # type: ignore[no-any-return]  # noqa: S301
