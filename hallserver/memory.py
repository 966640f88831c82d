"""When the collector of cyclic garbage may stop the hall: at quiet moments, not in the middle of a rush.

A day's tickets are hundreds of thousands of objects that live until night, and hardly any of them is ever
part of a cycle. Left alone, the collector walks them again and again while they grow: a fifth of the cost
of a press at 64 kiosks, and pauses of 50 ms.
"""

from __future__ import annotations

import gc
import time

YOUNG_LIMIT = 1_000_000
"""So many new objects are collected even if the hall is never quiet."""
WHOLE_EVERY_S = 600.0


class QuietCollector:
    """Collects when told that nobody waits for an answer."""

    def __init__(self) -> None:
        gc.collect()
        gc.freeze()
        gc.disable()
        self._whole_at = time.monotonic()

    def tick(self, *, quiet: bool) -> None:
        """Once a second: the young when it is quiet, everything every ten minutes."""
        if quiet and time.monotonic() - self._whole_at >= WHOLE_EVERY_S:
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            self._whole_at = time.monotonic()
        elif quiet or gc.get_count()[0] > YOUNG_LIMIT:
            gc.collect(0)

    def close(self) -> None:
        """As it was before."""
        gc.unfreeze()
        gc.enable()
