"""The command line: ``hallserver run | rehearse | token | staff | print-test | verify | backup | …``."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import structlog
import typer
from rich.console import Console
from rich.table import Table

from hallserver.app import Options, Server, run_until_told
from hallserver.printers import print_test_page
from hallserver.rehearsal.telling import play_and_tell
from hallserver.rules.folding import fold
from hallserver.rules.hall import new_hall
from hallserver.settings import HallSettings, SettingsError, load_hall
from hallserver.shipped import shipped
from hallserver.store.accounts import Accounts, Person, Principal
from hallserver.store.database import Store, UnknownDatabase, database_path
from hallserver.store.verifying import differences
from hallserver.store.writer import StorageFailed
from hallserver.web.deeds import deed_shape

cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
staff = typer.Typer(no_args_is_help=True, help="The people who sign in.")
cli.add_typer(staff, name="staff")

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)

DEFAULT_HALL = "luojiazhuang"
DEFAULT_DATABASE = "var/hall.db"
DIFFERENCES_TOLD = 100

HallOption = Annotated[list[str] | None, typer.Option("--hall", help="A settings file, or the id of a shipped hall.")]
OneHall = Annotated[str, typer.Option("--hall", help="A settings file, or a hall's id.")]
Database = Annotated[
    str, typer.Option("--database", envvar="HALLSERVER_DATABASE", help="sqlite:///path or a path; one file.")
]


class Stop(Exception):
    """Ends a command with sentences on the error stream and exit code 2."""


def main() -> None:
    """The entry point: no traceback reaches a person for what a person or the world can cause."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        cli()
    except SettingsError as error:
        _end([f"{len(error.problems)} problem(s) in the settings:", *error.problems])
    except UnknownDatabase as error:
        _end([f"--database {error}: this version keeps halls in SQLite; give a path or sqlite:///path"])
    except (StorageFailed, sqlite3.Error) as error:
        _end([f"The database can't be used: {error}"])
    except Stop as error:
        _end([str(error)])
    except OSError as error:
        _end([f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")])


def _end(sentences: list[str]) -> None:
    for sentence in sentences:
        err.print(sentence, markup=False, highlight=False)
    sys.exit(2)


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


@cli.command()
def run(
    hall: HallOption = None,
    database: Database = DEFAULT_DATABASE,
    host: Annotated[str, typer.Option(envvar="HALLSERVER_HOST", help="0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="HALLSERVER_PORT", min=0, max=65535)] = 8080,
    always_open: Annotated[bool, typer.Option("--always-open", help="Ignore the hours; the pages say so.")] = False,
    demonstration: Annotated[
        bool, typer.Option("--demonstration", help="One press signs in on this machine; rehearsals may be played.")
    ] = False,
) -> None:
    """Serve one or several halls."""
    halls = [settings_of(name) for name in hall or [DEFAULT_HALL]]
    ids = [settings.hall.id for settings in halls]
    if len(set(ids)) != len(ids):
        raise Stop(f"--hall: {', '.join(ids)}: each hall may stand there once")
    options = Options(halls, database, host, port, always_open, demonstration)
    try:
        asyncio.run(run_until_told(options, _say_started))
    except OSError as error:
        if error.errno in (98, 48):
            raise Stop(f"Port {port} on {host} is taken; give another with --port") from None
        raise


def _say_started(server: Server) -> None:
    halls = "、".join(f"{h.settings.hall.name}（{h.settings.hall.name_en}）" for h in server.hub.halls.values())
    out.print(f"[bold]{halls}[/bold]")
    out.print(f"  {server.url}/", highlight=False)
    if server.options.always_open:
        out.print("  不看办公时间，随时可以取号 · always open: the hours are ignored", highlight=False)
    if server.options.demonstration:
        out.print("  演示：本机按一下就能登录 · demonstration: one press signs in on this machine", highlight=False)
    if server.new_passwords:
        table = Table("工号 id", "姓名 name", "role", "密码 password", title="新的密码，只显示这一次 · shown only now")
        for person, password in server.new_passwords:
            table.add_row(person.id, person.name, person.role, password)
        out.print(table)


@cli.command()
def rehearse(
    hall: OneHall = DEFAULT_HALL,
    database: Database = DEFAULT_DATABASE,
    server: Annotated[str, typer.Option(help="The running server.")] = "http://127.0.0.1:8080",
    speed: Annotated[float, typer.Option(min=1, max=2000, help="How many times faster than real.")] = 60,
    seed: Annotated[int, typer.Option(help="The same seed draws the same day.")] = 1,
) -> None:
    """Play a whole day in a running hall, through its public API."""
    with opened(database) as store:
        hall_id = hall_id_of(hall, store)
        accounts = Accounts(store)
        now = int(time.time() * 1000)
        token = accounts.new_token(Principal("manager", "rehearsal", hall_id), now, now + 24 * 3_600_000)
        try:
            went_well = asyncio.run(play_and_tell(server.rstrip("/"), hall_id, token, speed=speed, seed=seed, out=out))
        finally:
            accounts.drop_token(token)
    if not went_well:
        raise typer.Exit(1)


@cli.command()
def token(
    role: Annotated[str, typer.Option(help="device, clerk or manager")],
    hall: OneHall = DEFAULT_HALL,
    window: Annotated[str | None, typer.Option(help="The window of a clerk or a device.")] = None,
    name: Annotated[str | None, typer.Option(help="How the log names the holder.")] = None,
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="Valid for so many days.")] = None,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Print a bearer token, and nothing else."""
    if role not in ("device", "clerk", "manager"):
        raise Stop(f"--role {role}: must be device, clerk or manager")
    if role == "clerk" and window is None:
        raise Stop("--role clerk: needs --window, the one where the clerk sits")
    now = int(time.time() * 1000)
    expires = now + days * 24 * 3_600_000 if days else None
    called = name or (f"window-{window}" if window else f"{role}-token")
    with opened(database, must_exist=False) as store:
        holder = Principal(role, called, hall_id_of(hall, store), window)
        made = Accounts(store).new_token(holder, now, expires)
    sys.stdout.write(made + "\n")


@staff.command("add")
def staff_add(
    staff_id: str,
    name: str,
    role: Annotated[str, typer.Option(help="clerk or manager")] = "clerk",
    window: str | None = None,
    hall: OneHall = DEFAULT_HALL,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Add a person and print the password once."""
    if role not in ("clerk", "manager"):
        raise Stop(f"--role {role}: must be clerk or manager")
    with opened(database) as store:
        password = Accounts(store).add(hall_id_of(hall, store), Person(staff_id, name, role, window))
    if password is None:
        raise Stop(f"{staff_id} is there already; `hallserver staff reset {staff_id}` gives a new password")
    sys.stdout.write(password + "\n")


@staff.command("list")
def staff_list(hall: OneHall = DEFAULT_HALL, database: Database = DEFAULT_DATABASE) -> None:
    """Who may sign in."""
    table = Table("工号 id", "姓名 name", "role", "窗口 window")
    with opened(database) as store:
        people = Accounts(store).people(hall_id_of(hall, store))
    for person in people:
        table.add_row(person.id, person.name, person.role, person.window or "")
    out.print(table)


@staff.command("reset")
def staff_reset(staff_id: str, hall: OneHall = DEFAULT_HALL, database: Database = DEFAULT_DATABASE) -> None:
    """Give a new password, and print it once."""
    with opened(database) as store:
        password = Accounts(store).reset(hall_id_of(hall, store), staff_id)
    if password is None:
        raise Stop(f"{staff_id}: nobody with this id")
    sys.stdout.write(password + "\n")


def halls_meant(store: Store, hall: str | None) -> list[str]:
    """The hall a command names, which must be in the database, or all that are."""
    there = store.halls()
    if hall is None:
        return there
    meant = hall_id_of(hall, store)
    if meant not in there:
        raise Stop(f"--hall {hall}: not in this database, which has: {', '.join(there) or 'no hall yet'}")
    return [meant]


AnyHall = Annotated[str | None, typer.Option("--hall", help="A hall; all of the database if left out.")]


@cli.command("print-test")
def print_test(
    hall: OneHall = DEFAULT_HALL,
    printer: Annotated[str | None, typer.Option(help="One of several; every one if left out.")] = None,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Print a page on a hall's printer, straight, past the server. Exit code 1 if none came out."""
    settings = settings_of(hall)
    meant = [found for found in settings.all_printers if printer in (None, found.id)]
    if not meant:
        known = ", ".join(found.id for found in settings.all_printers)
        raise Stop(f"--printer {printer}: no such printer; the hall has: {known}")
    failed = False
    for found in meant:
        said = print_test_page(settings, found, database_path(database).parent / "paper" / settings.hall.id)
        out.print(f"{found.id} ({found.address}): {said or 'the test page came out'}", markup=False, highlight=False)
        failed |= said is not None
    if failed:
        raise typer.Exit(1)


@cli.command()
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


@cli.command()
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


@cli.command()
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


@cli.command()
def export(hall: AnyHall = None, database: Database = DEFAULT_DATABASE) -> None:
    """The log as JSON lines on standard output."""
    with opened(database) as store:
        for name in halls_meant(store, hall):
            live = new_hall(name)
            for deed in store.whole_log(name):
                fold(live, deed)
                sys.stdout.write(json.dumps({"hall": name} | deed_shape(live, deed), ensure_ascii=False) + "\n")
