"""What the pages say when the hall is closed, the printer fails or the server is away."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, expect

from hallserver.app import Options, Server
from tests.pages.a_browser import COUNTS_VIEWS, UPRIGHT, WIDE, a_view_came, seen, shot, shown
from tests.pages.a_hall_to_see import LUOJIAZHUANG, StepClock, with_
from tests.ports import our_port
from tests.web.a_server import ServedHall, a_served_hall

pytestmark = pytest.mark.asyncio(loop_scope="module")

MENDED_WITHIN_MS = 20_000


async def test_a_closed_hall_says_when_it_opens(tmp_path: Path, browser: Browser) -> None:
    monday_evening = dt.datetime(2026, 11, 23, 19, 30, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
    clock = StepClock(monday_evening - time.time()).hall_clock
    async with a_served_hall(tmp_path, LUOJIAZHUANG, demonstration=True, always_open=False, clock=clock) as hall:
        async with shown(browser, hall, "/kiosk", UPRIGHT, ready=COUNTS_VIEWS) as page:
            await a_view_came(page)
            await expect(page.locator(".closed")).to_contain_text("现在不放号")
            await expect(page.locator(".closed")).to_contain_text("11月24日 星期二 08:30 开门")
            await expect(page.locator(".closed .hours")).to_contain_text("08:30–17:00")
            await expect(page.locator("hall-kiosk > main [data-take]:enabled")).to_have_count(0)
            await shot(page, "closed-kiosk")
            # A kiosk whose view is older than the closing still offers the button: the server's no is in words.
            await page.locator("hall-live .zone").first.evaluate("(button) => { button.disabled = false }")
            await page.locator("hall-live .zone").first.click()
            await expect(page.locator("[data-panel='says'] [data-detail]")).to_contain_text("08:30 开门")
            await shot(page, "closed-kiosk-refuses")
        async with shown(browser, hall, "/board", WIDE) as page:
            await expect(page.locator(".welcome")).to_contain_text("现在不是办公时间")
            await shot(page, "closed-board")


async def test_a_number_without_paper_stays_until_it_is_touched(tmp_path: Path, browser: Browser) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens there
        nowhere = with_("paper", printer=f"tcp://127.0.0.1:{taken.getsockname()[1]}")
        async with (
            a_served_hall(tmp_path, nowhere, demonstration=True) as hall,
            shown(browser, hall, "/kiosk", UPRIGHT) as page,
        ):
            await page.locator("button.main").click()
            await expect(page.locator(".result [data-number]")).to_have_text("A001")
            await expect(page.locator("[data-paper='failed']")).to_contain_text("没有打印出来", timeout=25_000)
            qr = page.locator(".result [data-qr]")
            assert await qr.evaluate("(img) => img.decode().then(() => img.naturalWidth)") > 100
            await expect(page.locator("[data-countdown]")).to_have_text("")
            await shot(page, "printer-fails-kiosk")
            await page.clock.install()
            await page.clock.fast_forward(120_000)
            await expect(page.locator(".result [data-number]")).to_have_text("A001")
            await page.locator(".result .done").click()
            await expect(page.locator(".result")).to_be_hidden()


async def test_a_kiosk_without_its_server_gives_a_paper_that_says_where_to_ask(
    tmp_path: Path, browser: Browser
) -> None:
    settings = with_("kiosk", ask_at="导服台", ask_at_en="the reception", note_when_away=True)
    printing = "window.printed = 0; window.print = () => window.printed++"
    async with (
        a_served_hall(tmp_path, settings, demonstration=True) as hall,
        shown(browser, hall, "/kiosk", UPRIGHT, ready=printing) as page,
    ):
        await page.route("**/tickets", lambda route: route.abort())
        await page.locator("button.main").click()
        says = page.locator("[data-panel='says']")
        await expect(says).to_contain_text("请到导服台取号", timeout=15_000)
        assert await page.evaluate("() => window.printed") == 1
        await says.locator("button").first.click()
        await page.locator("button.main").click()
        await expect(says).to_be_visible(timeout=15_000)
        assert await page.evaluate("() => window.printed") == 1, "one paper a minute"
        await page.emulate_media(media="print")
        note = page.locator("[data-away-note]")
        await expect(note).to_be_visible()
        await expect(note).to_contain_text("Please take a number at the reception")
        await expect(note.locator("[data-when]")).to_contain_text(f"{dt.datetime.now(ZoneInfo('Asia/Shanghai')):%Y年}")
        assert not await page.locator("hall-kiosk").is_visible()
        await shot(page, "away-note")


@contextlib.asynccontextmanager
async def an_outage(hall: ServedHall) -> AsyncIterator[None]:
    """The server is away inside, and back afterwards at the same address with the same log."""
    before = hall.server
    port = before.port
    await before.stop()
    with our_port(port):
        try:
            yield
        finally:
            options = before.options
            again = Options(options.halls, options.database, port=port, always_open=True, demonstration=True)
            hall.server = Server(again)
            await hall.server.start()


async def test_a_board_that_lost_the_server_says_so_keeps_its_view_and_mends_itself(
    tmp_path: Path, browser: Browser
) -> None:
    async with a_served_hall(tmp_path, LUOJIAZHUANG, demonstration=True) as hall:
        first = hall.server
        await hall.open("1", "2")
        await hall.take("zonghe")
        await hall.take("zonghe")
        await hall.call("1")
        async with seen(browser, hall, "/board", WIDE, ready=COUNTS_VIEWS) as wall:
            page = wall.page
            await a_view_came(page)
            async with an_outage(hall):
                away = page.locator("[data-away]")
                await expect(away).to_contain_text("连接中断，正在重连")
                await expect(away).to_contain_text("秒前")
                await expect(page.locator(".now[data-shown] .number")).to_have_text("A001")  # the last good view
                await shot(page, "away-board")
            await expect(away).to_be_hidden(timeout=MENDED_WITHIN_MS)
            await hall.call("2")
            await expect(page.locator(".now[data-shown] .number")).to_have_text("A002")
            await expect(page.locator(".now[data-shown] .to")).to_have_text("请到 2 号窗口")
            await expect(page.locator(".before li[data-shown]").first).to_contain_text("A001")
        again, hall.server = hall.server, first
        await again.stop()


async def test_an_old_call_is_shown_but_not_spoken_when_a_board_is_opened(
    shipped: ServedHall, clock: StepClock, browser: Browser
) -> None:
    await shipped.open("1")
    await shipped.take("zonghe")
    await shipped.call("1")
    clock.ahead_s += 75
    async with seen(browser, shipped, "/board", WIDE, ready=COUNTS_VIEWS) as wall:
        for _ in range(2):
            await a_view_came(wall.page)
            await expect(wall.page.locator(".now[data-shown] .number")).to_have_text("A001")
            await expect(wall.page.locator(".now")).not_to_have_attribute("data-fresh", "")
            await shot(wall.page, "board-calm")
            await wall.page.reload()
        assert [one.url for one in wall.responses if "/voice/" in one.url] == []
        assert await wall.page.locator("hall-announcer[data-announced]").count() == 0


async def test_a_call_of_this_moment_is_spoken_by_a_board_that_has_just_been_opened(
    shipped: ServedHall, browser: Browser
) -> None:
    await shipped.open("1")
    await shipped.take("zonghe")
    async with seen(browser, shipped, "/board", WIDE, ready=COUNTS_VIEWS) as wall:
        await a_view_came(wall.page)
        async with wall.page.expect_response("**/voice/*.wav") as said:
            await shipped.call("1")
        assert (await said.value).status == 200
