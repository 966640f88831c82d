"""Days that turn, clocks that are set back, halls elsewhere: numbers and order stay right."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hallserver.moments import day_start
from hallserver.rules.services import start_service
from tests.a_hall import at
from tests.desk.a_real_hall import (
    Time,
    call,
    check,
    finish,
    held_writer,
    lines,
    of,
    open_windows,
    opened,
    take,
    take_many,
    the_no,
    told_of,
    wide_layout,
)

TUESDAY = "2026-11-24"
OPEN_BY_DAY = wide_layout(always_open=False)


async def test_after_midnight_numbers_begin_again_and_nobody_gets_one_of_yesterday(tmp_path: Path) -> None:
    time = Time("16:50")
    async with opened(tmp_path / "hall.db", OPEN_BY_DAY, time) as desk:
        assert await take_many(desk, 2) == ["20261123-A001", "20261123-A002"]
        time.is_now("08:30", TUESDAY)  # the press itself turns the day, before any tick
        assert await take(desk) == "20261124-A001"
        assert told_of(of(desk).path, "TicketExpired") == ["20261123-A001", "20261123-A002"]
        await check(desk)


async def test_64_presses_in_the_second_after_midnight_turn_the_day_once(tmp_path: Path) -> None:
    time = Time("23:59")
    async with opened(tmp_path / "hall.db", time=time) as desk:
        await take_many(desk, 5)
        time.is_now("00:00", TUESDAY)
        taken = await take_many(desk, 64)
        # Five of yesterday still wait in a hall that never closes: their numbers are left out.
        assert taken == [f"20261124-A{n:03d}" for n in range(6, 70)]
        assert [kind for _, kind, _ in lines(of(desk).path)].count("DayBegan") == 2
        await check(desk)


async def test_presses_on_their_way_at_midnight_keep_the_day_they_were_pressed_on(tmp_path: Path) -> None:
    time = Time("23:59")
    async with opened(tmp_path / "hall.db", time=time) as desk:
        async with held_writer(of(desk)):
            before = [asyncio.create_task(take(desk)) for _ in range(3)]
            await asyncio.sleep(0)
            time.is_now("00:00", TUESDAY)
            after = [asyncio.create_task(take(desk)) for _ in range(3)]
            await asyncio.sleep(0)
        assert [ticket[:8] for ticket in await asyncio.gather(*before)] == ["20261123"] * 3
        assert [ticket[:8] for ticket in await asyncio.gather(*after)] == ["20261124"] * 3
        await check(desk)


async def test_a_press_decided_again_after_midnight_gets_a_number_of_the_new_day(tmp_path: Path) -> None:
    time = Time("23:59")
    async with opened(tmp_path / "hall.db", time=time) as desk, opened(tmp_path / "hall.db", time=time) as other:
        async with held_writer(of(desk)):
            pressing = asyncio.create_task(take(desk))
            await asyncio.sleep(0)
            assert await take(other) == "20261123-A001"  # first, so that the other press is decided again
            time.is_now("00:00", TUESDAY)
        assert await pressing == "20261124-A002"
        await check(desk)


async def test_a_service_that_lasts_past_midnight_ends_where_it_began(tmp_path: Path) -> None:
    time = Time("16:59")
    async with opened(tmp_path / "hall.db", OPEN_BY_DAY, time) as desk:
        await open_windows(desk, ["1", "2"])
        late, later = await take_many(desk, 2)
        assert [await call(desk, "1"), await call(desk, "2")] == [late, later]
        await desk.press(start_service, by="clerk:1", window="1")
        time.is_now("00:30", TUESDAY)
        await desk.tick()
        assert desk.hall.tickets[late].state == "serving"
        assert (await the_no(call(desk, "2"))).code == "window_closed"
        await finish(desk, "1")
        assert told_of(of(desk).path, "ServiceEnded") == [late]
        assert told_of(of(desk).path, "TicketExpired") == [later]
        await check(desk)


async def test_set_back_two_hours_the_hall_gives_no_number_twice_and_calls_in_the_order_of_the_presses(
    tmp_path: Path,
) -> None:
    time = Time("10:00")
    async with opened(tmp_path / "hall.db", time=time) as desk:
        await open_windows(desk)
        before = await take_many(desk, 3)
        time.machine_is_set(minutes=-120)
        time.passes(seconds=30)
        after = await take_many(desk, 3)
        assert sorted({*before, *after}) == before + after
        assert [await call(desk, window) for window in ("1", "2", "3", "4")] == [*before, after[0]]
        moments = [deed.at for deed in of(desk).whole_log("hall")]
        assert moments == sorted(moments)
        assert desk.clock.behind_ms > 119 * 60_000
        await check(desk)


async def test_set_back_over_midnight_the_day_is_not_begun_twice(tmp_path: Path) -> None:
    time = Time("00:05", TUESDAY)
    async with opened(tmp_path / "hall.db", time=time) as desk:
        assert await take(desk) == "20261124-A001"
        time.machine_is_set(minutes=-10)
        time.passes(minutes=1)
        await desk.tick()
        assert await take(desk) == "20261124-A002"
        time.is_now("00:06", TUESDAY)  # midnight, once more
        await desk.tick()
        assert await take(desk) == "20261124-A003"
        assert [kind for _, kind, _ in lines(of(desk).path)].count("DayBegan") == 1
        await check(desk)


async def test_a_restart_on_a_machine_set_back_goes_on_from_the_last_deed(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db", time=Time("10:00")) as desk:
        await take(desk)
    async with opened(tmp_path / "hall.db", time=Time("07:00")) as desk:
        assert await take(desk) == "20261123-A002"
        moments = [deed.at for deed in of(desk).whole_log("hall")]
        assert moments == sorted(moments)
        assert min(moments) == at("10:00")
        await check(desk)


async def test_a_hall_that_was_off_for_a_week_begins_the_day_it_is(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db", OPEN_BY_DAY, Time("16:00")) as desk:
        left = await take(desk)
    async with opened(tmp_path / "hall.db", OPEN_BY_DAY, Time("09:00", "2026-11-30")) as desk:
        assert await take(desk) == "20261130-A001"
        assert told_of(of(desk).path, "TicketExpired") == [left]
        await check(desk)


@pytest.mark.parametrize(
    ("timezone", "day", "next_day", "hours"),
    [
        ("Asia/Shanghai", "2026-11-23", "2026-11-24", 24),
        ("Asia/Kathmandu", "2026-11-23", "2026-11-24", 24),
        ("Pacific/Auckland", "2026-04-05", "2026-04-06", 25),  # an hour twice
        ("Europe/Berlin", "2026-03-29", "2026-03-30", 23),  # an hour missing
        ("America/Santiago", "2026-04-04", "2026-04-05", 25),  # the hour before midnight, twice
        ("America/Santiago", "2026-09-05", "2026-09-06", 24),  # the next day begins at one
        ("America/Santiago", "2026-09-06", "2026-09-07", 23),
        ("Africa/Cairo", "2026-04-23", "2026-04-24", 24),  # the next day begins at one
    ],
)
async def test_a_hall_anywhere_turns_its_day_at_its_own_midnight_and_only_then(
    tmp_path: Path, timezone: str, day: str, next_day: str, hours: int
) -> None:
    time = Time("12:00", day, timezone)
    async with opened(tmp_path / "hall.db", wide_layout(timezone=timezone), time) as desk:
        assert await take(desk) == f"{day.replace('-', '')}-A001"
        time.wall_s = desk.hall.day_ends // 1000 - 1
        assert await take(desk) == f"{day.replace('-', '')}-A002"
        time.passes(seconds=1)
        assert await take(desk) == f"{next_day.replace('-', '')}-A003"  # A001 and A002 still wait
        began = {facts["day"]: number for number, kind, facts in lines(of(desk).path) if kind == "DayBegan"}
        assert list(began) == [day, next_day]
        await check(desk)
    async with opened(tmp_path / "other.db", wide_layout(timezone=timezone), Time("12:00", day, timezone)) as desk:
        assert desk.hall.day is not None
        assert desk.hall.day_ends - day_start(desk.hall.day, desk.hall.layout.tz) == hours * 3_600_000


async def test_in_the_hour_that_comes_twice_the_longest_wait_is_still_the_longest(tmp_path: Path) -> None:
    time = Time("02:30", "2026-10-25", "Europe/Berlin")
    async with opened(tmp_path / "hall.db", wide_layout(timezone="Europe/Berlin"), time) as desk:
        await open_windows(desk)
        early = await take(desk)
        time.passes(minutes=50)  # the wall shows 02:20 again
        late = await take(desk)
        assert await call(desk, "1") == early
        assert await call(desk, "2") == late
        why = {facts["ticket"]: facts["why"] for _, kind, facts in lines(of(desk).path) if kind == "TicketCalled"}
        assert why[early]["waited_min"] == 50
        await check(desk)
