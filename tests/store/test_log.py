"""The log is never edited, and every hall has its own: kept by SQLite itself, whoever writes."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from hallserver.desk import Desk
from hallserver.store import tables
from hallserver.store.database import Store
from hallserver.store.verifying import differences
from tests.desk.a_real_hall import (
    call,
    check,
    finish,
    lines,
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


@pytest.fixture
async def written(tmp_path: Path) -> Path:
    """A database with a hall of a few deeds."""
    async with opened(tmp_path / "hall.db") as desk:
        await take_many(desk, 3)
    return tmp_path / "hall.db"


@pytest.fixture
def anybody(written: Path) -> Iterator[sqlite3.Connection]:
    """Someone with SQL at hand."""
    with closing(sqlite3.connect(written)) as connection:
        yield connection


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE log SET at = 0 WHERE number = 2", "never edited"),
        ("UPDATE log SET hall = 'other'", "never edited"),
        ("DELETE FROM log WHERE number = 5", "never shortened"),
        ("DELETE FROM log", "never shortened"),
        ("INSERT INTO log VALUES ('hall', 7, 1, 'DayBegan', 'x', NULL, NULL, '{}')", "next line only"),
        ("INSERT INTO log VALUES ('hall', 5, 1, 'DayBegan', 'x', NULL, NULL, '{}')", "next line only"),
        ("INSERT INTO log VALUES ('elsewhere', 2, 1, 'DayBegan', 'x', NULL, NULL, '{}')", "next line only"),
        ("REPLACE INTO log VALUES ('hall', 2, 1, 'DayBegan', 'x', NULL, NULL, '{}')", "next line only"),
        ("INSERT INTO log VALUES ('elsewhere', 0, 1, 'DayBegan', 'x', NULL, NULL, '{}')", "next line only"),
        ("INSERT INTO log VALUES ('elsewhere', -4, 1, 'DayBegan', 'x', NULL, NULL, '{}')", "next line only"),
    ],
)
def test_the_log_takes_nothing_but_its_next_line(
    written: Path, anybody: sqlite3.Connection, statement: str, refusal: str
) -> None:
    before = lines(written)
    with pytest.raises(sqlite3.IntegrityError, match=refusal), anybody:
        anybody.execute(statement)
    assert lines(written) == before
    assert lines(written, "elsewhere") == lines(written, "other") == []


def test_the_next_line_is_taken_and_only_once(written: Path, anybody: sqlite3.Connection) -> None:
    line = "INSERT INTO log VALUES ('hall', 6, 1, 'DayBegan', 'x', NULL, NULL, '{}')"
    with anybody:
        anybody.execute(line)
    with pytest.raises(sqlite3.IntegrityError, match="next line only"), anybody:
        anybody.execute(line)
    assert len(lines(written)) == 6


def test_every_table_of_a_hall_has_the_hall_in_its_key() -> None:
    keys = {table._meta.table_name: [key.name for key in primary_key(table)] for table in tables.TABLES}
    by_secret = {"token", "sign_in"}  # found by what only the holder knows
    assert {name for name, key in keys.items() if key[0] != "hall"} == by_secret
    assert keys["log"] == ["hall", "number"]


def primary_key(table: type[tables.Table]) -> tuple[object, ...]:
    return table._meta.get_primary_keys()


def test_the_tables_that_are_made_are_the_tables_that_are_known(written: Path, anybody: sqlite3.Connection) -> None:
    for table in tables.TABLES:
        made = {row[1] for row in anybody.execute(f'PRAGMA table_info("{table._meta.table_name}")')}
        assert made == {field.column_name for field in table._meta.sorted_fields}


def test_the_database_is_kept_as_a_hall_needs_it(written: Path, anybody: sqlite3.Connection) -> None:
    assert anybody.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_the_writer_waits_for_the_disk_at_every_commit(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        synchronous = await on_writer(desk._store, "PRAGMA synchronous")
        assert synchronous == [(2,)]  # FULL


@asynccontextmanager
async def two_halls(path: Path) -> AsyncIterator[tuple[Store, Desk, Desk]]:
    east, west = wide_layout(8, id="east"), wide_layout(8, id="west")
    async with stored(path) as store, served(store, east) as here, served(store, west) as there:
        await open_windows(here)
        await open_windows(there)
        yield store, here, there


async def test_two_halls_in_one_database_number_their_deeds_and_tickets_for_themselves(tmp_path: Path) -> None:
    async with two_halls(tmp_path / "halls.db") as (store, here, there):
        mine, theirs = await asyncio.gather(take_many(here, 20), take_many(there, 30))
        assert mine == theirs[:20]
        for hall, count in (("east", 20), ("west", 30)):
            assert [number for number, _, _ in lines(store.path, hall)] == list(range(1, 2 + 8 + count + 1))
        assert store.halls() == ["east", "west"]
        await check(here)
        await check(there)


async def test_a_ticket_of_one_hall_is_unknown_in_the_other(tmp_path: Path) -> None:
    async with two_halls(tmp_path / "halls.db") as (store, here, there):
        await take_many(here, 2)
        ticket = (await take_many(here, 1))[0]
        assert (await the_no(call(there, "1"))).code == "nobody_waiting"
        assert store.ticket_row("west", ticket, ("state",)) is None
        assert store.ticket_row("east", ticket, ("state",)) == {"state": "waiting"}


async def test_both_halls_work_at_once_and_their_tables_stay_their_own(tmp_path: Path) -> None:
    async def works(desk: Desk, window: str) -> None:
        for _ in range(5):
            await call(desk, window)
            await finish(desk, window)

    async with two_halls(tmp_path / "halls.db") as (store, here, there):
        await asyncio.gather(take_many(here, 40), take_many(there, 40))
        await asyncio.gather(*(works(desk, str(n)) for desk in (here, there) for n in range(1, 9)))
        for desk in (here, there):
            assert len(told_of(store.path, "ServiceEnded", desk.id)) == 40
            await check(desk)


async def test_a_new_layout_of_one_hall_leaves_the_windows_and_items_of_the_other(tmp_path: Path) -> None:
    async with two_halls(tmp_path / "halls.db") as (store, _, there):
        async with served(store, wide_layout(2, id="east")) as smaller:
            assert len(store.table("window", ("hall", "id"), "east")) == 2
            assert len(store.table("window", ("hall", "id"), "west")) == 8
            assert list(differences(store, "west")) == []
            await take(smaller)
        await check(there)
