"""会怎样: what a change of windows would do to each zone's wait, before it is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from hallserver.moments import MINUTE_MS, Moment
from hallserver.refusals import Refusal
from hallserver.rules.day_so_far import INTERVAL_MS, interval_at, interval_begins
from hallserver.rules.estimate import busy_min, think_min, walk_min
from hallserver.rules.forecast import Move, Server, Stream, Visit, Waits, waits
from hallserver.rules.foresight import moves_ahead
from hallserver.rules.hall import Hall, Ticket, Window
from hallserver.rules.hours import today
from hallserver.views.shapes import Plain

LATER_MIN = 30
RATE_MIN = 60
"""The pace of the last so many minutes is taken to go on."""


class Place(NamedTuple):
    """Where a window would serve."""

    zone: str
    support: str | None = None


def effects(hall: Hall, now: Moment, wanted: Mapping[str, Place], opened: Sequence[Place] = ()) -> Plain:
    """Each zone's wait of somebody who comes now and in half an hour, with the windows as they are, and as wanted:
    some elsewhere, and some ``opened`` besides. Refuses unknown_window, unknown_zone and supports_itself."""
    _known(hall, wanted, opened)
    before, after = _waits(hall, now, {}, ()), _waits(hall, now, wanted, opened)
    rates = {zone: rate_per_min(hall, zone, now) for zone in hall.layout.zones}
    zones = [
        {
            "id": zone.id,
            "name": zone.name,
            "name_en": zone.name_en,
            "waiting": len(hall.queue(zone.id)),
            "arrivals_per_hour": round(rates[zone.id] * 60, 1),
            "before": _shown(hall, before, zone.id, {}, ()),
            "after": _shown(hall, after, zone.id, wanted, opened),
        }
        for zone in hall.layout.zones.values()
    ]
    return {
        "windows": [{"window": window, "zone": at.zone, "support": at.support} for window, at in wanted.items()],
        "zones": zones,
        "hall": {"before": _mean(before, rates, hall), "after": _mean(after, rates, hall)},
        "stranded": sorted(stranded(hall, wanted) - stranded(hall, {})),
        "later_min": LATER_MIN,
    }


def _known(hall: Hall, wanted: Mapping[str, Place], opened: Sequence[Place]) -> None:
    for window in wanted:
        if window not in hall.windows:
            raise Refusal("unknown_window", window=window)
    for at in (*wanted.values(), *opened):
        for named in at:
            if named is not None and named not in hall.layout.zones:
                raise Refusal("unknown_zone", zone=named)
        if at.support == at.zone:
            raise Refusal("supports_itself", zone=at.zone)


def _waits(hall: Hall, now: Moment, wanted: Mapping[str, Place], opened: Sequence[Place]) -> Waits:
    layout = hall.layout
    return waits(
        [*servers(hall, now, wanted), *(Server(*at) for at in opened)],
        queues(hall, now),
        [stream for zone in layout.zones for stream in streams(hall, zone, now)],
        {zone: (0.0, float(LATER_MIN)) for zone in layout.zones},
        layout.handicap_min,
    )


def servers(hall: Hall, now: Moment, wanted: Mapping[str, Place]) -> list[Server]:
    """The open windows, and those that will be back from the plan's lunch. One that is ``wanted`` elsewhere stays
    there; the others go where the plan has them later."""
    found = []
    ahead = moves_ahead(hall, now)
    for window in hall.windows.values():
        at = wanted.get(window.id)
        moves = () if at is not None else tuple(
            Move((begins - now) / MINUTE_MS, *place) for begins, place in ahead.get(window.id, ())
        )  # fmt: skip
        if window.state == "open":
            found.append(_server(hall, window, at or Place(window.zone, window.support), now, moves))
        elif moves:
            found.append(Server(None, moves=moves))
    return found


def _server(hall: Hall, window: Window, at: Place, now: Moment, moves: tuple[Move, ...]) -> Server:
    """An open window, and how long what it has still takes."""
    ticket = hall.tickets.get(window.ticket or "")
    busy = 0.0 if ticket is None else busy_min(hall, ticket, walk_min(hall), now) + think_min(hall)
    return Server(*at, busy, moves)


def queues(hall: Hall, now: Moment) -> dict[str, list[Visit]]:
    """Who waits, by zone: since when, with their head starts, and with the minutes their matters take."""
    found: dict[str, list[Visit]] = {}
    between_min = walk_min(hall) + think_min(hall)
    for zone, queue in hall.queues.items():
        visits = found[zone] = []
        for class_, (counts_from, _, ticket) in queue.places():
            start = (counts_from - hall.layout.head_start_ms[class_] - now) / MINUTE_MS
            visits.append(Visit(start, hall.work_of(hall.tickets[ticket])[0] / MINUTE_MS + between_min))
    return found


def rate_per_min(hall: Hall, zone: str, now: Moment) -> float:
    """How many come to a zone in a minute: over the last hour, or since the hall's first number of today."""
    first = min((index for intervals in hall.intervals.values() for index in intervals), default=None)
    if first is None:
        return 0.0
    # Counted from a interval's beginning: a interval cut in two could not be counted.
    begins = max(interval_begins(interval_at(now - RATE_MIN * MINUTE_MS, hall.day_ends), hall.day_ends),
                 interval_begins(first, hall.day_ends))  # fmt: skip
    since = interval_at(begins, hall.day_ends)
    came = sum(interval.arrived for index, interval in hall.intervals.get(zone, {}).items() if index >= since)
    return came / (max(now - begins, INTERVAL_MS) / MINUTE_MS)


def streams(hall: Hall, zone: str, now: Moment) -> list[Stream]:
    """Those who will come to a zone today, at the pace of the last hour, while numbers are given."""
    rate = rate_per_min(hall, zone, now)
    if rate == 0:
        return []
    work = mean_work_min(hall, zone) + walk_min(hall) + think_min(hall)
    return [Stream(zone, rate, work, begins, ends) for begins, ends in _open_minutes(hall, zone, now)]


def _open_minutes(hall: Hall, zone: str, now: Moment) -> list[tuple[float, float]]:
    """What is left of the zone's hours of today, in minutes from now."""
    spans = ((now, hall.day_ends),) if hall.layout.always_open else today(hall, zone)
    left = [(max(begins, now), ends) for begins, ends in spans if ends > now]
    return [((begins - now) / MINUTE_MS, (ends - now) / MINUTE_MS) for begins, ends in left]


def mean_work_min(hall: Hall, zone: str) -> float:
    """Minutes of a visit to a zone by what people came for today; by its matters when nobody came yet."""
    works = [hall.work_of(ticket)[0] for ticket in hall.tickets.values() if ticket.zone == zone]
    if not works:
        return hall.layout.minutes_of(None, zone)[0]
    return sum(works) / len(works) / MINUTE_MS


def _shown(hall: Hall, found: Waits, zone: str, wanted: Mapping[str, Place], opened: Sequence[Place]) -> Plain:
    now_min, later_min = found[zone][0.0], found[zone][float(LATER_MIN)]
    places = [_places(window, wanted) for window in hall.windows.values() if window.state == "open"]
    return {
        "now_min": None if now_min is None else round(now_min, 1),
        "later_min": None if later_min is None else round(later_min, 1),
        "windows": sum(zone in place for place in (*places, *opened)),
    }


def _places(window: Window, wanted: Mapping[str, Place]) -> tuple[str | None, ...]:
    return wanted.get(window.id) or (window.zone, window.support)


def _mean(found: Waits, rates: Mapping[str, float], hall: Hall) -> Plain:
    """Over those who come: each zone counts by its pace, by who waits where nobody came, evenly in an empty hall.
    A zone that nobody serves has no wait to be counted."""
    weights = rates if any(rates.values()) else {zone: float(len(hall.queue(zone))) for zone in rates}
    if not any(weights.values()):
        weights = dict.fromkeys(rates, 1.0)
    return {"now_min": _weighed(found, weights, 0.0), "later_min": _weighed(found, weights, float(LATER_MIN))}


def _weighed(found: Waits, weights: Mapping[str, float], minute: float) -> float | None:
    told = [(weights[zone], wait) for zone, at in found.items() if (wait := at[minute]) is not None]
    total = sum(weight for weight, _ in told)
    return round(sum(weight * wait for weight, wait in told) / total, 1) if total else None


def stranded(hall: Hall, wanted: Mapping[str, Place]) -> set[str]:
    """Numbers that wait and that no open window could call: for want of a device, or of a window for their zone."""
    serving = [(_places(window, wanted), window) for window in hall.windows.values() if window.state == "open"]
    return {
        ticket.shown
        for ticket in _waiting(hall)
        if not any(
            ticket.zone in places and window.capabilities.issuperset(hall.needs_of(ticket.item))
            for places, window in serving
        )
    }


def _waiting(hall: Hall) -> Iterable[Ticket]:
    return (hall.tickets[ticket] for queue in hall.queues.values() for _, (_, _, ticket) in queue.places())
