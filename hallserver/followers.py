"""What hangs on the server itself: papers, signs, programs that are told. Begun together, known when one is not well,
ended together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import structlog

from displays.signs import SignLine, sign_lines
from hallserver.desk import Desk
from hallserver.printers import followers
from hallserver.printing import PrintingFollower, WordsOf
from hallserver.settings import HallSettings
from hallserver.signs import SignFollower, Words
from hallserver.store.database import Store
from hallserver.web import metrics
from hallserver.web.agents import Health, OwnCause
from hallserver.web.hub import Hub, OpenHall
from hallserver.webhook import WebhookFollower

log = structlog.get_logger()

Work = Callable[[], Coroutine[Any, Any, None]]

OWN = "hall"
"""Who tells of the machines that hang on the server itself."""


class Followers:
    """Those of every hall of a server."""

    def __init__(self) -> None:
        self._printing: list[PrintingFollower] = []
        self._webhooks: list[WebhookFollower] = []
        self._signs: dict[str, list[SignLine]] = {}
        self._hung: list[tuple[str, Work]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._broken: dict[str, str] = {}

    def hang(self, hall: OpenHall, store: Store, folder: Path, words: WordsOf, shown: Words) -> None:
        """One hall's; they begin once everything else could be opened. ``folder`` is for its spools and its roll."""
        desk, settings = hall.desk, hall.settings
        self._hang_signs(desk, settings, shown)
        printing = followers(desk, settings, folder, words, hall.forget_printed)
        self._hung += [(f"paper of {one.hall}, {one.printer}", one.run) for one in printing]
        self._printing += printing
        if settings.webhook.url:
            webhook = WebhookFollower(desk, settings.webhook, store)
            self._hung.append((f"webhook of {webhook.hall}", webhook.run))
            self._webhooks.append(webhook)

    def _hang_signs(self, desk: Desk, settings: HallSettings, shown: Words) -> None:
        """The signs that hang on this machine."""
        lines = self._signs[desk.id] = sign_lines([f"{s.port}={s.protocol}:{s.window}" for s in settings.signs])

        def show(window: str, words: str) -> None:
            for line in lines:
                line.show(window, words)

        if lines:
            follower = SignFollower(desk, [sign.window for sign in settings.signs], shown, show)
            self._hung += [(f"signs of {desk.id}", follower.run)]
            self._hung += [(f"sign line {line.cable.name}", line.run) for line in lines]

    def begin(self) -> None:
        """All that was hung."""
        for name, work in self._hung:
            self.also(name, work)

    def also(self, name: str, work: Work) -> None:
        """Begin something that goes on until the end."""
        task = asyncio.create_task(work(), name=name)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """None of them ends by itself: a fault of ours, which must not stay unseen until the evening."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._broken[task.get_name()] = f"{type(error).__name__}: {error}"
            log.error("task_failed", task=task.get_name(), exc_info=error)
            metrics.FAULTS.inc()

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def unwell(self) -> dict[str, str]:
        """Names of those that are not well, with why."""
        unwell = [follower for follower in self._printing if follower.failure is not None]
        papers = {f"paper of {f.hall}, {f.printer}": str(f.failure) for f in unwell}
        webhooks = {f"webhook of {f.hall}": f.failure for f in self._webhooks if f.failure is not None}
        return papers | webhooks | self._broken

    def tell_of_machines(self, hub: Hub, hall: OpenHall) -> None:
        """What hangs on the server itself, and the synthesiser once it failed, beside those that report."""
        for line in self._signs[hall.desk.id]:
            for sign in line.healths():
                hall.agents.tell(OWN, Health.of("sign", sign.name, sign.cause))
        for follower in self._printing:
            if follower.hall == hall.desk.id:
                broken: OwnCause | None = "spool_broken" if follower.failure else None
                hall.agents.tell(OWN, Health.of("printer", follower.printer, broken or follower.cause))
        failure, remark = hub.voice_failure, hub.voice_remark
        cause: OwnCause | None = "voice_unavailable" if failure else "clips_missing" if remark else None
        if hall.settings.voice.enabled and (cause or hall.agents.knows("synthesiser", OWN, OWN)):
            hall.agents.tell(OWN, Health.of("synthesiser", OWN, cause, line=failure or remark or ""))
