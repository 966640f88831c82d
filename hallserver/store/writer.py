"""The one thread that writes: it gathers what came while the last commit ran, and commits it at once.

A press is durable when its entry is settled without an error: log lines, table rows and the answer to
its key stand in one transaction (``synchronous=FULL``).
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from hallserver.moments import Moment
from hallserver.store import batch as one_statement
from hallserver.store.projection import CLEARED, Row

BATCH_LIMIT = 512
"""A transaction takes no more entries when it has so many."""
BUSY_TIMEOUT_S = 5.0
"""How long a commit waits for another process's before it fails."""
LOCK_HELD_S = 2.0
"""How long the write lock is kept for a desk that decides under it."""
SNAPSHOTS_KEPT = 3

INSERT_PRIVATE = "INSERT OR REPLACE INTO private (hall, ticket, kind, sealed, at) VALUES (?, ?, ?, ?, ?)"
INSERT_SNAPSHOT = "INSERT OR REPLACE INTO snapshot (hall, number, version, at, state) VALUES (?, ?, ?, ?, ?)"
FORGET_SNAPSHOTS = (
    "DELETE FROM snapshot WHERE hall = ? AND number NOT IN "
    "(SELECT number FROM snapshot WHERE hall = ? ORDER BY number DESC LIMIT ?)"
)
FORGET_BOOKERS = "DELETE FROM private WHERE hall = ? AND kind = 'booking' AND at < ?"
FORGET_ANSWERS = "DELETE FROM answer WHERE hall = ? AND at < ?"


class NumberTaken(Exception):
    """Another process appended to this hall's log first, or the key was answered already."""


class StorageFailed(Exception):
    """The database did not take the transaction: full disk, read-only, locked too long."""


@dataclass(slots=True)
class Entry:
    """What one decision writes. ``epoch`` grows with every failure of the hall: what was decided on
    a state that never came to be is not written."""

    hall: str
    epoch: int
    lines: list[tuple[Any, ...]]
    rows: list[Row]
    settle: Callable[[list[tuple[Entry, Exception | None]]], None]
    answer: tuple[Any, ...] | None = None
    private: tuple[Any, ...] | None = None
    alone: bool = False
    token: Any = None
    snapshot: tuple[Any, ...] | None = None
    forget_answers_before: Moment | None = None
    forget_bookers_before: Moment | None = None

    @property
    def needs_room(self) -> bool:
        """Whether a full disk would refuse it."""
        return bool(self.lines) or self.answer is not None or self.snapshot is not None

    @property
    def rare(self) -> bool:
        """Whether it has more than rows for the log, the answers and the tables."""
        return self.alone or self.private is not None or self.snapshot is not None


@dataclass(slots=True)
class Handful:
    """Entries that were handed over together; ``told`` is all they write, where that is rows and nothing else."""

    entries: list[Entry]
    told: one_statement.Told | None


@dataclass
class Writer:
    """Owns the writing connection. ``submit`` from any thread; settling happens on the writer's."""

    path: Path
    _queue: SimpleQueue[Handful | Callable[[sqlite3.Connection], None] | None] = field(default_factory=SimpleQueue)
    _dead: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._connection = connect(self.path)
        self._thread = threading.Thread(target=self._run, name="hall-writer", daemon=True)
        self._thread.start()

    def submit(self, entries: list[Entry]) -> None:
        """Entries to be written in this order."""
        self._queue.put(Handful(entries, _told(entries)))

    def ask(self, question: Callable[[sqlite3.Connection], None]) -> None:
        """Run a function on the writing connection, between transactions."""
        self._queue.put(question)

    def drop(self, hall: str, epoch: int, done: Callable[[], object]) -> None:
        """Write nothing more of what a hall decided up to that epoch; what came before is written."""

        def mark(_: sqlite3.Connection) -> None:
            self._dead[hall] = max(epoch, self._dead.get(hall, -1))
            done()

        self.ask(mark)

    def lock(self, locked: Callable[[], object], decided: threading.Event) -> None:
        """Keep other processes from writing until ``decided`` is set, and commit under the same lock what was
        submitted by then. Where the lock can't be had, ``locked`` is told all the same and the commit says why."""

        def take(connection: sqlite3.Connection) -> None:
            with contextlib.suppress(sqlite3.OperationalError):
                connection.execute("BEGIN IMMEDIATE")
            locked()
            decided.wait(LOCK_HELD_S)

        self.ask(take)

    def close(self) -> None:
        """Write what was submitted, then end the thread."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        connection = self._connection
        try:
            ended = False
            while not ended:
                handfuls, question, ended = self._gather()
                self._commit_handfuls(connection, handfuls)
                if question is not None:
                    question(connection)
                    if self._queue.empty():
                        _rollback(connection)
        finally:
            connection.close()

    def _gather(self) -> tuple[list[Handful], Callable[[sqlite3.Connection], None] | None, bool]:
        """Everything that waits, up to the limit, a question, or the end."""
        handfuls: list[Handful] = []
        count = 0
        while count < BATCH_LIMIT and (not handfuls or not self._queue.empty()):
            found = self._queue.get()
            if found is None:
                return handfuls, None, True
            if not isinstance(found, Handful):
                return handfuls, found, False
            handfuls.append(found)
            count += len(found.entries)
        return handfuls, None, False

    def _commit_handfuls(self, connection: sqlite3.Connection, handfuls: list[Handful]) -> None:
        """As they were handed over where nothing speaks against it, else entry by entry."""
        told = [handful.told for handful in handfuls if handful.told is not None]
        batch = [entry for handful in handfuls for entry in handful.entries]
        late = bool(self._dead) and any(entry.epoch <= self._dead.get(entry.hall, -1) for entry in batch)
        if batch and not late and len(told) == len(handfuls) and not connection.in_transaction:
            self._commit_all(connection, batch, told)
        else:
            for together in _split_alone(batch):
                self._commit_all(connection, together)

    def _commit_all(
        self, connection: sqlite3.Connection, batch: list[Entry], told: list[one_statement.Told] | None = None
    ) -> None:
        """One transaction for all; when a number is taken, one for each hall, to spare the others."""
        if self._dead:
            late = [entry for entry in batch if entry.epoch <= self._dead.get(entry.hall, -1)]
            batch = [entry for entry in batch if entry.epoch > self._dead.get(entry.hall, -1)]
            self._settle(late, NumberTaken("decided on a state that was dropped"))
        error = self._commit(connection, batch, told)
        halls = {entry.hall for entry in batch} if isinstance(error, NumberTaken) else set()
        if len(halls) > 1:
            for hall in sorted(halls):
                of_hall = [entry for entry in batch if entry.hall == hall]
                self._settle(of_hall, self._commit(connection, of_hall))
        else:
            self._settle(batch, error)

    def _settle(self, batch: list[Entry], error: Exception | None) -> None:
        if not batch:
            return
        if error is not None:
            for entry in batch:
                self._dead[entry.hall] = max(entry.epoch, self._dead.get(entry.hall, -1))
        by_desk: dict[Any, list[tuple[Entry, Exception | None]]] = {}
        for entry in batch:
            by_desk.setdefault(entry.settle, []).append((entry, error))
        for settle, entries in by_desk.items():
            settle(entries)

    def _commit(
        self, connection: sqlite3.Connection, batch: list[Entry], told: list[one_statement.Told] | None = None
    ) -> Exception | None:
        try:
            if told is not None:
                one_statement.insert(connection, told)
            elif connection.in_transaction or any(entry.rare for entry in batch):
                if not connection.in_transaction:
                    connection.execute("BEGIN IMMEDIATE")
                _write(connection, batch)
                connection.execute("COMMIT")
            elif batch:
                one_statement.insert(connection, [one_statement.told(_rows(batch))])
        except sqlite3.IntegrityError as error:
            _rollback(connection)
            return NumberTaken(str(error))
        except sqlite3.Error as error:
            _rollback(connection)
            return StorageFailed(str(error))
        except Exception as error:
            # A value that SQLite can't take is a fault of ours. The desk tells it; the writer writes on.
            _rollback(connection)
            return error
        return None


def connect(path: Path) -> sqlite3.Connection:
    """A connection with the pragmas every writer of a hall uses."""
    connection = sqlite3.connect(
        path,
        isolation_level=None,
        timeout=BUSY_TIMEOUT_S,
        check_same_thread=False,
    )
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    one_statement.prepare(connection)
    return connection


def _rollback(connection: sqlite3.Connection) -> None:
    # SQLite rolls back by itself on a full disk; then there is nothing left to roll back.
    with contextlib.suppress(sqlite3.OperationalError):
        connection.execute("ROLLBACK")


def _split_alone(batch: list[Entry]) -> list[list[Entry]]:
    """An entry that clears tables gets a transaction of its own, so that order stays order."""
    groups: list[list[Entry]] = [[]]
    for entry in batch:
        if entry.alone:
            groups += [[entry], []]
        else:
            groups[-1].append(entry)
    return [group for group in groups if group]


def _told(entries: list[Entry]) -> one_statement.Told | None:
    """The rows as text, made by the thread that decided them: its values need not travel to another processor, and
    the writer needs Python's lock for less. None leaves it to the writer, who knows whom to tell of a fault."""
    if any(entry.rare for entry in entries):
        return None
    try:
        return one_statement.told(_rows(entries))
    except (OverflowError, ValueError, TypeError):
        return None


def _rows(batch: list[Entry]) -> one_statement.Rows:
    rows: one_statement.Rows = {"log": [], "answer": []}
    lines, answers = rows["log"], rows["answer"]
    for entry in batch:
        lines += entry.lines
        if entry.answer is not None:
            answers.append(entry.answer)
        for table, row in entry.rows:
            rows.setdefault(table, []).append(row)
    return rows


def _write(connection: sqlite3.Connection, batch: list[Entry]) -> None:
    for entry in batch:
        if entry.alone:
            for table in CLEARED:
                connection.execute(f'DELETE FROM "{table}" WHERE hall = ?', (entry.hall,))  # noqa: S608 - fixed names
    one_statement.insert(connection, [one_statement.told(_rows(batch))])
    for entry in batch:
        if entry.private is not None:
            connection.execute(INSERT_PRIVATE, entry.private)
        if entry.snapshot is not None:
            connection.execute(INSERT_SNAPSHOT, entry.snapshot)
            connection.execute(FORGET_SNAPSHOTS, (entry.hall, entry.hall, SNAPSHOTS_KEPT))
        if entry.forget_answers_before is not None:
            connection.execute(FORGET_ANSWERS, (entry.hall, entry.forget_answers_before))
        if entry.forget_bookers_before is not None:
            connection.execute(FORGET_BOOKERS, (entry.hall, entry.forget_bookers_before))
