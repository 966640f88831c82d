"""Who helps which zone in the reference halls, as ``reference_halls.toml`` tells it, and as a hall's plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from hallserver.rules.bands import DAY_END, Assignment, Band
from hallserver.rules.layout import DAYS

FROM = "2026-11-23"
"""The day that is played."""


@dataclass(frozen=True, slots=True)
class SupportBand:
    """From ``start`` (``HH:MM``) on, these windows help these zones, each besides its own: window -> zone."""

    start: str
    support: dict[str, str]


def read_band(told: dict[str, str]) -> SupportBand:
    """``{"from": "12:00", "z0": "z1*2 z2"}``: of z0 the first two windows help z1 and the third z2."""
    support = {}
    for zone, helped in told.items():
        if zone == "from":
            continue
        for n, other in enumerate(_one_by_one(helped), 1):
            support[f"{zone}-{n}"] = other
    return SupportBand(told["from"], support)


def _one_by_one(helped: str) -> list[str]:
    zones: list[str] = []
    for part in helped.split():
        zone, _, times = part.partition("*")
        zones += [zone] * int(times or 1)
    return zones


def filed(plan: Sequence[SupportBand]) -> tuple[dict[str, Any], ...]:
    """What the hall's file says of the plan: its first band is where the windows usually are, later ones name
    the windows that change."""
    if len(plan) < 2:
        return ()
    usual = plan[0].support
    bands = []
    for band, end in [(band, after.start) for band, after in pairwise(plan[1:])] + [(plan[-1], DAY_END)]:
        changed = {w: Assignment(None, zone) for w, zone in band.support.items() if usual.get(w) != zone}
        bands.append(Band(DAYS, band.start, end, changed).to_plain())
    return ({"id": "support", "name": "支援", "adopted": FROM, "bands": bands},)
