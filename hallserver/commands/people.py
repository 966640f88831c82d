"""The people who sign in, and the tokens of machines and programs: given, listed, taken back."""

from __future__ import annotations

import sys
import time
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from hallserver.commands.options import (
    DEFAULT_DATABASE,
    DEFAULT_HALL,
    Database,
    OneHall,
    Stop,
    hall_id_of,
    opened,
    out,
)
from hallserver.moments import rfc3339
from hallserver.store.accounts import Accounts, Person, Principal

staff = typer.Typer(no_args_is_help=True, help="The people who sign in.")

UTC = ZoneInfo("UTC")
NOTICED = "a running server notices within 30 seconds"


def token(
    role: Annotated[str | None, typer.Option(help="device, clerk or manager: makes a token.")] = None,
    hall: OneHall = DEFAULT_HALL,
    window: Annotated[str | None, typer.Option(help="The window of a clerk or a device.")] = None,
    name: Annotated[str | None, typer.Option(help="How the log names the holder.")] = None,
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="Valid for so many days.")] = None,
    withdraw: Annotated[
        str | None, typer.Option(help="Take back: a token, or all tokens of a holder as the log names it.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Which tokens there are.")] = False,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Print a bearer token, and nothing else; or list tokens, or take one back."""
    if [role is not None, withdraw is not None, listed].count(True) != 1:
        raise Stop("One of --role (make one), --withdraw (take one back) and --list is needed")
    if listed:
        _list_tokens(hall, database)
    elif withdraw is not None:
        _withdraw(withdraw, hall, database)
    else:
        _make_token(str(role), hall, window, name, days, database)


def _make_token(role: str, hall: str, window: str | None, name: str | None, days: int | None, database: str) -> None:
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


def _list_tokens(hall: str, database: str) -> None:
    """Who holds one, never the tokens themselves: only their digests are kept."""
    table = Table("持有者 holder", "窗口 window", "发放 made", "有效期 ends")
    with opened(database) as store:
        found = Accounts(store).tokens(hall_id_of(hall, store))
    for holder, created, expires in found:
        ends = rfc3339(expires, UTC)[:10] if expires is not None else ""
        table.add_row(holder.by, holder.window or "", rfc3339(created, UTC)[:10], ends)
    out.print(table)


def _withdraw(told: str, hall: str, database: str) -> None:
    with opened(database) as store:
        taken = Accounts(store).withdraw_tokens(hall_id_of(hall, store), told)
    if not taken:
        raise Stop("--withdraw: no such token, and no holder of one by that name; --list tells who holds one")
    for holder in sorted({holder.by for holder in taken}):
        count = sum(one.by == holder for one in taken)
        out.print(f"{holder}: {count} withdrawn; {NOTICED}", markup=False, highlight=False)


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


@staff.command("remove")
def staff_remove(staff_id: str, hall: OneHall = DEFAULT_HALL, database: Database = DEFAULT_DATABASE) -> None:
    """Let a person sign in no more. What they did stays in the log; the hall's file doesn't bring them back."""
    with opened(database) as store:
        removed = Accounts(store).remove(hall_id_of(hall, store), staff_id, int(time.time() * 1000))
    if not removed:
        raise Stop(f"{staff_id}: nobody with this id")
    out.print(f"{staff_id} is signed out and can't sign in any more; {NOTICED}", markup=False, highlight=False)
