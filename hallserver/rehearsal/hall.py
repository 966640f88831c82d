"""A hall as ``GET /api/halls/{hall}`` tells it: what a rehearsal needs of it, typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Any

MINUTE_S = 60.0
HOUR_S = 3_600.0
USUAL_SESSION = ((8.5 * HOUR_S, 17 * HOUR_S),)
"""Played when the hall has no hours today: it is always open, or this is its day of rest."""
ISSUING_MIN, ISSUING_VARIATION = 4.0, 0.6
"""Minutes of handing a finished paper over."""
PROMISED_SHARE = 0.15
"""How often a promised item is asked for beside an instant one of the same length."""


@dataclass(frozen=True, slots=True)
class Zone:
    id: str
    name: str
    kind: str


@dataclass(slots=True)
class Window:
    """A window; a manager may move it while the day is played."""

    id: str
    zone: str
    support: str | None
    capabilities: frozenset[str]
    state: str
    calls_by_itself: bool = False

    def suits(self, zone: str, needs: frozenset[str]) -> bool:
        return zone in (self.zone, self.support) and needs <= self.capabilities


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    zone: str
    promised: bool
    typical_min: float
    variation: float
    needs: frozenset[str]

    @property
    def weight(self) -> float:
        """How often it is asked for: what ends at once and is short comes most."""
        return (PROMISED_SHARE if self.promised else 1.0) / sqrt(self.typical_min)


@dataclass(frozen=True, slots=True)
class Bookings:
    """How the hall takes bookings, and for which zones."""

    zones: frozenset[str] = frozenset()
    slot_s: float = 0.0
    early_s: float = 0.0
    late_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Hall:
    """Times are seconds after midnight in the hall's own day."""

    id: str
    name: str
    open_now: bool
    zones: dict[str, Zone]
    windows: dict[str, Window]
    items: dict[str, Item]
    green_reasons: tuple[str, ...]
    sessions: tuple[tuple[float, float], ...]
    bookings: Bookings = Bookings()

    @property
    def opens_s(self) -> float:
        return self.sessions[0][0]

    @property
    def closes_s(self) -> float:
        return self.sessions[-1][1]

    def items_of(self, zone: str) -> list[Item]:
        """The zone's items that one of its windows can serve."""
        own = [window for window in self.windows.values() if window.zone == zone]
        return [
            item
            for item in self.items.values()
            if item.zone == zone and any(item.needs <= window.capabilities for window in own)
        ]

    def windows_of(self, zone: str) -> list[Window]:
        return [window for window in self.windows.values() if window.zone == zone]


def hall_of(told: Mapping[str, Any]) -> Hall:
    """The hall in an answer of the API. Raises KeyError when the answer isn't one."""
    windows = (
        Window(
            row["id"],
            row["zone"],
            row["support"],
            frozenset(row["capabilities"]),
            row["state"],
            row.get("calls_by_itself", False),
        )
        for row in told["windows"]
    )
    items = (
        Item(
            row["id"],
            row["zone"],
            row["kind"] == "promised",
            float(row["typical_min"]),
            float(row.get("variation", 0.8)),
            frozenset(row.get("needs", ())),
        )
        for row in told["items"]
    )
    sessions = tuple(sorted((seconds_of(start), seconds_of(end)) for start, end in told.get("hours_today", ())))
    return Hall(
        id=told["id"],
        name=told["name"],
        open_now=told["open_now"],
        zones={row["id"]: Zone(row["id"], row["name"], row["kind"]) for row in told["zones"]},
        windows={window.id: window for window in windows},
        items={item.id: item for item in items},
        green_reasons=tuple(told.get("green_reasons", ())) if told.get("green_given_by") != "kiosk" else (),
        sessions=sessions or USUAL_SESSION,
        bookings=_bookings(told.get("bookings", {})),
    )


def _bookings(told: Mapping[str, Any]) -> Bookings:
    if not told.get("enabled"):
        return Bookings()
    zones = frozenset(told["zones"])
    return Bookings(zones, told["slot_min"] * MINUTE_S, told["early_min"] * MINUTE_S, told["late_min"] * MINUTE_S)


def seconds_of(clock: str) -> float:
    """``"08:30"`` as seconds after midnight."""
    hours, minutes = clock.split(":")
    return int(hours) * HOUR_S + int(minutes) * MINUTE_S


def time_of_day_s(moment: str) -> float:
    """The seconds after midnight of an RFC 3339 time, in its own offset."""
    at = datetime.fromisoformat(moment)
    return at.hour * HOUR_S + at.minute * MINUTE_S + at.second


def clock_of(seconds: float) -> str:
    """Seconds after midnight as ``"08:30"``."""
    minutes = int(seconds // MINUTE_S) % (24 * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"
