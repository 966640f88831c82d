"""What bookings and home visits change."""

from __future__ import annotations

from hallserver import events as e
from hallserver.moments import DAY_MS, Moment
from hallserver.rules.folding.cases import follow_case
from hallserver.rules.folding.moves import Folds, count_booked, count_visit, end, hold_place, interval, wait_again
from hallserver.rules.folding.papers import number_paper
from hallserver.rules.hall import Hall, Ticket
from hallserver.rules.layout import Bookings
from hallserver.rules.slots import missed_after


def _booked(hall: Hall, deed: e.Deed, event: e.TicketBooked) -> None:
    ticket = Ticket(
        id=event.ticket,
        shown=event.shown,
        zone=event.zone,
        item=event.item,
        class_="booked",
        reason=None,
        channel=event.channel,
        language=event.language,
        issued=deed.at,
        counts_from=event.slot,
        order=deed.number,
        state="booked",
        deed=deed.number,
        given_by=deed.by,
        slot=event.slot,
        slot_ends=event.slot_ends,
        until=event.until,
        person=event.person,
        paper=event.paper,
    )
    hall.tickets[ticket.id] = ticket
    number_paper(hall, deed, event)
    day = ticket.id.partition("-")[0]
    prefix = ticket.shown.rstrip("0123456789")
    hall.booked_up_to.setdefault(day, {})[prefix] = int(ticket.shown[len(prefix) :])
    hall.carried |= {ticket.shown}
    hall.missed_from = min(hall.missed_from, event.until)
    hold_place(hall, ticket, 1)
    hall.figures.booked += 1


def _moved(hall: Hall, deed: e.Deed, event: e.BookingMoved) -> None:
    ticket = hall.tickets[event.ticket]
    hold_place(hall, ticket, -1)
    ticket.slot = ticket.counts_from = event.slot
    hold_place(hall, ticket, 1)
    ticket.slot_ends = event.slot_ends
    ticket.until = event.until
    count_booked(hall)


def _arrived(hall: Hall, deed: e.Deed, event: e.BookingArrived) -> None:
    ticket = hall.tickets[event.ticket]
    hold_place(hall, ticket, -1)
    ticket.class_ = event.class_
    ticket.counts_from = event.counts_from
    ticket.arrived = deed.at
    ticket.ahead, ticket.promised = event.ahead, event.wait
    ticket.paper = event.paper
    if event.paper != "none":
        ticket.deed = deed.number
        ticket.device = event.device
        number_paper(hall, deed, event)
    wait_again(hall, ticket, deed.number)
    count_booked(hall)
    count_visit(hall, ticket)
    interval(hall, ticket.zone, deed.at).arrived += 1
    hall.figures.arrived += 1
    hall.figures.arrived_late += event.class_ != "booked"


def _missed(hall: Hall, deed: e.Deed, event: e.BookingMissed) -> None:
    ticket = hall.tickets[event.ticket]
    end(hall, ticket, "expired", deed.at)
    hall.figures.missed += 1
    if ticket.person is not None:
        hall.missed.setdefault(ticket.person, []).append(deed.at)


def _visited(hall: Hall, deed: e.Deed, event: e.HomeVisited) -> None:
    ticket = hall.tickets[event.ticket]
    ticket.outcome = event.outcome
    ticket.note = event.note
    ticket.clerk = event.clerk
    ticket.owner = ticket.owner or event.clerk
    ticket.arrived = deed.at
    follow_case(hall, deed, ticket, event, None)
    end(hall, ticket, "done", deed.at)
    count_visit(hall, ticket)
    hall.figures.home_visits += 1


def late_again(hall: Hall, before: Bookings) -> None:
    """The settings say otherwise until when a booking is awaited: that counts for those already made, too."""
    now = hall.layout.bookings
    if (now.late_min, now.after_late) == (before.late_min, before.after_late):
        return
    for ticket in hall.tickets.values():
        if ticket.state == "booked" and ticket.channel != "home" and ticket.slot is not None and ticket.slot_ends:
            ticket.until = missed_after(hall, ticket.slot, ticket.slot_ends, ticket.zone)
    count_booked(hall)


def forget_old_bookings(hall: Hall, at: Moment, today: str) -> None:
    """A new day (``YYYYMMDD``): the numbers of days gone by are free, and what was missed long ago is forgotten."""
    hall.booked_up_to = {day: upto for day, upto in hall.booked_up_to.items() if day >= today}
    since = at - hall.layout.bookings.no_show_days * DAY_MS
    recent = {person: [when for when in missed if when > since] for person, missed in hall.missed.items()}
    hall.missed = {person: missed for person, missed in recent.items() if missed}


FOLDS: Folds = {
    e.TicketBooked: _booked,
    e.BookingMoved: _moved,
    e.BookingArrived: _arrived,
    e.BookingMissed: _missed,
    e.HomeVisited: _visited,
}
