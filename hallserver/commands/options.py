"""What every command takes and says: the hall it means, its database, and a sentence where it can't go on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from hallserver.settings import HallSettings, load_hall
from hallserver.shipped import shipped
from hallserver.store.database import Store, database_path

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)

DEFAULT_HALL = "luojiazhuang"
DEFAULT_DATABASE = "var/hall.db"

HallOption = Annotated[list[str] | None, typer.Option("--hall", help="A settings file, or the id of a shipped hall.")]
OneHall = Annotated[str, typer.Option("--hall", help="A settings file, or a hall's id.")]
Database = Annotated[
    str, typer.Option("--database", envvar="HALLSERVER_DATABASE", help="sqlite:///path or a path; one file.")
]
AnyHall = Annotated[str | None, typer.Option("--hall", help="A hall; all of the database if left out.")]


class Stop(Exception):
    """Ends a command with sentences on the error stream and exit code 2."""


def settings_of(hall: str) -> HallSettings:
    """A hall's settings from a file, or from ``config/`` by its id."""
    path = Path(hall)
    if path.suffix == ".toml" or path.exists():
        return load_hall(path)
    found = shipped("config") / f"{hall}.toml"
    if not found.exists():
        known = ", ".join(sorted(file.stem for file in shipped("config").glob("*.toml")))
        raise Stop(f"--hall {hall}: no such file, and no shipped hall of that id; shipped are: {known}")
    return load_hall(found)


def hall_id_of(hall: str, store: Store) -> str:
    """The id a command means: of a settings file, of a hall in the database, or of a shipped one."""
    return hall if hall in store.halls() else settings_of(hall).hall.id


@contextmanager
def opened(database: str, *, must_exist: bool = True) -> Iterator[Store]:
    """The database a command works on, closed after it."""
    path = database_path(database)
    if must_exist and not path.exists():
        raise Stop(f"--database {path}: no such file; `hallserver run` makes it")
    store = Store(path)
    try:
        yield store
    finally:
        store.close()


def halls_meant(store: Store, hall: str | None) -> list[str]:
    """The hall a command names, which must be in the database, or all that are."""
    there = store.halls()
    if hall is None:
        return there
    meant = hall_id_of(hall, store)
    if meant not in there:
        raise Stop(f"--hall {hall}: not in this database, which has: {', '.join(there) or 'no hall yet'}")
    return [meant]
