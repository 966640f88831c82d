"""One number for several matters (多窗联办), planned at the kiosk by finger or by keyboard."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from tests.pages.a_browser import UPRIGHT
from tests.pages.a_hall_to_see import deeds
from tests.pages.test_kiosk import shown
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def choose(page: Page, words: str) -> None:
    """Find one matter by its words and add it to those for one number."""
    await page.fill("[data-search]", words)
    found = page.locator("[data-matters] summary")
    await expect(found).to_have_count(1)
    await expect(found).to_contain_text(words)  # the one that was found before may still stand there alone
    await found.click()
    await page.click("[data-matters] [data-also]")
    await expect(page.locator("[data-search]")).to_have_value("")


async def of_matters(hall: ServedHall, *zones: str) -> list[dict[str, str]]:
    """The first matter of each zone."""
    items = (await hall.get("items?limit=200")).json["items"]
    return [next(item for item in items if item["zone"] == zone) for zone in zones]


async def test_a_second_matter_is_added_before_the_number_is_taken_and_one_number_tells_both(
    shipped: ServedHall, browser: Browser
) -> None:
    await shipped.open("1", "6")
    common, police = await of_matters(shipped, "zonghe", "gongan")
    async with shown(browser, shipped, "/kiosk", UPRIGHT) as page:
        await page.click("[data-open='matters']")
        await choose(page, common["name"])
        tray = page.locator("[data-several]")
        await expect(tray).to_be_visible()
        await expect(page.locator("[data-take-chosen]")).to_have_text("取号办这件事")
        await expect(page.locator("[data-said]")).to_contain_text("一共 1 件")
        await choose(page, police["name"])
        await expect(tray.locator("[data-part]")).to_have_count(2)
        bring = (await page.locator("[data-bring-all]").inner_text()).split("、")
        assert bring == list(dict.fromkeys(common["bring"] + police["bring"])), "each paper once"
        await page.click("[data-take-chosen]")
        await expect(page.locator(".result [data-place]")).to_contain_text("先去：")
        parts = page.locator(".result [data-parts] li")
        assert [await part.locator("[data-when]").inner_text() for part in await parts.all()] == ["先办", "再办"]
        assert {await part.locator("[data-name]").inner_text() for part in await parts.all()} == {
            common["name"],
            police["name"],
        }
        await expect(parts.first).to_have_attribute("data-state", "now")
        await page.click(".result .done")
        await page.click("[data-open='matters']")
        await expect(tray).to_be_hidden()  # the next person begins with nothing chosen
    issued, planned = await deeds(shipped, "TicketIssued", "ChainPlanned")
    assert issued["ticket"] == planned["ticket"]
    assert sorted(planned["items"]) == sorted([common["id"], police["id"]])


async def test_by_keyboard_one_is_left_out_again_and_more_than_the_rules_take_are_refused_in_words(
    shipped: ServedHall, browser: Browser
) -> None:
    items = (await shipped.get("items?limit=200")).json["items"]
    async with shown(browser, shipped, f"/kiosk?lang=en&item={items[0]['id']}#elder", UPRIGHT) as page:
        await expect(page.locator("[data-matters] details[open] [data-also]")).to_be_visible()  # the guide led here
        await page.focus("[data-matters] details[open] [data-also]")
        await page.keyboard.press("Enter")
        await expect(page.locator("[data-search]")).to_be_focused()
        for count, item in enumerate(items[1:8], start=2):
            row = page.locator(f"[data-matters] [data-item='{item['id']}']")
            await row.locator("summary").press("Enter")
            await row.locator("[data-also]").press("Enter")
            await expect(page.locator("[data-several] [data-part]")).to_have_count(count)
            await expect(row.locator("details")).not_to_have_attribute("open", "")
        small = await page.evaluate(
            """() => [...document.querySelectorAll("[data-several] button, [data-also]")]
                .filter((e) => e.checkVisibility())
                .map((e) => ({ what: e.ariaLabel || e.textContent, box: e.getBoundingClientRect() }))
                .filter(({ box }) => box.height < 60 || box.width < 60).map(({ what }) => what)"""
        )
        assert small == []
        ninth = page.locator(f"[data-matters] [data-item='{items[8]['id']}']")
        await ninth.locator("summary").press("Enter")
        await ninth.locator("[data-also]").press("Enter")
        await expect(page.locator("[data-panel='says']")).to_contain_text("8")
        await page.keyboard.press("Enter")  # understood
        await page.locator("[data-several] [data-leave-out]").first.press("Enter")
        await expect(page.locator("[data-several] [data-leave-out]").first).to_be_focused()
        await page.locator("[data-take-chosen]").press("Enter")
        await expect(page.locator(".result [data-parts] li")).to_have_count(7)
        await expect(page.locator(".result .done")).to_be_focused()
    (planned,) = await deeds(shipped, "ChainPlanned")
    assert sorted(planned["items"]) == sorted(item["id"] for item in items[1:8])


async def test_a_matter_whose_numbers_went_meanwhile_is_told_and_the_others_stay_chosen(
    shipped: ServedHall, browser: Browser
) -> None:
    common, police = await of_matters(shipped, "zonghe", "gongan")
    async with shown(browser, shipped, "/kiosk", UPRIGHT) as page:
        await page.click("[data-open='matters']")
        await choose(page, common["name"])
        await choose(page, police["name"])
        stopped = await shipped.put("zones/gongan/intake", {"state": "stopped", "reason": "停电"}, by="manager")
        assert stopped.status == 200
        await page.click("[data-take-chosen]")
        await expect(page.locator("[data-panel='says'] h2")).to_contain_text(police["name"])
        await expect(page.locator("[data-panel='says']")).to_contain_text("停电")
        await page.click("[data-panel='says'] .done")
        await expect(page.locator("[data-several] [data-part]")).to_have_count(2)
    assert await deeds(shipped, "TicketIssued") == []
