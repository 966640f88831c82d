"""Every no is a problem (RFC 9457) with a stable code, in the reader's language."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import aiohttp
import pytest
import pytest_asyncio

from hallserver.clock import HallClock
from hallserver.moments import to_moment
from hallserver.store.writer import StorageFailed
from hallserver.web import limits
from hallserver.web.limits import ANONYMOUS_PER_MIN
from tests.desk.a_real_hall import on_writer
from tests.web.a_server import HALL, NOW_ENOUGH_S, Answered, ServedHall, a_served_hall, settings, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def is_a_problem(answer: Answered, status: int, code: str) -> None:
    assert (answer.status, answer.type) == (status, "application/problem+json"), answer
    found = answer.json
    assert (found["status"], found["code"]) == (status, code)
    assert found["type"] == f"/api/docs#problem-{code}"
    assert found["title"]
    assert found["detail"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


EVERY_STATUS = [
    # status, code, method, path, who, what else is sent
    (400, "malformed", "POST", "tickets", "resident", {"data": b"{", "headers": {"Content-Type": "application/json"}}),
    (400, "malformed", "GET", "live?view=board", "resident", {}),
    (401, "sign_in_needed", "POST", "windows/1/calls", "resident", {}),
    (401, "sign_in_needed", "GET", "/api/halls/luojiazhuang", "no-such-token", {}),
    (403, "not_allowed", "POST", "windows/1/calls", "device", {}),
    (403, "not_your_window", "POST", "windows/1/calls", "clerk-2", {}),
    (403, "not_demonstration", "GET", "rehearsal", "manager", {}),
    (404, "unknown_hall", "GET", "/api/halls/moon", "resident", {}),
    (404, "not_found", "GET", "/api/moon", "resident", {}),
    (404, "not_found", "GET", "voice/1.wav", "resident", {}),
    (405, "method_not_allowed", "DELETE", "tickets", "resident", {}),
    (409, "no_ticket_at_window", "POST", "windows/1/recalls", "manager", {}),
    (413, "body_too_large", "POST", "tickets", "resident", {"json": {"zone": "z" * 65_536}}),
    (415, "unsupported_media_type", "POST", "tickets", "resident", {"data": b"zone=zonghe"}),
    (422, "invalid", "POST", "tickets", "resident", {"json": {"zone": 7}}),
    (422, "unknown_zone", "POST", "tickets", "resident", {"json": {"zone": "moon"}}),
]


@pytest.mark.parametrize(("status", "code", "method", "path", "by", "more"), EVERY_STATUS, ids=lambda v: str(v)[:40])
async def test_a_no_is_a_problem_in_both_languages(
    served: ServedHall, status: int, code: str, method: str, path: str, by: str, more: dict[str, object]
) -> None:
    own = dict(more.get("headers", {}))  # type: ignore[call-overload]
    rest = {name: value for name, value in more.items() if name != "headers"}
    for asked, lang in (({}, "zh-CN"), ({"Accept-Language": "en-GB,en;q=0.9,zh;q=0.5"}, "en")):
        answer = await served.ask(method, path, by=by, headers={**own, **asked}, **rest)
        is_a_problem(answer, status, code)
        assert answer.headers["Content-Language"] == lang
        said = answer.json["title"] + answer.json["detail"]
        assert bool(CHINESE.search(said)) == (lang == "zh-CN"), said


@pytest.mark.parametrize(
    ("query", "header", "cookie", "lang"),
    [
        ("", None, None, "zh-CN"),
        ("?lang=en", None, None, "en"),
        ("?lang=en", "zh-CN", "zh-CN", "en"),
        ("", "zh-CN", "en", "en"),
        ("?lang=fr", "en", None, "en"),
        ("", "fr-FR, de;q=0.9", None, "zh-CN"),
        ("", "zh;q=0.2, en;q=0.9", None, "en"),
        ("", "en;q=0.2, zh-TW;q=0.9", None, "zh-CN"),
        ("", "en;q=0", None, "zh-CN"),
        ("", "en;q=soon, zh", None, "zh-CN"),
        ("", "en;q=nan", None, "zh-CN"),
        ("", "," * 5000, None, "zh-CN"),
    ],
)
async def test_the_language_is_the_one_asked_for_then_remembered_then_the_browsers(
    served: ServedHall, query: str, header: str | None, cookie: str | None, lang: str
) -> None:
    headers = {}
    if header is not None:
        headers["Accept-Language"] = header
    if cookie is not None:
        headers["Cookie"] = f"lang={cookie}"
    answer = await served.get(f"/api/halls/moon{query}", headers=headers)
    assert answer.headers["Content-Language"] == lang


async def test_a_refused_method_says_which_are_taken(served: ServedHall) -> None:
    answer = await served.ask("PATCH", "tickets")
    is_a_problem(answer, 405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]


async def test_who_must_sign_in_is_told_how(served: ServedHall) -> None:
    answer = await served.post("windows/1/calls")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_an_invalid_body_names_its_fields(served: ServedHall) -> None:
    wrong = {"zone": 7, "class": "royal", "colour": "red"}
    errors = (await served.post("tickets", wrong)).json["errors"]
    assert {error["field"] for error in errors} == {"zone", "class", "colour"}
    assert all(error["message"] for error in errors)


async def test_a_name_that_leads_nowhere_names_its_field(served: ServedHall) -> None:
    wanted = [("tickets", {"zone": "moon"}, "zone"), ("tickets", {"item": "moon"}, "item")]
    for path, body, field in wanted:
        assert [error["field"] for error in (await served.post(path, body)).json["errors"]] == [field]
    support = {"zone": "zonghe", "support": "zonghe"}
    errors = (await served.put("windows/1/assignment", support, by="manager")).json["errors"]
    assert [error["field"] for error in errors] == ["support"]


async def test_a_browser_gets_a_page_where_a_program_gets_a_problem(served: ServedHall) -> None:
    for path, status in (("/nowhere/at/all", 404), ("/static/old/css/base.css", 404)):
        program = await served.get(path)
        is_a_problem(program, status, "not_found")
        browser = await served.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
        assert (browser.status, browser.type) == (status, "text/html")
        assert "没有这一页" in browser.text
    posted = await served.post("/board", headers={"Accept": "text/html"})
    assert (posted.status, posted.type) == (405, "text/html")


async def test_an_address_that_presses_too_often_is_asked_to_wait(
    served: ServedHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy says for whom it asks: then this machine is spared no more."""
    at_s = time.monotonic()
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: at_s))  # all in one moment
    headers = {"X-Forwarded-For": "192.0.2.1"}
    seen = [
        (await served.post("tickets", {"zone": "moon"}, headers=headers)).status for _ in range(ANONYMOUS_PER_MIN + 2)
    ]
    assert seen[:ANONYMOUS_PER_MIN] == [422] * ANONYMOUS_PER_MIN
    answer = await served.post("tickets", {"zone": "moon"}, headers=headers)
    is_a_problem(answer, 429, "too_many_requests")
    assert int(answer.headers["Retry-After"]) > 0
    assert (await served.post("tickets", {"zone": "moon"}, by="device", headers=headers)).status == 422


@pytest_asyncio.fixture(loop_scope="module")
async def in_new_york(tmp_path: Path) -> AsyncIterator[ServedHall]:
    """A hall far from Shanghai, on a Sunday at noon."""
    there = settings(
        hall={"id": HALL, "name": "纽约", "name_en": "York", "level": "town", "timezone": "America/New_York"}
    )
    noon = to_moment(datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("America/New_York")))
    clock = HallClock(wall=lambda: noon / 1000)
    async with a_served_hall(tmp_path, there, always_open=False, clock=lambda: clock) as hall:
        yield hall


async def test_a_closed_hall_says_when_it_opens_in_its_own_time(in_new_york: ServedHall) -> None:
    answer = await in_new_york.post("tickets", {"zone": "zonghe"}, headers={"Accept-Language": "en"})
    is_a_problem(answer, 409, "hall_closed")
    assert "Monday 23 November 08:30" in answer.json["detail"]
    assert answer.json["opens_at"] == "2026-11-23T08:30:00.000-05:00"


async def test_a_full_hall_says_so(tmp_path: Path) -> None:
    small = settings(queue={"waiting_limit": 1})
    async with a_served_hall(tmp_path, small) as hall:
        await hall.take()
        answer = await hall.post("tickets", {"zone": "gongan"})
        is_a_problem(answer, 409, "hall_full")
        assert answer.json["limit"] == 1


async def test_a_log_that_cannot_be_read_is_a_503_and_lets_its_readers_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_served_hall(tmp_path) as hall:
        await hall.take()
    async with a_served_hall(tmp_path) as hall:
        right = hall.server.store.read_log

        def unreadable(*_: object) -> None:
            raise StorageFailed("disk I/O error")

        for name in ("read_log", "ticket_row"):
            monkeypatch.setattr(hall.server.store, name, unreadable)
        for path in ("log?after=0", "tickets/20200101-A001"):
            is_a_problem(await hall.get(path, by="device"), 503, "storage_unavailable")
        async with hall.live("after=0", by="device") as socket:
            closed = await socket.receive(timeout=NOW_ENOUGH_S)
            assert closed.type is aiohttp.WSMsgType.CLOSE
            assert closed.data == aiohttp.WSCloseCode.TRY_AGAIN_LATER
        monkeypatch.setattr(hall.server.store, "read_log", right)
        async with hall.live("after=0", by="device") as socket:
            assert (await socket.receive_json(timeout=NOW_ENOUGH_S))["number"] == 1


async def test_a_database_that_takes_nothing_is_a_503_until_it_does(tmp_path: Path) -> None:
    async with a_served_hall(tmp_path) as hall:
        await on_writer(hall.server.store, "PRAGMA busy_timeout=50")
        assert (await hall.get("/readyz")).json["ready"] is True
        other = sqlite3.connect(hall.server.store.path, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            answer = await hall.post("tickets", {"zone": "zonghe"}, by="device")
            is_a_problem(answer, 503, "storage_unavailable")
            assert int(answer.headers["Retry-After"]) > 0
            ready = await hall.get("/readyz")
            assert ready.status == 503
            assert ready.json["ready"] is False
            assert "locked" in ready.json["storage"][HALL]
            assert (await hall.get("/healthz")).status == 200
            assert (await hall.get("views/board")).json["zones"][0]["waiting"] == 0
        finally:
            other.execute("ROLLBACK")
            other.close()
        await until(lambda: hall.desk.failure is None)
        assert (await hall.get("/readyz")).status == 200
        assert (await hall.take())["number"] == "A001"
