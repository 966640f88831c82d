"""What a person at a terminal reads of a rehearsal."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from hallserver.rehearsal.summary import Summary, Tally, ZoneTally, summary_of
from hallserver.rehearsal.telling import play_and_tell, tell
from tests.rehearsal.a_day import HALL, a_hall_open, short_day, until

NAMES = {"zonghe": "综合受理", "chujian": "出件"}


def a_tally() -> Tally:
    zonghe = ZoneTally(tickets=4, waits_s=[60.0, 120.0, 180.0, 1200.0], open_s=1000.0, busy_s=800.0)
    tally = Tally({"zonghe": zonghe, "chujian": ZoneTally()}, tickets=4, done=3, cancelled=1)
    tally.levels.update({5: 2, 3: 1, 1: 1})
    tally.answer_ms = [float(ms) for ms in range(1, 101)]
    return tally


def a_summary() -> Summary:
    return summary_of(a_tally(), NAMES)


def told(summary: Summary, speed: float = 60) -> str:
    out = Console(file=io.StringIO(), width=100)
    tell(summary, speed, out)
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def line_of(text: str, words: str) -> str:
    (found,) = [line for line in text.splitlines() if words in line]
    return found


def test_waits_are_summed_up_in_minutes() -> None:
    summary = a_summary()
    assert (summary.mean_wait_min, summary.wait_95_min, summary.longest_wait_min) == (6.5, 20.0, 20.0)
    assert (summary.zones[0].busy_share, summary.busy_share) == (0.8, 0.8)


def test_fair_counts_as_good_and_poor_does_not() -> None:
    assert a_summary().good_rate == 0.75


def test_answer_times_are_a_median_and_the_slowest_hundredth() -> None:
    summary = a_summary()
    assert (summary.presses, summary.answer_median_ms, summary.answer_99_ms) == (100, 50.0, 99.0)


def test_a_zone_that_nobody_came_to_has_no_figures() -> None:
    empty = a_summary().zones[1]
    assert (empty.tickets, empty.mean_wait_min, empty.longest_wait_min, empty.busy_share) == (0, None, None, None)


def test_the_table_names_every_figure() -> None:
    text = told(a_summary())
    assert line_of(text, "│ 取号 tickets").split("│")[-2].strip() == "4"
    assert "6.5 min" in line_of(text, "│ 平均等候 mean wait")
    assert "20.0 min" in line_of(text, "最长等候 longest wait")
    assert "75 %" in line_of(text, "好评率 good")
    assert "80 %" in line_of(text, "│ 综合受理 │")
    assert "–" in line_of(text, "│ 出件")
    assert "nothing went wrong" in text


def test_what_went_wrong_is_told_with_how_often() -> None:
    tally = a_tally()
    tally.went_wrong("a number was given twice")
    tally.went_wrong("a number was given twice")
    text = told(summary_of(tally, NAMES))
    assert "2" in line_of(text, "a number was given twice")
    assert "nothing went wrong" not in text


def test_refusals_are_told_by_code() -> None:
    tally = a_tally()
    tally.refused["nobody_waiting"] = 12
    assert "12" in line_of(told(summary_of(tally, NAMES)), "nobody_waiting")


def test_things_that_go_wrong_are_counted_and_not_kept_without_end() -> None:
    tally = a_tally()
    for number in range(1000):
        tally.went_wrong(f"wrong number {number}")
    assert sum(tally.wrong.values()) == 1000
    assert len(tally.wrong) == 201


@pytest.mark.parametrize(("reached", "said"), [(598.0, False), (412.5, True)])
def test_a_machine_that_could_not_keep_the_speed_is_told(reached: float, said: bool) -> None:
    text = told(replace(a_summary(), speed_times=reached), speed=600)
    assert f"{reached:g} ×" in line_of(text, "实际速度 speed reached")
    assert ("600 times real speed was more than this machine can: the day went 412.5 times" in text) is said


async def test_a_day_is_played_and_told(tmp_path: Path) -> None:
    async with a_hall_open(tmp_path, short_day("09:00", "09:20")) as hall:
        out = Console(file=io.StringIO(), width=100, force_terminal=True, color_system=None)
        assert await play_and_tell(hall.server.url, HALL, hall.token(), speed=1500, seed=1, out=out)
        assert isinstance(out.file, io.StringIO)
        text = out.file.getvalue()
        assert "09:" in text  # the played day's clock, while it runs
        assert "取号 tickets" in text
        assert "nothing went wrong" in text


async def test_a_day_that_is_stopped_says_how_it_left_the_hall(tmp_path: Path) -> None:
    async with a_hall_open(tmp_path) as hall:
        out = Console(file=io.StringIO(), width=100)
        telling = asyncio.create_task(
            play_and_tell(hall.server.url, HALL, hall.token(), speed=600, seed=1, out=out),
        )
        feed = hall.server.hub.halls[HALL].desk.feed
        await until(lambda: feed.hall.figures.issued > 0)
        telling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await telling
        assert isinstance(out.file, io.StringIO)
        assert "Stopped: numbers given up, windows closed" in out.file.getvalue()
        assert feed.hall.waiting_count() == 0


async def test_a_server_that_is_away_is_one_sentence(unused_tcp_port: int) -> None:
    out = Console(file=io.StringIO(), width=200)
    async with asyncio.timeout(5):
        went_well = await play_and_tell(f"http://127.0.0.1:{unused_tcp_port}", HALL, "x", speed=60, seed=1, out=out)
    assert went_well is False
    assert isinstance(out.file, io.StringIO)
    lines = [line for line in out.file.getvalue().splitlines() if line.strip(" -:0")]
    assert lines == [f"The hall server at http://127.0.0.1:{unused_tcp_port} is away: no connection"]


async def test_an_unknown_token_is_one_sentence(tmp_path: Path) -> None:
    async with a_hall_open(tmp_path) as hall:
        out = Console(file=io.StringIO(), width=200)
        assert not await play_and_tell(hall.server.url, HALL, "made-up", speed=60, seed=1, out=out)
        assert isinstance(out.file, io.StringIO)
        assert "doesn't know this token" in out.file.getvalue()
