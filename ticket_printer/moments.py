"""Moments: whole milliseconds since the epoch, UTC."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], int]


def now() -> int:
    return time.time_ns() // 1_000_000


def moment_of(at: int | str) -> int:
    """A deed's time: RFC 3339 with offset as on the wire, or already a moment as inside a hall.

    Raises ValueError for anything else.
    """
    if isinstance(at, int):
        return at
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None:
        raise ValueError(f"{at!r} has no offset")
    return int(moment.timestamp() * 1000)
