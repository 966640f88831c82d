"""Moving windows through the API: told before, made once, put back, and two who move the same one."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hallserver.store.verifying import differences
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def window(hall: ServedHall, name: str) -> dict[str, Any]:
    floor = (await hall.get("views/floor", by="manager")).json
    return next(dict(each) for zone in floor["zones"] for each in zone["windows"] if each["id"] == name)


async def move(hall: ServedHall, name: str, zone: str, **more: Any) -> dict[str, Any]:
    answer = await hall.put(f"windows/{name}/assignment", {"zone": zone, **more}, by="manager")
    assert answer.status == 200, answer
    return dict(answer.json)


async def test_the_effect_is_told_and_nothing_is_moved(hall: ServedHall) -> None:
    await hall.open("1", "3")
    for _ in range(3):
        await hall.take("gongan")
    told = await hall.get("windows/1/effect?zone=gongan&support=zonghe", by="manager")
    assert told.status == 200
    police = next(zone for zone in told.json["zones"] if zone["id"] == "gongan")
    assert police["after"]["now_min"] < police["before"]["now_min"]
    assert (police["before"]["windows"], police["after"]["windows"]) == (1, 2)
    both = await hall.post("effects", {"assignments": [{"window": "1", "zone": "gongan", "support": "zonghe"}]},
                           by="manager")  # fmt: skip
    assert both.json["zones"][2] == told.json["zones"][2]
    assert (await window(hall, "1"))["zone"] == "zonghe"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("windows/99/effect?zone=gongan", 404, "unknown_window"),
        ("windows/1/effect?zone=moon", 404, "unknown_zone"),
        ("windows/1/effect?zone=gongan&support=gongan", 422, "supports_itself"),
        ("windows/1/effect?support=zonghe", 422, "supports_itself"),
    ],
)
async def test_an_effect_that_cannot_be(served: ServedHall, path: str, status: int, code: str) -> None:
    answer = await served.get(path, by="manager")
    assert (answer.status, answer.code) == (status, code)


@pytest.mark.parametrize("path", ["effects", "assignments"])
@pytest.mark.parametrize(
    ("placed", "code"),
    [
        ([], "invalid"),
        ([{"window": "1", "zone": "gongan"}] * 2, "invalid"),
        ([{"window": "99", "zone": "gongan"}], "unknown_window"),
        ([{"window": "1", "zone": "moon"}], "unknown_zone"),
        ([{"window": "1", "zone": "gongan", "support": "gongan"}], "supports_itself"),
    ],
)
async def test_several_moves_that_cannot_be(
    served: ServedHall, path: str, placed: list[dict[str, str]], code: str
) -> None:
    answer = await served.post(path, {"assignments": placed}, by="manager")
    if path == "effects" and not placed:
        assert answer.status == 200, "nothing would change"
        return
    assert (answer.status, answer.code) == (422, code)


async def test_the_effect_of_a_window_more_is_told_before_it_is_opened(hall: ServedHall) -> None:
    await hall.open("3")
    for _ in range(3):
        await hall.take("gongan")
    told = (await hall.post("effects", {"opened": [{"zone": "gongan"}]}, by="manager")).json["zones"][1]
    assert (told["before"]["windows"], told["after"]["windows"]) == (1, 2)
    assert told["after"]["now_min"] < told["before"]["now_min"]
    no = await hall.post("effects", {"opened": [{"zone": "moon"}]}, by="manager")
    assert (no.status, no.code) == (422, "unknown_zone")


async def test_zones_are_merged_and_parted_in_one_press_each(hall: ServedHall) -> None:
    placed = [{"window": each, "zone": "zonghe", "support": "gongan"} for each in ("1", "2")]
    merged = await hall.post("assignments", {"assignments": placed, "until": "day"}, by="manager")
    assert merged.status == 201
    assert [(each["id"], each["support"], each["until"]) for each in merged.json["windows"]] == [
        ("1", "gongan", "day"),
        ("2", "gongan", "day"),
    ]
    changes = (await hall.get("views/floor", by="manager")).json["changes"]
    assert changes[0]["number"] == merged.json["change"]
    assert [each["window"] for each in changes[0]["moves"]] == ["1", "2"]
    parted = await hall.post(f"assignments/{merged.json['change']}/undo", by="manager")
    assert parted.status == 201
    assert [each["support"] for each in parted.json["windows"]] == [None, None]
    again = await hall.post(f"assignments/{merged.json['change']}/undo", by="manager")
    assert (again.status, again.code) == (409, "already_undone")
    assert again.json["by"] == "manager:manager-token"


async def test_what_is_so_already_is_no_change(hall: ServedHall) -> None:
    same = await hall.post("assignments", {"assignments": [{"window": "1", "zone": "zonghe"}]}, by="manager")
    assert (same.status, same.json) == (201, {"change": None, "windows": []})


async def test_an_undo_pressed_twice_with_one_key_is_one(hall: ServedHall) -> None:
    moved = await move(hall, "1", "gongan")
    key = {"Idempotency-Key": "undo-1"}
    first = await hall.post(f"assignments/{moved['assigned']}/undo", by="manager", headers=key)
    again = await hall.post(f"assignments/{moved['assigned']}/undo", by="manager", headers=key)
    assert (first.status, first.text) == (again.status, again.text)


@pytest.mark.parametrize("change", ["999999", "0", "x", "9" * 30])
async def test_a_change_that_never_was_is_not_put_back(served: ServedHall, change: str) -> None:
    answer = await served.post(f"assignments/{change}/undo", by="manager")
    assert (answer.status, answer.code) == (404, "unknown_change")


async def test_a_change_that_was_overtaken_is_not_put_back(hall: ServedHall) -> None:
    first = await move(hall, "1", "gongan")
    await move(hall, "1", "chujian")
    answer = await hall.post(f"assignments/{first['assigned']}/undo", by="manager")
    assert (answer.status, answer.code, answer.json["zone"]) == (409, "changed_since", "chujian")
    assert "1 号窗口后来又被工号 manager-token调整过" in answer.json["detail"]


async def test_of_two_managers_one_wins_and_the_other_is_told(hall: ServedHall) -> None:
    seen = (await window(hall, "1"))["assigned"]
    chen, wang = await asyncio.gather(
        hall.put("windows/1/assignment", {"zone": "gongan", "seen": seen}, by="manager"),
        hall.put("windows/1/assignment", {"zone": "chujian"}, by="manager", headers={"If-Match": f'"{seen}"'}),
    )
    won, lost = sorted((chen, wang), key=lambda answer: answer.status)
    assert (won.status, lost.status, lost.code) == (200, 409, "window_changed")
    now = await window(hall, "1")
    assert (lost.json["zone"], lost.json["by"]) == (now["zone"], "manager:manager-token")
    assert won.json["zone"] == now["zone"]
    together = {"assignments": [{"window": "1", "zone": "zonghe", "seen": seen}]}
    assert (await hall.post("assignments", together, by="manager")).code == "window_changed"
    settled = await hall.put("windows/1/assignment", {"zone": "zonghe"}, by="manager", headers={"If-Match": "*"})
    assert settled.status == 200, "who doesn't say what he saw is not held to it"


@pytest.mark.parametrize("told", ["yesterday", '"', '"x"', "9" * 20])
async def test_a_version_that_is_none_is_malformed(served: ServedHall, told: str) -> None:
    answer = await served.put("windows/1/assignment", {"zone": "zonghe"}, by="manager", headers={"If-Match": told})
    assert (answer.status, answer.code) == (400, "malformed")


async def test_a_mobile_window_is_opened_worked_at_and_taken_away(hall: ServedHall) -> None:
    opened = await hall.post("windows", {"zone": "gongan", "capabilities": ["card_reader"]}, by="manager")
    assert opened.status == 201
    assert (opened.json["id"], opened.json["state"], opened.json["mobile"]) == ("5", "closed", True)
    await hall.open("5")
    taken = await hall.take("gongan")
    assert (await hall.call("5"))["ticket"]["id"] == taken["id"]
    busy = await hall.ask("DELETE", "windows/5", by="manager")
    assert (busy.status, busy.code) == (409, "window_busy")
    undone = await hall.post(f"assignments/{opened.json['assigned']}/undo", by="manager")
    assert (undone.status, undone.code) == (409, "window_busy")
    await hall.serve("5")
    gone = await hall.ask("DELETE", "windows/5", by="manager")
    assert (gone.status, gone.json["windows"]) == (200, [])
    assert (await hall.get("views/window/5", by="manager")).code == "unknown_window"
    assert await asyncio.to_thread(lambda: list(differences(hall.server.store, hall.id))) == []


async def test_a_mobile_window_that_cannot_be(hall: ServedHall) -> None:
    for body, status, code in (
        ({"zone": "moon"}, 422, "unknown_zone"),
        ({"zone": "gongan", "support": "gongan"}, 422, "supports_itself"),
        ({"zone": "gongan", "id": "1"}, 409, "window_exists"),
        ({"zone": "gongan", "id": "a b"}, 422, "invalid"),
        ({"zone": "gongan", "name": ""}, 422, "invalid"),
    ):
        answer = await hall.post("windows", body, by="manager")
        assert (answer.status, answer.code) == (status, code)
    for _ in range(20):
        assert (await hall.post("windows", {"zone": "gongan"}, by="manager")).status == 201
    assert (await hall.post("windows", {"zone": "gongan"}, by="manager")).code == "too_many_windows"
    assert (await hall.ask("DELETE", "windows/1", by="manager")).code == "not_mobile"
    assert (await hall.ask("DELETE", "windows/99", by="manager")).code == "unknown_window"


@pytest.mark.parametrize("by", ["resident", "device", "clerk-1"])
async def test_only_a_manager_moves_windows(served: ServedHall, by: str) -> None:
    status = 401 if by == "resident" else 403
    assert (await served.get("windows/1/effect?zone=gongan", by=by)).status == status
    assert (await served.post("effects", {"assignments": [{"window": "1", "zone": "gongan"}]}, by=by)).status == status
    body = {"assignments": [{"window": "1", "zone": "gongan"}]}
    assert (await served.post("assignments", body, by=by)).status == status
    assert (await served.post("assignments/1/undo", by=by)).status == status
    assert (await served.post("windows", {"zone": "gongan"}, by=by)).status == status
    assert (await served.ask("DELETE", "windows/1", by=by)).status == status
