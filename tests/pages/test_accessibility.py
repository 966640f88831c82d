"""What axe finds on every page, and on what opens over one: nothing serious, contrast among it. And every page is
light, and loads nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.pages.a_browser import (
    BESIDE,
    PAD,
    PHONE,
    UPRIGHT,
    WEIGHT_LIMIT_BYTES,
    WIDE,
    WINDOW_SCREEN,
    seen,
    shown,
)
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")

Followed = Callable[[ServedHall], Awaitable[str]]
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
ALSO_IN_ENGLISH = ("home", "kiosk", "phone")
"""The same rules on the same elements: a few are enough to find a missing lang."""
PAGES: dict[str, tuple[str, Any]] = {
    "home": ("/", WIDE),
    "kiosk": ("/kiosk", UPRIGHT),
    "board": ("/board", WIDE),
    "board-of-a-zone": ("/board/zonghe", WIDE),
    "console": ("/window/3", BESIDE),
    "console-of-another": ("/window/2", BESIDE),
    "pad": ("/window/5/rate", PAD),
    "pad-asleep": ("/window/7/rate", PAD),
    "sign-called": ("/window/3/sign", WINDOW_SCREEN),
    "sign-paused": ("/window/4/sign", WINDOW_SCREEN),
    "manage": ("/manage", WIDE),
    "manage-narrow": ("/manage", PHONE),
    "guide": ("/guide?q=dj", PHONE),
    "guide-touch": ("/guide?touch", UPRIGHT),
    "guide-matter": ("/guide/yb-001", PHONE),
    "guide-matter-touch": ("/guide/yb-001?touch", UPRIGHT),
    "manage-calendar": ("/manage/calendar", WIDE),
    "manage-plans": ("/manage/plans?plan=new", WIDE),
    "manage-settings": ("/manage/settings", WIDE),
    "manage-green": ("/manage/green", WIDE),
    "book": ("/book", PHONE),
    "desk": ("/desk", WIDE),
    "office": ("/office", WIDE),
    "office-found": ("/office?q=A", PHONE),
    "paper": ("/paper", WIDE),
    "phone": ("", PHONE),
    "phone-passed": ("", PHONE),
    "phone-ended": ("", PHONE),
    "sign-in": ("/sign-in?window=3", BESIDE),
    "sign-in-desk": ("/sign-in?next=/desk", WIDE),
    "trouble": ("/nowhere", WIDE),
}


async def _waiting(hall: ServedHall) -> str:
    return str((await hall.take("zonghe"))["follow_url"])


def _of_the_morning(state: str) -> Followed:
    async def address(hall: ServedHall) -> str:
        live = hall.desk.feed.hall
        ticket = next(ticket for ticket in live.tickets.values() if ticket.state == state)
        return f"/t/{hall.server.hub.links.token(live.id, ticket.id)}"

    return address


FOLLOWED: dict[str, Followed] = {
    "phone": _waiting,
    "phone-passed": _of_the_morning("passed"),
    "phone-ended": _of_the_morning("done"),
}
"""Where somebody follows a ticket in that state."""


async def violations(page: Page) -> list[str]:
    """The serious and critical ones: the rule, where, and what axe says about it."""
    await page.evaluate(AXE)
    found: list[dict[str, Any]] = await page.evaluate(
        "axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations)"
    )
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize(
    ("name", "lang"), [(name, "zh-CN") for name in PAGES] + [(name, "en") for name in ALSO_IN_ENGLISH]
)
async def test_a_page_is_for_everyone_light_and_ours_alone(
    furnished: ServedHall, browser: Browser, name: str, lang: str
) -> None:
    path, size = PAGES[name]
    path = path or await FOLLOWED[name](furnished)
    path += ("&" if "?" in path else "?") + f"lang={lang}"
    staff = "0300" if name.startswith("manage") else "0317" if name.startswith(("console", "desk", "office")) else None
    async with seen(browser, furnished, path, size, as_staff=staff) as watched:
        assert await violations(watched.page) == []
        assert [one for one in watched.mistakes if one.startswith(("script", "foreign"))] == []
        assert 5_000 < await watched.weight_bytes() < WEIGHT_LIMIT_BYTES


async def test_grey_on_grey_would_be_found(furnished: ServedHall, browser: Browser) -> None:
    async with shown(browser, furnished, "/sign-in", BESIDE) as page:
        await page.locator("h1").evaluate("(h1) => { h1.style.color = '#ccc' }")
        assert [one.partition(":")[0] for one in await violations(page)] == ["color-contrast"]


@pytest.mark.parametrize("panel", ["matters", "green", "missed"])
async def test_what_opens_over_the_kiosk_is_for_everyone(furnished: ServedHall, browser: Browser, panel: str) -> None:
    async with shown(browser, furnished, "/kiosk", UPRIGHT) as page:
        await page.locator(f"[data-open='{panel}']").click()
        await expect(page.locator(f"dialog[data-panel='{panel}']")).to_be_visible()
        assert await violations(page) == []


async def test_the_kiosk_in_large_print_and_a_number_given_are_for_everyone(
    furnished: ServedHall, browser: Browser
) -> None:
    async with shown(browser, furnished, "/kiosk", UPRIGHT) as page:
        await page.locator("[data-elder]").click()
        assert await violations(page) == []
        await page.locator("[data-open='places']").click()
        await expect(page.locator("dialog[data-panel='places']")).to_be_visible()
        assert await violations(page) == []
        await page.locator("dialog[data-panel='places'] [data-close]").click()
        await page.locator("button.main").click()
        await expect(page.locator(".result [data-number]")).not_to_be_empty()
        assert await violations(page) == []


@pytest.mark.parametrize("opened", ["[data-card]", "[data-zone-menu]", "[data-mobile-menu]"])
async def test_what_opens_beside_the_floor_is_for_everyone(
    furnished: ServedHall, browser: Browser, opened: str
) -> None:
    async with shown(browser, furnished, "/manage", WIDE, as_staff="0300") as page:
        await page.locator(opened).first.click()
        await expect(page.locator("[data-change] [data-effect]")).to_be_visible()
        assert await violations(page) == []


@pytest.mark.parametrize(("key", "dialog"), [("h", "hold"), ("t", "transfer"), ("p", "pause"), ("q", "close")])
async def test_what_opens_over_the_console_is_for_everyone(
    furnished: ServedHall, browser: Browser, key: str, dialog: str
) -> None:
    async with shown(browser, furnished, "/window/1", BESIDE, as_staff="0301", window="1") as page:
        await page.keyboard.press(key)
        await expect(page.locator(f"dialog[data-asks='{dialog}']")).to_be_visible()
        assert await violations(page) == []


async def test_giving_reasons_on_the_pad_is_for_everyone(furnished: ServedHall, browser: Browser) -> None:
    async with shown(browser, furnished, "/window/5/rate", PAD) as page:
        await page.locator(".faces [data-level='1']").click()
        await expect(page.locator("form[data-options='1']")).to_be_visible()
        assert await violations(page) == []
