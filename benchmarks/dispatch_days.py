"""The reference halls, and the draw of a day in them: who comes when, with what, and for how long.

A day is drawn once and played under every policy, so that policies meet the same people (common random
numbers). Tickets of a matter are Poisson with mean ``tickets_a_day`` × day factor × zone factor; the
factors are lognormal with mean 1 (σ 0.08 and 0.15). They come over fifteen half-hours by their zone's
profile. 15 % are booked: their time is a quarter-hour's slot, and they check in around it. 5 % are
green. 5 % don't come when they are called.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import exp, log, sqrt
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.dispatch_plans import SupportBand, filed, read_band
from hallserver.moments import MINUTE_MS, Moment
from hallserver.rules.layout import Bookings, Item, Layout, WindowPlan, Zone

HALLS = Path(__file__).with_name("reference_halls.toml")
OPENING: Moment = 1_795_393_800_000
"""Monday 23 November 2026, 08:30 in the reference halls."""
HALF_HOUR_MIN = 30
SLOT_MIN = 15
EARLY_MIN, SPREAD_MIN = 5.0, 6.0
"""A booked person checks in this much before the slot, with this standard deviation."""
DAY_SIGMA, ZONE_SIGMA = 0.08, 0.15
BOOKED, GREEN, ABSENT = 0.15, 0.05, 0.05


@dataclass(frozen=True, slots=True)
class Visit:
    """One person: comes at that moment; a booked one for a slot that may be before or after it."""

    at: Moment
    item: str
    zone: str
    class_: str
    slot: Moment | None
    service_ms: int
    absent: bool


@dataclass(frozen=True, slots=True)
class ReferenceHall:
    """A hall of the benchmark: zones with their windows and arrivals, matters with their minutes."""

    name: str
    windows: dict[str, int]
    kinds: dict[str, str]
    profiles: dict[str, list[float]]
    items: dict[str, Item]
    tickets_a_day: dict[str, float] = field(default_factory=dict)
    plans: dict[str, list[SupportBand]] = field(default_factory=dict)
    """By policy: who helps which zone, band after band."""

    def layout(self, plan: Sequence[SupportBand] = (), *, pooled: bool = False) -> Layout:
        """Strict 1+X; with a ``plan`` windows help one zone more; ``pooled`` is one zone for all."""
        one = next(iter(self.windows))
        zones = {
            zone: Zone(zone, zone, zone, self.kinds[zone], f"Z{'ABCDEFGHIJ'[n]}")
            for n, zone in enumerate([one] if pooled else self.windows)
        }
        support = plan[0].support if plan else {}
        windows = {
            window: WindowPlan(window, "", one if pooled else zone, support.get(window), calls_by_itself=True)
            for zone, of_zone in self.windows_by_zone().items()
            for window in of_zone
        }
        items = self.items
        if pooled:
            items = {i.id: Item(i.id, i.name, i.name_en, i.line, one, i.kind, i.typical_min, i.variation)
                     for i in items.values()}  # fmt: skip
        return Layout(
            id=self.name, name=self.name, name_en=self.name, timezone="Asia/Shanghai", zones=zones, windows=windows,
            items=items, sessions=(), always_open=True, waiting_limit=1_000_000, green_reasons=("elderly",),
            bookings=Bookings(enabled=True, slot_min=SLOT_MIN, early_min=240), plans=filed(plan),
        )  # fmt: skip

    def windows_by_zone(self) -> dict[str, list[str]]:
        return {zone: [f"{zone}-{n}" for n in range(1, count + 1)] for zone, count in self.windows.items()}


def reference_halls() -> dict[str, ReferenceHall]:
    """The halls of ``reference_halls.toml`` by name."""
    read: dict[str, Any] = tomllib.loads(HALLS.read_text())
    return {name: _hall(name, read[name], read["profiles"]) for name in ("large", "small")}


def _hall(name: str, hall: dict[str, Any], profiles: dict[str, list[float]]) -> ReferenceHall:
    return ReferenceHall(
        name=name,
        windows={zone["id"]: zone["windows"] for zone in hall["zones"]},
        kinds={zone["id"]: zone["kind"] for zone in hall["zones"]},
        profiles={zone["id"]: profiles[zone["arrivals"]] for zone in hall["zones"]},
        items={
            i["id"]: Item(i["id"], i["id"], i["id"], "", i["zone"], "instant", i["mean_min"], i["variation"])
            for i in hall["items"]
        },
        tickets_a_day={item["id"]: item["tickets_a_day"] for item in hall["items"]},
        plans={policy: [read_band(band) for band in bands] for policy, bands in hall["plans"].items()},
    )


def drawn_day(hall: ReferenceHall, seed: int) -> list[Visit]:
    """One day's visits, in the order of their coming."""
    chance = Random(f"{hall.name} {seed}")
    day = _factor(chance, DAY_SIGMA)
    zone_factors = {zone: _factor(chance, ZONE_SIGMA) for zone in hall.windows}
    visits = []
    for item in hall.items.values():
        profile = hall.profiles[item.zone]
        mean = hall.tickets_a_day[item.id] * day * zone_factors[item.zone]
        for _ in range(_poisson(chance, mean)):
            slot = chance.choices(range(len(profile)), profile)[0]
            visits.append(_visit(chance, item, (slot + chance.random()) * HALF_HOUR_MIN))
    return sorted(visits, key=lambda visit: visit.at)


def _visit(chance: Random, item: Item, minute: float) -> Visit:
    draw = chance.random()
    class_ = "booked" if draw < BOOKED else "green" if draw < BOOKED + GREEN else "walk_in"
    at, slot = OPENING + round(minute * MINUTE_MS), None
    if class_ == "booked":
        slot_min = round(minute / SLOT_MIN) * SLOT_MIN
        slot = OPENING + slot_min * MINUTE_MS
        at = max(OPENING, slot + round(chance.gauss(-EARLY_MIN, SPREAD_MIN) * MINUTE_MS))
    sigma2 = log(1 + item.variation**2)
    minutes = exp(chance.gauss(log(item.typical_min) - sigma2 / 2, sqrt(sigma2)))
    return Visit(at, item.id, item.zone, class_, slot, max(1, round(minutes * MINUTE_MS)), chance.random() < ABSENT)


def _factor(chance: Random, sigma: float) -> float:
    """Lognormal with mean 1."""
    return exp(chance.gauss(-sigma * sigma / 2, sigma))


def _poisson(chance: Random, mean: float) -> int:
    """How many arrivals of a unit-rate stream come before ``mean``."""
    count, clock = 0, chance.expovariate(1)
    while clock < mean:
        count, clock = count + 1, clock + chance.expovariate(1)
    return count
