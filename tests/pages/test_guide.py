"""The guide on a phone and on the hall's touch screen."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.pages.a_browser import NARROW, UPRIGHT, shot, shown
from tests.pages.a_hall_to_see import deeds
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_on_a_phone_a_matter_is_found_read_and_a_number_taken_for_it(
    shipped: ServedHall, browser: Browser
) -> None:
    await shipped.open("1", "2", "3")
    async with shown(browser, shipped, "/guide", NARROW) as page:
        await page.locator(".lines a").last.click()
        await expect(page.locator(".lines [aria-current]")).to_have_text("公安")
        await expect(page.locator(".lines [aria-current]")).to_be_in_viewport(ratio=1)
        assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
        await shot(page, "guide-line")
        await page.locator(".lines a").first.click()
        await expect(page.locator(".lines a[aria-current]").first).to_have_text("全部")
        await page.locator("[name=q]").press_sequentially("cbdj")
        await expect(page.locator(".matters li")).to_have_count(2)
        await page.locator("[name=q]").fill("bdc")
        await expect(page.locator(".elsewhere")).to_contain_text("区不动产登记中心")
        await page.locator("[name=q]").fill("jbyl cb")
        await page.get_by_role("link", name="城乡居民基本医疗保险参保登记").click()
        for element in ("适用范围", "受理机构", "决定机构", "申请材料", "办结时限", "收费依据及标准"):
            await expect(page.locator(".elements")).to_contain_text(element)
        await page.locator("[data-sample]").click()
        sample = page.locator("dialog.sample img")
        await expect(sample).to_be_visible()
        assert await sample.evaluate("(img) => img.decode().then(() => img.naturalWidth)") > 0
        await shot(page, "guide-sample")
        await page.get_by_role("button", name="关闭").click()
        await page.locator("[data-take]").click()
        await expect(page.locator(".number")).to_have_text("A001")
    [issued] = shipped.desk.feed.hall.tickets.values()
    assert (issued.item, issued.channel) == ("yb-001", "phone")


async def test_on_a_touch_screen_the_first_letters_are_enough(furnished: ServedHall, browser: Browser) -> None:
    async with shown(browser, furnished, "/guide?touch", UPRIGHT) as page:
        for letter in "jzdj":
            await page.locator(f"[data-letter={letter}]").click()
        await expect(page.locator(".matters li")).to_have_count(1)
        await expect(page.locator(".matters")).to_contain_text("流动人口居住登记")
        await page.locator("[data-erase]").click()
        await expect(page.locator("[name=q]")).to_have_value("jzd")
        await shot(page, "guide-touch")


async def test_what_to_bring_comes_out_of_the_halls_printer_at_its_machines_and_of_the_browsers_own_at_home(
    shipped: ServedHall, browser: Browser
) -> None:
    async with shown(browser, shipped, "/guide/yb-001?touch", UPRIGHT) as page:
        await page.context.set_extra_http_headers(shipped.who("device"))
        await page.reload()
        await page.locator("[data-print]").click()
        await expect(page.locator("[data-said]")).to_have_text("打印好了，请取走。")
        await page.goto(shipped.url + "/kiosk?lang=en")
        await page.locator("[data-open='matters']").click()
        await page.locator("[data-matters] details").first.click()
        await page.locator("[data-matters] [data-paper-of]").first.click()
        await expect(page.locator("[data-matters] [data-printing]").first).to_have_text("Printed. Please take it.")
        await shot(page, "kiosk-printed-list")
    asked = await deeds(shipped, "GuideAsked")
    assert [(deed["item"], deed["language"]) for deed in asked] == [("yb-001", "zh-CN"), (asked[1]["item"], "en")]
    assert [deed["paper"] for deed in await deeds(shipped, "PaperPrinted")] == ["guide", "guide"]
    prints = "window.printed = 0; window.print = () => { window.printed += 1 }"
    async with shown(browser, shipped, "/guide/yb-001", NARROW, ready=prints) as page:
        await page.locator("[data-print]").click()
        await page.wait_for_function("() => window.printed === 1")
    assert len(await deeds(shipped, "GuideAsked")) == 2


async def test_the_guide_works_without_a_script_and_shows_nothing_it_should_not(furnished: ServedHall) -> None:
    found = await furnished.get("/guide?q=bdc&lang=en")
    assert "District real estate registration centre" in found.text
    assert (await furnished.get("/guide/nothing")).status == 404
    assert (await furnished.get("/guide/yb-001/samples/canbao.svg")).type == "image/svg+xml"
    assert (await furnished.get("/guide/yb-002/samples/canbao.svg")).status == 404
    assert (await furnished.get("/guide/yb-001/samples/..%2Fluojiazhuang.toml")).status == 404


UNMARKED = """(inside) => {
  const walker = document.createTreeWalker(document.querySelector(inside), NodeFilter.SHOW_TEXT)
  const found = []
  while (walker.nextNode()) {
    const { textContent, parentElement } = walker.currentNode
    if (/[\\u3400-\\u9fff]/.test(textContent) && parentElement.closest("[lang]").lang === "en") found.push(textContent)
  }
  return found
}"""
"""The Chinese inside an element that nothing around it marks as Chinese."""


async def test_an_english_kiosk_tells_what_to_bring_in_english_and_marks_what_it_has_no_english_for(
    furnished: ServedHall, browser: Browser
) -> None:
    async with shown(browser, furnished, "/kiosk?lang=en&item=mz-003", UPRIGHT) as page:
        bring = page.locator("[data-matters] details[open] [data-bring]")
        await expect(bring).to_have_text("ID card, household register, proof of income and property, bank card")
        await page.locator("[data-matters] details[open] [data-also]").click()
        await expect(page.locator("[data-bring-all]")).to_contain_text("proof of income and property")
        await page.locator("[data-search]").fill("bdc")
        await expect(page.locator("[data-matters] [data-who]")).to_have_text("District real estate registration centre")
        await page.locator("[data-search]").fill("")
        await expect(page.locator("[data-matters] details")).to_have_count(25)
        assert await page.evaluate(UNMARKED, "[data-panel=matters]") == []
        await page.evaluate("""document.querySelector("template[data-sentence='paper:病历']").remove()""")
        await page.locator("[data-search]").fill("medical costs cash")
        await expect(page.locator("[data-matters] details")).to_have_count(1)
        await expect(page.locator("[data-matters] [data-bring] [lang=zh-CN]")).to_have_text("病历")
        assert await page.evaluate(UNMARKED, "[data-panel=matters]") == []
