"""64 clerks and their one queue, through the network."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

from hallserver.store.database import Store
from hallserver.store.verifying import differences
from tests.desk.a_real_hall import check_log, opened, take_many, told_of, wide_layout
from tests.desk.a_running_server import People, a_token, people, settings_file, started

WINDOWS = [str(n) for n in range(1, 65)]


async def called(press: People, clerks: list[str]) -> list[str]:
    """Every one of them presses at once, and each calls somebody."""
    answers = await asyncio.gather(*(press.call(window) for window in clerks))
    assert {status for status, _ in answers} == {201}
    return sorted(ticket for _, ticket in answers)


async def test_64_clerks_at_once_over_http_call_64_different_tickets_in_order_and_then_54_hear_that_nobody_waits(
    tmp_path: Path,
) -> None:
    database = tmp_path / "hall.db"
    async with opened(database, wide_layout(64)) as desk:
        waiting = await take_many(desk, 500)
    token = a_token(database)
    async with started(tmp_path, settings_file(tmp_path, 64)) as server, people(server, token) as press:
        await press.open(*WINDOWS)
        assert await called(press, WINDOWS) == waiting[:64]
        assert told_of(database, "TicketCalled") == waiting[:64]
        done = 64
        for clerks in [WINDOWS] * 6 + [WINDOWS[:42]]:
            assert set(await asyncio.gather(*(press.finish(window) for window in clerks))) == {201}
            assert await called(press, clerks) == waiting[done : done + len(clerks)]
            done += len(clerks)
        assert done == 490
        await asyncio.gather(*(press.finish(window) for window in WINDOWS))
        last = await asyncio.gather(*(press.call(window) for window in WINDOWS))
        assert sorted(ticket for status, ticket in last if status == 201) == waiting[490:]
        assert [answer for answer in last if answer[0] != 201] == [(409, "nobody_waiting")] * 54
    check_log(database)
    with closing(Store(database)) as store:
        assert list(differences(store, "hall")) == []
