"""The moves that several deeds share: into a queue, out of it, away from a window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from hallserver import events as e
from hallserver.moments import Moment, day_start, local_day, next_day_start
from hallserver.rules.day_so_far import Interval, interval_at
from hallserver.rules.hall import NEVER, RECENT_CALLS, Call, Hall, Ticket
from hallserver.rules.hours import sessions_on, zones_with_hours
from hallserver.rules.queue_order import Queue

Folds = Mapping[type[e.Event], Callable[[Hall, e.Deed, Any], None]]


def set_day(hall: Hall, day: date) -> None:
    """The day it is, with its hours as calendar and settings now make them."""
    tz = hall.layout.tz
    hall.day = day
    hall.day_ends = next_day_start(day_start(day, tz), tz)
    hall.sessions = sessions_on(hall, day)
    hall.zone_sessions = {zone: sessions_on(hall, day, zone) for zone in zones_with_hours(hall, day)}


LEARNT_LIMIT = 400
NO_WALK_MS = 120_000
"""Longer than this is no walk to a window, and no breath of a clerk."""


def enqueue(hall: Hall, ticket: Ticket) -> None:
    """Let the ticket wait in its zone's queue."""
    ticket.state = "waiting"
    queue = hall.queues.get(ticket.zone)
    if queue is None:
        queue = hall.queues[ticket.zone] = Queue()
    queue.add(ticket.class_, ticket.place, *hall.work_of(ticket))


def dequeue(hall: Hall, ticket: Ticket) -> None:
    """Let the ticket wait no more, if it did."""
    if ticket.state == "waiting":
        queue = hall.queues[ticket.zone]
        queue.remove(ticket.class_, ticket.place, *hall.work_of(ticket))
        if not queue:
            del hall.queues[ticket.zone]


def wait_again(hall: Hall, ticket: Ticket, order: int) -> None:
    """Let a ticket that was elsewhere wait in its zone, with the place its ``counts_from`` gives it."""
    ticket.window = ticket.called = ticket.started = ticket.last_call = ticket.before = None
    ticket.calls = 0
    ticket.order = order
    enqueue(hall, ticket)


def leave_window(hall: Hall, ticket: Ticket, at: Moment) -> None:
    """The ticket leaves the window it is at: that window is free, and its call can't be undone any more."""
    ticket.before = None
    window = hall.windows.get(ticket.window or "")
    if window is not None and window.ticket == ticket.id:
        window.ticket = None
        window.last = ticket.id
        window.last_ended = at
        window.since = at
        window.free_from = at + hall.layout.think_ms


def learn(count: int, sum_ms: int, seen_ms: int) -> tuple[int, int]:
    """Count one more walk or breath; what was long ago is forgotten by halves."""
    if count >= LEARNT_LIMIT:
        count, sum_ms = count // 2, sum_ms // 2
    return count + 1, sum_ms + seen_ms


def learn_walk(hall: Hall, ticket: Ticket, ended: Moment) -> None:
    """Learn how long it took from the call to the window. Who sits down and is done in the same moment was
    served without a press of *start*: nothing is learnt of it."""
    called, started = ticket.called, ticket.started
    if called is not None and started is not None and started < ended and started - called <= NO_WALK_MS:
        hall.pace.walks, hall.pace.walked_ms = learn(hall.pace.walks, hall.pace.walked_ms, started - called)


def count_callers(hall: Hall) -> None:
    """Keep ready which windows call by themselves, so that a press in a hall without any costs nothing."""
    hall.callers = tuple(window.id for window in hall.windows.values() if window.calls_by_itself)


def end(hall: Hall, ticket: Ticket, state: str, at: Moment) -> None:
    """The ticket is over."""
    dequeue(hall, ticket)
    leave_window(hall, ticket, at)
    was_booked = ticket.state == "booked"
    if was_booked:
        hold_place(hall, ticket, -1)
    ticket.state = state
    ticket.ended = at
    if was_booked and ticket.until == hall.missed_from:
        count_booked(hall)


def count_booked(hall: Hall) -> None:
    """Keep ready when the next booking is missed."""
    booked = (ticket.until for ticket in hall.tickets.values() if ticket.state == "booked")
    hall.missed_from = min((until for until in booked if until is not None), default=NEVER)


def hold_place(hall: Hall, ticket: Ticket, by: int) -> None:
    """A booking takes one of its matter's numbers of its day, or lets go of it (``by`` -1)."""
    if ticket.item is None or ticket.slot is None:
        return
    day = local_day(ticket.slot, hall.layout.tz).isoformat()
    held = hall.places_held.setdefault(day, {})
    held[ticket.item] = held.get(ticket.item, 0) + by
    if held[ticket.item] <= 0:
        del held[ticket.item]
    if not held:
        del hall.places_held[day]


def count_numbers(hall: Hall, item: str | None, by: int = 1) -> None:
    """A number was given today for a matter, if it has a daily cap; -1: it isn't for that one any more."""
    known = hall.layout.items.get(item or "")
    if known is not None and known.daily_cap is not None:
        hall.given_items[known.id] = max(0, hall.given_items.get(known.id, 0) + by)


def count_visit(hall: Hall, ticket: Ticket) -> None:
    """A visit began today: by how it came, its class, the reason of a green one, and a matter with a daily cap."""
    count_numbers(hall, ticket.item)
    figures = hall.figures
    figures.by_channel[ticket.channel] = figures.by_channel.get(ticket.channel, 0) + 1
    figures.by_class[ticket.class_] = figures.by_class.get(ticket.class_, 0) + 1
    if ticket.class_ == "green" and ticket.reason is not None:
        figures.green_by_reason[ticket.reason] = figures.green_by_reason.get(ticket.reason, 0) + 1


def seek_owner(ticket: Ticket, clerk: str | None, at: Moment) -> None:
    """The visit is with ``clerk`` now, or with nobody yet: unless that is its owner, another is sought."""
    if ticket.owner is None:
        return
    if ticket.owner == clerk:
        ticket.owner_sought = None
    elif ticket.owner_sought is None:
        ticket.owner_sought = at


def show_call(hall: Hall, call: Call) -> None:
    """A board names a ticket once, at the window that called it last."""
    hall.calls = [call, *(shown for shown in hall.calls if shown.ticket != call.ticket)][:RECENT_CALLS]


def interval(hall: Hall, zone: str, at: Moment) -> Interval:
    """The day's sums of a zone for a moment, to add to."""
    of_zone = hall.intervals.setdefault(zone, {})
    index = interval_at(at, hall.day_ends)
    found = of_zone.get(index)
    if found is None:
        found = of_zone[index] = Interval()
    return found


def free_the_sent(hall: Hall) -> None:
    """Who was sent to one window waits for the whole zone again once that window can't serve them."""
    for ticket in hall.tickets.values():
        if ticket.to_window is None:
            continue
        window = hall.windows.get(ticket.to_window)
        serves = window is not None and ticket.zone in (window.zone, window.support)
        if window is None or not serves or not window.capabilities.issuperset(hall.needs_of(ticket.item)):
            ticket.to_window = None


def nothing(hall: Hall, deed: e.Deed, event: e.Event) -> None:
    """A deed that is only remembered."""
