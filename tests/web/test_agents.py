"""Machines tell how they are, and a manager sees within seconds which of them is silent."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp
import pytest

from hallserver.clock import HallClock
from hallserver.web import agents
from hallserver.web.agents import Agents, Health
from tests.web.a_server import NOW_ENOUGH_S, ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Wall:
    """A clock to be moved by hand."""

    def __init__(self) -> None:
        self.s = 1_800_000_000.0

    def clock(self) -> HallClock:
        return HallClock(wall=lambda: self.s, monotonic=lambda: self.s)


def voice(state: str = "well", cause: str | None = None, **more: Any) -> dict[str, Any]:
    return {"kind": "voice", "name": "left", "state": state, "cause": cause, **more}


async def floor(socket: aiohttp.ClientWebSocketResponse, wanted: Any) -> dict[str, Any]:
    """The floor's next view that is as wanted."""
    async with asyncio.timeout(NOW_ENOUGH_S):
        while True:
            frame = await socket.receive_json()
            if "data" in frame and wanted(frame["data"]):
                return dict(frame["data"])


async def test_a_manager_sees_a_mute_hall_within_ten_seconds(hall: ServedHall) -> None:
    async with hall.live("view=floor", by="manager") as watching, hall.live("after=0", by="device") as machine:
        await floor(watching, lambda seen: seen["voice"]["cause"] == "nobody_reported")
        await machine.send_json({"health": voice()})
        seen = await floor(watching, lambda seen: seen["voice"]["state"] == "well")
        assert [(m["kind"], m["name"], m["state"]) for m in seen["machines"]] == [("voice", "left", "well")]
        began = time.monotonic()
        await machine.send_json({"health": voice("mute", "player_failed")})
        await floor(
            watching, lambda seen: (seen["voice"]["state"], seen["voice"]["cause"]) == ("mute", "player_failed")
        )
        await machine.send_json({"health": voice()})
        await floor(watching, lambda seen: seen["voice"]["state"] == "well")
        await machine.close()
        seen = await floor(watching, lambda seen: seen["voice"]["state"] == "mute")
        assert seen["machines"][0]["cause"] == "disconnected"
        assert time.monotonic() - began < 10


async def test_what_machines_told_can_be_asked_by_staff_and_devices_alone(hall: ServedHall) -> None:
    async with hall.live("after=0", by="device") as machine:
        told = voice(area="A", behind=3, line="said A012") | {"more": "is passed over"}
        await machine.send_json({"health": told})
        await machine.send_json({"health": {"kind": "printer", "name": "p1", "state": "trouble", "cause": "no_paper"}})
        async with asyncio.timeout(NOW_ENOUGH_S):
            while len((found := (await hall.get("agents", by="clerk-1")).json)["agents"]) < 2:
                pass
    printer, left = found["agents"]
    assert (printer["kind"], printer["state"], printer["cause"], printer["last_error"]) == (
        "printer", "trouble", "no_paper", "no_paper")  # fmt: skip
    assert (left["area"], left["behind"], left["line"], left["by"]) == ("A", 3, "said A012", "device:device-token")
    assert found["voice"]["state"] == "well"
    assert (await hall.get("agents")).status == 401
    ready = (await hall.get("/readyz")).json
    assert ready["machines"][hall.id]["printer p1"] in ("trouble: no_paper", "away: disconnected")
    assert ready["ready"] is True


async def test_a_board_that_is_a_device_reports_over_its_view_and_a_passer_by_does_not(hall: ServedHall) -> None:
    async with hall.live("view=board", by="device") as board, hall.live("view=board") as passer_by:
        await passer_by.send_json({"health": voice() | {"name": "phone"}})
        await passer_by.receive_json(timeout=NOW_ENOUGH_S)
        await board.send_json({"health": voice("mute", "locked")})
        async with asyncio.timeout(NOW_ENOUGH_S):
            while not (found := (await hall.get("agents", by="manager")).json["agents"]):
                pass
    assert [(machine["name"], machine["cause"]) for machine in found] == [("left", "locked")]


async def test_a_confirmation_tells_how_the_machine_is_too(hall: ServedHall) -> None:
    await hall.open("1")
    await hall.take()
    async with hall.live("after=0", by="device") as machine:
        deed = (await hall.call())["ticket"]["id"]
        number = (await hall.get("log?after=0&limit=1000", by="manager")).json["end"]
        await machine.send_json({"confirm": number, "outcome": "not_spoken", "cause": "no_player"})
        async with asyncio.timeout(NOW_ENOUGH_S):
            while not (found := (await hall.get("agents", by="manager")).json["agents"]):
                pass
        assert (found[0]["kind"], found[0]["state"], found[0]["cause"]) == ("voice", "mute", "no_player"), deed
        (unsaid,) = (await hall.get("views/floor", by="manager")).json["voice"]["unsaid"]
        assert (unsaid["ticket"], unsaid["number"], unsaid["window"], unsaid["cause"]) == (
            deed,
            "A001",
            "1",
            "no_player",
        )
        async with hall.live("view=floor&as=html", by="manager") as page:
            shown = (await page.receive_json(timeout=NOW_ENOUGH_S))["data"]
        assert "A001 没有播报" in shown
        assert "没有播放声音的程序" in shown


@pytest.mark.parametrize(
    "told", [{}, {"kind": "toaster", "name": "x", "state": "well"}, {"kind": "voice", "name": "", "state": "well"}]
)
async def test_what_is_no_health_ends_the_connection(served: ServedHall, told: dict[str, Any]) -> None:
    async with served.live(f"after={served.desk.feed.end}", by="device") as machine:
        await machine.send_json({"health": told})
        async with asyncio.timeout(NOW_ENOUGH_S):
            while not machine.closed:
                await machine.receive()
        assert machine.close_code == 1008


async def test_a_silent_machine_is_away_and_after_a_day_forgotten() -> None:
    wall, changes = Wall(), list[int]()
    known = Agents(wall.clock(), lambda: changes.append(1))
    line = object()
    known.tell("device:x", Health(kind="voice", name="left", state="well"), line)
    known.tell("hall", Health(kind="printer", name="hall", state="well"))
    wall.s += agents.SILENT_AFTER_S + 1
    known.tick()
    assert [(m.kind, m.state, m.why) for m in known.machines] == [
        ("printer", "well", None), ("voice", "away", "silent")]  # fmt: skip
    before = len(changes)
    known.tell("device:x", Health(kind="voice", name="left", state="well"), line)
    assert [m.state for m in known.machines] == ["well", "well"]
    assert len(changes) == before + 1
    known.left(line)
    wall.s += agents.FORGOTTEN_AFTER_S + 1
    known.tick()
    assert [m.kind for m in known.machines] == ["printer"]


async def test_a_machine_that_reconnects_before_its_old_connection_ends_stays() -> None:
    known = Agents(Wall().clock())
    old, new = object(), object()
    known.tell("device:x", Health(kind="voice", name="left", state="well"), old)
    known.tell("device:x", Health(kind="voice", name="left", state="well"), new)
    known.left(old)
    assert [m.state for m in known.machines] == ["well"]


async def test_a_call_that_grew_stale_is_no_fault_of_the_voice() -> None:
    known = Agents(Wall().clock())
    line = object()
    known.did("device:x", "voice", "x", None, line)
    known.did("device:x", "voice", "x", "stale", line)
    assert [m.state for m in known.machines] == ["well"]


async def test_what_is_confirmed_tells_of_the_printer_that_is_named_where_one_connection_has_two() -> None:
    known = Agents(Wall().clock())
    line = object()
    for name in ("front", "back"):
        known.tell("device:x", Health(kind="printer", name=name, state="well"), line)
    known.did("device:x", "printer", "front", "no_paper", line)
    known.did("device:x", "printer", "another", "offline", line)
    assert [(m.name, m.state, m.cause) for m in known.machines] == [
        ("back", "well", None), ("front", "trouble", "no_paper")]  # fmt: skip


async def test_machines_beyond_the_limit_push_out_who_is_away_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agents, "MACHINES_LIMIT", 2)
    known = Agents(Wall().clock())
    lines = [object(), object(), object()]
    for place, line in enumerate(lines):
        known.tell("device:x", Health(kind="sign", name=str(place), state="well"), line)
    assert [m.name for m in known.machines] == ["0", "1"]
    known.left(lines[0])
    known.tell("device:x", Health(kind="sign", name="2", state="well"), lines[2])
    assert [m.name for m in known.machines] == ["1", "2"]


async def test_the_printer_at_the_server_reports_like_any_other() -> None:
    known = Agents(Wall().clock())
    known.tell("hall", Health(kind="printer", name="hall", state="trouble", cause="no_paper"))
    wall_later = [known.tick() for _ in range(3)]
    assert len(wall_later) == 3
    assert [(m.state, m.cause) for m in known.machines] == [("trouble", "no_paper")]


async def test_a_machine_whose_cable_is_pulled_is_missed_though_its_connection_never_ended(
    hall: ServedHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agents, "SILENT_AFTER_S", 0.5)  # 8 s, and 1 s for the tick, and half a one for the floor
    async with hall.live("view=floor", by="manager") as watching, hall.live("after=0", by="device") as machine:
        await machine.send_json({"health": voice()})
        await floor(watching, lambda seen: seen["voice"]["state"] == "well")
        seen = await floor(watching, lambda seen: seen["voice"]["state"] == "mute")
        assert seen["voice"]["cause"] == "silent"
        await machine.send_json({"health": voice()})
        await floor(watching, lambda seen: seen["voice"]["state"] == "well")
