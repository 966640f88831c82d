"""A whole day of the neighbourhood's hall, 2000 times faster than real, against a real server."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from hallserver.rating_codes import OPTIONS
from hallserver.rehearsal.drawing import Day, draw_day
from hallserver.rehearsal.hall import MINUTE_S, hall_of
from hallserver.rehearsal.playing import Played
from hallserver.rehearsal.summary import Summary
from hallserver.settings import HallSettings
from tests.rehearsal.a_day import a_hall_open, of_kind, short_day
from tests.rehearsal.halls import settings

SEED = 4
SPEED = 2000.0


@dataclass(slots=True)
class PlayedDay:
    summary: Summary
    drawn: Day
    deeds: list[dict[str, Any]]
    windows: dict[str, str]
    differences: list[str]
    seen: list[dict[str, Any]]
    """What the demonstration's page was told while it was played, and then at the end."""

    def count(self, *kinds: str) -> int:
        return len(of_kind(self.deeds, *kinds))


def calling_by_themselves(hall: HallSettings) -> HallSettings:
    """The hall with every window set to call by itself."""
    windows = [window.model_copy(update={"calls_by_itself": True}) for window in hall.windows]
    return hall.model_copy(update={"windows": windows})


async def play_a_day(folder: Path) -> PlayedDay:
    async with a_hall_open(folder, calling_by_themselves(short_day("08:30", "17:00"))) as hall:
        codes = {level: list(options) for level, options in OPTIONS.items()}
        drawn = draw_day(hall_of(await hall.ask("GET")), SEED, codes)
        played = Played()
        seen = [played.to_json(running=False)]
        playing = asyncio.create_task(hall.play(speed=SPEED, seed=SEED, played=played))
        while not playing.done():
            await asyncio.wait([playing], timeout=0.25)
            seen.append(played.to_json(running=not playing.done()))
        return PlayedDay(await playing, drawn, await hall.deeds(), await hall.windows(), hall.differences(), seen)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> PlayedDay:
    return asyncio.run(play_a_day(tmp_path_factory.mktemp("a_whole_day")))


def test_nothing_goes_wrong(day: PlayedDay) -> None:
    assert day.summary.wrong == {}
    assert day.summary.faults == 0


def test_the_tables_are_the_logs_shadow(day: PlayedDay) -> None:
    assert day.differences == []


def test_everybody_who_was_drawn_got_a_number(day: PlayedDay) -> None:
    assert day.summary.tickets == len(day.drawn.visits) == day.count("TicketIssued")
    assert day.summary.turned_away == 0


def test_who_pressed_twice_got_one_number(day: PlayedDay) -> None:
    assert sum(visit.presses_twice for visit in day.drawn.visits) == 2
    assert day.count("TicketIssued") == len(day.drawn.visits)


def test_every_number_came_to_its_end(day: PlayedDay) -> None:
    total = day.summary
    assert total.tickets == total.done + total.cancelled + total.not_back + total.sent_home
    assert total.done > 0.9 * total.tickets
    issued = {deed["ticket"] for deed in of_kind(day.deeds, "TicketIssued")}
    ended = [deed["ticket"] for deed in of_kind(day.deeds, "ServiceEnded", "TicketCancelled", "TicketExpired")]
    assert sorted(ended) == sorted(issued)


def test_the_summary_says_what_the_log_says(day: PlayedDay) -> None:
    total = day.summary
    assert total.done == day.count("ServiceEnded")
    assert total.passed == day.count("TicketPassed") > 0
    assert total.returned == day.count("TicketReturned") > 0
    assert total.passed == total.returned + total.not_back
    assert total.held == day.count("TicketHeld") > 0
    assert total.sent_on == day.count("TicketTransferred") > 0
    assert total.cancelled + total.not_back + total.sent_home == day.count("TicketCancelled")
    assert total.ratings == day.count("RatingGiven") > 0
    good = [deed for deed in of_kind(day.deeds, "RatingGiven") if deed["level"] >= 3]
    assert total.good_rate == round(len(good) / total.ratings, 3)
    assert sum(zone.tickets for zone in total.zones) == total.tickets


def test_who_is_on_hold_is_called_back_by_name_to_the_same_window(day: PlayedDay) -> None:
    held = {deed["ticket"]: deed["window"] for deed in of_kind(day.deeds, "TicketHeld")}
    called = {d["ticket"]: d["window"] for d in of_kind(day.deeds, "TicketCalled") if d["by_name"]}
    assert called == held


def test_residents_wait_and_windows_are_busy(day: PlayedDay) -> None:
    total = day.summary
    assert total.mean_wait_min is not None
    assert total.wait_95_min is not None
    assert total.longest_wait_min is not None
    assert 0 < total.mean_wait_min < total.wait_95_min <= total.longest_wait_min < 8.5 * 60
    busy = {zone.zone: zone.busy_share or 0.0 for zone in total.zones}
    assert 0.5 < busy["zonghe"] <= 1
    assert busy["chujian"] < busy["zonghe"]


def test_only_who_found_nobody_waiting_was_refused(day: PlayedDay) -> None:
    assert set(day.summary.refused) <= {"nobody_waiting"}


def test_every_press_is_the_rehearsals(day: PlayedDay) -> None:
    assert {deed["by"] for deed in day.deeds} == {"hall", "manager:rehearsal"}
    assert {deed["channel"] for deed in of_kind(day.deeds, "TicketIssued")} == {"rehearsal"}


def test_the_comprehensive_zone_is_never_left_at_lunch(day: PlayedDay) -> None:
    zonghe = {window.id for window in settings("luojiazhuang").windows if window.zone == "zonghe"}
    staffed: set[str] = set()
    fewest = len(zonghe)
    for deed in of_kind(day.deeds, "WindowOpened", "WindowPaused", "WindowClosed"):
        if deed["window"] in zonghe and deed["kind"] == "WindowOpened":
            staffed.add(deed["window"])
        elif deed["window"] in zonghe and deed["kind"] == "WindowPaused":
            staffed.discard(deed["window"])
            fewest = min(fewest, len(staffed))
    assert Counter(d["reason"] for d in of_kind(day.deeds, "WindowPaused")) == {"就餐": len(day.drawn.shifts)}
    assert 1 <= fewest < len(zonghe)


def test_all_windows_are_closed_at_the_end(day: PlayedDay) -> None:
    assert set(day.windows.values()) == {"closed"}


def test_at_a_window_that_calls_by_itself_the_played_clerk_presses_and_leaves_it_as_it_was(day: PlayedDay) -> None:
    set_to: dict[str, list[bool]] = {}
    for deed in of_kind(day.deeds, "WindowSetToCall"):
        set_to.setdefault(deed["window"], []).append(deed["by_itself"])
    assert set_to == {shift.window: [False, True] for shift in day.drawn.shifts}
    assert {deed["by"] for deed in of_kind(day.deeds, "TicketCalled")} == {"manager:rehearsal"}


def test_the_page_sees_the_day_go_by(day: PlayedDay) -> None:
    idle, *during, end = day.seen
    assert idle == {"state": "idle", "progress": 0.0, "clock": None, "summary": None, "trouble": None}
    progress = [seen["progress"] for seen in during]
    assert progress == sorted(progress)
    assert len(set(progress)) > 20
    clocks = [seen["clock"] for seen in during if seen["clock"] is not None]
    assert clocks == sorted(clocks)
    assert clocks[0] < "09:30"
    assert clocks[-1] > "16:30"
    assert {seen["state"] for seen in during} == {"running"}
    assert {seen["summary"] is None for seen in during} == {True}
    assert end["state"] == "ended"
    assert end["progress"] == 1.0
    assert end["summary"] == day.summary.to_json()


def test_waits_are_minutes_of_the_played_day(day: PlayedDay) -> None:
    """The log's own moments are real; times the speed, they tell the same waits."""
    issued = {deed["ticket"]: deed["at"] for deed in of_kind(day.deeds, "TicketIssued")}
    first_call: dict[str, str] = {}
    for deed in of_kind(day.deeds, "TicketCalled"):
        first_call.setdefault(deed["ticket"], deed["at"])
    waits_min = [
        seconds(first_call[ticket], since=issued[ticket]) * SPEED / MINUTE_S
        for ticket in issued
        if ticket in first_call
    ]
    assert day.summary.mean_wait_min == pytest.approx(sum(waits_min) / len(waits_min), abs=3)


def seconds(moment: str, *, since: str) -> float:
    return (datetime.fromisoformat(moment) - datetime.fromisoformat(since)).total_seconds()
