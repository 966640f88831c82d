"""When the collector of cyclic garbage may stop the hall: at quiet moments, not in the middle of a rush.

A day's tickets are hundreds of thousands of objects that live until night. The collector would walk all
of them again and again while they grow, and every press behind it would wait (80 ms with 20,000 tickets).
"""

from __future__ import annotations

import gc
import time

YOUNG_OBJECTS, YOUNG_ROUNDS = 20_000, 20
NEVER = 1_000_000
EVERY_S = 600.0


class QuietCollector:
    """Young objects are collected as always; the old ones by ``quiet``, and then left alone."""

    def __init__(self) -> None:
        gc.set_threshold(YOUNG_OBJECTS, YOUNG_ROUNDS, NEVER)
        gc.collect()
        gc.freeze()
        self._last = time.monotonic()

    def quiet(self) -> None:
        """Told when nobody waits for an answer; collects at most every ten minutes."""
        if time.monotonic() - self._last >= EVERY_S:
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            self._last = time.monotonic()
