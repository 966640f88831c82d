"""A client that stops reading is cut off, never waited for, and slows nobody."""

from __future__ import annotations

import asyncio
import socket as sockets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from prometheus_client import REGISTRY

from hallserver.web import audience, live
from tests.web.a_server import HALL, NOW_ENOUGH_S, ServedHall, a_served_hall, until
from tests.web.test_live_views import frame, frames_until

pytestmark = pytest.mark.asyncio(loop_scope="module")


def cut_off() -> float:
    return float(REGISTRY.get_sample_value("hall_screens_cut_off_total", {"hall": HALL}) or 0)


@asynccontextmanager
async def one_that_never_reads(hall: ServedHall, query: str) -> AsyncIterator[sockets.socket]:
    """Upgraded, with as small a buffer as the system gives, and never read from again."""
    loop = asyncio.get_running_loop()
    with sockets.socket() as deaf:
        deaf.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 1024)
        deaf.setblocking(False)
        await loop.sock_connect(deaf, ("127.0.0.1", hall.server.port))
        upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        who = f"Authorization: Bearer {hall.tokens['device']}\r\n"
        request = f"GET /api/halls/{HALL}/live?{query} HTTP/1.1\r\nHost: hall\r\n{upgrade}{key}{who}\r\n"
        await loop.sock_sendall(deaf, request.encode())
        assert (await loop.sock_recv(deaf, 12)).startswith(b"HTTP/1.1 101")
        yield deaf


def small_buffers(hall: ServedHall) -> None:
    """The system would keep megabytes for each connection; here it keeps next to nothing."""
    runner = hall.server._runner
    assert runner is not None
    assert runner.server is not None
    for connection in runner.server.connections:
        assert connection.transport is not None
        connection.transport.get_extra_info("socket").setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, 4096)


async def test_a_screen_that_stops_reading_is_cut_off_and_slows_nobody(
    hall: ServedHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience, "UNSENT_LIMIT_BYTES", 16 * 1024)
    await hall.open("1")
    await hall.take()
    await hall.call()
    watching, before = hall.open_hall.audience, cut_off()
    async with hall.live("view=board") as reading, one_that_never_reads(hall, "view=board"):
        await frame(reading)
        await until(lambda: watching.clients == 2)
        small_buffers(hall)
        slowest_s = 0.0
        for times in range(2, 200):
            began = asyncio.get_running_loop().time()
            assert (await hall.post("windows/1/recalls", by="manager")).status == 201
            seen = await frames_until(reading, lambda view, n=times: view["data"]["calls"][0]["times"] == n)
            slowest_s = max(slowest_s, asyncio.get_running_loop().time() - began)
            if watching.clients == 1:
                break
        assert watching.clients == 1
        assert cut_off() == before + 1
        assert seen[-1]["number"] == hall.desk.feed.end
        assert slowest_s < NOW_ENOUGH_S / 3
        await hall.post("windows/1/recalls", by="manager")
        assert (await frame(reading))["data"]["calls"][0]["times"] == times + 1


async def test_what_is_kept_for_one_screen_is_bounded() -> None:
    assert audience.UNSENT_LIMIT_BYTES <= 256 * 1024
    assert audience.CLIENTS_LIMIT <= 5_000
    assert live.MESSAGE_LIMIT <= 4 * 1024


async def test_a_machine_that_stops_reading_is_cut_off_and_slows_nobody(
    hall: ServedHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SEND_TIMEOUT_S", 0.2)
    monkeypatch.setattr(live, "PING_S", 3600.0)  # it would be found out by that too, on a machine as slow as that
    before = cut_off()
    async with hall.live("after=0", by="device") as reading, one_that_never_reads(hall, "after=0"):
        small_buffers(hall)
        number = 0
        while cut_off() == before:
            await hall.take(reason="x" * 60)
            while number < hall.desk.feed.end:
                number = (await reading.receive_json(timeout=NOW_ENOUGH_S))["number"]
            assert number < 3000
        assert cut_off() == before + 1
    await until(lambda: len(hall.server._runner.app[live.SOCKETS]) == 0)  # type: ignore[union-attr]


async def test_a_screen_that_answers_nothing_holds_no_restart_up(tmp_path_factory: pytest.TempPathFactory) -> None:
    async with (
        a_served_hall(tmp_path_factory.mktemp("restart")) as hall,
        one_that_never_reads(hall, "view=board"),
        one_that_never_reads(hall, "after=0"),
    ):
        await until(lambda: hall.open_hall.audience.clients == 1)
        began = asyncio.get_running_loop().time()
        await hall.server._runner.shutdown()  # type: ignore[union-attr]
        assert asyncio.get_running_loop().time() - began < 5
