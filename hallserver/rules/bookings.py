"""Bookings (预约): a ticket given before its time. Its number is given once; arrival lets it wait.

Who came later than the settings allow waits as a walk-in or has missed it; who never came and never cancelled is
counted, and may not book for a while where the hall says so (off by default).
"""

from __future__ import annotations

from hallserver.events import BookingArrived, BookingMissed, BookingMoved, Event, TicketBooked, TicketExpired
from hallserver.moments import DAY_MS, MINUTE_MS, Moment, day_start, local_day
from hallserver.refusals import Refusal
from hallserver.rules.estimate import wait_of_next
from hallserver.rules.finding import the_ticket
from hallserver.rules.hall import Hall, Ticket
from hallserver.rules.issuing import zone_of
from hallserver.rules.numbers import next_booked_number, ticket_id
from hallserver.rules.slots import missed_after, slot_at


def book(
    hall: Hall,
    now: Moment,
    *,
    start: Moment,
    zone: str | None = None,
    item: str | None = None,
    person: str | None = None,
    channel: str = "api",
    language: str = "zh-CN",
    by_staff: bool = False,
    paper: bool = False,
    at: str | None = None,
) -> list[Event]:
    """A number for a slot to come, of a zone or a matter. With ``paper`` it comes out where ``at`` prints.

    Refuses what ``slot_at`` refuses, phone_needed (nobody can be told from another without it), booked_already (one
    a day) and blocked (missed too many; staff may book for them all the same).
    """
    slot = slot_at(hall, now, start, zone=zone, item=item)
    if not by_staff:
        if person is None and hall.layout.bookings.ask_phone:
            raise Refusal("phone_needed")
        _check_blocked(hall, now, person)
    _check_one_a_day(hall, slot.start, person)
    where = zone_of(hall, zone, item)
    day = local_day(slot.start, hall.layout.tz)
    shown = next_booked_number(hall, hall.layout.zones[where].prefix, day)
    return [
        TicketBooked(
            ticket=ticket_id(day, shown),
            shown=shown,
            zone=where,
            item=item,
            slot=slot.start,
            slot_ends=slot.end,
            until=missed_after(hall, slot.start, slot.end, where),
            channel=channel,
            language=language,
            person=person,
            paper="waiting" if paper else "none",
            printer=hall.layout.printer_for(at) if paper else None,
        )
    ]


def move(hall: Hall, now: Moment, *, ticket: str, start: Moment, by_staff: bool = False) -> list[Event]:
    """To another slot, of that or another day, with the same number. Refuses not_booked, too_late_to_cancel,
    booked_already and what ``slot_at`` refuses."""
    booked = the_booking(hall, ticket)
    check_in_time_to_cancel(hall, now, booked, by_staff)
    slot = slot_at(hall, now, start, zone=booked.zone, item=booked.item, but=ticket)
    if slot.start == booked.slot:
        return []
    _check_one_a_day(hall, slot.start, booked.person, but=ticket)
    return [BookingMoved(ticket, slot.start, slot.end, missed_after(hall, slot.start, slot.end, booked.zone))]


def arrive(
    hall: Hall, now: Moment, *, ticket: str, via: str = "kiosk", paper: bool = False, device: str | None = None
) -> list[Event]:
    """The booker is here. Refuses not_booked and too_early.

    In time, the wait counts from the time booked or from now, whichever is later (design §5); too late, from now and
    without a booking's head start.
    """
    booked = the_booking(hall, ticket)
    settings = hall.layout.bookings
    assert booked.slot is not None
    assert booked.slot_ends is not None
    opens = arrival_opens(hall, booked)
    if now < opens:
        raise Refusal("too_early", number=booked.shown, opens_at=opens)
    in_time = now <= booked.slot_ends + settings.late_min * MINUTE_MS
    class_ = "booked" if in_time else "walk_in"
    counts_from = max(booked.slot, now)
    ahead, wait = wait_of_next(hall, booked.zone, hall.needs_of(booked.item), class_, now, counts_from)
    promised = None if wait is None else list(wait)
    printer = hall.layout.printer_for(device) if paper else None
    state = "waiting" if paper else "none"
    return [BookingArrived(ticket, class_, counts_from, ahead, promised, state, via, device, printer)]


def arrival_opens(hall: Hall, booked: Ticket) -> Moment:
    """From when its holder may arrive: so long before the slot, and not before its day."""
    slot = booked.slot or 0
    return max(slot - round(hall.layout.bookings.early_min * MINUTE_MS), _day_of(hall, slot))


def cancel_until(hall: Hall, booked: Ticket) -> Moment:
    """Until when its holder may cancel or move it."""
    return (booked.slot or 0) - round(hall.layout.bookings.cancel_before_min * MINUTE_MS)


def missed_bookings(hall: Hall, now: Moment) -> list[Event]:
    """Whoever hasn't come by now is missed. Home visits that nobody told of end with their day."""
    if now < hall.missed_from:
        return []
    missed = [t for t in hall.tickets.values() if t.state == "booked" and t.until is not None and t.until <= now]
    return [TicketExpired(t.id) if t.channel == "home" else BookingMissed(t.id) for t in missed]


def the_booking(hall: Hall, ticket: str) -> Ticket:
    """A booking that waits for its holder. Refuses unknown_ticket and not_booked."""
    found = the_ticket(hall, ticket)
    if found.state != "booked" or found.channel == "home":
        raise Refusal("not_booked", ticket=ticket, number=found.shown, state=found.state)
    return found


def check_in_time_to_cancel(hall: Hall, now: Moment, booked: Ticket, by_staff: bool) -> None:
    """A resident cancels or moves in time; staff do it for them until the end. Refuses too_late_to_cancel."""
    if by_staff or booked.slot is None or booked.channel == "home":
        return
    if now > cancel_until(hall, booked):
        minutes = round(hall.layout.bookings.cancel_before_min)
        raise Refusal("too_late_to_cancel", number=booked.shown, minutes=minutes)


def blocked_until(hall: Hall, now: Moment, person: str | None) -> Moment | None:
    """Until when somebody may not book because of bookings they missed; None: they may."""
    settings = hall.layout.bookings
    since = now - settings.no_show_days * DAY_MS
    missed = [when for when in hall.missed.get(person or "", ()) if when > since]
    if not settings.no_shows or len(missed) < settings.no_shows:
        return None
    until = missed[-1] + settings.blocked_days * DAY_MS
    return until if now < until else None


def _check_blocked(hall: Hall, now: Moment, person: str | None) -> None:
    until = blocked_until(hall, now, person)
    if until is not None:
        raise Refusal("blocked", opens_at=until, missed=len(hall.missed[person or ""]))


def _check_one_a_day(hall: Hall, start: Moment, person: str | None, but: str | None = None) -> None:
    if person is None or not hall.layout.bookings.one_a_day:
        return
    day = _day_of(hall, start)
    for ticket in hall.tickets.values():
        if ticket.person == person and ticket.slot is not None and ticket.id != but:
            over = ticket.state in ("cancelled", "expired")
            if not over and _day_of(hall, ticket.slot) == day:
                raise Refusal("booked_already", number=ticket.shown)


def _day_of(hall: Hall, at: Moment) -> Moment:
    """The first moment of that day."""
    return day_start(local_day(at, hall.layout.tz), hall.layout.tz)
