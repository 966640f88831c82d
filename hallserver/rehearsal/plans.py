"""What some residents plan beside coming: a booking, several matters with one number, coming back with a paper.

Drawn after the day itself and by a chance of its own: the rest of a seed's day is the same with and without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import log, sqrt
from random import Random

from hallserver.rehearsal.hall import ISSUING_MIN, ISSUING_VARIATION, MINUTE_S, Hall, Item
from hallserver.rehearsal.visits import Booked, Visit, VisitPart

CHAIN_SHARE = 0.02
BRINGS_SHARE = 0.5
"""Of those who are told what is missing."""
BOOKED_SHARE = 0.1
"""Of those whose zone takes bookings."""
COMES = {"early": 0.3, "in_time": 0.55, "late": 0.15}
NEVER_SHARE = 0.15
"""So many more than those who come have booked and stay away."""
LONGEST_MIN = 60.0
"""What takes longer is settled another day."""


def service_s(item: Item | None, random: Random) -> float:
    """Lognormal with the item's mean and coefficient of variation, its far tail cut off."""
    mean, variation = (item.typical_min, item.variation) if item else (ISSUING_MIN, ISSUING_VARIATION)
    sigma2 = log(1 + variation**2)
    minutes = random.lognormvariate(log(mean) - sigma2 / 2, sqrt(sigma2))
    return min(minutes, max(LONGEST_MIN, 2 * mean)) * MINUTE_S


def with_plans(hall: Hall, visits: Iterable[Visit], random: Random) -> Iterator[Visit]:
    """The visits with their plans, and those who booked and never come."""
    for visit in visits:
        plain = visit.sent_to is None and visit.green is None and visit.leaves_after_s is None
        if visit.item is not None and plain and random.random() < CHAIN_SHARE:
            yield _chain(hall, visit, random)
        elif visit.outcome == "told_missing" and random.random() < BRINGS_SHARE:
            yield replace(visit, brings_after_s=random.uniform(10, 40) * MINUTE_S)
        elif plain and visit.zone in hall.bookings.zones and random.random() < BOOKED_SHARE:
            yield _booked(hall, visit, random)
            if random.random() < NEVER_SHARE:
                yield replace(visit, booking=Booked(visit.comes_s, "never"))
        else:
            yield visit


def _chain(hall: Hall, visit: Visit, random: Random) -> Visit:
    """One more matter, of any zone whose windows can serve it."""
    own = hall.items[visit.item or ""]
    others = [item for zone in hall.zones for item in hall.items_of(zone) if item.id != own.id]
    if not others:
        return visit
    other = random.choice(others)
    parts = (
        VisitPart(own.id, own.zone, own.needs, visit.service_s),
        VisitPart(other.id, other.zone, other.needs, service_s(other, random)),
    )
    return replace(visit, parts=parts, outcome="done", aside_s=None)


def _booked(hall: Hall, visit: Visit, random: Random) -> Visit:
    """The time it was booked for: before or after the moment at which its holder comes."""
    bookings = hall.bookings
    comes = random.choices(list(COMES), list(COMES.values()))[0]
    before_s = {
        "early": bookings.early_s + random.uniform(-15, 10) * MINUTE_S,
        "in_time": random.uniform(-10, 5) * MINUTE_S,
        "late": -(bookings.slot_s + bookings.late_s + random.uniform(5, 20) * MINUTE_S),
    }[comes]
    return replace(visit, booking=Booked(visit.comes_s + before_s, comes))
