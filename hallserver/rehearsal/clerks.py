"""A clerk: opens the window, calls, serves, has lunch, and closes when nobody can come any more.

Whoever else presses at the window has it from then on: a newcomer who sits down at window 3 while a day
is played serves the rehearsal's residents himself.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from hallserver.rehearsal.hall import MINUTE_S
from hallserver.rehearsal.pressing import Json, Refused
from hallserver.rehearsal.visits import NO_SHOW_S

if TYPE_CHECKING:
    from hallserver.rehearsal.drawing import Shift
    from hallserver.rehearsal.residents import Resident
    from hallserver.rehearsal.scene import Scene

ASK_ANYWAY_S, ASK_ANYWAY_LEAST_S = 5 * MINUTE_S, 2.0
"""An idle clerk asks for the next without being rung for after so long (of the day, and really)."""
LOOK_UP_S = 2 * MINUTE_S
"""How often an idle clerk looks whether it is time for lunch or for home."""
LUNCH = "lunch"
"""A reason to pause, as a clerk's own page has it."""
LUNCH_LEAST_S = 20 * MINUTE_S
SITS_DOWN_S = 20.0
CALLS_AGAIN_S = 40.0
CALLS_LIMIT = 10
STRANGER_S = 5 * MINUTE_S
"""Minutes given to somebody who isn't of this rehearsal, for an item it doesn't know."""
TAKEN = ("window_closed", "window_paused", "not_your_window")
CHANGED_UNDER_HAND = ("no_ticket_at_window", "wrong_state")


NOTES = {"told_missing": "户口簿原件", "accepted_with_gaps": "户口簿复印件、照片", "referred": "公积金中心二楼大厅"}
"""What a clerk writes where an outcome asks for words."""


def _ending(outcome: str) -> Json:
    return {"outcome": outcome, "note": NOTES.get(outcome)}


class HandedOver(Exception):
    """Somebody else has the window now."""


class Aside(NamedTuple):
    """A ticket on hold at the window: when its resident is back, and how much service is left."""

    back_s: float
    resident: Resident
    left_s: float


class Clerk:
    """One window's day."""

    def __init__(self, shift: Shift, scene: Scene) -> None:
        self.window = scene.hall.windows[shift.window]
        self.zone = self.window.zone
        self.has_window = False
        self.handed_over = False
        self._shift = shift
        self._scene = scene
        self._aside: list[Aside] = []
        self._lunch = shift.lunch
        self._open_since_s: float | None = None
        self._busy_since_s: float | None = None
        self._in_hand: str | None = None
        self._leaves = False
        self._task: asyncio.Task[None] | None = None

    async def work(self) -> None:
        """The whole shift."""
        self._task = asyncio.current_task()
        try:
            await self._scene.clock.until(self._shift.opens_s)
            await self._open()
            await self._serve()
            await self._close()
        except HandedOver:
            self.handed_over = True
        except asyncio.CancelledError:
            if not self.handed_over:
                raise
        finally:
            self._stand_up()

    def hand_over(self, *, with_ticket: bool) -> None:
        """Somebody else pressed at this window and has it from now on: with whom is served there, or as
        soon as that service is over (a manager who pauses the window from elsewhere doesn't end it)."""
        if self._task is None or self._task.done() or self.handed_over:
            return
        if self._in_hand is not None and not with_ticket:
            self._leaves = True
            return
        if self._in_hand is not None:
            self._scene.touch(self._in_hand)
        self.handed_over = True
        self._task.cancel()

    async def _open(self) -> None:
        self.has_window = True
        if self.window.calls_by_itself:  # a played clerk presses next; set back when the window closes
            await self._scene.api.press("PUT", self._at("calling"), {"by_itself": False})
        told = await self._scene.api.press("PUT", self._at("state"), {"state": "open"})
        if told.get("clerk") is not None:
            raise HandedOver
        self._sit_down()

    def _sit_down(self) -> None:
        self._open_since_s = self._scene.clock.now_s()
        self._scene.open_windows[self.zone].add(self.window.id)

    def _stand_up(self) -> None:
        self._scene.open_windows[self.zone].discard(self.window.id)
        self._free()
        if self._open_since_s is not None:
            self._scene.tally.zones[self.zone].open_s += self._scene.clock.now_s() - self._open_since_s
            self._open_since_s = None

    def _take_in_hand(self, ticket: str) -> float:
        """Busy from now on; answers the moment."""
        self._in_hand, self._busy_since_s = ticket, self._scene.clock.now_s()
        return self._busy_since_s

    def _free(self) -> None:
        self._in_hand = None
        if self._busy_since_s is not None:
            self._scene.tally.zones[self.zone].busy_s += self._scene.clock.now_s() - self._busy_since_s
            self._busy_since_s = None

    async def _serve(self) -> None:
        while True:
            if self._leaves:
                raise HandedOver
            await self._have_lunch()
            ready = [aside for aside in self._aside if aside.back_s <= self._scene.clock.now_s()]
            if ready:
                self._aside.remove(ready[0])
                await self._call_back(ready[0])
            elif not await self._serve_next():
                if self._day_is_over():
                    return
                await self._sit_idle()

    def _day_is_over(self) -> bool:
        if self._scene.clock.now_s() < self._shift.closes_s or self._scene.door_open or self._aside:
            return False
        return not self._scene.room.expects(self.window)

    async def _sit_idle(self) -> None:
        """Until somebody comes, who is then called before anything else; or until something is due."""
        clock, bell = self._scene.clock, self._scene.bell
        asks_at_s = clock.now_s() + max(ASK_ANYWAY_S, ASK_ANYWAY_LEAST_S * clock.speed)
        due_s = min([asks_at_s, *(aside.back_s for aside in self._aside)])
        if clock.now_s() < self._shift.closes_s:
            due_s = min(due_s, self._shift.closes_s)
        while clock.now_s() < due_s:
            looks_at_s = min(due_s, clock.now_s() + LOOK_UP_S)
            if await bell.idle(self.window, clock, looks_at_s):
                await self._serve_next()  # before anything else: nobody else was rung for
                return
            if self._day_is_over() or self._lunch_is_due():
                return

    async def _serve_next(self) -> bool:
        """Call the next and serve; False when nobody waits."""
        while True:
            unheard = self._scene.bell.unheard(self.window)
            try:
                told = await self._scene.api.press("POST", self._at("calls"))
            except Refused as refused:
                if refused.code == "nobody_waiting":
                    if unheard == self._scene.bell.unheard(self.window):
                        return False
                    continue
                if refused.code == "window_busy":
                    await self._finish_what_is_here()
                    continue
                self._not_ours(refused, "calling the next")
            await self._serve_called(told["ticket"])
            return True

    def _not_ours(self, refused: Refused, press: str) -> None:
        if refused.code not in TAKEN:
            self._scene.tally.went_wrong(f"{press} was refused: {refused}")
        raise HandedOver

    async def _serve_called(self, ticket: Json) -> None:
        called_s = self._take_in_hand(ticket["id"])
        resident = await self._scene.room.holder(ticket["id"])
        if resident is None:
            await self._serve_stranger(ticket)
        elif await resident.comes_when_called():
            if resident.misses:
                await self._pass_over(resident)
            else:
                await self._serve_resident(resident, called_s)
        self._free()

    async def _pass_over(self, resident: Resident) -> None:
        """Nobody comes: call again as often as the hall wants it, then pass the number over."""
        scene, calls = self._scene, 1
        await scene.clock.after(NO_SHOW_S)
        while calls <= CALLS_LIMIT:
            if calls < scene.calls_wanted:
                if not await self._press("recalls", resident):
                    return
                calls += 1
                await scene.clock.after(CALLS_AGAIN_S)
                continue
            try:
                await scene.api.press("POST", self._at("absences"))
            except Refused as refused:
                if refused.code != "called_too_few":
                    await self._changed(refused, resident, "pressing absences")
                    return
                scene.calls_wanted = max(calls + 1, int(refused.told.get("wanted", 0)))
            else:
                resident.passed()
                return
        scene.tally.went_wrong(f"a number could not be passed over after {CALLS_LIMIT} calls")

    async def _serve_resident(self, resident: Resident, called_s: float) -> None:
        clock = self._scene.clock
        sits_s = called_s + resident.visit.walk_s
        if resident.visit.called_again:
            await clock.until(called_s + CALLS_AGAIN_S)
            sits_s += CALLS_AGAIN_S
            if not await self._press("recalls", resident):
                return
        await clock.until(sits_s)
        if not await self._press("services", resident):
            return
        if resident.aside_s is not None:
            await clock.until(sits_s + 0.4 * resident.service_s)
            await self._put_aside(resident, 0.6 * resident.service_s)
        else:
            await clock.until(sits_s + resident.service_s)
            await self._finish(resident)

    async def _put_aside(self, resident: Resident, left_s: float) -> None:
        if await self._press("holds", resident, {"reason": "去填表"}):
            self._scene.tally.held += 1
            back_s = self._scene.clock.now_s() + (resident.aside_s or 0.0)
            resident.aside_s = None
            self._aside.append(Aside(back_s, resident, left_s))

    async def _call_back(self, aside: Aside) -> None:
        """Call a ticket on hold by its name and end its service."""
        resident, clock = aside.resident, self._scene.clock
        if not await self._press("calls", resident, {"ticket": resident.ticket}):
            return
        called_s = self._take_in_hand(resident.ticket or "")
        await clock.until(called_s + SITS_DOWN_S)
        if await self._press("services", resident):
            await clock.until(called_s + SITS_DOWN_S + aside.left_s)
            await self._finish(resident)
        self._free()

    async def _finish(self, resident: Resident) -> None:
        if resident.sent_to is not None:
            path = f"tickets/{resident.ticket}/transfer"
            if await self._press_path(path, resident, {"zone": resident.sent_to}):
                resident.sent_on()
        elif told := await self._press("completions", resident, _ending(resident.outcome)):
            resident.served(told["ticket"])

    async def _serve_stranger(self, ticket: Json) -> None:
        """Somebody who isn't of this rehearsal: a newcomer's own number."""
        clock, scene = self._scene.clock, self._scene
        item = scene.hall.items.get(ticket["item"] or "")
        scene.touch(ticket["id"])
        try:
            await clock.after(SITS_DOWN_S)
            await scene.api.press("POST", self._at("services"))
            await clock.after(item.typical_min * MINUTE_S if item else STRANGER_S)
            await scene.api.press("POST", self._at("completions"))
        except Refused as refused:
            if refused.code not in CHANGED_UNDER_HAND:
                scene.tally.went_wrong(f"serving somebody else's number was refused: {refused}")
        else:
            scene.tally.others_served += 1

    async def _finish_what_is_here(self) -> None:
        """An earlier day broke off with a ticket at this window: end its service."""
        try:
            await self._scene.api.press("POST", self._at("completions"))
        except Refused as refused:
            if refused.code not in CHANGED_UNDER_HAND:
                self._not_ours(refused, "ending an earlier service")

    async def _press(self, noun: str, resident: Resident, body: Json | None = None) -> Json | None:
        return await self._press_path(self._at(noun), resident, body)

    async def _press_path(self, path: str, resident: Resident, body: Json | None) -> Json | None:
        """A press on the resident's ticket; None when it isn't ours to press any more."""
        try:
            return await self._scene.api.press("POST", path, body)
        except Refused as refused:
            await self._changed(refused, resident, path.rpartition("/")[2])
            return None

    async def _changed(self, refused: Refused, resident: Resident, press: str) -> None:
        if refused.code in TAKEN:
            raise HandedOver
        await self._scene.overtaken(refused, resident.ticket or "", f"pressing {press}")

    def _lunch_is_due(self) -> bool:
        """Time for lunch, and somebody else of the zone stays. Who served through it has it later, as people do."""
        if self._lunch is None or self._aside:
            return False
        if not self._lunch[0] <= self._scene.clock.now_s() < self._shift.closes_s - LUNCH_LEAST_S:
            return False
        alone = len(self._scene.hall.windows_of(self.zone)) == 1
        return alone or bool(self._scene.open_windows[self.zone] - {self.window.id})

    async def _have_lunch(self) -> None:
        if not self._lunch_is_due() or self._lunch is None:
            return
        end_s, self._lunch = max(self._lunch[1], self._scene.clock.now_s() + LUNCH_LEAST_S), None
        self._stand_up()
        try:
            await self._scene.api.press("PUT", self._at("state"), {"state": "paused", "reason": LUNCH})
            await self._scene.clock.until(end_s)
            await self._scene.api.press("PUT", self._at("state"), {"state": "open"})
        except Refused as refused:
            self._not_ours(refused, "pausing for lunch")
        self._sit_down()

    async def _close(self) -> None:
        try:
            await self._scene.api.press("PUT", self._at("state"), {"state": "closed"})
            if self.window.calls_by_itself:
                await self._scene.api.press("PUT", self._at("calling"), {"by_itself": True})
        except Refused as refused:
            self._not_ours(refused, "closing the window")
        self.has_window = False

    def _at(self, noun: str) -> str:
        return f"windows/{self.window.id}/{noun}"
