"""Many clerks and one queue, in this process."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hallserver import desk as desk_module
from hallserver.desk import Desk
from tests.desk.a_real_hall import (
    call,
    call_or_no,
    check,
    finish,
    held_writer,
    of,
    open_windows,
    opened,
    take,
    take_many,
    the_no,
    told_of,
    wide_layout,
)

CLERKS = [str(n) for n in range(1, 65)]


async def test_64_clerks_press_at_once_and_call_the_first_64_of_500_in_order(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db", wide_layout(64)) as desk:
        waiting = await take_many(desk, 500)
        assert len(set(waiting)) == 500
        await open_windows(desk)
        called = await asyncio.gather(*(call(desk, window) for window in CLERKS))
        assert called == waiting[:64]
        assert told_of(of(desk).path, "TicketCalled") == waiting[:64]
        assert desk.feed.hall.waiting_count() == 436
        await check(desk)


async def test_64_clerks_and_10_tickets_are_10_calls_and_54_polite_nos(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db", wide_layout(64)) as desk:
        waiting = await take_many(desk, 10)
        await open_windows(desk)
        before = desk.feed.end
        called = await asyncio.gather(*(call_or_no(desk, window) for window in CLERKS))
        assert sorted(ticket for ticket in called if ticket is not None) == waiting
        assert called.count(None) == 54
        assert desk.feed.end == before + 10
        await check(desk)


async def test_64_clerks_work_a_queue_of_500_off_and_everyone_is_called_once_in_order(tmp_path: Path) -> None:
    async def works(desk: Desk, window: str) -> list[str]:
        served: list[str] = []
        while (ticket := await call_or_no(desk, window)) is not None:
            served.append(ticket)
            await finish(desk, window)
        return served

    async with opened(tmp_path / "hall.db", wide_layout(64)) as desk:
        waiting = await take_many(desk, 500)
        await open_windows(desk)
        served = await asyncio.gather(*(works(desk, window) for window in CLERKS))
        assert sorted(ticket for tickets in served for ticket in tickets) == waiting
        assert all(tickets == sorted(tickets) for tickets in served)
        assert told_of(of(desk).path, "TicketCalled") == waiting
        assert desk.feed.hall.figures.done == 500
        await check(desk)


async def test_residents_and_clerks_press_at_once_and_no_number_is_given_or_called_twice(tmp_path: Path) -> None:
    async def works(desk: Desk, window: str, wanted: int) -> None:
        served = 0
        while served < wanted:
            if await call_or_no(desk, window) is None:
                await desk.feed.beyond(desk.feed.end)
                continue
            await finish(desk, window)
            served += 1

    async def comes(desk: Desk, times: int) -> None:
        for _ in range(times):
            await take(desk)

    async with opened(tmp_path / "hall.db", wide_layout(8)) as desk:
        await open_windows(desk)
        async with asyncio.timeout(30):
            await asyncio.gather(*(works(desk, str(n), 20) for n in range(1, 9)), *(comes(desk, 20) for _ in range(8)))
        issued = told_of(of(desk).path, "TicketIssued")
        assert len(issued) == len(set(issued)) == 160
        assert told_of(of(desk).path, "TicketCalled") == issued
        await check(desk)


async def test_a_window_calls_one_ticket_however_often_it_is_pressed(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        waiting = await take_many(desk, 3)
        await open_windows(desk)
        presses = [asyncio.create_task(call(desk, "1")) for _ in range(3)]
        assert await presses[0] == waiting[0]
        assert [(await the_no(press)).code for press in presses[1:]] == ["window_busy", "window_busy"]
        await check(desk)


async def test_more_presses_than_a_slow_disk_can_take_are_told_so_and_the_others_are_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "PRESSES_LIMIT", 50)
    async with opened(tmp_path / "hall.db") as desk:
        async with held_writer(of(desk)):
            presses = [asyncio.create_task(take(desk)) for _ in range(50)]
            await asyncio.sleep(0)
            assert (await the_no(take(desk))).code == "too_many_requests"
        assert len(set(await asyncio.gather(*presses))) == 50
        await take(desk)
        assert len(told_of(of(desk).path, "TicketIssued")) == 51
