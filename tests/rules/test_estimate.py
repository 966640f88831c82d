"""The first estimate of a wait, against numbers worked out by hand and by numeric integration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import erfc, exp, lgamma, log, log1p, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hallserver.rules.calling import call_next
from hallserver.rules.estimate import (
    HIGH_Z,
    LIKELY_Z,
    LOW_Z,
    Wait,
    gamma_quantile,
    residual_curve,
    residual_min,
    wait_of,
    wait_of_next,
    wait_range,
)
from hallserver.rules.hall import Hall
from hallserver.rules.issuing import issue
from hallserver.rules.layout import Item, WindowPlan
from hallserver.rules.services import start_service
from hallserver.rules.windows import set_state
from tests.a_hall import ITEMS, ZONES, a_hall, a_layout, at, issued, press

TEN = Item("ten", "十分钟", "Ten minutes", "综合", "zonghe", "instant", 10.0, 0.5)
SCAN = Item("scan", "扫描", "Scan", "综合", "zonghe", "instant", 10.0, 0.5, needs=("card_reader",))
VARIATIONS = (0.05, 0.2, 0.5, 0.8, 1.0, 1.5, 3.0)


def integral(f: Callable[[float], float], start: float, end: float, steps: int) -> float:
    """Simpson's rule."""
    h = (end - start) / steps
    odd = sum(f(start + h * k) for k in range(1, steps, 2))
    even = sum(f(start + h * k) for k in range(2, steps, 2))
    return h / 3 * (f(start) + f(end) + 4 * odd + 2 * even)


def lasts_longer(x: float, variation: float) -> float:
    """P(S > x) of a lognormal service with mean 1."""
    sigma = sqrt(log1p(variation**2))
    return erfc((log(x) + sigma * sigma / 2) / sigma / sqrt(2)) / 2


def mean_residual(elapsed: float, variation: float) -> float:
    """E[S − e | S > e], by integrating the survival function."""
    sigma = sqrt(log1p(variation**2))
    end = max(log(elapsed) + 1, 9 * sigma)
    tail = integral(lambda y: lasts_longer(exp(y), variation) * exp(y), log(elapsed), end, 1000)
    return tail / lasts_longer(elapsed, variation)


def gamma_share(x: float, mean: float, variance: float) -> float:
    """P(X ≤ x) of a gamma distribution, by integrating its density over the logarithm."""
    shape, scale = mean * mean / variance, variance / mean
    start, end = log(x / scale) - 60 / min(shape, 1), log(x / scale)
    return integral(lambda y: exp(shape * y - exp(y) - lgamma(shape)), start, end, 6000)


# --- what a service still takes --------------------------------------------------------------------------


@pytest.mark.parametrize("variation", VARIATIONS)
def test_a_service_that_just_began_takes_its_mean(variation: float) -> None:
    assert residual_curve(variation)[0] == 1.0
    assert residual_min(12.0, variation, 0.0) == 12.0


@pytest.mark.parametrize("variation", VARIATIONS)
def test_what_a_service_still_takes_is_what_the_lognormal_says(variation: float) -> None:
    curve = residual_curve(variation)
    seen = [k for k in range(1, len(curve)) if lasts_longer(k / 4, variation) > 1e-9]
    assert len(seen) >= 5
    for k in seen:
        assert curve[k] == pytest.approx(mean_residual(k / 4, variation), rel=1e-4), k / 4


@pytest.mark.parametrize(("variation", "elapsed"), [(0.5, 0.6), (0.8, 0.6), (0.8, 1.9), (1.0, 3.1), (1.5, 0.4)])
def test_between_the_points_of_the_curve_a_straight_line_is_near_enough(variation: float, elapsed: float) -> None:
    assert residual_min(10.0, variation, 10 * elapsed) == pytest.approx(
        10 * mean_residual(elapsed, variation), rel=0.02
    )


def test_a_steady_service_soon_ends_and_a_varied_one_drags_on() -> None:
    assert residual_min(10.0, 0.05, 9.5) < 1.0
    assert residual_min(10.0, 1.0, 10.0) == pytest.approx(9.5, abs=0.2)  # much like an exponential one: no memory
    assert residual_min(10.0, 1.5, 20.0) > 10.0


def test_beyond_the_curve_it_stays_at_its_last_point() -> None:
    assert (
        residual_min(10.0, 0.8, 80.0)
        == residual_min(10.0, 0.8, 10_000.0)
        == pytest.approx(10 * residual_curve(0.8)[-1])
    )


@given(st.floats(0.05, 3), st.floats(0.1, 240), st.floats(0, 2000))
@settings(max_examples=300, deadline=None)
def test_a_service_never_takes_less_than_nothing(variation: float, mean_min: float, elapsed_min: float) -> None:
    assert residual_min(mean_min, variation, elapsed_min) >= 0


# --- the gamma distribution ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("z", "share"), [(LOW_Z, 0.1), (LIKELY_Z, 0.5), (HIGH_Z, 0.9)])
@pytest.mark.parametrize(("mean", "variance"), [(10, 100), (10, 50), (30, 90), (30, 18), (5, 0.5)])
def test_the_quantiles_are_those_of_the_gamma_distribution(
    mean: float, variance: float, z: float, share: float
) -> None:
    assert gamma_share(gamma_quantile(mean, variance, z), mean, variance) == pytest.approx(share, abs=0.007)


@pytest.mark.parametrize(("z", "share"), [(LIKELY_Z, 0.5), (HIGH_Z, 0.9)])
@pytest.mark.parametrize("variance", [200, 400])
def test_they_are_near_it_when_a_wait_is_very_uncertain(variance: float, z: float, share: float) -> None:
    assert gamma_share(gamma_quantile(10, variance, z), 10, variance) == pytest.approx(share, abs=0.015)


def test_known_quantiles_of_the_exponential_distribution() -> None:
    assert gamma_quantile(10, 100, LIKELY_Z) == pytest.approx(-10 * log(0.5), rel=0.02)
    assert gamma_quantile(10, 100, HIGH_Z) == pytest.approx(-10 * log(0.1), rel=0.02)


def test_a_wait_without_doubt_is_itself_and_no_wait_is_nothing() -> None:
    assert gamma_quantile(7.0, 0, LOW_Z) == gamma_quantile(7.0, 0, HIGH_Z) == 7.0
    assert gamma_quantile(0, 5.0, HIGH_Z) == 0.0
    assert gamma_quantile(0.5, 0.01, LIKELY_Z) == pytest.approx(0.49, abs=0.01)


@given(st.floats(0.01, 600), st.floats(0.001, 90_000))
@settings(max_examples=300, deadline=None)
def test_low_is_never_above_likely_nor_likely_above_high(mean: float, variance: float) -> None:
    low, likely, high = (gamma_quantile(mean, variance, z) for z in (LOW_Z, LIKELY_Z, HIGH_Z))
    assert 0 <= low <= likely <= high


# --- the wait in a hall ---------------------------------------------------------------------------------------


def a_busy_zone(windows: int, waiting: int) -> Hall:
    """``windows`` windows that each began a ten-minute service at nine, and people waiting."""
    plans = [WindowPlan(str(n), "", "zonghe") for n in range(1, windows + 1)]
    hall = a_hall(a_layout(zones=ZONES[:1], windows=plans, items=(TEN, SCAN)))
    for n in range(1, windows + 1):
        issued(hall, at("09:00"), item="ten")
        press(hall, call_next, at("09:00"), window=str(n))
        press(hall, start_service, at("09:00"), window=str(n))
    for _ in range(waiting):
        issued(hall, at("09:00"), item="ten")
    return hall


def by_hand(mean: float, variance: float) -> Wait:
    low, likely, high = (round(gamma_quantile(mean, variance, z), 1) for z in (LOW_Z, LIKELY_Z, HIGH_Z))
    return low, likely, high


def test_the_wait_at_one_window_is_the_work_ahead_and_the_rest_of_the_service() -> None:
    hall = a_busy_zone(1, 3)
    # Mean: three times 10 min and the 10 min of the service that just began. Variance: 3 · 5² + 10².
    assert wait_of_next(hall, "zonghe", (), "walk_in", at("09:00")) == (3, by_hand(40.0, 175.0))


def test_the_wait_at_two_windows_is_shared() -> None:
    hall = a_busy_zone(2, 3)
    # Mean: (3 · 10 + 2 · 10) / 2 − 10 · (1 − 1/2) = 20. Variance: (3 · 5² + 10²) / 2².
    assert wait_of_next(hall, "zonghe", (), "walk_in", at("09:00")) == (3, by_hand(20.0, 43.75))


def test_a_service_under_way_counts_with_what_it_still_takes() -> None:
    hall = a_busy_zone(2, 3)
    rest = 10 * mean_residual(0.5, 0.5)  # five of ten minutes are over
    mean = (30 + 2 * rest) / 2 - rest / 2
    low, likely, high = by_hand(mean, (75 + rest**2) / 4)
    assert wait_of_next(hall, "zonghe", (), "walk_in", at("09:05"))[1] == pytest.approx((low, likely, high), abs=0.11)


def test_there_is_no_wait_while_a_window_is_free() -> None:
    hall = a_hall(open_windows=("1", "2"))
    for window in ("1", "2"):
        assert wait_of_next(hall, "zonghe", (), "walk_in", at("09:00")) == (0, (0.0, 0.0, 0.0))
        issued(hall, at("09:00"), zone="zonghe")
        press(hall, call_next, at("09:00"), window=window)
    ahead, wait = wait_of_next(hall, "zonghe", (), "walk_in", at("09:00"))
    assert (ahead, wait is not None and wait[0] > 0) == (0, True)


def test_a_free_window_is_no_comfort_when_others_wait_for_it_too() -> None:
    hall = a_hall(open_windows=("1",))
    issued(hall, at("09:00"), item="yb-001")
    ahead, wait = wait_of_next(hall, "zonghe", (), "walk_in", at("09:00"))
    assert ahead == 1
    assert wait == by_hand(8.0, 16.0)


def test_nobody_can_tell_the_wait_while_no_window_serves() -> None:
    hall = a_hall(open_windows=())
    assert wait_of_next(hall, "zonghe", (), "walk_in", at("09:00")) == (0, None)
    press(hall, set_state, at("09:00"), window="1", state="open")
    press(hall, set_state, at("09:01"), window="1", state="paused")
    assert wait_of_next(hall, "zonghe", (), "walk_in", at("09:01")) == (0, None)


def test_only_windows_that_have_what_a_matter_needs_count() -> None:
    hall = a_hall(open_windows=("1",))
    assert wait_of_next(hall, "zonghe", ("card_reader",), "walk_in", at("09:00")) == (0, None)
    press(hall, set_state, at("09:01"), window="2", state="open")
    assert wait_of_next(hall, "zonghe", ("card_reader",), "walk_in", at("09:01"))[1] == (0.0, 0.0, 0.0)


def test_a_rare_device_costs_the_wait_for_its_window_and_not_the_whole_queue() -> None:
    hall = a_busy_zone(3, 6)
    hall.windows["3"].capabilities = frozenset(("scanner",))
    # Everyone ahead is shared by three: (60 + 30) / 3 − 10 · 2/3; then one of three has the scanner: 10 · (1 − 1/3).
    mean = 70 / 3 + 20 / 3
    variance = (6 * 25 + 100) / 9 + 100 * (1 - 1 / 9)
    assert wait_of_next(hall, "zonghe", ("scanner",), "walk_in", at("09:00")) == (6, by_hand(mean, variance))


def test_a_supporting_window_shortens_the_wait() -> None:
    hall = a_hall(open_windows=("1",))
    for _ in range(6):
        issued(hall, at("09:00"), zone="zonghe")
    alone = wait_of_next(hall, "zonghe", (), "walk_in", at("09:00"))[1]
    press(hall, set_state, at("09:00"), window="3", state="open")
    helped = wait_of_next(hall, "zonghe", (), "walk_in", at("09:00"))[1]
    assert alone is not None
    assert helped is not None
    assert helped[1] == pytest.approx(alone[1] / 2, abs=0.2)


def test_a_green_newcomer_waits_only_for_those_before_it() -> None:
    hall = a_busy_zone(1, 4)
    ahead, wait = wait_of_next(hall, "zonghe", (), "green", at("09:10"))
    assert ahead == 0
    walk_in = wait_of_next(hall, "zonghe", (), "walk_in", at("09:10"))[1]
    assert wait is not None
    assert walk_in is not None
    assert wait[1] < walk_in[1] - 30


def test_a_waiting_ticket_counts_the_work_of_those_before_it_alone() -> None:
    hall = a_busy_zone(1, 3)
    third = hall.tickets["20261123-A004"]
    assert wait_of(hall, third, at("09:00")) == by_hand(30.0, 150.0)
    issued(hall, at("09:01"), item="ten")
    assert wait_of(hall, third, at("09:00")) == by_hand(30.0, 150.0)
    issued(hall, at("09:01"), item="ten", class_="green", reason="elderly")
    assert wait_of(hall, third, at("09:00")) == by_hand(40.0, 175.0)


def test_the_wait_promised_is_the_one_the_phone_shows_at_that_moment() -> None:
    hall = a_busy_zone(2, 5)
    ticket = issued(hall, at("09:02"), item="ten")
    assert ticket.promised is not None
    assert wait_of(hall, ticket, at("09:02")) == tuple(ticket.promised)


def test_more_people_ahead_never_shorten_the_wait() -> None:
    hall = a_busy_zone(3, 0)
    likely = []
    for _ in range(20):
        [deed] = press(hall, issue, at("09:03"), item="ten")
        likely.append(deed.event.facts()["wait"][1])
    assert likely == sorted(likely)
    assert likely[-1] > likely[0]


def test_a_matter_nobody_named_takes_the_zones_mean() -> None:
    layout = a_layout(
        items=(replace(ITEMS[0], typical_min=4.0, variation=0.5), replace(ITEMS[1], typical_min=12.0, variation=0.5))
    )
    mean, variation = layout.minutes_of(None, "zonghe")
    # Half of 4 ± 2 and half of 12 ± 6: mean 8, variance (4 + 36) / 2 + 4².
    assert mean == 8.0
    assert (mean * variation) ** 2 == pytest.approx(20 + 16)


def test_a_zone_without_items_takes_eight_minutes() -> None:
    layout = a_layout()
    assert layout.minutes_of(None, "chujian") == (8.0, 0.8)
    assert layout.minutes_of("hz-001", "gongan") == (20.0, 1.0)
    assert layout.minutes_of("xx-404", "gongan") == (20.0, 1.0)


def test_a_zone_nobody_knows_has_no_wait() -> None:
    assert wait_range(a_hall(), "moon", (), 0, 0, 0, at("09:00")) is None
