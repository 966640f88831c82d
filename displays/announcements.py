"""Pure: which call is said next, and which are not said at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Cause = Literal[
    "stale",  # called too long ago: the resident has moved on
    "replaced",  # called again before it was said: the later call is said in its place
    "answered",  # the resident is at the window, or the call was taken back, before it was said
    "too_many",  # more calls waiting than the hall could ever hear
    "voice_off",
    "voice_unavailable",
    "no_player",
    "player_failed",
    "player_hung",
    "unreadable",  # a call that names no ticket, window or time
]


@dataclass(frozen=True, slots=True)
class Announcement:
    """One call to be said. ``deed`` is its number in the hall's log, ``called_at_ms`` its moment there."""

    deed: int
    ticket: str
    window: str
    called_at_ms: int

    @property
    def number(self) -> str:
        """What is said of the ticket: "20261121-A012" → "A012"."""
        return self.ticket.partition("-")[2] or self.ticket


@dataclass(frozen=True, slots=True)
class Unsaid:
    announcement: Announcement
    cause: Cause


class Announcements:
    """The calls waiting to be said, at most ``limit``, one per ticket, in the order the tickets were called.

    A ticket called again keeps its place in the line but is said as its latest call: nobody waits longer
    for being called twice, and nobody is sent to a window that no longer waits for them.
    """

    def __init__(self, *, limit: int = 50) -> None:
        self._limit = limit
        self._waiting: dict[str, Announcement] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, call: Announcement, *, now_ms: int, stale_after_s: float) -> list[Unsaid]:
        """Puts a call in line; returns what will not be said because of it, with the cause."""
        unsaid: list[Unsaid] = []
        if earlier := self._waiting.get(call.ticket):
            unsaid.append(Unsaid(earlier, "replaced"))
        elif len(self._waiting) >= self._limit:
            unsaid += self._drop_stale(now_ms, stale_after_s)
            if len(self._waiting) >= self._limit:
                oldest = min(self._waiting.values(), key=lambda waiting: waiting.called_at_ms)
                del self._waiting[oldest.ticket]
                unsaid.append(Unsaid(oldest, "too_many"))
        self._waiting[call.ticket] = call
        return unsaid

    def drop(self, ticket: str) -> list[Unsaid]:
        """The ticket is no longer called: its call leaves the line."""
        call = self._waiting.pop(ticket, None)
        return [] if call is None else [Unsaid(call, "answered")]

    def take(self, *, now_ms: int, stale_after_s: float) -> tuple[Announcement | None, list[Unsaid]]:
        """The call to be said now, out of the line; and the stale ones, which left it too."""
        unsaid = self._drop_stale(now_ms, stale_after_s)
        first = next(iter(self._waiting), None)
        return (self._waiting.pop(first) if first else None), unsaid

    def _drop_stale(self, now_ms: int, stale_after_s: float) -> list[Unsaid]:
        stale = [call for call in self._waiting.values() if is_stale(call, now_ms, stale_after_s)]
        for call in stale:
            del self._waiting[call.ticket]
        return [Unsaid(call, "stale") for call in stale]


def is_stale(call: Announcement, now_ms: int, stale_after_s: float) -> bool:
    return now_ms - call.called_at_ms > stale_after_s * 1000
