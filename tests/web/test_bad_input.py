"""Whatever is sent to whichever route: a clear no, never our fault, and nothing has happened.

The tables are laid over every route there is, so that a new one is tried without a word here.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import Iterator
from typing import get_origin

import pytest

from hallserver.web.asking import BODY_LIMIT, Route
from hallserver.web.openapi import QUERIES
from hallserver.web.pages import PAGES
from hallserver.web.routes import ROUTES
from tests.web.a_server import HALL, Answered, ServedHall, faults, pressed, until
from tests.web.test_roles import address, body, name

pytestmark = pytest.mark.asyncio(loop_scope="module")

WITH_BODY = [route for route in ROUTES if route.body is not None]
CHANGING = [route for route in ROUTES if route.method != "GET"]
NAMED = [route for route in ROUTES if "{" in route.path]

NOT_JSON = {
    "half": b"{",
    "null": b"null",
    "list": b"[]",
    "number": b"7",
    "words": b'"zone"',
    "blank": b" ",
    "single quotes": b"{'zone': 'zonghe'}",
    "no value": b'{"zone": }',
    "two values": b"{}{}",
    "not a number": b'{"speed": NaN}',
    "infinite": b'{"level": 1e999}',
    "bytes": b"\xff\xfe\xfd",
    "nul": b"\x00",
    "byte order mark": b"\xef\xbb\xbf{}",
    "utf-16": '{"zone": "zonghe"}'.encode("utf-16"),
    "surrogate key": b'{"\\ud800": 1}',
    "deep list": b"[" * 60_000,
    "deep object": b'{"zone":' * 8_000,
    "deep and whole": b'{"zone":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "said twice": b'{"zone": "zonghe", "zone": "zonghe"}',
    "unknown name": b'{"colour": "red"}',
    "long name": b'{"' + b"x" * 10_000 + b'": 1}',
    "prototype": b'{"__proto__": {}, "constructor": {}}',
}
WRONG_VALUES: dict[str, object] = {
    "object": {},
    "list of lists": [[]],
    "negative": -1,
    "huge": 10**300,
    "10,000 letters": "长" * 10_000,
    "nul": "a\x00b",
    "escape": "\x1b[31mred",
    "delete": "a\x7f",
    "lone surrogate": "\ud800",
}
ODD_NAMES = [
    b"%00", b"%FF", b"%ED%A0%80", b"%2F", b"%2e%2e", b"%2e%2e%2f%2e%2e%2fetc%2fpasswd", b"%252e", b"..%5c", b"%0d%0aX",
    "令".encode(), b"%E4%BB%A4", b"x" * 3000, b"x" * 9000, b"'%20OR%201=1--", b"%3Cscript%3E", b"*", b"%", b"%zz",
    b"\xff", b"\xed\xa0\x80", b"\x7f", b"\x01", b"%7Bhall%7D", b"-1", b"+", b"null", b"%EF%BC%91", b"%20",
]  # fmt: skip
ODD_NUMBERS = ["", "-1", "1.5", "1e3", "0x10", "１", "٣", "9" * 16, "9" * 4000, "%00", "%FF", "null", "+1", "1%20"]


def is_a_no(answer: Answered) -> bool:
    return 400 <= answer.status < 500 and answer.type == "application/problem+json" and bool(answer.json["code"])


def a_presser(route: Route) -> str:
    """Somebody who may: a manager wherever that is so."""
    return "manager" if "manager" in route.roles else "device"


def values(route: Route) -> Iterator[tuple[str, bytes]]:
    """For every field of the route's body, every value that none of them takes."""
    assert route.body is not None
    for field, known in route.body.model_fields.items():
        for what, value in WRONG_VALUES.items():
            if value == {} and get_origin(known.annotation) is dict:
                continue  # an empty table is one
            yield f"{field}: {what}", json.dumps({known.alias or field: value}).encode()


@pytest.mark.parametrize("route", WITH_BODY, ids=name)
async def test_a_body_that_is_not_what_the_route_takes(served: ServedHall, route: Route) -> None:
    end, wrong = pressed(served), []
    where, headers = address(route, "20261121-A001"), {"Content-Type": "application/json"}
    for what, data in [*NOT_JSON.items(), *values(route)]:
        answer = await served.ask(route.method, where, by=a_presser(route), data=data, headers=headers)
        if not is_a_no(answer):
            wrong.append((what, answer))
    assert wrong == []
    assert pressed(served) == end


@pytest.mark.parametrize("route", WITH_BODY, ids=name)
async def test_a_body_that_is_too_large(served: ServedHall, route: Route) -> None:
    where, headers = address(route, "x"), {"Content-Type": "application/json"}
    just, over = b" " * BODY_LIMIT, b" " * (BODY_LIMIT + 1)
    assert (await served.ask(route.method, where, by=a_presser(route), data=just, headers=headers)).status == 400
    for data in (over, b"x" * 300_000):
        answer = await served.ask(route.method, where, by=a_presser(route), data=data, headers=headers)
        assert (answer.status, answer.code) == (413, "body_too_large")

    async def in_pieces() -> object:
        for _ in range(70):
            yield b"x" * 1024

    answer = await served.ask(route.method, where, by=a_presser(route), data=in_pieces(), headers=headers)
    assert (answer.status, answer.code) == (413, "body_too_large")


@pytest.mark.parametrize("route", WITH_BODY, ids=name)
@pytest.mark.parametrize(
    "type_", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "", "/", "令"]
)
async def test_a_body_that_is_no_json_by_its_own_word(served: ServedHall, route: Route, type_: str) -> None:
    where = address(route, "x")
    answer = await served.ask(route.method, where, by=a_presser(route), data=b"{}", headers={"Content-Type": type_})
    assert (answer.status, answer.code) == (415, "unsupported_media_type")


@pytest.mark.parametrize("route", [r for r in ROUTES if r.body is None], ids=name)
async def test_a_body_where_none_is_taken_is_no_fault(served: ServedHall, route: Route) -> None:
    """The played day of a demonstration is refused here; the others answer as ever."""
    headers = {"Content-Type": "application/json"}
    for data in (b"{", b"x" * 300_000):
        answer = await served.ask(route.method, address(route, "x"), by="manager", data=data, headers=headers)
        assert answer.status < 500
        assert answer.status == 200 or is_a_no(answer)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "moon"])
@pytest.mark.parametrize("route", WITH_BODY, ids=name)
async def test_a_body_packed_in_a_way_it_is_not(served: ServedHall, route: Route, coding: str) -> None:
    end = pressed(served)
    head = f"{route.method} {address(route, 'x')} HTTP/1.1\r\nHost: hall\r\nConnection: close\r\nContent-Length: 18\r\n"
    head += f"Authorization: Bearer {served.tokens['manager']}\r\nContent-Type: application/json\r\n"
    answer = await served.raw(f'{head}Content-Encoding: {coding}\r\n\r\n{{"zone": "zonghe"}}'.encode())
    assert 400 <= answer.status < 500, answer
    assert pressed(served) == end


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "钥匙", "a\tb"])
@pytest.mark.parametrize("route", [r for r in CHANGING if r.keyed], ids=name)
async def test_a_bad_idempotency_key(served: ServedHall, route: Route, key: str) -> None:
    where, headers = address(route, "x"), {"Idempotency-Key": key}
    answer = await served.ask(route.method, where, by=a_presser(route), json=body(route) or {}, headers=headers)
    assert (answer.status, answer.code) == (400, "malformed"), answer


def raw_request(method: str, path: bytes, token: str = "", *more: bytes) -> bytes:
    lines = [method.encode() + b" " + path + b" HTTP/1.1", b"Host: hall", b"Connection: close"]
    lines += [f"Authorization: Bearer {token}".encode()] * bool(token)
    if method in ("POST", "PUT"):
        lines += [b"Content-Type: application/json", b"Content-Length: 2"]
        return b"\r\n".join([*lines, *more]) + b"\r\n\r\n{}"
    return b"\r\n".join([*lines, *more]) + b"\r\n\r\n"


def odd_addresses(path: str) -> Iterator[bytes]:
    """The path with each of its names made odd in turn, the others leading somewhere."""
    usual = {"hall": HALL, "ticket": "20261121-A001", "window": "1", "view": "board", "deed": "1", "zone": "zonghe"}
    names = re.findall(r"\{(\w+)", path)
    for odd in names:
        parts = re.split(r"\{(\w+)(?::[^}]*)?\}", path)
        for value in ODD_NAMES:
            yield b"".join(
                part.encode() if place % 2 == 0 else value if part == odd else usual.get(part, "x").encode()
                for place, part in enumerate(parts)
            )


@pytest.mark.parametrize("route", NAMED, ids=name)
async def test_an_odd_name_in_the_address(served: ServedHall, route: Route) -> None:
    end, wrong = pressed(served), []
    for where in odd_addresses(route.path):
        answer = await served.raw(raw_request(route.method, where, served.tokens["manager"]))
        # What is no HTTP at all is refused before any route is looked for.
        if not (is_a_no(answer) or (answer.status == 400 and answer.type == "text/plain")):
            wrong.append((where, answer))
    assert wrong == []
    assert pressed(served) == end


PAGE_PATHS = (
    [path for path, _ in PAGES] + [f"/{{hall}}{path}" for path, _ in PAGES] + ["/t/{token}", "/t/{token}/qr.svg"]
)


@pytest.mark.parametrize("path", [path for path in PAGE_PATHS if "{" in path])
async def test_an_odd_name_in_the_address_of_a_page(served: ServedHall, path: str) -> None:
    wrong = []
    for where in odd_addresses(path):
        answer = await served.raw(raw_request("GET", where, "", b"Accept: text/html"))
        if not 400 <= answer.status < 500 or answer.type not in ("text/html", "text/plain"):
            wrong.append((where, answer))
    assert wrong == []


@pytest.mark.parametrize(
    "query", [b"\xff=\xfe", b"lang=%00&lang=\xff", b"%", b"&&&==", b"x" * 7000, b"lang[]=en", b"\xed\xa0\x80"]
)
async def test_a_query_nobody_knows_is_ignored(served: ServedHall, query: bytes) -> None:
    for path in (b"/api/halls", b"/board", b"/sign-in", b"/metrics", f"/api/halls/{HALL}/views/board".encode()):
        answer = await served.raw(raw_request("GET", path + b"?" + query))
        assert answer.status == 200 or (answer.status == 400 and answer.type == "text/plain"), answer


async def test_what_the_sign_in_page_repeats_may_be_no_text(served: ServedHall) -> None:
    for value in (b"\xff", b"%ED%A0%80", b"%00", b"<script>", b"x" * 5000):
        answer = await served.raw(raw_request("GET", b"/sign-in?next=" + value + b"&window=" + value))
        assert answer.status in (200, 400)
        assert '<script>"' not in answer.text
        assert answer.status == 400 or "<script>&" not in answer.text


@pytest.mark.parametrize("route", [r for r in ROUTES if r.query], ids=name)
async def test_a_number_in_the_query_that_is_none(served: ServedHall, route: Route) -> None:
    numbers = [query for query in route.query if QUERIES[query]["schema"]["type"] == "integer"]
    for query in numbers:
        for value in ODD_NUMBERS:
            answer = await served.get(f"{address(route, 'x')}?{query}={value}", by="manager")
            assert (answer.status, answer.code) == (400, "malformed"), (query, value)
            assert answer.json["errors"][0]["field"] == query


async def test_an_odd_view_or_number_of_a_live_socket(served: ServedHall) -> None:
    upgrade = (b"Upgrade: websocket", b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
    queries = [b"view=" + odd for odd in ODD_NAMES] + [b"view=window/" + odd for odd in ODD_NAMES]
    queries += [b"view=ticket/" + odd for odd in ODD_NAMES] + [b"view=board&as=" + odd for odd in ODD_NAMES]
    queries += [b"after=" + value.encode() for value in ODD_NUMBERS]
    where, wrong = f"/api/halls/{HALL}/live?".encode(), []
    for query in queries:
        request = raw_request("GET", where + query, served.tokens["manager"], *upgrade)
        answer = await served.raw(request.replace(b"Connection: close", b"Connection: Upgrade, close"))
        if not (is_a_no(answer) or (answer.status == 400 and answer.type == "text/plain")):
            wrong.append((query, answer))
    assert wrong == []


@pytest.mark.parametrize("path", sorted({route.path for route in ROUTES}))
async def test_a_method_the_route_does_not_take(served: ServedHall, path: str) -> None:
    of_path = [route for route in ROUTES if route.path == path]
    taken = {route.method for route in of_path} | ({"HEAD"} if any(r.method == "GET" for r in of_path) else set())
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "LINK"):
        answer = await served.ask(method, address(of_path[0], "x"), by="manager")
        if method in taken:
            assert answer.status != 405
            continue
        assert answer.status == 405, (method, answer)
        assert {allowed.strip() for allowed in answer.headers["Allow"].split(",")} == taken
        if method != "HEAD":
            assert answer.code == "method_not_allowed"


@pytest.mark.parametrize(
    "host", [b"[", b"a b", b":::", b"hall:port", b"\xff", b"hall:99999", b"<script>", b"", b"x" * 3000]
)
async def test_an_odd_host(served: ServedHall, host: bytes) -> None:
    taken = await served.take()
    ticket = f"/api/halls/{HALL}/tickets/{taken['id']}/paper".encode()
    pages = [path.replace("{zone}", "zonghe").replace("{window}", "1").encode() for path, _ in PAGES]
    for path in (ticket, taken["follow_url"].encode() + b"/qr.svg", b"/api/halls", *pages):
        request = raw_request("GET", path, served.tokens["manager"]).replace(b"Host: hall", b"Host: " + host)
        answer = await served.raw(request)
        assert answer.status < 500, answer


async def test_a_request_of_long_ago_has_no_host(served: ServedHall) -> None:
    for path in (b"/api/halls", b"/board"):
        answer = await served.raw(b"GET " + path + b" HTTP/1.0\r\n\r\n")
        assert answer.status == 200


@pytest.mark.parametrize(
    "what", [b"", b"\r\n\r\n", b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"x" * 20_000]
)
async def test_what_is_no_request_is_answered_or_dropped(served: ServedHall, what: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.server.port)
    writer.write(what)
    if writer.can_write_eof():
        writer.write_eof()
    async with asyncio.timeout(15):
        said = await reader.read()
    assert said == b"" or said.split(b" ")[1].startswith(b"4")
    writer.close()
    await writer.wait_closed()
    assert (await served.get("/healthz")).status == 200


async def test_who_leaves_in_the_middle_of_a_press_is_no_fault_of_ours(served: ServedHall) -> None:
    def connections() -> list[object]:
        runner = served.server._runner
        assert runner is not None
        assert runner.server is not None
        return runner.server.connections

    before, end, kept = faults(), pressed(served), len(connections())
    for sent in (b"", b'{"zone": '):
        reader, writer = await asyncio.open_connection("127.0.0.1", served.server.port)
        request = f"POST /api/halls/{HALL}/tickets HTTP/1.1\r\nHost: hall\r\nContent-Type: application/json\r\n"
        writer.write(request.encode() + b"Content-Length: 500\r\n\r\n" + sent)
        await writer.drain()
        await until(lambda: len(connections()) > kept)
        writer.transport.abort()
        await until(lambda: len(connections()) == kept)
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
    assert (await served.get("/healthz")).status == 200
    assert faults() == before
    assert pressed(served) == end
