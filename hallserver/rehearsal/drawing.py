"""Draws a day of a hall: who comes when and for what, and who sits at which window. Pure, by a seed.

Residents come in a morning and an afternoon hump (a Poisson process whose rate follows ``pace``, by
thinning). Their number is such that the windows are about 80–85 % busy: a pool of windows can be busier
than a single one, where nobody shares the wait. Minutes at the window are lognormal, as in real halls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import exp, sqrt
from random import Random

from hallserver.rehearsal.hall import HOUR_S, MINUTE_S, Hall, Item
from hallserver.rehearsal.plans import service_s, with_plans
from hallserver.rehearsal.visits import Rating, Visit

HUMPS = ((0.17, 0.10, 1.0), (0.74, 0.11, 0.8))
"""Where in the day, how wide (shares of the day) and how high above the quiet pace."""
QUIET_PACE = 0.75
LAST_PRESSES_S = 30 * MINUTE_S
"""Before closing fewer and fewer still come."""

BUSY_MOST, BUSY_LOSS = 0.86, 0.08
"""A zone of n windows is meant to be ``BUSY_MOST − BUSY_LOSS / √n`` busy."""
BUSY_MARGIN = 0.02
DRAWS_LIMIT = 200
"""A zone's day is drawn again until it is an ordinary one: as busy as meant, within the margin."""
ISSUED_PER_HOUR = 1.4
"""Papers handed over at an issuing window: a few."""

BY_ZONE_SHARE = 0.25
GREEN_SHARE = 0.02
WALK_AWAY_SHARE = 0.05
MISS_SHARE = 0.04
RETURN_SHARE = 0.6
ASIDE_SHARE = 0.015
SENT_ON_SHARE = 0.015
CALLED_AGAIN_SHARE = 0.03
ENGLISH_SHARE = 0.03
RATING_SHARE = 0.4
PRESS_TWICE = 2
LEVELS = {5: 0.70, 4: 0.24, 3: 0.04, 2: 0.013, 1: 0.007}
OPTIONS_SHARE = 0.7

LUNCHES = ((11.5 * HOUR_S, 12.5 * HOUR_S), (12.5 * HOUR_S, 13.5 * HOUR_S))
LATE_MOST_S = 4 * MINUTE_S
"""How late after opening a window may open."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A clerk's day at a window."""

    window: str
    opens_s: float
    closes_s: float
    lunch: tuple[float, float] | None

    @property
    def open_s(self) -> float:
        away = self.lunch[1] - self.lunch[0] if self.lunch else 0.0
        return self.closes_s - self.opens_s - away


@dataclass(frozen=True, slots=True)
class Day:
    """Times are seconds after midnight; ``visits`` are in the order in which they come."""

    opens_s: float
    closes_s: float
    visits: tuple[Visit, ...]
    shifts: tuple[Shift, ...]


def draw_day(hall: Hall, seed: int, codes: Mapping[int, Sequence[str]] | None = None) -> Day:
    """The day of a seed; ``codes`` are the option codes a rating of each level may carry."""
    random = Random(f"{hall.id} {seed}")  # noqa: S311 - a day to play, not a secret
    shifts = list(_shifts(hall, random))
    visits: list[Visit] = []
    for zone in hall.zones.values():
        open_s = sum(shift.open_s for shift in shifts if hall.windows[shift.window].zone == zone.id)
        windows = len(hall.windows_of(zone.id))
        demand = Demand(hall, zone.id, codes or {}, random)
        if windows and zone.kind == "issuing":
            visits += demand.comers(ISSUED_PER_HOUR * open_s / HOUR_S)
        elif windows:
            visits += demand.ordinary_day(busy_meant(windows) * open_s)
    visits = list(with_plans(hall, visits, Random(f"{hall.id} {seed} plans")))  # noqa: S311
    visits.sort(key=lambda visit: visit.comes_s)
    for index in random.sample(range(len(visits)), min(PRESS_TWICE, len(visits))):
        visits[index] = replace(visits[index], presses_twice=True)
    return Day(hall.opens_s, hall.closes_s, tuple(visits), tuple(shifts))


def busy_meant(windows: int) -> float:
    """The share of its open time that a zone's window is meant to be busy."""
    return BUSY_MOST - BUSY_LOSS / sqrt(windows)


def pace(hall: Hall, moment_s: float) -> float:
    """How many come at a moment, in comparison: 0 outside the hours, 1.75 at the height of the morning."""
    if not any(start <= moment_s < end for start, end in hall.sessions):
        return 0.0
    at = (moment_s - hall.opens_s) / (hall.closes_s - hall.opens_s)
    humps = sum(height * exp(-(((at - middle) / width) ** 2) / 2) for middle, width, height in HUMPS)
    return (QUIET_PACE + humps) * min(1.0, (hall.closes_s - moment_s) / LAST_PRESSES_S)


def _shifts(hall: Hall, random: Random) -> Iterator[Shift]:
    """Every window's clerk; lunch is taken in two turns, so that a zone of two windows is never left."""
    whole_day = hall.opens_s <= LUNCHES[0][0] - HOUR_S and hall.closes_s >= LUNCHES[1][1] + HOUR_S
    for zone in hall.zones:
        for place, window in enumerate(hall.windows_of(zone)):
            lunch = LUNCHES[(place + 1) % 2] if whole_day and len(hall.sessions) == 1 else None
            yield Shift(window.id, hall.opens_s + random.uniform(0, LATE_MOST_S), hall.closes_s, lunch)


class Demand:
    """What the residents of one zone want."""

    def __init__(self, hall: Hall, zone: str, codes: Mapping[int, Sequence[str]], random: Random) -> None:
        self._hall = hall
        self._zone = zone
        self._codes = codes
        self._random = random
        self._items = hall.items_of(zone)
        self._weights = list(accumulate(item.weight for item in self._items))
        steps = int((hall.closes_s - hall.opens_s) / MINUTE_S)
        self._paces = [pace(hall, hall.opens_s + (step + 0.5) * MINUTE_S) for step in range(steps)]
        self._elsewhere = _elsewhere(hall, zone)

    def ordinary_day(self, work_s: float) -> list[Visit]:
        """Visits whose work is ``work_s`` within the margin; the nearest, if none of many days is."""
        some = self.comers(400)
        expected = work_s / (sum(visit.occupies_s for visit in some) / len(some))
        nearest: list[Visit] = []
        nearest_off = float("inf")
        for _ in range(DRAWS_LIMIT):
            visits = self.comers(expected)
            off = abs(sum(visit.occupies_s for visit in visits) / work_s - 1)
            if off < nearest_off:
                nearest, nearest_off = visits, off
            if off <= BUSY_MARGIN:
                break
        return nearest

    def comers(self, expected: float) -> list[Visit]:
        """A Poisson process over the day with ``expected`` visits on average, by thinning."""
        hall, random = self._hall, self._random
        highest = max(self._paces)
        most_per_s = expected * highest / (sum(self._paces) * MINUTE_S)
        found: list[Visit] = []
        comes_s = hall.opens_s
        while (comes_s := comes_s + random.expovariate(most_per_s)) < hall.closes_s:
            if random.random() * highest < pace(hall, comes_s):
                found.append(self._visit(comes_s))
        return found

    def _visit(self, comes_s: float) -> Visit:
        random, reasons = self._random, self._hall.green_reasons
        item = random.choices(self._items, cum_weights=self._weights)[0] if self._items else None
        named = item if item is not None and random.random() >= BY_ZONE_SHARE else None
        misses = _happens(random, MISS_SHARE)
        sent_to = random.choice(self._elsewhere) if self._elsewhere and _happens(random, SENT_ON_SHARE) else None
        return Visit(
            comes_s=comes_s,
            zone=self._zone,
            item=named.id if named else None,
            needs=named.needs if named else frozenset(),
            service_s=service_s(item, random),
            walk_s=random.uniform(15, 45),
            outcome=_outcome(item, random),
            green=random.choice(reasons) if reasons and _happens(random, GREEN_SHARE) else None,
            language="en" if _happens(random, ENGLISH_SHARE) else "zh-CN",
            leaves_after_s=random.uniform(2, 15) * MINUTE_S if _happens(random, WALK_AWAY_SHARE) else None,
            misses=misses,
            returns_after_s=random.uniform(3, 12) * MINUTE_S if misses and _happens(random, RETURN_SHARE) else None,
            called_again=_happens(random, CALLED_AGAIN_SHARE),
            aside_s=random.uniform(4, 9) * MINUTE_S if sent_to is None and _happens(random, ASIDE_SHARE) else None,
            sent_to=sent_to,
            sent_service_s=service_s(None, random) if sent_to else 0.0,
            rating=_rating(self._codes, random) if _happens(random, RATING_SHARE) else None,
        )


def _elsewhere(hall: Hall, zone: str) -> list[str]:
    """Zones to be sent on to: mostly those where finished papers are handed over."""
    served = sorted({window.zone for window in hall.windows.values()} - {zone})
    issuing = [name for name in served if hall.zones[name].kind == "issuing"]
    return served + issuing * len(served)


def _happens(random: Random, share: float) -> bool:
    return random.random() < share


def _outcome(item: Item | None, random: Random) -> str:
    chosen = random.random()
    if chosen < 0.04:
        return "told_missing"
    if chosen < 0.06:
        return "accepted_with_gaps"
    if chosen < 0.07:
        return "referred"
    return "accepted" if item is not None and item.promised else "done"


def _rating(codes: Mapping[int, Sequence[str]], random: Random) -> Rating:
    level = random.choices(list(LEVELS), list(LEVELS.values()))[0]
    known = codes.get(level, ())
    chosen = random.sample(list(known), min(len(known), random.choice((1, 1, 2)))) if known else []
    return Rating(level, tuple(chosen) if random.random() < OPTIONS_SHARE else ())
