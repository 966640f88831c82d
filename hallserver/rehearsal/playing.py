"""Plays a drawn day against a running hall, as its residents and clerks would: through the public API alone.

It imports nothing else of the server, so it plays against any server that speaks the same API. The
server's own minutes stay real ones: an estimate it makes, or a head start, is not the played day's.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from hallserver.rehearsal.bookers import Booker, pace_between
from hallserver.rehearsal.clearing import clear_up
from hallserver.rehearsal.clerks import LUNCH, Clerk
from hallserver.rehearsal.clock import FastClock
from hallserver.rehearsal.drawing import Day, draw_day
from hallserver.rehearsal.following import Following
from hallserver.rehearsal.hall import MINUTE_S, Hall, hall_of, time_of_day_s
from hallserver.rehearsal.hearing import Hearing
from hallserver.rehearsal.office import BackOffice
from hallserver.rehearsal.pressing import HallApi, Impossible, Json, Refused
from hallserver.rehearsal.residents import Resident
from hallserver.rehearsal.scene import Scene
from hallserver.rehearsal.summary import Summary, Tally, ZoneTally, summary_of
from hallserver.rehearsal.watching import Watch

BEFORE_OPENING_S = MINUTE_S
AFTER_CLOSING_S = 30 * MINUTE_S
"""What progress counts for those who still wait at closing time."""
ANOTHER_WITHIN_DEEDS = 50
"""The log's last deeds tell whether another rehearsal is playing."""
ANOTHER_WITHIN_S = 10.0
SAME_TIME_S, SAME_PACE = 15 * MINUTE_S, 0.5
"""When the server's clock counts as running with the played one."""
LOOK_AGAIN_S, LOOK_AGAIN_MOST_S = 0.1, BEFORE_OPENING_S / 2
"""After so many real seconds its pace is looked at, and after so many played ones at the latest."""
CLEAR_UP_LIMIT_S = 20.0
CLEAR_UP_PATIENCE_S = 2.0


class Played:
    """How far a day is; the page of the demonstration asks for it."""

    def __init__(self) -> None:
        self.tally = Tally({})
        self.summary: Summary | None = None
        self.trouble: str | None = None
        self._clock: FastClock | None = None
        self._day: Day | None = None
        self._ended_at: float | None = None

    def begin(self, clock: FastClock, day: Day, tally: Tally) -> None:
        self._clock, self._day, self.tally = clock, day, tally

    def end(self, summary: Summary, *, whole: bool) -> None:
        """The whole day was played, or it was stopped."""
        self._ended_at = 1.0 if whole else self.progress
        self.summary = summary

    @property
    def progress(self) -> float:
        """From 0 to 1."""
        if self._ended_at is not None:
            return self._ended_at
        if self._clock is None or self._day is None:
            return 0.0
        lasts_s = self._day.closes_s + AFTER_CLOSING_S - self._day.opens_s
        return round(min(0.99, max(0.0, (self._clock.now_s() - self._day.opens_s) / lasts_s)), 4)

    @property
    def clock(self) -> str | None:
        """The played day's time, ``09:42``; None outside it."""
        return str(self._clock) if self._clock is not None and self.summary is None else None

    def to_json(self, *, running: bool) -> dict[str, Any]:
        """What ``GET …/rehearsal`` answers."""
        began = self._clock is not None or self.trouble is not None
        return {
            "state": "running" if running else "ended" if began else "idle",
            "progress": self.progress,
            "clock": self.clock,
            "summary": self.summary.to_json() if self.summary is not None and not running else None,
            "trouble": self.trouble,
        }


async def play(
    server_url: str, hall: str, token: str, *, speed: float = 60.0, seed: int = 1, played: Played | None = None
) -> Summary:
    """Play a whole day in a hall, with a manager's token, ``speed`` times faster than real.

    Raises Impossible when it can't be played: the server is away, the hall closed, the token unknown.
    When cancelled it gives up the numbers it took and closes its windows.
    """
    played = played or Played()
    tally = Tally({})
    try:
        async with HallApi(server_url, hall, token, tally) as api:
            return await Rehearsal(api, tally, speed, seed, played).run()
    except Impossible as impossible:
        played.trouble = str(impossible)
        raise


class Rehearsal:
    """One day: looks at the hall, draws, plays, clears up, sums up."""

    def __init__(self, api: HallApi, tally: Tally, speed: float, seed: int, played: Played) -> None:
        self._api = api
        self._tally = tally
        self._speed = speed
        self._seed = seed
        self._played = played
        self._clerks: list[Clerk] = []

    async def run(self) -> Summary:
        told = await self._look_first()
        hall = hall_of(told)
        end = (await self._api.look("log", after=10**12, limit=1))["end"]
        await self._check(hall, told, end)
        codes = await self._rating_codes(next(iter(hall.windows)))
        day = await asyncio.to_thread(draw_day, hall, self._seed, codes)
        self._tally.zones |= {zone: ZoneTally() for zone in hall.zones}
        names = {zone.id: zone.name for zone in hall.zones.values()}
        whole = False
        try:
            await self._play(hall, day, end)
            whole = True
        finally:
            summary = summary_of(self._tally, names)
            self._played.end(summary, whole=whole)
        return summary

    async def _look_first(self) -> Json:
        """The hall; nobody waits long for a server that isn't there."""
        try:
            return await self._api.look(patience_s=0.0)
        except Refused as refused:
            detail = refused.told.get("detail", refused)
            raise Impossible(f"The server at {self._api.server_url} answered: {detail}") from refused

    async def _check(self, hall: Hall, told: Json, end: int) -> None:
        if not hall.open_now:
            raise Impossible(f"{hall.name} is closed now; `hallserver run --always-open` lets a day be played any time")
        free = {window.id for window in hall.windows.values() if window.state == "closed"}
        nobodys = {row["id"] for row in told["windows"] if _is_left_behind(row)}
        if nobodys and await self._another_plays(told["now"], end):
            raise Impossible(f"Another rehearsal is being played in {hall.name}; stop it first, or wait for its end")
        self._ours = free | nobodys
        if not self._ours:
            raise Impossible(f"A clerk sits at every window of {hall.name}; a rehearsal needs one for itself")

    async def _another_plays(self, now: str, end: int) -> bool:
        """Windows stand open with nobody at them: a day that broke off left them, unless one is playing now."""
        told = await self._api.look("log", after=max(0, end - ANOTHER_WITHIN_DEEDS), limit=ANOTHER_WITHIN_DEEDS)
        return any(
            deed.get("channel") == "rehearsal" and _seconds_between(deed["at"], now) < ANOTHER_WITHIN_S
            for deed in told["deeds"]
        )

    async def _rating_codes(self, window: str) -> dict[int, list[str]]:
        levels = (await self._api.look(f"views/pad/{window}"))["levels"]
        return {row["level"]: [option["code"] for option in row["options"]] for row in levels}

    async def _play(self, hall: Hall, day: Day, end: int) -> None:
        clock = FastClock(self._speed, day.opens_s - BEFORE_OPENING_S)
        self._played.begin(clock, day, self._tally)
        scene = Scene(hall, self._api, clock, self._tally)
        clerks = [Clerk(shift, scene) for shift in day.shifts if shift.window in self._ours]
        try:
            await self._play_scene(scene, clerks, day, end)
        except BaseException as broken:
            scene.stopped = True
            await _clear_up_in_time(scene, clerks)
            if isinstance(broken, BaseExceptionGroup):
                _raise_impossible(broken)
            raise

    async def _day_kept(self, clock: FastClock) -> str | None:
        """The server's day, if its clock shows the played day's time and runs as fast."""
        first = await self._api.look()
        if abs(time_of_day_s(first["now"]) - clock.now_s()) > SAME_TIME_S:
            return None
        went_s = min(LOOK_AGAIN_S * clock.speed, LOOK_AGAIN_MOST_S)
        await clock.after(went_s)
        keeps_pace = pace_between(first, await self._api.look(), went_s) > SAME_PACE
        return str(first["now"])[:10] if keeps_pace else None

    async def _play_scene(self, scene: Scene, clerks: list[Clerk], day: Day, end: int) -> None:
        watch = Watch(self._tally)
        hearing = Hearing(scene, watch, clerks)
        office = BackOffice(scene, day.closes_s, self._seed)

        def hear(deed: Json) -> None:
            hearing.hear(deed)
            office.hear(deed)

        following = Following(self._api, end, hear, self._tally)
        scene.hear_all = following.to_the_end
        async with asyncio.TaskGroup() as beside:
            lasting = [beside.create_task(following.run()), beside.create_task(scene.clock.run(following.catch_up))]
            async with asyncio.TaskGroup() as errands:
                scene.errands = errands
                await self._play_shifts(scene, clerks, day)
                with scene.clock.played():
                    await clear_up(scene, clerks)
            await following.to_the_end()
            for task in lasting:
                task.cancel()
        left = watch.not_ended(scene.room.tickets.keys() - scene.touched)
        for _ in left:
            self._tally.went_wrong("a ticket had no end when the day was over")

    async def _play_shifts(self, scene: Scene, clerks: list[Clerk], day: Day) -> None:
        """Until the last window is closed."""
        clock = scene.clock
        try:
            async with asyncio.TaskGroup() as shifts:
                with clock.played():
                    if any(visit.booking for visit in day.visits):
                        scene.today = await self._day_kept(clock)
                    for at_work in (_open_door(scene, day), *(clerk.work() for clerk in clerks)):
                        clock.plays(shifts.create_task(at_work))
        finally:
            self._tally.speed_reached = clock.speed_reached
        for resident in list(scene.room.tickets.values()):
            resident.stop_resting()


async def _open_door(scene: Scene, day: Day) -> None:
    """Residents come in as they were drawn; who booked did so before."""
    coming = [
        (visit, Booker(visit, visit.booking, scene) if visit.booking else Resident(visit, scene))
        for visit in day.visits
    ]
    for _, resident in coming:
        if isinstance(resident, Booker):
            resident.book_ahead()
    for visit, resident in coming:
        await scene.clock.until(visit.comes_s)
        scene.errand(resident.come())
    await scene.clock.until(day.closes_s)
    scene.door_open = False


async def _clear_up_in_time(scene: Scene, clerks: list[Clerk]) -> None:
    """After a stop or a failure. When the server is away there is nothing to clear up."""
    scene.api.patience_s = CLEAR_UP_PATIENCE_S
    try:
        async with asyncio.timeout(CLEAR_UP_LIMIT_S):
            await clear_up(scene, clerks)
    except (Impossible, TimeoutError) as left:
        scene.tally.went_wrong(f"the hall was left before it was cleared up: {left or 'no time'}")


def _is_left_behind(window: Json) -> bool:
    """A window that a day which broke off left open, or at lunch. One that a manager paused stays so."""
    at_lunch = window["state"] == "paused" and window.get("reason") == LUNCH
    return window["clerk"] is None and (window["state"] == "open" or at_lunch)


def _raise_impossible(group: BaseExceptionGroup[BaseException]) -> None:
    """What a person should read instead of a group of tasks, when that is all there is."""
    found, rest = group.split(Impossible)
    if found is None or rest is not None:
        return
    first: BaseException = found
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    raise first


def _seconds_between(earlier: str, later: str) -> float:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()
