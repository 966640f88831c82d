"""What followers pull: every deed once and in order, and nothing before it is durable."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hallserver import feed as feed_module
from hallserver.desk import Desk
from hallserver.events import Deed
from tests.desk.a_real_hall import (
    SOON_S,
    call,
    check,
    held_writer,
    lines,
    of,
    on_writer,
    open_windows,
    opened,
    take,
    take_many,
    the_no,
    until,
)


async def heard(deeds: AsyncIterator[Deed], count: int) -> list[int]:
    """The numbers of the next deeds of a follower."""
    async with asyncio.timeout(SOON_S):
        return [(await anext(deeds)).number for _ in range(count)]


async def test_a_press_is_seen_by_nobody_and_answered_to_nobody_before_it_is_durable(tmp_path: Path) -> None:
    seen: list[Deed] = []
    async with opened(tmp_path / "hall.db") as desk:
        await open_windows(desk)
        ticket = await take(desk)
        desk.feed.watch(seen.extend)
        end = desk.feed.end
        following = asyncio.create_task(heard(desk.feed.deeds(end), 1))
        async with held_writer(of(desk)):
            pressing = asyncio.create_task(call(desk, "1"))
            await until(lambda: desk.hall.number > end)
            assert desk.hall.windows["1"].ticket == ticket  # decided
            await asyncio.sleep(0.05)  # that nothing happens can only be waited for
            assert desk.feed.end == end
            assert desk.feed.hall.windows["1"].ticket is None
            assert [number for number, _, _ in lines(of(desk).path)] == list(range(1, end + 1))
            assert (pressing.done(), following.done(), seen) == (False, False, [])
        assert await pressing == ticket
        assert await following == [end + 1] == [deed.number for deed in seen]
        assert lines(of(desk).path)[-1][0] == end + 1


async def test_when_a_follower_hears_of_a_deed_it_stands_in_the_database(tmp_path: Path) -> None:
    ends: list[tuple[int, int]] = []
    async with opened(tmp_path / "hall.db") as desk:
        desk.feed.watch(lambda deeds: ends.append((deeds[-1].number, of(desk).log_end("hall"))))
        await take_many(desk, 50)
        await take(desk)
    assert ends
    assert all(stored >= told for told, stored in ends)


async def test_a_follower_that_was_away_gets_every_deed_once_and_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "RECENT_DEEDS", 50)
    async with opened(tmp_path / "hall.db") as desk:
        await take_many(desk, 200)
        end = desk.feed.end
        assert desk.feed.find(end) is not None
        assert desk.feed.find(10) is None  # older than what is kept in memory
        follower = desk.feed.deeds(0)
        assert await heard(follower, 150) == list(range(1, 151))
        await take_many(desk, 100)  # while it lags behind
        assert await heard(follower, desk.feed.end - 150) == list(range(151, desk.feed.end + 1))
        waiting = asyncio.create_task(heard(follower, 2))
        await take_many(desk, 2)
        assert await waiting == [desk.feed.end - 1, desk.feed.end]


async def test_a_follower_goes_on_after_a_restart_from_where_it_was(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        await take_many(desk, 30)
        assert await heard(desk.feed.deeds(0), 17) == list(range(1, 18))
        end = desk.feed.end
    async with opened(tmp_path / "hall.db") as desk:
        follower = desk.feed.deeds(17)
        assert await heard(follower, end - 17) == list(range(18, end + 1))
        waiting = asyncio.create_task(heard(follower, 1))
        await take(desk)
        assert await waiting == [end + 1]


async def test_what_followers_are_told_is_what_the_log_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "RECENT_DEEDS", 8)
    async with opened(tmp_path / "hall.db") as desk:
        await open_windows(desk)
        follower = desk.feed.deeds(0)
        old = [await anext(follower) for _ in range(2)]
        await take_many(desk, 20, language="en")
        await call(desk, "1")
        async with asyncio.timeout(SOON_S):
            told = old + [await anext(follower) for _ in range(desk.feed.end - 2)]
        assert [(deed.number, deed.event.kind, deed.event.facts()) for deed in told] == lines(of(desk).path)


async def test_a_follower_never_hears_of_what_could_not_be_written(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        follower = desk.feed.deeds(desk.feed.end)
        await on_writer(of(desk), "PRAGMA query_only=ON")
        await the_no(take(desk, item="yb-001"))
        await on_writer(of(desk), "PRAGMA query_only=OFF")
        await take(desk, zone="gongan")
        deed = await anext(follower)
        assert deed.event.facts()["zone"] == "gongan"
        await check(desk)


async def test_a_hundred_followers_at_their_own_pace_all_hear_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "RECENT_DEEDS", 40)

    async def follows(desk: Desk, after: int, last: int, pause: int) -> list[int]:
        numbers: list[int] = []
        async for deed in desk.feed.deeds(after):
            numbers.append(deed.number)
            if deed.number == last:
                break
            for _ in range(pause):
                await asyncio.sleep(0)
        return numbers

    async with opened(tmp_path / "hall.db") as desk:
        await take_many(desk, 60)
        last = desk.feed.end + 60
        followers = [asyncio.create_task(follows(desk, n % 60, last, n % 5)) for n in range(100)]
        for _ in range(6):
            await take_many(desk, 10)
        async with asyncio.timeout(SOON_S):
            told = await asyncio.gather(*followers)
        assert all(numbers == list(range(n % 60 + 1, last + 1)) for n, numbers in enumerate(told))


async def test_a_follower_from_beyond_the_end_waits_for_its_deed(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        end = desk.feed.end
        waiting = asyncio.create_task(heard(desk.feed.deeds(end + 2), 1))
        await take_many(desk, 2)
        assert not waiting.done()
        await take(desk)
        assert await waiting == [end + 3]
