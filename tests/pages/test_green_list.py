"""The list of numbers with priority on the manager's page: today's at once, yesterday's from the tables, in both
languages."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.pages.a_browser import NARROW, shot, shown
from tests.pages.a_hall_to_see import StepClock
from tests.web.a_server import ServedHall, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANAGER = "0300"
DESK = {"width": 1440, "height": 900}


async def test_a_manager_sees_who_got_priority_why_and_from_whom_today_and_on_an_earlier_day(
    browser: Browser, shipped: ServedHall, clock: StepClock
) -> None:
    first = await shipped.take("zonghe", **{"class": "green", "reason": "elderly"})
    await shipped.take("gongan", by="manager", channel="desk", **{"class": "green", "reason": "pregnant"})
    await shipped.take("zonghe")
    day = str(shipped.desk.feed.hall.day)
    async with shown(browser, shipped, "/manage", DESK, as_staff=MANAGER) as page:
        await page.get_by_role("link", name="绿色通道").click()
        count, rows = page.locator("[data-count]"), page.locator("tbody tr")
        await expect(count).to_contain_text("2 个绿色通道号")
        await expect(rows.nth(0)).to_contain_text("孕妇")
        await expect(rows.nth(0)).to_contain_text("工号 manager-token")
        await expect(rows.nth(1)).to_contain_text(first["number"])
        await expect(rows.nth(1)).to_contain_text("设备 device-token")
        # One more is there at once, and counted.
        answer = await page.request.post(
            f"{shipped.url}/api/halls/{shipped.id}/tickets",
            data={"zone": "zonghe", "class": "green", "reason": "elderly", "channel": "desk"},
            headers={"Origin": shipped.url},
        )
        assert answer.status == 201, await answer.text()
        await expect(count).to_contain_text("3 个绿色通道号")
        await expect(rows.nth(0)).to_contain_text("陈国良 0300")
        await expect(page.locator(".sums").nth(0).locator("div").nth(0)).to_have_text("老年人2")
        await shot(page, "green_today")
        clock.ahead_s += 24 * 3600
        await until(lambda: str(shipped.desk.feed.hall.day) > day)
        await expect(page.locator(".none")).to_have_text("这一天没有给过绿色通道号")
        await page.reload()
        await page.get_by_role("link", name="前一天").click()
        await expect(page).to_have_url(f"{shipped.url}/manage/green?day={day}")
        await expect(rows).to_have_count(3)
        await expect(rows.nth(0)).to_contain_text("陈国良 0300")
        await expect(rows.nth(2)).to_contain_text(first["number"])
        await expect(page.locator("hall-live")).to_have_count(0)
        await page.goto(f"{page.url}&lang=en")
        await expect(rows.nth(2)).to_contain_text("Device device-token")
        await shot(page, "green_yesterday_en")
        await page.set_viewport_size(NARROW)
        await shot(page, "green_narrow_en")
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await page.evaluate(overflow) <= 0
        for wrong in ("2999-01-01", "moon", "0001-01-01"):
            answer = await page.request.get(f"{shipped.url}/manage/green?day={wrong}")
            assert answer.status == 404, wrong
