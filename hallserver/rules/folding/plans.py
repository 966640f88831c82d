"""What saving, adopting and following a plan change."""

from __future__ import annotations

from hallserver import events as e
from hallserver.rules.bands import Adoption, Band, BandNow, Plan, PlanGone, PlanVersion
from hallserver.rules.folding.moves import Folds
from hallserver.rules.hall import Hall
from hallserver.rules.plans import moments_of, next_change, stretches_of, version_on

VERSIONS_KEPT = 30
"""Of one plan in the live state; the log and the tables keep all."""
GONE_LIMIT = 40


def look_ahead(hall: Hall) -> None:
    """Keep ready when the plan has something to do next."""
    hall.plan_due = next_change(hall)


def day_again(hall: Hall) -> None:
    """The day became another (closed, or a working weekend): the plan takes it up anew, where that changes anything."""
    if hall.band is None or hall.day is None:
        return
    version = version_on(hall, hall.day)
    parts = stretches_of(hall, hall.day, version.bands if version is not None else ())
    if (hall.band.begins, hall.band.ends) not in [moments_of(hall, hall.day, part) for part in parts]:
        hall.band = None
        look_ahead(hall)


def _saved(hall: Hall, deed: e.Deed, event: e.PlanSaved) -> None:
    bands = tuple(Band.from_plain(band) for band in event.bands)
    version = PlanVersion(event.version, event.name, bands, deed.at, deed.by)
    plan = hall.plans.setdefault(event.plan, Plan(event.plan, []))
    plan.versions.append(version)
    followed = {adoption.version for adoption in hall.adoptions if adoption.plan == plan.id}
    old = plan.versions[:-VERSIONS_KEPT]
    plan.versions = [one for one in old if one.version in followed] + plan.versions[-VERSIONS_KEPT:]


def _adopted(hall: Hall, deed: e.Deed, event: e.PlanAdopted) -> None:
    others = [adoption for adoption in hall.adoptions if adoption.from_day != event.from_day]
    hall.adoptions = sorted([*others, Adoption(event.from_day, event.plan, event.version)], key=lambda a: a.from_day)
    keep_adoptions(hall)
    look_ahead(hall)


def keep_adoptions(hall: Hall) -> None:
    """Of the plans adopted for days that have come, the last is in force."""
    if hall.day is None:
        return
    today = hall.day.isoformat()
    begun = [adoption for adoption in hall.adoptions if adoption.from_day <= today]
    hall.adoptions = begun[-1:] + [adoption for adoption in hall.adoptions if adoption.from_day > today]


def _dropped(hall: Hall, deed: e.Deed, event: e.PlanDropped) -> None:
    hall.adoptions = [adoption for adoption in hall.adoptions if adoption.plan != event.plan]
    look_ahead(hall)


def _removed(hall: Hall, deed: e.Deed, event: e.PlanRemoved) -> None:
    gone = hall.plans.pop(event.plan)
    hall.plans_gone[gone.id] = PlanGone(gone.latest.name, deed.at, deed.by)
    while len(hall.plans_gone) > GONE_LIMIT:
        del hall.plans_gone[next(iter(hall.plans_gone))]


def _band_began(hall: Hall, deed: e.Deed, event: e.BandBegan) -> None:
    hall.band = None
    if event.plan is not None and event.version is not None:
        hall.band = BandNow(event.plan, event.version, event.day, event.begins, event.ends)
    hall.to_lunch = tuple(event.lunch)
    look_ahead(hall)


FOLDS: Folds = {
    e.PlanSaved: _saved,
    e.PlanAdopted: _adopted,
    e.PlanDropped: _dropped,
    e.PlanRemoved: _removed,
    e.BandBegan: _band_began,
}
