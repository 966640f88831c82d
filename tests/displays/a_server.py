"""A hall's server as a voice sees it: one hall, its log, its live socket, and ways to fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import WSMsgType, web

TOKEN = "a-device-token"


async def until(true: Callable[[], Any], *, within_s: float = 15) -> None:
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110 - files and other processes set no event
            await asyncio.sleep(0.005)


class Server:
    """``cut_after`` holds deed numbers: having sent one, the server drops that connection without a word."""

    def __init__(self) -> None:
        self.deeds: list[dict[str, Any]] = []
        self.confirmed: list[dict[str, Any]] = []
        self.healths: list[dict[str, Any]] = []
        self.voice: dict[str, Any] = {"phrase": "{number} 到 {window}", "times": 1, "stale_after_s": 60}
        self.cut_after: set[int] = set()
        self.deaf = False  # receives confirmations and loses them with the connection
        self.status = 200
        self.ahead = timedelta()  # of its clock
        self.connections = 0
        self._grown = asyncio.Event()

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._door])
        app.router.add_get("/api/halls/luojiazhuang", self._hall)
        app.router.add_get("/api/halls/luojiazhuang/log", self._log)
        app.router.add_get("/api/halls/luojiazhuang/live", self._live)
        return app

    def press(self, kind: str, number: str = "", window: str = "3", *, ago_s: float = 0) -> int:
        at = datetime.now(UTC) + self.ahead - timedelta(seconds=ago_s)
        deed: dict[str, Any] = {"number": len(self.deeds) + 1, "at": at.isoformat(), "kind": kind}
        if number:
            deed |= {"ticket": f"20261121-{number}", "window": window}
        self.deeds.append(deed)
        self._grown.set()
        self._grown = asyncio.Event()
        return deed["number"]

    def call(self, number: str, window: str = "3", *, ago_s: float = 0) -> int:
        return self.press("TicketCalled", number, window, ago_s=ago_s)

    def outcomes(self) -> dict[int, str]:
        """What was confirmed of each deed; a second confirmation must not contradict the first."""
        found: dict[int, str] = {}
        for one in self.confirmed:
            outcome = one["outcome"] + (f": {one['cause']}" if "cause" in one else "")
            assert found.setdefault(one["confirm"], outcome) == outcome
        return found

    @web.middleware
    async def _door(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(status=401)
        if self.status != 200:
            return web.Response(status=self.status)
        return await handler(request)

    async def _hall(self, request: web.Request) -> web.Response:
        return web.json_response({"id": "luojiazhuang", "voice": self.voice})

    async def _log(self, request: web.Request) -> web.Response:
        return web.json_response({"deeds": self.deeds[: int(request.query["limit"])], "end": len(self.deeds)})

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        now = datetime.now(UTC) + self.ahead
        live = web.WebSocketResponse()
        live.headers["Date"] = now.strftime("%a, %d %b %Y %H:%M:%S GMT")
        await live.prepare(request)
        self.connections += 1
        await live.send_json({"heartbeat": len(self.deeds)})
        sending = asyncio.create_task(self._send(live, request, int(request.query["after"])))
        try:
            async for message in live:
                if message.type is WSMsgType.TEXT and "health" in message.json():
                    self.healths.append(message.json()["health"])
                elif message.type is WSMsgType.TEXT and not self.deaf:
                    self.confirmed.append(message.json())
                elif self.deaf:
                    request.transport.abort()  # type: ignore[union-attr]
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        return live

    async def _send(self, live: web.WebSocketResponse, request: web.Request, after: int) -> None:
        while True:
            grown = self._grown
            for deed in self.deeds[after:]:
                await live.send_json(deed)
                after = deed["number"]
                if after in self.cut_after:
                    self.cut_after.remove(after)
                    request.transport.abort()  # type: ignore[union-attr]
                    return
            await grown.wait()
