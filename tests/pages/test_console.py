"""A clerk's console by keyboard alone: every key does its press once, and nothing by accident."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, expect

from hallserver.web import live, principals
from tests.pages.a_browser import BESIDE, held_back, not_an_echo, seen, shot, shown
from tests.pages.a_hall_to_see import deeds
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")


def at_window_3(browser: Browser, hall: ServedHall) -> Any:
    return seen(browser, hall, "/window/3", BESIDE, as_staff="0317")


async def state(page: Page, wanted: str) -> None:
    await expect(page.locator("[data-console]")).to_have_attribute("data-state", wanted)


async def number(page: Page, wanted: str) -> None:
    await expect(page.locator(".ticket .number")).to_have_text(wanted)


async def ready(page: Page, wanted: str) -> None:
    """The press before is answered, and the big button is the wanted one."""
    await expect(page.locator("window-console:not([data-pressing])")).to_have_count(1)
    await expect(page.locator(f"[data-main][data-press='{wanted}']:enabled")).to_be_visible()


async def test_a_whole_turn_is_worked_without_a_mouse(shipped: ServedHall, browser: Browser) -> None:
    for _ in range(3):
        await shipped.take("zonghe")
    async with at_window_3(browser, shipped) as watched:
        page, keys = watched.page, watched.page.keyboard
        await keys.press("o")
        await ready(page, "call")
        await keys.press("Space")
        await number(page, "A001")
        await ready(page, "start")
        await keys.press("m")  # nobody came
        await ready(page, "call")
        await not_an_echo(page)
        await keys.press("Space")
        await number(page, "A002")
        await ready(page, "start")
        await keys.press("Enter")
        await ready(page, "complete")
        await keys.press("h")
        await expect(page.locator("dialog[data-asks='hold']")).to_be_visible()
        await shot(page, "console-hold")
        await keys.press("1")
        await ready(page, "call")
        await expect(page.locator(".listed[data-key='held']")).to_contain_text("A002")
        await keys.press("Space")
        await number(page, "A003")
        await ready(page, "start")
        await keys.press("Enter")
        await ready(page, "complete")
        await keys.press("e")
        await expect(page.locator("dialog[data-asks='outcomes']")).to_be_visible()
        await shot(page, "console-outcomes")
        await keys.press("2")
        await keys.press("Enter")
        await ready(page, "call")
        await expect(page.locator(".why")).to_contain_text("上一位 A003 · 已受理，转后台办")
        await keys.press("s")
        await keys.type("a2")
        await shot(page, "console-by-number")
        await keys.press("Enter")
        await number(page, "A002")
        await ready(page, "start")
        await keys.press("t")
        await shot(page, "console-transfer")
        await keys.press("2")
        await ready(page, "call")
        await keys.press("p")
        await shot(page, "console-pause")
        await keys.press("1")
        await state(page, "paused")
        await expect(page.locator(".bar .state")).to_contain_text("就餐")
        await keys.press("o")
        await ready(page, "call")
        await keys.press("q")
        await state(page, "closed")
        assert watched.mistakes == []
    told = [deed["kind"] for deed in await deeds(shipped) if deed.get("by") == "clerk:0317"]
    assert [kind for kind in told if kind.startswith(("Ticket", "Service"))] == [
        "TicketCalled",
        "TicketPassed",
        "TicketCalled",
        "ServiceStarted",
        "TicketHeld",
        "TicketCalled",
        "ServiceStarted",
        "ServiceEnded",
        "TicketCalled",
        "TicketTransferred",
    ]


async def test_keys_of_what_cannot_be_pressed_do_nothing(shipped: ServedHall, browser: Browser) -> None:
    await shipped.open("3")
    async with at_window_3(browser, shipped) as watched:
        page = watched.page
        await expect(page.locator("[data-press='recall']")).to_be_disabled()
        for key in ("r", "m", "t", "e", "h", "Enter", "b", "x", "7"):
            await page.keyboard.press(key)
        await expect(page.locator("dialog[open]")).to_have_count(0)
        assert watched.presses == []


async def test_a_letter_typed_in_a_dialog_is_a_letter(shipped: ServedHall, browser: Browser) -> None:
    await shipped.open("3")
    await shipped.take("zonghe")
    async with at_window_3(browser, shipped) as watched:
        page = watched.page
        await page.keyboard.press("s")
        asked = page.locator("dialog[data-asks='call_by_name']")
        await asked.locator("[name='reason']").focus()
        await page.keyboard.type("o q p 1 space r")
        await expect(asked.locator("[name='reason']")).to_have_value("o q p 1 space r")
        await expect(page.locator("dialog[open]")).to_have_count(1)
        await page.keyboard.press("Escape")
        await expect(page.locator("dialog[open]")).to_have_count(0)
        assert watched.presses == []
        await state(page, "open")


async def test_a_double_press_of_the_space_bar_calls_one_number(shipped: ServedHall, browser: Browser) -> None:
    await shipped.open("3")
    await shipped.take("zonghe")
    await shipped.take("zonghe")
    async with at_window_3(browser, shipped) as watched:
        page = watched.page
        await page.keyboard.press("Space")
        await page.keyboard.press("Space")
        await number(page, "A001")
        await ready(page, "start")
        await page.keyboard.press("Space")  # there is a number here: nobody else is called
        assert watched.presses == ["POST windows/3/calls"]
    assert len(await deeds(shipped, "TicketCalled")) == 1


async def test_a_press_on_what_the_screen_shows_already_is_not_lost_while_the_last_one_is_unanswered(
    shipped: ServedHall, browser: Browser
) -> None:
    await shipped.open("3")
    await shipped.take("zonghe")
    await shipped.take("zonghe")

    async with at_window_3(browser, shipped) as watched:
        page, keys = watched.page, watched.page.keyboard

        async def press_seen_before_its_answer(noun: str, key: str, shown: str, meant: str) -> None:
            answered = asyncio.Event()

            async def late(route: Route) -> None:
                answer = await route.fetch()
                await answered.wait()
                await route.fulfill(response=answer)

            await page.route(f"**/windows/3/{noun}", late, times=1)
            await keys.press(key)
            await keys.press(key)  # the finger's echo
            await state(page, shown)
            await not_an_echo(page)
            await keys.press(meant)
            answered.set()

        await press_seen_before_its_answer("calls", "Space", "called", meant="Enter")
        await state(page, "serving")
        await ready(page, "complete")
        await not_an_echo(page)
        await keys.press("Enter")
        await ready(page, "call")
        await keys.press("Space")
        await ready(page, "start")
        await press_seen_before_its_answer("services", "Enter", "serving", meant="Enter")
        await ready(page, "call")
        assert watched.mistakes == []
        once = ["POST windows/3/calls", "POST windows/3/services", "POST windows/3/completions"]
        assert watched.presses == once * 2


async def test_a_key_is_heard_although_the_dialog_before_still_waits_for_its_answer(
    shipped: ServedHall, browser: Browser
) -> None:
    await shipped.open("3")
    async with at_window_3(browser, shipped) as watched:
        page, keys = watched.page, watched.page.keyboard
        await ready(page, "call")
        async with held_back(page, "**/windows/3/state"):
            await keys.press("p")
            await keys.press("1")
            await state(page, "paused")
            await expect(page.locator("dialog[open]")).to_have_count(1)
            await keys.press("o")
        await state(page, "open")
        await expect(page.locator("dialog[open]")).to_have_count(0)
        assert watched.mistakes == []
        assert watched.presses == ["PUT windows/3/state"] * 2


async def test_a_refused_press_is_answered_in_words(shipped: ServedHall, browser: Browser) -> None:
    await shipped.open("3")
    async with at_window_3(browser, shipped) as watched:
        page = watched.page
        await page.keyboard.press("s")
        await page.keyboard.type("A099")
        await page.keyboard.press("Enter")
        asked = page.locator("dialog[data-asks='call_by_name']")
        await expect(asked.locator("[data-says]")).to_have_text("今天没有这个号，请核对后再试。")
        await shot(page, "console-refused")
        await expect(asked.locator("[name='number']")).to_have_value("A099")


async def test_who_is_not_signed_in_comes_back_to_the_console_after_signing_in(
    shipped: ServedHall, browser: Browser
) -> None:
    async with shown(browser, shipped, "/window/3", BESIDE) as page:
        await expect(page).to_have_url(f"{shipped.url}/sign-in?window=3&next=/window/3")
        await expect(page.locator("main")).to_contain_text("登录后到 3 号窗口")
        await page.get_by_role("button", name="张丽华").click()
        await expect(page).to_have_url(f"{shipped.url}/window/3")
        await expect(page.locator("[data-main]")).to_contain_text("打开窗口")
        await expect(page.locator(".who")).to_contain_text("工号 0317")


async def test_a_clerk_of_another_window_is_told_so_and_led_on(shipped: ServedHall, browser: Browser) -> None:
    async with shown(browser, shipped, "/window/2", BESIDE, as_staff="0317") as page:
        await expect(page.locator("main")).to_contain_text("您登录在 3 号窗口，不能替这个窗口操作。")
        await expect(page.locator("[data-press]")).to_have_count(0)
        await page.get_by_role("link", name="去 3 号窗口").click()
        await expect(page.locator("[data-main]")).to_contain_text("打开窗口")


async def test_a_session_that_ended_meanwhile_leads_to_the_sign_in(shipped: ServedHall, browser: Browser) -> None:
    await shipped.open("3")
    await shipped.take("zonghe")
    async with at_window_3(browser, shipped) as watched:
        page: Page = watched.page
        await ready(page, "call")
        await page.context.clear_cookies()
        await page.keyboard.press("Space")
        await page.get_by_role("link", name="去登录").click()
        await expect(page).to_have_url(f"{shipped.url}/sign-in?window=3&next=/window/3")


async def test_a_clerk_who_was_removed_finds_the_console_at_the_sign_in(
    shipped: ServedHall, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(principals, "RECHECK_MS", 50)
    monkeypatch.setattr(live, "RIGHTS_S", 0.1)
    async with at_window_3(browser, shipped) as watched:
        await state(watched.page, "closed")
        assert shipped.server.hub.accounts.remove(shipped.id, "0317", 1)
        await expect(watched.page).to_have_url(f"{shipped.url}/sign-in?window=3&next=/window/3")
