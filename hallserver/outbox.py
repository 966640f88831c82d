"""What is decided on its way to the writer: gathered while a commit runs, so that the next carries it all.

Waking the writer costs as much as a press. So a lone press goes when the loop's turn ends, and 64 kiosks that press
together go in a few handfuls: the writer commits the first while the next are still decided.
"""

from __future__ import annotations

import asyncio

from hallserver.store.writer import Entry, Writer

HANDFUL = 24
"""So many entries go at once, however much is under way."""
AWAKE_TURNS = 120
"""A lone press keeps the loop turning for so long, half a millisecond at most: to fall asleep and be woken when it is
written takes longer than to write it."""


class Outbox:
    """Entries in the order of their decisions."""

    def __init__(self, writer: Writer, loop: asyncio.AbstractEventLoop) -> None:
        self._writer = writer
        writer.follow(loop)
        self._loop = loop
        self._entries: list[Entry] = []
        self._under_way = 0

    def put(self, entry: Entry) -> None:
        """Take an entry; it is posted by itself."""
        self._entries.append(entry)
        if len(self._entries) >= HANDFUL:
            self.post()
        elif len(self._entries) == 1 and not self._under_way:
            self._loop.call_soon(self._turn_ends)

    def _turn_ends(self) -> None:
        if not self._under_way:
            self.post()
            self._stay_awake(AWAKE_TURNS)

    def _stay_awake(self, turns: int) -> None:
        if self._under_way and turns:
            self._loop.call_soon(self._stay_awake, turns - 1)

    def post(self) -> None:
        """Hand over what there is, now."""
        if self._entries:
            self._under_way += len(self._entries)
            self._writer.submit(self._entries)
            self._entries = []

    def settled(self, count: int) -> None:
        """The writer is through with so many entries."""
        self._under_way -= count
        if not self._under_way:
            self.post()
