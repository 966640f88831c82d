"""The servers that are measured, each in a process of its own, told what to do over stdin.

``python -m benchmarks.servers hall FOLDER`` serves the shipped hall "changan"; ``… bare`` is the limit:
an aiohttp handler that parses the same JSON and answers as many bytes. ``… syncing FILE`` is the limit of one client
on a slow disk: the same handler, which adds the press to a file and syncs it.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from hallserver.app import Options, Server, serving
from hallserver.settings import load_hall
from hallserver.shipped import shipped
from hallserver.store.accounts import Principal
from hallserver.views.following import zone_call

HALL = "changan"
ROOT = Path(__file__).resolve().parent.parent


async def bare(synced: Path | None = None) -> None:
    """Parses the press and answers a ticket-sized body; adds it to a file and syncs that, if asked to; nothing else."""
    answer = json.dumps({"id": "20261121-A001", "number": "A001", "filling": "x" * 560})
    file = None if synced is None else os.open(synced, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def handle(request: web.Request) -> web.Response:
        pressed = await request.read()
        json.loads(pressed)
        if file is not None:
            os.write(file, pressed)
            os.fdatasync(file)
        return web.Response(text=answer, status=201, content_type="application/json")

    app = web.Application()
    app.router.add_post("/api/halls/{hall}/tickets", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    _say({"port": runner.addresses[0][1]})
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


async def hall(folder: Path) -> None:
    """A real hall, with what the benchmark asks of it from the inside."""
    settings = load_hall(shipped("config") / f"{HALL}.toml", {})
    roomy = settings.queue.model_copy(update={"waiting_limit": 10_000_000})
    options = Options([settings.model_copy(update={"queue": roomy})], str(folder / "hall.db"), port=0, always_open=True)
    async with serving(options) as server:
        tokens = {
            role: server.hub.accounts.new_token(Principal(role, f"bench-{role}", HALL), int(time.time() * 1000))
            for role in ("device", "manager")
        }
        _say({"port": server.port, **tokens})
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            _say(_answer(server, line.strip()))


def _answer(server: Server, told: str) -> dict[str, Any]:
    if told == "memory":
        writer_kb = _rss_kb(server.store.writer.pid)
        most_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return {"rss_kb": _rss_kb() + writer_kb, "most_kb": most_kb + writer_kb}
    if told == "bare broadcast":
        # The same bytes to the same sockets, with nothing before or after.
        audience = server.hub.first.audience
        channel = next(c for c in audience._channels.values() if c.kind == "board")
        for transport in channel.clients:
            transport.write(channel.frame)
        return {"bytes": len(channel.frame)}
    if told == "bare call":
        # What a call sends to boards and to phones, with nothing before or after: drawn beforehand.
        audience = server.hub.first.audience
        channels = list(audience._channels.values())
        phones = [channel for channel in channels if channel.kind == "ticket"]
        newest = {"call": zone_call(server.hub.first.desk.feed.hall, "zonghe")}
        part = audience._part("zone_call", newest, phones[0])
        for channel in channels:
            for transport in channel.clients:
                transport.write(channel.frame if channel.kind == "board" else part)
        return {"bytes": len(part)}
    raise ValueError(told)


def _rss_kb(pid: int | str | None = "self") -> int:
    """Of this process, or of another; 0 for one that isn't there yet."""
    if pid is None:
        return 0
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    raise LookupError("VmRSS")


def _say(facts: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


class Served:
    """A server process, seen from the benchmark."""

    def __init__(self, process: asyncio.subprocess.Process, facts: dict[str, Any]) -> None:
        self._process = process
        self.port: int = facts["port"]
        self.device: str = facts.get("device", "none")
        self.manager: str = facts.get("manager", "none")

    async def tell(self, what: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{what}\n".encode())
        answer: dict[str, Any] = json.loads(await self._process.stdout.readline())
        return answer


@asynccontextmanager
async def process(*words: str, environment: dict[str, str] | None = None) -> AsyncIterator[Served]:
    """Start a server, wait until it listens, and end it."""
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.servers",
        *words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        cwd=ROOT,
    )
    assert started.stdout is not None
    assert started.stdin is not None
    try:
        yield Served(started, json.loads(await started.stdout.readline()))
    finally:
        started.stdin.close()
        try:
            await asyncio.wait_for(started.wait(), 30)
        except TimeoutError:
            started.kill()
            await started.wait()


if __name__ == "__main__":
    served, *where = sys.argv[1:]
    asyncio.run(hall(Path(where[0])) if served == "hall" else bare(*map(Path, where)))
