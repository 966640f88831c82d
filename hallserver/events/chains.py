"""One ticket through several matters (多窗联办)."""

from __future__ import annotations

from dataclasses import dataclass

from hallserver.events.base import Event, event
from hallserver.moments import Moment


@event
@dataclass(slots=True)
class ChainPlanned(Event):
    """The matters the ticket still has before it, the present one first; the others in no set order.

    ``items`` may begin with None: a visit whose matter was never named.
    """

    ticket: str
    items: list[str | None]


@event
@dataclass(slots=True)
class PartEnded(Event):
    """One matter of a chain is over, with its own service and outcome; the ticket waits for ``next_item``."""

    ticket: str
    window: str
    clerk: str | None
    item: str | None
    outcome: str
    next_zone: str
    next_item: str | None
    counts_from: Moment
    note: str | None = None
