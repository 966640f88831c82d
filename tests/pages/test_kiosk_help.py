"""What the kiosk does for those who need a person, more time, or another way to type."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.pages.a_hall_to_see import deeds
from tests.pages.test_kiosk import Line, shown
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def heard(page: Any) -> list[str]:
    """What the page asked the voice to say, from now on."""
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url.partition("/voice/")[2]) if ".wav" in one.url else None)
    return asked


async def test_a_person_is_called_and_staff_see_where(hall: ServedHall, browser: Browser) -> None:
    async with shown(browser, hall, "/kiosk") as page:
        await page.click("[data-help]")
        await expect(page.locator("[data-panel='says'] h2")).to_have_text("已经叫了工作人员")
        await page.click("[data-panel='says'] [data-close]")
        await page.click("[data-help]")
        await expect(page.locator("[data-panel='says'] h2")).to_be_visible()
    [asked] = await deeds(hall, "HelpAsked")
    assert asked["place"] == "device-token"
    answer = await hall.ask("DELETE", "help/device-token", json={}, by="clerk-1")
    assert (answer.status, answer.json) == (200, {"places": []})
    assert (await hall.ask("DELETE", "help/device-token", json={}, by="clerk-2")).code == "nobody_asked"


async def test_who_reads_slowly_is_asked_before_the_page_begins_anew(hall: ServedHall, browser: Browser) -> None:
    async with shown(browser, hall, "/kiosk") as page:
        await page.clock.install()
        await page.reload()
        await page.click("[data-open='green']")
        await page.clock.run_for(61_000)
        await expect(page.locator("[data-panel='still']")).to_be_visible()
        await page.click("[data-panel='still'] [data-close]")
        await expect(page.locator("[data-panel='green']")).to_be_visible()
        await page.clock.run_for(61_000)
        await expect(page.locator("[data-panel='still']")).to_be_visible()
        await page.clock.run_for(21_000)
        await expect(page.locator("dialog[open]")).to_have_count(0)


async def test_a_screen_without_a_keyboard_finds_a_matter_by_first_letters(
    shipped: ServedHall, browser: Browser
) -> None:
    async with shown(browser, shipped, "/kiosk") as page:
        await page.click("[data-open='matters']")
        for letter in "jzdj":
            await page.click(f"[data-panel='matters'] [data-letter='{letter}']")
        await expect(page.locator("summary")).to_have_count(1)
        await expect(page.locator("summary")).to_contain_text("流动人口居住登记")
        await page.locator("[data-search]").fill("护照")
        await expect(page.locator(".elsewhere [data-who]")).to_have_text("区公安分局出入境办证窗口")


async def test_the_guide_leads_back_to_the_kiosk_for_its_matter(shipped: ServedHall, browser: Browser) -> None:
    async with shown(browser, shipped, "/guide/yb-001?touch") as page:
        await page.get_by_role("link", name="取号办这件事").click()
        await expect(page.locator("details[open] summary")).to_contain_text("城乡居民基本医疗保险参保登记")
        await page.click("details[open] [data-take-item]")
        await expect(page.locator(".result [data-number]")).to_have_text("A001")


async def test_where_no_numbers_are_given_the_kiosk_says_why_and_when(hall: ServedHall, browser: Browser) -> None:
    await hall.put("zones/gongan/intake", {"state": "stopped", "reason": "系统维护"}, by="manager")
    async with shown(browser, hall, "/kiosk") as page:
        police = page.locator(".zones [data-take='gongan']")
        await expect(police).to_be_disabled()
        await expect(police).to_contain_text("系统维护")
        await hall.put("zones/gongan/intake", {"state": "open"}, by="manager")
        await expect(police).to_be_enabled()


async def test_large_print_speaks_and_is_quiet_again_in_the_usual_one(hall: ServedHall, browser: Browser) -> None:
    async with shown(browser, hall, "/kiosk") as page:
        asked = await heard(page)
        await page.click("button[data-elder]")
        await page.click(".main")
        await expect(page.locator(".result [data-number]")).to_have_text("A001")
        await page.click(".result .done")
        await page.click("button[data-elder]")
        await page.click(".main")
        await expect(page.locator(".result [data-number]")).to_have_text("A002")
    assert [one.partition(".")[0] for one in asked] == ["prompts/start", "prompts/next"]
    assert "number=A001" in asked[1]


async def test_while_the_server_is_away_people_are_sent_to_the_desk(hall: ServedHall, browser: Browser) -> None:
    line = Line()
    async with shown(browser, hall, "/kiosk", line=line) as page:
        await page.clock.install()
        await line.break_off()
        await page.route("**/api/**", lambda route: route.abort())
        await page.click(".main")
        for _ in range(12):
            await page.clock.run_for(1_000)
        await expect(page.locator("[data-panel='says'] [data-detail]")).to_contain_text("请到服务台取号")


async def test_what_is_collected_is_told_to_who_asks(hall: ServedHall, browser: Browser) -> None:
    async with shown(browser, hall, "/kiosk?lang=en") as page:
        await page.click("[data-open='notice']")
        await expect(page.locator("[data-panel='notice'] p")).to_contain_text("No name, telephone or card is needed")


NIGHTLY = """async ([hour, free]) => {
    const { static: folder } = document.querySelector("meta[name=hall]").dataset
    const { restart_nightly } = await import(`${folder}/js/nightly.js`)
    restart_nightly(() => Date.parse(`2026-11-24T${hour}:10:00+08:00`), "Asia/Shanghai", () => free)
}"""


@pytest.mark.parametrize(("hour", "free", "anew"), [("03", True, True), ("12", True, False), ("03", False, False)])
async def test_an_old_page_begins_anew_at_night_and_only_while_nobody_is_there(
    hall: ServedHall, browser: Browser, hour: str, free: bool, anew: bool
) -> None:
    async with shown(browser, hall, "/paper") as page:
        await page.clock.install()
        await page.evaluate(NIGHTLY, [hour, free])
        await page.evaluate("() => { window.here = true }")
        await page.clock.fast_forward(3 * 3_600_000)
        if anew:
            async with page.expect_event("load"):
                await page.clock.run_for(60_000)
        else:
            await page.clock.run_for(60_000)
            assert await page.evaluate("() => window.here")
