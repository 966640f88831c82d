"""A resident: takes a number, waits or walks away, misses the call or doesn't, comes back, rates."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hallserver.rehearsal.clock import Waking
from hallserver.rehearsal.hall import Window
from hallserver.rehearsal.pressing import Json, Refused, new_key

if TYPE_CHECKING:
    from hallserver.rehearsal.scene import Scene
    from hallserver.rehearsal.visits import Visit

RATES_AFTER_S = 12.0
OTHERS_RETURN_S = 300.0
"""Who was passed by somebody outside the rehearsal comes back after so long."""
NO_ROOM = ("hall_closed", "hall_full")


class Resident:
    """Lives as long as the visit; times are the clock's seconds."""

    def __init__(self, visit: Visit, scene: Scene) -> None:
        self.visit = visit
        self.ticket: str | None = None
        self.misses = visit.misses
        self.service_s = visit.service_s
        self.sent_to = visit.sent_to
        self.aside_s = visit.aside_s
        self.outcome = visit.outcome
        self.ended = False
        self._scene = scene
        self._parts = {part.item: part for part in visit.parts}
        self._brings_after_s = visit.brings_after_s
        self._may_come = {visit.zone} | {part.zone for part in visit.parts}
        if visit.sent_to:
            self._may_come.add(visit.sent_to)
        self._zone, self._needs = visit.zone, visit.needs
        self._issued_s = 0.0
        self._first_call = True
        self._called = Waking()
        self._left: asyncio.Future[bool] | None = None
        self._rests: asyncio.Task[None] | None = None

    def may_come_to(self, window: Window) -> bool:
        """Whether this window may yet be needed."""
        if self._zone in self._may_come and window.suits(self._zone, self._needs):
            return True
        return any(zone in (window.zone, window.support) for zone in self._may_come - {self._zone})

    async def come(self) -> None:
        """From the door to the number, and to walking away with nobody calling."""
        key = new_key()
        self._scene.room.presses(self, key)
        if not await self._take_number(key):
            self._end()
        elif self.visit.leaves_after_s is not None:
            self._rests = asyncio.current_task()
            await self._leave_if_not_called(self.visit.leaves_after_s)

    async def take_number_again(self, key: str) -> None:
        """After a stop: learn the number whose answer was not awaited."""
        await self._take_number(key)

    async def _take_number(self, key: str) -> bool:
        visit, scene = self.visit, self._scene
        body: Json = {"channel": "rehearsal", "language": visit.language}
        if visit.parts:
            body |= {"chain": [part.item for part in visit.parts]}
        else:
            body |= {"item": visit.item} if visit.item else {"zone": visit.zone}
        if visit.green:
            body |= {"class": "green", "reason": visit.green}
        presses = [scene.api.press("POST", "tickets", body, key=key) for _ in range(1 + visit.presses_twice)]
        try:
            told = await asyncio.gather(*presses)
        except Refused as refused:
            scene.room.answered(key, None)
            if refused.code not in NO_ROOM:
                scene.tally.went_wrong(f"taking a number was refused: {refused}")
            scene.tally.turned_away += 1
            return False
        self.ticket = str(told[0]["id"])
        self._has_before_it(told[0])
        self._issued_s = scene.clock.now_s()
        scene.tally.tickets += 1
        scene.tally.zones[visit.zone].tickets += 1
        if any(answer != told[0] for answer in told):
            scene.tally.went_wrong("pressing twice with one key gave two answers")
        scene.room.answered(key, self.ticket)
        return True

    def _has_before_it(self, ticket: Json) -> None:
        """Of a chain, the matter that comes next."""
        part = self._parts.pop(ticket["item"] or "", None)
        if part is not None:
            self._zone, self._needs, self.service_s = part.zone, part.needs, part.service_s

    async def _leave_if_not_called(self, after_s: float) -> None:
        clock = self._scene.clock
        if not await clock.rest(clock.now_s() + after_s, self._called):
            await self._leave()

    async def _leave(self) -> None:
        """Give the number up; a clerk who calls it in this very moment hears how it ended."""
        assert self.ticket is not None
        self._left = asyncio.get_running_loop().create_future()
        left = False
        try:
            await self._scene.api.press("POST", f"tickets/{self.ticket}/cancellation", {"reason": "不等了"})
            left = True
        except Refused as refused:
            if not self._called.is_set():
                await self._scene.overtaken(refused, self.ticket, "giving a number up")
        finally:
            self._left.set_result(left)
        if left:
            self._scene.tally.cancelled += 1
            self._end()

    async def comes_when_called(self) -> bool:
        """Called to a window. False when the number was given up in this very moment."""
        called_s = self._scene.clock.now_s()
        if self._left is not None and await self._left:
            return False
        if self._first_call:
            self._first_call = False
            wait_s = max(0.0, called_s - self._issued_s)
            self._scene.tally.zones[self.visit.zone].waits_s.append(wait_s)
        self._called.set()
        comes_again = self.misses and self.visit.returns_after_s is not None
        if not comes_again and self._zone not in {part.zone for part in self._parts.values()}:
            self._may_come.discard(self._zone)
        return True

    def passed(self) -> None:
        """Missed the call."""
        self._scene.tally.passed += 1
        self.misses = False
        after_s = self.visit.returns_after_s
        if after_s is None:
            self._scene.tally.not_back += 1
            self._go_away()
        else:
            self._rests = self._scene.errand(self._return(after_s))

    async def _return(self, after_s: float) -> None:
        await self._scene.clock.after(after_s)
        try:
            await self._scene.api.press("POST", f"tickets/{self.ticket}/return")
        except Refused as refused:
            await self._scene.overtaken(refused, self.ticket or "", "coming back")
            return
        self._scene.tally.returned += 1

    def sent_on(self) -> None:
        """Sent to another zone with the same number: the visit's second part begins."""
        assert self.sent_to is not None
        self._scene.tally.sent_on += 1
        self._zone, self._needs = self.sent_to, frozenset()
        self.service_s, self.sent_to = self.visit.sent_service_s, None

    def served(self, ticket: Json) -> None:
        """The service is over: a chain goes on, who was told what is missing fetches it, some rate."""
        scene = self._scene
        if ticket["state"] == "waiting":
            scene.tally.parts += 1
            self._may_come.add(ticket["zone"])
            self._has_before_it(ticket)
            return
        scene.tally.done += 1
        self._end()
        if self._brings_after_s is not None and not scene.stopped:
            self._rests = scene.errand(self._bring(self._brings_after_s))
            return
        if self.visit.rating is not None and not self._scene.stopped:
            self._scene.errand(self._rate())

    async def _bring(self, after_s: float) -> None:
        """Back with what was missing, with the same number, as long as the door is open."""
        scene, self._brings_after_s = self._scene, None
        await scene.clock.after(after_s)
        if not scene.door_open:
            return
        self._zone, self._needs = self.visit.zone, self.visit.needs
        self._may_come.add(self._zone)
        scene.room.here.add(self)
        try:
            await scene.api.press("POST", f"tickets/{self.ticket}/return")
        except Refused as refused:
            self._go_away()
            await scene.overtaken(refused, self.ticket or "", "coming back with what was missing")
            return
        self.ended, self.outcome = False, "done"
        scene.tally.done -= 1
        scene.tally.brought += 1

    async def _rate(self) -> None:
        rating, scene = self.visit.rating, self._scene
        assert rating is not None
        await scene.clock.after(RATES_AFTER_S)
        body = {"level": rating.level, "options": list(rating.options), "via": "pad"}
        try:
            await scene.api.press("PUT", f"tickets/{self.ticket}/rating", body)
        except Refused as refused:
            await scene.overtaken(refused, self.ticket or "", "rating")
            return
        scene.tally.levels[rating.level] += 1

    def sent_home(self) -> None:
        """The day is over, and the number given up by the hall."""
        if self in self._scene.room.here:
            self._scene.tally.sent_home += 1
        self._end()

    def _end(self) -> None:
        self.ended = True
        self._go_away()

    def _go_away(self) -> None:
        """Out of the hall; the number of somebody who never comes back ends with the day."""
        self._may_come.clear()
        self._scene.room.here.discard(self)

    def stop_resting(self) -> None:
        """The day is over: whoever still waits or means to come back goes home."""
        if self._rests is not None:
            self._rests.cancel()

    def hear_of_others(self, deed: Json) -> None:
        """What somebody outside the rehearsal did with this number: a newcomer at a window, say."""
        kind = deed["kind"]
        if kind == "TicketCalled":
            self._called.set()
            self._first_call = False
            self._may_come.clear()
        elif kind == "PartEnded":
            self._zone, self._needs = deed["next_zone"], self._scene.needs_of(deed["next_item"])
            self._may_come = {deed["next_zone"]}
        elif kind == "TicketTransferred":
            self._zone, self._needs = deed["zone"], self._scene.needs_of(deed["item"])
            self._may_come = {deed["zone"]}
        elif kind == "ServiceEnded":
            self._scene.tally.done += 1
            self._end()
        elif kind == "TicketPassed":
            self._scene.tally.passed += 1
            self.misses = False
            self._may_come = {self._zone}
            self._rests = self._scene.errand(self._return(OTHERS_RETURN_S))
        elif kind in ("TicketCancelled", "TicketExpired"):
            self._end()
