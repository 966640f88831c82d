"""What is our own fault is counted and logged whole, and told to people without its insides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from hallserver.web import audience, live
from tests.web.a_server import ServedHall, end_of, faults
from tests.web.test_live_views import frame, frames_until

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(autouse=True)
def no_fault_of_ours() -> Iterator[None]:
    """Here there are some."""
    return iter([None])


def broken(*_: object, **__: object) -> None:
    raise ZeroDivisionError("the insides")


async def test_a_fault_in_the_api_is_a_500_without_its_insides(
    served: ServedHall, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("hallserver.web.audience.view", broken)
    before = faults()
    answer = await served.get("views/board")
    assert (answer.status, answer.code) == (500, "internal")
    assert "insides" not in answer.text
    assert faults() == before + 1
    assert "the insides" in capfd.readouterr().out


async def test_a_fault_of_a_page_is_a_plain_page(
    served: ServedHall, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("hallserver.web.audience.view", broken)
    before = faults()
    answer = await served.get("/board", headers={"Accept": "text/html"})
    assert (answer.status, answer.type) == (500, "text/html")
    assert "服务器出错了" in answer.text
    assert "insides" not in answer.text
    assert faults() == before + 1
    assert "the insides" in capfd.readouterr().out


async def test_a_fault_on_a_live_socket_closes_it_and_nothing_else(
    hall: ServedHall, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(live, "confirm", broken)
    before = faults()
    async with hall.live("after=0", by="device") as socket, hall.live("view=board") as board:
        await socket.send_json({"confirm": 1})
        assert await end_of(socket) == aiohttp.WSCloseCode.INTERNAL_ERROR
        assert faults() == before + 1
        await frame(board)
        await hall.take()
        assert (await frame(board))["number"] == hall.desk.feed.end
    assert "the insides" in capfd.readouterr().out


async def test_a_fault_among_the_deeds_closes_the_socket_in_place_of_silence(
    hall: ServedHall, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(live, "deed_shape", broken)
    before = faults()
    async with hall.live("after=0", by="device") as socket:
        assert await end_of(socket) == aiohttp.WSCloseCode.INTERNAL_ERROR
    assert faults() == before + 1
    assert "the insides" in capfd.readouterr().out


async def test_a_view_that_breaks_keeps_no_other_waiting(hall: ServedHall, monkeypatch: pytest.MonkeyPatch) -> None:
    await hall.open("1")
    async with hall.live("view=board") as board, hall.live("view=window/1", by="clerk-1") as console:
        await frame(board)
        await frame(console)
        right = audience.view

        def broken(live_hall: Any, now: int, name: str) -> Any:
            if name == "board":
                raise ZeroDivisionError("the board's own fault")
            return right(live_hall, now, name)

        monkeypatch.setattr(audience, "view", broken)
        monkeypatch.setitem(audience.GAP_S, "window", 0.0)
        before = faults()
        await hall.take()
        await hall.call()
        seen = await frames_until(console, lambda view: view["data"]["ticket"] is not None)
        assert seen[-1]["data"]["ticket"]["number"] == "A001"
        assert faults() > before
        monkeypatch.setattr(audience, "view", right)
        await hall.post("windows/1/recalls", by="manager")
        assert (await frame(board))["data"]["calls"][0]["times"] == 2
