"""Staff sign in with number and password where the hall is not a demonstration, and sign out again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.pages.a_browser import BESIDE, shot, shown
from tests.pages.a_hall_to_see import LUOJIAZHUANG
from tests.web.a_server import ServedHall, a_served_hall

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def earnest(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServedHall]:
    """The shipped hall in earnest: nobody signs in by one press."""
    async with a_served_hall(tmp_path_factory.mktemp("earnest"), LUOJIAZHUANG) as hall:
        yield hall


async def test_a_clerk_signs_in_with_a_password_and_out_again(earnest: ServedHall, browser: Browser) -> None:
    async with shown(browser, earnest, "/window/3", BESIDE) as page:
        await expect(page.locator(".samples")).to_have_count(0)
        await page.get_by_label("工号").fill("0317")
        await page.get_by_label("密码").fill(earnest.passwords["0317"])
        await page.keyboard.press("Enter")
        await expect(page).to_have_url(f"{earnest.url}/window/3")
        await expect(page.locator(".who")).to_contain_text("工号 0317")
        await page.get_by_role("button", name="退出登录").click()
        await expect(page).to_have_url(f"{earnest.url}/")
        await page.goto(f"{earnest.url}/window/3")
        await expect(page.get_by_label("密码")).to_be_visible()


async def test_a_wrong_password_is_said_and_leads_nowhere(earnest: ServedHall, browser: Browser) -> None:
    async with shown(browser, earnest, "/window/3", BESIDE) as page:
        await page.get_by_label("工号").fill("0317")
        await page.get_by_label("密码").fill("not the password")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_have_text("工号或密码不对")
        await shot(page, "sign-in-wrong")
        await page.goto(f"{earnest.url}/window/3")
        await expect(page.get_by_label("密码")).to_be_visible()


async def test_after_a_wrong_password_the_right_one_still_leads_to_the_console(
    earnest: ServedHall, browser: Browser
) -> None:
    async with shown(browser, earnest, "/window/3", BESIDE) as page:
        for password in ("wrong", earnest.passwords["0317"]):
            await page.get_by_label("工号").fill("0317")
            await page.get_by_label("密码").fill(password)
            await page.keyboard.press("Enter")
            if password == "wrong":
                await expect(page.get_by_role("alert")).to_be_visible()
        await expect(page).to_have_url(f"{earnest.url}/window/3")
        await expect(page.locator("[data-console]")).to_be_visible()
