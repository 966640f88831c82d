"""Two managers at the same settings and the same plan: both see the truth, and nobody's work is lost."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.pages.a_browser import COUNTS_VIEWS, NARROW, a_view_came, shot, shown
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANAGER = "0300"
DESK = {"width": 1440, "height": 900}
COUNTS_FRAMES = """
  window.frames_came = 0
  window.WebSocket = class extends WebSocket {
    constructor(...where) { super(...where); this.addEventListener("message", () => { window.frames_came += 1 }) }
  }
"""
"""Before the page's own script hears of them."""
TOP = "element => element.getBoundingClientRect().top"


def field(page: Page, key: str) -> Any:
    return page.locator(f"[name='{key}']")


async def test_a_setting_that_another_changes_is_there_at_once_and_the_one_being_edited_is_told_beside_it(
    browser: Browser, shipped: ServedHall
) -> None:
    live: dict[str, Any] = {"as_staff": MANAGER, "ready": f"{COUNTS_VIEWS};{COUNTS_FRAMES}"}
    async with shown(browser, shipped, "/manage/settings", DESK, **live) as page:
        await a_view_came(page)
        row = page.locator("[data-setting='calling.handicap_min']")
        mine, theirs = field(page, "calling.handicap_min"), row.locator("[data-theirs]")
        await mine.fill("7")
        before = await mine.evaluate(TOP)
        async with shown(browser, shipped, "/manage/settings", NARROW, **live) as other:
            await field(other, "calling.head_start_min.green").fill("20")
            await field(other, "calling.handicap_min").fill("12")
            await other.locator(".save [type=submit]").click()
            await expect(other.locator("[data-said]")).to_have_text("已保存。")
            await expect(other.locator("[data-theirs]:visible")).to_have_count(0)
            # The other's change is here without a press, and what is being edited stayed, where it was.
            await expect(field(page, "calling.head_start_min.green")).to_have_value("20")
            await expect(theirs).to_contain_text("工号 0300 刚改成 12 分。")
            await expect(mine).to_have_value("7")
            assert abs(await mine.evaluate(TOP) - before) < 1
            await shot(page, "setting_theirs")
            await page.locator(".save [type=submit]").click()
            await expect(page.locator("[data-said]")).to_contain_text(
                "“支援让分” 刚被 工号 0300 改成 12 分，您的改动没有保存"
            )
            assert shipped.desk.feed.hall.layout.handicap_min == 12
            await theirs.locator("[data-take]").click()
            await expect(mine).to_have_value("12")
            await expect(theirs).to_be_hidden()
            await expect(page.locator(".save [type=submit]")).to_be_disabled()
            await mine.fill("8")
            await field(other, "calling.handicap_min").fill("13")
            await field(other, "calling.handicap_min").press("Enter")
            await theirs.locator("[data-keep]").click()
            await expect(mine).to_have_value("8")
            await page.locator(".save [type=submit]").click()
            await expect(page.locator("[data-said]")).to_have_text("已保存。")
            await expect(field(other, "calling.handicap_min")).to_have_value("8")
            overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert await other.evaluate(overflow) <= 0
        # While a finger is down on something nothing moves; when it is lifted the change is there.
        back = page.locator("[data-setting='calling.handicap_min'] [data-back]")
        await back.hover()
        await page.mouse.down()
        before, frames = await back.evaluate(TOP), await page.evaluate("window.frames_came")
        body = {"changes": {"calling.head_start_min.walk_in": 3}}
        assert (await shipped.ask("PATCH", "settings", json=body, by="manager")).status == 200
        await page.wait_for_function("came => window.frames_came > came", arg=frames)
        assert await field(page, "calling.head_start_min.walk_in").input_value() == "0"
        assert await back.evaluate(TOP) == before
        await page.mouse.move(5, 300)
        await page.mouse.up()
        await expect(field(page, "calling.head_start_min.walk_in")).to_have_value("3")
        assert shipped.desk.feed.hall.layout.handicap_min == 8, "the finger was lifted elsewhere"


async def test_a_plan_that_another_saves_replaces_the_table_nobody_edits_and_is_offered_beside_the_one_edited(
    browser: Browser, shipped: ServedHall
) -> None:
    band = {"days": ["mon"], "from": "09:00", "to": "12:00", "windows": {"5": {"support": "gongan"}}}
    made = (await shipped.post("plans", {"name": "周一", "bands": [band]}, by="manager")).json["id"]

    async def saved(version: int, **changed: Any) -> None:
        body = {"name": "周一", "bands": [{**band, **changed}], "version": version}
        assert (await shipped.put(f"plans/{made}", body, by="manager")).status == 200

    async with shown(
        browser, shipped, f"/manage/plans?plan={made}", DESK, as_staff=MANAGER, ready=COUNTS_VIEWS
    ) as page:
        await a_view_came(page)
        theirs, to = page.locator("form.plan [data-theirs]"), page.locator("th [name=to]")
        await saved(1, to="11:00")
        await expect(to).to_have_value("11:00")
        await expect(page.locator(".versions li")).to_have_count(2)
        await expect(page.locator("[data-adopt] button")).to_have_text("采用第 2 版")
        await page.locator("[name=name]").fill("周一改")
        await saved(2, to="10:00")
        await expect(theirs).to_contain_text("工号 manager-token 刚存了第 3 版。")
        await expect(page.locator("[name=name]")).to_have_value("周一改")
        await expect(to).to_have_value("11:00")
        await expect(page.locator("[data-adopt] button")).to_be_disabled()
        await shot(page, "plan_theirs")
        await page.locator("[data-save]").click()
        await expect(page.locator("form.plan [data-said]")).to_contain_text("存成第 3 版，您的改动没有保存")
        await theirs.locator("[data-take]").click()
        await expect(page.locator("[name=name]")).to_have_value("周一")
        await expect(to).to_have_value("10:00")
        await expect(theirs).to_be_hidden()
        await to.fill("10:30")
        await saved(3, to="11:30")
        await theirs.locator("[data-keep]").click()
        await expect(page.locator("[data-save]")).to_have_text("存成第 5 版")
        await page.locator("[data-save]").click()
        await expect(page.locator(".versions li")).to_have_count(5)
        await expect(to).to_have_value("10:30")
        # Another plan and an adoption are there at once too; one that was taken away can be saved anew.
        await shipped.post("plans", {"name": "周二", "bands": []}, by="manager")
        await expect(page.locator(".list:not(.versions) li")).to_have_count(2)
        await shipped.put(f"plans/{made}/adoption", {}, by="manager")
        await expect(page.locator("[data-drop]")).to_be_visible()
        assert (await shipped.ask("DELETE", f"plans/{made}/adoption", by="manager")).status == 200
        assert (await shipped.ask("DELETE", f"plans/{made}", by="manager")).status == 200
        await expect(theirs).to_contain_text("工号 manager-token 删除了这个方案")
        await page.locator("[data-save]").click()
        await expect(page.locator(".versions li")).to_have_count(1)
        await expect(page.locator("[name=name]")).to_have_value("周一")
