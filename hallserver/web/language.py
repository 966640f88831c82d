"""Which of the two languages a reader is given: asked for, remembered, or the browser's."""

from __future__ import annotations

from aiohttp import web

LANGUAGES = ("zh-CN", "en")


def page_language(request: web.Request) -> str:
    """A page's language: ``?lang=``, then the ``lang`` cookie, else Chinese. Not the browser's: a kiosk
    or a board on a machine set up in English still speaks to a Chinese hall."""
    for asked in (request.query.get("lang"), request.cookies.get("lang")):
        if asked in LANGUAGES:
            return asked
    return LANGUAGES[0]


def language_of(request: web.Request) -> str:
    """A program's language: as a page's, and Accept-Language when nothing else is said."""
    if request.query.get("lang") in LANGUAGES or request.cookies.get("lang") in LANGUAGES:
        return page_language(request)
    best, best_weight = LANGUAGES[0], 0.0
    for part in request.headers.get("Accept-Language", "")[:200].split(","):
        name, _, weight_text = part.strip().partition(";q=")
        try:
            weight = float(weight_text) if weight_text else 1.0
        except ValueError:
            continue
        found = "en" if name.lower().startswith("en") else "zh-CN" if name.lower().startswith("zh") else None
        if found is not None and weight > best_weight:
            best, best_weight = found, weight
    return best
