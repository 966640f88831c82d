"""The manager's page of settings that can be changed while the hall is open."""

from __future__ import annotations

from aiohttp import web

from hallserver.web.manage import for_managers, manage_page
from hallserver.web.pages import Visit

SECTION = "/manage/settings"


async def settings_page(visit: Visit) -> web.StreamResponse:
    """Every setting with its meaning, its limits and the file's value, as it is at every moment."""
    return manage_page(visit, "manage_settings", SECTION, shown="settings")


SETTINGS_PAGES = ((SECTION, for_managers(settings_page)),)
"""As ``pages.PAGES``."""
