"""A window's own screen: who is called, who sits there, and how the window stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from hallserver.settings.signs import ScreenTable
from tests.pages.a_browser import LOOKED_AT, UPRIGHT, WIDE, WINDOW_SCREEN, laid_out_at, shot, shown
from tests.web.a_server import ServedHall, a_served_hall, settings

pytestmark = pytest.mark.asyncio(loop_scope="module")

SIZES = ({"width": 800, "height": 480}, {"width": 1280, "height": 720}, WIDE, WINDOW_SCREEN, UPRIGHT)
SHAPES = (SIZES[0], WINDOW_SCREEN, UPRIGHT)
ON_ONE_LINE = """() => {
  const parts = ".place b, .place span, .label, .number, .large, .clerk, .zones li"
  return [...document.querySelectorAll(parts)].flatMap((it) => {
    const words = document.createRange()
    words.selectNodeContents(it.querySelector("small") ? it.firstChild : it)
    const tops = [...words.getClientRects()].map(({ bottom }) => bottom)
    const around = it.closest(".place, .says, .foot").getBoundingClientRect()
    const { left, right, top, bottom } = it.getBoundingClientRect()
    const broken = !it.matches("[data-half-ems=more], .zones li") && Math.max(...tops) - Math.min(...tops) > 20
    const out = left < around.left - 1 || right > around.right + 1 || top < around.top - 8 || bottom > around.bottom + 8
    return broken || out ? [`${it.className || it.localName} ${it.textContent}: ${broken ? "broken" : "outside"}`] : []
  })
}"""
LONG_WORDS = ScreenTable(
    closed="今天不开放，请到隔壁的综合受理区取号，或者问服务台",
    closed_en="Closed today, please take a number next door or ask",
)
ZONES = (
    ("zonghe", "综合受理", "Comprehensive services", "comprehensive", "A"),
    ("gongan", "公安出入境", "Police, exit and entry", "specialised", "BX"),
)
LONG = settings(
    zones=[dict(zip(("id", "name", "name_en", "kind", "prefix"), zone, strict=True)) for zone in ZONES],
    windows=[{"id": "NX-12345", "zone": "gongan", "support": "zonghe"}],
    items=[],
    staff=[{"id": "330106-0301", "name": "欧阳明月", "role": "clerk", "window": "NX-12345"}],
    screen=LONG_WORDS,
)


async def looks_right(page: Page, name: str, sizes: Any = SIZES) -> None:
    """Nothing on the screen is cut off, written over something else, or broken in two, at any size."""
    for size in sizes:
        await laid_out_at(page, size)
        await shot(page, f"sign-{name}-{size['width']}x{size['height']}")
        whole = "document.documentElement.scrollWidth, document.documentElement.scrollHeight"
        found = await page.evaluate(f"{LOOKED_AT}; [cutOff(), overlapping(), ({ON_ONE_LINE})(), [{whole}]]")
        assert found == [[], [], [], [size["width"], size["height"]]], (name, size)


async def sits_down(page: Page, hall: ServedHall, staff: str, window: str) -> None:
    """The clerk signs in and opens the window, in the browser of ``page``."""
    ours, asked = {"Origin": hall.url}, page.context.request
    form = {"staff": staff, "window": window}
    assert (await asked.post(f"{hall.url}/sign-in/sample", form=form, headers=ours, max_redirects=0)).status == 303
    state = f"{hall.url}/api/halls/{hall.id}/windows/{window}/state"
    opened = await asked.put(state, data={"state": "open"}, headers=ours | {"Idempotency-Key": "open"})
    assert opened.ok, await opened.text()


def tells_of_the_clerk(hall: ServedHall, what: str, window: str) -> None:
    table = hall.open_hall.settings.screen.model_copy(update={"clerk": what})
    hall.open_hall.settings = hall.open_hall.settings.model_copy(update={"screen": table})
    hall.open_hall.audience.look_at(f"sign/{window}")


async def test_a_screen_tells_of_its_window_from_the_call_to_the_pause(shipped: ServedHall, browser: Browser) -> None:
    async with shown(browser, shipped, "/window/1/sign", WINDOW_SCREEN) as page:
        screen, clerk = page.locator(".screen"), page.locator(".clerk")
        await expect(screen).to_contain_text("未开放")
        await expect(clerk).to_have_count(0)
        await sits_down(page, shipped, "0301", "1")
        await expect(screen).to_contain_text("欢迎光临")
        await expect(clerk).to_have_text("王芳 工号 0301")
        await looks_right(page, "welcome")
        ticket = await shipped.take("zonghe")
        await shipped.call("1")
        await expect(screen).to_have_attribute("data-shows", "called")
        await expect(screen.locator(".number")).to_have_text(str(ticket["number"]))
        amber = await screen.locator(".number").evaluate("(it) => getComputedStyle(it).color")
        assert amber == "rgb(255, 194, 51)"
        await looks_right(page, "called")
        assert (await shipped.post("windows/1/services", by="manager")).status == 201
        await expect(screen).to_contain_text("正在办理")
        tells_of_the_clerk(shipped, "number", "1")
        await expect(clerk).to_have_text("工号 0301")
        await looks_right(page, "serving")
        await shipped.serve("1")
        await shipped.put("windows/1/state", {"state": "paused", "reason": "device_down"}, by="manager")
        await expect(screen).to_contain_text("暂停服务")
        await expect(screen).to_contain_text("设备故障 Equipment fault")
        tells_of_the_clerk(shipped, "none", "1")
        await expect(clerk).to_have_count(0)
        await looks_right(page, "paused")
    async with shown(browser, shipped, "/window/1/sign?lang=en", WINDOW_SCREEN, locale="en") as page:
        await expect(page.locator(".small")).to_have_text("暂停服务 Equipment fault 设备故障")
        for reason, words, lang in (
            ("就餐", "Meal", "en"),
            ("等专家来", "等专家来", "zh-CN"),
            ("Fire drill", "Fire drill", "en"),
        ):
            await shipped.put("windows/1/state", {"state": "open"}, by="manager")
            await shipped.put("windows/1/state", {"state": "paused", "reason": reason}, by="manager")
            said = page.locator(".small b").get_by_text(words)
            await expect(said).to_be_visible()
            assert await said.evaluate("(it) => it.closest('[lang]').lang") == lang
        await looks_right(page, "paused-en", SHAPES)


async def test_long_names_and_words_of_its_own_fit_on_a_screen(tmp_path: Path, browser: Browser) -> None:
    async with a_served_hall(tmp_path, LONG, demonstration=True) as hall:
        for lang in ("zh-CN", "en"):
            async with shown(browser, hall, f"/window/NX-12345/sign?lang={lang}", locale=lang) as page:
                await expect(page.locator(".screen")).to_have_attribute("data-shows", "closed")
                await looks_right(page, f"long-closed-{lang}", SHAPES)
        async with shown(browser, hall, "/window/NX-12345/sign?lang=en", locale="en") as page:
            await sits_down(page, hall, "330106-0301", "NX-12345")
            await hall.take("gongan")
            await hall.call("NX-12345")
            await expect(page.locator(".number")).to_have_text("BX001")
            await looks_right(page, "long-called", SHAPES)
