"""What followers pull: the committed state, and the committed deeds by number.

There is no bus. The desk tells the feed what was committed; the feed wakes those who wait, and each
reads on from where it is, at its own pace.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

from hallserver.events import Deed
from hallserver.rules.folding import fold
from hallserver.rules.hall import Hall, new_hall
from hallserver.rules.snapshot import VERSION, from_plain
from hallserver.store.database import Store

RECENT_DEEDS = 4_000
"""Deeds kept in memory for followers that are nearly up to date; older ones are read from the log."""
READ_LIMIT = 500
UNFOLDED_LIMIT = 20_000
"""So many committed deeds may wait for a quiet moment to be folded while nobody looks at the state."""
FOLDED_AT_ONCE = 250
"""About a millisecond's worth."""


class Feed:
    """One hall's committed deeds and state. ``hall`` is the log folded up to ``end``, whenever it is looked at.

    A press is answered sooner when the committed state is not folded beside it. While nobody looks (no screen,
    no page), it is folded in quiet moments; while somebody does, with every commit, so that nobody waits for it.
    """

    def __init__(self, hall: Hall, store: Store) -> None:
        self._hall = hall
        self._unfolded: deque[Deed] = deque()
        self._looked_at = self._looked_at_before = False
        self.end = hall.number
        """The number of the last committed deed."""
        self._store = store
        self._recent: deque[Deed] = deque(maxlen=RECENT_DEEDS)
        self._changed = asyncio.Event()
        self._watchers: list[Callable[[list[Deed]], None]] = []

    @property
    def hall(self) -> Hall:
        """The committed state. To look at, not to change."""
        self._looked_at = True
        if self._unfolded:
            self._fold(len(self._unfolded))
        return self._hall

    def begin_with(self, hall: Hall) -> None:
        """The state as it was read from the log."""
        self._hall, self.end = hall, hall.number
        self._unfolded.clear()

    def _fold(self, count: int) -> None:
        for _ in range(count):
            fold(self._hall, self._unfolded.popleft())

    def fold_some(self) -> bool:
        """In a quiet moment: fold a handful. Whether there is more to fold."""
        self._fold(min(FOLDED_AT_ONCE, len(self._unfolded)))
        return bool(self._unfolded)

    def a_second_went(self) -> None:
        """Who has not looked for a second or two does not look."""
        self._looked_at_before, self._looked_at = self._looked_at, False

    def watch(self, watcher: Callable[[list[Deed]], None]) -> None:
        """Call a function with the deeds of every commit. It must be quick and may not fail."""
        self._watchers.append(watcher)

    def ticket_deeds(self, ticket: str) -> list[Deed]:
        """Everything the log tells of a ticket. Blocking."""
        return self._store.ticket_deeds(self.hall.id, ticket)

    def committed(self, deeds: list[Deed]) -> None:
        """Told by the desk, in order. Raises ValueError for a gap."""
        if deeds[0].number != self.end + 1:
            raise ValueError(f"deed {deeds[0].number} after {self.end}: the log has a gap")
        self._unfolded.extend(deeds)
        self.end = deeds[-1].number
        if self._looked_at or self._looked_at_before:
            self._fold(len(self._unfolded))
        else:
            self._fold(max(0, len(self._unfolded) - UNFOLDED_LIMIT))
        self._recent.extend(deeds)
        self._changed.set()
        self._changed = asyncio.Event()
        for watcher in self._watchers:
            watcher(deeds)

    def find(self, number: int) -> Deed | None:
        """A recent deed by its number."""
        if not self._recent:
            return None
        index = number - self._recent[0].number
        return self._recent[index] if 0 <= index < len(self._recent) else None

    async def read(self, after: int, limit: int = READ_LIMIT) -> list[Deed]:
        """Up to ``limit`` committed deeds beyond ``after``, in order."""
        if after >= self.end:
            return []
        if self._recent and self._recent[0].number <= after + 1:
            start = after + 1 - self._recent[0].number
            stop = min(len(self._recent), start + limit)
            return [self._recent[index] for index in range(start, stop)]
        found = await asyncio.to_thread(self._store.read_log, self.hall.id, after, limit)
        return [deed for deed in found if deed.number <= self.end]

    async def beyond(self, number: int) -> None:
        """Wait until a deed after ``number`` is committed."""
        while self.end <= number:
            await self._changed.wait()

    async def deeds(self, after: int) -> AsyncIterator[Deed]:
        """Every deed beyond ``after``, in order, as they come, without end."""
        while True:
            batch = await self.read(after)
            if not batch:
                await self.beyond(after)
                continue
            for deed in batch:
                yield deed
            after = batch[-1].number


def read_hall(store: Store, hall_id: str) -> Hall:
    """The live state: the last snapshot, and what came after it folded. Blocking."""
    kept = store.snapshot(hall_id, VERSION)
    hall = from_plain(kept) if kept is not None else new_hall(hall_id)
    for deed in store.whole_log(hall_id, hall.number):
        fold(hall, deed)
    return hall
