"""A hall's clock: it never goes back and never stands still."""

from __future__ import annotations

import time
from collections.abc import Callable

from hallserver.moments import Moment

CATCH_UP = 0.9
"""When the machine's clock was set back, the hall's runs a tenth slower until the two meet again."""


class HallClock:
    """The machine's clock, made fit for a log: a moment is never earlier than the one before it.

    ``behind_ms`` tells how far the machine's clock lies behind the hall's, so that staff can be told.
    """

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._last: Moment = 0
        self._anchor: Moment = 0
        self._anchor_s = monotonic()
        self.behind_ms = 0

    def not_before(self, moment: Moment) -> None:
        """The log's last deed was then: go on from there."""
        if moment > self._last:
            self._believe(moment, self._monotonic())

    def now(self) -> Moment:
        """Milliseconds since 1970-01-01 UTC."""
        wall = int(self._wall() * 1000)
        monotonic = self._monotonic()
        if wall >= self._last:
            self._last = self._anchor = wall
            self._anchor_s = monotonic
        else:
            # Counted from the anchor, as parts of a millisecond would be lost from one look to the next.
            passed_ms = int((monotonic - self._anchor_s) * 1000 * CATCH_UP)
            self._last = max(self._last, self._anchor + passed_ms)
        self.behind_ms = max(0, self._last - wall)
        return self._last

    def _believe(self, moment: Moment, monotonic: float) -> None:
        self._last = self._anchor = moment
        self._anchor_s = monotonic
