"""The small hall of ``tests.a_hall``, which takes bookings: zonghe two a slot, gongan for one matter alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hallserver.rules.bookings import book
from hallserver.rules.hall import Hall, Ticket
from hallserver.rules.layout import Bookings, Layout
from tests.a_hall import ITEMS, OPENING, ZONES, a_hall, a_layout, at, press

TUESDAY, WEDNESDAY, FRIDAY, NEXT_MONDAY, NEXT_TUESDAY = (
    "2026-11-24", "2026-11-25", "2026-11-27", "2026-11-30", "2026-12-01",
)  # fmt: skip


def a_booking_layout(quota: int = 2, **bookings: Any) -> Layout:
    """``bookings`` are keys of ``[bookings]``; ask_phone is off unless it is among them."""
    zones = (replace(ZONES[0], booking_quota=quota), *ZONES[1:])
    items = (ITEMS[0], replace(ITEMS[1], booking_quota=1), replace(ITEMS[2], booking_quota=3))
    return a_layout(zones, items=items, bookings=Bookings(**{"enabled": True, "ask_phone": False, **bookings}))


def a_booking_hall(quota: int = 2, **bookings: Any) -> Hall:
    """Monday 08:30, all windows open."""
    return a_hall(a_booking_layout(quota, **bookings))


def booked(hall: Hall, clock: str = "09:00", day: str = TUESDAY, now: int = OPENING, **details: Any) -> Ticket:
    """A booking made now for that time; zonghe unless a zone or an item is named."""
    where = details if {"zone", "item"} & details.keys() else {"zone": "zonghe", **details}
    deeds = press(hall, book, now, start=at(clock, day), **where)
    return hall.tickets[deeds[0].event.facts()["ticket"]]
