"""A back office with more cases than a page should carry."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from hallserver.rules.calling import call_by_name
from hallserver.rules.cases import hand_over_case, make_ready
from hallserver.rules.issuing import issue
from hallserver.rules.services import complete
from hallserver.views.cases import LISTED
from tests.desk.a_real_hall import ticket_of, told
from tests.pages.a_browser import WEIGHT_LIMIT_BYTES, seen, shot
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def many(hall: ServedHall, count: int) -> None:
    """A third of them is under way, a third ready and a third handed over; the longest words of all."""
    for n in range(count):
        taken = await hall.desk.press(issue, by="hall", answering=told, item="mz-003")
        ticket = ticket_of(taken)
        await hall.desk.press(call_by_name, by="hall", window="1", ticket=ticket, reason="x", presser="c")
        note = "户口簿复印件、照片、收入证明、居住证明"
        await hall.desk.press(complete, by="hall", window="1", outcome="accepted_with_gaps", note=note)
        case = next(reversed(hall.desk.hall.cases))
        if n % 3:
            await hall.desk.press(make_ready, by="hall", case=case)
        if n % 3 == 2:
            await hall.desk.press(hand_over_case, by="hall", case=case, way="post")


async def test_a_large_office_is_as_light_as_any_page_and_finds_the_rest(shipped: ServedHall, browser: Browser) -> None:
    await shipped.open("1")
    await many(shipped, 210)
    size = {"width": 1366, "height": 768}
    async with seen(browser, shipped, "/office?lang=en", size, as_staff="0317", window="7") as watched:
        page = watched.page
        await expect(page.locator("[data-list=in_office] [data-case]")).to_have_count(LISTED)
        await expect(page.locator("#in-office")).to_contain_text("70")
        await shot(page, "office-large-en")
        assert await watched.weight_bytes() < WEIGHT_LIMIT_BYTES
        await page.fill("[data-find] input", "A208")  # the last of those under way
        await expect(page.locator("[data-found] [data-case]")).to_have_count(1)
        await expect(page.locator("[data-found] [data-state=in_office]")).to_contain_text("A208")
