"""A printing program of its own beside a kiosk: it follows a hall over the network, for months.

It reconnects by itself, keeps its place in the hall's log beside its spool, tells the hall how its printer
is, and ends only when it is told to or when the hall refuses it. One for each printer.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any

import aiohttp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from ticket_printer.escpos_bytes import Make
from ticket_printer.failures import WHY_NOT, Cause, State
from ticket_printer.follower import Habits, follow, watch
from ticket_printer.hall_calls import Address, HallCalls, Refused
from ticket_printer.printers import Printer
from ticket_printer.slip import Slip
from ticket_printer.spool import Job, Spool

log = logging.getLogger(__name__)

LIVED_S = 10.0  # a connection that held so long was a good one
WAITS_S = (0.2, 0.5, 1.0, 2.0, 4.0)  # before each new try; the last one again and again
REQUEST_S = 10.0
MESSAGE_LIMIT_BYTES = 1 << 20
HEALTH_S = 5.0  # a program that tells nothing for 8 s counts as away
LOOKED_AT_EVERY_S = 20.0  # a printer that prints nothing is asked how it is


@dataclass(slots=True)
class Agent:
    """`say` gets one sentence whenever the state changes. ``name`` is the printer's in the hall's settings; None
    for the one printer that the hall leaves to a program. ``make`` is None where the hall's settings tell it."""

    address: Address
    plug: Callable[[Make], Printer]
    spool: Spool
    say: Callable[[str], None]
    name: str | None = None
    make: Make | None = None
    retries: int = 0
    waits_s: tuple[float, ...] = WAITS_S
    _papers: int = field(init=False, default=0)
    _said: str = field(init=False, default="")
    _cause: State | None = field(init=False, default=None)
    _changed: asyncio.Event = field(init=False, default_factory=asyncio.Event)
    _printer: tuple[Make, Printer] | None = field(init=False, default=None)

    async def run(self) -> None:
        """Follows until cancelled; raises Refused."""
        limits = aiohttp.ClientTimeout(total=REQUEST_S)
        self._tell(f"connecting to {self.address.server}")
        async with aiohttp.ClientSession(headers=self.address.headers, timeout=limits) as http:
            calls, waits = HallCalls(self.address, http), self._waits()
            while True:
                began = time.monotonic()
                try:
                    habits = await self._habits(calls)
                    async with await self._connected(calls) as live:
                        await self._follow(calls, live, habits)
                    reason = "it closed the connection"
                except (OSError, aiohttp.ClientError, WebSocketException) as error:
                    if isinstance(error, InvalidStatus):
                        self.address.check(error.response.status_code)
                    reason = str(error) or type(error).__name__
                if time.monotonic() - began > LIVED_S:
                    waits = self._waits()
                self._tell(f"waiting for {self.address.server}: {reason}")
                await asyncio.sleep(next(waits))

    def _waits(self) -> Iterator[float]:
        return chain(self.waits_s, repeat(self.waits_s[-1]))

    async def _habits(self, calls: HallCalls) -> Habits:
        """The printer as the hall's settings have it. Raises Refused for one that they don't leave to a program."""
        found = await calls.printers()
        ours = [printer for printer in found if printer["agent"] and self.name in (None, printer["id"])]
        if len(ours) != 1:
            left = ", ".join(printer["id"] for printer in found if printer["agent"])
            if not left:
                raise Refused(f'{self.address.hall} prints by itself; a program prints where an address is "agent"')
            which = "name one of them" if self.name is None else f"{self.name!r} is none of them"
            raise Refused(f"{self.address.hall} leaves these printers to programs: {left}; {which}")
        told = ours[0]
        make = self.make or Make(told["width_mm"], told["mode"], told["cut"], told["beeps"])
        return Habits(make, told["id"], self.address.hall, retries=self.retries)

    def _plugged(self, make: Make) -> Printer:
        """The same printer over every reconnection: it has learned how it answers."""
        if self._printer is None or self._printer[0] != make:
            self._printer = make, self.plug(make)
        return self._printer[1]

    async def _connected(self, calls: HallCalls) -> connect:
        cursor = self._settled_cursor(await calls.log_end())
        return connect(
            self.address.live(cursor),
            additional_headers=self.address.headers,
            proxy=None,  # a hall's own network
            open_timeout=REQUEST_S,
            ping_interval=REQUEST_S,
            ping_timeout=REQUEST_S,
            close_timeout=1,
            max_size=MESSAGE_LIMIT_BYTES,
        )

    async def _follow(self, calls: HallCalls, live: ClientConnection, habits: Habits) -> None:
        printer = self._plugged(habits.make)
        side = _Side(self, calls, live, habits.name, printer.name)
        self._tell(f"ready: prints for {self.address.hall} on {printer.name}")
        beside = [
            asyncio.create_task(self._tell_health(live, habits.name)),
            asyncio.create_task(watch(printer, side, LOOKED_AT_EVERY_S)),
        ]
        try:
            async with aclosing(self._deeds(live)) as deeds:
                await follow(deeds, side, printer, self.spool, habits=habits, clock=calls.clock)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    async def _tell_health(self, live: ClientConnection, name: str) -> None:
        """At once, whenever it changes, and every few seconds: silence means that the program is away."""
        while True:
            self._changed.clear()
            state = "trouble" if self._cause else "well"
            health = {"kind": "printer", "name": name, "state": state, "cause": self._cause, "behind": 0}
            await live.send(json.dumps({"health": health | {"line": self._said[:200]}}))
            with suppress(TimeoutError):
                async with asyncio.timeout(HEALTH_S):
                    await self._changed.wait()

    def be(self, cause: State | None) -> None:
        if cause != self._cause:
            self._cause = cause
            self._changed.set()

    def say_health(self) -> None:
        self._changed.set()

    async def _deeds(self, live: ClientConnection) -> AsyncGenerator[Mapping[str, Any], None]:
        async for message in live:
            try:
                deed = json.loads(message)
            except ValueError as error:
                raise ConnectionError(f"the server says what is no JSON: {error}") from error
            if isinstance(deed, dict) and "kind" in deed and isinstance(deed.get("number"), int):
                yield deed
                self._move_cursor(deed["number"])

    def _tell(self, sentence: str) -> None:
        if sentence != self._said:  # a server away for a night is one line, not ten thousand
            self._said = sentence
            self.say(sentence)

    def say_outcome(self, ticket: str, cause: Cause | None, printer: str) -> None:
        number = ticket.rpartition("-")[2]
        if cause is None:
            self._papers += 1
            papers = "1 paper" if self._papers == 1 else f"{self._papers} papers"
            self._tell(f"ready: {number} printed on {printer}, {papers} so far")
        else:
            self._tell(f"{number} not printed: {WHY_NOT[cause]} ({printer})")

    # --- the place in the log, a file beside the spool ---

    def _settled_cursor(self, end: int) -> int:
        """The log's end where there is no place yet, or where the log began anew."""
        cursor = self._cursor()
        if cursor is None or cursor > end:
            log.warning("starting at the end of the log, deed %d", end)
            self._move_cursor(end)
            return end
        return cursor

    def _cursor(self) -> int | None:
        try:
            return int((self.spool.folder / "cursor").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def _move_cursor(self, number: int) -> None:
        draft = self.spool.folder / ".cursor"
        draft.write_text(str(number))
        draft.replace(self.spool.folder / "cursor")


@dataclass(frozen=True, slots=True)
class _Side:
    """The hall as the follower sees it, over one connection."""

    agent: Agent
    calls: HallCalls
    live: ClientConnection
    name: str
    device: str

    async def take(self, deed: int, key: str) -> bool:
        return await self.calls.take(deed, self.name, key)

    async def words(self, deed: int) -> Slip:
        return await self.calls.words(deed)

    async def report(self, job: Job) -> bool:
        self.agent.say_outcome(job.ticket, job.cause, self.device)
        facts = {"confirm": job.deed, "outcome": job.outcome, "cause": job.cause, "printer": self.name}
        await self.live.send(json.dumps(facts | {"begun": job.begun}))
        self.agent.say_health()  # a paper that came out says "well", and the roll may be nearly at its end
        return False  # sent is not arrived: the log tells

    def be(self, cause: State | None) -> None:
        self.agent.be(cause)
