"""Time presses too: the hall's own tick, and the turn of the day."""

from __future__ import annotations

from collections.abc import Callable

from hallserver.events import DayBegan, Event, HallConfigured, TicketExpired, WindowClosed
from hallserver.moments import Moment, local_day
from hallserver.rules.alerts import alerts_due
from hallserver.rules.bookings import missed_bookings
from hallserver.rules.closing import closing_due
from hallserver.rules.hall import ENDED, Hall
from hallserver.rules.hours import sessions_on
from hallserver.rules.layout import Layout
from hallserver.rules.papers import overdue_papers
from hallserver.rules.planning import filed_plans
from hallserver.rules.plans import band_due
from hallserver.rules.tuning import filed_layout

DUE: tuple[Callable[[Hall, Moment], list[Event]], ...] = (
    closing_due,
    missed_bookings,
    band_due,
    alerts_due,
    overdue_papers,
)
"""What else a second may bring, each a rule of a file of its own and each of another subject: they are asked in
this order, of the same hall. Asked every second of a hall where nothing happens, so each costs next to nothing then."""


def configure(hall: Hall, now: Moment, *, layout: Layout) -> list[Event]:
    """Take the hall's settings into the log, if they are other than those already there."""
    before = filed_layout(hall)
    if hall.number and before == layout:
        return []
    return [HallConfigured(layout.to_plain()), *filed_plans(hall, before.plans, layout.plans)]


def tick(hall: Hall, now: Moment) -> list[Event]:
    """Once a second: begins the new day when the old one is over; else whatever is due."""
    if now < hall.day_ends:
        return [event for due in DUE for event in due(hall, now)]
    day = local_day(now, hall.layout.tz)
    if hall.day is not None and day <= hall.day:
        return []
    ended = missed_bookings(hall, now)
    if not _goes_on(hall):
        lasting = ENDED | {"serving", "booked"}  # a booking has its own day
        ended += [TicketExpired(t.id) for t in hall.tickets.values() if t.state not in lasting]
        ended += [
            WindowClosed(window.id, "day_ended")
            for window in hall.windows.values()
            if window.state != "closed" and not _serving(hall, window.ticket)
        ]
    return [*ended, DayBegan(day.isoformat())]


def _serving(hall: Hall, ticket: str | None) -> bool:
    return ticket is not None and hall.tickets[ticket].state == "serving"


def _goes_on(hall: Hall) -> bool:
    """Whether people wait through midnight here: always open, or a session up to 24:00 and one from 00:00."""
    if hall.layout.always_open:
        return True
    if hall.day is None:
        return False
    ends_late = any(end == hall.day_ends for _, end in hall.sessions)
    tomorrow = sessions_on(hall, local_day(hall.day_ends, hall.layout.tz))
    return ends_late and any(start == hall.day_ends for start, _ in tomorrow)
