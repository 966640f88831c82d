"""One browser for the tests of a file, and halls to look at."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.pages.a_browser import chromium
from tests.pages.a_hall_to_see import LUOJIAZHUANG, StepClock, a_morning, with_
from tests.web.a_server import ServedHall, a_served_hall
from tests.web.conftest import hall, no_fault_of_ours, quick_passwords

__all__ = ["browser", "clock", "furnished", "hall", "no_fault_of_ours", "quick_passwords", "shipped"]


SHOWN_WITHIN_MS = 15_000
"""Two busy cores may take a while; what must come sooner says so itself."""


@pytest.fixture(scope="session", autouse=True)
def patient_expectations() -> None:
    expect.set_options(timeout=SHOWN_WITHIN_MS)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await chromium(playwright)
        yield browser
        await browser.close()


@pytest.fixture
def clock() -> StepClock:
    """The clock of ``shipped``: step it on or back."""
    return StepClock()


@pytest_asyncio.fixture(loop_scope="module")
async def shipped(tmp_path_factory: pytest.TempPathFactory, clock: StepClock) -> AsyncIterator[ServedHall]:
    """The neighbourhood hall that comes with the software, as a demonstration, new for one test."""
    folder = tmp_path_factory.mktemp("shipped")
    async with a_served_hall(folder, LUOJIAZHUANG, demonstration=True, clock=clock.hall_clock) as hall:
        yield hall


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def furnished(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServedHall]:
    """The same in the middle of a morning, for tests that only look: see ``a_morning``."""
    patient = with_("pad", wake_s=24 * 3600)  # still awake when the last test looks at it
    async with a_served_hall(tmp_path_factory.mktemp("furnished"), patient, demonstration=True) as hall:
        await a_morning(hall)
        yield hall
