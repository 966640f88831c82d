"""好差评 of a chain: the pad at each window asks for the part that ended there, the phone for the last one."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.pages.a_browser import PAD, PHONE
from tests.pages.a_hall_to_see import deeds
from tests.pages.test_kiosk import shown
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_two_parts_are_two_services_one_rated_at_its_pad_and_one_on_the_phone(
    hall: ServedHall, browser: Browser
) -> None:
    await hall.open("1", "3")
    taken = await hall.post("tickets", {"chain": ["yb-001", "hz-001"]})
    assert taken.status == 201, taken
    ticket = taken.json
    async with shown(browser, hall, "/window/1/rate", PAD) as pad, shown(
        browser, hall, ticket["follow_url"], PHONE
    ) as phone:  # fmt: skip
        await pad.context.set_extra_http_headers(hall.who("device"))
        await hall.call("1", ticket=ticket["id"])
        await hall.serve("1")
        await expect(pad.locator("rating-pad")).to_have_attribute("data-scene", "faces")
        await expect(pad.locator(".whose .service")).to_contain_text("A001")
        await expect(phone.locator(".rate h2 b")).to_contain_text("1 号窗口")
        await hall.call("3", ticket=ticket["id"])
        await pad.click("[data-level='2'] >> visible=true")
        await pad.click("form[data-options='2'] [type=submit]")
        await expect(pad.locator("rating-pad")).to_have_attribute("data-scene", "thanks")
        await expect(phone.locator("[data-key='rated']")).to_be_visible()
        await hall.serve("3")
        await expect(phone.locator(".rate h2 b")).to_contain_text("3 号窗口")
        await phone.click(".rate .level-5")
        await phone.click(".rate [type=submit]")
        await expect(phone.locator("[data-key='rated']")).to_be_visible()
    told = await deeds(hall, "RatingGiven")
    assert [(one["window"], one["level"], one["via"]) for one in told] == [("1", 2, "pad"), ("3", 5, "phone")]
    ended = await deeds(hall, "PartEnded", "ServiceEnded")
    assert [one["service"] for one in told] == [one["number"] for one in ended]
