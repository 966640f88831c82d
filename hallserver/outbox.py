"""What is decided on its way to the writer: gathered while a commit runs, so that the next carries it all.

Waking the writer's thread costs as much as a press. So one batch is under way at a time: a lone press goes
at once, and 64 kiosks that press together share a commit.
"""

from __future__ import annotations

from hallserver.store.writer import Entry, Writer


class Outbox:
    """Entries in the order of their decisions."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._entries: list[Entry] = []
        self._under_way = 0

    def put(self, entry: Entry) -> None:
        """Take an entry; it is posted by itself, when the batch before it is through."""
        self._entries.append(entry)
        if not self._under_way:
            self.post()

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
