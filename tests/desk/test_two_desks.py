"""Two desks serve one hall on one database: the log's key is the only lock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from hallserver.desk import Desk
from tests.a_hall import at
from tests.desk.a_real_hall import (
    SOON_S,
    Time,
    call,
    call_or_no,
    check,
    finish,
    lines,
    of,
    on_writer,
    open_windows,
    opened,
    take,
    take_many,
    the_no,
    told_of,
    wide_layout,
)


@asynccontextmanager
async def two_desks(path: Path, windows: int = 16, **settings: object) -> AsyncIterator[tuple[Desk, Desk]]:
    """As two processes have them: each with a store, a writer and a state of its own."""
    layout = wide_layout(windows, **settings)
    async with opened(path, layout) as one, opened(path, layout) as other:
        await open_windows(one)
        yield one, other


async def check_both(*desks: Desk) -> None:
    for desk in desks:
        async with asyncio.timeout(SOON_S):
            await desk.tick()
            await desk.feed.beyond(of(desk).log_end(desk.id) - 1)
        await check(desk)


async def test_numbers_taken_at_both_desks_at_once_are_all_different_and_in_order(tmp_path: Path) -> None:
    async with two_desks(tmp_path / "hall.db") as desks, asyncio.timeout(60):
        here, there = await asyncio.gather(*(take_many(desk, 150) for desk in desks))
        assert not set(here) & set(there)
        issued = told_of(of(desks[0]).path, "TicketIssued")
        assert issued == sorted(here + there) == [f"{issued[0][:8]}-A{n:03d}" for n in range(1, 301)]
        await check_both(*desks)


async def test_clerks_at_both_desks_never_get_one_ticket(tmp_path: Path) -> None:
    async def works(desk: Desk, window: str, wanted: int) -> list[str]:
        served: list[str] = []
        while len(served) < wanted and (ticket := await call_or_no(desk, window)) is not None:
            served.append(ticket)
            await finish(desk, window)
        return served

    async with two_desks(tmp_path / "hall.db") as (one, other), asyncio.timeout(60):
        waiting = await take_many(one, 96)
        served = await asyncio.gather(*(works(one if n % 2 else other, str(n), 6) for n in range(1, 17)))
        assert sorted(ticket for tickets in served for ticket in tickets) == waiting
        assert {len(tickets) for tickets in served} == {6}
        assert told_of(of(one).path, "TicketCalled") == waiting
        await check_both(one, other)


async def test_a_desk_that_never_rests_cannot_keep_the_other_from_its_turn(tmp_path: Path) -> None:
    async def never_rests(desk: Desk) -> None:
        while True:
            await take(desk)

    async with two_desks(tmp_path / "hall.db", waiting_limit=100_000) as (one, other):
        presses = [asyncio.create_task(never_rests(one)) for _ in range(8)]
        for _ in range(3):
            async with asyncio.timeout(SOON_S):
                await take(other)
        for press in presses:
            press.cancel()
        await asyncio.gather(*presses, return_exceptions=True)
        await check_both(one, other)


async def test_presses_that_come_one_by_one_through_both_desks_all_get_their_answer(tmp_path: Path) -> None:
    async def comes_and_comes(desk: Desk, times: int) -> list[str]:
        return [await take(desk) for _ in range(times)]

    async with two_desks(tmp_path / "hall.db") as desks, asyncio.timeout(60):
        taken = await asyncio.gather(*(comes_and_comes(desk, 40) for desk in desks for _ in range(3)))
        numbers = [ticket for mine in taken for ticket in mine]
        assert sorted(numbers) == told_of(of(desks[0]).path, "TicketIssued")
        assert all(mine == sorted(mine) for mine in taken)
        await check_both(*desks)


async def test_one_key_pressed_at_both_desks_at_once_is_one_deed(tmp_path: Path) -> None:
    async with two_desks(tmp_path / "hall.db") as desks, asyncio.timeout(60):
        keys = [f"resident {n}" for n in range(40)]
        here, there = await asyncio.gather(*(asyncio.gather(*(take(desk, key=key) for key in keys)) for desk in desks))
        assert here == there
        assert sorted(here) == told_of(of(desks[0]).path, "TicketIssued")
        await check_both(*desks)


async def test_a_no_is_never_decided_on_what_the_other_desk_has_changed(tmp_path: Path) -> None:
    async with two_desks(tmp_path / "hall.db") as (one, other):
        ticket = await take(one)
        assert await call(other, "1") == ticket
        assert (await the_no(call(one, "1"))).code == "window_busy"
        await finish(one, "1")
        after = await take(one)
        assert await call(other, "1", key="clerk:1 next") == after
        await check_both(one, other)


async def test_a_key_answered_at_one_desk_is_refused_for_another_press_at_the_other(tmp_path: Path) -> None:
    async with two_desks(tmp_path / "hall.db") as (one, other):
        ticket = await take(one, key="resident tap")
        assert (await the_no(take(other, key="resident tap", fingerprint="other"))).code == "key_reused"
        assert await take(other, key="resident tap") == ticket


async def test_a_desk_sees_what_the_other_did_at_its_next_tick(tmp_path: Path) -> None:
    async with two_desks(tmp_path / "hall.db") as (one, other):
        ticket = await take(one)
        assert ticket not in other.feed.hall.tickets
        seen = [deed async for deed in _until_seen(other, ticket)]
        assert seen == list(range(seen[0], other.feed.end + 1))
        assert await call(other, "1") == ticket
        await check_both(one, other)


async def _until_seen(desk: Desk, ticket: str) -> AsyncIterator[int]:
    """The numbers of the deeds that come with one tick."""
    before = desk.feed.end
    await desk.tick()
    await desk._all_mended()
    for deed in await desk.feed.read(before):
        yield deed.number
    assert ticket in desk.feed.hall.tickets


async def test_a_desk_that_decides_on_an_old_state_decides_again_and_says_no_when_it_must(tmp_path: Path) -> None:
    async with two_desks(tmp_path / "hall.db") as (one, other):
        ticket = await take(one)
        await other.tick()
        await other._all_mended()
        assert await call(one, "1") == ticket
        # The other desk still believes that this ticket waits and that window 1 is free.
        assert (await the_no(call(other, "1"))).code == "window_busy"
        assert (await the_no(call(other, "2"))).code == "nobody_waiting"
        await check_both(one, other)


async def test_two_desks_turn_the_day_once(tmp_path: Path) -> None:
    times = Time("23:59"), Time("23:59")
    path, layout = tmp_path / "hall.db", wide_layout(sessions=(), always_open=False)
    async with opened(path, layout, times[0]) as one, opened(path, layout, times[1]) as other:
        for time in times:
            time.is_now("00:00", "2026-11-24")
        await asyncio.gather(one.tick(), other.tick())
        assert one.hall.day_ends == other.hall.day_ends == at("00:00", "2026-11-25")
        await check_both(one, other)
        assert [number for number, kind, _ in lines(of(one).path) if kind == "DayBegan"] == [2, 3]


async def test_a_desk_whose_disk_was_full_goes_on_from_what_the_other_wrote_meanwhile(tmp_path: Path) -> None:
    async with two_desks(tmp_path / "hall.db") as (one, other):
        await take(one)
        await on_writer(of(one), "PRAGMA query_only=ON")
        assert (await the_no(take(one))).code == "storage_unavailable"
        written = await take_many(other, 5)
        await on_writer(of(one), "PRAGMA query_only=OFF")
        async with asyncio.timeout(SOON_S):
            mine = await take_many(one, 5)
        assert not set(mine) & set(written)
        await check_both(one, other)
