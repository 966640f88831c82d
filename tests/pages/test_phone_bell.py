"""A resident's phone rings and shakes when the number is near and when it is called, however late it looks."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from hallserver.web import audience
from tests.pages.a_browser import NARROW, Seen, chromium, shot
from tests.pages.a_hall_to_see import StepClock
from tests.web.a_server import NOW_ENOUGH_S, ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")

RINGS = """
    window.shaken = 0
    window.tones = 0
    window.locks = []
    window.notices = []
    window.asked = 0
    navigator.vibrate = () => { window.shaken += 1; return true }
    const start = OscillatorNode.prototype.start
    OscillatorNode.prototype.start = function (when) { window.tones += 1; return start.call(this, when) }
    navigator.wakeLock.request = async (what) => {
        const lock = new EventTarget()
        lock.released = false
        lock.release = async () => { lock.released = true }
        window.locks.push(lock)
        return lock
    }
    window.Notification = class { constructor(words) { window.notices.push(words) }
        static permission = "default"
        static async requestPermission() { window.asked += 1; return (this.permission = "granted") } }
    navigator.serviceWorker.register = async () => { throw new Error("none here") }
"""
"""Counts what a phone would do; the notices are told where no worker is needed for them."""
BARE = """
    for (const name of ["AudioContext", "webkitAudioContext", "Notification"]) delete window[name]
    for (const name of ["vibrate", "wakeLock", "serviceWorker"]) delete Navigator.prototype[name]
    Object.defineProperty(window, "localStorage", { get() { throw new DOMException("kept out", "SecurityError") } })
"""
HIDDEN = """(hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden })
    document.dispatchEvent(new Event("visibilitychange"))
}"""


async def opened(context: BrowserContext, hall: ServedHall, ticket: dict[str, Any], ready: str = RINGS) -> Seen:
    page = await context.new_page()
    await page.add_init_script(ready)
    watched = Seen(page, hall.url).watch()
    await page.goto(hall.url + ticket["follow_url"])
    await expect(page.locator("main[data-state]")).to_be_visible()
    return watched


async def ahead(page: Page, people: int) -> None:
    await expect(page.locator("main")).to_have_attribute("data-ahead", str(people))


async def shaken(page: Page, times: int) -> None:
    await page.wait_for_function(f"() => window.shaken === {times}")


async def test_it_rings_once_for_three_ahead_and_once_for_each_call_and_also_when_it_is_opened_late(
    shipped: ServedHall, clock: StepClock, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(audience.GAP_S, "visit", 0.1)
    hall = shipped
    await hall.open("1", "2", "3")
    tickets = [await hall.take("zonghe") for _ in range(6)]
    mine = tickets[5]
    context = await browser.new_context(viewport=NARROW, locale="zh-CN")
    phone = await opened(context, hall, mine)
    page = phone.page
    bell = page.locator("[data-bell]")
    await expect(bell).to_have_text("快到时响铃提醒我")
    assert await page.evaluate("[asked, locks.length]") == [0, 0], "nothing is asked or kept before a press"
    await bell.click()
    await expect(bell).to_have_attribute("aria-pressed", "true")
    await expect(bell).to_contain_text("会响铃")
    assert await page.evaluate("[asked, locks.length, tones, shaken]") == [1, 1, 1, 0]

    await hall.call("1")
    await ahead(page, 4)
    assert await page.evaluate("shaken") == 0
    await hall.call("2")
    await ahead(page, 3)
    await shaken(page, 1)
    await page.wait_for_function("() => window.tones === 5")
    assert await page.evaluate("notices") == [], "the page itself is seen"
    await shot(page, "phone-bell-on")

    # Another page of the same phone knows the choice, and what it rang for.
    again = (await opened(context, hall, mine)).page
    await expect(again.locator("[data-bell]")).to_have_attribute("aria-pressed", "true")
    await ahead(again, 3)
    assert await again.evaluate("[shaken, asked]") == [0, 0]
    await again.close()

    # The call comes while the phone is in a pocket: the notice tells, and whoever takes it out is not rung at twice.
    await page.evaluate(HIDDEN, True)
    await hall.call("3", ticket=mine["id"])
    await shaken(page, 2)
    await page.wait_for_function("(told) => window.notices.join() === told", arg=f"{mine['number']} · 请到 3 号窗口")
    await page.evaluate("window.locks[0].released = true")  # as a browser does with a hidden page's
    await page.evaluate(HIDDEN, False)
    await page.wait_for_function("() => window.locks.length === 2")
    assert await page.evaluate("shaken") == 2

    # It was closed when the number was called again, and rings when it is opened.
    await page.close()
    clock.ahead_s += 20
    assert (await hall.post("windows/3/recalls", by="manager")).status == 201
    late = await opened(context, hall, mine)
    await shaken(late.page, 1)
    await late.page.wait_for_function("() => window.tones === 4")
    await hall.serve("3")
    await expect(late.page.locator("main[data-state='done']")).to_be_visible()
    await late.page.wait_for_function("() => window.locks.at(-1).released")
    assert [*phone.mistakes, *late.mistakes] == []
    await context.close()


async def test_an_old_phone_that_can_nothing_of_this_shows_the_number_all_the_same(
    shipped: ServedHall, browser: Browser
) -> None:
    hall = shipped
    await hall.open("1")
    await hall.take("zonghe")
    mine = await hall.take("zonghe")
    context = await browser.new_context(viewport=NARROW, locale="zh-CN")
    phone = await opened(context, hall, mine, BARE)
    bell = phone.page.locator("[data-bell]")
    await bell.click()
    await expect(bell).to_have_attribute("aria-pressed", "true")
    await bell.click()
    await expect(bell).to_have_attribute("aria-pressed", "false")
    await bell.click()
    await hall.call("1", ticket=mine["id"])
    await expect(phone.page.locator("main[data-state='called'] .go")).to_contain_text("1 号窗口")
    assert phone.mistakes == []
    await context.close()


async def test_a_phone_that_may_not_sound_yet_says_so_and_rings_at_the_first_touch(
    shipped: ServedHall, browser: Browser
) -> None:
    hall = shipped
    await hall.open("1")
    mine = await hall.take("zonghe")
    context = await browser.new_context(viewport=NARROW, locale="zh-CN")
    asleep = """
        localStorage.setItem("bell", "on")
        const resume = AudioContext.prototype.resume
        let touched = false
        addEventListener("pointerdown", () => { touched = true }, true)
        Object.defineProperty(AudioContext.prototype, "state", { get: () => touched ? "running" : "suspended" })
        AudioContext.prototype.resume = function () { return touched ? resume.call(this) : new Promise(() => {}) }
    """
    phone = await opened(context, hall, mine, RINGS + asleep)
    page = phone.page
    await shaken(page, 1)
    await expect(page.locator("[data-bell]")).to_contain_text("请先点一下屏幕")
    assert await page.evaluate("tones") == 0
    await page.locator(".card").click()
    await page.wait_for_function("() => window.tones === 4")
    assert phone.mistakes == []
    await context.close()


async def test_where_only_a_worker_may_the_worker_shows_the_notice(shipped: ServedHall) -> None:
    hall = shipped
    await hall.open("1")
    mine = await hall.take("zonghe")
    async with async_playwright() as playwright, await chromium(playwright, whole=True) as browser:
        await a_worker_shows_the_notice(hall, mine, browser)


async def a_worker_shows_the_notice(hall: ServedHall, mine: dict[str, Any], browser: Browser) -> None:
    context = await browser.new_context(viewport=NARROW, locale="zh-CN")
    await context.grant_permissions(["notifications"], origin=hall.url)
    phone = await opened(context, hall, mine, "")
    page = phone.page
    await page.locator("[data-bell]").click()
    await page.evaluate(HIDDEN, True)
    await hall.call("1")
    shown = """async () => {
        for (;;) {
            const [registration] = await navigator.serviceWorker.getRegistrations()
            const notices = await registration?.getNotifications() ?? []
            if (notices.length) return notices.map((one) => [one.title, one.data])
            await new Promise(requestIdleCallback)
        }
    }"""
    async with asyncio.timeout(NOW_ENOUGH_S):
        assert await page.evaluate(shown) == [[f"{mine['number']} · 请到 1 号窗口", page.url]]
    assert phone.mistakes == []
    await context.close()
