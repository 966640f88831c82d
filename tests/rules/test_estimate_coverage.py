"""What is promised against what happens: simulated mornings of our own hall, pressed with its own rules."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from math import exp, log, sqrt
from random import Random
from typing import NamedTuple

import pytest

from hallserver.moments import MINUTE_MS, Moment
from hallserver.rules.calling import call_next
from hallserver.rules.hall import Hall
from hallserver.rules.issuing import issue
from hallserver.rules.layout import Item, Layout, WindowPlan
from hallserver.rules.services import complete, start_service
from tests.a_hall import OPENING, ZONES, a_hall, a_layout, press

ITEMS = (
    Item("quick", "查询", "Enquiry", "综合", "zonghe", "instant", 4.0, 0.6),
    Item("usual", "参保登记", "Registration", "医保", "zonghe", "instant", 8.0, 0.8),
    Item("long", "公司设立", "New company", "市场监管", "zonghe", "instant", 20.0, 0.8),
)
SHARES = (5, 4, 1)
MEAN_MIN = sum(share * item.typical_min for share, item in zip(SHARES, ITEMS, strict=True)) / sum(SHARES)


class Kept(NamedTuple):
    """A promise and what came of it, in minutes."""

    low: float
    likely: float
    high: float
    waited: float


def a_zone_with(windows: int) -> Layout:
    plans = [WindowPlan(str(n), "", "zonghe") for n in range(1, windows + 1)]
    return a_layout(zones=ZONES[:1], windows=plans, items=ITEMS, always_open=True)


def minutes_of(item: Item, chance: Random) -> float:
    """A lognormal service with the item's mean and variation."""
    sigma2 = log(1 + item.variation**2)
    return exp(chance.gauss(log(item.typical_min) - sigma2 / 2, sqrt(sigma2)))


def arrivals(chance: Random, windows: int, load: float, day_min: float) -> Iterator[Moment]:
    """A crowd at the door when it opens, then one by one."""
    minute = 0.0
    yield from [OPENING] * (2 * windows)
    while (minute := minute + chance.expovariate(load * windows / MEAN_MIN)) < day_min:
        yield OPENING + round(minute * MINUTE_MS)


def a_day(seed: int, windows: int, load: float, green_share: float = 0.0, day_min: float = 480) -> list[Kept]:
    """Every promise of one day to somebody who had to wait."""
    chance = Random(seed)
    hall = a_hall(a_zone_with(windows))
    coming = arrivals(chance, windows, load, day_min)
    happenings: list[tuple[Moment, int, str]] = [(moment, n, "") for n, moment in enumerate(coming)]
    heapq.heapify(happenings)
    while happenings:
        now, n, window = heapq.heappop(happenings)
        if window:
            press(hall, complete, now, window=window)
        else:
            green = {"class_": "green", "reason": "elderly"} if chance.random() < green_share else {}
            press(hall, issue, now, item=chance.choices(ITEMS, SHARES)[0].id, **green)
        for free in [w for w in hall.windows.values() if w.ticket is None]:
            if hall.waiting_count():
                press(hall, call_next, now, window=free.id)
                press(hall, start_service, now, window=free.id)
                served = hall.layout.items[hall.tickets[free.ticket or ""].item or ""]
                heapq.heappush(happenings, (now + round(minutes_of(served, chance) * MINUTE_MS), n, free.id))
    return list(promises(hall))


def promises(hall: Hall) -> Iterator[Kept]:
    for ticket in hall.tickets.values():
        assert ticket.promised is not None
        assert ticket.called is not None
        if ticket.promised[2] > 0:
            yield Kept(*ticket.promised, (ticket.called - ticket.issued) / MINUTE_MS)


def share(kept: list[Kept], of: str) -> float:
    """The share of promises of which something is true."""
    counted = {
        "kept": sum(k.low <= k.waited <= k.high for k in kept),
        "shorter than likely": sum(k.waited <= k.likely for k in kept),
    }
    return counted[of] / len(kept)


@pytest.mark.parametrize("windows", [1, 3, 6])
@pytest.mark.parametrize("load", [0.9, 1.05])
def test_about_eight_waits_in_ten_end_within_the_range_promised(windows: int, load: float) -> None:
    """Of thousands of promises on many days, since the waits of one day resemble each other."""
    kept = [k for seed in range(180 // windows) for k in a_day(seed, windows, load)]
    assert len(kept) > 5000
    assert 0.75 <= share(kept, "kept") <= 0.88
    assert 0.44 <= share(kept, "shorter than likely") <= 0.56


def test_one_green_ticket_in_ten_takes_little_from_the_promises() -> None:
    """Who comes later with a head start isn't foreseen: measured 77 in a hundred instead of 80."""
    kept = [k for seed in range(24) for k in a_day(seed, 4, 0.9, green_share=0.1)]
    assert 0.72 <= share(kept, "kept") <= 0.85


def test_the_range_tells_something() -> None:
    """On a full day it is narrower than the wait itself, or nobody would read it."""
    kept = [k for seed in range(24) for k in a_day(seed, 6, 1.05)]
    assert sum(k.high - k.low for k in kept) < 0.8 * sum(k.waited for k in kept)


def test_who_is_promised_no_wait_is_called_at_once() -> None:
    chance = Random(1)
    hall = a_hall(a_zone_with(3))
    for moment in arrivals(chance, 3, 0.3, 120):
        [deed] = press(hall, issue, moment, item="quick")
        free = [w for w in hall.windows.values() if w.ticket is None]
        assert (deed.event.facts()["wait"] == [0.0, 0.0, 0.0]) == bool(free)
        if free:
            press(hall, call_next, moment, window=free[0].id)
        else:
            press(hall, complete, moment, window="1")
            press(hall, call_next, moment, window="1")
