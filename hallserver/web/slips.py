"""The words on a ticket's paper, in the resident's language."""

from __future__ import annotations

from typing import Any

from hallserver.moments import local
from hallserver.rules.hall import Hall, Ticket
from hallserver.settings import HallSettings
from hallserver.views.shapes import wait_shape
from hallserver.web.catalogue import catalogue
from hallserver.web.sentences import day_words, wait_words


def slip_of(hall: Hall, ticket: Ticket, settings: HallSettings, follow_url: str) -> dict[str, Any]:
    """The JSON that ``ticket_printer.slip.Slip`` reads. The wait is the one promised at the press."""
    lang = ticket.language
    say = catalogue(lang).say
    english = lang == "en"
    zone = hall.layout.zones.get(ticket.zone)
    item = hall.layout.items.get(ticket.item or "")
    issued = local(ticket.issued, hall.layout.tz)
    words = wait_words(wait_shape(ticket.promised), lang, ticket.ahead)
    ahead = say("前面 %(n)s 人", n=ticket.ahead)
    zone_name = (zone.name_en if english else f"{zone.name}区") if zone else ticket.zone
    return {
        "hall": hall.layout.name_en if english else hall.layout.name,
        "zone": zone_name if english or not zone_name.endswith("区区") else zone_name[:-1],
        "number": ticket.shown,
        "ahead_line": f"{ahead}　{words}" if ticket.ahead else words,
        "item": (item.name_en if english else item.name) if item else "",
        "follow_url": follow_url,
        "follow_lines": [say("扫码看还有几人，"), say("快到时提醒您。")],
        "bring": say("请带：%(things)s", things="、".join(item.bring)) if item and item.bring else "",
        "time_line": f"{day_words(issued.isoformat(), lang)} {issued:%H:%M}",
        "footer": settings.paper.footer_en if english else settings.paper.footer,
        "sample_line": say("示例，不作办事凭证") if hall.layout.sample else "",
    }
