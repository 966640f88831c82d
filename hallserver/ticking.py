"""The second's tick: time presses too, screens count on, and what hangs on the server tells how it is."""

from __future__ import annotations

import asyncio
from datetime import date

import structlog

from hallserver.calendars import keep_calendar
from hallserver.desk import Desk
from hallserver.followers import Followers
from hallserver.memory import QuietCollector
from hallserver.refusals import Refusal
from hallserver.web import metrics
from hallserver.web.hub import Hub

log = structlog.get_logger()

TICK_S = 1.0


class Ticking:
    """Once a second for every hall, until cancelled."""

    def __init__(self, hub: Hub, followers: Followers, collector: QuietCollector) -> None:
        self._hub = hub
        self._followers = followers
        self._collector = collector
        self._storage_told: dict[str, str] = {}
        self._calendar_kept: dict[str, date | None] = {}

    async def run(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            for hall in self._hub.halls.values():
                try:
                    self._followers.tell_of_machines(self._hub, hall)
                    hall.agents.tick()
                    await hall.desk.tick()
                    hall.audience.tick()
                    await self._new_day(hall.desk)
                except Refusal as refusal:
                    # The day can't turn: pressing says so, /readyz shows it, the next tick tries again.
                    log.warning("tick_refused", hall=hall.desk.id, code=refusal.code, **refusal.details)
                except Exception:
                    # Ours alone. The other halls and the next second go on.
                    log.exception("tick_failed", hall=hall.desk.id)
                    metrics.FAULTS.inc()
                self._tell_of_storage(hall.desk)
            self._collector.tick(quiet=all(hall.desk.idle for hall in self._hub.halls.values()))

    async def _new_day(self, desk: Desk) -> None:
        """A new year may have begun, which needs its calendar."""
        day = desk.hall.day
        if day != self._calendar_kept.get(desk.id):
            await keep_calendar(desk)
            self._calendar_kept[desk.id] = day

    def _tell_of_storage(self, desk: Desk) -> None:
        """When it fails, and when it does no more; not each second in between."""
        told = self._storage_told.get(desk.id)
        if desk.failure is not None and told is None:
            self._storage_told[desk.id] = desk.failure
            log.error("storage_failed", hall=desk.id, cause=desk.failure)
        elif desk.failure is None and told is not None:
            del self._storage_told[desk.id]
            log.warning("storage_again", hall=desk.id)
