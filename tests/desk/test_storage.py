"""The disk is full, or may not be written: real SQLite errors on the writing connection."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hallserver.desk import Desk
from hallserver.refusals import Refusal
from hallserver.store.writer import StorageFailed
from tests.desk.a_real_hall import (
    Time,
    call,
    check,
    finish,
    of,
    on_writer,
    open_windows,
    opened,
    served,
    stored,
    take,
    take_many,
    the_no,
    told_of,
    wide_layout,
)


@asynccontextmanager
async def full_disk(desk: Desk) -> AsyncIterator[None]:
    """The database may not grow by another page."""
    ((pages,),) = await on_writer(of(desk), "PRAGMA page_count")
    await on_writer(of(desk), f"PRAGMA max_page_count={pages}")
    try:
        yield
    finally:
        await on_writer(of(desk), "PRAGMA max_page_count=1073741823")


@asynccontextmanager
async def read_only(desk: Desk) -> AsyncIterator[None]:
    await on_writer(of(desk), "PRAGMA query_only=ON")
    try:
        yield
    finally:
        await on_writer(of(desk), "PRAGMA query_only=OFF")


async def fill(desk: Desk) -> None:
    """Take numbers, at last one by one, until not one more can be written."""
    for at_once in (20, 1):
        while all(isinstance(one, str) for one in await gathered(desk, at_once)):
            pass


async def gathered(desk: Desk, count: int) -> list[str | BaseException]:
    return await asyncio.gather(*(take(desk) for _ in range(count)), return_exceptions=True)


@pytest.mark.parametrize("trouble", [full_disk, read_only])
async def test_a_press_that_cannot_be_written_is_refused_and_nothing_of_it_has_happened(
    tmp_path: Path, trouble: object
) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        await open_windows(desk)
        waiting = await take_many(desk, 10)
        async with trouble(desk):  # type: ignore[operator]
            await fill(desk)
            end, state = desk.feed.end, desk.feed.hall.waiting_count()
            for _ in range(3):
                no = await the_no(take(desk))
                assert no.code == "storage_unavailable"
                assert no.details["cause"]
            assert (desk.feed.end, desk.feed.hall.waiting_count()) == (end, state)
            assert desk.failure
            await check(desk)
        assert await call(desk, "1") == waiting[0]
        assert desk.failure is None
        await check(desk)


@pytest.mark.parametrize("trouble", [full_disk, read_only])
async def test_while_the_disk_takes_nothing_the_hall_says_so_and_not_only_until_the_next_second(
    tmp_path: Path, trouble: object
) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        await take_many(desk, 10)
        async with trouble(desk):  # type: ignore[operator]
            await fill(desk)
            for _ in range(3):
                assert desk.failure
                await a_second_passes(desk)
            assert desk.failure
        await a_second_passes(desk)
        assert desk.failure is None
        await check(desk)


async def a_second_passes(desk: Desk) -> None:
    """The hall's tick, and all that it gave the writer to do."""
    with contextlib.suppress(Refusal):
        await desk.tick()
    await desk._written()
    await desk._all_mended()


async def test_of_presses_made_at_once_on_a_disk_that_fills_each_is_written_or_refused(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        await take(desk)
        async with full_disk(desk):
            found = await gathered(desk, 300)
            await fill(desk)
        given = [one for one in found if isinstance(one, str)]
        assert {getattr(one, "code", "") for one in found if not isinstance(one, str)} == {"storage_unavailable"}
        issued = told_of(of(desk).path, "TicketIssued")
        assert set(given) <= set(issued)
        assert len(issued) == len(set(issued))
        more = await take_many(desk, 300)
        assert not set(more) & set(issued)
        await check(desk)


async def test_a_hall_whose_neighbour_in_the_database_pressed_when_the_disk_filled_goes_on_too(tmp_path: Path) -> None:
    east, west = wide_layout(id="east"), wide_layout(id="west")
    async with stored(tmp_path / "halls.db") as store, served(store, east) as here, served(store, west) as there:
        async with read_only(here):
            nos = [asyncio.create_task(take(desk)) for desk in (here, there)]
            assert [(await the_no(no)).code for no in nos] == ["storage_unavailable"] * 2
        assert [(await take(desk)).partition("-")[2] for desk in (here, there)] == ["A001", "A001"]
        await check(here)
        await check(there)


async def test_a_database_locked_by_another_program_for_too_long_is_a_clear_no(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        await on_writer(of(desk), "PRAGMA busy_timeout=50")
        other = sqlite3.connect(desk._store.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            no = await the_no(take(desk))
            assert (no.code, no.details["cause"]) == ("storage_unavailable", "database is locked")
        finally:
            other.close()
        await take(desk)
        await check(desk)


async def test_a_day_that_turns_while_nothing_can_be_written_turns_when_it_can(tmp_path: Path) -> None:
    time = Time("23:58")
    async with opened(tmp_path / "hall.db", time=time) as desk:
        yesterdays = await take_many(desk, 10)
        async with read_only(desk):
            time.passes(minutes=5)
            await a_second_passes(desk)
            assert (await the_no(take(desk))).code == "storage_unavailable"
            assert str(desk.feed.hall.day) == "2026-11-23"
        await a_second_passes(desk)
        await a_second_passes(desk)
        assert str(desk.feed.hall.day) == "2026-11-24"
        assert await take(desk) not in yesterdays
        await check(desk)


async def test_a_hall_that_cannot_write_its_new_settings_does_not_start(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        await take(desk)
    async with stored(tmp_path / "hall.db") as store:
        await on_writer(store, "PRAGMA query_only=ON")
        with pytest.raises(StorageFailed, match="readonly"):
            await Desk(store, wide_layout(5)).open()
    async with opened(tmp_path / "hall.db", wide_layout(5)) as desk:
        assert (await take(desk)).endswith("A002")
        await check(desk)


async def test_served_people_stay_served_when_the_disk_fills_between_the_call_and_its_end(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        await open_windows(desk)
        ticket, after = await take_many(desk, 2)
        assert await call(desk, "1") == ticket
        async with read_only(desk):
            assert (await the_no(finish(desk, "1"))).code == "storage_unavailable"
            assert desk.hall.windows["1"].ticket == desk.feed.hall.windows["1"].ticket == ticket
        await finish(desk, "1")
        assert await call(desk, "1") == after
        await check(desk)
