"""The lines of receipts until they are printed: in memory alone, since they may say who somebody is.

They are gone after the paper came out, after a few minutes, and with the process: then the receipt is said to
have failed, and whoever asked presses again.
"""

from __future__ import annotations

from collections.abc import Sequence

from hallserver.moments import SECOND_MS, Moment
from hallserver.rules.papers import GIVEN_UP_AFTER_S, STALE_AFTER_S

RECEIPTS_LIMIT = 500
KEPT_MS = (STALE_AFTER_S + GIVEN_UP_AFTER_S) * SECOND_MS


class ReceiptLines:
    """By the number of the deed that asked."""

    def __init__(self) -> None:
        self._lines: dict[int, tuple[Moment, tuple[str, ...]]] = {}

    def keep(self, deed: int, lines: Sequence[str], now: Moment) -> None:
        """The oldest are forgotten when there are too many."""
        self.forget_old(now)
        self._lines.pop(deed, None)  # decided again: it is the newest now
        self._lines[deed] = (now, tuple(lines))
        while len(self._lines) > RECEIPTS_LIMIT:
            del self._lines[next(iter(self._lines))]

    def of(self, deed: int) -> tuple[str, ...] | None:
        kept = self._lines.get(deed)
        return None if kept is None else kept[1]

    def forget(self, deed: int) -> None:
        self._lines.pop(deed, None)

    def forget_old(self, now: Moment) -> None:
        for deed, (at, _) in list(self._lines.items()):
            if now - at > KEPT_MS:
                del self._lines[deed]
