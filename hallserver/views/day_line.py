"""今天的等候: the day as a line for each zone: what was, what is, and what comes if people keep coming as they did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hallserver.moments import MINUTE_MS, Moment
from hallserver.rules.day_so_far import INTERVAL_MIN, INTERVAL_MS, INTERVALS, Interval
from hallserver.rules.forecast import waits
from hallserver.rules.hall import Hall
from hallserver.rules.hours import today
from hallserver.views.effects import queues, servers, streams
from hallserver.views.shapes import Plain, head, moment

STEP_MIN = 15
AHEAD_MIN = 8 * 60
"""How far the line is drawn on, at most."""
OPEN_AHEAD_MIN = 180
"""The same in a hall without hours."""
DAYS_WANTED = 4
"""Fewer days like this one make no band."""
LOW_SHARE, HIGH_SHARE = 0.25, 0.75

Points = list[list[int]]
"""``[minute of the day, minutes waited]``."""


def day_line(hall: Hall, now: Moment) -> Plain:
    """For each zone the mean wait of those called in each interval, and the wait of newcomers from now on."""
    begins, ends = _span(hall, now)
    steps = _steps(now, ends)
    coming = waits(
        servers(hall, now, {}),
        queues(hall, now),
        [stream for zone in hall.layout.zones for stream in streams(hall, zone, now)],
        dict.fromkeys(hall.layout.zones, steps),
        hall.layout.handicap_min,
    )
    minute = _minute(hall, now)
    return {
        "hall": head(hall),
        "at": moment(hall, now - now % MINUTE_MS),
        "begins": _minute(hall, begins),
        "ends": _minute(hall, ends),
        "now": minute,
        "warn_min": hall.layout.warn_min,
        "critical_min": hall.layout.critical_min,
        "zones": [
            {
                "id": zone.id,
                "name": zone.name,
                "name_en": zone.name_en,
                "past": past(hall.intervals.get(zone.id, {})),
                "coming": [
                    [minute + round(step), round(wait)] for step in steps if (wait := coming[zone.id][step]) is not None
                ],
            }
            for zone in hall.layout.zones.values()
        ],
    }


def _span(hall: Hall, now: Moment) -> tuple[Moment, Moment]:
    """The part of the day that is drawn: its hours, and whatever happened outside them."""
    spans = [span for zone in (None, *hall.layout.zones) for span in today(hall, zone)]
    if hall.layout.always_open or not spans:
        spans = [(now - 60 * MINUTE_MS, min(hall.day_ends, now + OPEN_AHEAD_MIN * MINUTE_MS))]
    first = min((index for intervals in hall.intervals.values() for index in intervals), default=INTERVALS)
    begins = min(*(start for start, _ in spans), hall.day_ends - (INTERVALS - first) * INTERVAL_MS, now)
    return max(begins, hall.day_ends - INTERVALS * INTERVAL_MS), max(*(end for _, end in spans), now)


def _steps(now: Moment, ends: Moment) -> list[float]:
    last = min((ends - now) / MINUTE_MS, AHEAD_MIN)
    return [float(step) for step in range(0, int(last) + 1, STEP_MIN)]


def _minute(hall: Hall, at: Moment) -> int:
    return 24 * 60 - (hall.day_ends - at) // MINUTE_MS


def past(intervals: Mapping[int, Interval]) -> Points:
    """The mean wait of those called in each interval, told at its middle; a interval without a call is left out."""
    return [
        [index * INTERVAL_MIN + INTERVAL_MIN // 2, round(interval.waited_ms / interval.called / MINUTE_MS)]
        for index, interval in sorted(intervals.items())
        if interval.called
    ]


def usual(days: Sequence[Mapping[int, Interval]]) -> Plain | None:
    """Between which waits the middle half of earlier days like this one lay in each interval; None for too few days.

    Three intervals are taken together, so that a single long wait makes no spike."""
    lived = [day for day in days if any(interval.called for interval in day.values())]
    if len(lived) < DAYS_WANTED:
        return None
    band = []
    for index in range(INTERVALS):
        means = sorted(mean for day in lived if (mean := _mean(day, index)) is not None)
        if len(means) * 2 >= len(lived):
            low, high = (means[round((len(means) - 1) * share)] for share in (LOW_SHARE, HIGH_SHARE))
            band.append([index * INTERVAL_MIN + INTERVAL_MIN // 2, round(low), round(high)])
    return {"days": len(lived), "band": band} if band else None


def _mean(day: Mapping[int, Interval], index: int) -> float | None:
    near = [day[each] for each in (index - 1, index, index + 1) if each in day]
    called = sum(interval.called for interval in near)
    return sum(interval.waited_ms for interval in near) / called / MINUTE_MS if called else None
