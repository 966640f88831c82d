"""The manager's calendar in a real browser: a date, today's numbers, a year typed in."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, expect

from tests.pages.a_browser import NARROW, WIDE, shown
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")
YEAR = datetime.now(ZoneInfo("Asia/Shanghai")).year


async def test_a_manager_adds_an_evening_stops_a_matter_and_chooses_for_closing(
    shipped: ServedHall, browser: Browser
) -> None:
    async with shown(browser, shipped, "/manage/calendar", WIDE, as_staff="0300") as page:
        today = page.locator("[data-today]")
        day = await page.locator("form[data-day]").get_attribute("data-day")
        await expect(page.locator("[data-for-working]")).to_be_hidden()
        await page.locator(".kinds label").nth(1).click()
        await page.locator("[name=name]").fill("延时服务")
        row = page.locator("[data-session]")
        for n, (start, end, kind) in enumerate([("08:30", "17:00", "regular"), ("17:00", "19:30", "extended")]):
            await row.nth(n).locator("[name=from]").fill(start)
            await row.nth(n).locator("[name=to]").fill(end)
            await row.nth(n).locator("[name=session-kind]").select_option(kind)
        await page.locator("form[data-day] [type=submit]").press("Enter")
        await expect(page.locator(".side .told").first).to_contain_text("17:00–19:30 延时")
        await expect(today).to_have_class("day workday staff")
        assert (await shipped.get("calendar")).json["today"] == day
        stops = page.locator("[data-intake='zones/gongan']")
        await stops.click()
        await expect(stops).to_have_attribute("data-state", "open")
        assert (await shipped.post("tickets", {"zone": "gongan"}, by="device")).code == "intake_stopped"
        await stops.click()
        await expect(stops).to_have_attribute("data-state", "stopped")
        await page.locator("[data-stop-item] [name=reason]").fill("系统维护")
        await page.locator("[data-stop-item] [type=submit]").click()
        await expect(page.locator(".intake")).to_contain_text("系统维护")
        await page.locator("[data-leftovers=end]").click()
        await expect(page.locator("[data-leftovers=end]")).to_have_attribute("aria-pressed", "true")
        await page.locator(".kinds label").first.click()
        await page.locator("form[data-day] [type=submit]").click()
        await expect(today).not_to_have_class("day workday staff")


async def test_a_year_is_typed_in_and_a_line_that_can_not_be_read_is_named(
    shipped: ServedHall, browser: Browser
) -> None:
    year = YEAR + 2
    async with shown(browser, shipped, f"/manage/calendar?year={year}", NARROW, as_staff="0300") as page:
        days = page.locator("form[data-year] textarea")
        save = page.locator("form[data-year] [type=submit]")
        await days.fill(f"{year}-01-01 休 元旦\nsoon")
        await save.click()
        await expect(page.locator("[data-said]")).to_contain_text("第 2 行")
        await days.fill(f"{year}-01-01 休 元旦\n\n{year}-01-02 班 元旦")
        await save.click()
        await expect(page.locator("#month-1 .holiday")).to_have_count(1)
        await expect(page.locator("#month-1 .workday")).to_have_count(1)
