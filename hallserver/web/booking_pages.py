"""The public page to book a number (预约), and the page of staff who help others (帮办)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hallserver.rules.hall import Hall
from hallserver.views.helping import bookable
from hallserver.web.asking import STAFF
from hallserver.web.pages import Draw, Visit


async def book(visit: Visit) -> web.StreamResponse:
    """Choose a matter, a day and a time; the number is given at once."""
    live = visit.hall.desk.feed.hall
    return visit.page("book", things=_things(live), ask_phone=live.layout.bookings.ask_phone)


def _things(live: Hall) -> list[dict[str, Any]]:
    """What can be booked, zones first."""
    found, layout = bookable(live), live.layout
    zones = [{"kind": "zone", "line": "", **_named(layout.zones[name])} for name in found["zones"]]
    items = [{"kind": "item", "line": layout.items[name].line, **_named(layout.items[name])} for name in found["items"]]
    return zones + items


def _named(thing: Any) -> dict[str, str]:
    return {"id": thing.id, "name": thing.name, "name_en": thing.name_en}


async def desk(visit: Visit) -> web.StreamResponse:
    """Staff take numbers, book and check in for others: sign in first."""
    if visit.principal.role not in STAFF:
        raise web.HTTPSeeOther(f"{visit.base}/sign-in?next={visit.base}/desk")
    live = visit.hall.desk.feed.hall
    layout = live.layout
    everything = [{"kind": "zone", "line": "", **_named(zone)} for zone in layout.zones.values()]
    everything += [{"kind": "item", "line": item.line, **_named(item)} for item in layout.items.values()]
    can_book = bookable(live)
    given_here = layout.green_given_by != "kiosk"
    return visit.page(
        "desk",
        shown="desk",
        everything=everything,
        bookable={*(f"zone:{zone}" for zone in can_book["zones"]), *(f"item:{item}" for item in can_book["items"])},
        reasons=list(layout.green_reasons) if given_here else [],
    )


BOOKING_PAGES: tuple[tuple[str, Draw], ...] = (
    ("/book", book),
    ("/desk", desk),
)
"""Beside ``pages.PAGES``."""
