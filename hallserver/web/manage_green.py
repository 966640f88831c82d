"""The manager's list of numbers with priority (绿色通道台账): today's live, or an earlier day's."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

from aiohttp import web
from markupsafe import Markup

from hallserver.moments import local_day
from hallserver.refusals import Refusal
from hallserver.views.channels import Given, green_list
from hallserver.web.manage import for_managers, learn, manage_page
from hallserver.web.pages import Visit

SECTION = "/manage/green"


async def green_page(visit: Visit) -> web.StreamResponse:
    """``?day=`` chooses an earlier day. Refuses not_found for what is none, and for a day to come."""
    live = visit.hall.desk.feed.hall
    await asyncio.to_thread(learn, visit.hall, visit.hub.accounts)
    today = live.day or local_day(visit.hall.desk.clock.now(), live.layout.tz)
    day = _day(visit.request.query.get("day", today.isoformat()), today)
    days = {"day": day.isoformat(), "today": today.isoformat(), "before": (day - timedelta(days=1)).isoformat()}
    if day == today:
        return manage_page(visit, "manage_green", SECTION, shown="green", after=None, past=None, **days)
    found = await asyncio.to_thread(visit.hall.green_on, f"{day:%Y%m%d}")
    told = {**green_list(live, day, [Given(*row) for row in found]), **visit.hall.besides("green")}
    past = Markup(visit.hub.pages.partial("green", visit.lang, told))  # noqa: S704 -- escaped there
    after = (day + timedelta(days=1)).isoformat()
    return manage_page(visit, "manage_green", SECTION, after=after, past=past, **days)


def _day(told: str, today: date) -> date:
    try:
        day = date.fromisoformat(told)
    except ValueError:
        raise Refusal("not_found") from None
    if not date(2000, 1, 1) < day <= today:
        raise Refusal("not_found")
    return day


GREEN_PAGES = ((SECTION, for_managers(green_page)),)
"""As ``pages.PAGES``."""
