"""What a matter asks for, on paper: the guide's list, with where, how long and how much."""

from __future__ import annotations

from hallserver.moments import Moment, local
from hallserver.rules.hall import Hall
from hallserver.settings import HallSettings
from hallserver.views.guide import matter_now
from hallserver.views.shapes import Plain
from hallserver.web.catalogue import catalogue
from hallserver.web.known_names import known_name
from hallserver.web.named import each_named, named
from hallserver.web.paper_templates import templates_of
from hallserver.web.sentences import day_words, window_list
from hallserver.web.slips import zone_words

MATERIALS_LIMIT = 60
"""Lines of a list at most; the code on the paper leads to the rest."""


def guide_slip(hall: Hall, settings: HallSettings, item: str, lang: str, now: Moment, guide_url: str) -> Plain | None:
    """The paper as JSON, like those of ``slips``; None for a matter that the hall no longer does."""
    known = next((one for one in settings.items if one.id == item), None)
    if known is None or item not in hall.layout.items:
        return None
    say, english = catalogue(lang).say, lang == "en"
    there = local(now, hall.layout.tz)
    zone = zone_words(hall, hall.layout.items[item].zone, lang)
    windows = window_list(matter_now(hall, now, item)["windows"], lang)
    guide = known.guide.model_dump()
    materials = each_named(guide, "materials", lang=lang) or [known_name(paper, lang) for paper in known.bring]
    words = {
        "hall": hall.layout.name_en if english else hall.layout.name,
        "zone": zone,
        "number": "",
        "title": say("要带什么"),
        "item": known.name_en if english else known.name,
        "introduction": say("办这件事要带："),
        "lines": materials[:MATERIALS_LIMIT],
        "where": say("在哪办：%(place)s", place="　".join(filter(None, (zone, windows)))),
        "time_limit": say("办结时限：%(limit)s", limit=named(guide, "time_limit", lang=lang)),
        "fee": say("收费：%(fee)s", fee=named(guide, "fee", lang=lang)),
        "ask_at": say("咨询电话 %(phone)s", phone=settings.hall.phone) if settings.hall.phone else "",
        "follow_url": guide_url,
        "guide_line": say("扫码看办事指南和样表。"),
        "when": f"{day_words(there.isoformat(), lang)} {there:%H:%M}",
        "footer": settings.paper.footer_en if english else settings.paper.footer,
        "sample": say("示例，不作办事凭证") if hall.layout.sample else "",
    }
    return {
        **{name: words[name] for name in ("hall", "zone", "number", "item", "follow_url")},
        "sample_line": words["sample"],
        "paper": "guide",
        "lines": templates_of(settings.paper.templates).lines("guide", **words),
    }
