"""Two servers on one database serve one hall: from the first second, when both find nothing there."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path

from hallserver.store.database import Store
from hallserver.store.verifying import differences
from tests.desk.a_real_hall import SOON_S, check_log, told_of, until
from tests.desk.a_running_server import People, RunningServer, a_token, people, settings_file, started

SEEN_WITHIN_S = 2.0
WINDOWS = [str(n) for n in range(1, 17)]
PASSWORD = re.compile(r"\b[a-z2-9]{4}(-[a-z2-9]{4}){3}\b")
STAFF = "".join(f'[[staff]]\nid = "03{n:02d}"\nname = "王芳"\nrole = "clerk"\nwindow = "{n}"\n' for n in range(1, 9))


@asynccontextmanager
async def two_servers(folder: Path) -> AsyncIterator[tuple[People, People]]:
    """Started at the same moment on a database that isn't there yet."""
    settings = settings_file(folder, 16, more=STAFF)
    async with AsyncExitStack() as stack:
        both = [await stack.enter_async_context(started(folder, settings, wait=False)) for _ in range(2)]
        for server in both:
            await server.listening()
        token = a_token(folder / "hall.db")
        # Each person's password is shown by one of the two, and only there.
        await shown_once(both, passwords=8)
        one, other = [await stack.enter_async_context(people(server, token)) for server in both]
        yield one, other


async def shown_once(servers: list[RunningServer], passwords: int) -> None:
    def shown() -> list[str]:
        return [line for server in servers for line in server.said if PASSWORD.search(line)]

    try:
        await until(lambda: len(shown()) >= passwords)
    finally:
        assert len(shown()) == passwords, [server.said for server in servers]


async def seen(press: People, zone_waiting: int) -> float:
    """Seconds until this server's board shows so many waiting."""
    began = time.monotonic()
    async with asyncio.timeout(SOON_S):
        while (await press.ask("GET", "views/board"))[1]["zones"][0]["waiting"] != zone_waiting:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return time.monotonic() - began


async def test_two_servers_on_one_database_give_no_number_twice_and_each_shows_what_the_other_did(
    tmp_path: Path,
) -> None:
    async def comes(press: People, name: str) -> list[str]:
        return [await press.take(f"{name}-{n}") for n in range(5)]

    async def works(press: People, window: str) -> list[str]:
        called = []
        for n in range(4):
            status, ticket = await press.call(window, f"{window}-{n}")
            assert status == 201, ticket
            called.append(ticket)
            assert await press.finish(window) == 201
        return called

    async with two_servers(tmp_path) as (one, other):
        await one.open(*WINDOWS[::2])
        await other.open(*WINDOWS[1::2])
        taken = await asyncio.gather(*(comes(press, f"r{n}") for n in range(8) for press in (one, other)))
        # The same keys at both: pressed at one server, and after a lost answer at the other.
        assert taken[0::2] == taken[1::2]
        issued = told_of(tmp_path / "hall.db", "TicketIssued")
        assert sorted(ticket for tickets in taken[0::2] for ticket in tickets) == issued
        assert len(issued) == len(set(issued)) == 40

        more = await asyncio.gather(*(press.take() for _ in range(20) for press in (one, other)))
        shown_s = await asyncio.gather(seen(one, 80), seen(other, 80))
        assert max(shown_s) < SEEN_WITHIN_S

        called = await asyncio.gather(*(works((one, other)[n % 2], window) for n, window in enumerate(WINDOWS)))
        everyone = sorted({*issued, *more})
        assert sorted(ticket for tickets in called for ticket in tickets) == everyone[:64]
        assert told_of(tmp_path / "hall.db", "TicketCalled") == everyone[:64]
        await asyncio.gather(seen(one, 16), seen(other, 16))
    check_log(tmp_path / "hall.db")
    with closing(Store(tmp_path / "hall.db")) as store:
        assert list(differences(store, "hall")) == []
