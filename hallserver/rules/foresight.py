"""Which windows will serve a zone later today, as far as it is known now: the bands of the plan, the end of a change
by hand, and the hours of a zone whose windows stop at them.

A promised wait that ends before any of this begins costs one comparison (``Hall.plan_due``). Where it doesn't, the
minutes that come after a change are stretched or shortened by the number of windows then: work that two windows do
in ten minutes, four do in five. Nobody serves at lunch; where nobody will serve again today, nothing is foreseen,
and the manager is warned of such a band (``plans.unserved``).
"""

from __future__ import annotations

from itertools import zip_longest
from typing import NamedTuple

from hallserver.moments import MINUTE_MS, Moment
from hallserver.rules.bands import LUNCH, Band
from hallserver.rules.closing import choice
from hallserver.rules.hall import NEVER, Hall, Window
from hallserver.rules.hours import today
from hallserver.rules.plans import LUNCH_REASONS, USUAL, moments_of, place_in, stretches_of, version_on

Wait = tuple[float, float, float]
"""Low, likely and high minutes: eight waits in ten end between low and high."""

Place = tuple[str | None, str | None]
"""Own and support zone of a window."""
NOWHERE: Place = (None, None)


class Span(NamedTuple):
    """From a minute on (counted from now) so many windows serve the zone; 0 too where none of them is able."""

    from_min: float
    servers: int


def next_due(hall: Hall, zone: str, now: Moment) -> Moment:
    """When the windows of a zone may change next; NEVER where nothing is known. 0 is at once: the hall's own second
    comes first."""
    due = hall.plan_due
    if due > now and choice(hall) == "end":  # then its windows stop with its hours, in the middle of a day too
        return min((end for _, end in today(hall, zone) if now < end < due), default=due)
    return due


def foreseen(hall: Hall, zone: str, needs: tuple[str, ...], wait: Wait, servers: int, now: Moment) -> Wait:
    """The wait with what is known of later: ``wait`` is what it would be with the ``servers`` of now."""
    due = next_due(hall, zone, now)
    if not now < due < now + wait[2] * MINUTE_MS:
        return wait
    spans = spans_of(hall, zone, needs, now, due)
    while spans and not spans[-1].servers:
        spans.pop()
    low, likely, high = (_stretched(minutes, servers, spans) for minutes in wait)
    return low, likely, high


def served_from(hall: Hall, zone: str, needs: tuple[str, ...], now: Moment) -> Span | None:
    """When windows that are there begin to serve a zone that none serves now; None where that isn't known."""
    due = next_due(hall, zone, now)
    if not now < due < NEVER:
        return None
    return next((span for span in spans_of(hall, zone, needs, now, due) if span.servers), None)


def _stretched(minutes: float, servers: int, spans: list[Span]) -> float:
    """The minute by which work is done that would take ``minutes`` with the windows of now."""
    work, at, rate = minutes * servers, 0.0, servers
    for span in spans:
        if work <= (span.from_min - at) * rate:
            break
        work -= (span.from_min - at) * rate
        at, rate = span
    return round(at + work / rate, 1)


def spans_of(hall: Hall, zone: str, needs: tuple[str, ...], now: Moment, due: Moment) -> list[Span]:
    """What the windows of a zone will be, from the first moment at which that changes on."""
    known = hall.to_come.get((zone, needs, due))
    if known is None:
        known = hall.to_come[zone, needs, due] = _counted(hall, zone, needs, now, due)
    return [Span((at - now) / MINUTE_MS, servers) for at, servers in known if at > now]


def _counted(hall: Hall, zone: str, needs: tuple[str, ...], now: Moment, due: Moment) -> list[tuple[Moment, int]]:
    bands = _bands(hall, now)
    hours = today(hall, zone) if choice(hall) == "end" else ()
    moments = {due, *(begins for begins, _ in bands), *(edge for span in hours for edge in span)}
    moments |= {window.held_until for window in hall.windows.values() if window.held_until is not None}
    found = []
    for at in sorted(moments):
        if now < at < hall.day_ends:
            closed = bool(hours) and not any(start <= at < end for start, end in hours)
            found.append((at, 0 if closed else _servers(hall, zone, needs, at, bands)))
    return found


def _bands(hall: Hall, now: Moment) -> list[tuple[Moment, Band | None]]:
    """The stretch of the plan that the hall is in, and those of today that are still to begin."""
    if hall.day is None or hall.band is None:
        return []
    version = version_on(hall, hall.day)
    parts = stretches_of(hall, hall.day, version.bands if version is not None else ())
    begun = [(moments_of(hall, hall.day, part)[0], part.band) for part in parts]
    return [here for here, after in zip_longest(begun, begun[1:]) if after is None or after[0] > now]


class Then(NamedTuple):
    """A moment to come, in a ``band`` that is ``another`` than the present one, or still that."""

    at: Moment
    present: Band | None
    band: Band | None
    another: bool


def _then(at: Moment, bands: list[tuple[Moment, Band | None]]) -> Then:
    begun = [band for begins, band in bands if begins <= at]
    return Then(at, bands[0][1] if bands else None, begun[-1] if begun else None, len(begun) > 1)


def _servers(hall: Hall, zone: str, needs: tuple[str, ...], at: Moment, bands: list[tuple[Moment, Band | None]]) -> int:
    """How many windows serve the zone at a moment to come; 0 where none of them has what is needed."""
    then = _then(at, bands)
    serving = [window for window in hall.windows.values() if zone in _place(hall, window, then)]
    return len(serving) if any(window.capabilities.issuperset(needs) for window in serving) else 0


def moves_ahead(hall: Hall, now: Moment) -> dict[str, list[tuple[Moment, Place]]]:
    """Where the plan of today, and the end of a change by hand, will have the windows that are open or at the plan's
    lunch; those alone that will be elsewhere."""
    bands = _bands(hall, now)
    found: dict[str, list[tuple[Moment, Place]]] = {}
    for window in hall.windows.values():
        at_lunch = window.reason in LUNCH_REASONS and bool(bands) and _at_lunch(window, bands[0][1])
        if window.state != "open" and not at_lunch:
            continue
        place: Place = (window.zone, window.support) if window.state == "open" else NOWHERE
        moments = {begins for begins, _ in bands} | ({window.held_until} if window.held_until is not None else set())
        for at in sorted(moments):
            if now < at < hall.day_ends and (later := _place(hall, window, _then(at, bands))) != place:
                found.setdefault(window.id, []).append((at, later))
                place = later
    return found


def _place(hall: Hall, window: Window, then: Then) -> Place:
    """Where a window serves then; nowhere while it is closed, paused or at lunch."""
    back_from_lunch = then.another and window.reason in LUNCH_REASONS and _at_lunch(window, then.present)
    if (window.state != "open" and not back_from_lunch) or (then.another and _at_lunch(window, then.band)):
        return NOWHERE
    moved = then.another if window.held_until is None else then.at >= window.held_until
    return place_in(hall, window, then.band) if moved else (window.zone, window.support)


def _at_lunch(window: Window, band: Band | None) -> bool:
    return band is not None and band.windows.get(window.id, USUAL).state == LUNCH
