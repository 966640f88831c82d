"""Cases (办件): what goes on behind the window, from acceptance to hand-over (统一窗口出件).

A case has no event of its own that opens it: the service that ended with ``accepted`` or ``accepted_with_gaps`` does,
and its deed's number is the case's.
"""

from __future__ import annotations

from dataclasses import dataclass

from hallserver.events.base import Event, event
from hallserver.moments import Moment


@event
@dataclass(slots=True)
class CaseSupplied(Event):
    """容缺补正: what was missing came. ``supplied`` false takes a mistaken press back."""

    ticket: str
    case: int
    supplied: bool = True


@event
@dataclass(slots=True)
class CaseReady(Event):
    """The result is out (结果已出), whatever it says."""

    ticket: str
    case: int


@event
@dataclass(slots=True)
class CaseSetBack(Event):
    """A press was a mistake: the case is one step back. ``to`` is ``in_office`` (it was not ready) or ``ready`` (it
    was not handed over)."""

    ticket: str
    case: int
    to: str = "in_office"


@event
@dataclass(slots=True)
class CaseHandedOver(Event):
    """The result left the hall: ``way`` is ``window`` 窗口领取, ``post`` 免费邮寄 or ``self_pickup`` 自助柜自取.
    ``window`` is None where it was not handed over at one."""

    ticket: str
    case: int
    window: str | None
    clerk: str | None
    way: str


@event
@dataclass(slots=True)
class CollectionBegan(Event):
    """统一窗口出件: the resident is still here, and the same number waits in the issuing zone for what is ready."""

    ticket: str
    case: int
    zone: str
    counts_from: Moment
