"""The only place where things are wired together: halls, desks, screens, voice, printers, the web."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web

from displays.dots import picture
from displays.sayings import prompt, saying
from displays.settings import VoiceSettings
from displays.sign_words import SignWords
from displays.signs import SignLine, sign_lines
from displays.voice import Voice, VoiceUnavailable
from hallserver.calendars import keep_calendar
from hallserver.clock import HallClock
from hallserver.desk import Desk
from hallserver.layouts import layout_of
from hallserver.memory import QuietCollector
from hallserver.printers import check_templates, followers
from hallserver.printing import PrintingFollower
from hallserver.refusals import Refusal
from hallserver.rehearsals import Rehearsals
from hallserver.settings import HallSettings
from hallserver.signs import SignFollower, Words, sign_words
from hallserver.store.accounts import Accounts, Person
from hallserver.store.database import Store, database_path
from hallserver.store.people import People
from hallserver.store.secret import TicketLinks, read_secret, sealer
from hallserver.store.writer import StorageFailed
from hallserver.web import metrics
from hallserver.web.agents import Agents, Health, OwnCause
from hallserver.web.api_papers import PaperLinks, words_of
from hallserver.web.application import application
from hallserver.web.audience import Audience
from hallserver.web.hub import Hub, OpenHall, Speaker
from hallserver.web.rendering import Pages
from hallserver.webhook import WebhookFollower

log = structlog.get_logger()

TICK_S = 1.0
SHUTDOWN_S = 10.0
HAND_OVER_S = 0.0001
"""How long the writer waits for a busy loop to let go of Python's lock. With Python's own 5 ms a commit would
stand still while 64 presses are decided."""
OWN = "hall"
"""Who tells of the machines that hang on the server itself."""
EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not listened on
SOMEWHERE_ELSE = ("192.0.2.1", 9)
"""An address that is nobody's (RFC 5737): asked of the routing table, never sent to."""
ROOT = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """``static`` or ``config``: inside an installed wheel, or beside the package in a checkout."""
    inside = ROOT / name
    return inside if inside.is_dir() else ROOT.parent / name


@dataclass(frozen=True, slots=True)
class Options:
    """What ``hallserver run`` was told."""

    halls: list[HallSettings]
    database: str
    host: str = "127.0.0.1"
    port: int = 8080
    always_open: bool = False
    demonstration: bool = False


class SpokenOrRefused:
    """The voice as the web knows it: what it can't say is a refusal, and seen at /readyz."""

    def __init__(self, voice: Voice, hub: Callable[[], Hub]) -> None:
        self._voice = voice
        self._hub = hub

    async def say(self, saying: Any) -> bytes:
        try:
            made = await self._voice.say(saying)
        except VoiceUnavailable as silent:
            self._hub().voice_failure = str(silent)
            raise Refusal("voice_unavailable", cause=str(silent)) from silent
        self._hub().voice_failure = None
        self._hub().voice_remark = self._voice.remark or None
        return made


class Server:
    """One process that serves one or several halls."""

    def __init__(self, options: Options, *, clock: Callable[[], HallClock] = HallClock) -> None:
        self.options = options
        self._clock = clock
        self._path = database_path(options.database)
        self._tasks: list[asyncio.Task[None]] = []
        self._printing: list[PrintingFollower] = []
        self._webhooks: list[WebhookFollower] = []
        self._signs: dict[str, list[SignLine]] = {}
        self._later: list[tuple[str, Callable[[], Coroutine[Any, Any, None]]]] = []
        self._runner: web.AppRunner | None = None
        self._collector: QuietCollector | None = None
        self._storage_told: dict[str, str] = {}
        self._calendar_kept: dict[str, date | None] = {}
        self._broken: dict[str, str] = {}
        self.new_passwords: list[tuple[Person, str]] = []

    async def start(self) -> None:
        """Open the halls and listen. Raises StorageFailed, OSError (the port is taken), SettingsError."""
        options = self.options
        for settings in options.halls:
            check_templates(settings)
        self.store = await asyncio.to_thread(Store, self._path)
        secret = read_secret(self._path.with_suffix(".secret"))
        static = shipped("static")
        version = static_version(static)
        self.pages = Pages(version)
        self.voice = Voice()
        self.hub = Hub(
            halls={},
            accounts=Accounts(self.store),
            links=TicketLinks(secret),
            private=sealer(secret),
            people=People(self.store, secret),
            pages=self.pages,
            static_version=version,
            demonstration=options.demonstration,
            followers_ok=self._unwell_followers,
        )
        if any(settings.voice.enabled for settings in options.halls):
            speaker: Speaker = SpokenOrRefused(self.voice, lambda: self.hub)
            self.hub.speaker = speaker
        for settings in options.halls:
            await self._open_hall(settings)
        self._runner = web.AppRunner(
            application(self.hub, static), access_log=None, shutdown_timeout=SHUTDOWN_S, handle_signals=False
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, options.host, options.port, backlog=1024, reuse_address=True)
        await site.start()
        for settings in options.halls:  # after all that may fail: a password is shown only once
            people = [Person(p.id, p.name, p.role, p.window) for p in settings.staff]
            self.new_passwords += await asyncio.to_thread(self.hub.accounts.add_missing, settings.hall.id, people)
            known = await asyncio.to_thread(self.hub.accounts.people, settings.hall.id)
            self.hub.halls[settings.hall.id].staff = {person.id: person.name for person in known}
        if options.demonstration:
            self.hub.rehearsals = Rehearsals(self.hub, self.url)
        self._collector = QuietCollector()
        sys.setswitchinterval(HAND_OVER_S)
        self._begin("the second's tick", self._tick(self._collector))
        for name, work in self._later:
            self._begin(name, work())
        for webhook in self._webhooks:
            self._begin(f"webhook of {webhook.hall}", webhook.run())
        for follower in self._printing:
            self._begin(f"paper of {follower.hall}, {follower.printer}", follower.run())

    def _begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """None of them ends by itself: a fault of ours, which must not stay unseen until the evening."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._broken[task.get_name()] = f"{type(error).__name__}: {error}"
            log.error("task_failed", task=task.get_name(), exc_info=error)
            metrics.FAULTS.inc()

    @property
    def url(self) -> str:
        """Where this machine reaches the server."""
        assert self._runner is not None
        host = "127.0.0.1" if self.options.host in EVERYWHERE else self.options.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def public_url(self) -> str:
        """Where a phone in the hall's network reaches the server; the settings may name a better one."""
        if self.options.host not in EVERYWHERE:
            return self.url
        return f"http://{own_address()}:{self.port}"

    @property
    def port(self) -> int:
        assert self._runner is not None
        return int(self._runner.addresses[0][1])

    async def _open_hall(self, settings: HallSettings) -> None:
        desk = Desk(self.store, layout_of(settings, always_open=self.options.always_open), self._clock())
        await desk.open()
        try:
            await keep_calendar(desk)
        except Refusal as refusal:
            raise StorageFailed(str(refusal.details.get("cause", refusal.code))) from refusal
        deeds = metrics.DEEDS.labels(desk.id)
        desk.feed.watch(lambda committed: deeds.inc(len(committed)))
        on_roll = any(printer.address == "roll" for printer in settings.all_printers)
        folder = self._path.parent / "paper" / desk.id
        voice, shown = voice_of(settings), SignWords.of(settings.sign.model_dump()).shown
        audience = Audience(desk.feed, desk.clock, self.pages, lambda name: self.hub.halls[desk.id].besides(name))
        self.hub.halls[desk.id] = OpenHall(
            settings=settings,
            desk=desk,
            audience=audience,
            agents=Agents(desk.clock, lambda: audience.look_at("floor")),
            say=lambda number, window, now, waiting: saying(voice, number, window, now, waiting=waiting),
            read_aloud=lambda text, number, ahead, lang, now: prompt(
                voice, text, number, ahead, now, english=lang == "en"
            ),
            strip=lambda window: picture(sign_words(desk, window, shown)),
            roll=folder / "roll" if on_roll else None,
            called_in_intervals=partial(self.store.called_in_intervals, desk.id),
            green_on=partial(self.store.green_on, desk.id),
        )
        self._hang_signs(desk, settings, shown)
        hall = self.hub.halls[desk.id]
        self._printing += followers(desk, settings, folder, lambda deed: self._words(hall, deed), hall.forget_printed)
        if settings.webhook.url:
            self._webhooks.append(WebhookFollower(desk, settings.webhook, self.store))

    def _words(self, hall: OpenHall, deed: int) -> dict[str, Any] | None:
        """What stands on a paper that the server itself prints."""
        paper = hall.desk.feed.hall.papers.get(deed)
        origin = (hall.settings.hall.public_url or self.public_url).rstrip("/")
        if paper is None:
            return None
        return words_of(hall, paper, PaperLinks(self.hub, hall, origin))

    def _hang_signs(self, desk: Desk, settings: HallSettings, shown: Words) -> None:
        """The signs that hang on this machine; they begin once everything else could be opened."""
        lines = self._signs[desk.id] = sign_lines([f"{s.port}={s.protocol}:{s.window}" for s in settings.signs])

        def show(window: str, words: str) -> None:
            for line in lines:
                line.show(window, words)

        if lines:
            follower = SignFollower(desk, [sign.window for sign in settings.signs], shown, show)
            self._later += [(f"signs of {desk.id}", follower.run)]
            self._later += [(f"sign line {line.cable.name}", line.run) for line in lines]

    def _unwell_followers(self) -> dict[str, str]:
        unwell = [follower for follower in self._printing if follower.failure is not None]
        papers = {f"paper of {f.hall}, {f.printer}": str(f.failure) for f in unwell}
        webhooks = {f"webhook of {f.hall}": f.failure for f in self._webhooks if f.failure is not None}
        return papers | webhooks | self._broken

    async def _tick(self, collector: QuietCollector) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            for hall in self.hub.halls.values():
                try:
                    self._tell_of_own_machines(hall)
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
            collector.tick(quiet=all(hall.desk.idle for hall in self.hub.halls.values()))

    def _tell_of_own_machines(self, hall: OpenHall) -> None:
        """What hangs on the server itself, and the synthesiser once it failed, beside those that report."""
        for line in self._signs[hall.desk.id]:
            for sign in line.healths():
                hall.agents.tell(OWN, Health.of("sign", sign.name, sign.cause))
        for follower in self._printing:
            if follower.hall == hall.desk.id:
                broken: OwnCause | None = "spool_broken" if follower.failure else None
                hall.agents.tell(OWN, Health.of("printer", follower.printer, broken or follower.cause))
        failure, remark = self.hub.voice_failure, self.hub.voice_remark
        cause: OwnCause | None = "voice_unavailable" if failure else "clips_missing" if remark else None
        if hall.settings.voice.enabled and (cause or hall.agents.knows("synthesiser", OWN, OWN)):
            hall.agents.tell(OWN, Health.of("synthesiser", OWN, cause, line=failure or remark or ""))

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

    async def stop(self) -> None:
        """Say goodbye to the screens, write what was pressed, close."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._collector is not None:
            self._collector.close()
        if self.hub.rehearsals is not None:
            await self.hub.rehearsals.close()
        if self._runner is not None:
            await self._runner.cleanup()
        for hall in self.hub.halls.values():
            await hall.desk.close()
        await self.voice.close()
        await asyncio.to_thread(self.store.close)


def voice_of(settings: HallSettings) -> VoiceSettings:
    """The hall's wishes for its voice, as ``displays`` reads them."""
    voice = VoiceSettings()
    voice.learn(settings.voice.model_dump(mode="json", by_alias=True) | {"timezone": settings.hall.timezone})
    return voice


def own_address() -> str:
    """This machine's address in its network; the loopback where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking, contextlib.suppress(OSError):
        asking.connect(SOMEWHERE_ELSE)
        return str(asking.getsockname()[0])
    return "127.0.0.1"


def static_version(static: Path) -> str:
    """A name that changes with any of the files, so that browsers may keep them for ever."""
    tree = hashlib.blake2b(digest_size=6)
    for path in sorted(static.rglob("*")):
        if path.is_file():
            tree.update(str(path.relative_to(static)).encode() + path.read_bytes())
    return tree.hexdigest()


@contextlib.asynccontextmanager
async def serving(options: Options, **more: Any) -> AsyncIterator[Server]:
    """A running server, for the command line and for tests."""
    server = Server(options, **more)
    try:
        await server.start()
        yield server
    finally:
        if hasattr(server, "hub"):
            await server.stop()


async def run_until_told(options: Options, started: Callable[[Server], None]) -> None:
    """Serve until SIGTERM or SIGINT."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, told.set)
    async with serving(options) as server:
        started(server)
        await told.wait()
