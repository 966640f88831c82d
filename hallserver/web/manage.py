"""The manager's pages: who may open them, and what they share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from aiohttp import web
from markupsafe import Markup

from hallserver.moments import day_start
from hallserver.store.accounts import Accounts
from hallserver.views.day_line import usual
from hallserver.web.catalogue import N_
from hallserver.web.hub import OpenHall
from hallserver.web.pages import Draw, Visit

SECTIONS: tuple[tuple[str, str], ...] = (
    ("/manage", N_("现场")),
    ("/manage/plans", N_("排布方案")),
    ("/manage/calendar", N_("日历")),
    ("/manage/green", N_("绿色通道")),
    ("/office", N_("办件")),
    ("/manage/settings", N_("设置")),
)
"""The pages a manager finds in the bar above each of them: path below the hall, and what it is called. The back
office's page is staff's, and leads back."""


def for_managers(draw: Draw) -> Draw:
    """The page, for a manager alone: others are led to the sign-in, and a clerk is told whose it is."""

    async def asked(visit: Visit) -> web.StreamResponse:
        sign_in = f"{visit.base}/sign-in?next={quote(visit.request.path)}"
        if visit.principal.role == "manager":
            return await draw(visit)
        if visit.principal.role == "clerk":
            return visit.page("manage_locked", status=403, sign_in=sign_in)
        raise web.HTTPSeeOther(sign_in)

    return asked


def manage_page(visit: Visit, name: str, section: str, **more: Any) -> web.Response:
    """A page inside the manager's frame; ``section`` is its path in ``SECTIONS``."""
    return visit.page(name, sections=SECTIONS, section=section, **more)


async def floor(visit: Visit) -> web.StreamResponse:
    """The floor: zones, windows, queues, as they are now; and the day as a line."""
    await asyncio.to_thread(learn, visit.hall, visit.hub.accounts)
    view = visit.hall.audience.view("day")
    day = Markup(visit.hub.pages.partial("day", visit.lang, view))  # noqa: S704 -- escaped there
    return manage_page(visit, "manage", "/manage", shown="floor", day=day)


def learn(hall: OpenHall, accounts: Accounts) -> None:
    """Who the staff numbers are, and how long people waited on the last days like this one. Blocking: it reads the
    database, the days once a day."""
    live = hall.desk.feed.hall
    hall.staff = {person.id: person.name for person in accounts.people(live.id)}
    if hall.usual_on == live.day or live.day is None:
        return
    days = [live.day - timedelta(weeks=back) for back in range(1, WEEKS_BACK + 1)]
    sums = [hall.called_in_intervals(f"{day:%Y%m%d}", day_start(day, live.layout.tz)) for day in days]
    hall.usual, hall.usual_on = usual(sums), live.day


WEEKS_BACK = 30


MANAGE_PAGES: tuple[tuple[str, Callable[[Visit], Awaitable[web.StreamResponse]]], ...] = (
    ("/manage", for_managers(floor)),
)
"""As ``pages.PAGES``: every one under the hall's own address too."""
