"""A window's own screen: who is called, who sits there, and how the window stands."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.pages.a_browser import LOOKED_AT, UPRIGHT, WINDOW_SCREEN, laid_out_at, shot, shown
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")

SIZES = (WINDOW_SCREEN, {"width": 1280, "height": 720}, {"width": 800, "height": 480}, UPRIGHT)


async def test_a_screen_tells_of_its_window_from_the_call_to_the_pause(shipped: ServedHall, browser: Browser) -> None:
    async with shown(browser, shipped, "/window/1/sign", WINDOW_SCREEN) as page:
        screen = page.locator(".screen")
        await expect(screen).to_contain_text("未开放")
        await shipped.open("1")
        await expect(screen).to_contain_text("欢迎光临")
        ticket = await shipped.take("zonghe")
        await shipped.call("1")
        await expect(screen).to_have_attribute("data-shows", "called")
        await expect(screen.locator(".number")).to_have_text(str(ticket["number"]))
        amber = await screen.locator(".number").evaluate("(it) => getComputedStyle(it).color")
        assert amber == "rgb(255, 194, 51)"
        for size in SIZES:
            await laid_out_at(page, size)
            await shot(page, f"sign-{size['width']}x{size['height']}")
            assert await page.evaluate(f"{LOOKED_AT}; cutOff()") == [], size
            assert await page.evaluate("document.documentElement.scrollHeight") <= size["height"], size
            assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"], size
        assert (await shipped.post("windows/1/services", by="manager")).status == 201
        await expect(screen).to_contain_text("正在办理")
        await shipped.serve("1")
        await shipped.put("windows/1/state", {"state": "paused", "reason": "就餐"}, by="manager")
        await expect(screen).to_contain_text("暂停服务")
        await expect(screen).to_contain_text("就餐")
        await shot(page, "sign-paused")
