"""The manager's page of the calendar: a year at a glance, one date in hand, and today's numbers and closing."""

from __future__ import annotations

from datetime import date
from typing import Any

from aiohttp import web

from hallserver.moments import local_day
from hallserver.refusals import Refusal
from hallserver.rules.hall import Hall
from hallserver.rules.layout import Item, Zone
from hallserver.views import hours
from hallserver.web.api_hours import YEARS
from hallserver.web.catalogue import N_
from hallserver.web.manage import for_managers, manage_page
from hallserver.web.pages import Visit
from hallserver.web.sentences import MONTHS_EN

SECTION = "/manage/calendar"
SESSIONS_OFFERED = 3
"""Rows for hours that a date's form shows at least."""
KIND_NAMES = {"regular": N_("正常"), "extended": N_("延时"), "shifted": N_("错时")}


async def calendar_page(visit: Visit) -> web.StreamResponse:
    """``?year=`` and ``?day=`` choose what is shown. Refuses not_found for what is neither."""
    live, now = visit.hall.desk.feed.hall, visit.hall.desk.clock.now()
    today = local_day(now, live.layout.tz)
    day = _day(visit.request.query.get("day", today.isoformat()))
    year = _year(visit.request.query.get("year", str(day.year)))
    shown = hours.calendar(live, now, year)
    return manage_page(
        visit,
        "manage_calendar",
        SECTION,
        calendar=shown,
        months=_months(shown["days"], visit.lang),
        today=today.isoformat(),
        chosen=_chosen(live, day),
        session_kinds=KIND_NAMES,
        zones=[{"id": zone.id, "name": zone.name, "name_en": zone.name_en} for zone in live.layout.zones.values()],
        intake=_intake(live, now),
        items=[{"id": i.id, "name": i.name, "name_en": i.name_en} for i in live.layout.items.values()],
        closing=hours.closing(live, now),
    )


def _day(told: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise Refusal("not_found") from None


def _year(told: str) -> int:
    if not (told.isascii() and told.isdigit() and len(told) == 4 and int(told) in YEARS):
        raise Refusal("not_found")
    return int(told)


def _months(days: list[dict[str, Any]], lang: str) -> list[dict[str, Any]]:
    """The year's days by month, each with its weekday column (0 is Monday)."""
    months: list[dict[str, Any]] = [
        {"month": n, "name": MONTHS_EN[n - 1] if lang == "en" else f"{n} 月", "days": []} for n in range(1, 13)
    ]
    for told in days:
        day = date.fromisoformat(told["day"])
        off = not told["sessions"]
        months[day.month - 1]["days"].append({**told, "number": day.day, "weekday": day.weekday(), "off": off})
    return months


def _chosen(live: Hall, day: date) -> dict[str, Any]:
    shape = hours.day_shape(live, day.isoformat())
    rows = [*shape["sessions"], *[None] * SESSIONS_OFFERED]
    return {**shape, "rows": rows[: max(SESSIONS_OFFERED, len(shape["sessions"]) + 1)]}


def _intake(live: Hall, now: int) -> list[dict[str, Any]]:
    """Zones and the items for which staff stopped the numbers; every zone is named, so that it can be stopped."""
    stopped = live.stopped
    rows = [_intake_row(f"zones/{zone.id}", f"zone:{zone.id}", zone, stopped) for zone in live.layout.zones.values()]
    for key in stopped:
        item = live.layout.items.get(key.removeprefix("item:")) if key.startswith("item:") else None
        if item is not None:
            rows.append(_intake_row(f"items/{item.id}", key, item, stopped))
    return rows


def _intake_row(path: str, key: str, named: Zone | Item, stopped: dict[str, str | None]) -> dict[str, Any]:
    return {
        "path": path,
        "name": named.name,
        "name_en": named.name_en,
        "stopped": key in stopped,
        "reason": stopped.get(key),
    }


CALENDAR_PAGES = ((SECTION, for_managers(calendar_page)),)
"""As ``pages.PAGES``."""
