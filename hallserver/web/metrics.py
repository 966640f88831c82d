"""Figures for the people who run the server (Prometheus)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter as Counts
from collections.abc import Iterator

from aiohttp import web
from prometheus_client import REGISTRY, Counter, Gauge
from prometheus_client.aiohttp import make_aiohttp_handler
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

FAULTS = Counter("hall_faults", "Requests that failed by our own fault")
DEEDS = Counter("hall_deeds", "Deeds committed", ["hall"])
WRITER_DIED = Gauge("hall_writer_died", "How often the process that writes ended by itself and was started anew")
SCREENS = Gauge("hall_screens", "Live connections", ["hall"])
CUT_OFF = Counter("hall_screens_cut_off", "Live clients that stopped reading", ["hall"])

UP_TO_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)

_exposition = make_aiohttp_handler()


async def handler(request: web.Request) -> web.StreamResponse:
    """GET /metrics."""
    return await _exposition(request)


class RouteFigures:
    """The answers of one route, counted in plain numbers: the library's own counters, with a lock for each
    count, would cost a press ten times as much."""

    __slots__ = ("by_bucket", "by_status", "seconds")

    def __init__(self) -> None:
        self.by_status: Counts[int] = Counts()
        self.by_bucket = [0] * (len(UP_TO_S) + 1)
        self.seconds = 0.0

    def answered(self, status: int, took_s: float) -> None:
        """Count one answer."""
        self.by_status[status] += 1
        self.by_bucket[bisect_left(UP_TO_S, took_s)] += 1
        self.seconds += took_s

    def buckets(self) -> list[tuple[str, float]]:
        """As Prometheus has them: how many took up to so many seconds."""
        told: list[tuple[str, float]] = []
        so_far = 0
        for up_to, count in zip((*map(str, UP_TO_S), "+Inf"), self.by_bucket, strict=True):
            so_far += count
            told.append((up_to, float(so_far)))
        return told


class Routes(Collector):
    """All routes of this process, told when Prometheus asks."""

    def __init__(self) -> None:
        self._figures: dict[str, RouteFigures] = {}

    def figures(self, name: str) -> RouteFigures:
        return self._figures.setdefault(name, RouteFigures())

    def collect(self) -> Iterator[CounterMetricFamily | HistogramMetricFamily]:
        requests = CounterMetricFamily("hall_requests", "Requests answered", labels=["route", "status"])
        seconds = HistogramMetricFamily(
            "hall_request_seconds", "Seconds until a request was answered", labels=["route"]
        )
        for name, figures in self._figures.items():
            for status, count in sorted(figures.by_status.items()):
                requests.add_metric([name, str(status)], count)
            if figures.by_status:
                seconds.add_metric([name], figures.buckets(), figures.seconds)
        yield requests
        yield seconds


_ROUTES = Routes()
REGISTRY.register(_ROUTES)


def route(method: str, path: str) -> RouteFigures:
    """Where the answers of a route are counted."""
    return _ROUTES.figures(f"{method} {path}")
