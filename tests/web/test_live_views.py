"""Screens: the latest view at once and whenever it changes, however many presses there were in between."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from hallserver.web import audience, live
from tests.web.a_server import HALL, NOW_ENOUGH_S, OTHER_HALL, ServedHall, a_served_hall, end_of, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

Socket = aiohttp.ClientWebSocketResponse


async def frame(socket: Socket) -> dict[str, Any]:
    """The next view; heartbeats are passed over."""
    while True:
        told = await socket.receive_json(timeout=NOW_ENOUGH_S)
        if "heartbeat" not in told:
            return dict(told)


async def frames_until(socket: Socket, true: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """Views up to the first for which it is true."""
    seen: list[dict[str, Any]] = []
    async with asyncio.timeout(NOW_ENOUGH_S):
        while not seen or not true(seen[-1]):
            seen.append(await frame(socket))
    return seen


def waiting(view: dict[str, Any]) -> int:
    return int(view["data"]["zones"][0]["waiting"])


async def test_the_view_comes_at_once_and_again_when_it_changes(hall: ServedHall) -> None:
    async with hall.live("view=board") as socket:
        first = await frame(socket)
        assert first.keys() == {"view", "number", "data"}
        assert (first["view"], first["number"], waiting(first)) == ("board", hall.desk.feed.end, 0)
        assert first["data"] == (await hall.get("views/board")).json
        await hall.take()
        second = await frame(socket)
        assert (second["number"], waiting(second)) == (first["number"] + 1, 1)


@pytest.mark.parametrize("view", ["board", "zone/gongan", "kiosk", "window/1", "pad/1", "floor"])
async def test_every_screen_has_its_view(served: ServedHall, view: str) -> None:
    async with served.live(f"view={view}", by="device") as socket:
        first = await frame(socket)
        assert first["view"] == view
        assert first["data"].keys() == (await served.get(f"views/{view}", by="device")).json.keys()


@pytest.mark.parametrize("view", ["board", "zone/gongan", "kiosk", "window/1", "pad/1", "floor", "day"])
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_as_html_it_is_the_very_partial_of_the_page(served: ServedHall, view: str, lang: str) -> None:
    pages = {
        "kiosk": "/kiosk",
        "board": "/board",
        "zone": "/board/gongan",
        "window": "/window/1",
        "pad": "/window/1/rate",
        "floor": "/manage",
        "day": "/manage",
    }
    async with served.live(f"view={view}&as=html&lang={lang}", by="manager") as socket:
        first = await frame(socket)
    page = await served.get(f"{pages[view.partition('/')[0]]}?lang={lang}", by="manager")
    assert page.status == 200
    assert isinstance(first["data"], str)
    assert first["data"].strip()
    assert first["data"].strip() in page.text


async def test_a_tickets_holder_follows_it_in_either_language(served: ServedHall) -> None:
    taken = await served.take()
    for lang, word in (("zh-CN", "综合受理"), ("en", "Comprehensive services")):
        async with served.live(f"view=ticket/{taken['id']}&as=html&lang={lang}") as socket:
            shown = (await frame(socket))["data"]
        assert taken["number"] in shown
        assert word in shown


async def test_each_language_is_told_in_its_own_words(hall: ServedHall) -> None:
    async with hall.live("view=kiosk&as=html&lang=en") as english, hall.live("view=kiosk&as=html") as chinese:
        assert (await frame(english))["data"] != (await frame(chinese))["data"]


async def test_a_clerk_is_told_why_this_one_is_called(hall: ServedHall) -> None:
    await hall.open("1")
    await hall.take()
    async with hall.live("view=window/1&as=html&lang=en", by="clerk-1") as socket:
        await frame(socket)
        called = await hall.post("windows/1/calls", by="clerk-1", headers={"Accept-Language": "en"})
        shown = (await frame(socket))["data"]
    assert called.json["why"].startswith("waited")
    assert called.json["why"] in shown.replace("&#39;", "'")


async def test_a_burst_of_presses_costs_few_frames_and_the_last_is_the_truth(
    hall: ServedHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert audience.GAP_S["board"] == 0.25
    monkeypatch.setitem(audience.GAP_S, "board", 0.6)  # so that a slow machine's burst is still one
    presses = 60
    async with hall.live("view=board") as socket:
        await frame(socket)
        await asyncio.gather(*(hall.take() for _ in range(presses)))
        seen = await frames_until(socket, lambda view: waiting(view) == presses)
        assert len(seen) <= presses / 4
        assert [view["number"] for view in seen] == sorted({view["number"] for view in seen}), "numbers grow"
        assert seen[-1]["data"] == (await hall.get("views/board")).json


async def test_where_somebody_always_presses_views_that_can_wait_come_all_the_same(
    hall: ServedHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hall.open_hall.audience, "_busy", lambda: True)
    async with hall.live("view=board") as board, hall.live("view=kiosk") as kiosk:
        before = waiting(await frame(board))
        await frame(kiosk)
        await hall.take()
        assert waiting(await frame(board)) == before + 1
        assert (await frame(kiosk))["number"] == hall.desk.feed.end


async def test_a_call_does_not_wait_for_the_gap_that_counting_keeps(
    hall: ServedHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(audience.GAP_S, "board", 3600.0)
    await hall.open("1")
    async with hall.live("view=board") as socket:
        await frame(socket)
        await hall.take()
        called = await hall.call()
        seen = await frame(socket)
        assert seen["data"]["calls"][0]["number"] == called["ticket"]["number"]
        assert seen["data"]["calls"][0]["fresh"] is True
        await hall.post("windows/1/recalls", by="manager")
        assert (await frame(socket))["data"]["calls"][0]["times"] == 2


async def test_every_phone_of_a_zone_is_told_of_its_call_at_once_and_the_called_one_first(
    hall: ServedHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(audience.GAP_S, "ticket", 3600.0)
    await hall.open("1")
    called, *others = [await hall.take() for _ in range(4)]
    elsewhere = await hall.take("gongan")
    async with contextlib.AsyncExitStack() as open_:
        phones = [
            await open_.enter_async_context(hall.live(f"view=ticket/{ticket['id']}{form}"))
            for ticket, form in zip(
                (called, *others, elsewhere), ("", "", "&as=html", "&as=html&lang=en", ""), strict=True
            )
        ]
        for phone in phones:
            await frame(phone)
        deed = (await hall.call())["deed"]
        told = [await frame(phone) for phone in phones[:-1]]
        assert told[0]["data"]["ticket"]["state"] == "called"
        assert {(each["part"], each["number"]) for each in told[1:]} == {("zone_call", deed)}
        assert (told[1]["data"]["call"]["number"], told[1]["data"]["call"]["window"]) == ("A001", "1")
        assert "刚叫到 A001，1 号窗口" in told[2]["data"]
        assert "Just called: A001" in told[3]["data"]
        undone = await hall.post("windows/1/undos", by="manager")
        assert undone.status < 300, undone
        assert (await frame(phones[1]))["data"] == {"call": None}
        await hall.open("3")
        await hall.call("3")  # of the other zone: nothing came in between
        assert (await frame(phones[-1]))["data"]["ticket"]["state"] == "called"


async def test_who_is_called_is_told_nothing_older_afterwards(
    hall: ServedHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(audience.GAP_S, "ticket", 3600.0)
    await hall.open("1", "2")
    _, second, third = [await hall.take() for _ in range(3)]
    async with hall.live(f"view=ticket/{second['id']}") as phone, hall.live(f"view=ticket/{third['id']}") as behind:
        await frame(phone)
        await frame(behind)
        monkeypatch.setattr(audience, "HANDFUL", 0)  # the phones are still to be told of the first call
        await hall.call("1")
        await hall.call("2")
        called = await frame(phone)
        monkeypatch.setattr(audience, "HANDFUL", 40)
        assert called["data"]["ticket"]["state"] == "called"
        assert (await frame(behind))["data"]["call"]["number"] == "A001"
        await hall.post("windows/2/recalls", by="manager")
        again = await frame(phone)
        assert (again["view"], again["data"]["ticket"]["times_called"]) == (called["view"], 2)


async def test_a_clerk_sees_the_own_press_at_once(hall: ServedHall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(audience.GAP_S, "window", 3600.0)
    monkeypatch.setitem(audience.GAP_S, "pad", 3600.0)
    monkeypatch.setitem(audience.GAP_S, "ticket", 3600.0)
    await hall.open("1")
    taken = await hall.take()
    watched = ("view=window/1", "view=pad/1", f"view=ticket/{taken['id']}")
    async with (
        hall.live(watched[0], by="clerk-1") as console,
        hall.live(watched[1]) as pad,
        hall.live(watched[2]) as phone,
    ):
        for socket in (console, pad, phone):
            await frame(socket)
        await hall.call()
        assert (await frame(console))["data"]["ticket"]["number"] == "A001"
        assert (await frame(phone))["data"]["ticket"]["state"] == "called"
        await hall.serve()
        assert (await frames_until(pad, lambda view: view["data"]["state"] == "awake"))[-1]["data"]["service"]


async def test_a_board_that_was_away_gets_the_right_view_when_it_is_back(hall: ServedHall) -> None:
    async with hall.live("view=board") as socket:
        before = await frame(socket)
    await hall.take()
    await hall.take("gongan")
    async with hall.live("view=board") as socket:
        after = await frame(socket)
    assert [zone["waiting"] for zone in after["data"]["zones"]] == [1, 1, 0]
    assert after["number"] == before["number"] + 2


async def test_a_board_that_joins_others_gets_what_they_have(hall: ServedHall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even in the gap in which they wait for what has just happened, it ends with the truth."""
    async with hall.live("view=board") as first:
        await frame(first)
        await hall.take()
        await frame(first)
        await hall.take()
        async with hall.live("view=board") as second:
            assert waiting((await frames_until(second, lambda view: waiting(view) == 2))[-1]) == 2
        assert waiting((await frames_until(first, lambda view: waiting(view) == 2))[-1]) == 2


async def test_a_hall_hears_nothing_of_another(hall: ServedHall) -> None:
    async with hall.live("view=board") as socket:
        await frame(socket)
        await hall.post(f"/api/halls/{OTHER_HALL}/tickets", {"zone": "gongan"})
        await hall.take()
        seen = await frame(socket)
    assert [zone["waiting"] for zone in seen["data"]["zones"]] == [1, 0, 0]


async def test_minutes_pass_on_a_screen_though_nothing_is_pressed(
    hall: ServedHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hall.take()
    async with hall.live("view=board") as socket:
        first = await frame(socket)
        assert first["data"]["zones"][0]["oldest_wait_min"] == 0
        now = hall.desk.clock.now()
        monkeypatch.setattr(hall.desk.clock, "_wall", lambda: now / 1000 + 25 * 60)
        monkeypatch.setattr(audience, "REFRESH_S", -1.0)
        hall.open_hall.audience.tick()
        later = await frame(socket)
    assert later["data"]["zones"][0]["oldest_wait_min"] in (24, 25)
    assert later["data"]["zones"][0]["level"] == "warn"
    assert later["number"] == first["number"]


async def test_a_view_that_is_as_it_was_is_not_sent_again(hall: ServedHall) -> None:
    async with hall.live("view=zone/gongan") as gongan, hall.live("view=kiosk") as kiosk:
        await frame(gongan)
        await frame(kiosk)
        await hall.take("zonghe")
        await frame(kiosk)
        await hall.take("gongan")
        assert (await frame(gongan))["number"] == hall.desk.feed.end


UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("view=moon", 404, "unknown_view"),
        ("view=", 404, "unknown_view"),
        ("view=board&as=xml", 404, "unknown_view"),
        ("view=window/99", 404, "unknown_window"),
        ("view=pad/99", 404, "unknown_window"),
        ("view=zone/moon", 404, "unknown_zone"),
        ("view=ticket/20200101-A001", 404, "unknown_ticket"),
    ],
)
async def test_a_view_that_is_not_there_is_a_problem_and_no_socket(
    served: ServedHall, query: str, status: int, code: str
) -> None:
    answer = await served.get(f"live?{query}", by="device", headers=UPGRADE)
    assert (answer.status, answer.code) == (status, code)
    elsewhere = await served.get("/api/halls/moon/live?view=board", headers=UPGRADE)
    assert (elsewhere.status, elsewhere.code) == (404, "unknown_hall")


async def test_what_a_screen_says_is_not_listened_to(hall: ServedHall) -> None:
    end = hall.desk.feed.end
    async with hall.live("view=board") as socket:
        await frame(socket)
        await socket.send_str('{"confirm": 1}')
        await socket.send_str("x" * 1000)
        await hall.take()
        assert (await frame(socket))["number"] == end + 1
        await socket.send_str("x" * 10_000)
        closed = await socket.receive(timeout=NOW_ENOUGH_S)
        assert closed.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
        assert socket.close_code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


async def test_a_heartbeat_tells_that_the_server_is_there(hall: ServedHall, monkeypatch: pytest.MonkeyPatch) -> None:
    assert audience.HEARTBEAT_S == 10.0
    assert audience.PING_S == live.PING_S == 20.0
    monkeypatch.setattr(audience, "HEARTBEAT_S", 0.0)
    monkeypatch.setattr(audience, "PING_S", 0.0)
    async with hall.live("view=board", autoping=False) as socket:
        await frame(socket)
        hall.open_hall.audience.tick()
        beat = await socket.receive(timeout=NOW_ENOUGH_S)
        assert beat.json() == {"heartbeat": hall.desk.feed.end}
        assert (await socket.receive(timeout=NOW_ENOUGH_S)).type is aiohttp.WSMsgType.PING


async def test_a_screen_that_asks_whether_it_is_heard_gets_a_heartbeat_at_once(hall: ServedHall) -> None:
    for by in ("resident", "device"):
        async with hall.live("view=board", by=by) as socket:
            await frame(socket)
            for _ in range(3):
                await socket.send_str('{"check": true}')
                assert await socket.receive_json(timeout=NOW_ENOUGH_S) == {"heartbeat": hall.desk.feed.end}


async def test_one_client_too_many_is_asked_to_come_back(hall: ServedHall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audience, "CLIENTS_LIMIT", 2)
    async with hall.live("view=board") as first, hall.live("view=kiosk") as second:
        await frame(first)
        await frame(second)
        answer = await hall.get("live?view=board", headers=UPGRADE)
        assert (answer.status, answer.code) == (429, "too_many_requests")
        assert int(answer.headers["Retry-After"]) > 0
    await until(lambda: hall.open_hall.audience.clients == 0)
    async with hall.live("view=board") as again:
        assert (await frame(again))["view"] == "board"


async def test_a_screen_that_left_leaves_nothing_behind(hall: ServedHall) -> None:
    watching = hall.open_hall.audience
    for _ in range(3):
        taken = await hall.take()
        async with hall.live("view=board") as socket, hall.live(f"view=ticket/{taken['id']}") as phone:
            await frame(socket)
            await frame(phone)
            assert watching.clients == 2
        await until(lambda: watching.clients == 0)
        assert watching._channels == watching._under == {}
        assert len(hall.server._runner.app[live.SOCKETS]) == 0  # type: ignore[union-attr]


async def test_a_restart_is_told_to_every_screen_and_machine(tmp_path_factory: pytest.TempPathFactory) -> None:
    async with a_served_hall(tmp_path_factory.mktemp("restart")) as hall, aiohttp.ClientSession() as http:
        where = f"{hall.url}/api/halls/{HALL}/live"
        board = await http.ws_connect(f"{where}?view=board")
        machine = await http.ws_connect(f"{where}?after=0", headers=hall.who("device"))
        await frame(board)
        await machine.receive_json(timeout=NOW_ENOUGH_S)
        stopping = asyncio.create_task(hall.server._runner.shutdown())  # type: ignore[union-attr]
        for socket in (board, machine):
            assert await end_of(socket) == aiohttp.WSCloseCode.SERVICE_RESTART
        await stopping
