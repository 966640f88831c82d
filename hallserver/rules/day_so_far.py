"""The day so far in ten-minute slots: who came, and how long those who were called had waited."""

from __future__ import annotations

from dataclasses import dataclass

from hallserver.moments import MINUTE_MS, Moment

SLOT_MIN = 10
SLOT_MS = SLOT_MIN * MINUTE_MS
SLOTS = 24 * 60 // SLOT_MIN


@dataclass(slots=True)
class Slot:
    """Sums of one zone in one slot. ``waited_ms`` is of those called in it for the first time."""

    arrived: int = 0
    called: int = 0
    waited_ms: int = 0


def slot_at(at: Moment, day_ends: Moment) -> int:
    """Which slot of the day a moment lies in, 0 to ``SLOTS`` − 1; counted from the day's end, so that it is
    the clock's on every day without a change of clocks."""
    return max(0, min(SLOTS - 1, SLOTS - 1 - (day_ends - 1 - at) // SLOT_MS))


def slot_begins(slot: int, day_ends: Moment) -> Moment:
    """The inverse: when a slot begins."""
    return day_ends - (SLOTS - slot) * SLOT_MS
