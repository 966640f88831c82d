"""The log against its shadow: every row that differs is told, in a sentence."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hallserver.store import tables, verifying
from hallserver.store.database import Store
from hallserver.store.projection import COLUMNS
from hallserver.store.verifying import differences
from tests.desk.a_real_hall import call, finish, of, open_windows, opened, stored, take, take_many


@pytest.fixture
async def written(tmp_path: Path) -> Path:
    async with opened(tmp_path / "hall.db") as desk:
        await open_windows(desk)
        await take_many(desk, 3)
        await call(desk, "1")
        await finish(desk, "1")
        await call(desk, "1")
    return tmp_path / "hall.db"


def differences_after(path: Path, statement: str) -> list[str]:
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute(statement).rowcount > 0
    with closing(Store(path)) as store:
        return list(differences(store, "hall"))


def test_tables_as_the_hall_wrote_them_do_not_differ(written: Path) -> None:
    with closing(Store(written)) as store:
        assert list(differences(store, "hall")) == []


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE ticket SET state = 'done' WHERE shown = 'A003'", "A003: state is 'done', the log says 'waiting'"),
        ("UPDATE ticket SET called_at = 5 WHERE shown = 'A003'", "A003: called_at is 5, the log says None"),
        ("DELETE FROM ticket WHERE shown = 'A002'", "A002: missing in the table"),
        ("UPDATE window SET ticket = NULL WHERE id = '1'", "window 1: ticket is None, the log says '20"),
        ("UPDATE item SET typical_min = 99 WHERE id = 'yb-001'", "item yb-001: typical_min is 99.0, the log says 8.0"),
        ("DELETE FROM service", "missing in the table"),
        ("INSERT INTO item VALUES ('hall', 'new', 'n', 'l', 'zonghe', 'instant', 1.0)", "item new: not in the log"),
        (
            "INSERT INTO rating VALUES ('hall', 9, 't', '1', NULL, 1, '[]', 0, 'pad', 1, NULL)",
            "rating 9: not in the log",
        ),
    ],
)
def test_a_row_that_somebody_changed_is_told(written: Path, statement: str, sentence: str) -> None:
    (told,) = differences_after(written, statement)
    assert sentence in told


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("DELETE FROM log WHERE number = 7", "log after 6: ValueError: deed 8 after 6: the log has a gap"),
        ("UPDATE log SET facts = '{}' WHERE number = 7", "log after 0: TypeError"),
        ("UPDATE log SET facts = 'no' WHERE number = 7", "log after 0: JSONDecodeError"),
        ("UPDATE log SET kind = 'Teleported' WHERE number = 7", "log after 0: KeyError: 'Teleported'"),
    ],
)
def test_a_log_that_somebody_forced_open_and_changed_is_told(written: Path, statement: str, sentence: str) -> None:
    with closing(sqlite3.connect(written)) as connection, connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
    (told,) = differences_after(written, statement)
    assert told.startswith(sentence)


def test_a_row_of_another_hall_is_not_this_halls_difference(written: Path) -> None:
    assert differences_after(written, "INSERT INTO item VALUES ('other', 'n', 'n', 'l', 'z', 'instant', 1.0)") == []


def test_every_column_of_every_shadow_table_is_compared(written: Path) -> None:
    told = {name: set(columns) for name, columns in COLUMNS.items()}
    assert told == {
        table._meta.table_name: {field.column_name for field in table._meta.sorted_fields} for table in tables.SHADOWS
    }


async def test_a_hall_that_goes_on_while_it_is_verified_does_not_differ(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        await take_many(desk, 200)
        verifying_now = asyncio.create_task(asyncio.to_thread(lambda: list(differences(of(desk), "hall"))))
        pressed = 0
        while not verifying_now.done():
            await take(desk)
            pressed += 1
        assert pressed > 0
        assert await verifying_now == []


async def test_deeds_that_come_between_the_log_and_the_tables_are_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        await take_many(desk, 3)
        loop = asyncio.get_running_loop()
        rebuild = verifying.rebuild

        def rebuild_and_press(*arguments: object) -> object:
            found = rebuild(*arguments)  # type: ignore[arg-type]
            asyncio.run_coroutine_threadsafe(take(desk), loop).result(10)
            return found

        monkeypatch.setattr(verifying, "rebuild", rebuild_and_press)
        async with stored(tmp_path / "hall.db") as reading:
            assert await asyncio.to_thread(lambda: list(differences(reading, "hall"))) == []
        assert desk.feed.hall.figures.issued == 4
