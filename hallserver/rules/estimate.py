"""The first estimate of a wait: the work ahead, shared by the windows that serve it.

Mean and variance of the start of service under s windows, after a gamma approximation:

    mean     = (Σ ahead mᵢ + Σ busy residual) / s − R (1 − 1/s)
    variance = (Σ ahead σᵢ² + R²) / s²

with R the mean residual of the busy windows. mᵢ is the service from its start to its end, and besides
it what a window needs between two services: the walk from the call to the start, and the clerk's breath
from the end to the next call (``walk_min``, ``think_min``). Low, likely and high are the 10 %, 50 % and 90 %
quantiles of the gamma distribution with that mean and variance (Wilson and Hilferty 1931), and ``foresight``
stretches them over what the plan of today brings meanwhile. A better estimate may replace ``wait_range`` without
touching its callers.
"""

from __future__ import annotations

from functools import lru_cache
from math import erf, log, sqrt

from hallserver.moments import MINUTE_MS, SECOND_MS, Moment
from hallserver.rules.at_windows import AtWindows
from hallserver.rules.foresight import Span, Wait, foreseen, served_from
from hallserver.rules.hall import Hall, Ticket

__all__ = ["Wait", "wait_of", "wait_of_next", "wait_range"]

LOW_Z, LIKELY_Z, HIGH_Z = -1.2815515655446004, 0.0, 1.2815515655446004
CURVE_STEP = 0.25
BELIEF = 20
"""As many walks or breaths must be seen before they count as much as the settings."""
CURVE_POINTS = 33


@lru_cache(maxsize=256)
def residual_curve(variation: float) -> tuple[float, ...]:
    """Expected remaining time of a lognormal service, in units of its mean.

    Point k is for a service that has lasted k/4 of its mean already:
    E[S − e | S > e] = E[S] Φ(d₁)/Φ(d₂) − e with d₁ = (μ + σ² − ln e)/σ, d₂ = (μ − ln e)/σ.
    """
    sigma2 = log(1 + variation**2)
    sigma, mu = sqrt(sigma2), -sigma2 / 2
    points = [1.0]
    for k in range(1, CURVE_POINTS):
        elapsed = k * CURVE_STEP
        beyond = _phi((mu - log(elapsed)) / sigma)
        share = _phi((mu + sigma2 - log(elapsed)) / sigma)
        points.append(share / beyond - elapsed if beyond > 1e-9 else points[-1])
    return tuple(points)


def _phi(x: float) -> float:
    return 0.5 * (1 + erf(x / sqrt(2)))


def residual_min(mean_min: float, variation: float, elapsed_min: float) -> float:
    """Minutes that a service of this kind still takes after ``elapsed_min``."""
    curve = residual_curve(variation)
    at = min(elapsed_min / mean_min / CURVE_STEP, CURVE_POINTS - 1)
    k = min(int(at), CURVE_POINTS - 2)
    return mean_min * (curve[k] + (curve[k + 1] - curve[k]) * (at - k))


def gamma_quantile(mean: float, variance: float, z: float) -> float:
    """The quantile of a gamma distribution at the normal score ``z``; 0 for a mean of 0."""
    if mean <= 0:
        return 0.0
    if variance <= 0:
        return mean
    shape = mean * mean / variance
    root = 1 - 1 / (9 * shape) + z / (3 * sqrt(shape))
    return mean * max(0.0, root) ** 3


def walk_min(hall: Hall) -> float:
    """Minutes from a call to the start of the service: as set, and more and more as seen."""
    seen = hall.pace
    return (hall.layout.walk_s * SECOND_MS * BELIEF + seen.walked_ms) / (BELIEF + seen.walks) / MINUTE_MS


def think_min(hall: Hall) -> float:
    """Minutes from the end of a service to the next call while people wait: as set, and more and more as seen."""
    seen = hall.pace
    return (hall.layout.think_s * SECOND_MS * BELIEF + seen.thought_ms) / (BELIEF + seen.thinks) / MINUTE_MS


def busy_min(hall: Hall, ticket: Ticket, walk: float, now: Moment) -> float:
    """Minutes that a ticket at a window still stays there."""
    mean, variation = hall.layout.minutes_of(ticket.item, ticket.zone)
    if ticket.started is not None:
        return residual_min(mean, variation, max(0, now - ticket.started) / MINUTE_MS)
    # On the way; or served without a press of *start*, once the walk must be over.
    called_min = max(0, now - (ticket.called or now)) / MINUTE_MS
    return max(0.0, walk - called_min) + residual_min(mean, variation, max(0.0, called_min - walk))


def wait_range(hall: Hall, zone: str, needs: tuple[str, ...], work_min: float, work_var: float, ahead: int,
               now: Moment) -> Wait | None:  # fmt: skip
    """Minutes until the call of a ticket with ``ahead`` tickets (mean and variance of their work in
    minutes) before it; None while no open window could serve it, and none is known to come.

    All windows of the zone work off what is ahead. A ticket that needs what only some of them have then
    waits for one of these, ``able`` of ``servers``: R (1/able − 1/servers) more.
    """
    walk, think = walk_min(hall), think_min(hall)
    here = _at_windows(hall, zone, needs, now, walk, think)
    if here.able == 0:
        later = served_from(hall, zone, needs, now)
        if later is None:
            return None
        return _from_later(later, work_min + ahead * (walk + think), work_var)
    if ahead < here.free:
        return 0.0, 0.0, 0.0
    able, servers, residual = here.able, here.servers, here.residual_min
    mean = max(0.0, (work_min + ahead * (walk + think) + here.busy_min) / servers - residual * (1 - 1 / servers))
    mean += residual * (1 / able - 1 / servers)
    variance = (work_var + residual**2) / servers**2 + residual**2 * (1 / able**2 - 1 / servers**2)
    return foreseen(hall, zone, needs, _quantiles(mean, variance), servers, now)


def _at_windows(hall: Hall, zone: str, needs: tuple[str, ...], now: Moment, walk: float, think: float) -> AtWindows:
    """What all who wait for a zone wait for alike. Kept for those who ask at the same moment, until another deed than
    a new number."""
    known = hall.at_windows.get((zone, needs))
    if known is not None and known.at == now:
        return known
    windows = hall.serving_zone(zone)
    residuals = [think + busy_min(hall, hall.tickets[w.ticket], walk, now) for w in windows if w.ticket is not None]
    able = [window for window in windows if window.capabilities.issuperset(needs)] if needs else windows
    found = hall.at_windows[zone, needs] = AtWindows(
        at=now,
        servers=len(windows),
        able=len(able),
        free=sum(window.ticket is None for window in able),
        busy_min=sum(residuals),
        residual_min=sum(residuals) / len(residuals) if residuals else 0.0,
    )
    return found


def _quantiles(mean: float, variance: float, after_min: float = 0.0) -> Wait:
    low, likely, high = (after_min + gamma_quantile(mean, variance, z) for z in (LOW_Z, LIKELY_Z, HIGH_Z))
    return round(low, 1), round(likely, 1), round(high, 1)


def _from_later(later: Span, work_min: float, work_var: float) -> Wait:
    """The wait for windows that are still at lunch, or in another zone."""
    return _quantiles(work_min / later.servers, work_var / later.servers**2, later.from_min)


def wait_of(hall: Hall, ticket: Ticket, now: Moment) -> Wait | None:
    """Minutes a waiting ticket still waits."""
    tickets = hall.tickets
    at = hall.queue(ticket.zone).standing(
        ticket.id, hall.layout.head_start_ms, lambda other: hall.work_of(tickets[other])
    )
    return wait_range(
        hall,
        ticket.zone,
        hall.needs_of(ticket.item),
        at.mean_ms / MINUTE_MS,
        at.variance_ms2 / MINUTE_MS**2,
        at.ahead,
        now,
    )


def wait_of_next(
    hall: Hall, zone: str, needs: tuple[str, ...], class_: str, now: Moment, counts_from: Moment | None = None
) -> tuple[int, Wait | None]:
    """How many a ticket taken now would have ahead, and its wait; ``counts_from`` where it counts from another moment.

    Nearly always everyone waits before the newcomer, so the queue's own sums serve; a head start
    that overtakes some of them takes the same share off the work.
    """
    queue = hall.queue(zone)
    count = len(queue)
    start = now if counts_from is None else counts_from
    ahead = queue.ahead(class_, start, hall.number + 1, hall.layout.head_start_ms) if count else 0
    share = ahead / count if count else 0.0
    work_min = queue.mean_ms / MINUTE_MS * share
    work_var = queue.variance_ms2 / MINUTE_MS**2 * share
    return ahead, wait_range(hall, zone, needs, work_min, work_var, ahead, now)
