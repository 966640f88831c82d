"""One of each of a hall's papers, from invented words: to try its templates before anybody takes a number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hallserver.layouts import layout_of
from hallserver.moments import MINUTE_MS, Moment
from hallserver.rules.hall import Hall, Ticket
from hallserver.settings import HallSettings
from hallserver.views.shapes import Plain
from hallserver.web.guide_slip import guide_slip
from hallserver.web.slips import Slips

NOON: Moment = 1_795_412_520_000
FOLLOW_URL = "http://hall.example/t/hall.20261123-A018.Mh3kQ9xV2bTn7RcWabcdef"


def specimens(settings: HallSettings) -> Iterator[Plain]:
    """Ticket, reprint, booking, transfer, missing and guide, in both languages."""
    hall = Hall(settings.hall.id, layout_of(settings))
    zone, window = settings.zones[0], settings.windows[0]
    items = [item.id for item in settings.items if item.zone == zone.id]
    for language in ("zh-CN", "en"):
        ticket = Ticket(
            "20261123-A018", "A018", zone.id, items[0] if items else None, "walk_in", None, "kiosk", language,
            NOON, NOON, 1, state="called", window=window.id, clerk="0301", promised=[12, 15, 18], ahead=6,
        )  # fmt: skip
        slips = Slips(hall, settings, FOLLOW_URL, "503123400")
        yield slips.ticket(ticket)
        yield slips.ticket(ticket, again_at=NOON)
        yield slips.ticket(replace(ticket, state="booked", slot=NOON, slot_ends=NOON + 30 * MINUTE_MS))
        guide = guide_slip(hall, settings, items[0], language, NOON, FOLLOW_URL) if items else None
        if guide is not None:
            yield guide
        yield slips.transfer(ticket, NOON, ["先到 2 号窗口复印"])
        yield slips.missing(ticket, NOON, ["户口簿复印件", "近期一寸免冠照片两张"])
