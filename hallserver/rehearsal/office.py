"""The back office of a played day: some of what was accepted becomes ready, and some of that is handed over.

The others stay where a real hall's are at closing time: under way, or ready to be collected on another day.
"""

from __future__ import annotations

from collections import deque
from random import Random

from hallserver.rehearsal.hall import MINUTE_S
from hallserver.rehearsal.pressing import Json, Refused
from hallserver.rehearsal.scene import Scene

READY_SHARE = 0.7
"""How much of what was accepted is out on the same day; in a demonstration nobody wants to wait for weeks."""
TAKES_MIN = (15.0, 150.0)
POSTED_SHARE, LOCKER_SHARE = 0.2, 0.1
POSTED_AFTER_S = 10 * MINUTE_S
LAST_PRESSES_S = 5 * MINUTE_S
"""So long before closing nothing is begun any more."""
PRESSED_BY_OTHERS = ("case_state", "unknown_case", "nothing_missing")
"""Somebody at the office's own page was there first."""


class BackOffice:
    """Hears which visits of this rehearsal were accepted, and works on them as errands of the day."""

    def __init__(self, scene: Scene, closes_s: float, seed: int) -> None:
        self._scene = scene
        self._last_s = closes_s - LAST_PRESSES_S
        self._random = Random(f"{scene.hall.id} {seed} office")  # noqa: S311 - a day to play, not a secret
        self._to_collect: deque[int] = deque()

    def hear(self, deed: Json) -> None:
        if deed["kind"] not in ("ServiceEnded", "PartEnded") or deed["ticket"] not in self._scene.room.tickets:
            return
        if deed["outcome"] in ("accepted", "accepted_with_gaps"):
            self._accepted(deed["number"], gaps=deed["outcome"] == "accepted_with_gaps")
        elif deed["outcome"] == "done" and self._to_collect and self._hands_over(deed["window"]):
            self._scene.errand(self._press("POST", self._to_collect.popleft(), "handover", {"way": "window"}))

    def _hands_over(self, window: str) -> bool:
        at = self._scene.hall.windows.get(window)
        zone = self._scene.hall.zones.get(at.zone) if at is not None else None
        return zone is not None and zone.kind == "issuing"

    def _accepted(self, case: int, *, gaps: bool) -> None:
        ready_s = self._scene.clock.now_s() + self._random.uniform(*TAKES_MIN) * MINUTE_S
        out_today, leaves_by = self._random.random() < READY_SHARE, self._random.random()
        if out_today and ready_s + POSTED_AFTER_S < self._last_s:
            self._scene.errand(self._work_on(case, ready_s, leaves_by, gaps=gaps))

    async def _work_on(self, case: int, ready_s: float, leaves_by: float, *, gaps: bool) -> None:
        await self._scene.clock.until(ready_s)
        if gaps:
            await self._press("PUT", case, "supplied", {"supplied": True})
        await self._press("PUT", case, "state", {"state": "ready"})
        if leaves_by >= POSTED_SHARE + LOCKER_SHARE:
            self._to_collect.append(case)
            return
        await self._scene.clock.after(POSTED_AFTER_S)
        way = "post" if leaves_by < POSTED_SHARE else "self_pickup"
        await self._press("POST", case, "handover", {"way": way})

    async def _press(self, method: str, case: int, noun: str, body: Json) -> None:
        if self._scene.stopped:
            return
        try:
            await self._scene.api.press(method, f"cases/{case}/{noun}", body)
        except Refused as refused:
            if refused.code not in PRESSED_BY_OTHERS:
                self._scene.tally.went_wrong(f"the back office's press was refused: {refused}")
