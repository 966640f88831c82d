"""The manager's page of settings that can be changed while the hall is open."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hallserver.views.planning import settings_shape
from hallserver.web.manage import for_managers, manage_page
from hallserver.web.pages import Visit
from hallserver.web.setting_words import GROUPS, with_words

SECTION = "/manage/settings"


async def settings_page(visit: Visit) -> web.StreamResponse:
    """Every setting with its meaning, its limits and the file's value."""
    rows = with_words(settings_shape(visit.hall.desk.feed.hall), visit.lang)["settings"]
    groups: list[dict[str, Any]] = [
        {"name": name, "settings": [row for row in rows if row["key"].partition(".")[0] == table]}
        for table, name in GROUPS.items()
    ]
    return manage_page(visit, "manage_settings", SECTION, groups=[group for group in groups if group["settings"]])


SETTINGS_PAGES = ((SECTION, for_managers(settings_page)),)
"""As ``pages.PAGES``."""
