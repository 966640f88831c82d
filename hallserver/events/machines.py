"""What machines tell of their work: calls spoken or not."""

from __future__ import annotations

from dataclasses import dataclass

from hallserver.events.base import Event, event


@event
@dataclass(slots=True)
class CallSpoken(Event):
    """A loudspeaker said the call with that deed's number."""

    ticket: str
    window: str
    deed: int


@event
@dataclass(slots=True)
class CallNotSpoken(Event):
    ticket: str
    window: str
    deed: int
    cause: str
