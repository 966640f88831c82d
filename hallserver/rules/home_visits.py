"""Home visits (上门): a number booked for a day, served at the resident's home and told of by staff.

Nobody waits in a queue for it: it goes from booked to done.
"""

from __future__ import annotations

from hallserver.events import BookingMoved, Event, HomeVisited, TicketBooked
from hallserver.moments import DAY_MS, MINUTE_MS, Moment, local_day, next_day_start
from hallserver.refusals import Refusal
from hallserver.rules.finding import the_ticket
from hallserver.rules.hall import Hall, Ticket
from hallserver.rules.hours import LOOK_AHEAD_DAYS
from hallserver.rules.issuing import zone_of
from hallserver.rules.numbers import next_booked_number, ticket_id
from hallserver.rules.services import OUTCOMES


def plan_visit(
    hall: Hall,
    now: Moment,
    *,
    start: Moment,
    zone: str | None = None,
    item: str | None = None,
    person: str | None = None,
    language: str = "zh-CN",
) -> list[Event]:
    """Agree a time to come, within a month; the hall's own hours and quotas don't bind it. Refuses slot_past,
    too_far_ahead, unknown_zone and unknown_item."""
    where = zone_of(hall, zone, item)
    slot, ends, until = _time(hall, now, start)
    day = local_day(start, hall.layout.tz)
    shown = next_booked_number(hall, hall.layout.zones[where].prefix, day)
    return [TicketBooked(ticket_id(day, shown), shown, where, item, slot, ends, until, "home", language, person)]


def move_visit(hall: Hall, now: Moment, *, ticket: str, start: Moment) -> list[Event]:
    """Another time, with the same number. Refuses no_home_visit, slot_past and too_far_ahead."""
    the_visit(hall, ticket)
    return [BookingMoved(ticket, *_time(hall, now, start))]


def tell_visit(
    hall: Hall, now: Moment, *, ticket: str, clerk: str | None = None, outcome: str = "done", note: str | None = None
) -> list[Event]:
    """They were there, and this came of it. Refuses no_home_visit and unknown_outcome."""
    the_visit(hall, ticket)
    if outcome not in OUTCOMES:
        raise Refusal("unknown_outcome", outcome=outcome)
    return [HomeVisited(ticket, clerk, outcome, note)]


def the_visit(hall: Hall, ticket: str) -> Ticket:
    """A home visit that is still to be made. Refuses unknown_ticket and no_home_visit."""
    found = the_ticket(hall, ticket)
    if found.state != "booked" or found.channel != "home":
        raise Refusal("no_home_visit", ticket=ticket, number=found.shown, state=found.state)
    return found


def _time(hall: Hall, now: Moment, start: Moment) -> tuple[Moment, Moment, Moment]:
    if start <= now:
        raise Refusal("slot_past")
    if start > now + LOOK_AHEAD_DAYS * DAY_MS:
        raise Refusal("too_far_ahead", days=LOOK_AHEAD_DAYS)
    ends = start + hall.layout.bookings.slot_min * MINUTE_MS
    return start, ends, next_day_start(start, hall.layout.tz)
