"""The back office's page: by keyboard from acceptance to hand-over, live, and found by what a scanner types."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, expect

from hallserver.rules.hall import Hall
from hallserver.views.cases import cases_of
from tests.pages.a_browser import BESIDE, NARROW, WIDE, shot, shown
from tests.pages.a_hall_to_see import StepClock
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")
DAY_S = 86_400


async def accepted(hall: ServedHall, item: str, window: str, note: str | None = None) -> dict[str, Any]:
    """A visit at that window whose matter goes on behind it."""
    ticket = await hall.take(None, item=item)
    await hall.call(window, ticket=ticket["id"])
    outcome = {"outcome": "accepted"} if note is None else {"outcome": "accepted_with_gaps", "note": note}
    assert (await hall.post(f"windows/{window}/completions", outcome, by="manager")).status == 201
    return ticket


def state_of(hall: ServedHall, ticket: dict[str, Any]) -> tuple[str, str | None]:
    live: Hall = hall.desk.feed.hall
    [case] = cases_of(live, ticket["id"])
    return case["state"], case["way"]


async def test_the_back_office_by_keyboard_alone(shipped: ServedHall, browser: Browser, clock: StepClock) -> None:
    hall = shipped
    await hall.open("1", "2", "6", "7")
    late = await accepted(hall, "js-002", "1")  # 5 working days
    clock.ahead_s += 24 * DAY_S
    await hall.open("1", "2", "6", "7")
    police = await accepted(hall, "ga-003", "6", "照片、户口簿复印件")
    slow = await accepted(hall, "mz-003", "2")
    async with shown(browser, hall, "/office", WIDE, as_staff="0317", window="7") as page:
        keys = page.keyboard
        under_way = page.locator("[data-list=in_office] [data-case]")
        await expect(under_way).to_have_count(3)
        await expect(under_way.first).to_contain_text("超期")
        await expect(page.locator(".figures .late")).to_contain_text("1")
        await shot(page, "office")
        # Down to the second: what was missing came, and its result is out.
        await keys.press("ArrowDown")
        await keys.press("ArrowDown")
        row = page.locator(f"[data-number={police['number']}]")
        await expect(row).to_be_focused()
        await expect(row).to_contain_text("还缺 照片、户口簿复印件")
        await keys.press("s")
        await expect(row).to_contain_text("补齐了")
        await keys.press("r")
        await expect(page.locator("[data-list=ready] [data-case]")).to_contain_text(police["number"])
        await expect(page.locator("[data-says]")).to_have_text(f"{police['number']} 结果已出")
        # The focus stays where it was, at the next; a mistake is taken back.
        await expect(page.locator("[data-list=in_office] [data-case]", has_text="最低生活保障")).to_be_focused()
        await keys.press("r")
        await expect(page.locator("[data-list=ready] [data-case]")).to_have_count(2)
        await keys.press("u")
        await expect(page.locator("[data-list=ready] [data-case]")).to_have_count(1)
        assert state_of(hall, slow) == ("in_office", None)
        # A scanner at the issuing window: the ticket's address, Enter, and W.
        await keys.press("f")
        await keys.type(f"{hall.url}{police['follow_url']}")
        await keys.press("Enter")
        found = page.locator("[data-found] [data-case]")
        await expect(found).to_have_count(1)
        await expect(found).to_be_focused()
        await shot(page, "office-found")
        await keys.press("w")
        await expect(page.locator("[data-found] [data-state=handed_over]")).to_contain_text("窗口领取")
        assert state_of(hall, police) == ("handed_over", "window")
        await keys.press("Escape")
        await expect(page.locator("[data-list=handed_over] [data-case]")).to_contain_text(police["number"])
        # What somebody else presses is there at once.
        [case] = cases_of(hall.desk.feed.hall, late["id"])
        await hall.put(f"cases/{case['id']}/state", {"state": "ready"}, by="manager")
        await expect(page.locator("[data-list=ready] [data-case]")).to_contain_text(late["number"])
        await page.locator("[data-list=ready] [data-press=post]").click()
        await expect(page.locator("[data-list=handed_over] [data-case]")).to_have_count(2)
        assert state_of(hall, late) == ("handed_over", "post")
        # Who is still here is called by the same number, and what is done at the issuing window has left there.
        await page.locator("[data-list=in_office] [data-case]", has_text="最低生活保障").focus()
        await keys.press("c")
        waits = page.locator("[data-list=ready] [data-case]")
        await expect(waits).to_contain_text("同一个号在出件区：正在等候")
        await keys.press("u")
        await expect(page.locator("[data-list=in_office] [data-case]")).to_have_count(1)
        await keys.press("c")
        await expect(waits).to_contain_text("正在等候")
        await shot(page, "office-called")
        assert (await hall.call("7"))["ticket"]["id"] == slow["id"]
        await expect(waits).to_contain_text("已经叫到")
        await hall.post("windows/7/completions", {"outcome": "done"}, by="manager")
        await expect(page.locator("[data-list=handed_over] [data-case]")).to_have_count(3)
        assert state_of(hall, slow) == ("handed_over", "window")
        # It was not collected after all.
        await page.locator("[data-list=handed_over] [data-press=kept]").first.click()
        await expect(page.locator("[data-list=ready] [data-case]")).to_have_count(1)
        await shot(page, "office-later")
    async with shown(browser, hall, "/window/7", BESIDE, as_staff="0317", window="7") as page:
        await expect(page.locator(".collect")).to_have_text("待领取 1 件，去出件")
        await shot(page, "office-console")
        await page.locator(".collect a").click()
        await expect(page.locator("[data-list=ready] [data-case]")).to_have_count(1)
    async with shown(browser, hall, "/office?lang=en", NARROW, as_staff="0317", window="7") as page:
        await expect(page.locator("[data-list=ready] [data-case]")).to_have_count(1)
        await shot(page, "office-narrow-en", full_page=True)


async def test_an_empty_office_says_what_it_is_and_who_may_see_it(shipped: ServedHall, browser: Browser) -> None:
    async with shown(browser, shipped, "/office", WIDE) as page:
        assert page.url.endswith("/sign-in?next=/office")
    assert (await shipped.get("/office/found?q=A")).status == 401
    async with shown(browser, shipped, "/office?q=A001", NARROW, as_staff="0317", window="7") as page:
        await expect(page.locator("[data-found]")).to_contain_text("没有找到")
        await page.keyboard.press("Escape")
        await expect(page.locator(".live .none").first).to_contain_text("容缺受理")
        await shot(page, "office-empty", full_page=True)
