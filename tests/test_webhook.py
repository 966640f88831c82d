"""Deeds told to another program: signed, in order, tried again, given up visibly. Against a real HTTP server."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from hallserver import webhook
from hallserver.clock import HallClock
from hallserver.events import RatingGiven
from tests.web.a_server import ServedHall, a_served_hall, settings, until
from tests.web.conftest import no_fault_of_ours, quick_passwords

__all__ = ["no_fault_of_ours", "quick_passwords"]

SECRET = "whsec_" + base64.b64encode(b"a secret of the hall").decode()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between tries are real seconds."""
    monkeypatch.setattr(webhook, "RETRY_FIRST_S", 0.01)
    monkeypatch.setattr(webhook, "RETRY_LIMIT_S", 0.05)


class Receiver:
    """Another program: it answers what it is told to, and keeps what it took."""

    def __init__(self) -> None:
        self.answer: int | None = 204
        self.tries: list[tuple[dict[str, str], bytes]] = []
        self.taken: list[dict[str, Any]] = []
        self.url = ""

    async def hears(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.tries.append((dict(request.headers), body))
        if self.answer is None:
            await asyncio.sleep(30)
        assert self.answer is not None
        if self.answer == 204:
            self.taken.append(json.loads(body))
        return web.Response(status=self.answer, headers={"Location": "/elsewhere"} if self.answer == 302 else {})


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hall", receiver.hears)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hall"
    yield receiver
    await runner.cleanup()


def told_to(receiver: Receiver, **more: Any) -> Any:
    return settings(webhook={"url": receiver.url, "secret": SECRET, "timeout_s": 1, **more})


async def rated(hall: ServedHall, number: int, level: int = 2) -> None:
    """A bad rating, which is an alert a second later."""
    event = RatingGiven(f"20261123-A{number:03d}", "1", None, level)
    await hall.desk.press(lambda *_: [event], by="resident")
    await hall.desk.tick()


def subjects(receiver: Receiver) -> list[str]:
    return [message["deed"]["subject"] for message in receiver.taken]


def well_signed(headers: dict[str, str], body: bytes) -> bool:
    """As the documentation tells a receiver to check it, without a line of ours."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.new(b"a secret of the hall", signed, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(headers["webhook-signature"], f"v1,{wanted}")


async def test_an_alert_is_told_once_signed_and_in_words(tmp_path: Path, receiver: Receiver) -> None:
    async with a_served_hall(tmp_path, told_to(receiver)) as hall:
        await rated(hall, 1)
        await until(lambda: receiver.taken)
        [(headers, body)], [message] = receiver.tries, receiver.taken
        deed = message["deed"]
        assert (deed["kind"], deed["alert"], deed["subject"]) == ("AlertRaised", "bad_rating", "20261123-A001")
        assert message["text"]["zh-CN"] == "A001 给了不满意；1 号窗口，请跟进"
        assert headers["webhook-id"] == f"luojiazhuang-{deed['number']}"
        assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
        assert well_signed(headers, body)
        assert not well_signed(headers, body + b" ")
        assert not well_signed({**headers, "webhook-timestamp": "1"}, body)


@pytest.mark.parametrize("trouble", [500, 302, 404, None], ids=["fails", "redirects", "is not there", "hangs"])
async def test_what_is_not_taken_is_tried_again_and_comes_in_order(
    tmp_path: Path, receiver: Receiver, trouble: int | None
) -> None:
    async with a_served_hall(tmp_path, told_to(receiver)) as hall:
        receiver.answer = trouble
        await rated(hall, 1)
        await rated(hall, 2)
        await until(lambda: len(receiver.tries) >= 2)
        unwell = (await hall.get("/readyz")).json["followers"]["webhook of luojiazhuang"]
        assert ("no answer within 1 s" if trouble is None else f"HTTP {trouble}") in unwell
        receiver.answer = 204
        await until(lambda: len(receiver.taken) == 2)
        assert subjects(receiver) == ["20261123-A001", "20261123-A002"]
        assert len({headers["webhook-id"] for headers, _ in receiver.tries}) == 2, "a repeated try has the same id"
        assert all(well_signed(headers, body) for headers, body in receiver.tries)
        await until(lambda: not hall.server.followers.unwell())


async def test_a_deed_too_old_is_given_up_visibly_and_the_next_is_told(tmp_path: Path, receiver: Receiver) -> None:
    ahead_s = [0.0]
    receiver.answer = 503
    impatient = told_to(receiver, give_up_after_min=1)
    async with a_served_hall(
        tmp_path, impatient, clock=lambda: HallClock(wall=lambda: time.time() + ahead_s[0])
    ) as hall:
        await rated(hall, 1)
        await until(lambda: len(receiver.tries) >= 2)
        ahead_s[0] = 61
        await until(lambda: hall.desk.feed.hall.given_up)
        [(_, _, cause)] = hall.desk.feed.hall.given_up
        assert cause == "HTTP 503"
        [told] = (await hall.get("alerts", by="manager")).json["given_up"]
        assert told["cause"] == "HTTP 503"
        unwell = (await hall.get("/readyz")).json["followers"]["webhook of luojiazhuang"]
        assert unwell.startswith("gave up deed ")
        receiver.answer = 204
        await rated(hall, 2)
        await until(lambda: receiver.taken)
        assert subjects(receiver) == ["20261123-A002"]
        await until(lambda: not hall.server.followers.unwell())


async def test_a_restart_goes_on_where_it_was_and_tells_nothing_of_the_years_before(
    tmp_path: Path, receiver: Receiver
) -> None:
    async with a_served_hall(tmp_path, settings()) as hall:
        await rated(hall, 1)
    async with a_served_hall(tmp_path, told_to(receiver)) as hall:
        await rated(hall, 2)
        await until(lambda: receiver.taken)
        receiver.answer = 500
        await rated(hall, 3)
        await until(lambda: len(receiver.tries) >= 2)
    receiver.answer = 204
    async with a_served_hall(tmp_path, told_to(receiver)) as hall:
        await until(lambda: len(receiver.taken) == 2)
        await rated(hall, 4)
        await until(lambda: len(receiver.taken) == 3)
    assert subjects(receiver) == ["20261123-A002", "20261123-A003", "20261123-A004"]


async def test_only_the_deeds_that_are_asked_for_are_told(tmp_path: Path, receiver: Receiver) -> None:
    async with a_served_hall(tmp_path, told_to(receiver, events=["WindowOpened"])) as hall:
        await hall.take()
        await hall.open("1")
        await until(lambda: receiver.taken)
        assert [message["deed"]["kind"] for message in receiver.taken] == ["WindowOpened"]


async def test_a_receiver_that_is_not_there_costs_the_hall_nothing(tmp_path: Path) -> None:
    nobody = settings(webhook={"url": "http://127.0.0.1:9/hall", "secret": "plain words"})
    async with a_served_hall(tmp_path, nobody) as hall:
        await rated(hall, 1)
        await until(lambda: hall.server.followers.unwell())
        assert (await hall.take())["number"] == "A001"


def test_a_secret_is_read_from_a_file_or_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n", encoding="utf-8")
    for table in ({"secret_file": str(file)}, {"secret": SECRET}):
        assert webhook.secret_of(settings(webhook=table).webhook) == b"a secret of the hall"
    assert webhook.secret_of(settings(webhook={"secret": "plain words"}).webhook) == b"plain words"


async def test_what_is_pressed_before_the_following_begins_is_told(tmp_path: Path, receiver: Receiver) -> None:
    """The server listens before its followers run: a deed in between is not passed over."""
    async with a_served_hall(tmp_path, settings()) as hall:
        follower = webhook.WebhookFollower(hall.desk, told_to(receiver).webhook, hall.server.store)
        await rated(hall, 1)
        running = asyncio.create_task(follower.run())
        await until(lambda: receiver.taken)
        running.cancel()
        assert subjects(receiver) == ["20261123-A001"]
