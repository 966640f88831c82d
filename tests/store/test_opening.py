"""Opening a database: by several at once, on a file that can't be used, with a secret that is whole."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from hallserver.store import committing as committing_module
from hallserver.store import database as database_module
from hallserver.store.database import Store, UnknownDatabase, database_path
from hallserver.store.secret import SECRET_BYTES, TicketLinks, read_secret
from hallserver.store.writer import StorageFailed, Writer

AT_ONCE = 6


def at_once(do: object, *arguments: object) -> list[object]:
    """What each of several threads got that began in the same moment; each has connections of its own."""
    gate = threading.Barrier(AT_ONCE)

    def begin(_: int) -> object:
        gate.wait(10)
        return do(*arguments)  # type: ignore[operator]

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(begin, range(AT_ONCE)))


@pytest.mark.parametrize("attempt", range(3))
def test_several_that_open_a_new_file_at_once_find_the_same_tables(tmp_path: Path, attempt: int) -> None:
    def opened(path: Path) -> list[str]:
        with closing(Store(path)) as store:
            return [row[0] for row in store._rows("SELECT name FROM sqlite_master ORDER BY name")]

    found = at_once(opened, tmp_path / "new" / "hall.db")
    assert "log" in found[0]  # type: ignore[operator]
    assert found == [found[0]] * AT_ONCE


@pytest.mark.parametrize("attempt", range(3))
def test_several_that_start_at_once_have_the_same_secret(tmp_path: Path, attempt: int) -> None:
    found = at_once(read_secret, tmp_path / "new" / "hall.secret")
    assert len({*found}) == 1
    assert len(found[0]) == SECRET_BYTES  # type: ignore[arg-type]
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["hall.secret"]


def test_the_secret_is_its_owners_alone_and_stays_the_same(tmp_path: Path) -> None:
    path = tmp_path / "hall.secret"
    secret = read_secret(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_secret(path) == secret
    assert TicketLinks(secret).read(TicketLinks(read_secret(path)).token("hall", "t-1")) == ("hall", "t-1")


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 64])
def test_a_secret_that_is_damaged_is_told_and_never_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "hall.secret"
    path.write_bytes(content)
    with pytest.raises(StorageFailed, match=f"must hold 32 bytes and has {len(content)}"):
        read_secret(path)
    assert path.read_bytes() == content


def test_a_file_that_is_no_database_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("minutes of the meeting, " * 50)
    with pytest.raises(StorageFailed, match="not a database"):
        Store(path)
    assert path.read_text().startswith("minutes")


def test_a_folder_in_the_place_of_the_database_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="unable to open"):
        Store(tmp_path)


def test_a_database_that_another_program_keeps_locked_is_told_and_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store(tmp_path / "hall.db").close()
    for module in (database_module, committing_module):
        monkeypatch.setattr(module, "BUSY_TIMEOUT_S", 0.1)
    with closing(sqlite3.connect(tmp_path / "hall.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageFailed, match="locked"):
            Store(tmp_path / "hall.db")
    Store(tmp_path / "hall.db").close()


def test_a_writer_that_cannot_open_its_file_says_so_at_once(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        Writer(tmp_path / "nowhere" / "hall.db")


def test_closing_ends_the_writing_process_and_who_only_reads_has_none(tmp_path: Path) -> None:
    store = Store(tmp_path / "hall.db")
    assert store.log_end("east") == 0
    assert store.writer.pid is None
    store.writer.run(["SELECT 1"], lambda rows, error: None)
    writing = store.writer.pid
    assert writing is not None
    os.kill(writing, 0)
    store.close()
    with pytest.raises(ProcessLookupError):
        os.kill(writing, 0)


@pytest.mark.parametrize(
    ("url", "path"),
    [("sqlite:///var/hall.db", "var/hall.db"), ("sqlite:////srv/hall.db", "/srv/hall.db"), ("x/hall.db", "x/hall.db")],
)
def test_a_database_is_named_by_path_or_url(url: str, path: str) -> None:
    assert database_path(url) == Path(path)


@pytest.mark.parametrize("url", ["postgresql://h/db", "mysql://h", "sqlite://hall.db"])
def test_a_database_this_version_cannot_open_is_not_made_up(url: str) -> None:
    with pytest.raises(UnknownDatabase, match=url):
        database_path(url)
