"""Serving halls, playing a day in one, and trying its printers."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated

import typer
from rich.table import Table

from hallserver.app import Options, Server, run_until_told
from hallserver.commands.options import (
    DEFAULT_DATABASE,
    DEFAULT_HALL,
    Database,
    HallOption,
    OneHall,
    Stop,
    hall_id_of,
    opened,
    out,
    settings_of,
)
from hallserver.printers import print_test_page
from hallserver.rehearsal.telling import play_and_tell
from hallserver.store.accounts import Accounts, Principal
from hallserver.store.database import database_path


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
