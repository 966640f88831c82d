"""The start page leads everywhere, and plays a day to watch."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.pages.a_browser import WIDE, seen, shot, shown
from tests.pages.a_hall_to_see import LUOJIAZHUANG
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_every_link_leads_to_a_page(shipped: ServedHall, browser: Browser) -> None:
    async with shown(browser, shipped, "/", WIDE) as page:
        found = await page.locator("a[href]").evaluate_all("(all) => all.map((a) => new URL(a.href).pathname)")
        for path in set(found):
            answer = await page.context.request.get(shipped.url + path)
            assert (path, answer.status) == (path, 200)
    windows, zones = [one.id for one in LUOJIAZHUANG.windows], [one.id for one in LUOJIAZHUANG.zones]
    wanted = {"/kiosk", "/guide", "/board", "/paper", "/api/docs"}
    wanted |= {f"/window/{window}/rate" for window in windows} | {f"/board/{zone}" for zone in zones}
    assert wanted <= set(found)


async def test_one_press_leads_to_any_console_and_back(shipped: ServedHall, browser: Browser) -> None:
    async with shown(browser, shipped, "/", WIDE) as page:
        for window in ("3", "6"):  # the second time as somebody who is signed in elsewhere
            await page.locator(f"form:has([name='window'][value='{window}'])").get_by_role("button").click()
            await expect(page).to_have_url(f"{shipped.url}/window/{window}")
            await expect(page.locator("[data-main]")).to_contain_text("打开窗口")
            await page.goto(shipped.url)
        await page.get_by_role("button", name="退出登录").click()
        await expect(page.get_by_role("button", name="退出登录")).to_have_count(0)


async def test_a_day_is_rehearsed_seen_and_stopped(shipped: ServedHall, browser: Browser) -> None:
    async with (
        seen(browser, shipped, "/board", WIDE) as wall,
        seen(browser, shipped, "/", WIDE) as home,
    ):
        page = home.page
        await wall.page.keyboard.press("m")  # nobody listens: a voice is late on such a day
        await page.locator("[data-speed]").select_option("1000")
        await page.locator("[data-start]").click()
        await expect(page.locator("[data-stop]")).to_be_visible()
        await expect(page.locator("[data-start]")).to_be_hidden()
        await expect(page.locator("[data-running] [role='status']")).to_contain_text(":")
        await page.wait_for_function(
            "() => document.querySelector('hall-rehearsal progress').value > 0.02"  # a function: a bare word is eval'ed
        )
        await expect(wall.page.locator("[data-call]").first).to_be_visible()
        await shot(page, "home-rehearsing")
        await shot(wall.page, "board-rehearsing")
        await page.locator("[data-stop]").click()
        await expect(page.locator("[data-start]")).to_be_visible()
        await expect(page.locator("[data-stop]")).to_be_hidden()
        await shot(page, "home-rehearsed")
        assert home.mistakes == []
        assert wall.mistakes == []
