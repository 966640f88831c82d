"""A resident's phone from the call to what follows: when and where, how it ended, a rating with words and a name."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from hallserver.web import audience
from tests.pages.a_browser import LOOKED_AT, NARROW, shot, shown
from tests.pages.a_hall_to_see import StepClock, deeds
from tests.pages.test_accessibility import violations
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def is_for_everyone(page: Page, name: str) -> None:
    """At 360 px nothing is cut off, nothing lies over something else, and axe finds nothing."""
    await shot(page, f"phone-{name}", full_page=True)
    assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], name
    assert await page.evaluate(f"{LOOKED_AT}; cutOff()") == [], name
    assert await page.evaluate(f"{LOOKED_AT}; overlapping()") == [], name
    assert await violations(page) == [], name


async def test_a_visit_is_followed_from_the_call_to_the_rating(
    shipped: ServedHall, clock: StepClock, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(audience.GAP_S, "visit", 0.1)
    hall = shipped
    await hall.open("1", "2")
    mine = await hall.take(None, item="yb-003")
    english = mine["follow_url"] + "?lang=en"
    async with shown(browser, hall, mine["follow_url"], NARROW) as page:
        card = page.locator(".card")
        await hall.call("1")
        clock.ahead_s += 60
        assert (await hall.post("windows/1/recalls", by="manager")).status == 201
        await expect(card.locator(".called-at")).to_contain_text("叫了 2 次")
        await expect(card.locator(".called-at")).to_contain_text("被叫到 1 号窗口")
        await is_for_everyone(page, "called")
        assert (await hall.post("windows/1/absences", by="manager")).status == 201
        await expect(card.locator("[data-key='passed']")).to_contain_text("被叫到 1 号窗口")
        await page.locator("[data-press='return']").click()
        sent = await hall.post(f"tickets/{mine['id']}/transfer", {"window": "2"}, by="manager")
        assert sent.status == 200, sent
        await expect(page.locator("[data-key='sent']")).to_contain_text("2 号窗口")
        await hall.call("2")
        await hall.serve("2", outcome="accepted_with_gaps", note="身份证、近期一寸照片两张")
        case = page.locator(".case")
        await expect(case.locator(".told li")).to_have_text(["身份证", "近期一寸照片两张"])
        await expect(case.locator("[aria-current]")).to_have_attribute("data-step", "office")
        await is_for_everyone(page, "ended")
        for width in (360, 375, 390, 412):
            await page.set_viewport_size({"width": width, "height": 800})
            heights = await page.locator(".level span").evaluate_all("(all) => all.map((one) => one.offsetHeight)")
            assert max(heights) < 20, width  # one line
        await page.set_viewport_size(NARROW)
        await page.goto(hall.url + english)
        await expect(case.locator(".told li").first).to_have_text("ID card")
        await page.locator(".level-2").click()
        await page.locator("[name='text']").fill("等得太久，请打 138 0013 8000")
        await page.locator("[name='named']").check()
        await hall.take("zonghe")  # a view that comes while somebody writes takes nothing away
        await is_for_everyone(page, "ended-en")
        await page.locator(".rate [type='submit']").click()
        await expect(page.locator("[data-key='rated']")).to_be_visible()
    (rated,) = await deeds(hall, "RatingGiven")
    assert (rated["level"], rated["named"], rated["has_text"], rated["via"]) == (2, True, True, "phone")
