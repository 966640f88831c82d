"""Bookings in whatever order, among everything else that is pressed: one number each, and missed in time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from hallserver.rules.bookings import arrive, book, move
from hallserver.rules.hall import NEVER, Ticket
from hallserver.rules.home_visits import plan_visit, tell_visit
from hallserver.rules.layout import Bookings, Layout
from hallserver.rules.visits import cancel
from tests.rules.test_any_day import MINUTE_MS, AnyDay, picks, rarely, zones

HALF_HOUR_MS = 30 * MINUTE_MS
BOOKINGS = Bookings(enabled=True, ask_phone=False, cancel_before_min=30, early_min=600, no_shows=2, blocked_days=1)


class AnyBookings(AnyDay):
    """A day as any other, in a hall that takes two bookings a slot in every zone."""

    def layout(self, change: str) -> Layout:
        layout = super().layout(change)
        zones = {name: replace(zone, booking_quota=2) for name, zone in layout.zones.items()}
        return replace(layout, zones=zones, bookings=BOOKINGS)

    @rule(
        zone=zones,
        ahead_slots=st.one_of(st.integers(-1, 4), st.integers(0, 60)),
        person=st.sampled_from(["p1", "p2", None, None]),
        at_home=rarely,
        times=st.integers(1, 3),
        pick=picks,
    )
    def somebody_books(
        self, zone: str, ahead_slots: int, person: str | None, at_home: bool, times: int, pick: int
    ) -> None:
        slot = self.now - self.now % HALF_HOUR_MS + ahead_slots * HALF_HOUR_MS
        for n in range(times):
            if at_home:
                self.press(plan_visit, zone=zone, start=slot + n)
            else:
                self.press(book, zone=zone, start=slot + n * HALF_HOUR_MS, person=person)
        for ticket in self.some(pick, pick % 3):
            self.press(arrive, ticket=ticket.id, paper=bool(pick % 2))

    @precondition(lambda self: any(ticket.state == "booked" for ticket in self.hall.tickets.values()))
    @rule(
        pick=picks,
        times=st.integers(1, 4),
        what=st.sampled_from([arrive, arrive, move, move, cancel, tell_visit]),
        ahead=st.integers(0, 9),
        later_min=st.integers(0, 90),
    )
    def something_becomes_of_bookings(self, pick: int, times: int, what: Any, ahead: int, later_min: int) -> None:
        self.time_passes(later_min * MINUTE_MS)
        for ticket in self.some(pick, times):
            start = {"start": (ticket.slot or 0) + ahead * HALF_HOUR_MS} if what is move else {}
            self.press(what, ticket=ticket.id, **start)

    def some(self, pick: int, times: int) -> list[Ticket]:
        """Bookings that wait for their holder; now and then any ticket."""
        known = [t for t in self.hall.tickets.values() if t.state == "booked" or not pick % 7]
        times = times if known else 0
        return [known[(pick + n) % len(known)] for n in range(times)]

    @invariant()
    def bookings_are_missed_in_time(self) -> None:
        booked = [ticket for ticket in self.hall.tickets.values() if ticket.state == "booked"]
        assert all((ticket.until or 0) > self.hall.at for ticket in booked)
        assert self.hall.missed_from == min((ticket.until or 0 for ticket in booked), default=NEVER)


TestAnyBookings = AnyBookings.TestCase
TestAnyBookings.settings = settings(
    max_examples=60,
    stateful_step_count=50,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
