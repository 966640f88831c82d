"""A day played in a hall where other people are at work: newcomers with numbers, at windows, and a manager."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hallserver.rehearsal.summary import Summary
from tests.rehearsal.a_day import HALL, Beside, OpenHall, a_hall_open, of_kind, short_day, until

SPEED = 1400.0
SEATED, NEWCOMERS, PAUSED, MOVED, LEFT_OPEN = "3", "2", "5", "7", "1"


@dataclass(slots=True)
class DayBesideOthers:
    summary: Summary
    deeds: list[dict[str, Any]]
    windows: dict[str, str]
    broken_off: dict[str, Any]
    """The ticket that an earlier day left at a window."""
    own: dict[str, Any]
    """The newcomer's own number."""
    sat_down: int
    """The log's end when the newcomer sat down."""
    served_by_hand: dict[str, Any]

    def at(self, window: str, after: int = 0) -> list[dict[str, Any]]:
        """What was done at a window, without what residents pressed there."""
        return [
            deed
            for deed in self.deeds
            if deed.get("window") == window and deed["number"] > after and deed["kind"] != "RatingGiven"
        ]


async def play_beside_others(folder: Path) -> DayBesideOthers:
    async with a_hall_open(folder, short_day("09:00", "09:45")) as hall:
        await hall.ask("POST", "tickets", body={"zone": "zonghe"})
        await hall.ask("PUT", f"windows/{LEFT_OPEN}/state", body={"state": "open"})
        broken_off = (await hall.ask("POST", f"windows/{LEFT_OPEN}/calls"))["ticket"]
        await hall.ask("PUT", f"windows/{SEATED}/state", hall.token("clerk", "0317", SEATED), {"state": "open"})
        own = await hall.ask("POST", "tickets", body={"zone": "gongan", "channel": "kiosk"})
        played = Beside()
        playing = asyncio.create_task(hall.play(speed=SPEED, played=played))
        feed = hall.server.hub.halls[HALL].desk.feed
        await until(lambda: played.tally.tickets > 8 and feed.hall.windows[NEWCOMERS].ticket is not None)
        with played.at_work():
            manager = hall.token(name="0300")
            await hall.ask("PUT", f"windows/{PAUSED}/state", manager, {"state": "paused", "reason": "会议"})
            await hall.ask("PUT", f"windows/{MOVED}/assignment", manager, {"zone": "zonghe", "support": "chujian"})
            sat_down = await sit_down(hall)
        served_by_hand = await serve(hall)
        return DayBesideOthers(
            await playing,
            await hall.deeds(),
            await hall.windows(),
            await hall.ask("GET", f"tickets/{broken_off['id']}"),
            await hall.ask("GET", f"tickets/{own['id']}"),
            sat_down,
            await hall.ask("GET", f"tickets/{served_by_hand['id']}"),
        )


async def sit_down(hall: OpenHall) -> int:
    """Take a window over with whom it has. Answers the log's end."""
    clerk, window = hall.token("clerk", "0305", NEWCOMERS), f"windows/{NEWCOMERS}"
    feed = hall.server.hub.halls[HALL].desk.feed
    await hall.ask("PUT", f"{window}/state", clerk, {"state": "open"})
    sat_down = feed.end
    await hall.try_to("POST", f"{window}/completions", clerk)
    return sat_down


async def serve(hall: OpenHall) -> dict[str, Any]:
    """One more."""
    clerk, window = hall.token("clerk", "0305", NEWCOMERS), f"windows/{NEWCOMERS}"
    called = await hall.ask_until_yes("POST", f"{window}/calls", clerk)
    await hall.ask("POST", f"{window}/services", clerk)
    await hall.ask("POST", f"{window}/completions", clerk)
    ticket: dict[str, Any] = called["ticket"]
    return ticket


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> DayBesideOthers:
    return asyncio.run(play_beside_others(tmp_path_factory.mktemp("beside_others")))


def test_nothing_goes_wrong_for_that(day: DayBesideOthers) -> None:
    assert day.summary.wrong == {}
    total = day.summary
    assert total.tickets == total.done + total.cancelled + total.not_back + total.sent_home


def test_a_newcomers_own_number_is_served_like_any_other(day: DayBesideOthers) -> None:
    assert day.own["state"] == "done"
    assert day.own["window"] is not None
    assert day.summary.others_served == 1


def test_a_window_where_a_clerk_sits_is_left_to_the_clerk(day: DayBesideOthers) -> None:
    assert {deed["by"] for deed in day.at(SEATED)} == {"clerk:0317"}
    assert day.windows[SEATED] == "open"


def test_who_sits_down_in_the_middle_has_the_window_from_then_on(day: DayBesideOthers) -> None:
    assert "manager:rehearsal" in {deed["by"] for deed in day.at(NEWCOMERS)}
    assert {deed["by"] for deed in day.at(NEWCOMERS, after=day.sat_down)} == {"clerk:0305"}
    assert day.windows[NEWCOMERS] == "open"


def test_who_sits_down_serves_the_rehearsals_residents(day: DayBesideOthers) -> None:
    assert day.served_by_hand["channel"] == "rehearsal"
    assert day.served_by_hand["state"] == "done"


def test_a_window_paused_by_hand_ends_the_service_in_hand_and_stays_paused(day: DayBesideOthers) -> None:
    (paused,) = [deed for deed in of_kind(day.at(PAUSED), "WindowPaused") if deed["by"] == "manager:0300"]
    later = {deed["kind"] for deed in day.at(PAUSED, after=paused["number"])}
    assert later <= {"ServiceStarted", "ServiceEnded", "TicketTransferred", "TicketHeld", "TicketPassed"}
    assert day.windows[PAUSED] == "paused"


def test_a_window_that_is_moved_calls_where_it_is_moved_to(day: DayBesideOthers) -> None:
    called = [deed["ticket"] for deed in of_kind(day.at(MOVED), "TicketCalled")]
    assert any("-A" in ticket for ticket in called)


def test_a_window_that_a_broken_day_left_open_is_taken_again(day: DayBesideOthers) -> None:
    assert day.broken_off["state"] == "done"
    assert day.summary.refused["window_busy"] == 1
    assert day.windows[LEFT_OPEN] == "closed"


def test_all_other_windows_are_closed_at_the_end(day: DayBesideOthers) -> None:
    assert {window for window, state in day.windows.items() if state != "closed"} == {SEATED, NEWCOMERS, PAUSED}
