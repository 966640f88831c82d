"""Saving, adopting and dropping plans (排布方案)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from hallserver.events import Event, PlanAdopted, PlanDropped, PlanRemoved, PlanSaved
from hallserver.moments import Moment, local_day
from hallserver.refusals import Refusal
from hallserver.rules.bands import BANDS_LIMIT, LUNCH, STAFFED, Band, Plan, PlanVersion, overlapping
from hallserver.rules.hall import Hall
from hallserver.rules.plans import usual_place

PLANS_LIMIT = 40
ADOPTIONS_LIMIT = 20
DAYS_AHEAD_LIMIT = 366


def save_plan(
    hall: Hall,
    now: Moment,
    *,
    name: str,
    bands: list[dict[str, Any]],
    plan: str | None = None,
    version: int | None = None,
) -> list[Event]:
    """A new plan, or the next version of one. ``version`` is the one it was made from: refuses plan_changed
    when somebody saved another meanwhile. Nothing happens when nothing is different."""
    known = None if plan is None else the_plan(hall, plan)
    if known is not None and version != known.latest.version:
        raise Refusal("plan_changed", plan=known.latest.name, version=known.latest.version, by=known.latest.by)
    if known is None and len(hall.plans) >= PLANS_LIMIT:
        raise Refusal("plans_full", limit=PLANS_LIMIT)
    if any(other.id != plan and other.latest.name == name for other in hall.plans.values()):
        raise Refusal("plan_name_taken", plan=name)
    read = tuple(Band.from_plain(band) for band in bands)
    _check(hall, read)
    if known is not None and (known.latest.name, known.latest.bands) == (name, read):
        return []
    # A plan is named after the deed that makes it, so that no name is ever given twice.
    made = f"plan-{hall.number + 1}" if known is None else known.id
    return [PlanSaved(made, 1 if known is None else known.latest.version + 1, name, [b.to_plain() for b in read])]


def _check(hall: Hall, bands: tuple[Band, ...]) -> None:
    if len(bands) > BANDS_LIMIT:
        raise Refusal("bands_full", limit=BANDS_LIMIT)
    for band in bands:
        if not band.days or band.start >= band.end:
            raise Refusal("band_ends_early", start=band.start, end=band.end)
        for window, here in band.windows.items():
            if window not in hall.windows:
                raise Refusal("unknown_window", window=window)
            if here.state not in (STAFFED, LUNCH):
                raise Refusal("unknown_state", state=here.state)
            for zone in (here.zone, here.support):
                if zone is not None and zone not in hall.layout.zones:
                    raise Refusal("unknown_zone", zone=zone)
            if here.support is not None and here.support == (here.zone or usual_place(hall, hall.windows[window])[0]):
                raise Refusal("supports_itself", zone=here.support)
    clash = overlapping(bands)
    if clash is not None:
        weekday, earlier, later = clash
        raise Refusal("bands_overlap", weekday=weekday, end=earlier.end, start=later.start)


def adopt_plan(
    hall: Hall, now: Moment, *, plan: str, version: int | None = None, from_day: str | None = None
) -> list[Event]:
    """Follow a version of a plan, the newest where none is named, from today or a later day on."""
    known = the_plan(hall, plan)
    chosen = known.latest.version if version is None else the_version(known, version).version
    today = local_day(now, hall.layout.tz)
    day = today if from_day is None else _day(from_day)
    if day < today:
        raise Refusal("plan_day_over", day=day.isoformat())
    if day > today + timedelta(days=DAYS_AHEAD_LIMIT):
        raise Refusal("plan_too_far", day=day.isoformat(), limit=DAYS_AHEAD_LIMIT)
    there = [adoption for adoption in hall.adoptions if adoption.from_day == day.isoformat()]
    if [(adoption.plan, adoption.version) for adoption in there] == [(plan, chosen)]:
        return []
    if not there and len(hall.adoptions) >= ADOPTIONS_LIMIT:
        raise Refusal("adoptions_full", limit=ADOPTIONS_LIMIT)
    return [PlanAdopted(plan, chosen, day.isoformat())]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("malformed", field="from_day") from None


def drop_plan(hall: Hall, now: Moment, *, plan: str) -> list[Event]:
    """Follow it no more, neither today nor on a day it was scheduled for."""
    the_plan(hall, plan)
    if not any(adoption.plan == plan for adoption in hall.adoptions):
        raise Refusal("plan_not_adopted", plan=hall.plans[plan].latest.name)
    return [PlanDropped(plan)]


def remove_plan(hall: Hall, now: Moment, *, plan: str) -> list[Event]:
    """Take a plan off the list. One that is followed or scheduled must be dropped first."""
    known = the_plan(hall, plan)
    if any(adoption.plan == plan for adoption in hall.adoptions):
        raise Refusal("plan_adopted", plan=known.latest.name)
    return [PlanRemoved(plan)]


def filed_plans(hall: Hall, before: Iterable[dict[str, Any]], filed: Iterable[dict[str, Any]]) -> list[Event]:
    """The plans of the hall's file as versions: those it has anew, or tells otherwise than it did ``before``."""
    told = {plan["id"]: plan for plan in before}
    events: list[Event] = []
    for plan in filed:
        if told.get(plan["id"]) == plan:
            continue
        known = hall.plans.get(plan["id"])
        bands = tuple(Band.from_plain(band) for band in plan["bands"])
        version = 1 if known is None else known.latest.version + 1
        events.append(PlanSaved(plan["id"], version, plan["name"], [band.to_plain() for band in bands]))
        if plan.get("adopted"):
            events.append(PlanAdopted(plan["id"], version, plan["adopted"]))
    return events


def the_plan(hall: Hall, plan: str) -> Plan:
    found = hall.plans.get(plan)
    if found is None:
        raise Refusal("unknown_plan", plan=plan)
    return found


def the_version(plan: Plan, version: int) -> PlanVersion:
    found = plan.find(version)
    if found is None:
        raise Refusal("unknown_version", plan=plan.latest.name, version=version)
    return found
