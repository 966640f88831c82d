"""One zone's queue: who is before whom.

The order never changes with time (design §5): a ticket's place is its waiting's start less its
class's head start, and the earlier press where those are equal. So one sorted line per class is
enough, and a resident can be told who is ahead.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from hallserver.moments import Moment
from hallserver.rules.layout import CLASSES

Place = tuple[Moment, int, str]
"""When its waiting counts from, the number of the deed that put it there, the ticket's id."""


class Standing(NamedTuple):
    """Where a waiting ticket stands: how many are before it, and mean and variance of the work they bring."""

    ahead: int
    mean_ms: int
    variance_ms2: int


def _no_lines() -> dict[str, list[Place]]:
    return {name: [] for name in CLASSES}


@dataclass(slots=True)
class Queue:
    """The waiting tickets of a zone, with the sum of their work kept as they come and go."""

    lines: dict[str, list[Place]] = field(default_factory=_no_lines)
    count: int = 0
    mean_ms: int = 0
    variance_ms2: int = 0
    standings: dict[str, Standing] | None = field(default=None, repr=False, compare=False)
    """By ticket, counted for the whole zone when somebody asks, and kept until one comes or goes: a thousand phones
    ask after every call. ``counted_with`` are the head starts it was counted with."""
    counted_with: Mapping[str, int] | None = field(default=None, repr=False, compare=False)

    def __len__(self) -> int:
        return self.count

    def add(self, class_: str, place: Place, mean_ms: int, variance_ms2: int) -> None:
        """Put a ticket in its place, with the mean and variance of the work it brings."""
        line = self.lines[class_]
        if line and line[-1] > place:
            insort(line, place)
        else:
            line.append(place)
        self.standings = None
        self.count += 1
        self.mean_ms += mean_ms
        self.variance_ms2 += variance_ms2

    def remove(self, class_: str, place: Place, mean_ms: int, variance_ms2: int) -> None:
        """Take a ticket out. It must be there: a queue that lost a ticket is our own fault."""
        line = self.lines[class_]
        index = bisect_left(line, place)
        if index == len(line) or line[index] != place:
            raise LookupError(f"{place} is not in the {class_} line")
        del line[index]
        self.standings = None
        self.count -= 1
        self.mean_ms -= mean_ms
        self.variance_ms2 -= variance_ms2

    def ahead(self, class_: str, counts_from: Moment, order: int, head_start_ms: Mapping[str, int]) -> int:
        """How many wait before a ticket with this place. A newcomer is nearly always the last, which a look at the
        last one tells."""
        start = counts_from - head_start_ms[class_]
        before = 0
        for name, line in self.lines.items():
            if line:
                place = (start + head_start_ms[name], order, "")
                before += len(line) if line[-1] < place else bisect_left(line, place)
        return before

    def standing(
        self, ticket: str, head_start_ms: Mapping[str, int], work_of: Callable[[str], tuple[int, int]]
    ) -> Standing:
        """Of a ticket that waits here, by its id. Another layout comes with other ``head_start_ms``, and then all are
        counted anew. A queue that lost the ticket is our own fault: KeyError."""
        if self.standings is None or self.counted_with is not head_start_ms:
            self.standings, self.counted_with = self._counted(head_start_ms, work_of), head_start_ms
        return self.standings[ticket]

    def _counted(
        self, head_start_ms: Mapping[str, int], work_of: Callable[[str], tuple[int, int]]
    ) -> dict[str, Standing]:
        found: dict[str, Standing] = {}
        mean_ms = variance_ms2 = 0
        for ahead, ticket in enumerate(self.in_order(head_start_ms)):
            found[ticket] = Standing(ahead, mean_ms, variance_ms2)
            mean, variance = work_of(ticket)
            mean_ms, variance_ms2 = mean_ms + mean, variance_ms2 + variance
        return found

    def in_order(self, head_start_ms: Mapping[str, int]) -> list[str]:
        """Every waiting ticket, first to last."""
        ranked = sorted(
            (counts_from - head_start_ms[name], order, ticket)
            for name, line in self.lines.items()
            for counts_from, order, ticket in line
        )
        return [ticket for _, _, ticket in ranked]

    def nth_start(self, n: int, head_start_ms: Mapping[str, int]) -> Moment | None:
        """Start less head start of the n-th waiting ticket (1 is first), or None if fewer wait."""
        if n < 1 or len(self) < n:
            return None
        ranked = sorted(
            (counts_from - head_start_ms[name], order)
            for name, line in self.lines.items()
            for counts_from, order, _ in line[:n]
        )
        return ranked[n - 1][0]

    def oldest(self) -> Moment | None:
        """Since when the longest waiting ticket waits."""
        return min((line[0][0] for line in self.lines.values() if line), default=None)

    def places(self) -> Iterator[tuple[str, Place]]:
        for name, line in self.lines.items():
            for place in line:
                yield name, place
