"""Opening the database: schema by migration, a reader for every thread, one writer."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from peewee import PeeweeException, SqliteDatabase
from playhouse.migrations import Runner

from hallserver.events import Deed, read_event
from hallserver.moments import Moment
from hallserver.rules.day_so_far import INTERVAL_MS, INTERVALS, Interval
from hallserver.store import tables
from hallserver.store.committing import BUSY_TIMEOUT_S
from hallserver.store.writer import StorageFailed, Writer

MIGRATIONS = Path(__file__).with_name("migrations")
READ_BATCH = 5_000
RETRY_S = 0.02

StoredAnswer = tuple[str, int, str]
"""Fingerprint, status and body."""


class UnknownDatabase(Exception):
    """The URL names no database that this version opens."""


def database_path(url: str) -> Path:
    """``sqlite:///var/hall.db`` or a plain path. Raises UnknownDatabase for anything else."""
    if url.startswith("sqlite:///"):
        return Path(url.removeprefix("sqlite:///"))
    if "://" in url:
        raise UnknownDatabase(url)
    return Path(url)


class Store:
    """A hall's database, opened. Reads may come from any thread; writes go through ``writer``."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)  # the hashes of passwords are in it; SQLite's own files take the same mode
        self.path = path
        self.peewee = SqliteDatabase(
            str(path), pragmas={"journal_mode": "wal", "synchronous": "full"}, timeout=BUSY_TIMEOUT_S
        )
        tables.database.initialize(self.peewee)
        until = time.monotonic() + BUSY_TIMEOUT_S
        while not self._prepared(last_try=time.monotonic() > until):
            time.sleep(RETRY_S)
        self._here = threading.local()

    def _prepared(self, *, last_try: bool) -> bool:
        """Make the tables, if they aren't there, and open the writer. False while others do the same."""
        try:
            # Under the write lock: of two servers that start together on a new file, one makes the tables.
            with self.peewee.connection_context(), self.peewee.atomic("IMMEDIATE"):
                Runner(self.peewee, str(MIGRATIONS)).up()
            self.writer = Writer(self.path)
        except (sqlite3.Error, PeeweeException) as error:
            # peewee wraps sqlite3's errors in classes of its own; both mean the file can't be used.
            # Where two make a new file a WAL file at once, SQLite sends one away without letting it wait.
            if last_try or "locked" not in str(error):
                raise StorageFailed(str(error)) from error
            return False
        return True

    def close(self) -> None:
        self.writer.close()
        self.peewee.close_all() if hasattr(self.peewee, "close_all") else self.peewee.close()

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """All that this thread reads inside is the database as it stood at the first look, whatever is
        written meanwhile."""
        with self._connection() as connection:
            connection.execute("BEGIN")
            self._here.connection = connection
            try:
                yield
            finally:
                del self._here.connection

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
            try:
                yield connection
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise StorageFailed(str(error)) from error

    def _rows(self, sql: str, *values: Any) -> list[Any]:
        """Run one reading statement, on a connection of its own unless this thread reads at one moment."""
        here = getattr(self._here, "connection", None)
        if here is not None:
            return here.execute(sql, values).fetchall()  # type: ignore[no-any-return]
        with self._connection() as connection:
            return connection.execute(sql, values).fetchall()

    def log_end(self, hall: str) -> int:
        """The number of the hall's last deed; 0 before the first."""
        return int(self._rows("SELECT COALESCE(MAX(number), 0) FROM log WHERE hall = ?", hall)[0][0])

    def read_log(self, hall: str, after: int, limit: int = READ_BATCH) -> list[Deed]:
        """Up to ``limit`` deeds beyond ``after``, in order."""
        found = self._rows(
            "SELECT number, at, by, kind, facts FROM log WHERE hall = ? AND number > ? ORDER BY number LIMIT ?",
            hall,
            after,
            limit,
        )
        return [Deed(number, at, by, read_event(kind, orjson.loads(facts))) for number, at, by, kind, facts in found]

    def ticket_deeds(self, hall: str, ticket: str) -> list[Deed]:
        """Every deed that tells of the ticket, in order (an index of the log)."""
        found = self._rows(
            "SELECT number, at, by, kind, facts FROM log WHERE hall = ? AND ticket = ? ORDER BY number", hall, ticket
        )
        return [Deed(number, at, by, read_event(kind, orjson.loads(facts))) for number, at, by, kind, facts in found]

    def whole_log(self, hall: str, after: int = 0) -> Iterator[Deed]:
        """Every deed beyond ``after``, read in bounded batches."""
        while batch := self.read_log(hall, after):
            yield from batch
            after = batch[-1].number

    def halls(self) -> list[str]:
        return [row[0] for row in self._rows("SELECT DISTINCT hall FROM log ORDER BY hall")]

    def snapshot(self, hall: str, version: int) -> dict[str, Any] | None:
        """The newest state kept by this version of the code."""
        found = self._rows(
            "SELECT state FROM snapshot WHERE hall = ? AND version = ? ORDER BY number DESC LIMIT 1", hall, version
        )
        return orjson.loads(found[0][0]) if found else None

    def cursor(self, hall: str, follower: str) -> int | None:
        """How far a follower inside the server has come in the hall's log; None for a new one."""
        found = self._rows("SELECT number FROM cursor WHERE hall = ? AND follower = ?", hall, follower)
        return int(found[0][0]) if found else None

    def move_cursor(self, hall: str, follower: str, number: int) -> None:
        """What the follower did up to that deed is done. Raises StorageFailed."""
        self._rows("INSERT OR REPLACE INTO cursor (hall, follower, number) VALUES (?, ?, ?)", hall, follower, number)

    def called_in_intervals(self, hall: str, day: str, begins: Moment) -> dict[int, Interval]:
        """The tickets of one day (``YYYYMMDD``, which begins then) that were called, summed by interval."""
        found = self._rows(
            "SELECT (called_at - ?) / ? AS interval, COUNT(*), SUM(MAX(0, called_at - counts_from)) FROM ticket"
            " WHERE hall = ? AND id >= ? AND id < ? AND called_at IS NOT NULL GROUP BY interval",
            begins, INTERVAL_MS, hall, f"{day}-", f"{day}.",
        )  # fmt: skip
        return {index: Interval(0, called, waited_ms) for index, called, waited_ms in found if 0 <= index < INTERVALS}

    def green_on(self, hall: str, day: str) -> list[tuple[Any, ...]]:
        """The numbers with priority of one day (``YYYYMMDD``), the newest first: id, number, reason, who gave it,
        channel, when, state, zone and matter."""
        return self._rows(
            'SELECT id, shown, reason, given_by, channel, issued_at, state, zone, item FROM ticket'
            " WHERE hall = ? AND id >= ? AND id < ? AND class = 'green' ORDER BY issued_at DESC, id DESC",
            hall, f"{day}-", f"{day}.",
        )  # fmt: skip

    def answers(self, hall: str, keys: list[str]) -> dict[str, StoredAnswer]:
        """Fingerprint, status and body of the answers that some of these keys got."""
        marks = ", ".join("?" * len(keys))
        sql = f"SELECT key, fingerprint, status, body FROM answer WHERE hall = ? AND key IN ({marks})"  # noqa: S608
        return {key: (fingerprint, status, body) for key, fingerprint, status, body in self._rows(sql, hall, *keys)}

    def table(self, name: str, columns: tuple[str, ...], hall: str) -> list[tuple[Any, ...]]:
        """All rows of a shadow table for a hall, ordered by their key."""
        wanted = ", ".join(f'"{column}"' for column in columns)
        sql = f'SELECT {wanted} FROM "{name}" WHERE hall = ? ORDER BY id'  # noqa: S608 - names come from COLUMNS
        return self._rows(sql, hall)

    def ticket_row(self, hall: str, ticket: str, columns: tuple[str, ...]) -> dict[str, Any] | None:
        """A ticket of an earlier day, as its table row."""
        wanted = ", ".join(f'"{column}"' for column in columns)
        found = self._rows(f'SELECT {wanted} FROM "ticket" WHERE hall = ? AND id = ?', hall, ticket)  # noqa: S608
        return dict(zip(columns, found[0], strict=True)) if found else None

    def case_row(self, hall: str, case: int, columns: tuple[str, ...]) -> dict[str, Any] | None:
        """A case that is no longer in the live state, as its table row."""
        wanted = ", ".join(f'"{column}"' for column in columns)
        found = self._rows(f'SELECT {wanted} FROM "case" WHERE hall = ? AND id = ?', hall, case)  # noqa: S608
        return dict(zip(columns, found[0], strict=True)) if found else None

    def private(self, hall: str, ticket: str, kind: str) -> bytes | None:
        """What was sealed beside the log for a ticket, if it is still there."""
        found = self._rows("SELECT sealed FROM private WHERE hall = ? AND ticket = ? AND kind = ?", hall, ticket, kind)
        return bytes(found[0][0]) if found else None
