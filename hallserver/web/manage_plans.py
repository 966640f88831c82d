"""The manager's page of plans (排布方案): a table of windows and bands, its versions, and what it would change."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hallserver.refusals import Refusal
from hallserver.rules.hall import Hall
from hallserver.rules.plans import followed_on, usual_place
from hallserver.web.catalogue import N_
from hallserver.web.manage import for_managers, manage_page
from hallserver.web.pages import Visit

SECTION = "/manage/plans"
DAY_NAMES = {
    "mon": N_("一"),
    "tue": N_("二"),
    "wed": N_("三"),
    "thu": N_("四"),
    "fri": N_("五"),
    "sat": N_("六"),
    "sun": N_("日"),
}
NEW = "new"
BLANK: dict[str, Any] = {
    "id": None, "name": "", "version": None, "latest": None, "bands": [], "unserved": [],
}  # fmt: skip


async def plans_page(visit: Visit) -> web.StreamResponse:
    """``?plan=`` and ``?version=`` choose what is shown; without them the plan that is followed, else the first.
    Refuses unknown_plan and unknown_version."""
    live = visit.hall.desk.feed.hall
    named, version = visit.request.query.get("plan") or _first(live), visit.request.query.get("version")
    shown = "plans" if named in (None, NEW) else f"plan/{named}" + (f"/{version}" if version else "")
    told = visit.hall.audience.view(shown)
    if told["gone"] is not None:
        raise Refusal("unknown_plan", plan=named)
    return manage_page(
        visit,
        "manage_plans",
        SECTION,
        shown=shown,
        plan=told["plan"] or BLANK,
        day_names=DAY_NAMES,
        zones=[{"id": zone.id, "name": zone.name, "name_en": zone.name_en} for zone in live.layout.zones.values()],
        windows=_windows(live),
    )


def _first(live: Hall) -> str | None:
    """The plan that is followed today, else the first there is."""
    today = followed_on(live, live.day) if live.day is not None else None
    return today.plan if today is not None else next(iter(live.plans), None)


def _windows(live: Hall) -> list[dict[str, Any]]:
    """Every window with its usual place."""
    rows = []
    for window in live.windows.values():
        zone, support = usual_place(live, window)
        own, helped = live.layout.zones.get(zone), live.layout.zones.get(support or "")
        rows.append(
            {
                "id": window.id,
                "name": live.layout.windows[window.id].name,
                "zone": zone,
                "zone_name": own.name if own else zone,
                "zone_name_en": own.name_en if own else zone,
                "support_name": helped.name if helped else None,
                "support_name_en": helped.name_en if helped else None,
            }
        )
    return rows


PLANS_PAGES = ((SECTION, for_managers(plans_page)),)
"""As ``pages.PAGES``."""
