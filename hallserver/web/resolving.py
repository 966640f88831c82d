"""Which route an address leads to, remembered: kiosks and consoles ask the same few addresses all day.

The dispatcher tries the routes under ``/api/halls`` one after the other, which costs a press more than its rule.
"""

from __future__ import annotations

from aiohttp import web
from aiohttp.web_urldispatcher import UrlDispatcher, UrlMappingMatchInfo

REMEMBERED_LIMIT = 256
"""Addresses; with more, as somebody tries the names of halls, it begins anew."""
FEW = frozenset(("hall",))
"""An address with any other name in it is one of thousands."""


def remember_addresses(router: UrlDispatcher) -> None:
    """Let the router answer from memory for what it has answered before."""
    dispatch = router.resolve
    known: dict[tuple[str, str], UrlMappingMatchInfo] = {}

    async def resolve(request: web.Request) -> UrlMappingMatchInfo:
        address = request.method, request.raw_path
        found = known.get(address)
        if found is not None:
            return UrlMappingMatchInfo(dict(found), found.route)
        found = await dispatch(request)
        if found.http_exception is None and found.keys() <= FEW and "?" not in request.raw_path:
            if len(known) >= REMEMBERED_LIMIT:
                known.clear()
            known[address] = UrlMappingMatchInfo(dict(found), found.route)
        return found

    router.resolve = resolve  # type: ignore[method-assign]
