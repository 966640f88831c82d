"""The days that are played in a demonstration's halls, one at a time each."""

from __future__ import annotations

import asyncio
from typing import Any

from hallserver.refusals import Refusal
from hallserver.rehearsal.playing import Played, play
from hallserver.rehearsal.pressing import Impossible
from hallserver.store.accounts import Principal
from hallserver.store.writer import StorageFailed
from hallserver.web.hub import Hub

TOKEN_MS = 24 * 3_600_000


class Rehearsals:
    """Starts, stops and tells of rehearsals, through the server's own public API."""

    def __init__(self, hub: Hub, server_url: str) -> None:
        self._hub = hub
        self._url = server_url
        self._played: dict[str, Played] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, hall: str, speed: float) -> None:
        """Refuses rehearsal_running."""
        if hall in self._tasks:
            raise Refusal("rehearsal_running")
        self._played[hall] = Played()
        self._tasks[hall] = asyncio.create_task(self._play(hall, speed))
        self._tasks[hall].add_done_callback(lambda _: self._tasks.pop(hall, None))

    async def _play(self, hall: str, speed: float) -> None:
        now = self._hub.hall(hall).desk.clock.now()
        accounts = self._hub.accounts
        principal = Principal("manager", "rehearsal", hall)
        try:
            token = await asyncio.to_thread(accounts.new_token, principal, now, now + TOKEN_MS)
        except StorageFailed as failed:
            self._played[hall].trouble = str(failed)
            return
        try:
            await play(self._url, hall, token, speed=speed, played=self._played[hall])
        except Impossible as impossible:
            self._played[hall].trouble = str(impossible)  # told on the page by ``state``
        finally:
            await asyncio.to_thread(accounts.drop_token, token)

    def stop(self, hall: str) -> None:
        """Refuses no_rehearsal."""
        task = self._tasks.get(hall)
        if task is None:
            raise Refusal("no_rehearsal")
        task.cancel()

    def state(self, hall: str) -> dict[str, Any]:
        played = self._played.get(hall)
        if played is None:
            return {"state": "idle", "progress": 0.0, "clock": None, "summary": None, "trouble": None}
        return played.to_json(running=hall in self._tasks)

    async def close(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
