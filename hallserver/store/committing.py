"""The process that writes: it takes what desks decided, as it comes, and commits it, all that waits at once.

A program of its own, because beside a busy event loop a thread waits for Python's lock as long as for the disk, and
the loop for the thread. It is started by its path (``writer``), speaks over its standard input, which is a socket, and
needs the standard library alone, so that it is small and there at once. It ends when the server does: what it was
given until then is written.
"""

from __future__ import annotations

import contextlib
import marshal
import re
import select
import signal
import socket
import sqlite3
import struct
import time
from collections.abc import Iterator
from itertools import compress, groupby
from typing import Any

BATCH_LIMIT = 512
"""A transaction takes no more entries when it has so many."""
BUSY_TIMEOUT_S = 5.0
"""How long a commit waits for another process's before it fails."""
LOCK_HELD_S = 2.0
"""How long the write lock is kept for a desk that decides under it."""
SNAPSHOTS_KEPT = 3
STATEMENTS_KEPT = 200
"""So many statements are kept for rows with gaps; with more it begins anew."""
RECEIVE_BYTES = 1 << 20
SIZE = struct.Struct("<I")

TAKEN, FAILED, FAULT = "taken", "failed", "fault"
"""Why an entry was not written: its number or key was taken, the database took nothing, or the fault is ours."""

No = tuple[str, str]
"""One of these, and its cause."""
Sent = tuple[str, int, dict[str, list[tuple[Any, ...]]], dict[str, Any]]
"""Hall, epoch, rows by table, and what only a few entries have (``writer.Rare``)."""

INSERT_PRIVATE = "INSERT OR REPLACE INTO private (hall, ticket, kind, sealed, at) VALUES (?, ?, ?, ?, ?)"
INSERT_SNAPSHOT = "INSERT OR REPLACE INTO snapshot (hall, number, version, at, state) VALUES (?, ?, ?, ?, ?)"
FORGET_SNAPSHOTS = (
    "DELETE FROM snapshot WHERE hall = ? AND number NOT IN "
    "(SELECT number FROM snapshot WHERE hall = ? ORDER BY number DESC LIMIT ?)"
)
FORGET_BOOKERS = "DELETE FROM private WHERE hall = ? AND kind = 'booking' AND at < ?"
FORGET_ANSWERS = "DELETE FROM answer WHERE hall = ? AND at < ?"


def connect(path: str) -> sqlite3.Connection:
    """A connection with the pragmas the writer of a hall uses. Raises sqlite3.Error."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_TIMEOUT_S)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA temp_store=MEMORY")  # what is the connection's own needs no room on the disk
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def framed(*message: Any) -> bytes:
    """A message of plain values as it goes over the socket. Raises ValueError for any other value."""
    text = marshal.dumps(message)
    return SIZE.pack(len(text)) + text


class Frames:
    """Messages out of the bytes that came."""

    def __init__(self) -> None:
        self._came = bytearray()

    def add(self, came: bytes) -> None:
        self._came += came

    def next(self) -> Any:
        """The oldest whole message, or None."""
        if len(self._came) < SIZE.size:
            return None
        end = SIZE.size + SIZE.unpack_from(self._came)[0]
        if len(self._came) < end:
            return None
        message = marshal.loads(bytes(memoryview(self._came)[SIZE.size : end]))  # noqa: S302 - our own process's
        del self._came[:end]
        return message


class Line:
    """The writer's end of the socket. ``None`` for a message: there is none (in time), or the server has ended."""

    def __init__(self, wire: socket.socket) -> None:
        self._wire = wire
        self._frames = Frames()
        self.ended = False

    def next(self, within_s: float | None = None) -> Any:
        """The next message, waited for."""
        until = None if within_s is None else time.monotonic() + within_s
        while (message := self._frames.next()) is None and not self.ended:
            left = None if until is None else until - time.monotonic()
            if left is not None and (left <= 0 or not select.select([self._wire], [], [], left)[0]):
                return None
            self._receive(0)
        return message

    def at_hand(self) -> Any:
        """The next message if it has come already."""
        message = self._frames.next()
        if message is None and not self.ended:
            with contextlib.suppress(BlockingIOError):
                self._receive(socket.MSG_DONTWAIT)
            message = self._frames.next()
        return message

    def send(self, *message: Any) -> None:
        """Answer; a server that has ended needs none."""
        with contextlib.suppress(ConnectionError):
            self._wire.sendall(framed(*message))

    def _receive(self, flags: int) -> None:
        try:
            came = self._wire.recv(RECEIVE_BYTES, flags)
        except ConnectionError:
            came = b""
        self.ended = not came
        self._frames.add(came)


class Inserting:
    """Writes rows into their tables. A gap stands in the statement as NULL and is not bound: for each None that is
    bound, Python's ``sqlite3`` makes an error and drops it, which costs a ticket's row more than everything else."""

    def __init__(self, statements: dict[str, str]) -> None:
        self._statements = statements
        self._with_gaps: dict[tuple[str, tuple[bool, ...]], str] = {}

    def insert(self, connection: sqlite3.Connection, table: str, rows: list[tuple[Any, ...]]) -> None:
        """In their order, for a later row may take the place of an earlier one. Raises sqlite3.Error."""
        for told, alike in groupby(rows, _told):
            connection.executemany(self._statement(table, told), [tuple(compress(row, told)) for row in alike])

    def _statement(self, table: str, told: tuple[bool, ...]) -> str:
        known = self._with_gaps.get((table, told))
        if known is None:
            if len(self._with_gaps) >= STATEMENTS_KEPT:
                self._with_gaps.clear()
            marks = iter(told)
            known = re.sub(r"\?", lambda mark: mark[0] if next(marks) else "NULL", self._statements[table])
            self._with_gaps[table, told] = known
        return known


def _told(row: tuple[Any, ...]) -> tuple[bool, ...]:
    return tuple([value is not None for value in row])


class Committing:
    """Commits entries and says what became of each. After a failure of a hall, what was decided on the state that
    never came to be is not written either: its epochs up to that one are dead."""

    def __init__(self, path: str, inserts: dict[str, str], clearing: list[str], dead: dict[str, int]) -> None:
        self._path = path
        self._inserting = Inserting(inserts)
        self._clearing = clearing
        self._dead = dict(dead)
        self._opened: sqlite3.Connection | None = None

    def _connection(self) -> sqlite3.Connection:
        """Opened at the first need, and again after it couldn't be. Raises sqlite3.Error."""
        if self._opened is None:
            self._opened = connect(self._path)
        return self._opened

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()

    def drop(self, hall: str, epoch: int) -> None:
        """Write nothing more of what the hall decided up to that epoch."""
        self._dead[hall] = max(epoch, self._dead.get(hall, -1))

    def run(self, statements: list[str]) -> list[Any]:
        """The first row of what each statement answers. Raises sqlite3.Error."""
        return [self._connection().execute(statement).fetchone() for statement in statements]

    def lock(self) -> None:
        """Keep other processes from writing; where that can't be had, the commit says why."""
        with contextlib.suppress(sqlite3.Error):
            self._connection().execute("BEGIN IMMEDIATE")

    def unlock(self) -> None:
        # SQLite rolls back by itself on a full disk; then there is nothing left to roll back.
        with contextlib.suppress(sqlite3.OperationalError):
            if self._opened is not None and self._opened.in_transaction:
                self._opened.execute("ROLLBACK")

    def settle(self, entries: list[Sent]) -> list[No | None]:
        """Commit entries in their order; what became of each."""
        said: list[No | None] = [None] * len(entries)
        for together in _split_alone(entries):
            self._commit_all(entries, together, said)
        self.unlock()
        return said

    def _commit_all(self, entries: list[Sent], which: list[int], said: list[No | None]) -> None:
        """One transaction for all; when a number is taken, one for each hall, to spare the others."""
        late = [index for index in which if entries[index][1] <= self._dead.get(entries[index][0], -1)]
        for index in late:
            said[index] = (TAKEN, "decided on a state that was dropped")
        rest = [index for index in which if said[index] is None]
        error = self._commit([entries[index] for index in rest])
        halls = sorted({entries[index][0] for index in rest})
        if error is None:
            return
        if error[0] != TAKEN or len(halls) == 1:
            self._refused(entries, rest, error, said)
            return
        for hall in halls:
            of_hall = [index for index in rest if entries[index][0] == hall]
            error = self._commit([entries[index] for index in of_hall])
            if error is not None:
                self._refused(entries, of_hall, error, said)

    def _refused(self, entries: list[Sent], which: list[int], error: No, said: list[No | None]) -> None:
        for index in which:
            said[index] = error
            self.drop(*entries[index][:2])

    def _commit(self, entries: list[Sent]) -> No | None:
        if not entries:
            return None
        try:
            connection = self._connection()
            if not connection.in_transaction:
                connection.execute("BEGIN IMMEDIATE")
            self._write(connection, entries)
            connection.execute("COMMIT")
        except sqlite3.IntegrityError as error:
            self.unlock()
            return TAKEN, str(error)
        except sqlite3.Error as error:
            self.unlock()
            return FAILED, str(error)
        except Exception as error:
            # A value that SQLite can't take is a fault of ours. The desk tells it; the writer writes on.
            self.unlock()
            return FAULT, repr(error)
        return None

    def _write(self, connection: sqlite3.Connection, entries: list[Sent]) -> None:
        for hall, _, _, rare in entries:
            if rare.get("alone"):
                for statement in self._clearing:
                    connection.execute(statement, (hall,))
        together: dict[str, list[tuple[Any, ...]]] = {}
        for _, _, by_table, _ in entries:
            for table, rows in by_table.items():
                together.setdefault(table, []).extend(rows)
        for table, rows in together.items():
            self._inserting.insert(connection, table, rows)
        for hall, _, _, rare in entries:
            if rare:
                _write_rare(connection, hall, rare)


def _write_rare(connection: sqlite3.Connection, hall: str, rare: dict[str, Any]) -> None:
    if rare.get("private") is not None:
        connection.execute(INSERT_PRIVATE, rare["private"])
    if rare.get("snapshot") is not None:
        connection.execute(INSERT_SNAPSHOT, rare["snapshot"])
        connection.execute(FORGET_SNAPSHOTS, (hall, hall, SNAPSHOTS_KEPT))
    if rare.get("forget_answers_before") is not None:
        connection.execute(FORGET_ANSWERS, (hall, rare["forget_answers_before"]))
    if rare.get("forget_bookers_before") is not None:
        connection.execute(FORGET_BOOKERS, (hall, rare["forget_bookers_before"]))


def _split_alone(entries: list[Sent]) -> Iterator[list[int]]:
    """An entry that clears tables gets a transaction of its own, so that order stays order."""
    group: list[int] = []
    for index, (_, _, _, rare) in enumerate(entries):
        if rare.get("alone"):
            yield from ([group] if group else [])
            yield [index]
            group = []
        else:
            group.append(index)
    if group:
        yield group


def serve(line: Line) -> None:
    """Do what is asked, in its order, until the server ends."""
    hello = line.next()
    if hello is None:
        return
    committing = Committing(*hello)
    try:
        message = line.next()
        while message is not None:
            message = _do(line, committing, *message) or line.next()
    finally:
        committing.close()


def _do(line: Line, committing: Committing, kind: str, *told: Any) -> Any:
    """One thing that was asked; gives back what came meanwhile and is still to be done."""
    if kind == "write":
        return _write_all(line, committing, told)
    if kind == "lock":
        return _hold_lock(line, committing)
    if kind == "drop":
        committing.drop(*told)
        line.send("dropped")
    elif kind == "run":
        line.send("ran", *_ran(committing, told[0]))
    return None


def _write_all(line: Line, committing: Committing, first: Any) -> Any:
    """Commit this and all that wait behind it; gives back the message that was no entry, if one came."""
    entries: list[Sent] = [first]
    after = None
    while len(entries) < BATCH_LIMIT and (after := line.at_hand()) is not None and after[0] == "write":
        entries.append(after[1:])
        after = None
    line.send("settled", committing.settle(entries))
    return after


def _hold_lock(line: Line, committing: Committing) -> Any:
    """Commit under the lock what comes until it is given back, for as long as it may be kept."""
    committing.lock()
    line.send("locked")
    entries: list[Sent] = []
    until = time.monotonic() + LOCK_HELD_S
    after = None
    while (after := line.next(until - time.monotonic())) is not None:
        if after[0] == "write":
            entries.append(after[1:])
        elif after[0] == "drop" and not entries:
            committing.drop(*after[1:])
            line.send("dropped")
        else:
            break
    if entries:
        line.send("settled", committing.settle(entries))
    committing.unlock()
    return None if after is not None and after[0] == "unlock" else after


def _ran(committing: Committing, statements: list[str]) -> tuple[list[Any], str | None]:
    try:
        return committing.run(statements), None
    except sqlite3.Error as error:
        return [], str(error)


def main() -> None:
    """Whoever stops the server stops its whole group; the writer goes when the server has gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with socket.socket(fileno=0) as wire:
        serve(Line(wire))


if __name__ == "__main__":
    main()
