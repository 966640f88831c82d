"""The day so far in ten-minute intervals: who came, and how long those who were called had waited."""

from __future__ import annotations

from dataclasses import dataclass

from hallserver.moments import MINUTE_MS, Moment

INTERVAL_MIN = 10
INTERVAL_MS = INTERVAL_MIN * MINUTE_MS
INTERVALS = 24 * 60 // INTERVAL_MIN


@dataclass(slots=True)
class Interval:
    """Sums of one zone in one interval. ``waited_ms`` is of those called in it for the first time."""

    arrived: int = 0
    called: int = 0
    waited_ms: int = 0


def interval_at(at: Moment, day_ends: Moment) -> int:
    """Which interval of the day a moment lies in, 0 to ``INTERVALS`` − 1; counted from the day's end, so that it is
    the clock's on every day without a change of clocks."""
    index = INTERVALS - 1 - (day_ends - 1 - at) // INTERVAL_MS
    return index if 0 <= index < INTERVALS else max(0, min(INTERVALS - 1, index))


def interval_begins(interval: int, day_ends: Moment) -> Moment:
    """The inverse: when a interval begins."""
    return day_ends - (INTERVALS - interval) * INTERVAL_MS
