"""What support brings: the reference halls played strictly by zones, by our rule, and pooled.

Capture is the share of the gap between strict 1+X (no support) and fully pooled first-come that the rule
closes: (strict − ours) / (strict − pooled), of the mean over days of each day's mean wait. Each day is
the same under every policy. Pooled is the same hall as one zone, where every window takes every matter
as quickly as its own; so it can't be reached, only approached.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import sqrt
from statistics import fmean, stdev

from rich.console import Console
from rich.table import Table

from benchmarks.dispatch_anchors import Estimate, how_long, who_waits
from benchmarks.dispatch_days import ReferenceHall, drawn_day, reference_halls
from benchmarks.dispatch_play import Played, SimulatedHall
from hallserver.moments import MINUTE_MS
from hallserver.rules.layout import Layout

Row = tuple[str, str, str, str, bool]

DAYS = {"large": 80, "small": 3000}
"""Enough for a 95 % interval of capture under ± 2 points; under a half in the small hall, where the limit is near."""
LIMITS = {("large", "ours"): 0.84, ("large", "half trained"): 0.80, ("small", "ours"): 0.79}
INTERVAL_LIMIT = 0.02
ANCHOR_VISITS = 40_000


@dataclass(slots=True)
class Sums:
    """A policy's days. Waits in minutes."""

    means: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    longest: list[float] = field(default_factory=list)
    utilisation: list[float] = field(default_factory=list)
    zones: dict[str, list[float]] = field(default_factory=dict)
    supported: int = 0
    served: int = 0
    overtakings: int = 0

    def add(self, played: Played) -> None:
        waits = sorted(played.all_waits())
        self.means.append(fmean(waits) / MINUTE_MS)
        self.late.append(waits[int(len(waits) * 0.95)] / MINUTE_MS)
        self.longest.append(waits[-1] / MINUTE_MS)
        self.utilisation.append(played.utilisation)
        for zone, of_zone in played.waits.items():
            self.zones.setdefault(zone, []).append(fmean(of_zone) / MINUTE_MS)
        self.supported += played.supported
        self.served += len(waits)
        self.overtakings += played.overtakings

    def worst_zone(self) -> tuple[float, str]:
        """The mean wait of the zone that waits most, and its name."""
        return max((fmean(waits), zone) for zone, waits in self.zones.items())


def policies(hall: ReferenceHall) -> dict[str, Layout]:
    """The same hall under each policy, our own rules and settings in all of them."""
    return {
        "strict": hall.layout(),
        "ours": hall.layout(hall.plans["ours"]),
        "half trained": hall.layout(hall.plans["half trained"]),
        "pooled": hall.layout(pooled=True),
    }


def played(hall: ReferenceHall, days: Iterable[int]) -> dict[str, Sums]:
    """Every policy over the same days."""
    layouts = policies(hall)
    sums = {policy: Sums() for policy in layouts}
    for day in days:
        visits = drawn_day(hall, day)
        for policy, layout in layouts.items():
            sums[policy].add(SimulatedHall(layout).play(visits))
    return sums


def capture(sums: dict[str, Sums], policy: str) -> tuple[float, float]:
    """The share of the gap that is closed, and the half-width of its 95 % interval (a ratio of means)."""
    days = list(zip(sums["strict"].means, sums[policy].means, sums["pooled"].means, strict=True))
    gap = fmean(strict - pooled for strict, _, pooled in days)
    share = fmean(strict - ours for strict, ours, _ in days) / gap
    rest = [(strict - ours) - share * (strict - pooled) for strict, ours, pooled in days]
    return share, 1.96 * stdev(rest) / sqrt(len(rest)) / gap


def is_reached(share: float, within: float, limit: float) -> bool:
    """The mean itself is at the limit or above it, and measured closely enough."""
    return share >= limit and within < INTERVAL_LIMIT


def measure() -> list[Row]:
    """Rows of: what, figures, ratio, limit, reached. Prints each hall's own table first."""
    rows: list[Row] = []
    for hall in reference_halls().values():
        sums = played(hall, range(DAYS[hall.name]))
        Console(width=130).print(_table(hall, sums))
        rows += _captures(hall, sums)
    return rows + _anchors()


def _table(hall: ReferenceHall, sums: dict[str, Sums]) -> Table:
    days = len(sums["strict"].means)
    table = Table(
        f"{hall.name} hall, {days} days", "mean wait", "95 %", "longest", "worst zone", "windows busy", "by support",
        "overtaken", "capture",
    )  # fmt: skip
    for policy, of_policy in sums.items():
        worst, zone = of_policy.worst_zone()
        share, within = capture(sums, policy)
        table.add_row(
            policy,
            f"{fmean(of_policy.means):.2f} min",
            f"{fmean(of_policy.late):.1f} min",
            f"{fmean(of_policy.longest):.1f} min",
            f"{worst:.2f} min ({zone})",
            f"{fmean(of_policy.utilisation):.1%}",
            f"{of_policy.supported / of_policy.served:.1%}",
            str(of_policy.overtakings),
            "" if policy in ("strict", "pooled") else f"{share:.1%} ± {within:.1%}",
        )
    return table


def _captures(hall: ReferenceHall, sums: dict[str, Sums]) -> list[Row]:
    rows: list[Row] = []
    for policy in ("ours", "half trained"):
        share, within = capture(sums, policy)
        limit = LIMITS.get((hall.name, policy))
        reached = limit is None or is_reached(share, within, limit)
        means = " : ".join(f"{fmean(sums[p].means):.2f}" for p in ("strict", policy, "pooled"))
        rows.append(
            (f"capture, {hall.name} hall, {policy}", f"{means} min", f"{share:.1%} ± {within:.1%}",
             f"≥ {limit:.0%}" if limit else "stated", reached)
        )  # fmt: skip
    overtaken = sum(of_policy.overtakings for of_policy in sums.values())
    rows.append((f"walk-ins overtaken within a zone, {hall.name} hall", str(overtaken), "", "0", overtaken == 0))
    return rows


def _anchors() -> list[Row]:
    """The simulator against what is known exactly."""
    first, second = how_long(6, (1.6, 3.2), ANCHOR_VISITS)
    return [
        _anchor("who waits, M/M/6, load 4.8", who_waits(6, 4.8, ANCHOR_VISITS)),
        _anchor("who waits, M/M/90, load 84", who_waits(90, 84, ANCHOR_VISITS)),
        _anchor("first of two priorities, M/M/6", first),
        _anchor("second of two priorities, M/M/6", second),
    ]


def _anchor(name: str, found: Estimate) -> Row:
    return (
        f"{name} (simulated : exact)", f"{found.simulated:.4f} ± {found.within:.4f} : {found.exact:.6f}",
        f"{found.simulated / found.exact:.3f}", "within 3 s.e.", found.agrees,
    )  # fmt: skip
