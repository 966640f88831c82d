"""What was changed about the windows today, and what each change replaced: so that it can be put back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hallserver.moments import Moment

CHANGES_KEPT = 200
"""Of a day in the live state; the log keeps all."""


@dataclass(slots=True)
class Move:
    """One window's part of a change: what it served before (``was``), and what since. ``deed`` moved it."""

    window: str
    deed: int
    was_zone: str | None
    was_support: str | None
    was_until: str | None
    zone: str | None
    support: str | None
    until: str | None = None


@dataclass(slots=True)
class Change:
    """What one press did to one window or to several. ``number`` is that of its first deed; ``kind`` is
    ``assigned``, or ``added`` for a mobile window that was opened."""

    number: int
    at: Moment
    by: str
    moves: list[Move]
    kind: str = "assigned"
    undone_at: Moment | None = None
    undone_by: str | None = None

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Change:
        """The inverse of ``dataclasses.asdict``."""
        return cls(**{**plain, "moves": [Move(**move) for move in plain["moves"]]})


def find(changes: list[Change], number: int) -> Change | None:
    return next((change for change in reversed(changes) if change.number == number), None)


def in_force(changes: list[Change], window: str) -> Change | None:
    """The newest change of a window that was not undone."""
    return next(
        (c for c in reversed(changes) if c.undone_at is None and any(move.window == window for move in c.moves)), None
    )
