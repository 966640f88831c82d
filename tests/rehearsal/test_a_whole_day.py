"""A day of the neighbourhood's hall with its bookings, up to 3000 times faster than real, against a real server whose
clock goes with the day."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest

from hallserver.rating_codes import OPTIONS
from hallserver.rehearsal.drawing import Day, draw_day
from hallserver.rehearsal.hall import MINUTE_S, Hall, hall_of
from hallserver.rehearsal.summary import Summary
from hallserver.settings import HallSettings
from tests.rehearsal.a_day import DayClock, a_hall_open, of_kind, short_day
from tests.rehearsal.halls import settings, the_hall

SEED = 29
SPEED = 3000.0
OPENS, CLOSES = "08:30", "15:00"
BEGINS_TO_WAIT = ("TicketIssued", "BookingArrived", "TicketReturned", "TicketTransferred", "PartEnded")
LEAVES_FREE = ("WindowOpened", "ServiceEnded", "PartEnded", "TicketPassed", "TicketHeld", "TicketTransferred")


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
    played = DayClock("08:29")
    rings = calling_by_themselves(short_day(OPENS, CLOSES))
    async with a_hall_open(folder, rings, clock=played.hall_clock) as hall:
        codes = {level: list(options) for level, options in OPTIONS.items()}
        drawn = draw_day(hall_of(await hall.ask("GET")), SEED, codes)
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
    came = [visit for visit in day.drawn.visits if visit.booking is None or visit.booking.comes != "never"]
    assert day.summary.tickets == len(came) == day.count("TicketIssued", "BookingArrived")
    assert day.summary.turned_away == 0


def test_bookers_come_early_in_time_late_or_not_at_all(day: PlayedDay) -> None:
    total, comes = day.summary, Counter(visit.booking.comes for visit in day.drawn.visits if visit.booking)
    assert min(comes[how] for how in ("early", "in_time", "late", "never")) > 0
    assert total.booked == day.count("TicketBooked") == comes.total()
    assert total.arrived == day.count("BookingArrived") == comes.total() - comes["never"]
    assert total.arrived_late == sum(deed["class"] == "walk_in" for deed in of_kind(day.deeds, "BookingArrived")) > 0
    assert total.too_early == total.refused.get("too_early", 0) > 0, "they wait and press again"
    assert total.no_shows == comes["never"]
    booked = {deed["ticket"] for deed in of_kind(day.deeds, "TicketBooked")}
    served = {deed["ticket"] for deed in of_kind(day.deeds, "ServiceEnded")}
    assert len(booked & served) > 0.8 * total.arrived


def test_one_number_goes_through_several_matters(day: PlayedDay) -> None:
    chains = [visit for visit in day.drawn.visits if visit.parts]
    assert day.count("ChainPlanned") == len(chains) > 0
    assert day.summary.parts == day.count("PartEnded") > 0


def test_who_is_told_what_is_missing_comes_back_with_it(day: PlayedDay) -> None:
    told = {deed["ticket"] for deed in of_kind(day.deeds, "ServiceEnded") if deed["outcome"] == "told_missing"}
    done = {deed["ticket"] for deed in of_kind(day.deeds, "ServiceEnded") if deed["outcome"] != "told_missing"}
    assert len(told & done) == day.summary.brought > 0


def test_some_get_priority_with_a_reason(day: PlayedDay) -> None:
    green = [deed["reason"] for deed in of_kind(day.deeds, "TicketIssued") if deed["class"] == "green"]
    assert green == [visit.green for visit in day.drawn.visits if visit.green]


def test_who_pressed_twice_got_one_number(day: PlayedDay) -> None:
    assert sum(visit.presses_twice for visit in day.drawn.visits) == 2
    keys = [deed["ticket"] for deed in of_kind(day.deeds, "TicketIssued")]
    assert len(keys) == len(set(keys)) == day.summary.tickets - day.summary.arrived


def test_every_number_came_to_its_end(day: PlayedDay) -> None:
    total = day.summary
    assert total.tickets == total.done + total.cancelled + total.not_back + total.sent_home
    assert total.done > 0.9 * total.tickets
    issued = [deed["ticket"] for deed in of_kind(day.deeds, "TicketIssued", "TicketBooked")]
    ends = ("ServiceEnded", "TicketCancelled", "TicketExpired", "BookingMissed")
    ended = Counter(deed["ticket"] for deed in of_kind(day.deeds, *ends))
    assert ended.keys() == set(issued)
    assert ended.total() == len(issued) + total.brought, "who comes back with what was missing ends twice"


def test_the_summary_says_what_the_log_says(day: PlayedDay) -> None:
    total = day.summary
    assert total.done + total.brought == day.count("ServiceEnded")
    assert total.passed == day.count("TicketPassed") > 0
    assert total.returned + total.brought == day.count("TicketReturned") > total.brought
    assert total.passed == total.returned + total.not_back
    assert total.held == day.count("TicketHeld") > 0
    assert total.sent_on == day.count("TicketTransferred") > 0
    given_up = total.cancelled + total.not_back + total.sent_home + total.no_shows
    assert given_up == day.count("TicketCancelled", "TicketExpired", "BookingMissed")
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
    assert 0 < total.mean_wait_min < total.wait_95_min <= total.longest_wait_min < 6.5 * 60
    busy = {zone.zone: zone.busy_share or 0.0 for zone in total.zones}
    assert 0.5 < busy["zonghe"] <= 1
    assert busy["chujian"] < busy["zonghe"]


def test_the_day_went_no_faster_than_it_was_meant_to(day: PlayedDay) -> None:
    assert 0 < day.summary.speed_times <= SPEED


def test_no_clerk_sits_idle_while_somebody_waits_whom_he_could_serve(day: PlayedDay) -> None:
    hall = the_hall()
    wants: dict[str, tuple[str, str | None]] = {}
    waiting, free = set[str](), set[str]()
    for deed, later in pairwise(day.deeds):
        kind, ticket, window = deed["kind"], deed.get("ticket", ""), deed.get("window", "")
        if kind == "PartEnded":
            wants[ticket] = deed["next_zone"], deed["next_item"]
        elif deed.get("zone") is not None and ticket:
            wants[ticket] = deed["zone"], deed["item"]
        if kind in BEGINS_TO_WAIT:
            waiting.add(ticket)
        elif kind in ("TicketCalled", "TicketCancelled"):
            waiting.discard(ticket)
        if kind in LEAVES_FREE:
            free.add(window)
        elif kind in ("TicketCalled", "WindowPaused", "WindowClosed"):
            free.discard(window)
        if later["at"] > deed["at"]:
            missed = [
                (ticket, window)
                for ticket, window in product(waiting, free)
                if hall.windows[window].suits(wants[ticket][0], needs_of(hall, wants[ticket][1]))
            ]
            assert missed == [], deed["at"]


def needs_of(hall: Hall, item: str | None) -> frozenset[str]:
    return hall.items[item].needs if item else frozenset()


def test_only_who_found_nobody_waiting_was_refused(day: PlayedDay) -> None:
    assert set(day.summary.refused) <= {"nobody_waiting", "too_early"}


def test_every_press_is_the_rehearsals(day: PlayedDay) -> None:
    assert {deed["by"] for deed in day.deeds} == {"hall", "manager:rehearsal"}
    assert {deed["channel"] for deed in of_kind(day.deeds, "TicketIssued", "TicketBooked")} == {"rehearsal"}


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
    assert Counter(d["reason"] for d in of_kind(day.deeds, "WindowPaused")) == {"lunch": len(day.drawn.shifts)}
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
    assert clocks[-1] > "14:30"
    assert {seen["state"] for seen in during} == {"running"}
    assert {seen["summary"] is None for seen in during} == {True}
    assert end["state"] == "ended"
    assert end["progress"] == 1.0
    assert end["summary"] == day.summary.to_json()


def test_waits_are_minutes_of_the_played_day(day: PlayedDay) -> None:
    """The hall's clock goes with the day: the log tells the same waits."""
    issued = {deed["ticket"]: deed["at"] for deed in of_kind(day.deeds, "TicketIssued", "BookingArrived")}
    first_call: dict[str, str] = {}
    for deed in of_kind(day.deeds, "TicketCalled"):
        first_call.setdefault(deed["ticket"], deed["at"])
    waits_min = [
        seconds(first_call[ticket], since=issued[ticket]) / MINUTE_S for ticket in issued if ticket in first_call
    ]
    assert day.summary.mean_wait_min == pytest.approx(sum(waits_min) / len(waits_min), abs=0.1)


def seconds(moment: str, *, since: str) -> float:
    return (datetime.fromisoformat(moment) - datetime.fromisoformat(since)).total_seconds()


def test_some_of_what_was_accepted_is_ready_and_some_of_that_has_left(day: PlayedDay) -> None:
    ended = of_kind(day.deeds, "ServiceEnded", "PartEnded")
    accepted = {deed["number"] for deed in ended if deed["outcome"] in ("accepted", "accepted_with_gaps")}
    ready = {deed["case"] for deed in of_kind(day.deeds, "CaseReady")}
    left = {deed["case"] for deed in of_kind(day.deeds, "CaseHandedOver")}
    assert left <= ready < accepted
    assert left
