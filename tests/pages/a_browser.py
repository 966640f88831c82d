"""A real browser, and a page opened in it that nothing may go wrong on.

async with shown(browser, hall, "/board", WIDE) as page:
    await expect(page.locator(".number")).to_have_text("A001")

A mistake of the page's scripts fails the test; ``seen(...)`` gives what else a page did: console, requests, weight.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Playwright, Request, Response, Route

from tests.web.a_server import ServedHall

BROWSERS = ("chromium-headless-shell", "chromium")
"""The first that is there. The shell is Chromium without the windows and menus around a page, which nobody looks at
here and which are three times the page's own work. It has no notices of the system."""
CHROMIUM_OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
UPRIGHT = {"width": 1080, "height": 1920}
WIDE = {"width": 1920, "height": 1080}
NARROW = {"width": 360, "height": 800}
PHONE = {"width": 390, "height": 844}
BESIDE = {"width": 420, "height": 900}
PAD = {"width": 1280, "height": 800}
WINDOW_SCREEN = {"width": 1920, "height": 540}
OPENED_WITHIN_MS = 30_000
"""The first page of a browser that starts beside two others; how soon a page is there is a benchmark's to say."""
SOON_S = 20.0
"""How long a page is waited for where the browser's own waiting does not help."""
WEIGHT_LIMIT_BYTES = 150_000
WEIGHS_NOTHING = frozenset(("font", "media", "websocket"))
LOOKED_AT = (Path(__file__).parent / "looked_at.js").read_text(encoding="utf-8")
"""Gives cutOff(), what can't be read to its end, and overlapping(), what is written over something else."""


async def chromium(playwright: Playwright, *, whole: bool = False) -> Browser:
    """The browser, with all that is around a page where ``whole``. A missing one fails: a test that nobody runs proves
    nothing."""
    found = next(filter(None, map(shutil.which, BROWSERS[whole:])), None)
    if found is None:
        pytest.fail(
            "The browser tests need Chromium and Chinese fonts: "
            "apt-get install -y chromium chromium-headless-shell fonts-noto-cjk",
            pytrace=False,
        )
    return await playwright.chromium.launch(executable_path=found, args=CHROMIUM_OPTIONS)


@dataclass
class Seen:
    """A page, and what it did behind the scenes."""

    page: Page
    origin: str
    mistakes: list[str] = field(default_factory=list)
    """Errors of scripts and in the console (a breach of the CSP is one), failed requests, foreign addresses."""
    responses: list[Response] = field(default_factory=list)
    presses: list[str] = field(default_factory=list)
    """What the page asked to be changed: ``POST windows/3/calls``."""

    def watch(self) -> Seen:
        page = self.page
        page.on("pageerror", lambda error: self.mistakes.append(f"script: {error}"))
        page.on("console", lambda said: self.mistakes.append(f"console: {said.text}") if said.type == "error" else None)
        page.on("requestfailed", lambda request: self.mistakes.append(f"failed: {request.url} {request.failure}"))
        page.on("request", self._asked)
        page.on("response", lambda response: self.responses.append(response))
        return self

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:")):
            self.mistakes.append(f"foreign: {request.url}")
        if request.method != "GET":
            self.presses.append(f"{request.method} {request.url.partition('/api/halls/')[2].partition('/')[2]}")

    async def weight_bytes(self) -> int:
        """Of everything that makes the page, unpacked; pictures of papers, what is said aloud, and fonts apart."""
        own = [one for one in self.responses if one.request.resource_type not in WEIGHS_NOTHING]
        return sum([len(await one.body()) for one in own if "/paper/" not in one.url and "/voice/" not in one.url])


@asynccontextmanager
async def seen(
    browser: Browser,
    hall: ServedHall,
    path: str,
    size: Any = WIDE,
    *,
    as_staff: str | None = None,
    window: str = "3",
    locale: str = "zh-CN",
    ready: str = "",
) -> AsyncIterator[Seen]:
    """A page of the hall, signed in with one press where ``as_staff`` says so; ``ready`` is run before its scripts."""
    context = await browser.new_context(viewport=size, reduced_motion="reduce", locale=locale)
    context.set_default_timeout(15_000)
    context.set_default_navigation_timeout(OPENED_WITHIN_MS)
    if as_staff is not None:
        await sign_in(context, hall, as_staff, window)
    page = await context.new_page()
    if ready:
        await page.add_init_script(ready)
    watched = Seen(page, hall.url).watch()
    await page.goto(hall.url + path)
    try:
        yield watched
    finally:
        await context.close()


@asynccontextmanager
async def shown(browser: Browser, hall: ServedHall, path: str, size: Any = WIDE, **more: Any) -> AsyncIterator[Page]:
    """The same, when nothing of the page's scripts may go wrong and the rest doesn't matter."""
    async with seen(browser, hall, path, size, **more) as watched:
        yield watched.page
        assert [one for one in watched.mistakes if one.startswith(("script", "foreign"))] == []


async def laid_out_at(page: Page, size: Any) -> None:
    """The page has this size, and its fonts are there."""
    await page.set_viewport_size(size)
    await page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")


async def not_an_echo(console: Page) -> None:
    """The same key twice within DOUBLE_MS of window.js is one press: whoever means two lets that time pass."""
    await console.wait_for_timeout(650)


class Soon(asyncio.Event):
    """Is waited for so long and no longer: a test that hangs should say at what. Raises TimeoutError."""

    async def wait(self) -> Literal[True]:
        async with asyncio.timeout(SOON_S):
            return await super().wait()


@asynccontextmanager
async def held_back(page: Page, what: str) -> AsyncIterator[Soon]:
    """The next answer from there is on its way until left; the event tells that the server has given it."""
    asked, let_go = asyncio.Event(), asyncio.Event()
    given, here = Soon(), Soon()

    async def late(route: Route) -> None:
        if asked.is_set():
            await route.fallback()
            return
        asked.set()
        answer = await route.fetch()
        given.set()
        await let_go.wait()
        await route.fulfill(response=answer)
        here.set()

    await page.route(what, late)
    yield given
    let_go.set()
    await here.wait()
    await page.unroute(what, late)


COUNTS_VIEWS = "window.views = 0; document.addEventListener('live', () => { window.views += 1 })"


async def a_view_came(page: Page) -> None:
    """At least one view since the page was opened; it needs ``ready=COUNTS_VIEWS``."""
    await page.wait_for_function("() => window.views > 0")


async def sign_in(context: BrowserContext, hall: ServedHall, staff: str, window: str) -> None:
    """One press at the sign-in of a demonstration."""
    answer = await context.request.post(
        f"{hall.url}/sign-in/sample",
        form={"staff": staff, "window": window},
        headers={"Origin": hall.url},
        max_redirects=0,
    )
    assert answer.status == 303, await answer.text()


async def shot(page: Page, name: str, **more: Any) -> None:
    """A picture in the folder that HALL_SHOTS names, for eyes; nothing without it."""
    folder = os.environ.get("HALL_SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=str(Path(folder) / f"{name}.png"), **more)
