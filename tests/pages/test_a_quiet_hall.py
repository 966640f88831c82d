"""A hall before anyone sits at a window, in a hand: the pages of a busy morning don't show these words."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from tests.pages.a_browser import LOOKED_AT, NARROW, shown
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_that_no_window_is_open_stays_inside_the_card_of_a_small_phone(
    shipped: ServedHall, browser: Browser, lang: str
) -> None:
    ticket = await shipped.take()
    async with shown(browser, shipped, f"{ticket['follow_url']}?lang={lang}", NARROW) as page:
        words = await page.locator(".ahead .words").evaluate(
            "words => { const range = document.createRange(); range.selectNodeContents(words);"
            " return [range.getBoundingClientRect().right, words.closest('.card').getBoundingClientRect().right] }"
        )
        assert words[0] < words[1]


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_the_press_that_turns_the_sound_on_covers_no_words_of_a_board_in_a_hand(
    shipped: ServedHall, browser: Browser, lang: str
) -> None:
    async with shown(browser, shipped, f"/board?lang={lang}", NARROW) as page:
        unlock = page.locator("[data-unlock]")
        await unlock.evaluate("button => { button.hidden = false }")  # as where the browser asks for a touch first
        assert await unlock.is_visible()
        top = await unlock.evaluate("button => button.getBoundingClientRect().top")
        called = await page.locator(".now").evaluate("now => now.getBoundingClientRect().bottom")
        assert top >= called or top > NARROW["height"] - 120, "it stays clear of the call, at the lower edge"
        assert await page.evaluate(f"{LOOKED_AT}; cutOff()") == []
