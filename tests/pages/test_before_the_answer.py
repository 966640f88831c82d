"""A view is often here before the answer to the press that made it. Whoever acts on what it shows loses nothing."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.pages.a_browser import COUNTS_VIEWS, UPRIGHT, WIDE, a_view_came, held_back, shown
from tests.pages.test_manage import at, card, floor, panel
from tests.pages.test_office import accepted
from tests.pages.test_two_at_once import DESK, MANAGER, field
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_button_whose_answer_came_after_the_view_looks_as_the_view_says(
    shipped: ServedHall, browser: Browser
) -> None:
    async with shown(browser, shipped, "/kiosk", UPRIGHT, ready=COUNTS_VIEWS) as page:
        await a_view_came(page)
        police = page.locator(".zones [data-take='gongan']")
        async with held_back(page, "**/tickets"):
            await page.evaluate("() => { window.views = 0 }")
            await police.click()
            await a_view_came(page)
        await expect(page.locator(".result [data-number]")).to_have_text("B001")
        await page.click(".result .done")
        await expect(police).to_contain_text("前面 1 人")


async def test_a_panel_opened_on_what_the_floor_shows_already_stays_open(shipped: ServedHall, browser: Browser) -> None:
    async with floor(browser, shipped) as watched:
        page = watched.page
        await a_view_came(page)
        for next_one in ("5", "4"):  # another window, and the same once more
            await card(page, "4").click()
            zone = "gongan" if next_one == "5" else "zonghe"
            await panel(page).locator(f"[name='zone'][value='{zone}']").check()
            async with held_back(page, "**/windows/4/assignment"):
                await panel(page).get_by_role("button", name="今天都这样").click()
                await at(page, "4", zone)
                await card(page, next_one).click()
                await expect(panel(page).locator("[data-title]")).to_contain_text(f"{next_one} 号")
            await expect(page.locator("[data-done]")).to_be_visible()
            await expect(panel(page)).to_be_visible()
            await panel(page).locator("[name='zone'][value='chujian']").check()
            await panel(page).get_by_role("button", name="今天都这样").click()
            await at(page, next_one, "chujian")
            await expect(panel(page)).to_be_hidden()
        assert watched.mistakes == []


async def test_a_later_change_by_another_is_not_covered_by_the_answer_to_ones_own(
    shipped: ServedHall, browser: Browser
) -> None:
    key = "calling.handicap_min"
    async with shown(browser, shipped, "/manage/settings", DESK, as_staff=MANAGER, ready=COUNTS_VIEWS) as page:
        await a_view_came(page)
        mine = field(page, key)
        await mine.fill("7")
        async with held_back(page, "**/settings") as given:
            await page.locator(".save [type=submit]").click()
            await given.wait()
            theirs = await shipped.ask("PATCH", "settings", json={"changes": {key: 12}}, by="manager")
            assert theirs.status == 200, theirs
            await expect(page.locator(f"[data-setting='{key}']")).to_have_attribute("data-value", "12")
        await expect(page.locator("[data-said]")).to_have_text("已保存。")
        await expect(mine).to_have_value("12")


async def test_a_version_that_is_saved_while_the_one_before_is_on_its_way_is_shown_too(
    shipped: ServedHall, browser: Browser
) -> None:
    band = {"days": ["mon"], "from": "09:00", "to": "12:00", "windows": {}}
    plan = (await shipped.post("plans", {"name": "周一", "bands": [band]}, by="manager")).json["id"]

    async def saved(version: int, to: str) -> None:
        body = {"name": "周一", "bands": [{**band, "to": to}], "version": version}
        assert (await shipped.put(f"plans/{plan}", body, by="manager")).status == 200

    where = f"/manage/plans?plan={plan}"
    async with shown(browser, shipped, where, DESK, as_staff=MANAGER, ready=COUNTS_VIEWS) as page:
        await a_view_came(page)
        async with held_back(page, f"**{where}") as given:
            await saved(1, "11:00")
            await given.wait()
            await saved(2, "10:00")
            await expect(page.locator(".versions li")).to_have_count(3)
        await expect(page.locator("th [name=to]")).to_have_value("10:00")


async def test_a_scanned_case_has_the_focus_though_the_office_changed_meanwhile(
    shipped: ServedHall, browser: Browser
) -> None:
    await shipped.open("1", "2")
    ticket = await accepted(shipped, "js-002", "1")
    async with shown(browser, shipped, "/office", WIDE, as_staff="0317", window="7", ready=COUNTS_VIEWS) as page:
        await a_view_came(page)
        await page.keyboard.press("f")
        found = "**/office/found?*"
        # The route that was laid last is asked first, and let go first.
        async with held_back(page, found) as given_anew, held_back(page, found) as given:
            await page.keyboard.insert_text(f"{shipped.url}{ticket['follow_url']}")
            await page.keyboard.press("Enter")
            await given.wait()
            await accepted(shipped, "mz-003", "2")
            await given_anew.wait()
        await expect(page.locator("[data-found] [data-case]")).to_be_focused()
        await page.keyboard.press("r")
        await expect(page.locator("[data-found] [data-state=ready]")).to_have_count(1)
