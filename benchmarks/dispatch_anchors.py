"""Queues whose waits are known exactly, played through the same rules: the simulator's own proof.

M/M/c: Poisson arrivals, exponential services, c windows of one zone. How many have to wait is Erlang's
C formula. With a head start so large that it is never made up, a class goes before the other without
interrupting it: Cobham's waits (1954) for two non-preemptive priorities.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from math import sqrt
from random import Random
from statistics import fmean

from benchmarks.dispatch_days import OPENING, Visit
from benchmarks.dispatch_play import SimulatedHall
from hallserver.moments import MINUTE_MS
from hallserver.rules.layout import Item, Layout, WindowPlan, Zone

FOR_EVER_MIN = 1_000_000_000.0
BATCHES = 30
WARM_UP = 0.03
"""The share of visits after which the first are forgotten: the hall was empty when it opened."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A simulated figure with the half-width of its 95 % interval, beside the exact one."""

    simulated: float
    within: float
    exact: float

    @property
    def agrees(self) -> bool:
        """The exact figure lies within three standard errors."""
        return abs(self.simulated - self.exact) <= 1.5 * self.within


def erlang_c(windows: int, load: float) -> float:
    """The share of arrivals that have to wait in M/M/c with that offered load (λ/μ)."""
    blocked = reduce(lambda b, n: load * b / (n + load * b), range(1, windows + 1), 1.0)
    return blocked / (1 - load / windows * (1 - blocked))


def priority_waits(windows: int, rates: tuple[float, float]) -> tuple[float, float]:
    """Mean waits of two non-preemptive classes in M/M/c with μ = 1, the first before the second."""
    first, both = rates[0] / windows, sum(rates) / windows
    wait = erlang_c(windows, sum(rates)) / windows
    return wait / (1 - first), wait / ((1 - first) * (1 - both))


def a_zone(windows: int) -> Layout:
    """One zone, where green tickets go before all others for ever."""
    return Layout(
        id="exact", name="", name_en="", timezone="UTC", sessions=(), always_open=True, waiting_limit=1_000_000,
        zones={"z": Zone("z", "", "", "comprehensive", "Z")}, green_reasons=("elderly",),
        windows={str(n): WindowPlan(str(n), "", "z", calls_by_itself=True) for n in range(windows)},
        items={"any": Item("any", "", "", "", "z", "instant", 1.0, 1.0)},
        head_start_min={"walk_in": 0, "booked": 0, "green": FOR_EVER_MIN},
    )  # fmt: skip


def a_stream(seed: int, visits: int, first: float, second: float) -> list[Visit]:
    """So many arrivals of both classes (rates a minute) with services of one minute on average."""
    chance = Random(seed)
    minute, stream = 0.0, []
    for _ in range(visits):
        minute += chance.expovariate(first + second)
        at = OPENING + round(minute * MINUTE_MS)
        class_ = "green" if chance.random() * (first + second) < first else "walk_in"
        stream.append(Visit(at, "any", "z", class_, None, round(chance.expovariate(1) * MINUTE_MS), False))
    return stream


def who_waits(windows: int, load: float, visits: int, seed: int = 1) -> Estimate:
    """How many of all have to wait."""
    waits, stream = _played(windows, a_stream(seed, visits, 0, load))
    waited = [float(wait > 0) for wait in waits]
    return Estimate(*_mean(waited, stream, load), erlang_c(windows, load))


def how_long(windows: int, rates: tuple[float, float], visits: int, seed: int = 1) -> tuple[Estimate, Estimate]:
    """How long the first and the second class wait, in mean services."""
    waits, stream = _played(windows, a_stream(seed, visits, *rates))
    exact = priority_waits(windows, rates)
    found = []
    for class_, told in zip(("green", "walk_in"), exact, strict=True):
        minutes = [wait / MINUTE_MS if v.class_ == class_ else None for wait, v in zip(waits, stream, strict=True)]
        found.append(Estimate(*_mean(minutes, stream, sum(rates)), told))
    return found[0], found[1]


def _played(windows: int, stream: list[Visit]) -> tuple[list[int], list[Visit]]:
    hall = SimulatedHall(a_zone(windows))
    hall.play(stream)
    return hall.waited, stream


def _mean(values: list[float] | list[float | None], stream: list[Visit], load: float) -> tuple[float, float]:
    """The mean of what is not None, and its 95 % half-width, by batches.

    How much work a batch happened to bring explains most of its noise, and what it brings on average is
    known: the offered load is the control variate.
    """
    size = round(len(stream) * (1 - WARM_UP) / BATCHES)
    means, loads = [], []
    for start in range(len(stream) - size * BATCHES, len(stream), size):
        batch = stream[start : start + size]
        means.append(fmean(value for value in values[start : start + size] if value is not None))
        lasted_ms = batch[-1].at - stream[start - 1].at
        loads.append((sum(visit.service_ms for visit in batch) - load * lasted_ms) / MINUTE_MS / size)
    mean, drift = fmean(means), fmean(loads)
    slope = sum((m - mean) * (x - drift) for m, x in zip(means, loads, strict=True))
    slope /= sum((x - drift) ** 2 for x in loads)
    rest = [m - slope * x for m, x in zip(means, loads, strict=True)]
    spread = sqrt(sum((r - fmean(rest)) ** 2 for r in rest) / (BATCHES - 2))
    return fmean(rest), 2.05 * spread / sqrt(BATCHES)
