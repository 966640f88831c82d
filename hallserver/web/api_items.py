"""Matters: found by what people type, and told with the six elements of their guide."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hallserver.refusals import Refusal
from hallserver.settings.items import Elsewhere, Item
from hallserver.views.guide import matter_now
from hallserver.web.api_halls import whole_number
from hallserver.web.asking import NO_STORE, Ask
from hallserver.web.hub import OpenHall
from hallserver.web.item_search import QUERY_LIMIT

SHOWN, SHOWN_LIMIT = 60, 200
"""Matters in one answer: if nothing is said, and at most."""


async def items(ask: Ask) -> web.StreamResponse:
    """The matters that fit ``q`` and ``line``, best first, and those that others do. Refuses malformed."""
    query, line = ask.request.query.get("q", ""), ask.request.query.get("line", "")
    if len(query) > QUERY_LIMIT:
        raise Refusal("malformed", field="q")
    return web.json_response(
        found(ask.hall, query, line, whole_number(ask, "limit", SHOWN, SHOWN_LIMIT)), headers=NO_STORE
    )


def found(hall: OpenHall, query: str, line: str = "", limit: int = SHOWN) -> dict[str, Any]:
    """``{"items", "total", "elsewhere"}``."""
    fitting = hall.search.items(query, line)
    return {
        "items": [in_short(hall, item) for item in fitting[:limit]],
        "total": len(fitting),
        "elsewhere": [_elsewhere(told) for told in hall.search.elsewhere(query)],
    }


async def one(ask: Ask) -> web.StreamResponse:
    """One matter with its guide."""
    return web.json_response(whole(ask.hall, ask.names["item"]), headers=NO_STORE)


def in_short(hall: OpenHall, item: Item) -> dict[str, Any]:
    """A matter as a list shows it."""
    kept = item.model_dump(mode="json", exclude={"guide", "needs", "variation", "after"})
    return {**kept, **matter_now(hall.desk.feed.hall, hall.desk.clock.now(), item.id)}


def whole(hall: OpenHall, item: str) -> dict[str, Any]:
    """A matter with its guide. Refuses unknown_item."""
    for known in hall.settings.items:
        if known.id == item:
            return {**in_short(hall, known), "guide": known.guide.model_dump(mode="json")}
    raise Refusal("unknown_item", item=item)


def _elsewhere(told: Elsewhere) -> dict[str, Any]:
    return told.model_dump(mode="json", exclude={"words"})
