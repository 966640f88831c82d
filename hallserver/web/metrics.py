"""Figures for the people who run the server (Prometheus)."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web
from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.aiohttp import make_aiohttp_handler

REQUESTS = Counter("hall_requests", "Requests answered", ["route", "status"])
SECONDS = Histogram(
    "hall_request_seconds",
    "Seconds until a request was answered",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)
FAULTS = Counter("hall_faults", "Requests that failed by our own fault")
DEEDS = Counter("hall_deeds", "Deeds committed", ["hall"])
SCREENS = Gauge("hall_screens", "Live connections", ["hall"])
CUT_OFF = Counter("hall_screens_cut_off", "Live clients that stopped reading", ["hall"])

_exposition = make_aiohttp_handler()


async def handler(request: web.Request) -> web.StreamResponse:
    """GET /metrics."""
    return await _exposition(request)


def route(method: str, path: str) -> Callable[[int, float], None]:
    """A function that counts one answer of a route."""
    name = f"{method} {path}"
    seconds = SECONDS.labels(name)
    by_status: dict[int, Counter] = {}

    def answered(status: int, took_s: float) -> None:
        counter = by_status.get(status)
        if counter is None:
            counter = by_status[status] = REQUESTS.labels(name, str(status))
        counter.inc()
        seconds.observe(took_s)

    return answered
