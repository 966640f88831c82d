"""The document of the API, and the page that shows it without asking anyone else."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hallserver.web import openapi
from hallserver.web.asking import Route
from hallserver.web.problems import STATUS
from hallserver.web.routes import LIVE, ROUTES
from tests.web.a_server import ServedHall
from tests.web.test_roles import name

pytestmark = pytest.mark.asyncio(loop_scope="module")


def operation(document: dict[str, Any], route: Route) -> dict[str, Any]:
    path = re.sub(r"\{(\w+):[^}]*\}", r"{\1}", route.path)
    return dict(document["paths"][path][route.method.lower()])


async def test_the_document_is_served_as_json(served: ServedHall) -> None:
    answer = await served.get("/api/openapi.json")
    assert (answer.status, answer.type) == (200, "application/json")
    assert answer.json["openapi"].startswith("3.1")
    assert answer.json == openapi.document(ROUTES)


async def test_every_route_stands_in_the_document_and_nothing_else(served: ServedHall) -> None:
    found = (await served.get("/api/openapi.json")).json["paths"]
    told = {(method.upper(), path) for path, methods in found.items() for method in methods}
    assert told == {(r.method, re.sub(r"\{(\w+):[^}]*\}", r"{\1}", r.path)) for r in ROUTES}
    assert LIVE.path not in found, "OpenAPI has no words for a WebSocket; docs/api.md has"


@pytest.mark.parametrize("route", ROUTES, ids=name)
async def test_an_operation_tells_who_may_what_comes_back_and_every_no(served: ServedHall, route: Route) -> None:
    told = operation((await served.get("/api/openapi.json")).json, route)
    assert told["x-roles"] == sorted(route.roles)
    assert bool(told.get("security")) == ("resident" not in route.roles)
    assert told["summary"] == route.summary
    assert str(route.status) in told["responses"]
    said = " ".join(response["description"] for response in told["responses"].values())
    assert set(route.refuses) - {"storage_unavailable"} <= set(re.split(r"[ ,]+", said))
    for status, response in told["responses"].items():
        if int(status) >= 400 and (route.path, status) != ("/readyz", "503"):
            assert list(response["content"]) == ["application/problem+json"]
            for code in response["description"].split(", "):
                # A name that leads nowhere is 404 in the address and 422 in a body.
                also = {"404"} if code.startswith("unknown_") and STATUS[code] == 422 else set()
                assert status in {str(STATUS.get(code, 409))} | also
    key = [parameter["name"] for parameter in told["parameters"] if parameter["in"] == "header"]
    assert key == (["Idempotency-Key"] if route.keyed and route.method != "GET" else [])


async def test_operations_have_names_of_their_own(served: ServedHall) -> None:
    found = (await served.get("/api/openapi.json")).json["paths"]
    names = [told["operationId"] for methods in found.values() for told in methods.values()]
    assert len(set(names)) == len(names)


async def test_the_page_works_and_loads_nothing_from_elsewhere(served: ServedHall) -> None:
    page = await served.get("/api/docs")
    assert (page.status, page.type) == (200, "text/html")
    loaded = [link for link in re.findall(r'(?:src|href)="([^"]*)"', page.text) if not link.startswith("data:")]
    assert loaded == ["/api/docs/swagger-ui.css", "/api/docs/swagger-ui-bundle.js", "/api/docs/start.js"]
    for link in loaded:
        answer = await served.get(link)
        assert answer.status == 200
        assert answer.type in ("text/css", "text/javascript", "application/javascript")
        assert len(answer.text) > 50
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    style = await served.get("/api/docs/swagger-ui.css")
    assert re.findall(r"(?:url\(|@import\s*)[\"']?(?:https?:)?//", style.text) == []
    start = (await served.get("/api/docs/start.js")).text
    assert "validatorUrl: null" in start, "the validator is somebody else's server"
    assert 'url: "/api/openapi.json"' in start
    allowed = page.headers["Content-Security-Policy"]
    assert "default-src 'self'" in allowed
    assert "script-src 'self';" in allowed
    assert "http" not in allowed


@pytest.mark.parametrize("file", ["absolute-path.js", "package.json", "..%2f..%2fopenapi.py", "index.html", "x"])
async def test_only_the_pages_own_files_are_served(served: ServedHall, file: str) -> None:
    assert (
        await served.raw(f"GET /api/docs/{file} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
    ).status == 404
