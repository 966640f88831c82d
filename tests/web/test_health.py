"""What the people who run the server ask it: alive, ready, and how it goes."""

from __future__ import annotations

import re

import pytest

from tests.web.a_server import HALL, ServedHall, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def figures(hall: ServedHall) -> dict[str, float]:
    """Every figure of /metrics by its name and labels."""
    answer = await hall.get("/metrics")
    assert answer.status == 200
    assert answer.type == "text/plain"
    lines = [line for line in answer.text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


async def test_a_server_that_answers_is_alive(hall: ServedHall) -> None:
    answer = await hall.get("/healthz")
    assert (answer.status, answer.json["state"]) == (200, "alive")
    assert answer.json["up_s"] >= 0
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_server_that_takes_presses_is_ready(hall: ServedHall) -> None:
    answer = await hall.get("/readyz")
    assert (answer.status, answer.json["ready"]) == (200, True)
    well = {"ready": True, "storage": {}, "clock_set_back_s": {}, "voice": None, "followers": {}, "machines": {}}
    well["calendar_missing"] = {}
    assert answer.json == well


async def test_a_hall_that_cannot_write_is_named(hall: ServedHall, monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_tick() -> None:
        """Which would try again, and succeed."""

    monkeypatch.setattr(type(hall.desk), "tick", lambda _: no_tick())
    monkeypatch.setattr(hall.desk, "failure", "database or disk is full")
    answer = await hall.get("/readyz")
    assert (answer.status, answer.json["ready"]) == (503, False)
    assert answer.json["storage"] == {HALL: "database or disk is full"}
    assert (await hall.get("/healthz")).status == 200


async def test_a_clock_that_was_set_back_is_told(hall: ServedHall, monkeypatch: pytest.MonkeyPatch) -> None:
    now = hall.desk.clock.now()
    monkeypatch.setattr(hall.desk.clock, "_wall", lambda: now / 1000 - 3600)
    hall.desk.clock.now()
    answer = await hall.get("/readyz")
    assert answer.status == 200
    assert answer.json["clock_set_back_s"][HALL] in (3599, 3600)


async def test_a_voice_that_failed_and_a_printer_that_waits_are_told(
    hall: ServedHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hall.server.hub, "voice_failure", "no voice cmn")
    monkeypatch.setattr(hall.server.hub, "followers_ok", lambda: {f"paper of {HALL}": "SpoolInUse"})
    answer = await hall.get("/readyz")
    assert answer.status == 200, "numbers are given without voice and paper"
    assert answer.json["voice"] == "no voice cmn"
    assert answer.json["followers"] == {f"paper of {HALL}": "SpoolInUse"}


async def test_the_figures_count_what_was_asked_and_done(hall: ServedHall) -> None:
    before = await figures(hall)
    taken, wrong = (
        'route="POST /api/halls/{hall}/tickets",status="201"',
        'route="POST /api/halls/{hall}/tickets",status="422"',
    )
    for _ in range(3):
        await hall.take()
    await hall.post("tickets", {"zone": "moon"})
    after = await figures(hall)

    def grown(name: str) -> float:
        return after[name] - before.get(name, 0.0)

    assert grown(f"hall_requests_total{{{taken}}}") == 3
    assert grown(f"hall_requests_total{{{wrong}}}") == 1
    assert grown(f'hall_deeds_total{{hall="{HALL}"}}') == 3
    assert grown('hall_request_seconds_count{route="POST /api/halls/{hall}/tickets"}') == 4
    assert grown("hall_faults_total") == 0


async def test_the_figures_count_the_screens(hall: ServedHall) -> None:
    name = f'hall_screens{{hall="{HALL}"}}'
    async with hall.live("view=board"), hall.live("view=kiosk"):
        await until(lambda: hall.open_hall.audience.clients == 2)
        assert (await figures(hall))[name] == 2
    await until(lambda: hall.open_hall.audience.clients == 0)
    assert (await figures(hall))[name] == 0
    assert f'hall_screens_cut_off_total{{hall="{HALL}"}}' in await figures(hall)


async def test_the_figures_name_nobody(hall: ServedHall) -> None:
    """A label for each address or ticket would grow without end, and tell too much."""
    taken = await hall.take()
    await hall.get(f"tickets/{taken['id']}")
    await hall.get("/moon/x/y")
    text = (await hall.get("/metrics")).text
    assert taken["id"] not in text
    assert "moon" not in text
    routes = set(re.findall(r'route="([^"]*)"', text))
    assert all(re.fullmatch(r"[A-Z]+ /[a-z/{}:.+-]*", route) for route in routes), routes
