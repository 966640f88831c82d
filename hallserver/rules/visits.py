"""What a resident does with the ticket in hand: give it up, or come back after missing the call or with
what was missing."""

from __future__ import annotations

from hallserver.events import Event, TicketCancelled, TicketReturned
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.bookings import check_in_time_to_cancel
from hallserver.rules.bringing import may_return, to_bring
from hallserver.rules.chains import next_part
from hallserver.rules.finding import the_ticket
from hallserver.rules.hall import Hall, Part, Ticket


def cancel(hall: Hall, now: Moment, *, ticket: str, reason: str | None = None, by_staff: bool = False) -> list[Event]:
    """Give the number up; a booking only in time. A service under way is ended by its clerk, not from here.
    Refuses wrong_state and too_late_to_cancel."""
    given_up = the_ticket(hall, ticket)
    if given_up.state not in ("booked", "waiting", "called", "held", "passed"):
        raise Refusal("wrong_state", ticket=ticket, number=given_up.shown, state=given_up.state)
    if given_up.state == "booked":
        check_in_time_to_cancel(hall, now, given_up, by_staff)
    return [TicketCancelled(ticket, reason)]


def come_back(hall: Hall, now: Moment, *, ticket: str) -> list[Event]:
    """A passed resident checks in again and is placed ``return_places`` positions back, but never before
    the place of their own press: who was called out of turn gains nothing by not being there. Who was told
    what is missing comes back with it in the same way, on the same day and with the same number."""
    back = the_ticket(hall, ticket)
    if back.state == "done":
        return _with_what_was_missing(hall, now, back)
    if back.state != "passed":
        raise _not_passed(back)
    return [TicketReturned(ticket, _place_of_return(hall, back, back.zone))]


def _with_what_was_missing(hall: Hall, now: Moment, back: Ticket) -> list[Event]:
    if not may_return(hall, back):
        raise _accepted(hall, back) if back.id in hall.cases_of else _not_passed(back)
    if not back.chain:
        return [TicketReturned(back.id, _place_of_return(hall, back, back.zone))]
    chain = [Part(one.item, one.zone, None if to_bring(hall, back, one) else one.outcome) for one in back.chain]
    part = next_part(hall, chain, back.class_, now)
    if part is None:
        raise _not_passed(back)
    return [TicketReturned(back.id, _place_of_return(hall, back, part.zone), part.zone, part.item)]


def _not_passed(back: Ticket) -> Refusal:
    return Refusal("not_passed", ticket=back.id, number=back.shown, state=back.state)


def _accepted(hall: Hall, back: Ticket) -> Refusal:
    """Who was accepted asks at the entrance where to go: to the zone that hands out, and nothing of how far it is."""
    place = next((zone for zone in hall.layout.zones.values() if zone.kind == "issuing"), None)
    where = {} if place is None else {"place": place.name, "place_en": place.name_en}
    return Refusal("accepted_already", ticket=back.id, number=back.shown, **where)


def _place_of_return(hall: Hall, back: Ticket, zone: str) -> Moment:
    """Since when the returned ticket counts as waiting."""
    head_start_ms = hall.layout.head_start_ms
    queue = hall.queue(zone)
    places = min(hall.layout.return_places, len(queue))
    behind = queue.nth_start(places, head_start_ms)
    if behind is None:  # with nobody waiting the resident keeps the time already waited
        return back.counts_from
    return max(back.counts_from, behind + head_start_ms[back.class_])
