"""The board: calls in turn, notices when it is calm, what is closed or stopped; and all of it readable from afar."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from hallserver.settings import HallSettings
from hallserver.settings.board import BoardTable
from tests.pages.a_browser import COUNTS_VIEWS, LOOKED_AT, UPRIGHT, WIDE, a_view_came, laid_out_at, seen, shot, shown
from tests.web.a_server import ServedHall, a_served_hall, settings

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOUR_K = {"width": 3840, "height": 2160}
SHOWN_MS = 400
QUICK = {"call_shown_s": SHOWN_MS / 1_000, "calm_s": 0.4, "page_s": 0.4, "ticker_s": 0.4, "queues_s": 0.4}
"""Quicker than a file may ask for: nobody has to read these."""
NOTICE = {
    "title": "周三停电" * 6,
    "title_en": "No power on Wednesday afternoon, come on Monday.",
    "text": "周三下午停电，请改天来。" * 8,
    "text_en": "There is no power on Wednesday afternoon: come again. " * 4,
}
"""As long as a notice may be."""
LINE = {"text": "取号不收费", "text_en": "Numbers are free"}
WRITES_DOWN = """
const now = performance.now.bind(performance)
let stood_ms = 0, since = null, told = 0
performance.now = () => (told = (since ?? now()) - stood_ms)
window.time_stands = (does) => {
  if (!does) stood_ms += now() - since
  since = does ? now() : null
}
addEventListener("DOMContentLoaded", () => {
  window.turns = []
  const look = () => {
    const large = [...document.querySelectorAll(".now[data-shown]")].filter((it) => it.checkVisibility())
    const now = large.map((it) => it.querySelector(".number").textContent).reverse().join(" ")
    if (now !== turns.at(-1)?.now) turns.push({ now, at: told })
  }
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true })
})
"""
"""Since when a call is shown is what the board itself was told last. Its time can be made to stand, so that calls come
at once however slowly the machine makes them."""


def a_hall_of(windows: int, **board: Any) -> HallSettings:
    """Mute, so that nothing but the board is at work."""
    zones = [{"id": str(number), "zone": "gongan" if number % 6 == 0 else "zonghe"} for number in range(1, windows)]
    return settings(
        windows=[*zones, {"id": str(windows), "zone": "chujian"}],
        voice={"enabled": False},
        board=BoardTable.model_validate(board).model_copy(update=QUICK),
    )


async def called_at(hall: ServedHall, *windows: str) -> list[str]:
    """Numbers called at these windows, as quickly as the server answers."""
    zones = {window.id: window.zone for window in hall.open_hall.settings.windows}
    tickets = [await hall.take(zones[window]) for window in windows]
    for window, ticket in zip(windows, tickets, strict=True):
        await hall.call(window, ticket=ticket["id"])
    return [str(ticket["number"]) for ticket in tickets]


async def called_at_once(page: Page, hall: ServedHall, *windows: str) -> list[str]:
    """The same, while the board's time stands: all are listed before the first has been shown long enough."""
    await page.evaluate("time_stands(true)")
    numbers = await called_at(hall, *windows)
    await expect(page.locator(".before li[data-shown]").first).to_contain_text(numbers[-1])
    await page.evaluate("time_stands(false)")
    return numbers


async def turns(page: Page, last: str) -> list[tuple[list[str], float]]:
    """What stood in the large place and for how many milliseconds, until the last is there; its own time is open."""
    await page.wait_for_function("(last) => window.turns.at(-1)?.now.includes(last)", arg=last)
    rows = await page.evaluate("window.turns")
    ends = [row["at"] for row in rows[1:]] + [float("inf")]
    return [(row["now"].split(), end - row["at"]) for row, end in zip(rows, ends, strict=True) if row["now"]]


async def test_calls_at_once_take_turns_and_each_stays_long_enough_to_be_read(tmp_path: Path, browser: Browser) -> None:
    async with a_served_hall(tmp_path, a_hall_of(12)) as hall:
        await hall.open(*(str(number) for number in range(1, 13)))
        async with shown(browser, hall, "/board", WIDE, ready=WRITES_DOWN) as page:
            few = await called_at_once(page, hall, "1", "2", "3")
            told = await turns(page, few[-1])
            assert [numbers for numbers, _ in told] == [[number] for number in few]
            assert all(shown_ms >= SHOWN_MS for _, shown_ms in told)
            windows = ["4", "5", "7", "8", "9", "10"]
            many = await called_at_once(page, hall, *windows)
            told = (await turns(page, many[-1]))[len(few) :]
            assert [number for numbers, _ in told for number in numbers] == many
            assert max(len(numbers) for numbers, _ in told) == 4
            assert all(shown_ms >= SHOWN_MS for _, shown_ms in told)
            for window in windows:
                assert (await hall.post(f"windows/{window}/services", by="manager")).status == 201
            await expect(page.locator(".now[data-shown] .number")).to_have_text(many[-1])
        async with shown(browser, hall, "/board/zonghe", WIDE, ready=WRITES_DOWN) as late:
            assert [numbers for numbers, _ in await turns(late, many[-1])] == [[many[-1]]]
            await looks_right(late, "12-windows", sizes=(UPRIGHT,))


async def test_a_calm_board_shows_notices_in_turn_and_comes_back_at_a_call(tmp_path: Path, browser: Browser) -> None:
    calm = a_hall_of(4, guide=["yb-001"], notices=[NOTICE], ticker=[LINE])
    async with a_served_hall(tmp_path, calm) as hall:
        await hall.open("1", "2")
        async with seen(browser, hall, "/board", WIDE) as watched:
            page = watched.page
            board, welcome, pages = page.locator("hall-board"), page.locator(".welcome"), page.locator("[data-page]")
            await expect(welcome).to_be_visible()
            await expect(pages.nth(0)).to_be_visible()
            await expect(welcome).not_to_be_visible()
            await expect(pages.nth(0)).to_contain_text("周三下午停电")
            await looks_right(page, "notice", sizes=(WIDE, UPRIGHT))
            await expect(pages.nth(1)).to_be_visible()
            await expect(pages.nth(1)).to_contain_text("事项 yb-001")
            (number,) = await called_at(hall, "1")
            await expect(page.locator(".now[data-shown] .number")).to_have_text(number)
            await expect(board).not_to_have_attribute("data-calm", "")
            for each in (0, 1):
                await expect(pages.nth(each)).not_to_be_visible()
            await page.wait_for_timeout(2 * SHOWN_MS)  # still being called: it stays, however calm the hall is
            await expect(page.locator(".now[data-shown] .number")).to_be_visible()
            lines = page.locator(".ticker [data-line]")
            await expect(lines.filter(visible=True)).to_have_count(1)
            await expect(lines.nth(0)).to_be_visible()
            await expect(lines.nth(1)).to_be_visible()
            await expect(lines.nth(1)).to_have_text("Numbers are free")
            assert watched.mistakes == []


async def test_a_board_says_the_hours_and_where_no_numbers_are_given(tmp_path: Path, browser: Browser) -> None:
    async with a_served_hall(tmp_path, a_hall_of(4)) as hall:
        day = hall.desk.feed.hall.day.isoformat()
        hours = {"kind": "working", "name": "延时服务", "sessions": [
            {"from": "08:30", "to": "12:00"}, {"from": "13:30", "to": "17:00"},
            {"from": "17:00", "to": "19:30", "kind": "extended"},
        ]}  # fmt: skip
        assert (await hall.put(f"calendar/{day}", hours, by="manager")).status == 200
        async with shown(browser, hall, "/board", WIDE) as page:
            await expect(page.locator(".hours")).to_contain_text("延时 17:00–19:30")
            await expect(page.locator(".ticker")).to_contain_text("过号了")
            stop = {"state": "stopped", "reason": "系统故障"}
            assert (await hall.put("zones/gongan/intake", stop, by="manager")).status == 200
            await expect(page.locator(".ticker")).to_contain_text("公安")
            await expect(page.locator(".ticker")).to_contain_text("系统故障")
            await expect(page.locator(".queue").nth(1)).to_contain_text("现在不放号")
            await looks_right(page, "stopped", sizes=(WIDE, UPRIGHT))
            await page.goto(f"{hall.url}/board/zonghe?lang=en")
            await expect(page.locator(".hours")).to_contain_text("Extended 17:00–19:30")
            await looks_right(page, "hours", sizes=(UPRIGHT, WIDE))


async def looks_right(page: Page, name: str, sizes: Any = (WIDE, FOUR_K, UPRIGHT)) -> None:
    for size in sizes:
        await laid_out_at(page, size)
        await shot(page, f"board-{name}-{size['width']}")
        whole = "document.documentElement.scrollWidth, document.documentElement.scrollHeight"
        found = await page.evaluate(f"{LOOKED_AT}; [cutOff(), overlapping(), [{whole}]]")
        assert found == [[], [], [size["width"], size["height"]]], (name, size)


OF_THE_HEIGHT = """(of) => parseFloat(getComputedStyle(document.querySelector(of)).fontSize) / innerHeight"""
AT_LEAST = {".now[data-shown] .number": 0.19, ".now[data-shown] .to b": 0.09, ".before [data-shown] b": 0.045}
"""Type in parts of the screen's height, however many windows and calls at once."""
SCREEN_MM = 685
"""The shorter side of a screen of 55 inches, 16 : 9."""
READ_AT_8_M_MM = 29.0
"""The height of a Chinese character: signs are held to 1 cm for each 2.5 to 3 m."""
MUST_BE_READ = """() => {
  const parts = [".top h1", ".hours span", ".clock", ".now .label", ".now .where b", ".before h2", ".before li > *",
    ".queue > *", ".queue > span > span", ".cell > *", ".ticker [data-line]"]
  const seen = (it) => it.checkVisibility({ visibilityProperty: true })
  const rows = [...document.querySelectorAll(parts.join())].filter(seen)
  const shorter = Math.min(innerWidth, innerHeight)
  return rows.map((it) => [it.textContent.trim(), parseFloat(getComputedStyle(it).fontSize) / shorter])
}"""


COME_ROUND = """(count) => {
  window.came ??= new Set()
  for (const it of document.querySelectorAll("[data-paged] > [data-shown]")) window.came.add(it.dataset.key)
  return window.came.size === count
}"""


def a_hall_of_zones(count: int) -> HallSettings:
    """As many zones as windows, with names as long as halls have them; the last hands out."""
    names = ("综合受理", "水电气网与有线电视", "公安", "不动产登记", "市场监管", "医疗保障")
    zones = [
        {
            "id": f"z{n}",
            "name": names[n % 6] + ("" if n < 12 else "二区"),
            "name_en": "Water, power and gas",
            "prefix": chr(65 + n % 26) * (1 + n // 26),
        }
        for n in range(count)
    ]
    return settings(
        zones=[{**zone, "kind": "comprehensive" if zone["id"] == "z0" else "specialised"} for zone in zones],
        windows=[{"id": str(n + 1), "zone": f"z{n}"} for n in range(count)],
        items=[],
        staff=[{"id": "0001", "name": "陈主任", "role": "manager"}],
        voice={"enabled": False},
        board=BoardTable().model_copy(update=QUICK),
    )


async def can_be_read(page: Page, name: str) -> None:
    """Nothing that must be read is smaller than it may be, whichever page of the queues is shown, at any size."""
    for size in (WIDE, FOUR_K, UPRIGHT):
        await looks_right(page, name, sizes=(size,))
        for words, height in await page.evaluate(MUST_BE_READ):
            assert height * SCREEN_MM >= READ_AT_8_M_MM, (name, size, words, f"{height * SCREEN_MM:.1f} mm")
        assert await page.evaluate(OF_THE_HEIGHT, ".now[data-shown] .number") >= (0.17 if size == UPRIGHT else 0.27)


@pytest.mark.parametrize("count", [1, 6, 12, 40])
async def test_what_the_board_says_can_be_read_from_eight_metres(tmp_path: Path, browser: Browser, count: int) -> None:
    async with a_served_hall(tmp_path, a_hall_of_zones(count)) as hall:
        ids = [str(number) for number in range(1, count + 1)]
        await hall.open(*ids)
        for zone in hall.open_hall.settings.zones:
            await hall.take(zone.id)
        numbers = await called_at(hall, *ids[:6])
        async with shown(browser, hall, "/board", WIDE) as page:
            await expect(page.locator(".now[data-shown] .number")).to_have_text(numbers[-1])
            await page.wait_for_function(COME_ROUND, arg=count)
            await can_be_read(page, f"{count}-zones")
            await page.goto(f"{hall.url}/board?lang=en")
            await expect(page.locator("[data-paged] [data-shown]").first).to_be_visible()
            await looks_right(page, f"{count}-zones-en", sizes=(WIDE, UPRIGHT))


async def test_a_board_of_many_windows_fits_and_can_be_read_from_afar(tmp_path: Path, browser: Browser) -> None:
    async with a_served_hall(tmp_path, a_hall_of(40, ticker=[LINE])) as hall:
        ids = [str(number) for number in range(1, 41)]
        await hall.open(*ids)
        await called_at(hall, *ids[:-5])
        for zone in hall.open_hall.settings.zones:
            await hall.take(zone.id)
        async with shown(browser, hall, "/board", WIDE, ready=f"{COUNTS_VIEWS};{WRITES_DOWN}") as page:
            await a_view_came(page)
            await called_at_once(page, hall, *ids[-5:])
            await expect(page.locator("hall-board")).to_have_attribute("data-large", "4")
            await looks_right(page, "four-at-once")
            for window in ids[:-1]:
                assert (await hall.post(f"windows/{window}/services", by="manager")).status == 201
            await expect(page.locator("hall-board")).to_have_attribute("data-large", "1")
            await looks_right(page, "40-windows", sizes=(WIDE, UPRIGHT))
            await page.goto(f"{hall.url}/board/zonghe")
            await page.wait_for_function(COME_ROUND, arg=34)  # windows of this zone, and its queue
            await can_be_read(page, "40-windows-of-a-zone")
            for size in (WIDE, FOUR_K):
                await laid_out_at(page, size)
                for of, least in AT_LEAST.items():
                    assert await page.evaluate(OF_THE_HEIGHT, of) >= least, (of, size)
        async with shown(browser, hall, "/board/zonghe?lang=en", WIDE, locale="en") as page:
            await expect(page.locator("hall-board")).to_have_attribute("data-large", "1")
            await looks_right(page, "40-windows-zonghe")
