"""A start from a snapshot is the same hall as a fold from the first line, only sooner."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from hallserver import desk as desk_module
from hallserver.desk import Desk
from hallserver.feed import read_hall
from hallserver.rules.calling import mark_absent, recall
from hallserver.rules.hall import Hall
from hallserver.rules.papers import paper_came
from hallserver.rules.ratings import rate
from hallserver.rules.services import hold, start_service, transfer
from hallserver.rules.snapshot import VERSION, from_plain, to_plain
from hallserver.rules.visits import cancel, come_back
from hallserver.rules.windows import assign, set_state
from hallserver.store.database import Store
from hallserver.store.verifying import rebuild
from tests.a_hall import a_layout
from tests.desk.a_real_hall import Time, call, check, finish, of, open_windows, opened, stored, take, take_many

TUESDAY = "2026-11-24"
LATE = a_layout(always_open=True)


async def a_lively_morning(desk: Desk, time: Time) -> None:
    """Something of everything: each state a ticket and a window can be in."""
    await open_windows(desk)
    tickets = await take_many(desk, 12)
    await take(desk, zone="gongan", item="hz-001", class_="green", reason="elderly", paper=True)
    await take(desk, zone="zonghe", item="yb-002", channel="kiosk", language="en", paper=True)
    time.passes(minutes=4)
    assert await call(desk, "1") == tickets[0]
    await finish(desk, "1")
    await desk.press(rate, by="resident", ticket=tickets[0], level=5)
    assert await call(desk, "1") == tickets[1]
    time.passes(minutes=1)
    await desk.press(recall, by="clerk:1", window="1")
    await desk.press(mark_absent, by="clerk:1", window="1")
    assert await call(desk, "1") == tickets[2]
    await desk.press(hold, by="clerk:1", window="1", reason="a copy")
    assert await call(desk, "1") == tickets[3]
    await desk.press(start_service, by="clerk:1", window="1")
    await desk.press(transfer, by="m", ticket=tickets[4], window="2")
    await desk.press(cancel, by="resident", ticket=tickets[5])
    await desk.press(come_back, by="resident", ticket=tickets[1])
    await desk.press(paper_came, by="d", ticket=desk.hall.calls[0].ticket, deed=1, printer="roll", cause="no_paper")
    await desk.press(assign, by="m", window="4", zone="chujian", support="gongan")
    await desk.press(set_state, by="clerk:2", window="2", state="paused", reason="lunch")
    time.passes(minutes=1)
    await desk.tick()


async def stored_snapshot(desk: Desk) -> None:
    """As the hall keeps one each night."""
    desk._keep_snapshot(desk.clock.now())
    await desk._written()


async def test_a_start_from_a_snapshot_is_the_hall_that_a_fold_of_the_whole_log_gives(tmp_path: Path) -> None:
    time = Time()
    async with opened(tmp_path / "hall.db", LATE, time) as desk:
        await a_lively_morning(desk, time)
        await stored_snapshot(desk)
        at_snapshot = desk.feed.end
        await take_many(desk, 3)
        await call(desk, "3")
        await desk.tick()  # what a second brings has come before the hall is opened again
        assert snapshots(of(desk).path)[-1] == (at_snapshot, VERSION)
        whole, _ = rebuild(of(desk), "hall")
        assert read_hall(of(desk), "hall") == whole == desk.feed.hall
    async with opened(tmp_path / "hall.db", LATE, time) as desk:
        assert desk.feed.hall == whole
        await take(desk)
        await check(desk)


async def test_a_state_written_and_read_is_the_same_state_and_shares_nothing_with_it(tmp_path: Path) -> None:
    time = Time()
    async with opened(tmp_path / "hall.db", LATE, time) as desk:
        await a_lively_morning(desk, time)
        again = from_plain(json.loads(json.dumps(to_plain(desk.feed.hall))))
        assert again == desk.feed.hall
        ticket = next(iter(again.tickets.values()))
        ticket.state = "somewhere"
        again.given.clear()
        assert again != desk.feed.hall
        await check(desk)


async def test_at_the_turn_of_the_day_the_new_day_is_kept(tmp_path: Path) -> None:
    time = Time("16:59")
    async with opened(tmp_path / "hall.db", time=time) as desk:
        await desk.tick()
        first = desk.feed.end
        await take_many(desk, 3)
        for seconds in (1, 1):
            time.passes(seconds=seconds)
            await desk.tick()
        await desk._written()
        assert snapshots(of(desk).path) == [(first, VERSION)]
        time.is_now("00:00", TUESDAY)
        await desk.tick()
        await desk._written()
        assert snapshots(of(desk).path) == [(first, VERSION), (desk.feed.end, VERSION)]
        assert read_hall(of(desk), "hall").day == desk.feed.hall.day


async def test_a_hall_switched_off_at_night_keeps_its_new_day_after_the_start(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db", time=Time("16:00")) as desk:
        await desk.tick()
        await take(desk)
    async with opened(tmp_path / "hall.db", time=Time("08:00", TUESDAY)) as desk:
        await desk.tick()
        await desk._written()
        assert snapshots(of(desk).path)[-1] == (desk.feed.end, VERSION)


async def test_what_a_start_folds_does_not_grow_with_the_years(tmp_path: Path) -> None:
    time = Time("16:00")
    async with opened(tmp_path / "hall.db", time=time) as desk:
        for day in range(24, 31):
            await take_many(desk, 20)
            time.is_now("08:00", f"2026-11-{day}")
            await desk.tick()
        await take_many(desk, 5)
        end = desk.feed.end
    counting = Counting(tmp_path / "hall.db")
    try:
        assert read_hall(counting, "hall").number == end
        assert counting.lines_read <= 5 + 2
        assert len(snapshots(tmp_path / "hall.db")) == 3  # older ones are thrown away
    finally:
        counting.close()


class Counting(Store):
    lines_read = 0

    def read_log(self, hall: str, after: int, limit: int = 5_000) -> list:  # type: ignore[type-arg]
        found = super().read_log(hall, after, limit)
        self.lines_read += len(found)
        return found


async def test_a_snapshot_of_an_older_version_is_left_aside(tmp_path: Path) -> None:
    time = Time()
    async with opened(tmp_path / "hall.db", LATE, time) as desk:
        await a_lively_morning(desk, time)
        await stored_snapshot(desk)
        hall = desk.feed.hall
    with sqlite3.connect(tmp_path / "hall.db") as connection:
        changed = connection.execute('UPDATE snapshot SET version = version - 1, state = \'{"of": "old"}\'').rowcount
        assert changed >= 1
    connection.close()
    async with stored(tmp_path / "hall.db") as store:
        assert store.snapshot("hall", VERSION) is None
        assert read_hall(store, "hall") == hall
    async with opened(tmp_path / "hall.db", LATE, time) as desk:
        await take(desk)
        await check(desk)


async def test_a_snapshot_of_a_newer_version_is_left_aside_too(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        await take(desk)
        await stored_snapshot(desk)
    with sqlite3.connect(tmp_path / "hall.db") as connection:
        connection.execute("UPDATE snapshot SET version = version + 1, state = 'not even JSON'")
    connection.close()
    async with opened(tmp_path / "hall.db") as desk:
        assert (await take(desk)).endswith("A002")
        await check(desk)


async def test_old_answers_are_forgotten_with_the_night_and_fresh_ones_are_not(tmp_path: Path) -> None:
    time = Time("10:00")
    async with opened(tmp_path / "hall.db", time=time) as desk:
        await take(desk, key="resident monday")
        time.is_now("10:00", "2026-11-26")
        await take(desk, key="resident thursday")
        time.is_now("00:01", "2026-11-27")
        await desk.tick()
        await desk._written()
        kept = of(desk).answers("hall", ["resident monday", "resident thursday"])
        assert list(kept) == ["resident thursday"]
        assert desk_module.ANSWERS_KEPT_MS >= 24 * 3_600_000


def snapshots(path: Path) -> list[tuple[int, int]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute("SELECT number, version FROM snapshot ORDER BY number").fetchall()
    finally:
        connection.close()


def test_a_hall_that_never_was_is_read_as_an_empty_one(tmp_path: Path) -> None:
    store = Store(tmp_path / "hall.db")
    try:
        hall: Hall = read_hall(store, "nowhere")
        assert (hall.number, hall.tickets, hall.day) == (0, {}, None)
    finally:
        store.close()
