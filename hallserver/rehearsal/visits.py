"""One resident's day at the hall, as it is meant to go: what is drawn, and what residents and clerks then do."""

from __future__ import annotations

from dataclasses import dataclass

NO_SHOW_S = 75.0
"""A clerk waits so long at least for somebody who doesn't come."""


@dataclass(frozen=True, slots=True)
class Rating:
    level: int
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VisitPart:
    """One matter of a chain."""

    item: str
    zone: str
    needs: frozenset[str]
    service_s: float


@dataclass(frozen=True, slots=True)
class Booked:
    """A visit that was booked for a time of its day: ``comes`` is early, in_time, late or never."""

    for_s: float
    comes: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One resident's day at the hall, as it is meant to go."""

    comes_s: float
    zone: str
    item: str | None
    needs: frozenset[str]
    service_s: float
    walk_s: float
    outcome: str
    green: str | None = None
    language: str = "zh-CN"
    leaves_after_s: float | None = None
    """Gives the number up when not called by then."""
    misses: bool = False
    returns_after_s: float | None = None
    """Who misses the call comes back so long after, or not at all."""
    called_again: bool = False
    aside_s: float | None = None
    """Put on hold in the middle of the service, for so long."""
    sent_to: str | None = None
    sent_service_s: float = 0.0
    rating: Rating | None = None
    presses_twice: bool = False
    parts: tuple[VisitPart, ...] = ()
    """A chain's matters, the visit's own among them; the hall says in which order."""
    brings_after_s: float | None = None
    """Who is told what is missing comes back with it so long after, or not at all."""
    booking: Booked | None = None

    @property
    def occupies_s(self) -> float:
        """How long a window is busy with it."""
        if self.booking is not None and self.booking.comes == "never":
            return 0.0
        return self.walk_s + self.service_s + (NO_SHOW_S if self.misses else 0.0)
