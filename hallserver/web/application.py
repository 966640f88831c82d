"""The aiohttp application: routes, pages, static files, and what is said when none of them fits."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from pathlib import Path

from aiohttp import hdrs, web

from hallserver.web import metrics, openapi, sign_in
from hallserver.web.asking import BODY_LIMIT, bound
from hallserver.web.booking_pages import BOOKING_PAGES
from hallserver.web.guide import GUIDE_PAGES
from hallserver.web.hub import HUB, Hub
from hallserver.web.limits import ANONYMOUS, ANONYMOUS_PER_MIN, SIGN_INS, SIGN_INS_PER_MIN, Pace
from hallserver.web.live import SOCKETS, Sockets, say_goodbye
from hallserver.web.manage import MANAGE_PAGES
from hallserver.web.manage_calendar import CALENDAR_PAGES
from hallserver.web.manage_green import GREEN_PAGES
from hallserver.web.manage_plans import PLANS_PAGES
from hallserver.web.manage_settings import SETTINGS_PAGES
from hallserver.web.office_page import OFFICE_PAGES
from hallserver.web.pages import CSP, PAGES, drawn, home, trouble, wants_page
from hallserver.web.phone_page import phone, qr
from hallserver.web.principals import DOORKEEPER, Doorkeeper
from hallserver.web.problems import problem
from hallserver.web.resolving import remember_addresses
from hallserver.web.routes import LIVE, ROUTES

STATIC_CACHE = "public, max-age=31536000, immutable"
ANYWHERE = "/{address}"
EVERY_PAGE = (
    *PAGES,
    *MANAGE_PAGES,
    *CALENDAR_PAGES,
    *PLANS_PAGES,
    *SETTINGS_PAGES,
    *GREEN_PAGES,
    *GUIDE_PAGES,
    *BOOKING_PAGES,
    *OFFICE_PAGES,
)


def application(hub: Hub, static: Path) -> web.Application:
    """Everything that answers, around a hub."""
    app = web.Application(client_max_size=BODY_LIMIT)
    app[HUB] = hub
    app[DOORKEEPER] = doorkeeper = Doorkeeper(hub)
    app[SOCKETS] = Sockets()
    app[ANONYMOUS] = Pace(ANONYMOUS_PER_MIN)
    app[SIGN_INS] = Pace(SIGN_INS_PER_MIN)
    for route in (*ROUTES, LIVE):
        answer = bound(route, hub, doorkeeper)
        app.router.add_route(route.method, route.path, answer)
        if route.method == "GET" and route is not LIVE:
            app.router.add_route("HEAD", route.path, answer)
    app.router.add_get("/metrics", metrics.handler)
    _add_docs(app)
    app.router.add_get("/t/{token}/qr.svg", qr)
    app.router.add_get("/t/{token}", drawn(phone))
    app.router.add_static(f"/static/{hub.static_version}", static)
    sign_in.add_to(app.router, "")
    for path, draw in EVERY_PAGE:
        app.router.add_get(path, drawn(draw))
    # Last, so that a hall's id can hide none of our own addresses.
    sign_in.add_to(app.router, "/{hall:[a-z0-9-]+}")
    for path, draw in (("", home), *EVERY_PAGE):
        app.router.add_get("/{hall:[a-z0-9-]+}" + path, drawn(draw))
    app.on_response_prepare.append(_head)
    app.router.add_route("*", "/{address:(?s:.*)}", _nothing_here)
    app.on_shutdown.append(say_goodbye)
    remember_addresses(app.router)
    return app


@cache
def _document() -> bytes:
    """Made when somebody asks: it takes longer than all else that a hall does to start, and few ask."""
    return json.dumps(openapi.document(ROUTES), ensure_ascii=False).encode()


def _add_docs(app: web.Application) -> None:
    async def document(request: web.Request) -> web.Response:
        told = await asyncio.to_thread(_document)
        return web.Response(body=told, content_type="application/json", charset="utf-8")

    async def page(request: web.Request) -> web.Response:
        # Swagger UI styles its elements inline; nothing else of the project may.
        relaxed = CSP.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
        return web.Response(
            text=openapi.DOCS_PAGE, content_type="text/html", headers={"Content-Security-Policy": relaxed}
        )

    async def start(request: web.Request) -> web.Response:
        return web.Response(text=openapi.DOCS_START, content_type="text/javascript")

    async def file(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name not in openapi.DOCS_FILES:
            return await _nothing_here(request)
        return web.FileResponse(openapi.SWAGGER / name)

    app.router.add_get("/api/openapi.json", document)
    app.router.add_get("/api/docs", page)
    app.router.add_get("/api/docs/start.js", start)
    app.router.add_get("/api/docs/{name}", file)


async def _nothing_here(request: web.Request) -> web.StreamResponse:
    """The last route: an address that leads nowhere, or not in this way. Said like everything else, as a
    problem or a page. A route and not a middleware, since a middleware would cost every press."""
    allowed: set[str] = set()
    for resource in request.app.router.resources():
        if resource.canonical != ANYWHERE:
            _, methods = await resource.resolve(request)
            allowed |= methods
    allowed = set() if request.method in allowed else allowed
    code, status = ("method_not_allowed", 405) if allowed else ("not_found", 404)
    said = trouble(request, code, status) if wants_page(request) else problem(request, code, status, {})
    if allowed:
        said.headers[hdrs.ALLOW] = ", ".join(sorted(allowed))
    return said


async def _head(request: web.Request, response: web.StreamResponse) -> None:
    """What every answer says, whoever made it."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    if request.path.startswith("/static/") and response.status in (200, 206, 304):
        response.headers["Cache-Control"] = STATIC_CACHE
