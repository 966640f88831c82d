"""The committed state is folded when somebody looks, or when nobody presses: never later than it is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from hallserver import feed as feed_module
from hallserver.rules.snapshot import to_plain
from tests.desk.a_real_hall import call, check, open_windows, opened, take, take_many, until


async def test_who_looks_sees_everything_that_is_committed(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        await open_windows(desk)
        for _ in range(3):  # nobody has looked for a while
            desk.feed.a_second_went()
        ticket = await take(desk)
        assert desk.feed._unfolded, "nobody looked: it is folded later"
        assert desk.feed.end == desk.hall.number
        assert desk.feed.hall.tickets[ticket].state == "waiting"
        assert await call(desk, "1") == ticket
        assert not desk.feed._unfolded, "somebody looks: with every commit"
        assert to_plain(desk.feed.hall) == to_plain(desk.hall)
        await check(desk)


async def test_a_rush_is_folded_by_itself_when_it_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "FOLDED_AT_ONCE", 7)
    async with opened(tmp_path / "hall.db") as desk:
        for _ in range(3):
            desk.feed.a_second_went()
        await take_many(desk, 40)
        assert len(desk.feed._unfolded) == 40
        await desk.tick()
        await until(lambda: not desk.feed._unfolded)
        assert to_plain(desk.feed.hall) == to_plain(desk.hall)


async def test_what_waits_to_be_folded_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "UNFOLDED_LIMIT", 10)
    monkeypatch.setattr(feed_module, "FOLDED_AT_ONCE", 5)
    async with opened(tmp_path / "hall.db") as desk:
        for _ in range(3):
            desk.feed.a_second_went()
        for _ in range(40):
            await take(desk)
        assert len(desk.feed._unfolded) <= 10
        assert desk.feed._hall.number + len(desk.feed._unfolded) == desk.feed.end
        await check(desk)
