"""The reference halls and their simulator: checked against what is known exactly, or can be counted by hand."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.dispatch import Sums, capture, is_reached, played
from benchmarks.dispatch_anchors import erlang_c, how_long, priority_waits, who_waits
from benchmarks.dispatch_days import OPENING, ReferenceHall, Visit, drawn_day, reference_halls
from benchmarks.dispatch_plans import SupportBand, filed, read_band
from benchmarks.dispatch_play import SimulatedHall
from hallserver.moments import MINUTE_MS

HALLS = reference_halls()
SMALL, LARGE = HALLS["small"], HALLS["large"]


def test_the_formulas_are_the_known_ones() -> None:
    assert erlang_c(6, 4.8) == pytest.approx(0.517772, abs=5e-7)
    assert erlang_c(90, 84) == pytest.approx(0.411957, abs=5e-7)
    assert priority_waits(6, (1.6, 3.2)) == pytest.approx((0.117675, 0.588377), abs=5e-7)


@pytest.mark.parametrize(("windows", "load", "visits", "near"), [(6, 4.8, 20_000, 0.02), (90, 84.0, 20_000, 0.1)])
def test_as_many_wait_as_erlang_says(windows: int, load: float, visits: int, near: float) -> None:
    found = who_waits(windows, load, visits)
    assert found.agrees
    assert found.simulated == pytest.approx(found.exact, abs=near)


def test_two_classes_wait_as_long_as_cobham_says() -> None:
    first, second = how_long(6, (1.6, 3.2), 20_000)
    assert first.agrees
    assert second.agrees
    assert first.simulated == pytest.approx(first.exact, rel=0.1)
    assert second.simulated == pytest.approx(second.exact, rel=0.25)


def test_the_halls_are_those_of_the_reference() -> None:
    assert sum(LARGE.windows.values()) == 64
    assert sum(LARGE.tickets_a_day.values()) == pytest.approx(2422, abs=1)
    assert list(SMALL.windows.values()) == [3, 1, 1, 1]
    assert sum(SMALL.tickets_a_day.values()) == pytest.approx(218, abs=1)


def test_a_day_is_drawn_as_the_reference_says() -> None:
    visits = [visit for seed in range(12) for visit in drawn_day(LARGE, seed)]
    assert len(visits) / 12 == pytest.approx(2422, rel=0.1)
    classes = Counter(visit.class_ for visit in visits)
    assert classes["booked"] / len(visits) == pytest.approx(0.15, abs=0.01)
    assert classes["green"] / len(visits) == pytest.approx(0.05, abs=0.01)
    assert sum(visit.absent for visit in visits) / len(visits) == pytest.approx(0.05, abs=0.01)
    police = [visit.service_ms / MINUTE_MS for visit in visits if visit.item == "police"]
    assert sum(police) / len(police) == pytest.approx(10, rel=0.05)
    assert all(visit.at >= OPENING for visit in visits)
    assert all((visit.slot is not None) == (visit.class_ == "booked") for visit in visits)
    early = [(v.slot - v.at) / MINUTE_MS for v in visits if v.slot is not None]
    assert sum(early) / len(early) == pytest.approx(5, abs=0.6)
    assert {(v.slot - OPENING) % (15 * MINUTE_MS) for v in visits if v.slot is not None} == {0}
    assert drawn_day(LARGE, 3) == drawn_day(LARGE, 3) != drawn_day(LARGE, 4)


@pytest.mark.parametrize("hall", [LARGE, SMALL], ids=lambda hall: hall.name)
def test_every_window_helps_one_other_zone_and_of_half_trained_ones_half_do(hall: ReferenceHall) -> None:
    zone_of = {window: zone for zone, windows in hall.windows_by_zone().items() for window in windows}
    for policy, share in (("ours", 1.0), ("half trained", 0.5)):
        for band in hall.plans[policy]:
            assert band.support.keys() <= zone_of.keys()
            assert len(band.support) == len(zone_of) * share
            assert all(zone in hall.windows and zone != zone_of[window] for window, zone in band.support.items())


def test_a_plan_is_read_and_filed_as_the_windows_that_change() -> None:
    morning = read_band({"from": "08:30", "z0": "z1*2 z2", "z1": "z0"})
    assert morning == SupportBand("08:30", {"z0-1": "z1", "z0-2": "z1", "z0-3": "z2", "z1-1": "z0"})
    noon = read_band({"from": "12:00", "z0": "z1 z2*2", "z1": "z0"})
    assert filed([morning]) == ()
    [plan] = filed([morning, noon])
    [band] = plan["bands"]
    assert (band["from"], band["to"]) == ("12:00", "24:00")
    assert {window: here["support"] for window, here in band["windows"].items()} == {"z0-2": "z2"}


def test_from_noon_on_the_hall_follows_its_plan_by_itself() -> None:
    hall = SimulatedHall(SMALL.layout(SMALL.plans["ours"]))
    noon = OPENING + 210 * MINUTE_MS
    before = {window.id: window.support for window in hall.hall.windows.values()}
    assert before == SMALL.plans["ours"][0].support

    def tax(at: int) -> Visit:
        return Visit(at, "tax", "z3", "walk_in", None, 30 * MINUTE_MS, False)

    played = hall.play([tax(noon - 3), tax(noon - 2), tax(noon - 1)])
    assert {window.id: window.support for window in hall.hall.windows.values()} == SMALL.plans["ours"][1].support
    assert played.waits == {"z3": [0, 0, 1]}, "z1 helps z3 from noon on, and at once"
    assert played.supported == 2


def test_a_service_in_support_takes_longer_and_an_absent_one_is_short() -> None:
    hall = SimulatedHall(SMALL.layout(SMALL.plans["ours"]))
    minute = MINUTE_MS

    def visit(at_min: int, item: str, zone: str, absent: bool = False) -> Visit:
        at = OPENING + at_min * minute
        return Visit(at, item, zone, "walk_in", None, 10 * minute, absent)

    played = hall.play([visit(0, "police", "z1"), visit(1, "police", "z1"), visit(2, "tax", "z3", absent=True)])
    assert played.waits == {"z1": [0, 0], "z3": [0]}
    assert played.supported == 1
    assert played.busy_ms == 10 * minute + 11.5 * minute + 0.75 * minute
    assert played.ended == OPENING + 12.5 * minute


def test_who_is_booked_waits_from_the_slot_or_from_coming_later() -> None:
    hall = SimulatedHall(SMALL.layout())
    slot = OPENING + 30 * MINUTE_MS
    busy = [Visit(OPENING + 20 * MINUTE_MS, "police", "z1", "walk_in", None, 15 * MINUTE_MS, False)]
    early = Visit(slot - 5 * MINUTE_MS, "police", "z1", "booked", slot, MINUTE_MS, False)
    late = Visit(slot + 4 * MINUTE_MS, "police", "z1", "booked", slot, MINUTE_MS, False)
    hall.play([*busy, early, late])
    assert hall.waited == [0, 5 * MINUTE_MS, 2 * MINUTE_MS]


def test_under_every_policy_the_same_people_are_served_and_no_walk_in_is_overtaken() -> None:
    sums = played(SMALL, range(12))
    days = [len(drawn_day(SMALL, day)) for day in range(12)]
    assert {of_policy.served for of_policy in sums.values()} == {sum(days)}
    assert {of_policy.overtakings for of_policy in sums.values()} == {0}
    means = {policy: sum(of_policy.means) for policy, of_policy in sums.items()}
    assert means["strict"] > means["half trained"] > means["ours"] > means["pooled"]
    assert (sums["strict"].supported, sums["pooled"].supported) == (0, 0)


def test_a_walk_in_who_is_overtaken_would_be_seen() -> None:
    """The count is not zero for want of looking: an order that the rule would never make."""
    hall = SimulatedHall(SMALL.layout())
    at = OPENING
    for n in range(5):
        hall.arrive(Visit(at + n, "police", "z1", "walk_in", None, MINUTE_MS, False))
    first, *_, last = hall.hall.queues["z1"].lines["walk_in"]
    hall.played.order["z1"] = last[1]
    hall.leave_until(None)
    assert first[1] < last[1]
    assert hall.played.overtakings == 3


def test_capture_is_the_share_of_the_gap_that_is_closed() -> None:
    sums = {"strict": Sums(means=[10, 20, 12]), "ours": Sums(means=[4, 8, 5]), "pooled": Sums(means=[2, 4, 3])}
    share, within = capture(sums, "ours")
    assert share == pytest.approx((6 + 12 + 7) / (8 + 16 + 9))
    assert 0 < within < 0.05
    assert capture(sums, "pooled")[0] == 1
    assert capture(sums, "strict")[0] == 0


def test_a_limit_is_reached_by_the_mean_and_not_by_its_interval() -> None:
    assert is_reached(0.80, 0.016, 0.80)
    assert not is_reached(0.799, 0.016, 0.80)
    assert not is_reached(0.85, 0.02, 0.80)
