"""A press is idempotent: the same key, the same answer, one deed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from peewee import SqliteDatabase
from playhouse.migrations import Runner

from hallserver import presses
from hallserver.events import Event
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.hall import Hall
from hallserver.store.database import MIGRATIONS
from tests.desk.a_real_hall import (
    SOON_S,
    call,
    check,
    held_writer,
    of,
    on_writer,
    open_windows,
    opened,
    served,
    stored,
    take,
    take_many,
    the_no,
    told_of,
    wide_layout,
)
from tests.desk.a_running_server import rows


async def test_a_double_tap_takes_one_number(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        first = await take(desk, key="resident tap")
        assert await take(desk, key="resident tap") == first
        assert told_of(of(desk).path, "TicketIssued") == [first]


async def test_32_taps_at_once_take_one_number(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        taken = await take_many(desk, 32, key="resident tap")
        assert taken == [taken[0]] * 32
        assert told_of(of(desk).path, "TicketIssued") == [taken[0]]
        await check(desk)


async def test_the_answer_to_a_key_outlives_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        await open_windows(desk)
        waiting = await take_many(desk, 3)
        called = await call(desk, "1", key="clerk:1 next")
        assert called == waiting[0]
    async with opened(tmp_path / "hall.db") as desk:
        # The window is busy now, so the rule would say no; and at another window it would call the next.
        assert await call(desk, "1", key="clerk:1 next") == called
        again = await asyncio.gather(*(call(desk, "2", key="clerk:1 next") for _ in range(4)))
        assert again == [called] * 4
        assert told_of(of(desk).path, "TicketCalled") == [called]
        await check(desk)


async def test_a_key_answered_before_answers_stood_in_their_order_is_answered_the_same(tmp_path: Path) -> None:
    path = tmp_path / "hall.db"
    async with opened(path) as desk:
        first = await take(desk, key="resident tap")
    as_it_was(path)
    async with opened(path) as desk:
        assert await take(desk, key="resident tap") == first
        assert told_of(path, "TicketIssued") == [first]
        await take(desk, key="resident other")
        await check(desk)
    ((made,),) = rows(path, "SELECT sql FROM sqlite_master WHERE name = 'answer'")
    assert "WITHOUT ROWID" not in made


def as_it_was(path: Path) -> None:
    """Answers ordered by their key, without the mark of the migration that put them in their order."""
    database: Any = SqliteDatabase(str(path))
    runner = Runner(database, str(MIGRATIONS))
    with database.connection_context():
        database.execute_sql("ALTER TABLE answer RENAME TO answer_now")
        database.execute_sql(
            "CREATE TABLE answer (hall TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL,"
            " at INTEGER NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (hall, key)) WITHOUT ROWID"
        )
        database.execute_sql("INSERT INTO answer SELECT * FROM answer_now")
        database.execute_sql("DROP TABLE answer_now")
        runner.History.delete().where(runner.History.name == "0012_answers_in_order").execute()


async def test_after_a_restart_a_repeated_press_spoils_none_of_those_pressed_with_it(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        first = await take(desk, key="resident tap")
    async with opened(tmp_path / "hall.db") as desk:
        async with held_writer(of(desk)):
            presses = [asyncio.create_task(take(desk, key=f"resident {name}")) for name in ("b", "tap", "c", "tap")]
            await asyncio.sleep(0)
        b, again, c, once_more = await asyncio.gather(*presses)
        assert again == once_more == first
        assert told_of(of(desk).path, "TicketIssued") == [first, b, c]
        await check(desk)


async def test_a_key_used_for_another_press_is_refused_and_the_first_keeps_its_answer(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        first = await take(desk, key="resident tap")
        assert (await the_no(take(desk, key="resident tap", fingerprint="other"))).code == "key_reused"
        assert await take(desk, key="resident tap") == first
    async with opened(tmp_path / "hall.db") as desk:
        assert (await the_no(take(desk, key="resident tap", fingerprint="other"))).code == "key_reused"
        assert await take(desk, key="resident tap") == first
        assert (await the_no(take(desk, key="resident tap", fingerprint="other"))).code == "key_reused"
        assert told_of(of(desk).path, "TicketIssued") == [first]
        await check(desk)


async def test_a_key_used_for_another_press_after_a_restart_is_refused_when_that_press_would_be_too(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        first = await take(desk, key="resident tap")
    async with opened(tmp_path / "hall.db") as desk:
        wrong = take(desk, key="resident tap", fingerprint="other", zone="moon")
        assert (await the_no(wrong)).code == "key_reused"
        assert await take(desk, key="resident tap") == first


async def test_a_no_under_a_key_stays_that_no(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        await open_windows(desk)
        nos = [await the_no(call(desk, "1", key="clerk:1 next")) for _ in range(2)]
        assert [no.code for no in nos] == ["nobody_waiting"] * 2
        ticket = await take(desk)
        assert (await the_no(call(desk, "1", key="clerk:1 next"))).code == "nobody_waiting"
        assert await call(desk, "1", key="clerk:1 next, a new press") == ticket


async def test_a_no_under_a_key_pressed_many_times_at_once_is_one_no(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        await open_windows(desk)
        presses = [asyncio.create_task(call(desk, "1", key="clerk:1 next")) for _ in range(8)]
        assert [(await the_no(press)).code for press in presses] == ["nobody_waiting"] * 8
        assert told_of(of(desk).path, "TicketCalled") == []


async def test_after_a_failed_write_the_same_key_may_try_again(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        await on_writer(of(desk), "PRAGMA query_only=ON")
        for _ in range(2):
            assert (await the_no(take(desk, key="resident tap"))).code == "storage_unavailable"
        await on_writer(of(desk), "PRAGMA query_only=OFF")
        ticket = await take(desk, key="resident tap")
        assert await take(desk, key="resident tap") == ticket
        assert told_of(of(desk).path, "TicketIssued") == [ticket]
        await check(desk)


async def test_who_hangs_up_and_presses_again_with_the_key_gets_the_number_of_the_first_press(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        async with held_writer(of(desk)):
            hung_up = asyncio.create_task(take(desk, key="resident tap"))
            await asyncio.sleep(0)
            hung_up.cancel()
            again = asyncio.create_task(take(desk, key="resident tap"))
            await asyncio.sleep(0)
        async with asyncio.timeout(SOON_S):
            first = await again
            assert await take(desk, key="resident tap") == first
        assert hung_up.cancelled()
        assert told_of(of(desk).path, "TicketIssued") == [first]


async def test_who_hangs_up_while_being_refused_leaves_no_key_hanging(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        await open_windows(desk)
        hung_up = asyncio.create_task(call(desk, "1", key="clerk:1 next"))
        await asyncio.sleep(0)
        hung_up.cancel()
        assert (await the_no(call(desk, "1", key="clerk:1 next"))).code == "nobody_waiting"


async def test_a_rule_that_breaks_under_a_key_breaks_for_every_press_of_it(tmp_path: Path) -> None:
    def broken(hall: Hall, now: Moment, **details: Any) -> list[Event]:
        raise ZeroDivisionError("ours")

    async with opened(tmp_path / "hall.db") as desk:
        for _ in range(2):
            async with asyncio.timeout(SOON_S):
                with pytest.raises(ZeroDivisionError):
                    await desk.press(broken, by="resident", key="resident tap", fingerprint="take")
        assert await take(desk) == told_of(of(desk).path, "TicketIssued")[0]


async def test_keys_older_than_the_desk_remembers_are_found_in_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presses, "ANSWERS_REMEMBERED", 3)
    async with opened(tmp_path / "hall.db") as desk:
        taken = [await take(desk, key=f"resident {n}") for n in range(8)]
        assert [await take(desk, key=f"resident {n}") for n in range(8)] == taken
        assert told_of(of(desk).path, "TicketIssued") == taken
        await check(desk)


async def test_a_key_answered_with_nothing_to_do_is_answered_the_same_after_a_restart(tmp_path: Path) -> None:
    def nothing(hall: Hall, now: Moment) -> list[Event]:
        return []

    async with opened(tmp_path / "hall.db") as desk:
        before = desk.feed.end
        answers = {(await desk.press(nothing, by="m", key="m key", fingerprint="a")).body for _ in range(2)}
        assert desk.feed.end == before
    async with opened(tmp_path / "hall.db") as desk:
        answers.add((await desk.press(nothing, by="m", key="m key", fingerprint="a")).body)
        assert answers == {'{"deeds":[]}'}


async def test_a_key_belongs_to_its_hall(tmp_path: Path) -> None:
    east, west = wide_layout(id="east"), wide_layout(id="west")
    async with stored(tmp_path / "halls.db") as store, served(store, east) as here, served(store, west) as there:
        assert (await take(here, key="resident tap")).endswith("A001")
        await take(there)
        assert (await take(there, key="resident tap", fingerprint="other")).endswith("A002")


async def test_the_no_of_a_full_hall_is_kept_under_its_key_while_others_go_on(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db", wide_layout(waiting_limit=1)) as desk:
        await open_windows(desk)
        await take(desk)
        with pytest.raises(Refusal, match="hall_full"):
            await take(desk, key="resident tap")
        await call(desk, "1")
        assert (await the_no(take(desk, key="resident tap"))).code == "hall_full"
        await take(desk, key="resident tap, later")
