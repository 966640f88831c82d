"""The day's waits as a drawing: lines, marks and words in the coordinates of one small picture (SVG)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

WIDTH, HEIGHT = 1010, 214
LEFT, RIGHT, TOP, BOTTOM = 56, 1000, 20, 185
ZONES_DRAWN = 3
"""More lines than that say nothing; the table beside has them all."""
LABEL_PX = 17
TICK_PX = 20
"""Half of a time below the line."""
LEAST_MIN, MOST_MIN = 30, 120
"""The picture's height in minutes: what is longer is told as more than that."""
TICKS = 6

Point = list[int]


def day_chart(data: dict[str, Any]) -> dict[str, Any]:
    """From the view ``day`` to what its partial draws. Minutes of the day run to the right, waits upwards."""
    drawn = _chosen(data["zones"])
    band = (data.get("usual") or {}).get("band") or []
    band = [point for point in band if data["begins"] <= point[0] <= data["ends"]]
    waits = [wait for zone in drawn for _, wait in (*zone["past"], *zone["coming"])] + [high for _, _, high in band]
    top: int = min(MOST_MIN, max(LEAST_MIN, -(-max(waits, default=0) // 10) * 10))
    begins, ends = int(data["begins"]), int(data["ends"])

    def x(minute: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * (minute - begins) / max(1, ends - begins), 1)

    def y(wait: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * min(wait, top) / top, 1)

    def path(points: Iterable[Point]) -> str:
        return " ".join(f"{'L' if n else 'M'}{x(minute)} {y(wait)}" for n, (minute, wait) in enumerate(points))

    lines = [_line(n, zone, int(data["now"]), path) for n, zone in enumerate(drawn)]
    _label(lines, x(data["now"]), y)
    upper = path([minute, high] for minute, _, high in band)
    lower = path([minute, low] for minute, low, _ in reversed(band)).replace("M", "L", 1)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": RIGHT,
        "bottom": BOTTOM,
        "lines": lines,
        "band": f"{upper} {lower}Z" if len(band) > 1 else "",
        "rows": [{"y": y(wait), "wait": wait} for wait in range(0, top + 1, 10 if top <= 60 else 30)],
        "ticks": [_tick(x(minute), minute) for minute in _ticks(data["begins"], data["ends"])],
        "now_x": x(data["now"]),
    }


def _chosen(zones: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The zones where people wait longest today, in the hall's own order."""
    told = [zone for zone in zones if zone["past"] or any(wait for _, wait in zone["coming"])]
    worst = sorted(told, key=lambda zone: -max((wait for _, wait in (*zone["past"], *zone["coming"])), default=0))
    chosen = [zone["id"] for zone in worst[:ZONES_DRAWN]]
    return [zone for zone in zones if zone["id"] in chosen]


def _line(number: int, zone: dict[str, Any], minute: int, path: Any) -> dict[str, Any]:
    coming = zone["coming"]
    past = [[min(at, minute), wait] for at, wait in zone["past"]]  # ten minutes that are not over end now
    now = coming[0] if coming else None
    peak = max(coming, key=lambda point: point[1], default=None)
    return {
        "number": number,
        "zone": zone,
        "past": path([*past, *([now] if now else [])]),
        "coming": path(coming),
        "now_min": now[1] if now else None,
        "peak_min": (peak[1] if peak[1] <= MOST_MIN else f"{MOST_MIN}+") if peak else None,
        "peak_at": _clock(peak[0]) if peak else None,
        "rises": bool(now and peak and peak[1] > now[1] + 1),
    }


def _label(lines: list[dict[str, Any]], now_x: float, y: Any) -> None:
    """Each line's words beside it, none over another."""
    told = sorted((line for line in lines if line["now_min"] is not None), key=lambda line: line["now_min"])
    at = BOTTOM - 4.0
    for line in told:
        at = min(at, y(line["now_min"]) - 8)
        line["label_y"] = round(max(at, 12), 1)
        at -= LABEL_PX
    on_left = now_x > RIGHT - 260
    for line in told:
        line["label_x"] = round(now_x - 8 if on_left else now_x + 8, 1)
        line["anchor"] = "end" if on_left else "start"


def _ticks(begins: int, ends: int) -> list[int]:
    """Whole half hours, about ``TICKS`` of them."""
    step = next(step for step in (30, 60, 90, 120, 180, 240, 360) if (ends - begins) / step <= TICKS + 1)
    first = -(-begins // step) * step
    return list(range(first, ends + 1, step))


def _tick(x: float, minute: int) -> dict[str, Any]:
    """A time below the line; one at the very edge stands before it, so that it isn't cut off."""
    return {"x": x, "clock": _clock(minute), "anchor": "middle" if x <= WIDTH - TICK_PX else "end"}


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"
