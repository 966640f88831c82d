"""The table of cases: as the log tells it, and brought up to date where it was written before there was one."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from peewee import SqliteDatabase
from playhouse.migrations import Runner

from hallserver.desk import Desk
from hallserver.rules.calling import call_by_name
from hallserver.rules.cases import hand_over_case, make_ready, supply
from hallserver.rules.chains import plan_chain
from hallserver.rules.home_visits import plan_visit, tell_visit
from hallserver.rules.services import complete
from hallserver.rules.visits import come_back
from hallserver.store.database import MIGRATIONS, Store
from hallserver.store.projection import COLUMNS
from hallserver.store.verifying import differences
from tests.a_hall import a_layout
from tests.desk.a_real_hall import Time, check, of, open_windows, opened, take, told


async def press(desk: Desk, rule: Any, **details: Any) -> Any:
    return await desk.press(rule, by="clerk:0301", answering=told, **details)


async def served(desk: Desk, ticket: str, window: str, outcome: str, note: str | None = None) -> None:
    await press(desk, call_by_name, window=window, ticket=ticket, reason="x", clerk="0301")
    await press(desk, complete, window=window, outcome=outcome, note=note)


async def a_day_of_old_deeds(desk: Desk) -> None:
    """Everything that opens a case, and whoever came back with what was missing."""
    await open_windows(desk)
    await served(desk, await take(desk, zone=None, item="hz-001"), "3", "accepted")
    await served(desk, await take(desk, zone=None, item="hz-001"), "3", "done")
    for second in ("accepted", "accepted_with_gaps", "done", "referred"):
        ticket = await take(desk, zone=None, item="hz-001")
        await served(desk, ticket, "3", "accepted_with_gaps", "照片")
        await press(desk, come_back, ticket=ticket)
        await served(desk, ticket, "3", second, "户口簿")
    chain = await take(desk, zone=None, item="yb-001")
    await press(desk, plan_chain, ticket=chain, items=["hz-001"])
    await served(desk, chain, "1", "accepted")
    await served(desk, chain, "3", "accepted_with_gaps")
    at = desk.clock.now() + 3_600_000
    visit = await desk.press(plan_visit, by="clerk:0301", answering=told, start=at, item="hz-001")
    await press(desk, tell_visit, ticket=visit.body.split('"')[3], clerk="0301", outcome="accepted")


def as_it_was(path: Path) -> None:
    """Before the migration of cases: without their table, and without its mark."""
    database: Any = SqliteDatabase(str(path))
    runner = Runner(database, str(MIGRATIONS))
    with database.connection_context():
        database.execute_sql('DROP TABLE "case"')
        runner.History.delete().where(runner.History.name == "0011_cases").execute()


async def rows(path: Path) -> list[tuple[Any, ...]]:
    def read() -> list[tuple[Any, ...]]:
        with closing(Store(path)) as store:
            assert list(differences(store, "hall")) == []
            return store.table("case", COLUMNS["case"], "hall")

    return await asyncio.to_thread(read)


async def test_a_database_of_old_deeds_has_a_row_for_every_case_they_opened(tmp_path: Path) -> None:
    path = tmp_path / "hall.db"
    layout = a_layout(always_open=True)
    async with opened(path, layout, Time()) as desk:
        await a_day_of_old_deeds(desk)
        await check(desk)
    written = await rows(path)
    as_it_was(path)
    assert await rows(path) == written
    assert [row[-1] for row in written] == [
        "in_office", "in_office", "in_office", "handed_over", "in_office", "in_office", "in_office", "in_office",
    ]  # fmt: skip
    async with opened(path, layout, Time()) as desk:
        await press(desk, make_ready, case=written[0][1])
        await check(desk)


async def test_a_log_that_cannot_be_read_still_opens_so_that_verify_can_say_where(tmp_path: Path) -> None:
    path = tmp_path / "hall.db"
    async with opened(path, a_layout(always_open=True), Time()) as desk:
        await a_day_of_old_deeds(desk)
        end = desk.feed.end
    as_it_was(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("UPDATE log SET kind = 'Teleported' WHERE number = ?", (end,))
    with closing(Store(path)) as store:
        (said,) = differences(store, "hall")
        kept = store.table("case", COLUMNS["case"], "hall")
    assert said.startswith("log after 0: KeyError")  # verify reads the log in large handfuls
    assert len(kept) == 7, "the last of eight can't be read"


@pytest.mark.parametrize("pressed", ["supply", "ready", "handed over"])
async def test_every_press_on_a_case_stands_in_its_row(tmp_path: Path, pressed: str) -> None:
    path = tmp_path / "hall.db"
    async with opened(path, a_layout(always_open=True), Time()) as desk:
        await open_windows(desk)
        await served(desk, await take(desk, zone=None, item="hz-001"), "3", "accepted_with_gaps", "照片")
        [case] = desk.hall.cases
        await press(desk, supply, case=case)
        if pressed != "supply":
            await press(desk, make_ready, case=case)
        if pressed == "handed over":
            await press(desk, hand_over_case, case=case, way="self_pickup")
        row = await asyncio.to_thread(of(desk).case_row, "hall", case, COLUMNS["case"])
        await check(desk)
    assert row is not None
    assert (row["item"], row["gaps"], row["supplied_at"] is None) == ("hz-001", "照片", False)
    assert (row["ready_at"] is None, row["handed_over_at"] is None, row["way"]) == {
        "supply": (True, True, None), "ready": (False, True, None), "handed over": (False, False, "self_pickup"),
    }[pressed]  # fmt: skip


async def test_a_database_without_accepted_services_gets_an_empty_table(tmp_path: Path) -> None:
    path = tmp_path / "hall.db"
    async with opened(path) as desk:
        await take(desk)
    as_it_was(path)
    assert await rows(path) == []
