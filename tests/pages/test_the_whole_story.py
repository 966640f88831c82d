"""From the kiosk to the rating, as a resident and a clerk live it, on four screens at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.pages.a_browser import (
    BESIDE,
    COUNTS_VIEWS,
    PAD,
    UPRIGHT,
    WIDE,
    Seen,
    a_view_came,
    not_an_echo,
    seen,
    shot,
    shown,
)
from tests.pages.a_hall_to_see import StepClock, deeds, with_
from tests.pages.test_console import ready
from tests.web.a_server import ServedHall, a_served_hall

pytestmark = pytest.mark.asyncio(loop_scope="module")

TALK_LIMIT_MS = 25_000
LISTENING = """
    window.heard = []
    const play = HTMLMediaElement.prototype.play
    HTMLMediaElement.prototype.play = async function () {
        const length_s = await new Promise((known) => this.duration ? known(this.duration)
            : this.addEventListener("loadedmetadata", () => known(this.duration), { once: true }))
        if (length_s < 0.2) return play.call(this)  // the moment of silence that asks whether sound is allowed
        window.heard.push("begins")
        if (window.heard.length === 1) {
            this.playbackRate = 1 / 16
            window.talk_on = () => { this.playbackRate = 1 }
        }
        this.addEventListener("ended", () => window.heard.push("ends"), { once: true })
        return play.call(this)
    }
"""
"""The first call is said slowly until ``talk_on()``, so that what comes while it is said does on any machine."""
THANKS_S = 60


@pytest_asyncio.fixture(loop_scope="module")
async def talkative(tmp_path_factory: pytest.TempPathFactory, clock: StepClock) -> AsyncIterator[ServedHall]:
    """The shipped hall, saying each call once and fast, so that a test can listen to the end."""
    voice, pad = with_("voice", times=1, rate_wpm=300), with_("pad", thanks_s=THANKS_S)
    calling = with_("calling", recall_gap_s=0).calling  # a recall while the call is still being said
    settings = voice.model_copy(update={"pad": pad.pad, "calling": calling})
    folder = tmp_path_factory.mktemp("talkative")
    async with a_served_hall(folder, settings, demonstration=True, clock=clock.hall_clock) as hall:
        yield hall


async def a_number_from_the_kiosk(hall: ServedHall, browser: Browser) -> None:
    async with shown(browser, hall, "/kiosk", UPRIGHT) as page:
        await page.locator("button.main").click()
        await expect(page.locator(".result [data-number]")).to_have_text("A001")
        await expect(page.locator(".result [data-ahead]")).to_have_text("0")
        await expect(page.locator("[data-paper='printed']")).to_have_text("票已打印，请取走")
        await shot(page, "story-number-given")


async def test_from_the_kiosk_to_a_poor_rating(talkative: ServedHall, browser: Browser) -> None:
    hall = talkative
    async with seen(browser, hall, "/board", WIDE, ready=LISTENING) as wall:
        await a_number_from_the_kiosk(hall, browser)
        async with shown(browser, hall, "/paper") as page:
            await expect(page.locator("figure figcaption")).to_contain_text("A001")
            assert await page.locator("figure img").evaluate("(img) => img.decode().then(() => img.naturalWidth)") > 500

        async with (
            shown(browser, hall, "/window/3", BESIDE) as console,
            shown(browser, hall, "/window/3/rate", PAD) as pad,
        ):
            await console.get_by_role("button", name="张丽华").click()
            await console.wait_for_url(f"{hall.url}/window/3")  # to its end: before, a press is heard by nobody
            await console.locator("[data-main][data-press='open']").click()
            await expect(console.locator("[data-main]")).to_contain_text("呼叫下一位")
            await expect(pad.locator("rating-pad")).to_have_attribute("data-scene", "asleep")

            await console.keyboard.press("Space")
            await expect(wall.page.locator(".now[data-shown] .number")).to_have_text("A001")
            await expect(wall.page.locator(".now[data-shown] .to")).to_have_text("请到 3 号窗口")
            await is_read_from_afar(wall.page)
            await both_calls_are_heard_one_after_the_other(hall, wall, console)

            await console.keyboard.press("Enter")
            await expect(console.locator("[data-console]")).to_have_attribute("data-state", "serving")
            await expect(pad.locator("rating-pad")).to_have_attribute("data-scene", "asleep")
            await ready(console, "complete")
            await not_an_echo(console)
            await console.keyboard.press("Enter")
            await expect(console.locator("[data-console]")).to_have_attribute("data-state", "open")
            await a_poor_rating_is_given(pad)
    (rated,) = await deeds(hall, "RatingGiven")
    assert (rated["level"], rated["options"], rated["via"]) == (2, ["208"], "pad")
    assert rated["named"] is False


async def is_read_from_afar(board: Page) -> None:
    number = await board.locator(".now[data-shown] .number").bounding_box()
    assert number is not None
    assert number["height"] > WIDE["height"] / 5
    assert await board.locator(".now[data-fresh]").count() == 1
    await shot(board, "story-called")


async def both_calls_are_heard_one_after_the_other(hall: ServedHall, wall: Seen, console: Page) -> None:
    """The call, and the recall that is pressed while the call is still being spoken."""
    announcer = wall.page.locator("hall-announcer")
    (called,) = await deeds(hall, "TicketCalled")
    await expect(announcer).to_have_attribute("data-speaking", str(called["number"]))
    await expect(console.locator("[data-console]")).to_have_attribute("data-state", "called")  # as its clerk sees it
    await console.keyboard.press("r")
    await expect(console.locator("[data-console]")).to_contain_text("叫了 2 次")
    (again,) = await deeds(hall, "TicketRecalled")
    await wall.page.wait_for_function("() => window.heard.length === 1")
    await wall.page.evaluate("talk_on()")
    both = f"{called['number']} {again['number']}"
    await expect(announcer).to_have_attribute("data-announced", both, timeout=TALK_LIMIT_MS)
    assert await wall.page.evaluate("heard") == ["begins", "ends", "begins", "ends"]
    clips: list[Any] = [one for one in wall.responses if "/voice/" in one.url]
    assert [one.url.rpartition("/")[2] for one in clips] == [f"{called['number']}.wav", f"{again['number']}.wav"]
    assert [(one.status, one.headers["content-type"]) for one in clips] == [(200, "audio/wav")] * 2


async def a_poor_rating_is_given(pad: Page) -> None:
    await expect(pad.locator("rating-pad")).to_have_attribute("data-scene", "faces")
    await expect(pad.get_by_role("checkbox", checked=True)).to_have_count(0)
    await shot(pad, "story-pad-faces")
    await pad.locator(".faces").get_by_role("button", name="不满意 Poor", exact=True).click()
    reasons = pad.locator("form[data-options='2'] .reason")
    await expect(reasons.first).to_be_visible()
    await reasons.nth(1).click()
    await shot(pad, "story-pad-reasons")
    await pad.clock.install()
    await pad.locator("form[data-options='2'] [type='submit']").click()
    await expect(pad.locator("rating-pad")).to_have_attribute("data-scene", "thanks")
    await expect(pad.locator(".thanks")).to_contain_text("谢谢您的评价")
    await shot(pad, "story-pad-thanks")
    await pad.clock.fast_forward(THANKS_S * 1_000)
    await expect(pad.locator("rating-pad")).to_have_attribute("data-scene", "asleep")


async def test_a_service_that_nobody_rates_stays_unrated(
    shipped: ServedHall, clock: StepClock, browser: Browser
) -> None:
    await shipped.open("3")
    await shipped.served(window="3")
    async with shown(browser, shipped, "/window/3/rate", PAD) as pad:
        await expect(pad.locator("rating-pad")).to_have_attribute("data-scene", "faces")
        clock.ahead_s += 600
        await expect(pad.locator("rating-pad")).to_have_attribute("data-scene", "asleep")
    assert await deeds(shipped, "ServiceEnded") != []
    assert await deeds(shipped, "RatingGiven") == []


async def test_whoever_does_not_want_to_rate_says_so_and_is_not_asked_again(
    shipped: ServedHall, browser: Browser
) -> None:
    await shipped.open("3")
    await shipped.served(window="3")
    async with shown(browser, shipped, "/window/3/rate", PAD, ready=COUNTS_VIEWS) as pad:
        await pad.locator("[data-decline]").click()
        await expect(pad.locator("rating-pad")).to_have_attribute("data-scene", "asleep")
        await pad.reload()
        await a_view_came(pad)
        await expect(pad.locator("rating-pad")).to_have_attribute("data-scene", "asleep")
    assert await deeds(shipped, "RatingGiven") == []


async def test_the_newest_paper_lies_on_top(shipped: ServedHall, browser: Browser) -> None:
    async with shown(browser, shipped, "/paper") as page:
        await expect(page.locator("[data-key='none']")).to_be_visible()
        await shipped.take("zonghe")
        await expect(page.locator("figcaption")).to_have_count(1)
        await shipped.take("gongan")
        await expect(page.locator("figcaption").first).to_contain_text("B001")
        await expect(page.locator("figcaption").nth(1)).to_contain_text("A001")
