"""Where we are in the hall's log, kept on disk: no call is said twice, none forgotten, over a restart."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

UNCONFIRMED_LIMIT = 500


class Cursor:
    """Every deed up to ``position`` is done, and some beyond it (a call said again takes an earlier place).

    ``unconfirmed`` are the confirmations the server has not surely received. Each change that matters is
    on disk when the method returns; if the disk is full the hall is still spoken to and ``trouble`` says so.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._last = 0  # the newest deed seen
        self._waiting: set[int] = set()  # seen, not yet done
        self._done: set[int] = set()  # done, beyond the position
        self.unconfirmed: dict[int, dict[str, Any]] = {}
        self.trouble = ""
        self.is_new = not file.exists()
        file.parent.mkdir(parents=True, exist_ok=True)
        if not self.is_new:
            self._read()

    @property
    def position(self) -> int:
        return min(self._waiting) - 1 if self._waiting else self._last

    @property
    def waiting(self) -> int:
        """How many deeds were seen and are not yet done."""
        return len(self._waiting)

    @property
    def last_seen(self) -> int:
        return self._last

    def begin(self, end: int) -> None:
        """Starts at a log's end: what was called before we listened is not ours to say."""
        self._last = end
        self._waiting.clear()
        self._done.clear()
        self.unconfirmed.clear()
        self.is_new = False
        self.save()

    def saw(self, number: int, *, must_be_done: bool) -> bool:
        """Notes a deed as it comes. True when it still has to be done."""
        if number <= self._last:
            return False
        self._last = number
        if not must_be_done or number in self._done:
            return False
        self._waiting.add(number)
        return True

    def finished(self, number: int, confirmation: dict[str, Any]) -> None:
        """A deed is done, one way or the other; its confirmation is owed from now on."""
        self._waiting.discard(number)
        self._done.add(number)
        self.unconfirmed[number] = confirmation
        while len(self.unconfirmed) > UNCONFIRMED_LIMIT:
            del self.unconfirmed[next(iter(self.unconfirmed))]
        self.save()

    def confirmed(self, numbers: list[int]) -> None:
        for number in numbers:
            self.unconfirmed.pop(number, None)
        self.save()

    def save(self) -> None:
        position = self.position
        self._done = {number for number in self._done if number > position}
        state = {
            "position": position,
            "done": sorted(self._done),
            "unconfirmed": list(self.unconfirmed.values()),
        }
        part = self._file.with_suffix(".part")
        try:
            with part.open("w", encoding="utf-8") as file:
                json.dump(state, file)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._file)
            self.trouble = ""
        except OSError as full:
            self.trouble = str(full)

    def _read(self) -> None:
        try:
            state = json.loads(self._file.read_text("utf-8"))
            self._last = int(state["position"])
            self._done = set(map(int, state["done"]))
            self.unconfirmed = {int(owed["confirm"]): owed for owed in state["unconfirmed"]}
        except (ValueError, KeyError, TypeError):
            self.is_new = True  # half a file after a power cut on a poor disk: begin as on the first day
