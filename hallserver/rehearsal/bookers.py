"""A resident who booked: makes the booking before the doors open, then comes early, in time, late or never.

The server judges by its own clock. Where that runs with the played one (a day played at real speed from opening on, or
a server whose clock is as fast), early and late are the played day's. Elsewhere the nearest slots are booked: who
comes before the hall lets a booking arrive hears that, gives it up and takes a number like everybody else.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hallserver.rehearsal.hall import time_of_day_s
from hallserver.rehearsal.pressing import Json, Refused, new_key
from hallserver.rehearsal.residents import Resident

if TYPE_CHECKING:
    from hallserver.rehearsal.scene import Scene
    from hallserver.rehearsal.visits import Booked, Visit

TRIES = 3
"""Others may take the last place of a slot meanwhile."""
TAKEN = ("slot_full", "slot_past", "no_such_slot")
AGAIN_AFTER_S = 20.0
"""Who came too early presses again so long after the hall lets it."""


class Booker(Resident):
    """Has its ticket before it comes."""

    def __init__(self, visit: Visit, booking: Booked, scene: Scene) -> None:
        super().__init__(visit, scene)
        self._booking = booking
        self._booked: asyncio.Task[None] | None = None
        self._starts: str | None = None

    def book_ahead(self) -> None:
        """Begin to book; ``come`` waits for it."""
        self._booked = self._scene.errand(self._book(new_key()))

    async def come(self) -> None:
        if self._booked is not None:
            await self._booked
        if self._booking.comes == "never":
            return
        if self.ticket is None or not await self._arrive(again=self._scene.today is not None):
            await super().come()

    async def take_number_again(self, key: str) -> None:
        """After a stop: learn of the booking, or of the number, whose answer was not awaited."""
        if self._starts is not None and self.ticket is None:
            await self._press_booking(key, self._starts)
        else:
            await super().take_number_again(key)

    async def _book(self, key: str) -> None:
        scene = self._scene
        for _ in range(TRIES):
            async with scene.booking:
                start = self._slot(await scene.api.look("slots", **self._of(), **self._of_today()))
                if start is None or scene.stopped:
                    return
                try:
                    await self._press_booking(key, start)
                except Refused as refused:
                    if refused.code not in TAKEN:
                        scene.tally.went_wrong(f"booking was refused: {refused}")
                        return
                    key = new_key()
                else:
                    return

    def _slot(self, told: Json) -> str | None:
        """The one nearest to the time wanted where the clocks agree, else the first with room."""
        free = [str(slot["start"]) for slot in told["slots"] if slot["free"]]
        if not free or self._scene.today is None:
            return free[0] if free else None
        return min(free, key=lambda start: abs(time_of_day_s(start) - self._booking.for_s))

    def _of(self) -> dict[str, Any]:
        return {"item": self.visit.item} if self.visit.item else {"zone": self.visit.zone}

    def _of_today(self) -> dict[str, Any]:
        """Where the clocks agree a slot of another day is of no use."""
        return {"day": self._scene.today} if self._scene.today is not None else {}

    async def _press_booking(self, key: str, start: str) -> None:
        scene, self._starts = self._scene, start
        scene.room.presses(self, key, here=False)
        body = {**self._of(), "start": start, "channel": "rehearsal", "language": self.visit.language}
        try:
            told = await scene.api.press("POST", "bookings", body, key=key)
        except Refused:
            scene.room.answered(key, None)
            raise
        self.ticket = str(told["id"])
        scene.tally.booked += 1
        scene.tally.no_shows += self._booking.comes == "never"
        scene.room.answered(key, self.ticket)

    async def _arrive(self, *, again: bool) -> bool:
        """At the hall with the booking; False where it is good for nothing and a number must be taken."""
        scene = self._scene
        scene.room.here.add(self)
        self._issued_s = scene.clock.now_s()  # a clerk may call the number before this press is answered
        try:
            told = await scene.api.press("POST", f"tickets/{self.ticket}/arrival", {"via": "phone"})
        except Refused as refused:
            if refused.code == "too_early":
                return await self._came_too_early(refused, again=again)
            if refused.code == "not_booked":
                scene.tally.missed += 1
                return False
            await scene.overtaken(refused, self.ticket or "", "arriving with a booking")
            self._end()
            return True
        scene.tally.tickets += 1
        scene.tally.zones[self.visit.zone].tickets += 1
        scene.tally.arrived += 1
        scene.tally.arrived_late += told["class"] == "walk_in"
        return True

    async def _came_too_early(self, refused: Refused, *, again: bool) -> bool:
        scene = self._scene
        scene.tally.too_early += 1
        if again:  # the hall says from when
            opens_s = time_of_day_s(refused.told["opens_at"])
            await scene.clock.until(opens_s + AGAIN_AFTER_S)
            return await self._arrive(again=False)
        await scene.api.press("POST", f"tickets/{self.ticket}/cancellation", {"reason": "来早了，直接取号"})
        return False


def pace_between(first: Json, later: Json, played_s: float) -> float:
    """How many of the server's seconds went by for each played one, between two answers that tell the hall's time."""
    went = datetime.fromisoformat(later["now"]) - datetime.fromisoformat(first["now"])
    return went.total_seconds() / played_s if played_s else 0.0
