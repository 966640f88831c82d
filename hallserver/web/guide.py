"""The guide (办事指南): find a matter, read its six elements, see a sample, take a number, print what to bring."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from aiohttp import web

from hallserver.refusals import Refusal
from hallserver.web.api_items import SHOWN_LIMIT, found, whole
from hallserver.web.item_search import QUERY_LIMIT
from hallserver.web.pages import Draw, Visit


async def guide(visit: Visit) -> web.StreamResponse:
    """Every matter, or those that fit ``?q=`` and ``?line=``."""
    query, line = visit.request.query.get("q", "")[:QUERY_LIMIT], visit.request.query.get("line", "")
    lines = list(dict.fromkeys(item.line for item in visit.hall.settings.items))
    return visit.page(
        "guide",
        query=query,
        line=line if line in lines else "",
        lines=lines,
        found=found(visit.hall, query, line if line in lines else "", SHOWN_LIMIT),
        touch="touch" in visit.request.query,
    )


async def matter(visit: Visit) -> web.StreamResponse:
    """One matter's guide. Refuses unknown_item."""
    told = whole(visit.hall, visit.request.match_info["item"])
    touch = "touch" in visit.request.query
    prints = visit.principal.role == "device" or (visit.prints_here and touch)
    return visit.page("guide_item", item=told, touch=touch, prints=prints)


async def sample(visit: Visit) -> web.StreamResponse:
    """A form filled in as it should be. Only files that the hall's settings name are served."""
    item, file = visit.request.match_info["item"], visit.request.match_info["file"]
    named = {one.file for known in visit.hall.settings.items if known.id == item for one in known.guide.samples}
    if file not in named:
        raise Refusal("not_found")
    kind = mimetypes.guess_type(file)[0] or "application/octet-stream"
    return web.FileResponse(
        Path(visit.hall.settings.guide.samples) / file,
        headers={"Content-Type": kind, "Cache-Control": "private, max-age=3600", "Content-Security-Policy": "sandbox"},
    )


GUIDE_PAGES: tuple[tuple[str, Draw], ...] = (
    ("/guide", guide),
    ("/guide/{item}", matter),
    ("/guide/{item}/samples/{file}", sample),
)
"""As ``pages.PAGES``."""
