"""A served hall that takes bookings, on a clock that a test can turn: next Tuesday, 09:00.

async with a_booking_server(folder) as (hall, clock):
    ticket = await book(hall, clock.at("10:00"))
    clock.turn_to("09:50")
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hallserver.clock import HallClock
from hallserver.settings import HallSettings
from tests.web.a_server import ServedHall, a_served_hall, settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
PHONE = "138 0013 8000"


class Tuesday:
    """The next Tuesday, from 09:00 on: always in the machine's future, so that whoever signs in stays signed in."""

    def __init__(self, clock: str = "09:00") -> None:
        today = datetime.now(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
        self.midnight = today + timedelta(days=(1 - today.weekday()) % 7 or 7)
        self.ahead_s = 0.0
        self.turn_to(clock)

    def at(self, clock: str, days: int = 0) -> str:
        """``HH:MM`` of that day, or of one so many days later, as the API takes it."""
        return self._when(clock, days).isoformat()

    def day(self, days: int = 0) -> str:
        return f"{self.midnight + timedelta(days=days):%Y-%m-%d}"

    def turn_to(self, clock: str, days: int = 0) -> None:
        self.ahead_s = self._when(clock, days).timestamp() - time.time()

    def _when(self, clock: str, days: int) -> datetime:
        hours, minutes = (int(part) for part in clock.split(":"))
        return self.midnight + timedelta(days=days, hours=hours, minutes=minutes)

    def hall_clock(self) -> HallClock:
        return HallClock(lambda: time.time() + self.ahead_s)


def booking_settings(hours: list[dict[str, Any]] | None = None, **bookings: Any) -> HallSettings:
    """zonghe takes two a slot; ``bookings`` are keys of ``[bookings]``. With hours of their own, 500 every 5 minutes,
    and its holder may come the whole day before."""
    usual = settings().model_dump(mode="json", by_alias=True)
    usual["zones"][0]["booking_quota"] = 2
    usual["items"][0]["self_service"] = "大厅东侧自助区"
    usual["items"][0]["self_service_en"] = "self-service corner, east side"
    if hours is not None:
        usual["hours"] = hours
        usual["zones"][0]["booking_quota"] = 500
        bookings = {"slot_min": 5, "early_min": 1440, **bookings}
    return HallSettings.model_validate({**usual, "bookings": {"enabled": True, **bookings}})


@asynccontextmanager
async def a_booking_server(
    folder: Path, *, demonstration: bool = False, **bookings: Any
) -> AsyncIterator[tuple[ServedHall, Tuesday]]:
    clock = Tuesday()
    served = a_served_hall(
        folder, booking_settings(**bookings), demonstration=demonstration, always_open=False, clock=clock.hall_clock
    )
    async with served as hall:
        yield hall, clock


async def book(
    hall: ServedHall, start: str, *, by: str = "resident", zone: str | None = "zonghe", phone: str | None = PHONE,
    **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """A booking, as JSON."""
    body = {"start": start, **({"zone": zone} if zone and "item" not in more else {}), **more}
    answer = await hall.post("bookings", body | ({"phone": phone} if phone else {}), by=by)
    assert answer.status == 201, answer
    return dict(answer.json)


def held(ticket: dict[str, Any]) -> dict[str, str]:
    """The headers of whoever holds the ticket."""
    return {"X-Ticket-Token": ticket["follow_url"].rpartition("/")[2]}
