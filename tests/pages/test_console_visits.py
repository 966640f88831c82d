"""What a clerk can do with a visit, by keyboard alone: take a call back, plan a chain, hand over, accept, tell once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.pages.a_browser import BESIDE, PHONE, not_an_echo, seen, shot
from tests.pages.a_hall_to_see import StepClock, deeds
from tests.pages.test_console import number, ready
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")

MATTER = "yb-001"  # 城乡居民基本医疗保险参保登记, in the comprehensive zone


def at_window_3(browser: Browser, hall: ServedHall) -> Any:
    return seen(browser, hall, "/window/3", BESIDE, as_staff="0317")


def dialog(page: Page, what: str) -> Any:
    return page.locator(f"dialog[data-asks='{what}']")


async def facts(hall: ServedHall, kind: str) -> dict[str, Any]:
    return (await deeds(hall, kind))[-1]


async def test_a_mistaken_call_is_taken_back_and_a_hasty_recall_is_told_to_wait(
    shipped: ServedHall, browser: Browser, clock: StepClock
) -> None:
    await shipped.open("3")
    await shipped.take("zonghe")
    await shipped.take("zonghe")
    async with at_window_3(browser, shipped) as watched:
        page, keys = watched.page, watched.page.keyboard
        await keys.press("Space")
        await ready(page, "start")
        await keys.press("r")
        await expect(page.locator("hall-live > .says")).to_contain_text("秒再重呼 A001")
        await keys.press("z")
        await ready(page, "call")
        await expect(page.locator(".number.idle")).to_have_text("2 人等候")
        await not_an_echo(page)
        await keys.press("Space")
        await number(page, "A001")
        await ready(page, "start")
        clock.ahead_s += 31
        await keys.press("r")  # late enough to call again, too late to take it back
        await expect(page.locator(".small")).to_contain_text("叫了 2 次")
        await expect(page.locator("[data-press='undo']")).to_be_disabled()
        await keys.press("f")  # done without a press of start
        await ready(page, "call")
        await keys.press("s")
        await keys.type("a2")
        await keys.press("Enter")
        asked = dialog(page, "call_by_name")
        await expect(asked.locator("[data-says]")).to_contain_text("提前叫要写原因，管理员看得到")
        await expect(asked.locator("[name='reason']")).to_be_focused()
        await shot(page, "console-reason-missing")
        await keys.type("抱着孩子")
        await keys.press("Enter")
        await number(page, "A002")
    [named] = (await shipped.get("views/floor", by="manager")).json["by_name"]
    assert (named["number"], named["window"], named["clerk"], named["reason"]) == ("A002", "3", "0317", "抱着孩子")
    kinds = [deed["kind"] for deed in await deeds(shipped) if deed["by"] == "clerk:0317"]
    assert kinds == [
        "TicketCalled", "CallUndone", "TicketCalled", "TicketRecalled", "ServiceStarted", "ServiceEnded",
        "TicketCalled",
    ]  # fmt: skip


async def late(route: Route) -> None:
    """An answer that is on its way for a while."""
    await asyncio.sleep(0.4)
    await route.continue_()


async def test_a_chain_is_planned_at_the_window_and_what_is_missing_is_told_once(
    shipped: ServedHall, browser: Browser
) -> None:
    await shipped.open("3", "6")
    await shipped.take(item=MATTER)
    async with at_window_3(browser, shipped) as watched:
        page, keys = watched.page, watched.page.keyboard
        await keys.press("Space")
        await ready(page, "start")
        await keys.press("l")
        await keys.press("/")
        await keys.type("居住登记")
        await expect(dialog(page, "chain").locator("[data-found] button")).to_have_count(1)
        await keys.press("Enter")
        await expect(dialog(page, "chain").locator("[data-beside]")).to_contain_text("流动人口居住登记")
        await shot(page, "console-chain")
        await keys.press("Enter")
        await expect(page.locator(".parts")).to_contain_text("流动人口居住登记")
        await shot(page, "console-parts")
        await ready(page, "start")
        await keys.press("Enter")
        await ready(page, "complete")
        await keys.press("e")
        await keys.press("4")
        papers = dialog(page, "outcomes").locator("[data-papers] input")
        await expect(papers.first).to_be_focused()
        await keys.press("Space")
        await shot(page, "console-told-missing")
        await keys.press("Enter")
        await ready(page, "call")
        ended = await facts(shipped, "PartEnded")
        assert (ended["outcome"], ended["note"], ended["next_item"]) == ("told_missing", "身份证", "ga-001")
        await keys.press("Space")  # the next part is for the police zone, which window 3 supports
        await number(page, "A001")
        await ready(page, "start")
        await page.route("**/api/halls/luojiazhuang", late)  # who types faster than the list comes loses no key
        await keys.press("t")
        await keys.press("0")
        await expect(dialog(page, "transfer").locator("[data-keep-wait]")).not_to_be_checked()
        await keys.press("/")
        await keys.type("社会保障卡")
        await keys.press("ArrowDown")
        await keys.press("Enter")
        await ready(page, "call")
        sent = await facts(shipped, "TicketTransferred")
        assert sent["item"] is not None
        assert sent["counts_from"] == sent["at"]
        assert watched.mistakes == []


async def test_a_service_is_handed_over_and_the_visit_accepted(shipped: ServedHall, browser: Browser) -> None:
    await shipped.open("3")
    await shipped.take("zonghe")
    async with at_window_3(browser, shipped) as watched:
        page, keys = watched.page, watched.page.keyboard
        await keys.press("Space")
        await ready(page, "start")
        await keys.press("Enter")
        await ready(page, "complete")
        await keys.press("j")
        await keys.type("9999")
        await keys.press("Enter")
        await expect(dialog(page, "hand_over").locator("[data-says]")).to_have_text("大厅里没有工号 9999，请核对。")
        await dialog(page, "hand_over").locator("[name='to']").fill("0305")
        await keys.press("Enter")
        await expect(page).to_have_url(f"{shipped.url}/sign-in?window=3&next=/window/3")
    [sought] = (await shipped.get("views/floor", by="manager")).json["seeking_owner"]
    assert (sought["number"], sought["owner"], sought["window"]) == ("A001", "0317", "3")
    async with seen(browser, shipped, "/window/3", BESIDE, as_staff="0305") as watched:
        page, keys = watched.page, watched.page.keyboard
        await expect(page.locator(".owner")).to_contain_text("首问 0317 在找人接手")
        await shot(page, "console-accept")
        await ready(page, "complete")
        await keys.press("a")
        await expect(page.locator(".small")).to_contain_text("首问 0305")
        await ready(page, "complete")
        await not_an_echo(page)
        await keys.press("Enter")
        await ready(page, "call")
        assert watched.mistakes == []
    ended = await facts(shipped, "ServiceEnded")
    assert (ended["clerk"], ended["window"]) == ("0305", "3")
    assert (await shipped.get("views/floor", by="manager")).json["seeking_owner"] == []


async def test_what_is_on_hold_too_long_is_marked_and_signalled_once(
    shipped: ServedHall, browser: Browser, clock: StepClock
) -> None:
    await shipped.open("3")
    for _ in range(3):
        await shipped.take("zonghe")
    async with at_window_3(browser, shipped) as watched:
        page, keys = watched.page, watched.page.keyboard
        await keys.press("Space")
        await ready(page, "start")
        await keys.press("h")
        await keys.press("1")
        await ready(page, "call")
        held = page.locator("hall-live [data-kind='held']")
        await expect(held).to_contain_text("A001 · 去复印")
        await expect(held).not_to_have_attribute("data-due", "")
        clock.ahead_s += 11 * 60
        await keys.press("u")  # whatever is pressed next: the view tells the minutes
        await expect(held).to_have_attribute("data-due", "")
        await expect(page.locator("hall-live > .says")).to_have_text("A001 已经挂起 11 分钟，请看一看")
        await shot(page, "console-reminded")
        await expect(page.locator("window-console:not([data-pressing])")).to_have_count(1)
        await ready(page, "start")  # the window calls by itself now
        await not_an_echo(page)
        await keys.press("u")
        await expect(page.locator(".switch[aria-pressed]")).to_have_attribute("aria-pressed", "false")
        await expect(page.locator("hall-live > .says")).to_have_text("")
        await expect(held).to_have_attribute("data-due", "")
        await ready(page, "start")
        await not_an_echo(page)
        await keys.press("f")
        await ready(page, "call")
        await keys.press("s")
        await keys.type("a1")
        await keys.press("Enter")
        await number(page, "A001")
        assert watched.mistakes == []


async def test_the_residents_phone_shows_the_parts_and_comes_back_with_what_was_missing(
    shipped: ServedHall, browser: Browser
) -> None:
    await shipped.open("3", "6")
    taken = (await shipped.post("tickets", {"chain": [MATTER, "yb-002"]}, by="device")).json
    async with seen(browser, shipped, taken["follow_url"], PHONE) as watched:
        page = watched.page
        parts = page.locator(".parts > li")
        await expect(parts).to_have_count(2)
        await expect(parts.first).to_contain_text("现在")
        await shipped.call("3")
        await shipped.serve("3", outcome="told_missing", note="户口簿")
        await expect(parts.first).to_contain_text("还缺材料")
        await expect(parts.nth(1)).to_contain_text("现在")
        await shot(page, "phone-parts")
        await shipped.call("3")
        await shipped.serve("3")
        await expect(parts.nth(1)).to_contain_text("办好了")
        await shot(page, "phone-missing")
        await page.get_by_role("button", name="我回来了").click()
        await expect(page.locator("[data-state='waiting']")).to_have_count(1)
        await expect(page.get_by_role("button", name="我回来了")).to_have_count(0)
        assert watched.mistakes == []
    returned = await facts(shipped, "TicketReturned")
    assert (returned["item"], returned["by"]) == (MATTER, "resident")


async def test_papers_are_asked_for_at_the_window(shipped: ServedHall, browser: Browser) -> None:
    """The number once more, where to go on, and what is missing, told once and taken away on paper."""
    await shipped.open("3")
    await shipped.take(None, item=MATTER)
    await shipped.take("zonghe")
    async with at_window_3(browser, shipped) as watched:
        page, keys = watched.page, watched.page.keyboard
        await keys.press("Space")
        await ready(page, "start")
        await not_an_echo(page)
        await keys.press("k")
        await expect(page.locator("hall-live > .says")).to_have_text("已送去打印")
        await keys.press("e")
        asked = dialog(page, "outcomes")
        await keys.press("4")
        await expect(asked.locator("[data-print-list]")).to_be_visible()
        await asked.locator("[name=note]").fill("户口簿复印件")
        await keys.press("Enter")
        await expect(page.locator("hall-live > .says")).to_have_text("已送去打印")
        await ready(page, "call")
        await not_an_echo(page)
        await keys.press("Space")
        await number(page, "A002")
        await ready(page, "start")
        await not_an_echo(page)
        await keys.press("t")
        await keys.press("9")
        await keys.press("2")
        await expect(page.locator("hall-live > .says")).to_have_text("已送去打印")
        assert watched.mistakes == []
    kinds = [(deed["kind"], deed.get("receipt")) for deed in await deeds(shipped, "ReprintAsked", "ReceiptAsked")]
    assert kinds == [("ReprintAsked", None), ("ReceiptAsked", "missing"), ("ReceiptAsked", "transfer")]
    assert "户口簿复印件" not in str(await deeds(shipped, "ReceiptAsked"))
