"""The times that can be booked (预约时段): cut from the opening hours, each with its quota."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from hallserver.moments import MINUTE_MS, Moment, local_day, next_day_start
from hallserver.refusals import Refusal
from hallserver.rules.hall import Hall, Ticket
from hallserver.rules.hours import LOOK_AHEAD_DAYS, sessions_on
from hallserver.rules.issuing import zone_of


@dataclass(slots=True, frozen=True)
class Slot:
    start: Moment
    end: Moment
    free: int


def quotas(hall: Hall, zone: str, item: str | None) -> tuple[int | None, int | None]:
    """How many bookings a slot takes: of the zone, and of the matter. Refuses bookings_not_taken."""
    of_zone = hall.layout.zones[zone].booking_quota or None
    of_item = hall.layout.items[item].booking_quota if item is not None else None
    if not hall.layout.bookings.enabled or of_item == 0 or of_zone is of_item is None:
        raise Refusal("bookings_not_taken", zone=zone, item=item)
    return of_zone, of_item


def takes_bookings(hall: Hall, zone: str, item: str | None = None) -> bool:
    try:
        quotas(hall, zone, item)
    except Refusal:
        return False
    return True


def bookable_days(hall: Hall, now: Moment, zone: str) -> list[date]:
    """Today, and so many of the next days on which the zone is open as the settings look ahead."""
    today = local_day(now, hall.layout.tz)
    days = [today] if sessions_on(hall, today, zone) else []
    wanted = len(days) + hall.layout.bookings.days_ahead
    for ahead in range(1, LOOK_AHEAD_DAYS + 1):
        if len(days) >= wanted:
            break
        day = today + timedelta(days=ahead)
        if sessions_on(hall, day, zone):
            days.append(day)
    return days


def slots_by_day(
    hall: Hall, now: Moment, *, zone: str | None = None, item: str | None = None, but: str | None = None
) -> dict[date, list[Slot]]:
    """Every day that can be booked, with its slots that are still to come and what each can take; ``but``: as if that
    ticket weren't there. Refuses unknown_zone, unknown_item, item_not_in_zone and bookings_not_taken."""
    where = zone_of(hall, zone, item)
    of_zone, of_item = quotas(hall, where, item)
    booked = [ticket for ticket in hall.tickets.values() if _counts(ticket, where) and ticket.id != but]
    taken = Counter(ticket.slot for ticket in booked)
    taken_by_item = Counter(ticket.slot for ticket in booked if ticket.item == item)

    def free(start: Moment, left_of_day: int | None) -> int:
        left = [of_zone - taken[start]] if of_zone is not None else []
        left += [of_item - taken_by_item[start]] if of_item is not None else []
        left += [left_of_day] if left_of_day is not None else []
        return max(0, min(left))

    found = {}
    for day in bookable_days(hall, now, where):
        left = _left_on(hall, day, item, hall.tickets.get(but or ""))
        found[day] = [Slot(start, end, free(start, left)) for start, end in _cut(hall, day, where) if start > now]
    return found


def _left_on(hall: Hall, day: date, item: str | None, but: Ticket | None) -> int | None:
    """How many more of a day's numbers for the matter can be booked; None where it has no daily cap."""
    known = hall.layout.items.get(item or "")
    if known is None or known.daily_cap is None:
        return None
    taken = hall.places_held.get(day.isoformat(), {}).get(known.id, 0)
    if but is not None and but.slot is not None and local_day(but.slot, hall.layout.tz) == day:
        taken -= but.state == "booked"
    if day == hall.day:
        taken += hall.given_items.get(known.id, 0)
    return max(0, known.daily_cap - taken)


def slots_of(hall: Hall, now: Moment, day: date, **of: str | None) -> list[Slot]:
    """One day's slots; none on a day when the hall is closed. Refuses too_far_ahead, and what ``slots_by_day``
    refuses."""
    days = slots_by_day(hall, now, **of)
    if day > max(days, default=local_day(now, hall.layout.tz)):
        raise Refusal("too_far_ahead", days=hall.layout.bookings.days_ahead)
    return days.get(day, [])


def slot_at(
    hall: Hall, now: Moment, start: Moment, *, zone: str | None = None, item: str | None = None, but: str | None = None
) -> Slot:
    """The slot that begins then, with room in it. Refuses slot_past, no_such_slot, slot_full, and what ``slots_of``
    refuses."""
    if start <= now:
        raise Refusal("slot_past")
    slots = slots_of(hall, now, local_day(start, hall.layout.tz), zone=zone, item=item, but=but)
    for slot in slots:
        if slot.start == start:
            if not slot.free:
                raise Refusal("slot_full")
            return slot
    raise Refusal("no_such_slot")


def missed_after(hall: Hall, start: Moment, end: Moment, zone: str) -> Moment:
    """After that a booking of the slot is missed: so long after its end, or when the zone closes where a late one
    waits as a walk-in."""
    settings = hall.layout.bookings
    if settings.after_late == "missed":
        return end + round(settings.late_min * MINUTE_MS)
    tz = hall.layout.tz
    if hall.layout.always_open:
        return next_day_start(start, tz)
    return max([end, *(closes for _, closes in sessions_on(hall, local_day(start, tz), zone))])


def _counts(ticket: Ticket, zone: str) -> bool:
    """Whether the ticket takes a place in a slot of the zone."""
    at_home = ticket.channel == "home"
    return ticket.slot is not None and ticket.zone == zone and ticket.state != "cancelled" and not at_home


def _cut(hall: Hall, day: date, zone: str) -> list[tuple[Moment, Moment]]:
    """The day's sessions in whole slots."""
    length = hall.layout.bookings.slot_min * MINUTE_MS
    return [
        (start, start + length)
        for opens, closes in sessions_on(hall, day, zone)
        for start in range(opens, closes - length + 1, length)
    ]
