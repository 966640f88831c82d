"""The pages of the largest hall that comes with the software: 94 windows, and still nothing is cut off or heavy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from hallserver.settings import load_hall
from tests.pages.a_browser import LOOKED_AT, UPRIGHT, WEIGHT_LIMIT_BYTES, WIDE, laid_out_at, seen, shot
from tests.pages.a_hall_to_see import CONFIG
from tests.web.a_server import ServedHall, a_served_hall

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHANGAN = load_hall(CONFIG / "changan.toml", {})
WINDOWS = [window.id for window in CHANGAN.windows if window.zone == "zonghe"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def large(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServedHall]:
    """All its comprehensive windows at work, and people waiting."""
    async with a_served_hall(tmp_path_factory.mktemp("large"), CHANGAN, demonstration=True) as hall:
        hall.tokens = {role: hall.token(role, hall=CHANGAN.hall.id) for role in ("device", "manager")}
        for window in WINDOWS:
            await hall.open(window)
            await hall.take("zonghe")
            await hall.call(window)
        for zone in CHANGAN.zones:
            for _ in range(3):
                await hall.take(zone.id)
        yield hall


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("/", WIDE),
        ("/kiosk", UPRIGHT),
        ("/board", WIDE),
        ("/board/zonghe", WIDE),
        ("/window/{}", WIDE),
        ("/manage", WIDE),
    ],
)
async def test_a_page_of_many_windows_fits(
    large: ServedHall, browser: Browser, path: str, size: dict[str, int], lang: str
) -> None:
    path = path.format(WINDOWS[0])
    staff = next(one for one in CHANGAN.staff if one.role == ("manager" if path == "/manage" else "clerk"))
    more: dict[str, Any] = {"as_staff": staff.id, "window": WINDOWS[0]} if path.startswith(("/w", "/m")) else {}
    async with seen(browser, large, f"{path}?lang={lang}", size, **more) as watched:
        page = watched.page
        await page.wait_for_load_state("load")
        await laid_out_at(page, size)
        await shot(page, f"large{path.replace('/', '-')}-{lang}")
        assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert await page.evaluate(f"{LOOKED_AT}; cutOff()") == []
        assert await page.evaluate(f"{LOOKED_AT}; overlapping()") == []
        if path in ("/kiosk", "/board", "/board/zonghe"):
            assert await page.evaluate("document.documentElement.scrollHeight") <= size["height"]
        assert watched.mistakes == []
        assert await watched.weight_bytes() < WEIGHT_LIMIT_BYTES
