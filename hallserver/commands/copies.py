"""The database: held against its log, copied, brought back, told as lines."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from hallserver.commands.options import DEFAULT_DATABASE, AnyHall, Database, Stop, halls_meant, opened, out
from hallserver.rules.folding import fold
from hallserver.rules.hall import new_hall
from hallserver.store.database import database_path
from hallserver.store.verifying import differences
from hallserver.web.deeds import deed_shape

DIFFERENCES_TOLD = 100


def verify(hall: AnyHall = None, database: Database = DEFAULT_DATABASE) -> None:
    """Rebuild the tables from the log and compare. Exit code 1 if they differ."""
    wrong = 0
    with opened(database) as store:
        for name in halls_meant(store, hall):
            found = list(differences(store, name))
            wrong += len(found)
            for sentence in found[:DIFFERENCES_TOLD]:
                out.print(sentence, markup=False, highlight=False)
            out.print(f"{name}: {store.log_end(name)} deeds, {len(found)} differences", highlight=False)
    if wrong:
        raise typer.Exit(1)


def backup(file: Path, database: Database = DEFAULT_DATABASE) -> None:
    """Copy the database to FILE while the hall is open."""
    if file.exists():
        raise Stop(f"{file} is there already")
    if not file.absolute().parent.is_dir():
        raise Stop(f"{file.parent}: no such folder")
    with opened(database) as store:
        _copy(store.path, file)
    out.print(f"{file}: {file.stat().st_size:,} bytes", highlight=False)


def _copy(source: Path, target: Path) -> None:
    """Page by page, as the database stands at one moment; what is at the target stays until all is there."""
    part = target.with_name(target.name + ".part")
    try:
        with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(part)) as writing:
            reading.backup(writing)
            writing.execute("PRAGMA journal_mode=DELETE")  # one file, and no others beside it
        with part.open("rb") as whole:
            os.fsync(whole.fileno())
        for beside in ("-wal", "-shm"):
            target.with_name(target.name + beside).unlink(missing_ok=True)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def restore(
    file: Path,
    database: Database = DEFAULT_DATABASE,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a database that is there.")] = False,
) -> None:
    """Bring a backup back. Stop the server first."""
    path = database_path(database)
    if path.exists() and not replace:
        raise Stop(f"{path} is there already; --replace replaces it")
    if not file.exists():
        raise Stop(f"{file}: no such file")
    trouble = _trouble_of(file)
    if trouble:
        raise Stop(f"{file}: {trouble}")
    if path.exists() and _in_use(path):
        raise Stop(f"{path} is in use; stop the server first")
    path.parent.mkdir(parents=True, exist_ok=True)
    _copy(file, path)
    out.print(f"{path}: restored from {file}", highlight=False)


def _in_use(path: Path) -> bool:
    """Whether a server or another program has the database open."""
    with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return True
        except sqlite3.DatabaseError:
            return False  # damaged: that is what backups are for
        return False


def _trouble_of(file: Path) -> str | None:
    """Why a file can't be a hall's database."""
    with closing(sqlite3.connect(file)) as connection:
        try:
            (found,) = connection.execute("PRAGMA integrity_check").fetchone()
            connection.execute("SELECT hall, number FROM log LIMIT 1")
        except sqlite3.DatabaseError as error:
            return f"is no backup of a hall: {error}"
    return None if found == "ok" else f"is damaged: {found}"


def export(hall: AnyHall = None, database: Database = DEFAULT_DATABASE) -> None:
    """The log as JSON lines on standard output."""
    with opened(database) as store:
        for name in halls_meant(store, hall):
            live = new_hall(name)
            for deed in store.whole_log(name):
                fold(live, deed)
                sys.stdout.write(json.dumps({"hall": name} | deed_shape(live, deed), ensure_ascii=False) + "\n")
