"""Bookings as people meet them: on a phone, at the kiosk by finger and by reader, and at the desk by keyboard."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.pages.a_browser import NARROW, PHONE, UPRIGHT, WIDE, held_back, shot, shown
from tests.pages.test_accessibility import violations
from tests.web.a_booking_server import Tuesday, a_booking_server, book
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def booking(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[ServedHall, Tuesday]]:
    async with a_booking_server(tmp_path_factory.mktemp("booking"), demonstration=True) as both:
        await both[0].open("1", "2")
        yield both


async def as_a_device(page: Page, hall: ServedHall) -> None:
    await page.context.set_extra_http_headers(hall.who("device"))


async def a_reader_types(page: Page, words: str) -> None:
    """Real keys and Enter, by their own time a hundredth of a second apart: a reader is no slower on a busy machine."""
    keyboard = await page.context.new_cdp_session(page)
    began_s = time.time()
    for place, key in enumerate([*words, "Enter"]):
        event = {"key": key, "text": "\r" if key == "Enter" else key, "timestamp": began_s + place / 100}
        for kind in ("keyDown", "keyUp"):
            await keyboard.send("Input.dispatchKeyEvent", {"type": kind, **event})


async def test_a_resident_books_on_a_phone_and_follows_the_number_to_the_window(
    booking: tuple[ServedHall, Tuesday], browser: Browser
) -> None:
    hall, clock = booking
    await book(hall, clock.at("10:00"), by="manager", phone=None)
    await book(hall, clock.at("10:00"), by="manager", phone=None)
    async with shown(browser, hall, "/book", PHONE) as page:
        await page.fill("[data-search]", "yb-001")
        await page.locator(".thing:visible", has_text="事项 yb-001").click()
        await expect(page.locator(".slot", has_text="10:00–10:30")).to_contain_text("约满")
        await page.locator(".slot", has_text="09:30–10:00").click()
        await page.click("[data-book]")
        await expect(page.locator("[data-step='done']")).to_be_hidden()
        await page.fill("[name=phone]", "13800138000")
        await page.click("[data-book]")
        await expect(page.locator("[data-number]")).to_have_text("A503")
        await expect(page.locator("[data-when]")).to_contain_text("09:30–10:00")
        await expect(page.locator("[data-code]")).to_contain_text("503-")
        await shot(page, "book-done", full_page=True)
        await page.click("[data-follow]")
        await expect(page.locator(".card .number")).to_have_text("A503")
        await expect(page.locator(".card .time")).to_have_text("09:30–10:00")
        await expect(page.locator(".kiosk-code")).to_contain_text("503-")
        await shot(page, "phone-booked", full_page=True)
        await page.click("[data-press='arrival']")
        await expect(page.locator("main[data-state='waiting']")).to_be_visible()
        await expect(page.locator(".kiosk-code")).to_be_hidden()
        assert (await hall.call())["ticket"]["number"] == "A503"
        await expect(page.locator("main[data-state='called']")).to_contain_text("A503")


async def test_what_was_booked_is_given_up_in_time_and_then_no_more(
    booking: tuple[ServedHall, Tuesday], browser: Browser
) -> None:
    hall, clock = booking
    late = await book(hall, clock.at("10:00"))
    early = await book(hall, clock.at("15:00", 1))
    async with shown(browser, hall, late["follow_url"], PHONE) as page:
        await expect(page.locator("footer")).to_contain_text("请联系服务台")
        await expect(page.locator("[data-press='arrival']")).to_have_count(0)
        await expect(page.locator(".booked")).to_contain_text("09:30 以后可以")
    async with shown(browser, hall, early["follow_url"] + "?lang=en", PHONE) as page:
        await page.click("[data-give-up]")
        await page.click("dialog [data-press='cancellation']")
        await expect(page.locator("main[data-state='cancelled']")).to_be_visible()


async def test_the_kiosk_checks_a_booking_in_by_its_digits_and_by_a_reader(
    booking: tuple[ServedHall, Tuesday], browser: Browser
) -> None:
    hall, clock = booking
    first = await book(hall, clock.at("09:30"), item="yb-001")
    second = await book(hall, clock.at("09:30"), phone="13900139000")
    third = await book(hall, clock.at("14:00"), phone="13700137000")
    async with shown(browser, hall, "/kiosk", UPRIGHT) as page:
        await page.click("[data-open='booking']")
        for digit in "5019999":
            await page.click(f"[data-panel='booking'] [data-digit='{digit}']")
        await page.click("[data-find]")
        await expect(page.locator("[data-panel='says'] [data-title]")).to_have_text("没有找到预约")
        await page.click("[data-panel='says'] [data-close]")
        for _ in range(7):
            await page.click("[data-panel='booking'] [data-erase]")
        await shot(page, "kiosk-booking")
        for digit in first["code"]:
            await page.click(f"[data-panel='booking'] [data-digit='{digit}']")
        await page.click("[data-find]")
        found = page.locator("[data-booking-found]")
        await expect(found.locator("[data-number]")).to_have_text("A501")
        await expect(found).to_contain_text("09:30–10:00")
        await shot(page, "kiosk-booking-found")
        await page.click("[data-arrive]")
        await expect(page.locator(".result [data-number]")).to_have_text("A501")
        await expect(page.locator(".result [data-hello='arrived']")).to_be_visible()
        await expect(page.locator(".result [data-paper='waiting']")).to_be_visible()
        await page.click(".result .done")
        await a_reader_types(page, f"{hall.url}{second['follow_url']}")
        await expect(found.locator("[data-number]")).to_have_text("A502")
        await page.keyboard.press("Enter")
        await expect(page.locator(".result [data-number]")).to_have_text("A502")
        await page.click(".result .done")
        await a_reader_types(page, third["code"])
        await page.click("[data-arrive]")
        await expect(page.locator("[data-panel='says'] [data-detail]")).to_contain_text("13:30")
    arrived = [t for t in hall.desk.hall.tickets.values() if t.arrived]
    assert [(t.shown, t.state, t.paper) for t in arrived] == [
        ("A501", "waiting", "waiting"),
        ("A502", "waiting", "waiting"),
    ]


async def test_the_kiosk_tells_of_the_machine_before_it_gives_a_number(
    booking: tuple[ServedHall, Tuesday], browser: Browser
) -> None:
    hall, _ = booking
    async with shown(browser, hall, "/kiosk", WIDE) as page:
        await page.click("[data-open='matters']")
        row = page.locator(".matter-list li").first
        await row.locator("summary").click()
        await expect(row.locator("[data-self-service]")).to_contain_text("可以在自助机办：大厅东侧自助区")
        await row.locator("[data-take-item]").click()
        await expect(page.locator(".result [data-number]")).to_have_text("A001")


async def test_staff_help_by_keyboard_alone(booking: tuple[ServedHall, Tuesday], browser: Browser) -> None:
    hall, clock = booking
    booked = await book(hall, clock.at("09:30"), item="yb-001")
    async with shown(browser, hall, "/desk", WIDE, as_staff="0301", window="1") as page:
        await expect(page.locator(".row", has_text="A501")).to_contain_text("已预约")
        await shot(page, "desk", full_page=True)
        keys = page.keyboard
        await keys.press("n")
        await keys.type("事项 yb-001")
        await keys.press("Tab")
        await page.select_option("[data-form='take'] [name=reason]", "elderly")
        await page.locator("[data-form='take'] button").press("Enter")
        await expect(page.locator("[data-given-number]")).to_have_text("A001")
        await keys.press("Enter")
        await keys.press("f")
        await keys.type("a501")
        await keys.press("Enter")
        await expect(page.locator("[data-card-number]")).to_have_text("A501")
        await keys.press("p")
        await expect(page.locator("[data-card-person]")).to_have_text("138 0013 8000")
        await shot(page, "desk-card")
        await keys.press("a")
        await expect(page.locator("[data-card-state]")).to_have_text("正在等候")
        await keys.press("Escape")
        await expect(page.locator(".row", has_text="A501")).to_contain_text("正在等候")
        await expect(page.locator(".figures")).to_contain_text("1")
        await keys.press("b")
        await keys.type("综合受理")
        await keys.press("Tab")
        await page.select_option("[data-form='book'] [name=day]", clock.day(1))
        await page.locator("[data-form='book'] [name=start] option", has_text="08:30").wait_for(state="attached")
        await page.fill("[data-form='book'] [name=name]", "王小明")
        await page.locator("[data-form='book'] button").press("Enter")
        await expect(page.locator("[data-given-number]")).to_have_text("A502")
        await expect(page.locator("[data-given-more]")).to_contain_text("纸单正在打印")
        await keys.press("Enter")
        await keys.press("h")
        await keys.type("事项 hz-001")
        await page.fill("[data-form='visit'] [name=at]", f"{clock.day()}T14:00")
        await page.locator("[data-form='visit'] button").press("Enter")
        await expect(page.locator("[data-given-number]")).to_have_text("B501")
        await keys.press("Enter")
        await page.locator(".row", has_text="B501").press("Enter")
        await page.select_option("[name=outcome]", "accepted")
        await page.locator("[data-form='visited'] button").press("Enter")
        await expect(page.locator("[data-card-state]")).to_have_text("已办结")
    tickets = {ticket.shown: ticket for ticket in hall.desk.hall.tickets.values()}
    assert (tickets["A001"].class_, tickets["A001"].channel, tickets["A001"].given_by) == (
        "green",
        "desk",
        "clerk:0301",
    )
    assert (tickets["A501"].id, tickets["A501"].state) == (booked["id"], "waiting")
    assert (tickets["B501"].channel, tickets["B501"].state, tickets["B501"].clerk) == ("home", "done", "0301")


async def test_no_slot_of_the_day_before_is_booked_while_those_of_the_day_chosen_are_on_their_way(
    booking: tuple[ServedHall, Tuesday], browser: Browser
) -> None:
    hall, clock = booking
    async with shown(browser, hall, "/desk", WIDE, as_staff="0301", window="1") as page:
        await page.keyboard.press("b")
        await page.keyboard.type("综合受理")
        await page.keyboard.press("Tab")
        start = page.locator("[data-form='book'] [name=start]")
        await expect(start).to_have_value(re.compile(clock.day()))
        async with held_back(page, "**/slots?*"):
            await page.select_option("[data-form='book'] [name=day]", clock.day(1))
            await page.locator("[data-form='book'] button").press("Enter")
            assert hall.desk.hall.tickets == {}
        await expect(start).to_have_value(re.compile(clock.day(1)))
        await page.locator("[data-form='book'] button").press("Enter")
        await expect(page.locator("[data-given-number]")).to_have_text("A501")


async def test_on_a_phone_no_time_of_the_day_before_is_booked_while_those_of_the_day_chosen_are_on_their_way(
    booking: tuple[ServedHall, Tuesday], browser: Browser
) -> None:
    hall, _ = booking
    async with shown(browser, hall, "/book", PHONE) as page:
        await page.locator(".thing:visible", has_text="事项 yb-001").click()
        await page.locator(".slot", has_text="09:30–10:00").click()
        await page.fill("[name=phone]", "13800138000")
        async with held_back(page, "**/slots?*"):
            await page.locator(".day", has_text="星期三").click()
            await expect(page.locator("[data-book]")).to_be_hidden()
        await page.locator(".slot", has_text="09:30–10:00").click()
        await page.click("[data-book]")
        await expect(page.locator("[data-when]")).to_contain_text("星期三")


async def test_a_booking_is_moved_and_cancelled_on_the_phone(
    booking: tuple[ServedHall, Tuesday], browser: Browser
) -> None:
    hall, clock = booking
    for _ in range(2):
        await book(hall, clock.at("10:00", days=1), by="manager", phone=None)
    mine = await book(hall, clock.at("13:30"))
    async with shown(browser, hall, mine["follow_url"], NARROW) as page:
        await page.locator("[data-move-booking]").click()
        await page.locator("[data-move] .day", has_text=re.compile("星期三")).click()
        await expect(page.locator("[data-move] .slot", has_text="10:00–10:30")).to_contain_text("约满")
        await expect(page.locator("[data-move-to]")).to_be_hidden()
        await page.locator("[data-move] .slot", has_text="10:30–11:00").click()
        await shot(page, "phone-move")
        assert await violations(page) == []
        await page.locator("[data-move-to]").click()
        await expect(page.locator(".card .time")).to_have_text("10:30–11:00")
        await expect(page.locator(".card .day")).to_contain_text("星期三")
        await expect(page.locator("[data-move]")).to_be_hidden()
        await expect(page.locator(".card .number")).to_have_text(mine["number"])
        await page.locator("[data-give-up]").click()
        await page.locator("[data-press='cancellation']").click()
        await expect(page.locator("main[data-state='cancelled']")).to_be_visible()


async def test_the_desk_is_for_staff_and_the_green_list_too(
    booking: tuple[ServedHall, Tuesday], browser: Browser
) -> None:
    hall, _ = booking
    async with shown(browser, hall, "/desk", WIDE) as page:
        assert "/sign-in" in page.url
    await hall.take("zonghe", **{"class": "green", "reason": "elderly"})
    green = (await hall.get("views/green", by="manager")).json
    assert (green["count"], green["by_reason"]) == (1, {"elderly": 1})
    assert green["tickets"][0]["given_by"] == "device:device-token"
    assert (await hall.get("views/green")).status == 401
    assert (await hall.get("views/desk")).status == 401
    visits = (await hall.get("views/floor", by="manager")).json["visits"]
    assert (visits["by_channel"], visits["by_class"]) == ({"kiosk": 1}, {"green": 1})
