"""What an event and a deed are, and how one is written to a log line.

An event is what a rule decides. A deed is an event that the log has numbered: it carries its
number, its moment and who did it. Facts are plain JSON: str, int, float, bool, None, list, dict.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeVar

import orjson

from hallserver.moments import Moment


def to_json(value: Any) -> str:
    """Compact JSON text. Raises TypeError for what is no plain value."""
    return orjson.dumps(value).decode()


EVENTS: dict[str, type[Event]] = {}


class Event:
    """Base of all events. ``ticket`` and ``window`` are facts like others, indexed by the log."""

    kind: ClassVar[str]
    fact_names: ClassVar[tuple[str, ...]]
    __slots__ = ()

    def facts(self) -> dict[str, Any]:
        """Everything the event says, without its kind."""
        return {name: getattr(self, name) for name in self.fact_names}


Kind = TypeVar("Kind", bound=Event)


def event(cls: type[Kind]) -> type[Kind]:
    """Enter a kind of event into the vocabulary."""
    cls.kind = cls.__name__
    cls.fact_names = tuple(f.name for f in fields(cls))  # type: ignore[arg-type]
    EVENTS[cls.kind] = cls
    return cls


@dataclass(slots=True)
class Deed:
    """One line of a hall's log: ``number`` counts 1, 2, 3 … in the hall, ``by`` is who pressed."""

    number: int
    at: Moment
    by: str
    event: Event

    def facts_json(self) -> str:
        """The event's facts as the log stores them."""
        return to_json(self.event.facts())


def read_event(kind: str, facts: dict[str, Any]) -> Event:
    """The event a log line tells. Raises KeyError for a kind this version doesn't know."""
    return EVENTS[kind](**facts)
