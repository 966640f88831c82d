"""A small server that speaks the live contract and drops it midway, and an agent to start and stop."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from tests.ticket_printer.conftest import a_slip
from tests.ticket_printer.fake_printer import FakePrinter
from ticket_printer.agent import Agent
from ticket_printer.escpos_bytes import Make
from ticket_printer.hall_calls import Address
from ticket_printer.printers import Printer, open_printer
from ticket_printer.slip import Slip
from ticket_printer.spool import Spool

TestServer.__test__ = False  # type: ignore[attr-defined]  # its name only looks like a test


MAKE = {"width_mm": 80, "mode": "raster", "cut": "partial", "beeps": 0}


class FakeHall:
    """A log, its live socket, and the papers."""

    def __init__(self, slip: Slip) -> None:
        self.slip = slip
        self.log: list[dict[str, Any]] = []
        self.confirmed: list[dict[str, Any]] = []
        self.asked_after: list[int] = []  # where each connection began
        self.token = "for-the-kiosk"
        self.drops_after_deeds: int | None = None  # that many on one connection, once
        self.hears_nothing = False  # confirmations are lost on the way
        self.printers = [
            {"id": "printer", "agent": True, "width_mm": 80, "mode": "raster", "cut": "partial", "beeps": 0}
        ]
        self.taken: dict[int, tuple[str, str]] = {}
        self.health: list[dict[str, Any]] = []
        self.changed = asyncio.Condition()
        app = web.Application()
        app.router.add_get("/api/halls/luojiazhuang/log", self.get_log)
        app.router.add_get("/api/halls/luojiazhuang/live", self.live)
        app.router.add_get("/api/halls/luojiazhuang/printers", self.get_printers)
        app.router.add_get("/api/halls/luojiazhuang/papers/{deed}/words", self.words)
        app.router.add_put("/api/halls/luojiazhuang/papers/{deed}/printer", self.take)
        self.server = TestServer(app)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def printed(self) -> set[str]:
        return {deed["ticket"] for deed in self.log if deed["kind"] == "TicketPrinted"}

    async def issue(self, number: str, at: datetime | None = None) -> None:
        moment = at or datetime.now(UTC)
        ticket = f"20261123-{number}"
        await self._append({"kind": "TicketIssued", "ticket": ticket, "paper": "waiting"}, moment)

    async def _append(self, facts: dict[str, Any], at: datetime) -> None:
        async with self.changed:
            self.log.append({"number": len(self.log) + 1, "at": at.isoformat(), **facts})
            self.changed.notify_all()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with self.changed:  # for ever: pytest knows how long a test may hang
            await self.changed.wait_for(condition)

    def _check(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            raise web.HTTPUnauthorized

    async def get_log(self, request: web.Request) -> web.Response:
        self._check(request)
        return web.json_response({"deeds": self.log[:1], "end": len(self.log)})

    async def get_printers(self, request: web.Request) -> web.Response:
        self._check(request)
        return web.json_response({"printers": self.printers})

    async def take(self, request: web.Request) -> web.Response:
        self._check(request)
        asking = request.headers["Idempotency-Key"], (await request.json())["printer"]
        taken = self.taken.setdefault(int(request.match_info["deed"]), asking)
        return web.json_response({}, status=200 if taken == asking else 409)

    async def words(self, request: web.Request) -> web.Response:
        self._check(request)
        number = self.log[int(request.match_info["deed"]) - 1]["ticket"].partition("-")[2]
        if number == "A404":
            raise web.HTTPNotFound
        return web.json_response(a_slip(number).to_json())

    async def live(self, request: web.Request) -> web.WebSocketResponse:
        self._check(request)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        after = int(request.query["after"])
        async with self.changed:
            self.asked_after.append(after)
            self.changed.notify_all()
        sending = asyncio.create_task(self._send(socket, after))
        async for message in socket:
            if message.type is WSMsgType.TEXT and not self.hears_nothing:
                await self._hear(json.loads(message.data))
        sending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sending
        return socket

    async def _send(self, socket: web.WebSocketResponse, after: int) -> None:
        await socket.send_json({"heartbeat": len(self.log)})
        for place in count(after):
            async with self.changed:
                await self.changed.wait_for(lambda place=place: len(self.log) > place)
            if place - after == self.drops_after_deeds:
                self.drops_after_deeds = None
                await socket.close(code=1012)
                return
            await socket.send_json(self.log[place])

    async def _hear(self, confirmation: dict[str, Any]) -> None:
        if "health" in confirmation:
            async with self.changed:
                self.health.append(confirmation["health"])
                self.changed.notify_all()
            return
        kind = "TicketPrinted" if confirmation["outcome"] == "printed" else "TicketPrintFailed"
        ticket = self.log[confirmation["confirm"] - 1]["ticket"]
        self.confirmed.append(confirmation)
        deed = confirmation["confirm"]
        await self._append({"kind": kind, "ticket": ticket, "deed": deed}, datetime.now(UTC))


class Kiosk:
    """An agent that a test starts and stops, with what it said."""

    def __init__(self, hall: FakeHall, printer: FakePrinter, folder: Path) -> None:
        self._hall, self._printer, self.folder = hall, printer, folder
        self.said: list[str] = []
        self._running: asyncio.Task[None] | None = None
        self._spool: Spool | None = None

    async def start(self) -> None:
        self._spool = Spool(self.folder)
        connections = len(self._hall.asked_after)
        roll, url = self.folder / "roll", self._printer.url
        address = Address(self._hall.url, "luojiazhuang", self._hall.token)

        def plug(make: Make) -> Printer:
            return open_printer(url, roll=roll, roll_keep=3, width_dots=make.width_dots)

        agent = Agent(address, plug, self._spool, self.said.append, waits_s=(0.01, 0.02))
        self._running = asyncio.create_task(agent.run())
        await self._hall.until(lambda: len(self._hall.asked_after) > connections)

    async def stop(self) -> None:
        assert self._running
        assert self._spool
        self._running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._running
        self._spool.close()
