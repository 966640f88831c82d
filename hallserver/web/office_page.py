"""The back office's page (后台): cases under way, ready to collect, and handed over today."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hallserver.rules.cases import STATES
from hallserver.views.cases import DueDays, case_shape, found, soonest_due
from hallserver.web.api_cases import QUERY_LIMIT, fits
from hallserver.web.asking import STAFF
from hallserver.web.pages import PAGE_HEADERS, Draw, Visit

FOUND_LIMIT = 50
"""Cases shown of what was looked for."""
FIRST_FOUND = ("ready", "in_office", "handed_over")
"""Somebody who is looked for is mostly here to collect."""
assert set(FIRST_FOUND) == set(STATES)


async def office(visit: Visit) -> web.StreamResponse:
    """For staff: sign in first. ``?q=`` looks for a case at once."""
    if visit.principal.role not in STAFF:
        raise web.HTTPSeeOther(f"{visit.base}/sign-in?next={visit.base}/office")
    return visit.page("office", shown="office", looked_for=visit.request.query.get("q", "")[:QUERY_LIMIT])


async def found_cases(visit: Visit) -> web.StreamResponse:
    """What was looked for, as the page shows it. A part of a page: for staff, and without the page around it."""
    if visit.principal.role not in STAFF:
        return web.Response(status=401, text="", headers=PAGE_HEADERS)
    words = visit.request.query.get("q", "")[:QUERY_LIMIT].strip()
    html = visit.hub.pages.partial("office_found", visit.lang, looked_for(visit, words))
    return web.Response(text=html, content_type="text/html", headers=PAGE_HEADERS)


def looked_for(visit: Visit, words: str) -> dict[str, Any]:
    """``{"words", "total", "day", "cases"}``: those to collect first, then by their due days."""
    hall, now = visit.hall.desk.feed.hall, visit.hall.desk.clock.now()
    due_days = DueDays(hall)
    fitting = soonest_due(found(hall, None, fits(visit.hub, visit.hall, words)), due_days)
    fitting.sort(key=lambda case: FIRST_FOUND.index(case.state))
    return {
        "words": words,
        "total": len(fitting),
        "day": hall.day.isoformat() if hall.day else None,
        "cases": [case_shape(hall, case, now, due_days) for case in fitting[:FOUND_LIMIT]],
    }


OFFICE_PAGES: tuple[tuple[str, Draw], ...] = (
    ("/office", office),
    ("/office/found", found_cases),
)
"""Beside ``pages.PAGES``."""
