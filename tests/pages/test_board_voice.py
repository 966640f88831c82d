"""A board that is a device is one of the hall's loudspeakers: it says its area's calls, and tells what it did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from hallserver.events import CallNotSpoken, CallSpoken
from hallserver.settings.signs import ScreenTable
from hallserver.settings.voice import Area, VoiceTable
from tests.pages.a_browser import COUNTS_VIEWS, WIDE, a_view_came, seen
from tests.pages.a_hall_to_see import LUOJIAZHUANG, deeds
from tests.web.a_server import ServedHall, a_served_hall, happened, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUICK = VoiceTable(
    phrase="{number}，{window}",
    times=1,
    rate_wpm=300,
    chime=False,
    areas=[Area(id="A", name="东厅", windows=["1", "2"]), Area(id="B", windows=["3"])],
)
OWN_WORDS = ScreenTable(call="{number} 请去 <{window}> 窗", call_en="Go to {window}")
HALL = LUOJIAZHUANG.model_copy(update={"voice": QUICK, "screen": OWN_WORDS})


def voices(hall: ServedHall) -> list[tuple[str, str | None, str, str | None]]:
    machines = [machine for machine in hall.open_hall.agents.machines if machine.kind == "voice"]
    return [(machine.name, machine.area, machine.state, machine.why) for machine in machines]


async def test_a_board_says_the_calls_of_its_area_and_the_manager_sees_how_it_is(
    tmp_path: Path, browser: Browser
) -> None:
    async with a_served_hall(tmp_path, HALL) as hall:
        await hall.open("1", "3")
        as_device = f"/device?token={hall.tokens['device']}&next=/board%3Farea%3DA"
        async with seen(browser, hall, as_device, WIDE, ready=COUNTS_VIEWS) as wall:
            await a_view_came(wall.page)
            await until(lambda: voices(hall) == [("/board?area=A", "A", "well", None)])
            assert voice_of(hall)["areas"][1] == {
                "area": "B",
                "state": "mute",
                "cause": "nobody_reported",
                "since": None,
            }
            for zone, window in (("gongan", "3"), ("zonghe", "1")):
                await hall.call(window, ticket=(await hall.take(zone))["id"])
            announcer = wall.page.locator("hall-announcer")
            *_, called = await deeds(hall, "TicketCalled")
            await expect(announcer).to_have_attribute("data-announced", str(called["number"]))
            await expect(wall.page.locator(".now[data-shown] .to")).to_have_text("A001 请去 <1> 窗")
            await expect(wall.page.locator(".now[data-shown] .where")).to_contain_text("Go to 1")
            await expect(wall.page.locator("h1")).to_contain_text("东厅")
            await expect(wall.page.get_by_text("B001")).to_have_count(0)  # called at 3, in the other area
            await until(lambda: happened(hall, CallSpoken, CallNotSpoken))
            (spoken,) = await deeds(hall, "CallSpoken", "CallNotSpoken")
            assert (spoken["kind"], spoken["deed"], spoken["window"]) == ("CallSpoken", called["number"], "1")
            assert spoken["by"] == "device:device-token"
            await wall.page.keyboard.press("m")
            await until(lambda: voices(hall) == [("/board?area=A", "A", "mute", "muted")])
            assert voice_of(hall)["state"] == "mute"
            await wall.page.keyboard.press("m")
            await until(lambda: voices(hall) == [("/board?area=A", "A", "well", None)])
            assert wall.mistakes == []
        await until(lambda: voices(hall) == [("/board?area=A", "A", "away", "disconnected")])


def voice_of(hall: ServedHall) -> dict[str, Any]:
    return dict(hall.open_hall.machines()["voice"])


async def test_a_passer_bys_board_tells_nothing_and_another_area_leads_nowhere(
    tmp_path: Path, browser: Browser
) -> None:
    async with a_served_hall(tmp_path, HALL) as hall:
        async with seen(browser, hall, "/board", WIDE, ready=COUNTS_VIEWS) as wall:
            await a_view_came(wall.page)
            await expect(wall.page.locator("hall-announcer[reports]")).to_have_count(0)
            await hall.open("1")
            await hall.take("zonghe")
            await hall.call("1")
            await expect(wall.page.locator("hall-announcer[data-announced]")).to_have_count(1)
        assert voices(hall) == []
        assert await deeds(hall, "CallSpoken") == []
        assert (await hall.get("/board?area=Z")).status == 404
        assert (await hall.get("/board/Z")).status == 404
        of_an_area = (await hall.get("/board/A")).text
        assert ('view="area/A"' in of_an_area, 'area="A"' in of_an_area, 'windows="1 2' in of_an_area) == (True,) * 3
