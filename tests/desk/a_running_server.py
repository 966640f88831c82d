"""A hall served by a process of its own, as `hallserver run` starts it, and people who press there.

async with started(folder) as server:                # a free port, an always open hall of 64 windows
    async with people(server) as press:
        ticket = await press.take(key="a tap")
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from hallserver.desk import Answer
from hallserver.store.accounts import Accounts, Principal
from hallserver.store.database import Store

ROOT = Path(__file__).parents[2]
STARTING_S = 30.0
"""A process that isn't there by then is a fault, on however busy a machine."""
ANSWER_S = 20.0

ONE_HALL = """
[hall]
id = "hall"
name = "便民服务中心"
name_en = "Service centre"
level = "neighbourhood"
timezone = "Asia/Shanghai"
[[hours]]
days = ["mon", "tue", "wed", "thu", "fri"]
from = "08:30"
to = "17:00"
[queue]
waiting_limit = 20000
[paper]
printer = "agent"
[voice]
enabled = false
[[zones]]
id = "zonghe"
name = "综合受理"
name_en = "Comprehensive services"
kind = "comprehensive"
prefix = "A"
"""


def settings_file(folder: Path, windows: int = 64, more: str = "") -> Path:
    """A hall of one zone with so many windows."""
    text = ONE_HALL + "".join(f'[[windows]]\nid = "{n}"\nzone = "zonghe"\n' for n in range(1, windows + 1)) + more
    path = folder / "hall.toml"
    path.write_text(text, encoding="utf-8")
    return path


@dataclass
class RunningServer:
    """A running server."""

    process: asyncio.subprocess.Process
    url: str
    database: Path
    began: float
    said: list[str]
    told_url: asyncio.Future[str]

    @property
    def pid(self) -> int:
        return self.process.pid

    def group(self) -> list[int]:
        """The server, the process that writes for it, and its voice."""
        found = [self.pid]
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):  # it ended meanwhile
                if int(stat.read_text(encoding="utf-8").rpartition(")")[2].split()[1]) == self.pid:
                    found.append(int(stat.parent.name))
        return found

    def writer(self) -> int:
        """The process that writes for it."""
        (found,) = [pid for pid in self.group() if b"committing" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        return found

    def worked_s(self) -> float:
        """Seconds of a processor that the server has had so far, for itself and in the kernel."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def listening(self) -> None:
        """Until it said where. Raises RuntimeError with what it said instead."""
        async with asyncio.timeout(STARTING_S):
            self.url = await asyncio.shield(self.told_url)

    async def killed(self) -> None:
        """As the power does it: no goodbye."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def told_to_end(self) -> int:
        """As a service manager ends it; the exit code."""
        self.process.terminate()
        async with asyncio.timeout(STARTING_S):
            return await self.process.wait()

    async def ready(self) -> float:
        """Seconds from the process's start until /readyz said yes."""
        async with asyncio.timeout(STARTING_S), aiohttp.ClientSession() as http:
            while True:
                try:
                    async with http.get(f"{self.url}/readyz") as answer:
                        if answer.status == 200:
                            return time.monotonic() - self.began
                except aiohttp.ClientConnectionError:
                    pass
                await asyncio.sleep(0.01)


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Without what the developer's own shell says about halls."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("HALLSERVER")}
    return own | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "200"} | dict(more or {})


@asynccontextmanager
async def started(
    folder: Path, settings: Path | None = None, *options: str, wait: bool = True
) -> AsyncIterator[RunningServer]:
    """Served until left; then it is told to end, and must."""
    database = folder / "hall.db"
    where = ("--hall", str(settings or settings_file(folder)), "--database", str(database), "--port", "0")
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hallserver", "run", *where, "--always-open", *options),
        cwd=folder,
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    server = RunningServer(process, "", database, began, [], asyncio.get_running_loop().create_future())
    reading = asyncio.create_task(_read(process, server.said, server.told_url))
    try:
        if wait:
            await server.listening()
        yield server
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                async with asyncio.timeout(STARTING_S):
                    await process.wait()
            except TimeoutError:
                process.kill()
                raise
        await reading
        await process.wait()


async def _read(process: asyncio.subprocess.Process, said: list[str], listening: asyncio.Future[str]) -> None:
    assert process.stdout is not None
    async for raw in process.stdout:
        line = raw.decode("utf-8", "replace").rstrip()
        said.append(line)
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found and not listening.done():
            listening.set_result(found[0])
    if not listening.done():
        listening.set_exception(RuntimeError("the server ended: " + "\n".join(said)))
        listening.exception()


@dataclass
class People:
    """Residents, clerks and a manager at one server."""

    url: str
    http: aiohttp.ClientSession
    token: str
    answers: dict[str, Answer] = field(default_factory=dict)

    async def ask(self, method: str, path: str, body: Any = None, key: str | None = None) -> tuple[int, Any]:
        """Status and JSON of an answer. Raises aiohttp.ClientError when there is none."""
        headers = {"Authorization": f"Bearer {self.token}"} | ({"Idempotency-Key": key} if key else {})
        where = self.url + (path if path.startswith("/") else f"/api/halls/hall/{path}")
        async with self.http.request(method, where, json=body, headers=headers) as answer:
            return answer.status, json.loads(await answer.read())

    async def take(self, key: str | None = None) -> str:
        status, told = await self.ask("POST", "tickets", {"zone": "zonghe"}, key)
        assert status == 201, told
        return str(told["id"])

    async def open(self, *windows: str) -> None:
        for window in windows:
            status, told = await self.ask("PUT", f"windows/{window}/state", {"state": "open"})
            assert status == 200, told

    async def call(self, window: str, key: str | None = None) -> tuple[int, str]:
        """201 and the ticket's id, or the status and the code of the no."""
        status, told = await self.ask("POST", f"windows/{window}/calls", {}, key)
        return status, str(told["ticket"]["id"] if status == 201 else told["code"])

    async def finish(self, window: str, key: str | None = None) -> int:
        status, _ = await self.ask("POST", f"windows/{window}/completions", {}, key)
        return status


@asynccontextmanager
async def people(server: RunningServer, token: str) -> AsyncIterator[People]:
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=ANSWER_S)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http:
        yield People(server.url, http, token)


def a_token(database: Path) -> str:
    """A manager's; the database is made if it isn't there."""
    with closing(Store(database)) as store:
        return Accounts(store).new_token(Principal("manager", "m", "hall"), 0)


def rows(database: Path, sql: str, *values: Any) -> list[Any]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(sql, values).fetchall()
