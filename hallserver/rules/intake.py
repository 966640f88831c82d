"""When a number is given no more: outside hours, stopped by staff, the day's numbers gone, or too late to be served.

A matter's daily cap counts every number given for it today, each part of a chain, and the bookings of today that wait
for their holders: such a place is free again when the booking is missed or cancelled.
"""

from __future__ import annotations

from collections.abc import Iterable

from hallserver.events import Event, IntakeResumed, IntakeStopped
from hallserver.moments import MINUTE_MS, Moment
from hallserver.refusals import Refusal
from hallserver.rules.estimate import Wait
from hallserver.rules.hall import Hall, Part
from hallserver.rules.hours import closes_at, is_open, opens_at, today


def check_intake(hall: Hall, now: Moment, zone: str, item: str | None) -> None:
    """Refuses hall_closed, zone_closed, intake_stopped, quota_reached and last_intake_past."""
    no = no_intake(hall, now, zone, item)
    if no is not None:
        raise no


def no_intake(hall: Hall, now: Moment, zone: str, item: str | None = None) -> Refusal | None:
    """The no that a newcomer would hear, with ``opens_at``, when to come instead; None when a number is given."""
    if not is_open(hall, now, zone):
        later = opens_at(hall, now, zone)
        return Refusal("zone_closed", opens_at=later) if is_open(hall, now) else Refusal("hall_closed", opens_at=later)
    if hall.stopped and (stop := _stop(hall, zone, item)) is not None:
        return Refusal("intake_stopped", reason=hall.stopped[stop], opens_at=next_day(hall, now, zone))
    if item is not None and left_today(hall, item) == 0:
        return Refusal("quota_reached", opens_at=next_day(hall, now, zone))
    if hall.layout.last_intake_min:
        closes = closes_at(hall, zone)
        if closes is not None and now >= closes - hall.layout.last_intake_min * MINUTE_MS:
            return Refusal("last_intake_past", opens_at=next_day(hall, now, zone))
    return None


def left_today(hall: Hall, item: str) -> int | None:
    """How many numbers the matter's daily cap leaves; None where it has none."""
    known = hall.layout.items.get(item)
    if known is None or known.daily_cap is None:
        return None
    held = hall.places_held.get(hall.day.isoformat(), {}) if hall.places_held and hall.day is not None else {}
    return max(0, known.daily_cap - hall.given_items.get(item, 0) - held.get(item, 0))


def check_parts(hall: Hall, now: Moment, parts: Iterable[Part], first: Part | None) -> None:
    """Whether every matter of a chain can be had today: for one that is not the first the zone may open later.

    Refuses what ``check_intake`` refuses, with the ``item`` that can't be had."""
    for part in parts:
        no = no_intake(hall, now, part.zone, part.item)
        later = part is not first and no is not None and no.code == "zone_closed"
        if no is None or (later and no.details["opens_at"] in _still_today(hall, part.zone)):
            continue
        raise Refusal(no.code, **no.details, item=part.item)


def _still_today(hall: Hall, zone: str) -> list[Moment]:
    return [start for start, _ in today(hall, zone)]


def _stop(hall: Hall, zone: str, item: str | None) -> str | None:
    return next((key for key in (f"zone:{zone}", f"item:{item}") if key in hall.stopped), None)


def check_in_time(hall: Hall, now: Moment, zone: str, item: str | None, wait: Wait | None) -> None:
    """Whether the estimate lets a newcomer be served before closing; it can't say so while no window is open.

    Refuses not_before_closing, with the day and hour to come instead."""
    wanted = hall.layout.served_before_closing
    if wanted == "off" or wait is None or wait[2] <= 0:
        return
    closes = closes_at(hall, zone)
    if closes is None:
        return
    mean_ms, _ = hall.layout.work_of(item, zone)
    wait_min = wait[1] if wanted == "likely" else wait[2]
    if now + wait_min * MINUTE_MS + mean_ms > closes:
        raise Refusal("not_before_closing", opens_at=next_day(hall, now, zone), wait_min=round(wait_min))


def next_day(hall: Hall, now: Moment, zone: str) -> Moment | None:
    """When the zone opens on a later day: when to come instead."""
    return opens_at(hall, max(now, hall.day_ends - 1), zone)


def stop_intake(
    hall: Hall, now: Moment, *, zone: str | None = None, item: str | None = None, reason: str | None = None
) -> list[Event]:
    """Give no more numbers today for a zone or an item. Refuses unknown_zone and unknown_item."""
    key = _key(hall, zone, item)
    return [] if hall.stopped.get(key, "") == reason else [IntakeStopped(zone, item, reason)]


def resume_intake(hall: Hall, now: Moment, *, zone: str | None = None, item: str | None = None) -> list[Event]:
    """Give numbers again."""
    return [IntakeResumed(zone, item)] if _key(hall, zone, item) in hall.stopped else []


def _key(hall: Hall, zone: str | None, item: str | None) -> str:
    if item is not None:
        if item not in hall.layout.items:
            raise Refusal("unknown_item", item=item)
        return f"item:{item}"
    if zone not in hall.layout.zones:
        raise Refusal("unknown_zone", zone=zone)
    return f"zone:{zone}"
