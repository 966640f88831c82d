"""A plan's bands: which window serves what between two times of a day, as data and in time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from hallserver.moments import Moment
from hallserver.rules.layout import DAYS

STAFFED, LUNCH = "staffed", "lunch"
MIDNIGHT, DAY_END = "00:00", "24:00"
BANDS_LIMIT = 60
"""Bands of one plan."""


@dataclass(slots=True, frozen=True)
class Assignment:
    """Where a window serves in a band. ``zone`` None leaves it in its usual zone; without a support either, it
    is at its usual place altogether."""

    zone: str | None
    support: str | None = None
    state: str = STAFFED


@dataclass(slots=True, frozen=True)
class Band:
    """``HH:MM`` to ``HH:MM`` on some weekdays. Windows it doesn't name keep their usual place."""

    days: tuple[str, ...]
    start: str
    end: str
    windows: dict[str, Assignment] = field(default_factory=dict)

    def to_plain(self) -> dict[str, Any]:
        """As the log, the API and a hall's file have it."""
        return {
            "days": list(self.days),
            "from": self.start,
            "to": self.end,
            "windows": {
                window: {"zone": here.zone, "support": here.support, "state": here.state}
                for window, here in self.windows.items()
            },
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Band:
        """The inverse of ``to_plain``; days in the week's order, windows as they were written."""
        return cls(
            days=tuple(day for day in DAYS if day in plain["days"]),
            start=plain["from"],
            end=plain["to"],
            windows={
                window: Assignment(here.get("zone"), here.get("support"), here.get("state") or STAFFED)
                for window, here in plain.get("windows", {}).items()
            },
        )


@dataclass(slots=True)
class PlanVersion:
    """What a plan said when it was saved so often."""

    version: int
    name: str
    bands: tuple[Band, ...]
    at: Moment
    by: str


@dataclass(slots=True)
class Plan:
    """A plan with the versions that can still be chosen, the newest last."""

    id: str
    versions: list[PlanVersion]

    @property
    def latest(self) -> PlanVersion:
        return self.versions[-1]

    def find(self, version: int) -> PlanVersion | None:
        return next((one for one in self.versions if one.version == version), None)


@dataclass(slots=True, frozen=True)
class PlanGone:
    """A plan that was taken off the list, for those who still look at it."""

    name: str
    at: Moment
    by: str


@dataclass(slots=True, frozen=True)
class Adoption:
    """From that day on (``YYYY-MM-DD``) the hall follows that version."""

    from_day: str
    plan: str
    version: int


@dataclass(slots=True, frozen=True)
class BandNow:
    """The stretch of a plan that the hall is in."""

    plan: str
    version: int
    day: str
    begins: Moment
    ends: Moment


class Stretch(NamedTuple):
    """A part of a day on which nothing changes; ``band`` is None where every window is at its usual place."""

    start: str
    end: str
    band: Band | None


def stretches(bands: Iterable[Band], weekday: str) -> list[Stretch]:
    """The whole day from 00:00 to 24:00, band after band, with what lies between them."""
    found: list[Stretch] = []
    at = MIDNIGHT
    for band in sorted((band for band in bands if weekday in band.days), key=lambda band: band.start):
        if band.start > at:
            found.append(Stretch(at, band.start, None))
        found.append(Stretch(band.start, band.end, band))
        at = band.end
    if at < DAY_END:
        found.append(Stretch(at, DAY_END, None))
    return found


def overlapping(bands: Iterable[Band]) -> tuple[str, Band, Band] | None:
    """A weekday on which two bands claim the same time, and the two."""
    bands = list(bands)
    for weekday in DAYS:
        of_day = sorted((band for band in bands if weekday in band.days), key=lambda band: (band.start, band.end))
        for earlier, later in pairwise(of_day):
            if later.start < earlier.end:
                return weekday, earlier, later
    return None
