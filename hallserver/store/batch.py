"""All rows of a commit in one statement.

SQLite lets go of Python's lock while a statement runs and must have it back after each, which beside a busy
event loop takes longer than the statement. So a commit is one statement that takes all its rows as JSON: a
trigger of the writer's own connection puts them where they belong.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from hallserver.events import to_json
from hallserver.store.projection import COLUMNS

BEYOND = 1 << 63
"""SQLite's integers end below it. JSON's don't: there SQLite would make a larger one a fraction that is nearly it."""

Rows = dict[str, list[tuple[Any, ...]]]
"""By table, values in the order of its columns: text, numbers, None; later rows take the place of earlier ones."""
Told = dict[str, str]
"""The same as JSON: by table, its rows one after the other."""

APPENDED: dict[str, tuple[str, ...]] = {
    "log": ("hall", "number", "at", "kind", "by", "ticket", "window", "facts"),
    "answer": ("hall", "key", "fingerprint", "at", "status", "body"),
}
"""A second row with the same key is refused here; in the shadow tables it takes the place of the first."""


def _names(names: tuple[str, ...] | Mapping[str, Any]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _taken_apart(verb: str, table: str, columns: tuple[str, ...]) -> str:
    values = ", ".join(f"json_extract(value, '$[{index}]')" for index in range(len(columns)))
    return f'{verb} INTO "{table}" ({_names(columns)}) SELECT {values} FROM json_each(NEW."{table}");'  # noqa: S608


TABLES = APPENDED | COLUMNS
VIEW = "CREATE TEMP VIEW batch AS SELECT " + ", ".join(f'NULL AS "{table}"' for table in TABLES)
TRIGGER = "\n".join((
    "CREATE TEMP TRIGGER batch_comes INSTEAD OF INSERT ON batch BEGIN",
    *(_taken_apart("INSERT", table, columns) for table, columns in APPENDED.items()),
    *(_taken_apart("INSERT OR REPLACE", table, columns) for table, columns in COLUMNS.items()),
    "END",
))  # fmt: skip
INSERT = f"INSERT INTO batch ({_names(TABLES)}) VALUES ({', '.join('?' * len(TABLES))})"  # noqa: S608 - fixed names


def prepare(connection: sqlite3.Connection) -> None:
    """Make the connection ready to take batches."""
    connection.execute("PRAGMA temp_store=MEMORY")  # what is the connection's own needs no room on the disk
    connection.execute(VIEW)
    connection.execute(TRIGGER)


def told(rows: Rows) -> Told:
    """The rows as they are handed over. Raises OverflowError and, for what is no plain value, ValueError."""
    for table in COLUMNS:
        if table in rows:
            _check_integers(table, rows[table])
    return {table: to_json(of_table)[1:-1] for table, of_table in rows.items() if of_table}


def insert(connection: sqlite3.Connection, handfuls: list[Told]) -> None:
    """Write the rows of all handfuls in their order, all or none; a transaction of its own where none is open."""
    connection.execute(INSERT, [_together(handfuls, table) for table in TABLES])


def _together(handfuls: list[Told], table: str) -> str | None:
    rows = [handful[table] for handful in handfuls if table in handful]
    return f"[{','.join(rows)}]" if rows else None


def _check_integers(table: str, rows: list[tuple[Any, ...]]) -> None:
    """A rule may put any moment or count into these rows; the log's and the answers' are the desk's own."""
    for row in rows:
        for value in row:
            if type(value) is int and not -BEYOND <= value < BEYOND:
                raise OverflowError(f"{value} in a row of {table} has more than 64 bits")
