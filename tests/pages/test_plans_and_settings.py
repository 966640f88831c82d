"""A manager's plans and settings in a real browser: edited by keys, adopted, followed by the hall, told to clerks."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Page, expect

from hallserver.events import RatingGiven
from hallserver.web import audience
from tests.pages.a_browser import BESIDE, NARROW, shot, shown
from tests.pages.a_hall_to_see import StepClock
from tests.web.a_server import ServedHall, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANAGER = "0300"
DESK = {"width": 1440, "height": 900}
SHANGHAI = ZoneInfo("Asia/Shanghai")


async def it_is(hall: ServedHall, clock: StepClock, time_of_day: str) -> None:
    """Next Monday at that time, or later on the Monday it is already."""
    now = datetime.now(SHANGHAI) + timedelta(seconds=clock.ahead_s)
    days = 0 if clock.ahead_s and now.weekday() == 0 else 7 - now.weekday()
    monday = (now + timedelta(days=days)).strftime("%Y-%m-%d")
    wanted = datetime.fromisoformat(f"{monday}T{time_of_day}").replace(tzinfo=SHANGHAI)
    clock.ahead_s = wanted.timestamp() - time.time()
    await until(lambda: str(hall.desk.feed.hall.day) == monday)


async def tab_to(page: Page, selector: str) -> None:
    """By the Tab key alone, as somebody without a mouse."""
    for _ in range(80):
        if await page.evaluate("wanted => document.activeElement?.matches(wanted)", selector):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {selector}")


async def test_a_plan_is_made_by_keys_adopted_and_followed_and_its_clerk_is_told_before(
    browser: Browser, shipped: ServedHall, clock: StepClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience, "REFRESH_S", 0.2)  # minutes pass on a clock that the test turns
    await it_is(shipped, clock, "08:40:00")
    async with shown(browser, shipped, "/manage/plans", DESK, as_staff=MANAGER) as page:
        await tab_to(page, "[name=name]")
        await page.keyboard.type("工作日")
        await tab_to(page, "th [name=from]")
        await page.keyboard.type("09:00")
        await tab_to(page, "th [name=to]")
        await page.keyboard.type("11:00")
        await tab_to(page, "tr[data-window='1'] [name=support]")
        for _ in range(4):
            await page.keyboard.press("Alt+ArrowDown")
        assert await page.evaluate("document.activeElement.closest('tr').dataset.window") == "5"
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("ArrowDown")
        await expect(page.locator("tr[data-window='5'] [name=support]")).to_have_value("gongan")
        await tab_to(page, "form.plan [type=submit]")
        await page.keyboard.press("Enter")
        await expect(page.locator(".versions li")).to_have_count(1)
        await expect(page.locator(".today li").first).to_contain_text("5 号窗口")
        await shot(page, "plan_saved")
        await tab_to(page, "[data-adopt] [type=submit]")
        await page.keyboard.press("Enter")
        await expect(page.locator(".list a[aria-current] strong").first).to_have_text("正在采用第 1 版")
        await until(lambda: shipped.desk.feed.hall.band is not None)
        async with shown(browser, shipped, "/window/5", BESIDE, as_staff=MANAGER) as console:
            await expect(console.locator("[data-coming]")).to_have_count(0)
            await it_is(shipped, clock, "08:52:00")
            await expect(console.locator("[data-coming]")).to_have_text("从 09:00 起也受理公安")
            await shot(console, "console_told")
            await it_is(shipped, clock, "09:00:00")
            await expect(console.locator(".bar .state")).to_contain_text("支援公安")
            await expect(console.locator("[data-coming]")).to_have_count(0)
            await it_is(shipped, clock, "10:55:00")
            await expect(console.locator("[data-coming]")).to_have_text("从 11:00 起不再支援公安")


async def test_bands_are_copied_split_and_removed_and_of_two_managers_one_is_told(
    browser: Browser, shipped: ServedHall
) -> None:
    band = {"days": ["mon"], "from": "09:00", "to": "12:00", "windows": {"5": {"support": "gongan"}}}
    made = await shipped.post("plans", {"name": "周一", "bands": [band]}, by="manager")
    where = f"/manage/plans?plan={made.json['id']}"
    async with shown(browser, shipped, where, DESK, as_staff=MANAGER) as page:
        async with shown(browser, shipped, where, NARROW, as_staff=MANAGER) as other:
            await other.locator("[name=name]").fill("周一改")
            await page.locator("[data-split]").click()
            await expect(page.locator("[data-band]")).to_have_count(2)
            assert [await page.locator("th [name=from]").nth(n).input_value() for n in (0, 1)] == ["09:00", "10:30"]
            await expect(page.locator("tr[data-window='5'] [name=support]").nth(1)).to_have_value("gongan")
            await page.locator("tr[data-window='5'] [name=support]").nth(1).select_option("")
            await page.locator("tr[data-window='7'] [name=lunch]").nth(1).check()
            await page.locator("[data-copy]").nth(1).click()
            await page.locator("[data-remove]").nth(2).click()
            await expect(page.locator("[data-band]")).to_have_count(2)
            await expect(page.locator("[data-adopt] button")).to_be_disabled()
            await page.locator("form.plan [type=submit]").click()
            await expect(page.locator(".versions li")).to_have_count(2)
            await expect(page.locator(".note[role=alert]")).to_contain_text("10:30–12:00 出件领取没有窗口")
            await other.locator("form.plan [type=submit]").click()
            await expect(other.locator("form.plan [data-said]")).to_contain_text("存成第 2 版，您的改动没有保存")
            overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert await other.evaluate(overflow) <= 0
        saved = (await shipped.get(f"plans/{made.json['id']}", by="manager")).json
        assert [(band["from"], band["to"], band["windows"]) for band in saved["bands"]] == [
            ("09:00", "10:30", {"5": {"zone": None, "support": "gongan", "state": "staffed"}}),
            ("10:30", "12:00", {"7": {"zone": None, "support": None, "state": "lunch"}}),
        ]
        await page.locator("th [name=to]").nth(0).fill("11")
        await page.locator("form.plan [type=submit]").click()
        await expect(page.locator("form.plan [data-said]")).to_contain_text("第 1 段的时间要写成 09:00 这样")
        page.on("dialog", lambda dialog: dialog.accept())
        await page.locator("[data-undo]").click()
        await expect(page.locator("th [name=to]").nth(0)).to_have_value("10:30")
        await page.locator(".versions a").nth(1).click()
        await expect(page.locator(".which")).to_contain_text("旧版，最新是第 2 版")
        await expect(page.locator("[data-band]")).to_have_count(1)


async def test_a_setting_is_changed_by_keys_and_taken_back_and_an_alert_is_put_away(
    browser: Browser, shipped: ServedHall
) -> None:
    async with shown(browser, shipped, "/manage/settings", DESK, as_staff=MANAGER) as page:
        row = page.locator("[data-setting='calling.handicap_min']")
        save = page.locator(".save [type=submit]")
        await expect(save).to_be_disabled()
        await tab_to(page, "[name='calling.handicap_min']")
        await page.keyboard.press("Control+A")
        await page.keyboard.type("999")
        await page.keyboard.press("Enter")
        await expect(page.locator("[data-said]")).to_have_text("“支援让分” 要在范围以内。")
        assert shipped.desk.feed.hall.layout.handicap_min == 10
        await page.keyboard.press("Control+A")
        await page.keyboard.type("12.5")
        await page.keyboard.press("Enter")
        await expect(row.locator(".filed")).to_contain_text("文件里是 10 分 · 0300 于")
        assert shipped.desk.feed.hall.layout.handicap_ms == 750_000
        await shot(page, "setting_tuned")
        await row.locator("[data-back]").press("Enter")
        await expect(row.locator(".filed")).to_have_count(0)
        await expect(row.locator("input")).to_have_value("10")
        await page.locator("[name='closing.leftovers']").select_option("end")
        await page.locator("[data-undo]").click()
        await expect(save).to_be_disabled()
        assert shipped.desk.feed.hall.layout.leftovers == "serve_out"
        await page.locator("[name='bookings.one_a_day']").uncheck()
        await page.locator("[name='bookings.days_ahead']").fill("2")
        await page.locator("[name='zones.gongan.booking_quota']").fill("3")
        await save.click()
        await expect(page.locator("[data-setting='bookings.one_a_day'] .filed")).to_contain_text("文件里是 开")
        await expect(page.locator("[data-setting='zones.gongan.booking_quota'] b")).to_contain_text("公安")
        await page.locator("[data-setting='bookings.days_ahead']").scroll_into_view_if_needed()
        await shot(page, "bookings_tuned")
        layout = shipped.desk.feed.hall.layout
        assert (layout.bookings.one_a_day, layout.bookings.days_ahead) == (False, 2)
        assert layout.zones["gongan"].booking_quota == 3
        told = (await shipped.get(f"/api/halls/{shipped.id}")).json["bookings"]
        assert (told["days_ahead"], told["one_a_day"]) == (2, False)
    async with shown(browser, shipped, "/manage", DESK, as_staff=MANAGER) as page:
        await expect(page.locator("[data-alerts] .none")).to_have_text("现在没有要留意的")
        event = RatingGiven("20261123-A001", "3", None, 2)
        await shipped.desk.press(lambda *_: [event], by="resident")
        await expect(page.locator("[data-alert]")).to_contain_text("A001 给了不满意")
        await page.locator("[data-put-away]").press("Enter")
        await expect(page.locator("[data-alert]")).to_have_count(0)
