"""Which of the two languages a reader is given: asked for, remembered, or the browser's."""

from __future__ import annotations

from aiohttp import web

LANGUAGES = ("zh-CN", "en")


def language_of(request: web.Request) -> str:
    """``?lang=``, then the ``lang`` cookie, then Accept-Language; Chinese when in doubt."""
    for asked in (request.query.get("lang"), request.cookies.get("lang")):
        if asked in LANGUAGES:
            return asked
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
