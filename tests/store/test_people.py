"""What a booker tells: sealed, told apart by a digest, erased in time; and a database older than bookings."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from peewee import SqliteDatabase
from playhouse.migrations import Runner

from hallserver import desk as desk_module
from hallserver.rules.issuing import issue
from hallserver.store.database import MIGRATIONS, Store
from hallserver.store.people import KIND, People, Person
from tests.desk.a_real_hall import Time, check, of, opened, take

SECRET = b"s" * 32


def test_one_telephone_is_one_person_however_it_is_written() -> None:
    people = People(None, SECRET)  # type: ignore[arg-type]
    one = people.digest("hall", "138 0013 8000")
    assert one is not None
    assert len(one) == 16
    assert {people.digest("hall", phone) for phone in ("13800138000", "138-0013-8000", "+86 13800138000")} == {one}
    assert people.digest("hall", "13800138001") != one
    assert people.digest("other", "13800138000") != one, "nobody is followed from hall to hall"
    assert People(None, b"t" * 32).digest("hall", "13800138000") != one  # type: ignore[arg-type]
    assert people.digest("hall", None) is None


def test_a_code_is_the_number_and_four_digits_that_only_the_hall_knows() -> None:
    people = People(None, SECRET)  # type: ignore[arg-type]
    codes = {people.code("hall", f"20261124-{prefix}501") for prefix in "ABCDEFGH"}
    assert len(codes) == 8
    assert all(code.startswith("501") and len(code) == 7 for code in codes)


async def test_what_was_told_is_found_again_until_it_is_erased(tmp_path: Path) -> None:
    time = Time("10:00")
    async with opened(tmp_path / "hall.db", time=time) as desk:
        people = People(of(desk), SECRET)
        told = Person("13800138000", "王小明")
        await desk.press(issue, by="clerk:0301", zone="zonghe", private=(None, KIND, people.seal(told)))
        (ticket,) = desk.hall.tickets
        assert people.find("hall", ticket) == told
        assert People(of(desk), b"t" * 32).find("hall", ticket) == Person(), "another secret opens nothing"
        assert people.find("hall", "20261123-A404") == Person()
        assert people.seal(Person()) is None
        for day, found in (("2026-11-24", told), ("2027-02-25", Person())):
            time.is_now("00:01", day)
            await desk.tick()
            await desk._written()
            assert people.find("hall", ticket) == found
        assert desk_module.BOOKERS_KEPT_MS >= 60 * 24 * 3_600_000


async def test_a_database_from_before_there_were_bookings_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "hall.db"
    async with opened(path) as desk:
        await take(desk)
    as_it_was(path)
    with closing(Store(path)):
        pass
    with closing(sqlite3.connect(path)) as database:
        found = database.execute("SELECT slot_at, arrived_at, person, given_by FROM ticket").fetchall()
    assert found == [(None, None, None, "resident")]
    async with opened(path) as desk:
        await take(desk)
        await check(desk)


def as_it_was(path: Path) -> None:
    """Without the columns that the migration of bookings brought, nor its mark."""
    database: Any = SqliteDatabase(str(path))
    runner = Runner(database, str(MIGRATIONS))
    with database.connection_context():
        for column in ("slot_at", "arrived_at", "person", "given_by"):
            database.execute_sql(f"ALTER TABLE ticket DROP COLUMN {column}")
        runner.History.delete().where(runner.History.name == "0003_bookings").execute()
