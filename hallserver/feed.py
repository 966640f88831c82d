"""What followers pull: the committed state, and the committed deeds by number.

There is no bus. The desk tells the feed what was committed; the feed wakes those who wait, and each
reads on from where it is, at its own pace.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

from hallserver.events import Deed
from hallserver.rules.hall import Hall
from hallserver.store.database import Store

RECENT_DEEDS = 4_000
"""Deeds kept in memory for followers that are nearly up to date; older ones are read from the log."""
READ_LIMIT = 500


class Feed:
    """One hall's committed deeds and state. ``hall`` is the log folded up to ``end``."""

    def __init__(self, hall: Hall, store: Store) -> None:
        self.hall = hall
        self._store = store
        self._recent: deque[Deed] = deque(maxlen=RECENT_DEEDS)
        self._changed = asyncio.Event()
        self._watchers: list[Callable[[list[Deed]], None]] = []

    @property
    def end(self) -> int:
        """The number of the last committed deed."""
        return self.hall.number

    def watch(self, watcher: Callable[[list[Deed]], None]) -> None:
        """Call a function with the deeds of every commit. It must be quick and may not fail."""
        self._watchers.append(watcher)

    def ticket_deeds(self, ticket: str) -> list[Deed]:
        """Everything the log tells of a ticket. Blocking."""
        return self._store.ticket_deeds(self.hall.id, ticket)

    def committed(self, deeds: list[Deed]) -> None:
        """Told by the desk, after ``hall`` has folded them."""
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
