"""A real server whose files may grow no further, as on a full disk: RLIMIT_FSIZE set from outside while it runs."""

from __future__ import annotations

import asyncio
import resource
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from hallserver.store.database import Store
from hallserver.store.verifying import differences
from tests.desk.a_real_hall import SOON_S, check_log, lines, opened, take, told_of, wide_layout
from tests.desk.a_running_server import (
    People,
    RunningServer,
    a_token,
    environment,
    people,
    rows,
    settings_file,
    started,
)

pytestmark = pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="limits of another process are Linux's")


@contextmanager
def no_room(server: RunningServer):  # type: ignore[no-untyped-def]
    """Whatever the server and its writer write beyond the first page of a file is refused by the kernel."""
    _, most = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    for pid in server.group():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, most))
    try:
        yield
    finally:
        for pid in server.group():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))


async def no(press: People, key: str | None = None) -> tuple[int, str]:
    status, told = await press.ask("POST", "tickets", {"zone": "zonghe"}, key)
    return status, told.get("code", "")


async def becomes_ready(press: People) -> None:
    async with asyncio.timeout(SOON_S):
        while (await press.ask("GET", "/readyz"))[0] != 200:  # noqa: ASYNC110 - the server's own second
            await asyncio.sleep(0.05)


async def test_on_a_full_disk_presses_are_refused_readyz_says_so_and_work_goes_on_when_there_is_room(
    tmp_path: Path,
) -> None:
    token = a_token(tmp_path / "hall.db")
    async with started(tmp_path, settings_file(tmp_path, 2)) as server, people(server, token) as press:
        await press.open("1")
        before = [await press.take() for _ in range(5)]
        assert (await press.ask("GET", "/readyz"))[0] == 200
        with no_room(server):
            refused = await asyncio.gather(*(no(press, f"resident-{n}") for n in range(20)))
            assert set(refused) == {(503, "storage_unavailable")}
            end = (await press.ask("GET", "log?after=0"))[1]["end"]
            assert len(lines(server.database)) == end
            for _ in range(5):  # two of its seconds: it tries again by itself, and doesn't believe too soon
                status, told = await press.ask("GET", "/readyz")
                assert (status, told["ready"]) == (503, False)
                assert told["storage"]["hall"]
                await asyncio.sleep(0.5)
            assert (await press.ask("GET", "views/board"))[1]["zones"][0]["waiting"] == 5
            assert await press.call("1") == (503, "storage_unavailable")
        await becomes_ready(press)
        again = await asyncio.gather(*(press.take(f"resident-{n}") for n in range(20)))
        assert await press.call("1") == (201, before[0])
        assert sorted(before + again) == told_of(server.database, "TicketIssued")
    check_log(tmp_path / "hall.db")
    assert rows(tmp_path / "hall.db", "PRAGMA integrity_check") == [("ok",)]
    with closing(Store(tmp_path / "hall.db")) as store:
        assert list(differences(store, "hall")) == []
    assert not [line for line in server.said if "Traceback" in line]


LIMITED = "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); sys.argv[0] = 'h'; "


async def test_a_start_on_a_full_disk_says_so_in_a_sentence(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db", wide_layout(3)) as desk:
        await take(desk)
    command = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", LIMITED + "runpy.run_module('hallserver', run_name='__main__')"),
        *("run", "--hall", str(settings_file(tmp_path, 2)), "--database", str(tmp_path / "hall.db"), "--port", "0"),
        cwd=tmp_path,
        env=environment({"PYTHONDONTWRITEBYTECODE": "1"}),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(30):
        out, err = await command.communicate()
    assert (command.returncode, out.decode()) == (2, ""), err.decode()
    assert "The database can't be used" in err.decode()
    assert "Traceback" not in err.decode()
