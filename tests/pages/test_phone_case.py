"""A resident follows a case on the phone from the window until the result is handed over, over three days."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from hallserver.web import audience
from tests.pages.a_browser import NARROW, shot
from tests.pages.a_hall_to_see import LUOJIAZHUANG, StepClock
from tests.pages.test_phone_bell import HIDDEN, RINGS, opened, shaken
from tests.pages.test_phone_network import DAY_S, THIRD_GENERATION
from tests.pages.test_phone_visit import is_for_everyone
from tests.web.a_server import ServedHall, a_served_hall, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def accepted(hall: ServedHall, item: str, window: str = "1") -> tuple[dict[str, Any], int]:
    """A ticket whose matter is accepted though something is missing, and the number of its case."""
    mine = await hall.take(None, item=item)
    await hall.open(window)
    await hall.call(window, ticket=mine["id"])
    await hall.serve(window, outcome="accepted_with_gaps", note="身份证、近期一寸照片两张")
    (case,) = hall.desk.feed.hall.cases_of[mine["id"]]
    return mine, case


async def press(hall: ServedHall, case: int, what: str, **body: Any) -> None:
    way = hall.post if what == "handover" else hall.put
    assert (await way(f"cases/{case}/{what}", body, by="manager")).status == 200


async def steps(page: Page) -> list[tuple[str, str]]:
    told = "(all) => all.map((it) => [it.dataset.step, it.dataset.state])"
    return [(step, state) for step, state in await page.locator(".case [data-step]").evaluate_all(told)]


async def test_a_resident_follows_the_case_until_it_is_handed_over(
    tmp_path: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(audience.GAP_S, "visit", 0.1)
    clock = StepClock((-time.time() - 8 * 3600) % DAY_S + 10 * 3600)  # ten in the morning, there
    async with a_served_hall(tmp_path, LUOJIAZHUANG, demonstration=True, clock=clock.hall_clock) as hall:
        mine, case = await accepted(hall, "yb-004")
        context = await browser.new_context(viewport=NARROW, locale="zh-CN")
        phone = await opened(context, hall, mine)
        page, stand = phone.page, phone.page.locator(".case")

        # On the day: accepted, with what is missing and until when it is promised.
        await expect(stand).to_have_attribute("data-state", "in_office")
        assert await steps(page) == [
            ("accepted", "past"), ("gaps", "now"), ("office", "now"), ("ready", "ahead"), ("handed-over", "ahead"),
        ]  # fmt: skip
        await expect(stand.locator(".told li")).to_have_text(["身份证", "近期一寸照片两张"])
        await expect(stand.locator("[data-step='office']")).to_contain_text("承诺最晚")
        await is_for_everyone(page, "case-accepted")
        await page.locator("[data-bell]").click()
        await expect(page.locator("[data-bell]")).to_contain_text("结果出来时会响铃")
        await press(hall, case, "supplied", supplied=True)
        await expect(stand.locator("[data-step='gaps']")).to_contain_text("补齐了")
        assert await page.evaluate("shaken") == 0, "no news to ring for"

        # A night later the same page, asleep in a pocket on a slow network, is told that the result is out.
        clock.ahead_s += DAY_S
        await until(lambda: mine["id"] not in hall.desk.feed.hall.tickets)
        slow = await context.new_cdp_session(page)
        await slow.send("Network.emulateNetworkConditions", THIRD_GENERATION)
        await page.evaluate(HIDDEN, True)
        await press(hall, case, "state", state="ready")
        await shaken(page, 1)
        told = f"{mine['number']} · 结果已出，可以领取"
        await page.wait_for_function("(told) => window.notices.join() === told", arg=told)
        await page.evaluate(HIDDEN, False)
        ready = page.locator("[data-ready]")
        await expect(ready).to_contain_text("出件")
        await expect(ready).to_contain_text(f"身份证、这个号 {mine['number']}")
        await expect(page.locator("[role='status'][data-news]")).to_contain_text("结果已出")
        assert await ready.locator(".now").evaluate("(it) => parseFloat(getComputedStyle(it).fontSize)") >= 30
        await is_for_everyone(page, "case-ready")

        # Opened anew, it stands there and doesn't ring twice; what happened is told by days.
        await page.reload()
        await expect(ready).to_be_visible()
        await expect(page.locator(".stages").last).to_contain_text("办理结束：容缺受理")
        assert await page.evaluate("shaken") == 0
        await page.goto(f"{page.url}?lang=en")
        await expect(ready).to_contain_text("The result is out")
        await is_for_everyone(page, "case-ready-en")
        await page.goto(hall.url + mine["follow_url"] + "?lang=zh-CN")

        # It was a mistake; when it is ready after all, that is news.
        await press(hall, case, "state", state="in_office")
        await expect(page.locator("[data-set-back]")).to_contain_text("更正：结果还没有出")
        await expect(ready).to_have_count(0)
        await is_for_everyone(page, "case-set-back")
        await press(hall, case, "state", state="ready")
        await expect(ready).to_be_visible()
        await shaken(page, 1)
        await press(hall, case, "handover", way="window")
        await expect(page.locator(".ended")).to_contain_text("结果已交给您")
        await is_for_everyone(page, "case-handed-over")

        # The day after that the live hall knows nothing of it, and the page tells how it ended.
        clock.ahead_s += DAY_S
        await until(lambda: case not in hall.desk.feed.hall.cases)
        await page.reload()
        await expect(stand).to_have_attribute("data-state", "handed_over")
        await expect(page.locator(".stages").last).to_contain_text("结果还没有出，继续办理")
        await expect(page.locator("hall-live")).to_have_count(0)
        assert await page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('ready'))") == []
        await is_for_everyone(page, "case-over")
        assert phone.mistakes == []
        await context.close()


async def test_each_matter_of_a_chain_is_followed_by_itself(tmp_path: Path, browser: Browser) -> None:
    async with a_served_hall(tmp_path, LUOJIAZHUANG, demonstration=True) as hall:
        mine = await hall.take(None, chain=["sb-002", "sb-005"])
        await hall.open("1")
        await hall.call("1")
        await hall.serve("1", outcome="accepted")
        await hall.call("1")
        await hall.serve("1", outcome="accepted_with_gaps", note="户口簿")
        first, _ = hall.desk.feed.hall.cases_of[mine["id"]]
        await press(hall, first, "state", state="ready")
        context = await browser.new_context(viewport=NARROW, locale="zh-CN")
        page = (await opened(context, hall, mine, RINGS)).page
        await expect(page.locator("[data-ready]")).to_have_count(1)
        await expect(page.locator(".case")).to_have_count(2)
        assert [state for step, state in await steps(page) if step == "office"] == ["past", "now"]
        await shot(page, "phone-case-chain", full_page=True)
        await context.close()
