"""The kiosk and the phone as fingers meet them, in a real browser against a real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, WebSocketRoute, expect

from tests.pages.a_browser import NARROW, PHONE, UPRIGHT, WIDE
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Line:
    """The live connection between page and server, to be cut and mended."""

    def __init__(self) -> None:
        self.cut = False
        self._sockets: list[WebSocketRoute] = []

    async def connect(self, socket: WebSocketRoute) -> None:
        if self.cut:
            await socket.close()
            return
        socket.connect_to_server()
        self._sockets.append(socket)

    async def break_off(self) -> None:
        self.cut = True
        for socket in self._sockets:
            await socket.close()


@asynccontextmanager
async def shown(
    browser: Browser, hall: ServedHall, path: str, size: Any = UPRIGHT, line: Line | None = None
) -> AsyncIterator[Page]:
    """A page of the hall; a mistake of its scripts fails the test."""
    context = await browser.new_context(viewport=size, reduced_motion="reduce", locale="zh-CN")
    await context.set_extra_http_headers(hall.who("device") if path.startswith("/kiosk") else {})
    page = await context.new_page()
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    if line is not None:
        await page.route_web_socket("**/live?*", line.connect)
    await page.goto(hall.url + path)
    try:
        yield page
        assert mistakes == []
    finally:
        await context.close()


async def taken(hall: ServedHall) -> list[dict[str, Any]]:
    """The deeds by which numbers were given, so far."""
    deeds = (await hall.get("log?after=0&limit=1000", by="device")).json["deeds"]
    return [deed for deed in deeds if deed["kind"] == "TicketIssued"]


async def test_two_quick_taps_are_one_number(hall: ServedHall, browser: Browser) -> None:
    async with shown(browser, hall, "/kiosk") as page:
        await page.evaluate("() => { const main = document.querySelector('.main'); main.click(); main.click() }")
        await expect(page.locator(".result [data-number]")).to_have_text("A001")
        assert len(await taken(hall)) == 1


async def test_a_press_before_the_scripts_are_here_is_done_once_when_they_are(
    hall: ServedHall, browser: Browser
) -> None:
    pressed = asyncio.Event()

    async def slowly(route: Route) -> None:
        await pressed.wait()
        await route.continue_()

    context = await browser.new_context(viewport=UPRIGHT, extra_http_headers=hall.who("device"))
    page = await context.new_page()
    await page.route("**/js/kiosk.js", slowly)
    await page.goto(hall.url + "/kiosk", wait_until="commit")
    await page.locator("button.main").click()
    await page.locator("button.main").click()
    assert await taken(hall) == []
    await hall.take("gongan")
    await expect(page.locator(".zone >> nth=0")).to_contain_text("前面 1 人")  # a view came meanwhile
    pressed.set()
    await expect(page.locator(".result [data-number]")).to_have_text("A001")
    await context.close()
    assert [deed["ticket"][-4:] for deed in await taken(hall)] == ["B001", "A001"]


async def test_a_press_whose_answer_was_lost_is_still_one_number(hall: ServedHall, browser: Browser) -> None:
    lost: list[str] = []

    async def lose_the_first(route: Route) -> None:
        if lost or route.request.method != "POST":
            await route.continue_()
            return
        lost.append((await route.fetch()).headers.get("content-type", ""))
        await route.abort("connectionreset")

    async with shown(browser, hall, "/kiosk") as page:
        await page.route("**/tickets", lose_the_first)
        await page.click(".main")
        await expect(page.locator(".result [data-number]")).to_have_text("A001")
        assert len(lost) == 1
        assert len(await taken(hall)) == 1


async def test_paper_that_did_not_come_is_told_and_the_number_stays(hall: ServedHall, browser: Browser) -> None:
    async with shown(browser, hall, "/kiosk") as page:
        await page.click(".main")
        await expect(page.locator("[data-paper='waiting']")).to_have_text("票正在打印……")
        (issued,) = await taken(hall)
        async with hall.live("after=0", by="device") as agent:
            await agent.send_json({"confirm": issued["number"], "outcome": "failed", "cause": "no_paper"})
            await expect(page.locator("[data-paper='failed']")).to_contain_text("没有打印出来")
        await expect(page.locator("[data-countdown]")).to_have_text("")
        await expect(page.locator("p.paper.note")).to_contain_text("打印机没有纸了")


async def test_printed_paper_leads_back_to_the_start(hall: ServedHall, browser: Browser) -> None:
    async with shown(browser, hall, "/kiosk") as page:
        await page.clock.install()
        await page.click(".main")
        await expect(page.locator(".result [data-number]")).to_have_text("A001")
        (issued,) = await taken(hall)
        async with hall.live("after=0", by="device") as agent:
            await agent.send_json({"confirm": issued["number"], "outcome": "printed"})
            await page.clock.run_for(3_000)
            await expect(page.locator("[data-paper='printed']")).to_be_visible()
        for _ in range(10):
            await page.clock.run_for(1_000)
        await expect(page.locator(".result")).to_be_hidden()
        await expect(page.locator(".main")).to_be_focused()


async def test_the_green_channel_asks_why_and_only_once(hall: ServedHall, browser: Browser) -> None:
    async with shown(browser, hall, "/kiosk") as page:
        await page.click("[data-open='green']")
        await page.click("[data-green='pregnant']")
        await page.click("[data-panel='places'] [data-take='gongan']")
        await expect(page.locator(".result [data-number]")).to_have_text("B001")
        await page.click(".result .done")
        await page.click(".zone >> nth=0")
        await expect(page.locator(".result [data-number]")).to_have_text("B002")
    green, plain = await taken(hall)
    assert (green["class"], green["reason"]) == ("green", "pregnant")
    assert plain["class"] == "walk_in"


async def test_a_matter_is_found_by_a_word_and_taken(hall: ServedHall, browser: Browser) -> None:
    async with shown(browser, hall, "/kiosk?lang=en") as page:
        await page.click("[data-open='matters']")
        await page.fill("[data-search]", "hz-001")
        await expect(page.locator("summary")).to_have_count(1)
        await page.click("summary")
        await expect(page.locator("[data-bring]")).to_have_text("ID card")
        await page.click("[data-take-item]")
        await expect(page.locator(".result [data-place]")).to_have_text("Police")
    (issued,) = await taken(hall)
    assert (issued["item"], issued["language"]) == ("hz-001", "en")


async def test_a_missed_call_comes_back_by_keyboard_alone(hall: ServedHall, browser: Browser) -> None:
    await hall.open("1")
    missed = await hall.take("zonghe")
    await hall.call("1")
    assert (await hall.post("windows/1/absences", by="manager")).status == 201
    async with shown(browser, hall, "/kiosk") as page:
        await page.focus("[data-open='missed']")
        await page.keyboard.press("Enter")
        await page.keyboard.type("a001")
        await page.keyboard.press("Enter")
        await expect(page.locator("[data-hello='returned']")).to_be_visible()
    assert (await hall.get(f"tickets/{missed['id']}")).json["state"] == "waiting"


async def test_a_number_nobody_has_is_answered_in_words(hall: ServedHall, browser: Browser) -> None:
    async with shown(browser, hall, "/kiosk") as page:
        await page.click("[data-open='missed']")
        await page.keyboard.type("a099")
        await page.click("[data-return]")
        await expect(page.locator("[data-panel='says'] h2")).to_have_text("没有这个号")


async def test_focus_and_a_held_button_survive_an_update(hall: ServedHall, browser: Browser) -> None:
    async with shown(browser, hall, "/kiosk") as page:
        zone = page.locator(".zone >> nth=0")
        await zone.focus()
        await page.mouse.move(*await _middle(zone))
        await page.mouse.down()
        await hall.take("gongan")
        await expect(zone).to_contain_text("前面 1 人")
        await expect(zone).to_be_focused()
        await page.mouse.up()
        await expect(page.locator(".result [data-number]")).to_have_text("B002")


async def test_a_kiosk_that_loses_the_server_says_so_and_mends_itself(hall: ServedHall, browser: Browser) -> None:
    line = Line()
    async with shown(browser, hall, "/kiosk", line=line) as page:
        await hall.take("gongan")
        await expect(page.locator(".zone >> nth=0")).to_contain_text("前面 1 人")
        await line.break_off()
        await expect(page.locator("[data-away]")).to_contain_text("连不上服务器")
        await expect(page.locator("[data-away]")).to_contain_text("秒前")
        await hall.take("gongan")
        await expect(page.locator(".zone >> nth=0")).to_contain_text("前面 1 人")  # the last good view
        line.cut = False
        await expect(page.locator(".zone >> nth=0")).to_contain_text("前面 2 人", timeout=20_000)
        await expect(page.locator("[data-away]")).to_be_hidden()


async def _middle(what: Any) -> tuple[float, float]:
    box = await what.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def test_a_paper_that_comes_late_after_all_is_told_too(hall: ServedHall, browser: Browser) -> None:
    told = {"paper": "waiting"}

    async def as_told(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, json=await answer.json() | told)

    async with shown(browser, hall, "/kiosk") as page:
        await page.clock.install()
        await page.route("**/tickets", as_told)
        await page.route("**/tickets/*", as_told)
        await page.click(".main")
        paper = page.locator(".result [data-paper]")
        await expect(paper).to_have_attribute("data-paper", "waiting")
        await page.clock.run_for(1_000)
        await page.clock.fast_forward(21_000)
        for _ in range(3):
            await page.clock.run_for(1_000)
        await expect(paper).to_have_attribute("data-paper", "failed")
        told["paper"] = "printed"
        await page.clock.run_for(2_000)
        await expect(paper).to_have_attribute("data-paper", "printed")


async def test_a_matter_is_looked_for_by_typing_wherever_the_focus_is(hall: ServedHall, browser: Browser) -> None:
    async with shown(browser, hall, "/kiosk") as page:
        await page.click("[data-open='matters']")
        await expect(page.locator("dialog[data-panel='matters'] [data-close]")).to_be_focused()
        await page.keyboard.type("bdc")
        await expect(page.locator("[data-search]")).to_have_value("bdc")


async def test_elder_mode_asks_the_same_with_fewer_choices_and_nothing_small(
    hall: ServedHall, browser: Browser
) -> None:
    async with shown(browser, hall, "/kiosk") as page:
        before = await page.locator("hall-kiosk > main button:visible").count()
        await page.click("[data-elder]")
        assert await page.locator("hall-kiosk > main button:visible").count() < before
        sizes = await page.evaluate(
            """() => [...document.querySelectorAll("hall-kiosk > main *, hall-kiosk > header *")]
                .filter((e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
                .map((e) => parseFloat(getComputedStyle(e).fontSize))"""
        )
        assert min(sizes) >= 30
        await page.click(".main")
        await expect(page.locator(".result [data-number]")).to_have_text("A001")


@pytest.mark.parametrize("size", [UPRIGHT, WIDE, NARROW])
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_every_button_is_large_enough_for_a_finger(
    hall: ServedHall, browser: Browser, size: dict[str, int], lang: str
) -> None:
    async with shown(browser, hall, f"/kiosk?lang={lang}", size) as page:
        small = await page.evaluate(
            """() => [...document.querySelectorAll("button, a")].filter((e) => e.checkVisibility())
                .map((e) => ({ what: e.textContent.trim(), box: e.getBoundingClientRect() }))
                .filter(({ box }) => box.height < 60 || box.width < 60).map(({ what }) => what)"""
        )
        assert small == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]


async def test_a_phone_is_called_and_rates_without_a_reload(hall: ServedHall, browser: Browser) -> None:
    await hall.open("2")
    ticket = await hall.take("zonghe")
    async with shown(browser, hall, ticket["follow_url"], PHONE) as page:
        await expect(page.locator("[data-state='waiting']")).to_be_visible()
        await hall.call("2")
        await expect(page.locator(".go")).to_contain_text("2 号窗口")
        await hall.serve("2")
        await page.click(".level-5")
        await page.click(".options[data-level='5'] .option >> nth=0")
        await page.click("[data-rate] [type='submit']")
        await expect(page.locator("[data-key='rated']")).to_be_visible()
    rated = [
        deed for deed in (await hall.get("log?after=0", by="device")).json["deeds"] if deed["kind"] == "RatingGiven"
    ]
    assert [(deed["level"], deed["options"], deed["via"]) for deed in rated] == [(5, ["510"], "phone")]


async def test_giving_up_a_number_is_asked_twice(hall: ServedHall, browser: Browser) -> None:
    ticket = await hall.take("zonghe")
    async with shown(browser, hall, ticket["follow_url"], PHONE) as page:
        await page.click("[data-give-up]")
        assert (await hall.get(f"tickets/{ticket['id']}")).json["state"] == "waiting"
        await page.click("[data-press='cancellation']")
        await expect(page.locator("[data-state='cancelled']")).to_be_visible()
