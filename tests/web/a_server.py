"""A small server with two halls, in this process, and someone who asks it things.

async with a_served_hall(folder) as hall:
    await hall.open("1", by="clerk-1")
    taken = await hall.take("zonghe")                          # the ticket, as JSON
    answer = await hall.post("windows/1/calls", by="clerk-1")  # .status, .json, .headers
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from hallserver.app import Options, Server, serving
from hallserver.clock import HallClock
from hallserver.settings import HallSettings
from hallserver.store import tables
from hallserver.store.accounts import Principal

HALL, OTHER_HALL = "luojiazhuang", "panan"
GUIDE = {
    "scope": "本区居民",
    "accepted_by": "综合受理窗口",
    "decided_by": "区医疗保障局",
    "materials": ["身份证"],
    "time_limit": "当场办结",
    "fee": "不收费",
}
ROLES = ("resident", "device", "clerk-1", "clerk-2", "manager")
NOW_ENOUGH_S = 15.0
"""How long a test waits for what is about to happen before it fails."""


def settings(hall_id: str = HALL, **tables: Any) -> HallSettings:
    """Three zones, four windows (3 supports zonghe), three items, two clerks and a manager; ``tables`` replace whole
    tables of the file."""
    usual: dict[str, Any] = {
        "sample": True,
        "hall": {
            "id": hall_id,
            "name": "骆家庄便民服务中心",
            "name_en": "Luojiazhuang Centre",
            "level": "neighbourhood",
        },
        "hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:30", "to": "17:00"}],
        "calendar": {"holidays": "none"},
        "paper": {"printer": "agent"},
        "calling": {"calls_before_absence": 1, "recall_gap_s": 0},  # tests press one after the other
        "zones": [
            _zone("zonghe", "综合受理", "Comprehensive services", "comprehensive", "A"),
            _zone("gongan", "公安", "Police", "specialised", "B"),
            _zone("chujian", "出件", "Collection", "issuing", "C"),
        ],
        "windows": [
            {"id": "1", "zone": "zonghe"},
            {"id": "2", "zone": "zonghe", "capabilities": ["card_reader"]},
            {"id": "3", "zone": "gongan", "support": "zonghe"},
            {"id": "4", "zone": "chujian"},
        ],
        "items": [
            _item("yb-001", "zonghe", "instant", 8.0),
            _item("yb-002", "zonghe", "instant", 12.0, needs=["card_reader"]),
            _item("hz-001", "gongan", "promised", 20.0, handling="agency"),
        ],
        "staff": [
            {"id": "0301", "name": "王芳", "role": "clerk", "window": "1"},
            {"id": "0302", "name": "李敏", "role": "clerk", "window": "2"},
            {"id": "0001", "name": "陈主任", "role": "manager"},
        ],
    }
    return HallSettings.model_validate(usual | tables)


def _zone(zone: str, name: str, name_en: str, kind: str, prefix: str) -> dict[str, str]:
    return {"id": zone, "name": name, "name_en": name_en, "kind": kind, "prefix": prefix}


def _item(item: str, zone: str, kind: str, typical_min: float, **more: Any) -> dict[str, Any]:
    return {
        "id": item,
        "code": f"330106-{item}",
        "name": f"事项 {item}",
        "name_en": f"Item {item}",
        "line": "医保",
        "department": "区医疗保障局",
        "zone": zone,
        "kind": kind,
        "typical_min": typical_min,
        "guide": GUIDE,
        "bring": ["身份证"],
        **more,
    }


@dataclass(slots=True)
class Answered:
    """What came back."""

    status: int
    headers: Any
    text: str
    method: str = ""
    path: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def type(self) -> str:
        return str(self.headers.get("Content-Type", "")).partition(";")[0]

    @property
    def code(self) -> str | None:
        return self.json["code"] if self.type == "application/problem+json" else None

    def __repr__(self) -> str:
        return f"{self.method} {self.path} -> {self.status} {self.type} {self.text[:300]}"


@dataclass
class ServedHall:
    """The server, and a client of it that asks in anyone's name."""

    server: Server
    http: aiohttp.ClientSession
    tokens: dict[str, str] = field(default_factory=dict)
    id: str = HALL

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def open_hall(self) -> Any:
        return self.server.hub.halls[self.id]

    @property
    def desk(self) -> Any:
        return self.open_hall.desk

    @property
    def passwords(self) -> dict[str, str]:
        """Of the first hall's staff, as the command line shows them once."""
        return {person.id: password for person, password in reversed(self.server.new_passwords)}

    def token(self, role: str, window: str | None = None, hall: str = HALL, expires: int | None = None) -> str:
        """A new bearer token; blocking, a fraction of a millisecond."""
        holder = Principal(role, f"{role}-{window or 'token'}", hall, window)
        return self.server.hub.accounts.new_token(holder, 0, expires)

    def who(self, by: str) -> dict[str, str]:
        """The headers of someone: a role of ``ROLES`` or a token as it is."""
        if by == "resident":
            return {}
        return {"Authorization": f"Bearer {self.tokens.get(by, by)}"}

    async def ask(
        self, method: str, path: str, *, by: str = "resident", headers: dict[str, str] | None = None, **more: Any
    ) -> Answered:
        """``path`` from the root, or beneath the hall's API when it doesn't begin with a slash."""
        where = path if path.startswith("/") else f"/api/halls/{self.id}/{path}"
        more.setdefault("allow_redirects", False)
        async with self.http.request(
            method, self.url + where, headers={**self.who(by), **(headers or {})}, **more
        ) as r:
            raw = await r.read()
            return Answered(r.status, r.headers, raw.decode("utf-8", "backslashreplace"), method, where)

    async def get(self, path: str, **more: Any) -> Answered:
        return await self.ask("GET", path, **more)

    async def post(self, path: str, body: Any = None, **more: Any) -> Answered:
        return await self.ask("POST", path, json={} if body is None else body, **more)

    async def put(self, path: str, body: Any = None, **more: Any) -> Answered:
        return await self.ask("PUT", path, json={} if body is None else body, **more)

    async def take(self, zone: str | None = "zonghe", *, by: str = "device", **body: Any) -> dict[str, Any]:
        """A number."""
        wanted = body if zone is None else {"zone": zone, **body}
        answer = await self.post("tickets", wanted, by=by)
        assert answer.status == 201, answer
        return dict(answer.json)

    async def open(self, *windows: str, by: str = "manager") -> None:
        for window in windows:
            answer = await self.put(f"windows/{window}/state", {"state": "open"}, by=by)
            assert answer.status == 200, answer

    async def call(self, window: str = "1", *, by: str = "manager", **body: Any) -> dict[str, Any]:
        if "ticket" in body:  # who waits is called by name only with a reason
            body.setdefault("reason", "asked to")
        answer = await self.post(f"windows/{window}/calls", body, by=by)
        assert answer.status == 201, answer
        return dict(answer.json)

    async def serve(self, window: str = "1", **body: Any) -> dict[str, Any]:
        """Finish what is at the window."""
        answer = await self.post(f"windows/{window}/completions", body, by="manager")
        assert answer.status == 201, answer
        return dict(answer.json["ticket"])

    async def served(self, zone: str = "zonghe", window: str = "1") -> dict[str, Any]:
        """A ticket taken, called and done; the window must be open and the queue empty."""
        taken = await self.take(zone)
        called = await self.call(window, ticket=taken["id"])
        assert called["ticket"]["id"] == taken["id"]
        await self.serve(window)
        return taken

    def live(self, query: str, *, by: str = "resident", headers: dict[str, str] | None = None, **more: Any) -> Any:
        """``async with hall.live("view=board") as socket``."""
        where = f"{self.url}/api/halls/{self.id}/live?{query}"
        return self.http.ws_connect(where, headers={**self.who(by), **(headers or {})}, **more)

    async def raw(self, request: bytes) -> Answered:
        """The bytes as they are, and what is answered before the connection is closed."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        try:
            writer.write(request)
            await writer.drain()
            said = await reader.readuntil(b"\r\n\r\n")
            if not said.startswith(b"HTTP/1.1 101"):
                async with asyncio.timeout(NOW_ENOUGH_S):
                    said += await reader.read()
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
        return read_answer(said)


def read_answer(said: bytes) -> Answered:
    """Status, headers and body of a raw HTTP/1.1 answer."""
    head, _, body = said.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return Answered(int(first.split(" ")[1]) if first else 0, headers, body.decode("utf-8", "backslashreplace"))


def past_midnight_s() -> float:
    """How far ahead of the machine's a test's clock begins: in the minutes before the hall's midnight it has passed it,
    so that no test sees two days, and none that lets ten minutes pass."""
    shanghai = datetime.fromtimestamp(time.time(), ZoneInfo("Asia/Shanghai"))
    return 1500.0 if (shanghai.hour, shanghai.minute) >= (23, 40) else 0.0


def away_from_midnight() -> HallClock:
    """The machine's clock, as far ahead as that."""
    ahead_s = past_midnight_s()
    return HallClock(wall=lambda: time.time() + ahead_s)


@contextlib.asynccontextmanager
async def tables_of_another_kept() -> AsyncIterator[None]:
    """peewee's models know one database in a process: a server that was there before gets its own back."""
    before = tables.database.obj
    yield
    tables.database.initialize(before)


@contextlib.asynccontextmanager
async def a_served_hall(
    folder: Path, *halls: HallSettings, demonstration: bool = False, always_open: bool = True, **more: Any
) -> AsyncIterator[ServedHall]:
    """Served until left; with a token for each role."""
    more.setdefault("clock", away_from_midnight)
    options = Options(
        halls=list(halls) or [settings(), settings(OTHER_HALL)],
        database=str(folder / "hall.db"),
        port=0,
        always_open=always_open,
        demonstration=demonstration,
    )
    async with tables_of_another_kept(), serving(options, **more) as server, aiohttp.ClientSession() as http:
        hall = ServedHall(server, http, id=options.halls[0].hall.id)
        hall.tokens = {
            "device": hall.token("device"),
            "clerk-1": hall.token("clerk", "1"),
            "clerk-2": hall.token("clerk", "2"),
            "manager": hall.token("manager"),
        }
        yield hall


async def end_of(socket: aiohttp.ClientWebSocketResponse) -> Any:
    """The code that the server closed it with, whatever came before. The client's own ``close_code`` is another where
    its answer to that comes too late."""
    async with asyncio.timeout(NOW_ENOUGH_S):
        while (message := await socket.receive()).type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
            pass
    return message.data


async def until(true: Callable[[], Any], *, within_s: float = NOW_ENOUGH_S) -> None:
    """For what sets no event that a test could await."""
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.005)


def pressed(hall: ServedHall) -> int:
    """The deeds so far that somebody pressed; the hall's own (the day turns, an alert) come when they come."""
    return sum(deed.by != "hall" for deed in hall.desk.feed._recent)


def happened(hall: ServedHall, *kinds: type) -> bool:
    """Whether one of the latest deeds is of these kinds."""
    return any(isinstance(deed.event, kinds) for deed in hall.desk.feed._recent)


def faults() -> float:
    """Requests that failed by our own fault, so far in this process."""
    from prometheus_client import REGISTRY

    return float(REGISTRY.get_sample_value("hall_faults_total") or 0)
