"""The manager's floor: windows moved by mouse and by keys, told of before, put back after, and never by surprise."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.pages.a_browser import COUNTS_VIEWS, WIDE, a_view_came, seen, shot, shown
from tests.pages.a_hall_to_see import deeds
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")

WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DESK = {"width": 1440, "height": 900}


def floor(browser: Browser, hall: ServedHall, **more: Any) -> Any:
    return seen(
        browser, hall, "/manage", more.pop("size", DESK), as_staff="0300", window="", ready=COUNTS_VIEWS, **more
    )


def card(page: Page, window: str) -> Locator:
    return page.locator(f"[data-card][data-window='{window}']")


def panel(page: Page) -> Locator:
    return page.locator("[data-change]")


async def at(page: Page, window: str, zone: str, support: str = "") -> None:
    await expect(page.locator(f"section[data-zone='{zone}'] [data-card][data-window='{window}']")).to_have_attribute(
        "data-support", support
    )


async def middle(of: Locator) -> tuple[float, float]:
    box = await of.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def carry(page: Page, window: str, zone: str) -> None:
    """Take a card up with the mouse and hold it above a column."""
    await page.mouse.move(*await middle(card(page, window)))
    await page.mouse.down()
    await page.mouse.move(*await middle(page.locator(f"section[data-zone='{zone}'] header")), steps=4)


async def test_a_window_is_dragged_its_effect_is_told_and_the_change_is_put_back(
    shipped: ServedHall, browser: Browser
) -> None:
    await shipped.open("1", "2", "3", "4", "5", "6")
    for _ in range(4):
        await shipped.take("gongan")
    async with floor(browser, shipped) as watched:
        page = watched.page
        await a_view_came(page)
        await carry(page, "4", "gongan")
        await expect(panel(page).locator("[data-title]")).to_have_text("4 号 → 公安")
        await expect(page.locator("[data-drop]")).to_be_visible()
        await expect(panel(page).locator("[data-rows] tr", has_text="公安").locator(".shorter").first).to_be_visible()
        await shot(page, "manage-carried")
        await shipped.take("zonghe")  # the floor goes on while the card is in the hand
        await expect(page.locator("section[data-zone='zonghe'] .queue > b")).to_have_text("1")
        await expect(page.locator(".win.ghost")).to_have_count(1)
        await expect(card(page, "4")).to_have_class("win carried")
        await page.mouse.up()
        await expect(page.locator(".win.ghost")).to_have_count(0)
        await at(page, "4", "zonghe")  # nothing is done before it is pressed
        await panel(page).get_by_role("button", name="今天都这样").click()
        await at(page, "4", "gongan")
        await expect(panel(page)).to_be_hidden()
        await expect(page.locator("[data-key='place-4']")).to_contain_text("在公安")
        await shot(page, "manage-moved")
        row = page.locator("[data-key='changes'] li").first
        await expect(row).to_contain_text("综合受理 → 公安")
        await expect(row).to_contain_text("工号 0300 · 今天都这样")
        await row.get_by_role("button", name="撤销").click()
        await at(page, "4", "zonghe")
        await expect(row).to_contain_text("由工号 0300撤销")
        assert watched.mistakes == []
        assert "PUT windows/4/assignment" in watched.presses
    moved = await deeds(shipped, "WindowAssigned")
    assert [(one["window"], one["zone"], one["until"]) for one in moved] == [
        ("4", "gongan", "day"),
        ("4", "zonghe", None),
    ]
    assert moved[1]["undoes"] == moved[0]["number"]


async def test_a_card_that_is_let_go_elsewhere_stays(shipped: ServedHall, browser: Browser) -> None:
    async with floor(browser, shipped) as watched:
        page = watched.page
        await a_view_came(page)
        await carry(page, "4", "gongan")
        await page.keyboard.press("Escape")
        await expect(page.locator(".win.ghost")).to_have_count(0)
        await page.mouse.up()
        await expect(panel(page)).to_be_hidden()
        await carry(page, "4", "gongan")
        await page.mouse.move(*await middle(page.locator(".figures")), steps=2)
        await page.mouse.up()
        await expect(panel(page)).to_be_hidden()
        assert [one for one in watched.presses if "effects" not in one] == []
        assert watched.mistakes == []


async def test_everything_is_done_by_keys(shipped: ServedHall, browser: Browser) -> None:
    await shipped.open("1", "2", "3", "6")
    async with floor(browser, shipped) as watched:
        page, keys = watched.page, watched.page.keyboard
        await a_view_came(page)
        await keys.press("ArrowDown")
        await expect(card(page, "1")).to_be_focused()
        await keys.press("ArrowRight")
        await expect(card(page, "2")).to_be_focused()
        await keys.press("Enter")
        await expect(panel(page).locator("[name='zone'][value='zonghe']")).to_be_focused()
        await keys.press("ArrowDown")
        await expect(panel(page).locator("[name='zone'][value='gongan']")).to_be_checked()
        await keys.press("Tab")
        await keys.press("ArrowDown")
        await expect(panel(page).locator("[name='support'][value='zonghe']")).to_be_checked()
        await expect(panel(page).locator("[data-title]")).to_have_text("2 号：公安，支援综合受理")
        await expect(panel(page).locator("[data-effect]")).to_be_visible()
        await shot(page, "manage-keys")
        await keys.press("t")
        await at(page, "2", "gongan", "zonghe")
        await expect(card(page, "2")).to_be_focused()
        await keys.press("z")
        await at(page, "2", "zonghe")
        await keys.press("Enter")
        await expect(panel(page)).to_be_visible()
        await keys.press("Escape")
        await expect(panel(page)).to_be_hidden()
        await expect(card(page, "2")).to_be_focused()
        assert watched.mistakes == []


async def test_zones_are_merged_and_parted_and_a_mobile_window_opened(shipped: ServedHall, browser: Browser) -> None:
    await shipped.open("1", "2", "6")
    async with floor(browser, shipped) as watched:
        page = watched.page
        await a_view_came(page)
        await page.locator("[data-zone-menu='zonghe']").click()
        await panel(page).locator("[name='what'][value='join']").check()
        await panel(page).locator("[name='support'][value='gongan']").check()
        await shot(page, "manage-merge")
        await panel(page).get_by_role("button", name="今天都这样").click()
        for window in "1245":
            await at(page, window, "zonghe", "gongan")
        await at(page, "6", "gongan", "zonghe")
        await page.locator("[data-zone-menu='zonghe']").click()
        await panel(page).locator("[name='what'][value='home']").check()
        await panel(page).get_by_role("button", name="今天都这样").click()
        await at(page, "1", "zonghe")
        await at(page, "3", "zonghe", "gongan")  # as the hall's file has it
        await at(page, "6", "gongan", "zonghe")
        await at(page, "3", "zonghe", "gongan")
        await expect(panel(page)).to_be_hidden()  # while it is there the keys are its own
        await page.keyboard.press("z")
        await at(page, "1", "zonghe", "gongan")
        await page.keyboard.press("n")
        await panel(page).locator("[name='name']").fill("大厅机动")
        await panel(page).locator("[name='zone'][value='gongan']").check()
        await panel(page).get_by_role("button", name="开放机动窗口").click()
        await at(page, "8", "gongan")
        await expect(card(page, "8")).to_contain_text("大厅机动")
        await card(page, "8").click()
        await panel(page).get_by_role("button", name="开放这个窗口").click()
        await expect(card(page, "8")).to_have_attribute("data-state", "open")
        await shot(page, "manage-mobile")
        await card(page, "8").click()
        await panel(page).get_by_role("button", name="撤走机动窗口").click()
        await expect(card(page, "8")).to_have_count(0)
        assert watched.mistakes == []


async def test_with_a_plan_a_change_may_hold_for_its_band(shipped: ServedHall, browser: Browser) -> None:
    band = {"days": WEEK, "from": "00:00", "to": "24:00", "windows": {"5": {"zone": "gongan"}}}
    plan = (await shipped.post("plans", {"name": "平日", "bands": [band]}, by="manager")).json["id"]
    assert (await shipped.put(f"plans/{plan}/adoption", {}, by="manager")).status == 200
    async with floor(browser, shipped) as watched:
        page = watched.page
        await at(page, "5", "gongan")
        await expect(page.locator("[data-key='place-5']")).to_have_count(0)  # by the plan it belongs there
        await card(page, "5").click()
        await panel(page).locator("[name='zone'][value='chujian']").check()
        await panel(page).get_by_role("button", name="调整到 00:00").click()
        await at(page, "5", "chujian")
        await page.locator("[data-zone-menu='gongan']").click()
        await panel(page).locator("[name='what'][value='home']").check()
        await panel(page).get_by_role("button", name="今天都这样").click()
        await at(page, "5", "gongan")
    moved = [one for one in await deeds(shipped, "WindowAssigned") if one["by"] != "hall"]
    assert [(one["zone"], one["until"]) for one in moved] == [("chujian", "band"), ("gongan", "day")]


async def test_of_two_managers_one_wins_and_both_see_the_truth(shipped: ServedHall, browser: Browser) -> None:
    await shipped.open("1", "2")
    async with floor(browser, shipped) as chen, floor(browser, shipped) as wang:
        for watched in (chen, wang):
            await a_view_came(watched.page)
        slow = wang.page
        # Wang's floor doesn't hear of it in time: his press says what he saw.
        await slow.evaluate(
            "document.querySelector('hall-floor').addEventListener('live', (e) => e.stopPropagation(), true)"
        )
        await card(slow, "2").click()
        await panel(slow).locator("[name='zone'][value='chujian']").check()
        async with slow.expect_request("**/assignment") as asked:
            await slow.route("**/assignment", lambda route: route.continue_())
            await chen.page.keyboard.press("ArrowDown")
            await card(chen.page, "2").click()
            await panel(chen.page).locator("[name='zone'][value='gongan']").check()
            await chen.page.keyboard.press("t")
            await at(chen.page, "2", "gongan")
            await panel(slow).get_by_role("button", name="今天都这样").click()
        answer = await (await asked.value).response()
        assert answer is not None
        assert answer.status == 409
        await expect(panel(slow).locator("[data-says]")).to_contain_text("2 号窗口刚被工号 0300调整过")
        await shot(slow, "manage-collided")
        for watched in (chen, wang):
            await at(watched.page, "2", "gongan")
    assert [one["zone"] for one in await deeds(shipped, "WindowAssigned")] == ["gongan"]


async def test_a_window_moved_by_another_while_the_panel_is_open_says_so(shipped: ServedHall, browser: Browser) -> None:
    async with floor(browser, shipped) as watched:
        page = watched.page
        await a_view_came(page)
        await card(page, "2").click()
        await shipped.put("windows/2/assignment", {"zone": "gongan"}, by="manager")
        await expect(panel(page).locator("[data-says]")).to_contain_text("2 号刚被工号 manager-token调整过，现在在公安")
        await panel(page).locator("[name='zone'][value='chujian']").check()
        await panel(page).get_by_role("button", name="今天都这样").click()
        await at(page, "2", "chujian")
        assert watched.mistakes == []


async def test_no_card_moves_under_the_finger(shipped: ServedHall, browser: Browser) -> None:
    await shipped.open("1", "2", "3", "4", "5", "6", "7")
    async with floor(browser, shipped) as watched:
        page = watched.page
        await a_view_came(page)
        await card(page, "5").focus()
        before = await card(page, "5").bounding_box()
        await card(page, "5").evaluate("(card) => { window.card_5 = card }")
        await shipped.put("windows/2/assignment", {"zone": "gongan"}, by="manager")
        await shipped.put("windows/6/assignment", {"zone": "zonghe"}, by="manager")
        await shipped.take("zonghe")
        await shipped.call("1")
        await at(page, "6", "zonghe")
        await expect(card(page, "1")).to_contain_text("A001")
        assert await card(page, "5").bounding_box() == before
        assert await card(page, "5").evaluate("(card) => card === window.card_5")
        await expect(card(page, "5")).to_be_focused()
        assert watched.mistakes == []


async def test_a_finger_carries_a_card_by_its_grip(shipped: ServedHall, browser: Browser) -> None:
    async with shown(browser, shipped, "/manage", WIDE, as_staff="0300", window="", ready=COUNTS_VIEWS) as page:
        await a_view_came(page)
        for name, x, y in (
            ("pointerdown", *await middle(card(page, "4"))),
            ("pointermove", *await middle(page.locator("section[data-zone='gongan'] header"))),
            ("pointerup", *await middle(page.locator("section[data-zone='gongan'] header"))),
        ):
            await (
                card(page, "4")
                .locator("[data-grip]")
                .dispatch_event(
                    name,
                    {"pointerType": "touch", "pointerId": 7, "button": 0, "clientX": x, "clientY": y, "bubbles": True},
                )
            )
        await expect(panel(page).locator("[data-title]")).to_have_text("4 号 → 公安")
        await expect(panel(page).get_by_role("button", name="今天都这样")).to_be_visible()


async def test_a_zones_menu_lies_beside_its_name_on_every_screen(shipped: ServedHall, browser: Browser) -> None:
    covered = """() => [...document.querySelectorAll(".col > header")].filter((header) => {
      const [name, menu] = ["h2", "button"].map((part) => header.querySelector(part).getBoundingClientRect())
      return name.right > menu.left && menu.right > name.left && name.bottom > menu.top && menu.bottom > name.top
    }).map((header) => header.textContent)"""
    async with floor(browser, shipped) as watched:
        for lang in ("zh-CN", "en"):
            await watched.page.goto(f"{shipped.url}/manage?lang={lang}")
            for width in (390, 1024, 1280, 1440, 1920):
                await watched.page.set_viewport_size({"width": width, "height": 900})
                assert await watched.page.evaluate(covered) == [], (lang, width)
