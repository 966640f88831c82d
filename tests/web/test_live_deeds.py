"""Machines: every deed, once and in order, and what they did about it becomes a deed too."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from hallserver.web import live
from tests.web.a_server import NOW_ENOUGH_S, ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")

Socket = aiohttp.ClientWebSocketResponse


async def deed(socket: Socket) -> dict[str, Any]:
    return dict(await socket.receive_json(timeout=NOW_ENOUGH_S))


async def deeds_of_kind(hall: ServedHall, *kinds: str) -> list[dict[str, Any]]:
    log = (await hall.get("log?after=0&limit=1000", by="manager")).json["deeds"]
    return [told for told in log if told["kind"] in kinds]


async def test_deeds_come_one_by_one_as_the_log_tells_them(hall: ServedHall) -> None:
    await hall.open("1")
    async with hall.live("after=0", by="device") as socket:
        for _ in range(2):
            await hall.take()
        await hall.call()
        end = hall.desk.feed.end
        told = [await deed(socket) for _ in range(end)]
    assert told == (await hall.get("log?after=0&limit=1000", by="device")).json["deeds"]
    assert [one["number"] for one in told] == list(range(1, end + 1))


async def test_without_a_number_only_what_comes_is_told(hall: ServedHall) -> None:
    await hall.take()
    async with hall.live("", by="device") as socket:
        second = await hall.take()
        assert (await deed(socket))["ticket"] == second["id"]


async def test_a_machine_misses_nothing_and_gets_nothing_twice_across_a_lost_connection(hall: ServedHall) -> None:
    seen: list[int] = []
    pressed = asyncio.create_task(_many_presses(hall))
    for lost_after in (3, 10, 17, 1000):
        async with hall.live(f"after={seen[-1] if seen else 0}", by="device") as socket:
            while len(seen) < lost_after and (not pressed.done() or len(seen) < hall.desk.feed.end):
                seen.append((await deed(socket))["number"])
            assert socket._writer is not None
            socket._writer.transport.abort()
    await pressed
    assert seen == list(range(1, hall.desk.feed.end + 1))
    assert len(seen) > 40


async def _many_presses(hall: ServedHall) -> None:
    for _ in range(4):
        await asyncio.gather(*(hall.take() for _ in range(10)))


async def test_two_machines_get_the_same(hall: ServedHall) -> None:
    async with hall.live("after=0", by="device") as one, hall.live("after=0", by="clerk-1") as other:
        await hall.take()
        end = hall.desk.feed.end
        assert [await deed(one) for _ in range(end)] == [await deed(other) for _ in range(end)]


async def confirm(socket: Socket, number: int, **facts: Any) -> None:
    await socket.send_json({"confirm": number, **facts})


async def issued(hall: ServedHall, socket: Socket) -> dict[str, Any]:
    """The deed of a number taken at the kiosk, as its printer hears of it."""
    await hall.take(channel="kiosk")
    while (told := await deed(socket))["kind"] != "TicketIssued":
        pass
    return told


async def test_a_paper_that_came_out_is_told_once(hall: ServedHall) -> None:
    async with hall.live("after=0", by="device") as socket:
        told = await issued(hall, socket)
        assert told["paper"] == "waiting"
        for _ in range(2):
            await confirm(socket, told["number"], outcome="printed", printer="tcp://192.0.2.7:9100")
        printed = await deed(socket)
        assert (printed["kind"], printed["ticket"], printed["deed"], printed["printer"], printed["by"]) == (
            "TicketPrinted", told["ticket"], told["number"], "tcp://192.0.2.7:9100", "device:device-token",
        )  # fmt: skip
        await hall.take("gongan")
        assert (await deed(socket))["kind"] == "TicketIssued", "and no second TicketPrinted"
    assert len(await deeds_of_kind(hall, "TicketPrinted")) == 1
    assert (await hall.get(f"tickets/{told['ticket']}", by="device")).json["paper"] == "printed"


async def test_confirmed_without_an_outcome_it_went_well(hall: ServedHall) -> None:
    async with hall.live("after=0", by="device") as socket:
        told = await issued(hall, socket)
        await confirm(socket, told["number"])
        assert (await deed(socket))["kind"] == "TicketPrinted"


async def test_a_paper_that_did_not_come_out_says_why_on_the_kiosk(hall: ServedHall) -> None:
    async with hall.live("after=0", by="device") as socket:
        told = await issued(hall, socket)
        await confirm(socket, told["number"], outcome="failed", cause="no_paper", printer="usb")
        failed = await deed(socket)
        assert (failed["kind"], failed["cause"]) == ("TicketPrintFailed", "no_paper")
        assert (await hall.get("views/kiosk")).json["paper"] == {"ok": False, "cause": "no_paper"}
        await confirm(socket, told["number"], outcome="printed", printer="usb")
        assert (await deed(socket))["kind"] == "TicketPrinted"
    assert (await hall.get("views/kiosk")).json["paper"] == {"ok": True, "cause": None}


async def test_a_call_that_was_spoken_or_was_not(hall: ServedHall) -> None:
    await hall.open("1")
    await hall.take()
    await hall.call()
    call = hall.desk.feed.end
    async with hall.live(f"after={call}", by="device") as socket:
        await confirm(socket, call, outcome="not_spoken", cause="stale")
        silent = await deed(socket)
        assert (silent["kind"], silent["cause"], silent["window"], silent["deed"]) == (
            "CallNotSpoken", "stale", "1", call,
        )  # fmt: skip
        await hall.post("windows/1/recalls", by="manager")
        recall = await deed(socket)
        await confirm(socket, recall["number"], outcome="spoken")
        spoken = await deed(socket)
        assert (spoken["kind"], spoken["deed"], spoken["ticket"]) == ("CallSpoken", recall["number"], recall["ticket"])


@pytest.mark.parametrize("number", [0, -1, 99, 10**14, 10**30])
async def test_confirming_a_deed_that_is_not_there_does_nothing(hall: ServedHall, number: int) -> None:
    async with hall.live("", by="device") as socket:
        await confirm(socket, number, outcome="printed")
        taken = await hall.take()
        assert (await deed(socket))["ticket"] == taken["id"]


async def test_confirming_what_needs_none_does_nothing(hall: ServedHall) -> None:
    async with hall.live("", by="device") as socket:
        await confirm(socket, 1)
        taken = await hall.take()
        assert (await deed(socket))["ticket"] == taken["id"]


@pytest.mark.parametrize(
    "facts", [{"outcome": "spoken"}, {"outcome": "banana"}, {"outcome": 7}, {"outcome": ["failed"]}]
)
async def test_an_outcome_that_a_paper_cannot_have_is_refused_and_not_taken_for_a_yes(
    hall: ServedHall, facts: dict[str, Any]
) -> None:
    async with hall.live("after=0", by="device") as socket:
        told = await issued(hall, socket)
        await confirm(socket, told["number"], **facts)
        said = await socket.receive(timeout=NOW_ENOUGH_S)
        if said.type is aiohttp.WSMsgType.TEXT:
            assert said.json() == {"confirm": told["number"], "refused": "malformed"}
        else:
            assert socket.close_code == aiohttp.WSCloseCode.POLICY_VIOLATION
    assert await deeds_of_kind(hall, "TicketPrinted", "TicketPrintFailed") == []


STRANGE = [
    "words",
    "[]",
    "7",
    "null",
    "{}",
    '{"confirm": "1"}',
    '{"confirm": null}',
    '{"confirm": true}',
    '{"confirm": 1.5}',
    '{"confirm": 4, "outcome": "failed", "cause": "\\ud800"}',
    '{"confirm": 4, "outcome": "printed", "printer": "\\ud800"}',
    '{"confirm": 4, "outcome": "failed", "cause": {"a": 1}}',
    '{"confirm": 4, "outcome": "printed", "printer": 7}',
    "[" * 4000,
]


@pytest.mark.parametrize("said", STRANGE, ids=[said[:60] for said in STRANGE])
async def test_what_is_no_confirmation_ends_the_connection_and_harms_nobody(hall: ServedHall, said: str) -> None:
    await hall.open("1")
    await hall.take(channel="kiosk")
    assert hall.desk.feed.end == 4
    async with hall.live("", by="device") as socket:
        await socket.send_str(said)
        closed = await socket.receive(timeout=NOW_ENOUGH_S)
        assert closed.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED), closed
        assert socket.close_code == aiohttp.WSCloseCode.POLICY_VIOLATION
    async with asyncio.timeout(NOW_ENOUGH_S):
        assert (await hall.take())["number"] == "A002", "the hall goes on writing"


@pytest.mark.parametrize("cause", ["a\x00b", "长" * 300, "", "\x1b[31m", "'; DROP TABLE log; --"])
async def test_a_strange_cause_is_kept_short_and_as_it_is(hall: ServedHall, cause: str) -> None:
    async with hall.live("after=0", by="device") as socket:
        told = await issued(hall, socket)
        await confirm(socket, told["number"], outcome="failed", cause=cause)
        failed = await deed(socket)
        assert failed["kind"] == "TicketPrintFailed"
        assert failed["cause"] == cause[: live.CAUSE_LIMIT]


async def test_a_refused_confirmation_is_told_and_the_next_is_heard(hall: ServedHall) -> None:
    """The ticket of an earlier day is gone from the live hall."""
    async with hall.live("after=0", by="device") as socket:
        told = await issued(hall, socket)
        yesterdays = hall.desk.hall.tickets.pop(told["ticket"])
        hall.desk.feed.hall.tickets.pop(told["ticket"], None)
        await confirm(socket, told["number"], outcome="printed")
        assert await deed(socket) == {"confirm": told["number"], "refused": "unknown_ticket"}
        hall.desk.hall.tickets[told["ticket"]] = hall.desk.feed.hall.tickets[told["ticket"]] = yesterdays
        await confirm(socket, told["number"], outcome="printed")
        assert (await deed(socket))["kind"] == "TicketPrinted"


async def test_binary_is_not_spoken_here(hall: ServedHall) -> None:
    async with hall.live("", by="device") as socket:
        await socket.send_bytes(json.dumps({"confirm": 1}).encode())
        assert (await socket.receive(timeout=NOW_ENOUGH_S)).type in (
            aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED,
        )  # fmt: skip


async def test_a_machine_is_asked_whether_it_is_there(hall: ServedHall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PING_S", 0.05)
    async with hall.live("", by="device", autoping=False) as socket:
        assert (await socket.receive(timeout=NOW_ENOUGH_S)).type is aiohttp.WSMsgType.PING
        async with asyncio.timeout(NOW_ENOUGH_S):
            while (await socket.receive()).type is aiohttp.WSMsgType.PING:
                pass
        assert socket.closed, "one that never answers is let go"
