"""A phone that slept, lost its network or has a slow one: it says so, keeps what it has, and mends itself."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, WebSocket, WebSocketRoute, expect

from tests.pages.a_browser import COUNTS_VIEWS, NARROW, a_view_came, shot, shown
from tests.pages.a_hall_to_see import LUOJIAZHUANG, StepClock
from tests.pages.test_phone_bell import HIDDEN
from tests.web.a_server import ServedHall, a_served_hall, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY_S = 24 * 3600
THIRD_GENERATION = {"offline": False, "latency": 150, "downloadThroughput": 180_000, "uploadThroughput": 84_000}
SLEPT = """
    window.slept_ms = 0
    const now = Date.now
    Date.now = () => now() + window.slept_ms
    let stand = false
    const put_off = new Map()
    for (const name of ["setTimeout", "setInterval"]) {
        const native = window[name]
        window[name] = (then, ms) => {
            if (!stand || !(ms > 0)) return native(then, ms / 5)
            const id = native(() => {}, 2 ** 31 - 1)
            put_off.set(id, then)
            return id
        }
    }
    const clear = window.clearTimeout
    window.clearTimeout = (id) => (put_off.delete(id), clear(id))
    window.timers_stand = () => { stand = true }
    window.timers_run = () => {
        stand = false
        for (const then of put_off.values()) then()
        put_off.clear()
    }
"""
"""A page that slept finds the clock gone on: ``slept_ms = 300000``. Its timers run five times as fast; while they
stand, what is put off from then on waits until they run again: what happens meanwhile is not a timer's doing."""
OUT_AND_IN = f"() => {{ for (let n = 0; n < 20; n += 1) ({HIDDEN})(n % 2 === 0) }}"
"""Out of the pocket and in again, ten times within a moment."""


class Network:
    """The live sockets of a page, all through here: in a dead one nothing arrives any more, and nobody is told."""

    def __init__(self) -> None:
        self.opened = 0
        self.asked: list[str | bytes] = []
        self.dead: set[int] = set()

    def __call__(self, socket: WebSocketRoute) -> None:
        number = self.opened = self.opened + 1
        server = socket.connect_to_server()
        server.on_message(lambda frame: None if number in self.dead else socket.send(frame))

        def said(frame: str | bytes) -> None:
            self.asked.append(frame)
            if number not in self.dead:
                server.send(frame)

        socket.on_message(said)


@asynccontextmanager
async def a_phone(browser: Browser, hall: ServedHall, ticket: dict[str, Any]) -> AsyncIterator[tuple[Page, Network]]:
    async with shown(browser, hall, "/", NARROW, ready=COUNTS_VIEWS + ";" + SLEPT) as page:
        network = Network()
        await page.route_web_socket("**/live?*", network)
        await page.goto(hall.url + ticket["follow_url"])
        await a_view_came(page)
        yield page, network


async def test_a_phone_without_network_keeps_its_picture_says_how_old_it_is_and_mends_itself_at_once(
    shipped: ServedHall, browser: Browser
) -> None:
    hall = shipped
    await hall.open("1")
    mine = await hall.take("zonghe")
    async with shown(browser, hall, "/", NARROW, ready=COUNTS_VIEWS + ";" + SLEPT) as page:
        tried: list[WebSocket] = []
        page.on("websocket", lambda socket: tried.append(socket))
        await page.goto(hall.url + mine["follow_url"])
        await a_view_came(page)
        await page.context.set_offline(True)
        await hall.call("1")
        await page.evaluate("timers_stand(), window.slept_ms = 13_000")
        await page.evaluate(HIDDEN, False)
        away = page.locator("[data-away]")
        await expect(away).to_contain_text("连不上服务器，正在重连")
        await expect(away).to_contain_text("秒前的")
        await expect(page.locator("main")).to_have_attribute("data-state", "waiting")
        await expect(page.locator(".card .number")).to_have_text(mine["number"])
        await shot(page, "phone-away")
        await until(lambda: tried[1:] and all(socket.is_closed() for socket in tried[1:]))
        await page.context.set_offline(False)  # this alone brings the view: it waits for no timer's next try
        await expect(page.locator("main")).to_have_attribute("data-state", "called")
        await expect(away).to_be_hidden()


async def test_a_phone_that_slept_connects_anew_when_it_wakes_and_no_more_often_than_it_must(
    shipped: ServedHall, browser: Browser
) -> None:
    hall = shipped
    await hall.open("1")
    mine = await hall.take("zonghe")
    async with a_phone(browser, hall, mine) as (page, network):
        phone = await page.context.new_cdp_session(page)
        await page.evaluate(HIDDEN, True)
        await phone.send("Page.setWebLifecycleState", {"state": "frozen"})
        network.dead.add(1)
        await hall.call("1")
        await phone.send("Page.setWebLifecycleState", {"state": "active"})
        await page.evaluate("timers_stand(), window.slept_ms = 300_000")
        await page.evaluate(HIDDEN, False)
        await expect(page.locator("main")).to_have_attribute("data-state", "called")
        assert network.opened == 2
        assert network.asked == [], "five minutes of silence need no asking"

        # Out of the pocket and in again: its socket is well, is asked, and stays.
        await page.evaluate(OUT_AND_IN)
        await until(lambda: network.asked == ['{"check":true}'])
        await hall.serve("1")
        await expect(page.locator("main")).to_have_attribute("data-state", "done")
        await page.evaluate("timers_run()")
        assert network.opened == 2

        # The same with a dead one, which its silence doesn't tell yet: asked, given up, and once for all ten.
        network.dead.add(2)
        await page.evaluate(OUT_AND_IN)
        away = page.locator("[data-away]")
        await until(lambda: network.opened > 2)
        await expect(away).to_be_hidden()
        assert network.opened == 3


async def test_a_slow_network_is_slow_and_not_away(shipped: ServedHall, browser: Browser) -> None:
    hall = shipped
    await hall.open("1")
    mine = await hall.take("zonghe")
    async with shown(browser, hall, "/t/nothing", NARROW, ready=COUNTS_VIEWS) as page:
        opened: list[WebSocket] = []
        page.on("websocket", lambda socket: opened.append(socket))
        phone = await page.context.new_cdp_session(page)
        await phone.send("Network.emulateNetworkConditions", THIRD_GENERATION)
        await page.goto(hall.url + mine["follow_url"])
        await a_view_came(page)
        await page.evaluate(HIDDEN, False)  # it asks, and the answer takes its time
        await hall.call("1")
        await expect(page.locator("main")).to_have_attribute("data-state", "called")
        await expect(page.locator("[data-away]")).to_be_hidden()
        assert len(opened) == 1


async def test_a_phone_that_slept_through_the_night_tells_how_yesterdays_visit_ended(
    tmp_path: Path, browser: Browser
) -> None:
    clock = StepClock((-time.time() - 8 * 3600) % DAY_S + 10 * 3600)  # ten in the morning, there
    async with a_served_hall(tmp_path, LUOJIAZHUANG, demonstration=True, clock=clock.hall_clock) as hall:
        await hall.open("1")
        mine = await hall.take("zonghe")
        await hall.call("1")
        await hall.serve("1", outcome="referred", note="请到街道办事处")
        async with shown(browser, hall, mine["follow_url"], NARROW, ready=COUNTS_VIEWS + ";" + SLEPT) as page:
            await a_view_came(page)
            clock.ahead_s += DAY_S
            await until(lambda: mine["id"] not in hall.desk.feed.hall.tickets)
            await page.evaluate("window.slept_ms = 60_000_000")
            await page.evaluate(HIDDEN, False)
            await expect(page.locator(".stages").last).to_contain_text("这个号的经过")
            await expect(page.locator(".card .told")).to_have_text("请到街道办事处")
            await expect(page.locator("[data-away]")).to_be_hidden()
            await shot(page, "phone-yesterday", full_page=True)
