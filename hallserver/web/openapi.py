"""The OpenAPI 3.1 document, made from the table of routes; and its page, which works offline."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from hallserver import __version__
from hallserver.web.answers import Problem
from hallserver.web.asking import EVERYONE, Route
from hallserver.web.bodies import Body
from hallserver.web.problems import STATUS

REFERENCE = "#/components/schemas/{model}"
_LIBRARY = find_spec("aiohttp_openapi")
assert _LIBRARY is not None
assert _LIBRARY.origin is not None
SWAGGER = Path(_LIBRARY.origin).parent / "contrib-ui" / "swagger-ui"
"""The library around these files is never imported: that takes a tenth of the server's start."""

PATTERNS = {
    "hall": ("The hall's id.", "^[a-z0-9][a-z0-9-]{0,39}$"),
    "window": ("The window's id.", "^[A-Za-z0-9][A-Za-z0-9-]{0,7}$"),
    "ticket": ("Day and number: 20261121-A003.", "^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$"),
    "view": (
        "board, zone/{zone}, area/{area}, window/{window}, pad/{window}, ticket/{ticket}, visit/{ticket}, kiosk, "
        "floor, day, desk, office or green.",
        "^[^?#]{1,80}$",
    ),
    "change": ("The number of a change's first deed.", "^[0-9]{1,15}$"),
    "code": ("A booking's digits, or the last part of its page's address.", "^[A-Za-z0-9._-]{4,200}$"),
    "plan": ("The plan's id, as the list of plans tells it.", "^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$"),
    "alert": ("The alert's id: the number of the deed that raised it.", "^[0-9]{1,15}$"),
    "deed": ("The number of the deed of a call, or of the one that asked for a paper.", "^[0-9]{1,15}$"),
    "case": ("The case's id: the number of the deed that ended its service.", "^[0-9]{1,15}$"),
    "printer": ("The printer's id.", "^[a-z0-9][a-z0-9-]{0,39}$"),
    "year": ("A year", r"^2[01]\d\d$"),
    "day": ("A date (YYYY-MM-DD)", r"^2\d{3}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$"),
    "place": ("A machine's name", r"^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$"),
    "prompt": ("start, taken, next, returned or help", r"^[a-z]{2,20}$"),
    "zone": ("A zone's id", r"^[a-z0-9][a-z0-9-]{0,39}$"),
    "item": ("An item's id", r"^[a-z0-9][a-z0-9-]{0,39}$"),
}
ID = "^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$"
QUERIES: dict[str, dict[str, Any]] = {
    "waiting": {
        "schema": {"type": "integer", "minimum": 0, "maximum": 10**15 - 1},
        "description": "How many other calls wait to be said: while some do, the sound may be a shorter one.",
    },
    "after": {
        "schema": {"type": "integer", "minimum": 0, "maximum": 10**15 - 1},
        "description": "Deeds, or cases, beyond this.",
    },
    "zone": {"schema": {"type": "string", "pattern": ID}, "description": "A zone's id."},
    "support": {"schema": {"type": "string", "pattern": ID}, "description": "Which zone it would support."},
    "item": {"schema": {"type": "string", "pattern": ID}, "description": "An item's id."},
    "day": {
        "schema": {"type": "string", "format": "date"},
        "description": "YYYY-MM-DD; without it the first with room.",
    },
    "version": {"schema": {"type": "integer", "minimum": 1, "maximum": 10**9}, "description": "Of the plan."},
    "limit": {"schema": {"type": "integer", "minimum": 0, "maximum": 10**15 - 1}, "description": "At most so many."},
    "q": {"schema": {"type": "string", "maxLength": 60}, "description": "Words, pinyin or its first letters."},
    "state": {
        "schema": {"type": "string", "enum": ["in_office", "ready", "handed_over"]},
        "description": "Cases in this state alone.",
    },
    "cases?q": {
        "schema": {"type": "string", "maxLength": 300},
        "description": "A number or its beginning, a ticket's id or address, or a matter by name or pinyin.",
    },
    "line": {"schema": {"type": "string"}, "description": "A department line, as it is written."},
    "number": {"schema": {"type": "string", "pattern": "^[A-Z]{1,2}[0-9]{3,5}$"}, "description": "A number to say."},
    "ahead": {
        "schema": {"type": "integer", "minimum": 0, "maximum": 10**15 - 1},
        "description": "People ahead; more than 999 are said as 999.",
    },
    "year": {"schema": {"type": "integer", "minimum": 2000, "maximum": 2199}, "description": "This one, if not told."},
}


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """The whole document as plain data."""
    routes = [route for route in routes if route.path.startswith("/api/halls") or route.path in ("/healthz", "/readyz")]
    models = {Problem} | {m for route in routes for m in (route.answers, route.body) if m is not None}
    _, definitions = models_json_schema(
        [(model, "validation" if issubclass(model, Body) else "serialization") for model in sorted(models, key=str)],
        ref_template=REFERENCE,
    )
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        path = re.sub(r"\{(\w+):[^}]*\}", r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "hallserver",
            "version": __version__,
            "description": "A public service hall: tickets, windows, calls, ratings, views and the log.",
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "hallserver token --role ROLE"},
                "session": {"type": "apiKey", "in": "cookie", "name": "hall_session"},
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    names = re.findall(r"\{(\w+)", route.path)
    parameters: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": PATTERNS[name][0],
            "schema": {"type": "string", "pattern": PATTERNS[name][1]},
        }
        for name in names
    ]
    of_route = route.path.rpartition("/")[2]
    parameters += [
        {"name": name, "in": "query", "required": False, **QUERIES.get(f"{of_route}?{name}", QUERIES[name])}
        for name in route.query
    ]
    if route.keyed and route.method != "GET":
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "The same key gives the same answer, once.",
                "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
            }
        )
    operation: dict[str, Any] = {
        "operationId": f"{route.method.lower()}_{re.sub(r'[^a-z]+', '_', route.path.lower()).strip('_')}",
        "summary": route.summary,
        "parameters": parameters,
        "responses": _responses(route),
        "x-roles": sorted(route.roles),
    }
    if route.roles != EVERYONE:
        operation["security"] = [{"token": []}, {"session": []}]
    if route.body is not None:
        operation["requestBody"] = {
            "required": False,
            "content": {"application/json": {"schema": {"$ref": REFERENCE.format(model=route.body.__name__)}}},
        }
    return operation


def _responses(route: Route) -> dict[str, Any]:
    content: dict[str, Any] = {route.media: {}}
    if route.answers is not None:
        content = {route.media: {"schema": {"$ref": REFERENCE.format(model=route.answers.__name__)}}}
    responses: dict[str, Any] = {str(route.status): {"description": route.summary, "content": content}}
    if route.media == "audio/wav":
        responses["204"] = {"description": "Nothing to say: the call is too old, or the hall has no voice"}
    problem = {"application/problem+json": {"schema": {"$ref": REFERENCE.format(model="Problem")}}}
    by_status: dict[int, list[str]] = {}
    for code in (*_common(route), *route.refuses):
        by_status.setdefault(STATUS.get(code, 409), []).append(code)
        if STATUS.get(code) == 422 and code.startswith("unknown_"):
            by_status.setdefault(404, []).append(code)
    for status, codes in sorted(by_status.items()):
        responses[str(status)] = {"description": ", ".join(dict.fromkeys(codes)), "content": problem}
    if route.path == "/readyz":  # tells a watchman the same in either case
        responses["503"] = {"description": "Presses are not taken", "content": content}
    return responses


def _common(route: Route) -> list[str]:
    """What many routes refuse alike."""
    changes = route.method != "GET"
    codes = ["malformed"] if route.query or changes else []
    if "{hall}" in route.path:
        codes += ["unknown_hall", "not_found", "sign_in_needed", "not_allowed", "storage_unavailable"]
    if changes:
        codes += ["cross_site"]
    if changes and route.keyed:
        codes += ["key_reused", "too_many_requests"]
    if route.body is not None:
        codes += ["invalid", "body_too_large", "unsupported_media_type"]
    return codes


DOCS_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>hallserver API</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/docs/swagger-ui.css"></head>
<body><div id="api"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body></html>
"""
DOCS_START = """SwaggerUIBundle({ url: "/api/openapi.json", dom_id: "#api", validatorUrl: null, deepLinking: true })
"""
DOCS_FILES = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
