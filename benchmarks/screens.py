"""From the press of *next* to the last of 1,000 boards, and to the last of 50 boards and 1,000 phones of those who
wait, beside a bare broadcast of the same bytes to the same sockets; and what a screen and a ticket weigh."""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time

from benchmarks.presses import BODY
from benchmarks.servers import HALL, Served, process
from benchmarks.wire import Connection, Screen, connected, post

SCREENS = 1_000
CALLS = 40
BOARDS_BESIDE_PHONES, PHONES = 50, 1_000
BETWEEN_S = 0.5
"""The phones' own views are still being drawn then, one by one, as in a hall where somebody is always called."""
SETTLED_S = 3.0
"""What the server does once in its first seconds, a snapshot among it, is no screen's memory."""
LOAD_PER_S = 50
TICKETS = 5_000
LAST_SCREEN_MS, BARE_RATIO = 25.0, 2.0
SCREEN_KB, WHOLE_MB = 20.0, 200.0


class Wall:
    """A thousand boards, seen as one: awaits until all have a frame at or after a log number."""

    def __init__(self) -> None:
        self.screens: list[Screen] = []
        self._wanted = 0
        self._missing = 0
        self._all: asyncio.Event = asyncio.Event()

    def heard(self, screen: Screen) -> None:
        if self._wanted and screen.number >= self._wanted:
            self._missing -= 1
            if self._missing <= 0:
                self._all.set()

    async def hang(self, served: Served, count: int) -> None:
        for _ in range(count):
            await self.follow(served, "board")
        await self.all_drawn()

    async def follow(self, served: Served, view: str) -> Screen:
        path = f"/api/halls/{HALL}/live?view={view}&as=html"
        loop = asyncio.get_running_loop()
        _, screen = await loop.create_connection(lambda: Screen(path, self.heard), "127.0.0.1", served.port)
        self.screens.append(screen)
        return screen

    async def all_drawn(self) -> None:
        while any(screen.frames == 0 for screen in self.screens):
            await asyncio.sleep(0.01)

    async def all_at(self, number: int, timeout_s: float = 10) -> float:
        """When the last board had a frame at or after the number."""
        while True:
            late = [screen for screen in self.screens if screen.number < number]
            if not late:
                return max(screen.at for screen in self.screens)
            self._wanted, self._missing = number, len(late)
            self._all.clear()
            await asyncio.wait_for(self._all.wait(), timeout_s)

    async def all_again(self, served: Served, what: str = "bare broadcast") -> float:
        """Milliseconds of a bare broadcast, from the telling to the last board."""
        before = [screen.frames for screen in self.screens]
        began = time.perf_counter()
        await served.tell(what)
        while any(screen.frames == count for screen, count in zip(self.screens, before, strict=True)):
            await asyncio.sleep(0.0005)
        return (max(screen.at for screen in self.screens) - began) * 1000


async def _press(connection: Connection, served: Served, path: str, body: bytes, key: str) -> dict[str, object]:
    status, answer = await connection.ask(post(f"/api/halls/{HALL}/{path}", body, served.manager, key))
    assert status in (200, 201), (status, answer)
    read: dict[str, object] = json.loads(answer)
    return read


async def _open_window(connection: Connection, served: Served, window: str) -> None:
    body = b'{"state":"open"}'
    request = post(f"/api/halls/{HALL}/windows/{window}/state", body, served.manager, f"open-{window}")
    status, answer = await connection.ask(request.replace(b"POST", b"PUT", 1))
    assert status == 200, answer


async def _steady_presses(served: Served) -> None:
    """Residents press meanwhile."""
    connection = await connected(served.port)
    count = 0
    while True:
        await connection.ask(post(f"/api/halls/{HALL}/tickets", BODY, served.device, f"steady-{count}"))
        count += 1
        await asyncio.sleep(1 / LOAD_PER_S)


async def measure() -> list[tuple[str, str, str, str, bool]]:
    """Rows of: what, figures, ratio, limit, reached."""
    with tempfile.TemporaryDirectory() as folder:
        async with process("hall", folder) as served:
            clerk = await connected(served.port)
            empty_kb = (await served.tell("memory"))["rss_kb"]
            for count in range(1_000):
                await _press(clerk, served, "tickets", BODY, f"before-{count}")
            wall = Wall()
            await wall.hang(served, 1)  # the state that screens show is folded for the first of them
            await asyncio.sleep(SETTLED_S)
            first_kb = (await served.tell("memory"))["rss_kb"]
            await wall.hang(served, SCREENS - 1)
            await asyncio.sleep(SETTLED_S)
            hung_kb = (await served.tell("memory"))["rss_kb"]
            for window in range(1, 65):
                await _open_window(clerk, served, str(window))
            ours_ms, bare_ms = await _race(served, clerk, wall)
            for count in range(TICKETS - 1_000):
                await _press(clerk, served, "tickets", BODY, f"more-{count}")
            whole_kb = (await served.tell("memory"))["rss_kb"]
            most_kb = (await served.tell("memory"))["most_kb"]
        async with process("hall", f"{folder}/phones") as served:
            call_ms, bare_call_ms = await _reach_phones(served)
    call, bare_call = statistics.median(call_ms), statistics.median(bare_call_ms)
    ours, bare = statistics.median(ours_ms), statistics.median(bare_ms)
    screen_kb = (hung_kb - first_kb) / SCREENS
    growth_kb = (whole_kb - hung_kb) / (TICKETS - 1_000) * 1_000
    tail = sorted(ours_ms)[int(len(ours_ms) * 0.95)]
    return [
        (f"next → last of {SCREENS:,} boards, under load", f"{ours:.1f} ms (95 %: {tail:.1f})", "",
         f"≤ {LAST_SCREEN_MS:.0f} ms", ours <= LAST_SCREEN_MS),
        ("… beside a bare broadcast", f"{ours:.1f} : {bare:.1f} ms", f"{ours / bare:.2f}", f"≤ {BARE_RATIO}",
         ours / bare <= BARE_RATIO),
        (f"next → {PHONES:,} phones and {BOARDS_BESIDE_PHONES} boards", f"{call:.1f} : {bare_call:.1f} ms",
         f"{call / bare_call:.2f}", f"≤ {BARE_RATIO}", call / bare_call <= BARE_RATIO),
        ("memory of a screen", f"{screen_kb:.1f} kB", "", f"≤ {SCREEN_KB:.0f} kB", screen_kb <= SCREEN_KB),
        (f"memory with {SCREENS:,} boards and {TICKETS:,} tickets",
         f"{whole_kb / 1024:.0f} MB (most {most_kb / 1024:.0f}, empty {empty_kb / 1024:.0f})", "",
         f"≤ {WHOLE_MB:.0f} MB", whole_kb / 1024 <= WHOLE_MB),
        ("growth per further 1,000 tickets", f"{growth_kb / 1024:.1f} MB", "", "stated", True),
    ]  # fmt: skip


async def _race(served: Served, clerk: Connection, wall: Wall) -> tuple[list[float], list[float]]:
    """Calls and bare broadcasts in turns."""
    ours_ms, bare_ms = [], []
    load = asyncio.create_task(_steady_presses(served))
    for turn in range(CALLS):
        began = time.perf_counter()
        called = await _press(clerk, served, f"windows/{turn + 1}/calls", b"{}", f"call-{turn}")
        deed = called["deed"]
        assert isinstance(deed, int)
        ours_ms.append((await wall.all_at(deed) - began) * 1000)
        await asyncio.sleep(0.15)
        bare_ms.append(await wall.all_again(served))
        await asyncio.sleep(0.15)
    load.cancel()
    await asyncio.gather(load, return_exceptions=True)
    return ours_ms, bare_ms


async def _reach_phones(served: Served) -> tuple[list[float], list[float]]:
    """Calls and bare broadcasts in turns, to boards and to the phones of all who wait; each follows a number of its
    own. A call must reach the phone of who is called and those of all behind, who come nearer by one."""
    clerk = await connected(served.port)
    wall = Wall()
    phones: dict[object, Screen] = {}
    for count in range(PHONES + CALLS):
        given = await _press(clerk, served, "tickets", BODY, f"phone-{count}")
        phones[given["id"]] = await wall.follow(served, f"ticket/{given['id']}")
    await wall.hang(served, BOARDS_BESIDE_PHONES)
    ours_ms, bare_ms = [], []
    for turn in range(CALLS):
        await _open_window(clerk, served, str(turn + 1))
        await asyncio.sleep(BETWEEN_S)
        began = time.perf_counter()
        called = await _press(clerk, served, f"windows/{turn + 1}/calls", b"{}", f"phones-call-{turn}")
        deed, ticket = called["deed"], called["ticket"]
        assert isinstance(deed, int)
        assert isinstance(ticket, dict)
        ours_ms.append((await wall.all_at(deed) - began) * 1000)
        wall.screens.remove(phones[ticket["id"]])  # it waits no more
        await asyncio.sleep(BETWEEN_S)
        bare_ms.append(await wall.all_again(served, "bare call"))
    return ours_ms, bare_ms
