"""The voice and the signs beside a real server: killed, cut off and restarted in the middle of calls."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from displays.dots import picture
from displays.place import Place
from displays.sign_agent import SignAgent
from displays.sign_frames import jqueue, plain
from displays.signs import sign_lines
from hallserver.app import Options, serving
from tests.displays.sounds import a_word
from tests.ports import our_port
from tests.web.a_server import ServedHall, a_served_hall, settings, tables_of_another_kept, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def a_controller() -> AsyncIterator[tuple[str, list[bytes]]]:
    """An LED controller on the network: its port, and what it read."""
    read: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while some := await reader.read(1024):
                read.append(some)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}", read
    finally:
        server.close()


def states(hall: ServedHall, kind: str) -> list[str]:
    return [machine.state for machine in hall.open_hall.agents.machines if machine.kind == kind]


async def test_the_server_drives_its_own_signs_and_tells_of_them(tmp_path: Path) -> None:
    async with a_controller() as (port, read):
        signs = [{"window": "1", "port": port}, {"window": "2", "port": port, "protocol": "plain"}]
        async with a_served_hall(tmp_path, settings(signs=signs, sign={"idle": "您好"})) as hall:
            await until(lambda: b"".join(read) == jqueue("暂停服务") + plain("暂停服务"))
            await hall.open("1")
            await until(lambda: read[-1] == jqueue("您好"))
            await hall.take()
            await hall.call()
            await until(lambda: read[-1] == jqueue("请A001号到1号窗口"))
            await hall.post("windows/1/services", by="manager")
            await until(lambda: read[-1] == jqueue("正在办理A001号"))
            await until(lambda: states(hall, "sign") == ["well", "well"])
            strip = await hall.http.get(f"{hall.url}/window/1/strip.png")
            assert (strip.status, strip.content_type) == (200, "image/png")
            assert await strip.read() == picture("正在办理A001号")
            assert (await hall.get("/window/9/strip.png")).status == 404


@asynccontextmanager
async def restarted(options: Options) -> AsyncIterator[ServedHall]:
    """A server on its old port with its old database: tokens outlive it."""
    async with tables_of_another_kept(), serving(options) as server, aiohttp.ClientSession() as http:
        hall = ServedHall(server, http)
        hall.tokens = {role: hall.token(role) for role in ("device", "manager")}
        yield hall


async def test_signs_elsewhere_show_the_truth_over_a_servers_restart(tmp_path: Path) -> None:
    with our_port() as served_at:
        options = Options([settings()], str(tmp_path / "hall.db"), port=served_at, always_open=True)
        await a_sign_lives_through_a_restart(options)


async def a_sign_lives_through_a_restart(options: Options) -> None:
    async with a_controller() as (port, read):
        lines: list[str] = []
        async with restarted(options) as hall:
            place = Place(hall.url, hall.id, hall.tokens["device"])
            agent = SignAgent(place, sign_lines([f"{port}=jqueue:1"]), tell=lines.append, waits_s=(0.01, 0.1))
            running = asyncio.create_task(agent.run())
            await hall.open("1")
            await until(lambda: read and read[-1] == jqueue("欢迎光临"))
            await hall.take()
            await hall.call()
            await until(lambda: read[-1] == jqueue("请A001号到1号窗口"))
            await until(lambda: states(hall, "sign") == ["well"])
        await until(lambda: "the server is away" in lines[-1])
        shown = len(read)
        async with restarted(options) as hall:
            await until(lambda: lines[-1].endswith("well"))
            assert len(read) == shown, "what it shows is still true: nothing is sent again"
            await hall.put("windows/1/state", {"state": "paused"}, by="manager")
            await hall.serve()
            await until(lambda: read[-1] == jqueue("暂停服务"))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_halls_own_strip_shows_every_call_just_made(tmp_path: Path) -> None:
    async with a_controller() as (port, read), a_served_hall(tmp_path, settings()) as hall:
        place = Place(hall.url, hall.id, hall.token("device"))
        running = asyncio.create_task(SignAgent(place, sign_lines([f"{port}=jqueue"]), tell=lambda line: None).run())
        await until(lambda: read and read[-1] == jqueue("欢迎光临"))
        await hall.open("1", "2")
        await hall.take()
        await hall.take()
        await hall.call("1")
        await until(lambda: read[-1] == jqueue("请A001号到1号窗口"))
        await hall.call("2")
        await until(lambda: read[-1] == jqueue("请A002号到2号窗口  请A001号到1号窗口"))
        await until(lambda: states(hall, "sign") == ["well"])
        await hall.post("windows/2/services", by="manager")
        await until(lambda: read[-1] == jqueue("请A001号到1号窗口"))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def a_voice(hall: ServedHall, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The program itself, with recorded words so short that a call lasts half a second."""
    command = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "displays", "--server", hall.url, "--hall", hall.id, "--name", "left"),
        *("--speaker", f"dir:{folder}/calls", "--state", str(folder / "state"), "--clips", str(folder / "words")),
        cwd=ROOT,
        env={"HALL_TOKEN": hall.tokens["device"], "PATH": ""},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield command
    finally:
        if command.returncode is None:
            command.kill()
        await command.communicate()


def heard(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(file.read_text()) for file in sorted(folder.glob("calls/*.json"))]


async def test_a_voice_killed_in_the_middle_loses_no_fresh_call_and_says_at_most_one_again(tmp_path: Path) -> None:
    for sign in "请A0123456789号到":
        a_word(tmp_path / "words" / f"{sign}.wav", 0.06)
    voice = {"phrase": "请 {number} 号到 {window} 号", "times": 1, "chime": False}
    async with a_served_hall(tmp_path, settings(voice=voice)) as hall:
        windows = ("1", "2", "3")
        await hall.open(*windows)
        async with a_voice(hall, tmp_path) as first:
            await until(lambda: states(hall, "voice") == ["well"])
            for window in windows:
                await hall.take()
                await hall.call(window)
            await until(lambda: heard(tmp_path))
            first.send_signal(signal.SIGKILL)
            await first.wait()
            await until(lambda: states(hall, "voice") == ["away"])
        await hall.post("windows/3/recalls", by="manager")
        async with a_voice(hall, tmp_path):
            calls = {deed.number for deed in deeds(hall, "TicketCalled", "TicketRecalled")}
            await until(lambda: len(deeds(hall, "CallSpoken", "CallNotSpoken")) == len(calls) == 4)
        told = {
            deed.event.deed: getattr(deed.event, "cause", None) for deed in deeds(hall, "CallSpoken", "CallNotSpoken")
        }
    assert set(told) == calls, "each call is told of once"
    said = Counter(int(one["label"].split("-")[0]) for one in heard(tmp_path))
    assert {number for number, cause in told.items() if cause is None} <= set(said)
    assert set(told.values()) <= {None, "replaced"}
    assert sum(said.values()) <= len(said) + 1, "only the one it was killed over may be heard again"
    assert all(before["ended_at_ms"] <= after["started_at_ms"] for before, after in pairwise(heard(tmp_path)))


def deeds(hall: ServedHall, *kinds: str) -> list[Any]:
    feed = hall.desk.feed
    found = [feed.find(number) for number in range(1, feed.end + 1)]
    return [deed for deed in found if deed.event.kind in kinds]
