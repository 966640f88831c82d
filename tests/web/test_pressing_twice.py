"""A press is idempotent: the same Idempotency-Key gets the same answer, once."""

from __future__ import annotations

import asyncio

import pytest

from tests.web.a_server import ServedHall, a_served_hall

pytestmark = pytest.mark.asyncio(loop_scope="module")


def keyed(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


async def test_a_double_tap_is_one_number(hall: ServedHall) -> None:
    taps = [hall.post("tickets", {"zone": "zonghe"}, headers=keyed("one")) for _ in range(8)]
    answers = await asyncio.gather(*taps)
    assert {answer.status for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert (await hall.get("views/board")).json["zones"][0]["waiting"] == 1
    assert (await hall.post("tickets", {"zone": "zonghe"}, headers=keyed("two"))).json["number"] == "A002"


async def test_a_no_is_the_same_no(hall: ServedHall) -> None:
    await hall.open("1")
    first = await hall.post("windows/1/calls", by="clerk-1", headers=keyed("call"))
    assert first.code == "nobody_waiting"
    await hall.take()
    again = await hall.post("windows/1/calls", by="clerk-1", headers=keyed("call"))
    assert again.code == "nobody_waiting"
    assert (await hall.post("windows/1/calls", by="clerk-1", headers=keyed("next"))).status == 201


async def test_a_key_for_two_different_presses_is_refused(hall: ServedHall) -> None:
    await hall.post("tickets", {"zone": "zonghe"}, headers=keyed("one"))
    for path, body in (("tickets", {"zone": "gongan"}), ("windows/1/calls", {"zone": "zonghe"})):
        if path == "tickets":
            answer = await hall.post(path, body, headers=keyed("one"))
            assert (answer.status, answer.code) == (422, "key_reused")
    assert (await hall.get("views/board")).json["zones"][1]["waiting"] == 0


async def test_one_presser_is_not_given_the_answer_of_another(hall: ServedHall) -> None:
    first = await hall.post("tickets", {"zone": "zonghe"}, by="device", headers=keyed("one"))
    other = await hall.post("tickets", {"zone": "zonghe"}, by="manager", headers=keyed("one"))
    assert (first.json["number"], other.json["number"]) == ("A001", "A002")


async def test_the_answer_outlives_a_restart(tmp_path: object) -> None:
    async with a_served_hall(tmp_path) as hall:  # type: ignore[arg-type]
        before = await hall.post("tickets", {"zone": "zonghe"}, headers=keyed("one"))
    async with a_served_hall(tmp_path) as hall:  # type: ignore[arg-type]
        after = await hall.post("tickets", {"zone": "zonghe"}, headers=keyed("one"))
        assert (after.status, after.text) == (before.status, before.text)
        assert (await hall.get("views/board")).json["zones"][0]["waiting"] == 1


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "钥匙", "a\tb", "a b"])
async def test_a_bad_key_is_refused(served: ServedHall, key: str) -> None:
    answer = await served.post("tickets", {"zone": "zonghe"}, headers=keyed(key))
    assert (answer.status, answer.code) == (400, "malformed")
    assert answer.json["errors"][0]["field"] == "Idempotency-Key"


@pytest.mark.parametrize("key", ["x" * 200, "b7d9f3e2-0a51-4a4e-9a57-5a1c6f2b9d10", '"quoted"', "~!@#$%"])
async def test_a_key_is_any_visible_ascii(served: ServedHall, key: str) -> None:
    assert (await served.post("tickets", {"zone": "zonghe"}, headers=keyed(key))).status == 201
