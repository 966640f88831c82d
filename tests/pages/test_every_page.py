"""What holds for every page: it fits, it is quiet, it is light, it is ours alone, and it speaks both languages."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from tests.pages.a_browser import LOOKED_AT, NARROW, UPRIGHT, WEIGHT_LIMIT_BYTES, WIDE, Seen, laid_out_at, seen, shot
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")

LANGUAGES = ("zh-CN", "en")
SIZES = {"upright": UPRIGHT, "wide": WIDE, "narrow": NARROW}
PAGES = {
    "home": "/",
    "kiosk": "/kiosk",
    "kiosk-elder": "/kiosk#elder",
    "guide": "/guide",
    "guide-matter": "/guide/yb-001",
    "board": "/board",
    "board-of-a-zone": "/board/zonghe",
    "console": "/window/3",
    "console-of-another": "/window/2",
    "pad": "/window/5/rate",
    "pad-asleep": "/window/7/rate",
    "sign": "/window/3/sign",
    "paper": "/paper",
    "manage": "/manage",
    "manage-plans": "/manage/plans?plan=new",
    "manage-settings": "/manage/settings",
    "manage-green": "/manage/green",
    "book": "/book",
    "desk": "/desk",
    "office": "/office",
    "phone": "/t/",
    "sign-in": "/sign-in?window=3&next=/window/3",
    "trouble": "/nowhere",
}
HANGS_ON_A_WALL = {("kiosk", "upright"), ("kiosk-elder", "upright"), ("board", "wide"), ("board-of-a-zone", "wide")}
"""Nobody can scroll these."""
BESIDE = {
    "home": ("取号机", "Kiosk"),
    "kiosk": ("取号", "Take a number"),
    "board": ("刚刚呼叫", "Just called"),
    "board-of-a-zone": ("刚刚呼叫", "Just called"),
    "pad": ("请评价这次服务", "Please rate this service"),
    "pad-asleep": ("欢迎光临", "Welcome"),
    "paper": ("纸票", "Paper"),
    "sign-in": ("工作人员登录", "Staff sign-in"),
}
"""Words of one thing that stand beside each other on a page for residents, in either language."""


def staff_of(name: str) -> str | None:
    """Who opens the page, where not everybody may."""
    return "0300" if name.startswith("manage") else "0317" if name.startswith(("console", "desk", "office")) else None


async def follow_url(hall: ServedHall) -> str:
    """The page of a ticket that waits, among others, with something to bring."""
    return str((await hall.take(None, item="yb-001"))["follow_url"])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
async def test_a_page_fits_every_screen_and_stays_quiet(
    furnished: ServedHall, browser: Browser, name: str, lang: str
) -> None:
    path = await follow_url(furnished) if name == "phone" else PAGES[name]
    page_of, hash_, mode = path.partition("#")
    path = page_of + ("&" if "?" in page_of else "?") + f"lang={lang}{hash_}{mode}"
    async with seen(browser, furnished, path, WIDE, as_staff=staff_of(name)) as watched:
        page = watched.page
        await page.wait_for_load_state("load")
        for size_name, size in SIZES.items():
            await laid_out_at(page, size)
            await shot(page, f"{name}-{size_name}-{lang}")
            assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"], size_name
            assert await page.evaluate(f"{LOOKED_AT}; cutOff()") == [], size_name
            assert await page.evaluate(f"{LOOKED_AT}; overlapping()") == [], size_name
            if (name, size_name) in HANGS_ON_A_WALL:
                assert await page.evaluate("document.documentElement.scrollHeight") <= size["height"], size_name
        assert await page.get_attribute("html", "lang") == lang
        both = BESIDE.get(name)
        if both is not None:
            assert all([word in await page.inner_text("body") for word in both])
        await is_light_and_quiet(watched, expected_status=404 if name == "trouble" else 200)


async def is_light_and_quiet(watched: Seen, expected_status: int) -> None:
    statuses = {one.url: one.status for one in watched.responses if one.status >= 400}
    if expected_status == 404:  # the browser itself says in its console that the page isn't there
        watched.mistakes = [one for one in watched.mistakes if "404" not in one]
        statuses.pop(watched.page.url)
    assert watched.mistakes == []
    assert statuses == {}
    weight_bytes = await watched.weight_bytes()
    print(f"{watched.page.url.partition(watched.origin)[2]}: {weight_bytes / 1000:.0f} kB")  # noqa: T201 - with -s
    assert 5_000 < weight_bytes < WEIGHT_LIMIT_BYTES


@pytest.mark.parametrize("name", ["home", "kiosk", "board", "pad"])
async def test_a_page_is_chinese_even_in_an_english_browser_until_english_is_asked_for(
    furnished: ServedHall, browser: Browser, name: str
) -> None:
    async with seen(browser, furnished, PAGES[name], as_staff=None, locale="en-GB") as watched:
        page = watched.page
        assert await page.get_attribute("html", "lang") == "zh-CN"
        await page.goto(furnished.url + PAGES[name] + "?lang=en")
        assert await page.get_attribute("html", "lang") == "en"
        await page.goto(furnished.url + PAGES[name])  # the cookie remembers
        assert await page.get_attribute("html", "lang") == "en"
        await page.goto(furnished.url + PAGES[name] + "?lang=zh-CN")
        await page.goto(furnished.url + PAGES[name])
        assert await page.get_attribute("html", "lang") == "zh-CN"


@pytest.mark.parametrize("name", ["home", "kiosk", "phone", "sign-in"])
async def test_the_language_is_changed_by_one_press_and_the_page_stays(
    furnished: ServedHall, browser: Browser, name: str
) -> None:
    path = await follow_url(furnished) if name == "phone" else PAGES[name]
    async with seen(browser, furnished, path) as watched:
        await watched.page.get_by_role("link", name="English", exact=True).click()
        await expect(watched.page.locator("html")).to_have_attribute("lang", "en")
        assert watched.page.url.partition("?")[0] == furnished.url + path.partition("?")[0]
        await watched.page.get_by_role("link", name="中文", exact=True).click()
        await expect(watched.page.locator("html")).to_have_attribute("lang", "zh-CN")


@pytest.mark.parametrize(("name", "within"), [("console", "window-console"), ("manage", "hall-floor")])
async def test_no_chinese_is_left_over_on_an_english_page_for_staff(
    furnished: ServedHall, browser: Browser, name: str, within: str
) -> None:
    async with seen(browser, furnished, PAGES[name] + "?lang=en", as_staff=staff_of(name)) as watched:
        said = await watched.page.inner_text(within)
        assert re.findall(r"[\u4e00-\u9fff]+", said) == []


async def test_quotes_are_as_wide_as_the_letters_of_their_language(furnished: ServedHall, browser: Browser) -> None:
    """A Chinese font would leave a hole beside each English one, and in the middle of "I'm"."""
    async with seen(browser, furnished, "/guide") as watched:
        widths = await watched.page.evaluate(
            """() => ["en", "zh-CN"].map((lang) => {
                const words = document.body.appendChild(document.createElement("span"))
                words.lang = lang
                const wide = (said) => {
                    words.textContent = said
                    return words.getBoundingClientRect().width
                }
                return (wide("n”n") - wide("nn")) / parseFloat(getComputedStyle(words).fontSize)
            })"""
        )
        assert widths[0] < 0.6
        assert widths[1] > 0.9
