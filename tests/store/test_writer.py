"""The process that writes: what belongs together is committed together, and one hall's trouble is its own."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hallserver.store.committing import LOCK_HELD_S, STATEMENTS_KEPT
from hallserver.store.database import Store
from hallserver.store.projection import COLUMNS
from hallserver.store.statements import Rows
from hallserver.store.writer import ENDED, Entry, NumberTaken, StorageFailed, Writer, entry

SOON_S = 10.0


class Listener:
    """Takes what the writer says of each entry."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._said: deque[tuple[Entry, Exception | None]] = deque()

    def settle(self, settled: list[tuple[Entry, Exception | None]]) -> None:
        self._said.extend(settled)

    def entry(self, hall: str, *numbers: int, epoch: int = 0, rows: Rows | None = None, **rare: Any) -> Entry:
        lines = [(hall, number, 1, "DayBegan", "hall", None, None, "{}") for number in numbers]
        return entry(hall, epoch, {"log": lines, **(rows or {})}, self.settle, **rare)

    def said(self, count: int) -> list[tuple[Entry, Exception | None]]:
        """What becomes of the next so many entries."""
        until = time.monotonic() + SOON_S
        while len(self._said) < count:
            assert time.monotonic() < until, "the writer says nothing"
            self._writer.read(SOON_S)
        return [self._said.popleft() for _ in range(count)]

    def written(self, *entries: Entry) -> list[type[Exception] | None]:
        """What became of entries that the writer finds together."""
        self._writer.submit(list(entries))
        said = {id(entry): error for entry, error in self.said(len(entries))}
        return [None if said[id(entry)] is None else type(said[id(entry)]) for entry in entries]


def answered(writer: Writer, ask: Callable[..., object], *details: Any) -> tuple[Any, ...]:
    """Ask the writer, and wait for its answer."""
    came: list[tuple[Any, ...]] = []
    ask(*details, lambda *told: came.append(told))
    until = time.monotonic() + SOON_S
    while not came:
        assert time.monotonic() < until, "the writer says nothing"
        writer.read(SOON_S)
    return came[0]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "hall.db")) as store:
        yield store


@pytest.fixture
def listener(store: Store) -> Listener:
    return Listener(store.writer)


def test_a_taken_number_is_its_halls_alone(store: Store, listener: Listener) -> None:
    assert listener.written(listener.entry("east", 1)) == [None]
    east, west = listener.entry("east", 1), listener.entry("west", 1, 2)
    assert listener.written(east, west) == [NumberTaken, None]
    assert (store.log_end("east"), store.log_end("west")) == (1, 2)


def test_what_was_decided_after_a_press_that_failed_is_not_written_either(store: Store, listener: Listener) -> None:
    assert listener.written(listener.entry("east", 2)) == [NumberTaken]
    assert listener.written(listener.entry("east", 1)) == [NumberTaken]  # still of the state that never was
    assert listener.written(listener.entry("east", 1, epoch=1)) == [None]
    assert store.log_end("east") == 1


def test_of_entries_written_together_all_are_there_or_none(store: Store, listener: Listener) -> None:
    entries = [listener.entry("east", 1), listener.entry("east", 2, 3), listener.entry("east", 5)]
    assert listener.written(*entries) == [NumberTaken] * 3
    assert store.log_end("east") == 0


@pytest.mark.parametrize("count", [1, 2, 3, 63, 64, 65, 127, 130, 511, 512, 700])
def test_any_number_of_lines_is_written_in_order(store: Store, listener: Listener, count: int) -> None:
    assert listener.written(listener.entry("east", *range(1, count + 1))) == [None]
    with closing(sqlite3.connect(store.path)) as connection:
        found = connection.execute("SELECT number FROM log ORDER BY number").fetchall()
    assert [number for (number,) in found] == list(range(1, count + 1))


def test_of_two_rows_for_one_ticket_the_later_one_stays(store: Store, listener: Listener) -> None:
    rows = [("east", "i", name, "l", "z", "instant", 1.0) for name in ("first", "second", "third")]
    entries = [listener.entry("east", n, rows={"item": [row]}) for n, row in enumerate(rows, start=1)]
    assert listener.written(*entries) == [None] * 3
    assert store.table("item", ("id", "name"), "east") == [("i", "third")]


def test_a_row_is_written_with_its_gaps_whatever_gaps_the_rows_beside_it_have(store: Store, listener: Listener) -> None:
    columns = COLUMNS["case"]
    may_be_empty = [columns.index(name) for name in ("item", "window", "clerk", "gaps", "supplied_at", "ready_at",
                                                     "handed_over_at", "way")]  # fmt: skip
    rows = []
    for number in range(2 * STATEMENTS_KEPT):  # each second one takes the place of the one before, with other gaps
        row: list[Any] = ["east", number // 2, "t", "i", "z", "1", "c", 1, "g", 2, 3, 4, "w", "ready"]
        for bit, at in enumerate(may_be_empty):
            if number * 7 >> bit & 1:
                row[at] = None
        rows.append(tuple(row))
    entries = [listener.entry("east", n, rows={"case": [row]}) for n, row in enumerate(rows, start=1)]
    assert listener.written(*entries) == [None] * len(rows)
    assert store.table("case", columns, "east") == rows[1::2]


def test_new_settings_clear_only_what_was_written_before_them(store: Store, listener: Listener) -> None:
    names = ("old", "other", "new", "newest")
    entries = [
        listener.entry(
            "east",
            n,
            rows={"item": [("east", name, name, "l", "z", "instant", 1.0)]},
            **({"alone": True} if name == "new" else {}),
        )
        for n, name in enumerate(names, start=1)
    ]
    assert listener.written(*entries) == [None] * 4
    assert [row[0] for row in store.table("item", ("id",), "east")] == ["new", "newest"]


def test_an_answer_is_written_with_its_deed_or_not_at_all(store: Store, listener: Listener) -> None:
    answer: Rows = {"answer": [("east", "key", "print", 1, 201, "{}")]}
    assert listener.written(listener.entry("east", 2, rows=answer)) == [NumberTaken]
    assert store.answers("east", ["key"]) == {}
    assert listener.written(listener.entry("east", 1, epoch=1, rows=answer)) == [None]
    assert store.answers("east", ["key"]) == {"key": ("print", 201, "{}")}
    # The same key with another deed: neither the answer nor the deed.
    assert listener.written(listener.entry("east", 2, epoch=1, rows=answer)) == [NumberTaken]
    assert store.log_end("east") == 1


def test_under_the_lock_nobody_else_writes_and_what_was_decided_meanwhile_is_written_first(
    store: Store, listener: Listener
) -> None:
    answered(store.writer, store.writer.lock)
    with closing(sqlite3.connect(store.path, timeout=0.05, isolation_level=None)) as other:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        decided = listener.entry("east", 1)
        store.writer.submit([decided])
        store.writer.unlock()
        assert listener.said(1) == [(decided, None)]
        other.execute("BEGIN IMMEDIATE")
        assert other.execute("SELECT MAX(number) FROM log").fetchone() == (1,)


def test_a_lock_under_which_nothing_was_decided_is_given_back(store: Store) -> None:
    answered(store.writer, store.writer.lock)
    store.writer.unlock()
    with closing(sqlite3.connect(store.path, timeout=SOON_S, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")


def test_a_lock_is_not_kept_for_a_desk_that_never_decides(store: Store) -> None:
    answered(store.writer, store.writer.lock)
    with closing(sqlite3.connect(store.path, timeout=LOCK_HELD_S + SOON_S, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")


def test_who_asks_for_something_else_under_the_lock_gets_what_was_decided_written_first(
    store: Store, listener: Listener
) -> None:
    answered(store.writer, store.writer.lock)
    store.writer.submit([listener.entry("east", 1)])
    answered(store.writer, store.writer.drop, "east", 0)
    assert [error for _, error in listener.said(1)] == [None]
    assert listener.written(listener.entry("east", 2), listener.entry("east", 2, epoch=1)) == [NumberTaken, None]


def test_what_was_handed_to_a_writer_that_was_killed_is_told_and_the_next_one_writes_on(
    store: Store, listener: Listener
) -> None:
    assert listener.written(listener.entry("east", 1)) == [None]
    assert store.writer.pid is not None
    os.kill(store.writer.pid, signal.SIGSTOP)
    store.writer.submit([listener.entry("east", 2), listener.entry("west", 1)])
    os.kill(store.writer.pid, signal.SIGKILL)
    assert [type(error) for _, error in listener.said(2)] == [NumberTaken] * 2
    assert (store.log_end("east"), store.log_end("west")) == (1, 0)
    assert listener.written(listener.entry("east", 2)) == [NumberTaken]  # decided on a state that never was
    assert listener.written(listener.entry("east", 2, epoch=1)) == [None]


def test_who_waits_for_a_writer_that_was_killed_waits_no_longer(store: Store, listener: Listener) -> None:
    assert listener.written(listener.entry("east", 1)) == [None]
    assert store.writer.pid is not None
    os.kill(store.writer.pid, signal.SIGSTOP)
    told: list[tuple[Any, ...]] = []
    store.writer.lock(lambda: told.append(("locked",)))
    store.writer.run(["SELECT 1"], lambda rows, error: told.append((rows, error)))
    os.kill(store.writer.pid, signal.SIGKILL)
    store.writer.read(SOON_S)
    assert told == [("locked",), ([], ENDED)]


def test_a_server_with_thousands_of_screens_ends_its_writer_too(tmp_path: Path) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 4_096), most))
    screens = [os.dup(0) for _ in range(1_100)]
    try:
        store = Store(tmp_path / "hall.db")
        listener = Listener(store.writer)
        assert listener.written(listener.entry("east", 1)) == [None]
        store.close()
    finally:
        for screen in screens:
            os.close(screen)
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_what_comes_after_the_end_is_refused_and_starts_nothing(store: Store, listener: Listener) -> None:
    store.close()
    assert listener.written(listener.entry("east", 1)) == [StorageFailed]
    assert store.writer.pid is None


def test_more_than_a_socket_takes_at_once_is_written_all_the_same(store: Store, listener: Listener) -> None:
    state = "x" * 3_000_000
    assert listener.written(listener.entry("east", 1, snapshot=("east", 1, 1, 1, state))) == [None]
    assert answered(store.writer, store.writer.run, ["SELECT length(state) FROM snapshot"]) == ([(len(state),)], None)


def test_what_was_submitted_before_the_end_is_written(tmp_path: Path) -> None:
    store = Store(tmp_path / "hall.db")
    listener = Listener(store.writer)
    for number in range(1, 40):
        store.writer.submit([listener.entry("east", number)])
    store.close()
    assert [error for _, error in listener.said(39)] == [None] * 39
    with closing(Store(tmp_path / "hall.db")) as again:
        assert again.log_end("east") == 39


def test_a_failed_disk_is_not_taken_for_a_taken_number(store: Store, listener: Listener) -> None:
    answered(store.writer, store.writer.run, ["PRAGMA query_only=ON"])
    assert listener.written(listener.entry("east", 1), listener.entry("west", 1)) == [StorageFailed] * 2
    answered(store.writer, store.writer.run, ["PRAGMA query_only=OFF"])
    assert listener.written(listener.entry("east", 1, epoch=1), listener.entry("west", 1, epoch=1)) == [None] * 2
