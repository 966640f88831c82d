"""What only a demonstration allows, and only from the machine it runs on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.web.a_server import HALL, ServedHall, until
from tests.web.test_sign_in import cookie

pytestmark = pytest.mark.asyncio(loop_scope="module")

BEHIND_A_PROXY = [
    {"X-Forwarded-For": "127.0.0.1"},
    {"X-Real-IP": "127.0.0.1"},
    {"Forwarded": "for=127.0.0.1"},
    {"X-Forwarded-For": ""},
]


async def test_one_press_signs_a_sample_clerk_in(demonstration: ServedHall) -> None:
    assert "王芳" in (await demonstration.get("/sign-in")).text
    answer = await demonstration.ask("POST", "/sign-in/sample", data={"staff": "0301", "next": "/window/1"})
    assert (answer.status, answer.headers["Location"]) == (303, "/window/1")
    signed_in = {"Cookie": cookie(answer)}
    assert (await demonstration.put("windows/1/state", {"state": "open"}, headers=signed_in)).status == 200


async def test_one_press_at_a_window_signs_its_clerk_in(demonstration: ServedHall) -> None:
    answer = await demonstration.ask("POST", "/sign-in/sample", data={"window": "2"})
    signed_in = {"Cookie": cookie(answer)}
    opened = await demonstration.put("windows/2/state", {"state": "open"}, headers=signed_in)
    assert opened.json["clerk"] == "0302"


async def test_a_person_who_is_not_there_is_not_signed_in(demonstration: ServedHall) -> None:
    answer = await demonstration.ask("POST", "/sign-in/sample", data={"staff": "9999"})
    assert answer.status == 401
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("proxy", BEHIND_A_PROXY, ids=lambda proxy: next(iter(proxy)))
async def test_from_behind_a_proxy_it_is_no_demonstration(demonstration: ServedHall, proxy: dict[str, str]) -> None:
    answer = await demonstration.ask("POST", "/sign-in/sample", data={"staff": "0301"}, headers=proxy)
    assert answer.status == 403
    assert "Set-Cookie" not in answer.headers
    assert "王芳" not in (await demonstration.get("/sign-in", headers=proxy)).text
    for method in ("POST", "GET", "DELETE"):
        answer = await demonstration.ask(method, "rehearsal", headers=proxy, by="manager")
        assert (answer.status, answer.code) == (403, "not_demonstration")
    taken = await demonstration.take()
    for noun in ("cancellation", "return"):
        assert (await demonstration.post(f"tickets/{taken['id']}/{noun}", headers=proxy)).status == 401


async def test_another_site_cannot_sign_in_by_one_press(demonstration: ServedHall) -> None:
    for site in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = await demonstration.ask("POST", "/sign-in/sample", data={"staff": "0301"}, headers=site)
        assert answer.status == 403


async def test_a_newcomer_presses_the_pad_and_the_phone_without_a_token(demonstration: ServedHall) -> None:
    await demonstration.open("4")
    taken = await demonstration.served("chujian", "4")
    assert (await demonstration.put(f"tickets/{taken['id']}/rating", {"level": 4})).status == 200
    taken = await demonstration.take("chujian")
    assert (await demonstration.post(f"tickets/{taken['id']}/cancellation")).json["state"] == "cancelled"


async def test_a_clerk_may_rate_only_here(demonstration: ServedHall) -> None:
    await demonstration.open("4")
    taken = await demonstration.served("chujian", "4")
    assert (await demonstration.put(f"tickets/{taken['id']}/rating", {"level": 4}, by="clerk-1")).status == 200


async def test_a_day_is_played_and_stopped(demonstration: ServedHall, monkeypatch: pytest.MonkeyPatch) -> None:
    async def a_long_day(*_: Any, **__: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("hallserver.rehearsals.play", a_long_day)
    assert (await demonstration.get("rehearsal")).json == {
        "state": "idle", "progress": 0.0, "clock": None, "summary": None, "trouble": None,
    }  # fmt: skip
    assert (await demonstration.ask("DELETE", "rehearsal")).code == "no_rehearsal"
    started = await demonstration.post("rehearsal", {"speed": 60})
    assert (started.status, started.json["state"]) == (202, "running")
    again = await demonstration.post("rehearsal", {"speed": 60})
    assert (again.status, again.code) == (409, "rehearsal_running")
    stopped = await demonstration.ask("DELETE", "rehearsal")
    assert stopped.status == 200
    rehearsals = demonstration.server.hub.rehearsals
    assert rehearsals is not None
    await until(lambda: rehearsals.state(HALL)["state"] != "running")
