"""Somebody at a machine of the hall asked for a person (请人帮忙)."""

from __future__ import annotations

from dataclasses import dataclass

from hallserver.events.base import Event, event


@event
@dataclass(slots=True)
class HelpAsked(Event):
    """``place`` is the machine's name, ``ticket`` the number in hand, if there was one."""

    place: str
    ticket: str | None = None


@event
@dataclass(slots=True)
class HelpGiven(Event):
    """Somebody of the staff went there."""

    place: str
