"""The hall and its day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hallserver.events.base import Event, event


@event
@dataclass(slots=True)
class HallConfigured(Event):
    """The settings the rules read, as they stood from here on (``rules.layout.Layout.to_plain``)."""

    layout: dict[str, Any]


@event
@dataclass(slots=True)
class DayBegan(Event):
    """A new day of the hall (``YYYY-MM-DD``): numbers start from 001 again."""

    day: str
