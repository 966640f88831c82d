"""What machines tell of their work: calls that were spoken or not."""

from __future__ import annotations

from hallserver.events import CallNotSpoken, CallSpoken, Event
from hallserver.moments import Moment
from hallserver.rules.hall import Hall


def call_was_heard(
    hall: Hall, now: Moment, *, ticket: str, window: str, deed: int, cause: str | None = None
) -> list[Event]:
    """A loudspeaker said a call, or didn't because of ``cause``. What was said already is not told again."""
    known = hall.tickets.get(ticket)
    if known is not None and known.heard >= deed:
        return []
    if cause is None:
        return [CallSpoken(ticket, window, deed)]
    return [CallNotSpoken(ticket, window, deed, cause)]
