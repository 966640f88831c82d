"""A drawn day, played with the hall's own rules in simulated time.

Nothing here decides who is next: numbers are given by ``rules.issuing``, bookings arrive through
``rules.bookings``, windows call by themselves through ``rules.arrivals`` and ``rules.calling``, services
end through ``rules.services``, a plan's next band begins by ``rules.plans``, and every deed is folded by
``rules.folding``. This file knows only when people come and how long they stay.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.dispatch_days import OPENING, SLOT_MIN, Visit
from hallserver.events import Deed, Event, TicketBooked, TicketCalled, TicketIssued
from hallserver.moments import DAY_MS, MINUTE_MS, Moment, local_day
from hallserver.rules.arrivals import self_calls
from hallserver.rules.bookings import arrive
from hallserver.rules.calling import mark_absent
from hallserver.rules.days import configure, tick
from hallserver.rules.folding import fold
from hallserver.rules.hall import new_hall
from hallserver.rules.issuing import issue
from hallserver.rules.layout import Layout
from hallserver.rules.numbers import next_booked_number, ticket_id
from hallserver.rules.services import complete, start_service
from hallserver.rules.windows import set_state

SUPPORT_SLOWDOWN = 1.15
"""How much longer a matter of another zone takes at a window that supports it."""
ABSENT_MS = round(0.75 * MINUTE_MS)
"""What somebody who doesn't come costs the window that called."""


@dataclass(slots=True)
class Played:
    """What came of a day: waits in ms by the visit's own zone, and what the windows did."""

    waits: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    busy_ms: int = 0
    windows: int = 0
    ended: Moment = OPENING
    overtakings: int = 0
    supported: int = 0
    order: dict[str, int] = field(default_factory=dict)
    """By zone, the latest press among the walk-ins called so far."""

    def all_waits(self) -> list[int]:
        return [wait for waits in self.waits.values() for wait in waits]

    @property
    def utilisation(self) -> float:
        return self.busy_ms / (self.windows * max(1, self.ended - OPENING))


class SimulatedHall:
    """A hall whose windows are all open and call by themselves, and the people in it."""

    def __init__(self, layout: Layout) -> None:
        self.hall = new_hall(layout.id)
        self.now = OPENING
        self.coming: dict[str, tuple[int, Visit]] = {}
        self.waited: list[int] = []
        self.leaving: list[tuple[Moment, int, str, bool]] = []
        self.played = Played(windows=len(layout.windows))
        self.press(configure, layout=layout)
        self.press(tick)
        self.follow_plan(OPENING)
        for window in layout.windows:
            self.press(set_state, window=window, state="open")

    def press(self, rule: Any, **details: Any) -> list[Event]:
        events: list[Event] = rule(self.hall, self.now, **details)
        for event in events:
            self.take(event)
        return events

    def take(self, event: Event) -> None:
        fold(self.hall, Deed(self.hall.number + 1, self.now, "hall", event))

    def play(self, visits: Iterable[Visit]) -> Played:
        """The visits, in the order of their coming, until the last one has left."""
        for visit in visits:
            self.leave_until(visit.at)
            self.arrive(visit)
        self.leave_until(None)
        self.played.ended = self.now
        return self.played

    def leave_until(self, until: Moment | None) -> None:
        while self.leaving and (until is None or self.leaving[0][0] <= until):
            self.follow_plan(self.leaving[0][0])
            self.now, _, window, absent = heapq.heappop(self.leaving)
            self.press(mark_absent if absent else complete, window=window)
            self.call()

    def follow_plan(self, until: Moment) -> None:
        """What the hall's plan says up to that moment: the tick in which a band begins, and who is called then."""
        while self.hall.plan_due <= until:
            self.now = max(self.now, self.hall.plan_due)
            self.press(tick)
            self.call()

    def arrive(self, visit: Visit) -> None:
        self.follow_plan(visit.at)
        self.now = visit.at
        if visit.slot is not None:
            ticket = self.booked(visit, visit.slot)
            self.press(arrive, ticket=ticket)
        else:
            reason = "elderly" if visit.class_ == "green" else None
            [issued] = self.press(issue, item=visit.item, class_=visit.class_, reason=reason)
            assert isinstance(issued, TicketIssued)
            ticket = issued.ticket
        self.coming[ticket] = len(self.waited), visit
        self.waited.append(0)
        self.call()

    def booked(self, visit: Visit, slot: Moment) -> str:
        """The booking, made on a day before: a fact that the hall meets here."""
        zone = self.hall.layout.items[visit.item].zone
        day = local_day(slot, self.hall.layout.tz)
        shown = next_booked_number(self.hall, self.hall.layout.zones[zone].prefix, day)
        ticket, ends = ticket_id(day, shown), slot + SLOT_MIN * MINUTE_MS
        self.take(TicketBooked(ticket, shown, zone, visit.item, slot, ends, ends + DAY_MS, "api", "zh-CN"))
        return ticket

    def call(self) -> None:
        for called in self_calls(self.hall, self.now):
            assert isinstance(called, TicketCalled)
            self.take(called)
            self.called(called)

    def called(self, call: TicketCalled) -> None:
        """Count the wait, and sit down: or not, when nobody comes."""
        place, visit = self.coming.pop(call.ticket)
        ticket = self.hall.tickets[call.ticket]
        played = self.played
        self.waited[place] = wait = max(0, self.now - ticket.counts_from)
        played.waits[visit.zone].append(wait)
        if visit.class_ == "walk_in":
            last = played.order.get(visit.zone, 0)
            played.overtakings += ticket.order < last
            played.order[visit.zone] = max(last, ticket.order)
        stays_ms = ABSENT_MS
        if not visit.absent:
            self.press(start_service, window=call.window)
            stays_ms = visit.service_ms
            if not call.why["own"]:
                played.supported += 1
                stays_ms = round(stays_ms * SUPPORT_SLOWDOWN)
        played.busy_ms += stays_ms
        heapq.heappush(self.leaving, (self.now + stays_ms, self.hall.number, call.window, visit.absent))
