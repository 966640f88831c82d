"""The only place where things are wired together: halls, desks, screens, voice, printers, the web."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from aiohttp import web

from displays.dots import picture
from displays.sayings import prompt, saying
from displays.sign_words import SignWords
from displays.voice import Voice
from hallserver.calendars import keep_calendar
from hallserver.clock import HallClock
from hallserver.desk import Desk
from hallserver.followers import Followers
from hallserver.layouts import layout_of
from hallserver.memory import QuietCollector
from hallserver.printers import check_templates
from hallserver.refusals import Refusal
from hallserver.rehearsals import Rehearsals
from hallserver.settings import HallSettings
from hallserver.shipped import shipped, static_version
from hallserver.signs import sign_words
from hallserver.speaking import SpokenOrRefused, voice_of
from hallserver.store.accounts import Accounts, Person
from hallserver.store.database import Store, database_path
from hallserver.store.people import People
from hallserver.store.secret import TicketLinks, read_secret, sealer
from hallserver.store.writer import StorageFailed
from hallserver.ticking import Ticking
from hallserver.web import metrics
from hallserver.web.agents import Agents
from hallserver.web.api_papers import PaperLinks, words_of
from hallserver.web.application import application
from hallserver.web.audience import Audience
from hallserver.web.hub import Hub, OpenHall, Speaker
from hallserver.web.rendering import Pages

log = structlog.get_logger()

SHUTDOWN_S = 10.0
HAND_OVER_S = 0.0001
"""How long the writer waits for a busy loop to let go of Python's lock. With Python's own 5 ms a commit would
stand still while 64 presses are decided."""
EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not listened on
SOMEWHERE_ELSE = ("192.0.2.1", 9)
"""An address that is nobody's (RFC 5737): asked of the routing table, never sent to."""


@dataclass(frozen=True, slots=True)
class Options:
    """What ``hallserver run`` was told."""

    halls: list[HallSettings]
    database: str
    host: str = "127.0.0.1"
    port: int = 8080
    always_open: bool = False
    demonstration: bool = False


class Server:
    """One process that serves one or several halls."""

    def __init__(self, options: Options, *, clock: Callable[[], HallClock] = HallClock) -> None:
        self.options = options
        self._clock = clock
        self._path = database_path(options.database)
        self.followers = Followers()
        self._runner: web.AppRunner | None = None
        self._collector: QuietCollector | None = None
        self.new_passwords: list[tuple[Person, str]] = []

    async def start(self) -> None:
        """Open the halls and listen. Raises StorageFailed, OSError (the port is taken), SettingsError."""
        options = self.options
        for settings in options.halls:
            check_templates(settings)
        self.store = await asyncio.to_thread(Store, self._path)
        metrics.WRITER_DIED.set_function(lambda: self.store.writer.died)
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
            followers_ok=self.followers.unwell,
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
        self.followers.also("the second's tick", Ticking(self.hub, self.followers, self._collector).run)
        self.followers.begin()

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
        audience = Audience(
            *(desk.feed, desk.clock, self.pages, lambda name: self.hub.halls[desk.id].besides(name)),
            busy=lambda: not desk.idle,
        )
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
        hall = self.hub.halls[desk.id]
        self.followers.hang(hall, self.store, folder, lambda deed: self._words(hall, deed), shown)

    def _words(self, hall: OpenHall, deed: int) -> dict[str, Any] | None:
        """What stands on a paper that the server itself prints."""
        paper = hall.desk.feed.hall.papers.get(deed)
        origin = (hall.settings.hall.public_url or self.public_url).rstrip("/")
        if paper is None:
            return None
        return words_of(hall, paper, PaperLinks(self.hub, hall, origin))

    async def stop(self) -> None:
        """Say goodbye to the screens, write what was pressed, close."""
        await self.followers.end()
        if self._collector is not None:
            self._collector.close()
        if self.hub.rehearsals is not None:
            await self.hub.rehearsals.close()
        if self._runner is not None:
            await self._runner.cleanup()
        for hall in self.hub.halls.values():
            await hall.desk.close()
        await self.voice.close()
        self.store.writer.leave()
        await asyncio.to_thread(self.store.close)


def own_address() -> str:
    """This machine's address in its network; the loopback where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking, contextlib.suppress(OSError):
        asking.connect(SOMEWHERE_ELSE)
        return str(asking.getsockname()[0])
    return "127.0.0.1"


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
