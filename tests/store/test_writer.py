"""The one thread that writes: what belongs together is committed together, and one hall's trouble is its own."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from hallserver.store import writer as writer_module
from hallserver.store.database import Store
from hallserver.store.writer import Entry, NumberTaken, StorageFailed, Writer

SOON_S = 10.0


class Listener:
    """Takes what the writer says of each entry."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._said: Queue[tuple[Entry, Exception | None]] = Queue()

    def settle(self, settled: list[tuple[Entry, Exception | None]]) -> None:
        for one in settled:
            self._said.put(one)

    def entry(self, hall: str, *numbers: int, epoch: int = 0, **more: Any) -> Entry:
        lines = [(hall, number, 1, "DayBegan", "hall", None, None, "{}") for number in numbers]
        return Entry(hall, epoch, lines, [], self.settle, **more)

    def written(self, *entries: Entry) -> list[type[Exception] | None]:
        """What became of entries that the writer finds together."""
        self._writer.submit(list(entries))
        said = {id(entry): error for entry, error in (self._said.get(timeout=SOON_S) for _ in entries)}
        return [None if said[id(entry)] is None else type(said[id(entry)]) for entry in entries]


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
    rows = [("item", ("east", "i", name, "l", "z", "instant", 1.0)) for name in ("first", "second", "third")]
    entries = [listener.entry("east", 1), listener.entry("east", 2), listener.entry("east", 3)]
    for entry, row in zip(entries, rows, strict=True):
        entry.rows.append(row)
    assert listener.written(*entries) == [None] * 3
    assert store.table("item", ("id", "name"), "east") == [("i", "third")]


def test_new_settings_clear_only_what_was_written_before_them(store: Store, listener: Listener) -> None:
    names = ("old", "other", "new", "newest")
    entries = [listener.entry("east", n, alone=name == "new") for n, name in enumerate(names, start=1)]
    for entry, name in zip(entries, names, strict=True):
        entry.rows.append(("item", ("east", name, name, "l", "z", "instant", 1.0)))
    assert listener.written(*entries) == [None] * 4
    assert [row[0] for row in store.table("item", ("id",), "east")] == ["new", "newest"]


def test_an_answer_is_written_with_its_deed_or_not_at_all(store: Store, listener: Listener) -> None:
    answer = ("east", "key", "print", 1, 201, "{}")
    assert listener.written(listener.entry("east", 2, answer=answer)) == [NumberTaken]
    assert store.answers("east", ["key"]) == {}
    assert listener.written(listener.entry("east", 1, epoch=1, answer=answer)) == [None]
    assert store.answers("east", ["key"]) == {"key": ("print", 201, "{}")}
    # The same key with another deed: neither the answer nor the deed.
    assert listener.written(listener.entry("east", 2, epoch=1, answer=answer)) == [NumberTaken]
    assert store.log_end("east") == 1


def test_under_the_lock_nobody_else_writes_and_what_was_decided_meanwhile_is_written_first(
    store: Store, listener: Listener
) -> None:
    locked, decided = threading.Event(), threading.Event()
    store.writer.lock(locked.set, decided)
    assert locked.wait(SOON_S)
    with closing(sqlite3.connect(store.path, timeout=0.05, isolation_level=None)) as other:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        entry = listener.entry("east", 1)
        store.writer.submit([entry])
        decided.set()
        assert listener._said.get(timeout=SOON_S) == (entry, None)
        other.execute("BEGIN IMMEDIATE")
        assert other.execute("SELECT MAX(number) FROM log").fetchone() == (1,)


def test_a_lock_under_which_nothing_was_decided_is_given_back(store: Store) -> None:
    locked, decided = threading.Event(), threading.Event()
    store.writer.lock(locked.set, decided)
    assert locked.wait(SOON_S)
    decided.set()
    with closing(sqlite3.connect(store.path, timeout=SOON_S, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")


def test_a_lock_is_not_kept_for_a_desk_that_never_decides(
    store: Store, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "LOCK_HELD_S", 0.05)
    store.writer.lock(lambda: None, threading.Event())
    assert listener.written(listener.entry("east", 1)) == [None]


def test_what_was_submitted_before_the_end_is_written(tmp_path: Path) -> None:
    store = Store(tmp_path / "hall.db")
    listener = Listener(store.writer)
    for number in range(1, 40):
        store.writer.submit([listener.entry("east", number)])
    store.close()
    assert [listener._said.get(timeout=SOON_S)[1] for _ in range(39)] == [None] * 39
    with closing(Store(tmp_path / "hall.db")) as again:
        assert again.log_end("east") == 39


def test_a_failed_disk_is_not_taken_for_a_taken_number(store: Store, listener: Listener) -> None:
    store.writer.ask(lambda connection: connection.execute("PRAGMA query_only=ON") and None)
    assert listener.written(listener.entry("east", 1), listener.entry("west", 1)) == [StorageFailed] * 2
    store.writer.ask(lambda connection: connection.execute("PRAGMA query_only=OFF") and None)
    assert listener.written(listener.entry("east", 1, epoch=1), listener.entry("west", 1, epoch=1)) == [None] * 2
