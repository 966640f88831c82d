"""A day that is stopped, a server that goes away, and days that can't be played at all."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hallserver.rehearsal.playing import Played, play
from hallserver.rehearsal.pressing import Impossible
from tests.rehearsal.a_day import EVERY_DAY, HALL, DayClock, a_hall_open, of_kind, short_day, until


async def stopped(playing: asyncio.Task[object]) -> None:
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing


async def test_a_stopped_day_gives_its_numbers_up_and_closes_its_windows(tmp_path: Path) -> None:
    async with a_hall_open(tmp_path, short_day("08:30", "17:00")) as hall:
        played = Played()
        playing = asyncio.create_task(hall.play(speed=2000, played=played))
        await until(lambda: played.tally.tickets > 40 and played.tally.done > 10)
        seen = played.progress
        await stopped(playing)
        deeds = await hall.deeds()
        issued = {deed["ticket"] for deed in of_kind(deeds, "TicketIssued", "TicketBooked")}
        ended = {deed["ticket"] for deed in of_kind(deeds, "ServiceEnded", "TicketCancelled")}
        assert issued == ended
        assert set((await hall.windows()).values()) == {"closed"}
        assert hall.differences() == []
        told = played.to_json(running=False)
        assert told["state"] == "ended"
        assert 0 < seen <= told["progress"] < 1
        assert played.to_json(running=False) == told
        total = told["summary"]
        assert total["tickets"] + total["booked"] - total["arrived"] == len(issued)
        assert told["summary"]["sent_home"] > 0
        assert told["summary"]["faults"] == 0


async def test_a_day_stopped_as_its_windows_open_leaves_nothing_behind(tmp_path: Path) -> None:
    async with a_hall_open(tmp_path) as hall:
        played = Played()
        playing = asyncio.create_task(hall.play(speed=1500, played=played))
        await until(lambda: played.tally.answer_ms)
        await stopped(playing)
        deeds = await hall.deeds()
        issued = {deed["ticket"] for deed in of_kind(deeds, "TicketIssued", "TicketBooked")}
        assert {deed["ticket"] for deed in of_kind(deeds, "ServiceEnded", "TicketCancelled")} == issued
        assert set((await hall.windows()).values()) == {"closed"}


async def test_who_comes_before_the_hall_lets_a_booking_arrive_gives_it_up_and_takes_a_number(tmp_path: Path) -> None:
    stands = DayClock("07:00").hall_clock
    async with a_hall_open(tmp_path, short_day("09:00", "09:35"), clock=stands) as hall:
        summary = await hall.play(seed=3, speed=2000)  # it stands at 07:00: nobody may arrive with a booking yet
        deeds = await hall.deeds()
        booked = {deed["ticket"] for deed in of_kind(deeds, "TicketBooked")}
        assert summary.wrong == {}
        assert summary.too_early == summary.booked - summary.no_shows > 0
        assert booked <= {deed["ticket"] for deed in of_kind(deeds, "TicketCancelled", "BookingMissed")}
        assert summary.tickets == len(of_kind(deeds, "TicketIssued"))
        assert hall.differences() == []


async def test_a_newcomers_number_goes_back_to_the_queue_when_the_day_is_stopped(tmp_path: Path) -> None:
    async with a_hall_open(tmp_path) as hall:
        taken = await hall.ask("POST", "tickets", body={"item": "sb-001", "channel": "kiosk"})
        playing = asyncio.create_task(hall.play(speed=60))
        feed = hall.server.hub.halls[HALL].desk.feed
        await until(lambda: feed.hall.tickets[taken["id"]].state in ("called", "serving"))
        await stopped(playing)
        back = await hall.ask("GET", f"tickets/{taken['id']}")
        assert (back["state"], back["item"], back["window"]) == ("waiting", "sb-001", None)
        assert set((await hall.windows()).values()) == {"closed"}


async def test_two_days_at_once_are_not_played_in_one_hall(tmp_path: Path) -> None:
    async with a_hall_open(tmp_path) as hall:
        played = Played()
        playing = asyncio.create_task(hall.play(speed=300, played=played))
        await until(lambda: played.tally.done > 0)
        second = Played()
        with pytest.raises(Impossible, match="Another rehearsal is being played"):
            await hall.play(played=second)
        assert "Another rehearsal" in second.to_json(running=False)["trouble"]
        await stopped(playing)


async def test_presses_outlive_a_restart_of_the_server_with_their_keys(tmp_path: Path) -> None:
    settings = short_day("09:00", "09:45")
    async with a_hall_open(tmp_path, settings) as hall:
        port, token = hall.server.port, hall.token()
        played = Played()
        playing = asyncio.create_task(
            play(hall.server.url, HALL, token, speed=900, played=played),
        )
        await until(lambda: played.tally.tickets > 20)
    async with a_hall_open(tmp_path, settings, port=port) as hall:
        summary = await playing
        issued = [deed["ticket"] for deed in of_kind(await hall.deeds(), "TicketIssued")]
        assert len(issued) == len(set(issued)) == summary.tickets
        assert hall.differences() == []
    assert summary.faults > 0
    assert all("again" in sentence for sentence in summary.wrong), json.dumps(summary.wrong, indent=1)


async def test_a_server_that_stays_away_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hallserver.rehearsal.pressing.PATIENCE_S", 0.3)
    async with a_hall_open(tmp_path) as hall:
        url, played = hall.server.url, Played()
        playing = asyncio.create_task(hall.play(played=played))
        await until(lambda: played.tally.tickets > 3)
    with pytest.raises(Impossible, match=f"^The hall server at {url} is away: "):
        await playing
    assert played.to_json(running=False)["trouble"].startswith("The hall server at")


async def test_a_server_that_is_not_there_is_one_sentence(unused_tcp_port: int) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}"
    with pytest.raises(Impossible, match=f"^The hall server at {url} is away: no connection$"):
        await play(url, HALL, "token")


async def test_a_token_nobody_knows_is_one_sentence(tmp_path: Path) -> None:
    async with a_hall_open(tmp_path) as hall:
        with pytest.raises(Impossible, match="doesn't know this token"):
            await play(hall.server.url, HALL, "made-up")


async def test_a_hall_nobody_knows_is_one_sentence(tmp_path: Path) -> None:
    async with a_hall_open(tmp_path) as hall:
        with pytest.raises(Impossible, match=f"The server at {hall.server.url} answered: "):
            await play(hall.server.url, "elsewhere", hall.token())


async def test_a_closed_hall_is_not_played_in(tmp_path: Path) -> None:
    today = datetime.fromtimestamp(time.time(), ZoneInfo("Asia/Shanghai")).weekday()
    closed = short_day(days=[EVERY_DAY[(today + 3) % 7]])
    async with a_hall_open(tmp_path, closed, always_open=False) as hall:
        with pytest.raises(Impossible, match="is closed now; `hallserver run --always-open`"):
            await hall.play()
        assert of_kind(await hall.deeds(), "WindowOpened", "TicketIssued") == []


async def test_something_else_that_answers_is_one_sentence(unused_tcp_port: int) -> None:
    async def anything(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n<html")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(anything, "127.0.0.1", unused_tcp_port):
        with pytest.raises(Impossible, match="what answers there is no hall server"):
            await play(f"http://127.0.0.1:{unused_tcp_port}", HALL, "token")


async def test_a_hall_that_wants_more_calls_than_usual_gets_them_before_a_number_is_passed(tmp_path: Path) -> None:
    settings = short_day("09:00", "09:40")
    settings = settings.model_copy(update={"calling": settings.calling.model_copy(update={"calls_before_absence": 4})})
    async with a_hall_open(tmp_path, settings) as hall:
        summary = await hall.play(seed=22, speed=2000)
        calls: dict[str, int] = {}
        for deed in of_kind(await hall.deeds(), "TicketCalled", "TicketRecalled", "TicketPassed"):
            if deed["kind"] == "TicketPassed":
                assert calls[deed["ticket"]] == 4
            else:
                calls[deed["ticket"]] = deed.get("calls", 1)
        assert summary.passed > 1
        assert summary.refused["called_too_few"] < summary.passed + 1
        assert summary.wrong == {}


async def test_a_window_a_manager_paused_before_stays_paused(tmp_path: Path) -> None:
    async with a_hall_open(tmp_path, short_day("09:00", "09:10")) as hall:
        await hall.ask("PUT", "windows/1/state", body={"state": "open"})
        await hall.ask("PUT", "windows/1/state", body={"state": "paused", "reason": "设备故障"})
        summary = await hall.play()
        assert await hall.windows() == {window: "paused" if window == "1" else "closed" for window in "1234567"}
        assert summary.wrong == {}


async def test_a_hall_full_of_clerks_has_no_window_to_rehearse_at(tmp_path: Path) -> None:
    async with a_hall_open(tmp_path) as hall:
        for window in await hall.windows():
            await hall.ask("PUT", f"windows/{window}/state", hall.token("clerk", "0301", window), {"state": "open"})
        with pytest.raises(Impossible, match="A clerk sits at every window"):
            await hall.play()
