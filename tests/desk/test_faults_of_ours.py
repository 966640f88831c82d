"""What only we can get wrong: it fails loudly, changes nothing, and the hall goes on right."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from hallserver.events import Deed, Event, TicketCancelled, TicketPrinted, WindowPaused
from hallserver.moments import Moment
from hallserver.rules.hall import Hall
from hallserver.rules.issuing import issue
from hallserver.rules.papers import paper_came
from hallserver.store.writer import WriterFault
from tests.desk.a_real_hall import (
    SOON_S,
    call,
    check,
    held_writer,
    of,
    open_windows,
    opened,
    take,
    take_many,
    told_of,
)


def half_right(hall: Hall, now: Moment, *, window: str = "1") -> list[Event]:
    """The first event is well, and folds; the second is about a ticket that isn't there."""
    return [WindowPaused(window, "half"), TicketCancelled("20000101-Z001")]


async def breaks(pressing: Any, error: type[Exception]) -> None:
    async with asyncio.timeout(SOON_S):
        with pytest.raises(error):
            await pressing


async def test_a_rule_whose_second_event_does_not_fold_breaks_its_press_alone_and_nothing_of_it_is_kept(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        await open_windows(desk)
        waiting = await take_many(desk, 2)
        end = desk.feed.end
        await breaks(desk.press(half_right, by="m"), KeyError)
        assert await call(desk, "1") == waiting[0]
        assert desk.feed.end == end + 1
        assert desk.feed.hall.windows["1"].state == "open"
        await check(desk)


async def test_presses_on_their_way_when_a_rule_breaks_are_decided_again_and_answered_once(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        async with held_writer(of(desk)):
            before = [asyncio.create_task(take(desk, key=f"resident {n}")) for n in range(10)]
            await asyncio.sleep(0)
            broken = asyncio.create_task(desk.press(half_right, by="m"))
            await asyncio.sleep(0)
            after = [asyncio.create_task(take(desk, key=f"resident {n}")) for n in range(10, 20)]
            await asyncio.sleep(0)
        await breaks(broken, KeyError)
        taken = await asyncio.gather(*before, *after)
        assert told_of(of(desk).path, "TicketIssued") == taken
        assert len(set(taken)) == 20
        await check(desk)


async def test_an_answer_that_cannot_be_made_breaks_its_press_and_the_number_is_not_given(tmp_path: Path) -> None:
    def answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
        return 201, {"ticket": object()}

    async with opened(tmp_path / "hall.db") as desk:
        await breaks(desk.press(issue, by="resident", answering=answering, zone="zonghe"), TypeError)
        assert (await take(desk)).endswith("A001")
        await check(desk)


async def test_half_a_character_in_a_fact_breaks_its_press_and_not_the_writer(tmp_path: Path) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        ticket = await take(desk, paper=True)
        other = asyncio.create_task(take(desk))
        reported = {"ticket": ticket, "deed": desk.feed.end, "cause": None}
        await breaks(desk.press(paper_came, by="device:d", printer="\ud83d", **reported), TypeError)
        await other
        await desk.press(paper_came, by="device:d", printer="roll", **reported)
        assert told_of(of(desk).path, "TicketPrinted") == [ticket]
        await check(desk)


async def test_a_moment_beyond_the_databases_64_bits_fails_those_it_was_written_with_and_the_hall_goes_on(
    tmp_path: Path,
) -> None:
    def too_big(hall: Hall, now: Moment, *, ticket: str) -> list[Event]:
        # No clock tells such a moment, so that only a fault of ours could.
        hall.tickets[ticket].counts_from = 2**70
        return [TicketPrinted(ticket, "roll", 1)]

    async with opened(tmp_path / "hall.db") as desk:
        ticket = await take(desk)
        await breaks(desk.press(too_big, by="m", ticket=ticket), WriterFault)
        assert await take(desk) != ticket
        await check(desk)


async def test_a_value_the_database_cannot_take_fails_those_it_was_written_with_and_the_hall_goes_on(
    tmp_path: Path,
) -> None:
    def nowhere_to_put(hall: Hall, now: Moment, *, ticket: str) -> list[Event]:
        # Not text, no number, not nothing: no rule makes it, so that only a fault of ours could.
        hall.tickets[ticket].counts_from = object()  # type: ignore[assignment]
        return [TicketPrinted(ticket, "roll", 1)]

    async with opened(tmp_path / "hall.db") as desk:
        ticket = await take(desk)
        await breaks(desk.press(nowhere_to_put, by="m", ticket=ticket), ValueError)
        assert await take(desk) != ticket
        await check(desk)


async def test_a_press_that_breaks_only_when_decided_again_breaks_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[int] = []

    def breaks_later(hall: Hall, now: Moment) -> list[Event]:
        tries.append(hall.number)
        return half_right(hall, now) if len(tries) > 1 else [WindowPaused("2")]

    async with opened(tmp_path / "hall.db") as one, opened(tmp_path / "hall.db") as other:
        await open_windows(one)
        async with asyncio.timeout(SOON_S):
            await other.tick()
            await other._all_mended()
        async with held_writer(of(other)):
            before = [asyncio.create_task(take(other)) for _ in range(3)]
            await asyncio.sleep(0)
            broken = asyncio.create_task(other.press(breaks_later, by="m"))
            await asyncio.sleep(0)
            after = [asyncio.create_task(take(other)) for _ in range(3)]
            await asyncio.sleep(0)
            first = await take(one)
        with caplog.at_level(logging.ERROR, logger="asyncio"):
            await breaks(broken, KeyError)
        assert len(tries) == 2
        async with asyncio.timeout(SOON_S):
            taken = await asyncio.gather(*before, *after)
        assert sorted([first, *taken]) == told_of(of(one).path, "TicketIssued")
        assert len(set(taken)) == 6
        assert "the desk of hall broke" in caplog.text
        await check(other)


async def test_a_follower_that_breaks_keeps_no_answer_back(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def breaks(deeds: list[Deed]) -> None:
        raise ZeroDivisionError("ours")

    async with opened(tmp_path / "hall.db") as desk:
        desk.feed.watch(breaks)
        async with asyncio.timeout(SOON_S):
            with caplog.at_level(logging.ERROR, logger="asyncio"):
                taken = [await take(desk) for _ in range(3)]
        assert told_of(of(desk).path, "TicketIssued") == taken
        assert caplog.text.count("ZeroDivisionError: ours") == 3
        await check(desk)


async def test_a_deed_of_a_newer_version_in_the_log_breaks_presses_loudly_and_none_hangs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(tmp_path / "hall.db") as desk:
        await take(desk)
        newer = sqlite3.connect(of(desk).path)
        with newer:
            sql = "INSERT INTO log (hall, number, at, kind, by, facts) VALUES ('hall', ?, 1, ?, 'x', '{}')"
            newer.execute(sql, (desk.feed.end + 1, "TicketTeleported"))
        newer.close()
        with caplog.at_level(logging.ERROR, logger="asyncio"):
            await breaks(take(desk, key="resident tap"), KeyError)
            await breaks(take(desk, key="resident tap"), KeyError)
        assert "TicketTeleported" in caplog.text
