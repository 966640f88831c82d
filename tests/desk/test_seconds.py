"""What a server does each second goes on, whatever happened in the second before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from hallserver import ticking
from hallserver.app import Options, Server, serving
from hallserver.desk import Desk
from hallserver.printing import PrintingFollower
from hallserver.settings import load_hall
from tests.desk.a_real_hall import on_writer, take, the_no, until
from tests.desk.a_running_server import settings_file
from tests.web.a_server import faults

EAST, WEST = "hall", "west"


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    """Two halls in this process, whose seconds are short."""
    monkeypatch.setattr(ticking, "TICK_S", 0.01)
    east = load_hall(settings_file(tmp_path, 2), {})
    west = east.model_copy(update={"hall": east.hall.model_copy(update={"id": WEST})})
    async with serving(Options([east, west], str(tmp_path / "hall.db"), port=0, always_open=True)) as server:
        yield server


def desk_of(server: Server, hall: str) -> Desk:
    return server.hub.halls[hall].desk


async def test_a_tick_that_breaks_is_told_and_the_next_comes_all_the_same(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticked: dict[str, int] = {EAST: 0, WEST: 0}

    async def ticks_west() -> None:
        ticked[WEST] += 1

    async def breaks_first() -> None:
        ticked[EAST] += 1
        if ticked[EAST] == 1:
            raise ZeroDivisionError("ours")

    before = faults()
    with capture_logs() as told:
        monkeypatch.setattr(desk_of(server, EAST), "tick", breaks_first)
        monkeypatch.setattr(desk_of(server, WEST), "tick", ticks_west)
        await until(lambda: ticked[EAST] > 2 and ticked[WEST] > 2)
    assert [line["hall"] for line in told if line["event"] == "tick_failed"] == [EAST]
    assert faults() == before + 1


async def test_a_disk_that_fills_is_told_once_and_so_is_its_end(server: Server) -> None:
    desk = desk_of(server, EAST)
    with capture_logs() as told:
        await on_writer(server.store, "PRAGMA query_only=ON")
        await the_no(take(desk))
        for _ in range(3):
            await asyncio.sleep(ticking.TICK_S)
            await desk._written()
        await on_writer(server.store, "PRAGMA query_only=OFF")
        await until(lambda: desk.failure is None)
        await until(lambda: {"event": "storage_again", "hall": EAST, "log_level": "warning"} in told)
    events = [line["event"] for line in told if line["hall"] == EAST]
    assert events == ["storage_failed", "storage_again"]


async def test_a_follower_that_breaks_is_told_and_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(self: PrintingFollower) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(PrintingFollower, "run", breaks)
    file = settings_file(tmp_path, 2)
    roll = load_hall(file, {"HALLSERVER__PAPER__PRINTER": "roll"})
    before = faults()
    with capture_logs() as told:
        async with serving(Options([roll], str(tmp_path / "hall.db"), port=0, always_open=True)) as server:
            await until(lambda: server.hub.followers_ok())
            assert server.hub.followers_ok() == {"paper of hall, printer": "ZeroDivisionError: ours"}
    assert "task_failed" in [line["event"] for line in told]
    assert faults() == before + 1
