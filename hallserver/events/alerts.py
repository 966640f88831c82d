"""提醒: what a manager should look at, and who was told of it outside."""

from __future__ import annotations

from dataclasses import dataclass

from hallserver.events.base import Event, event
from hallserver.moments import Moment


@event
@dataclass(slots=True)
class AlertRaised(Event):
    """Something wants a manager's eye. ``subject`` is the zone, window, ticket or device it is about, ``figure``
    its number in the unit of the kind; said again when ``level`` changes."""

    alert: str
    subject: str
    figure: float | None
    level: str = "warn"
    other: str | None = None


@event
@dataclass(slots=True)
class AlertCleared(Event):
    """It is over. ``raised`` is the number of the deed that raised it."""

    alert: str
    subject: str
    raised: int
    since: Moment
    figure: float | None
    level: str


@event
@dataclass(slots=True)
class WebhookGivenUp(Event):
    """A deed that the hall's webhook could not be told, for all the trying."""

    deed: int
    tries: int
    cause: str
