"""Cases (办件) at the door: what the back office asks and presses, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.a_server import HALL, ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def accepted(served: ServedHall, note: str | None = None, item: str = "yb-001") -> dict[str, Any]:
    """A visit at window 1 that was accepted; its case as it is listed."""
    await served.open("1")
    at_window = served.desk.hall.windows["1"].ticket
    if at_window is not None:
        await served.post("windows/1/completions", {"outcome": "done"}, by="clerk-1")
    ticket = await served.take(None, item=item)
    await served.post("windows/1/calls", {"ticket": ticket["id"], "reason": "x"}, by="clerk-1")
    outcome = {"outcome": "accepted"} if note is None else {"outcome": "accepted_with_gaps", "note": note}
    assert (await served.post("windows/1/completions", outcome, by="clerk-1")).status == 201
    listed = (await served.get(f"cases?q={ticket['id']}", by="clerk-1")).json
    assert listed["total"] == 1
    return listed["cases"][0]  # type: ignore[no-any-return]


async def test_a_case_goes_from_acceptance_to_hand_over(served: ServedHall) -> None:
    case = await accepted(served, "户口簿、照片；复印件")
    assert (case["state"], case["gaps"], case["item"]) == ("in_office", ["户口簿", "照片", "复印件"], "yb-001")
    path = f"cases/{case['id']}"
    supplied = await served.put(f"{path}/supplied", {"supplied": True}, by="clerk-2")
    assert supplied.json["supplied_at"] is not None
    ready = await served.put(f"{path}/state", {"state": "ready"}, by="manager")
    assert (ready.json["state"], ready.json["ready_at"] is None) == ("ready", False)
    assert [c["id"] for c in (await served.get("cases?state=ready", by="manager")).json["cases"]] == [case["id"]]
    over = await served.post(f"{path}/handover", {"way": "window"}, by="clerk-1")
    assert (over.status, over.json["state"], over.json["way"]) == (200, "handed_over", "window")
    deeds = (await served.get("log?after=0&limit=1000", by="manager")).json["deeds"]
    assert [d["window"] for d in deeds if d["kind"] == "CaseHandedOver"] == ["1"]
    again = await served.post(f"{path}/handover", {"way": "post"}, by="clerk-1")
    assert (again.status, again.code) == (409, "case_state")
    one = await served.get(path, by="clerk-1")
    assert one.json == over.json


async def test_who_is_at_no_window_hands_over_at_none(served: ServedHall) -> None:
    case = await accepted(served)
    await served.put(f"cases/{case['id']}/state", {"state": "ready"}, by="manager")
    await served.post(f"cases/{case['id']}/handover", {"way": "post"}, by="manager")
    deeds = (await served.get("log?after=0&limit=1000", by="manager")).json["deeds"]
    assert [d for d in deeds if d["kind"] == "CaseHandedOver"][-1]["window"] is None


async def test_one_key_is_one_press(served: ServedHall) -> None:
    case = await accepted(served)
    path, key = f"cases/{case['id']}", {"Idempotency-Key": "over-1"}
    await served.put(f"{path}/state", {"state": "ready"}, by="manager")
    first = await served.post(f"{path}/handover", {"way": "post"}, by="manager", headers=key)
    second = await served.post(f"{path}/handover", {"way": "post"}, by="manager", headers=key)
    assert (first.status, first.json) == (second.status, second.json) == (200, first.json)


async def test_a_case_is_found_by_number_by_address_and_by_matter(served: ServedHall) -> None:
    case = await accepted(served)
    url = "https://hall.example/t/" + served.server.hub.links.token(HALL, case["ticket"]) + "?lang=en"
    for words in (case["number"], case["number"].lower(), case["ticket"], url, "事项 yb", "sxyb", "医保"):
        found = (await served.get("cases", by="clerk-1", params={"q": words})).json["cases"]
        assert case["id"] in [one["id"] for one in found], words
    for words in ("Z999", "nothing like it", "\udcff", url[:-20]):
        answer = await served.get("cases", by="clerk-1", params={"q": words.encode("utf-8", "replace").decode()})
        assert (answer.status, answer.json["cases"]) == (200, []), words


async def test_a_list_is_read_in_pages(served: ServedHall) -> None:
    numbers = [(await accepted(served))["id"] for _ in range(3)]
    page = (await served.get(f"cases?after={numbers[0]}&limit=1", by="clerk-1")).json
    assert [case["id"] for case in page["cases"]] == [numbers[1]]
    assert page["total"] >= 3


@pytest.mark.parametrize("query", ["state=gone", "after=x", "limit=-1"])
async def test_a_query_that_makes_no_sense_is_told(served: ServedHall, query: str) -> None:
    answer = await served.get(f"cases?{query}", by="clerk-1")
    assert (answer.status, answer.code) == (400, "malformed")


@pytest.mark.parametrize("case", ["999999999", "0", "x", "1" * 30])
async def test_a_case_that_is_not_there_is_not_found(served: ServedHall, case: str) -> None:
    for answer in (
        await served.get(f"cases/{case}", by="manager"),
        await served.put(f"cases/{case}/state", {"state": "ready"}, by="manager"),
    ):
        assert (answer.status, answer.code) == (404, "unknown_case")


async def test_the_history_of_a_visit_tells_of_its_case(served: ServedHall) -> None:
    case = await accepted(served, "照片")
    path = f"cases/{case['id']}"
    await served.put(f"{path}/supplied", {}, by="manager")
    await served.put(f"{path}/state", {"state": "ready"}, by="manager")
    await served.put(f"{path}/state", {"state": "in_office"}, by="manager")
    await served.put(f"{path}/state", {"state": "ready"}, by="manager")
    await served.post(f"{path}/handover", {"way": "self_pickup"}, by="manager")
    ticket = (await served.get(f"tickets/{case['ticket']}", by="manager")).json
    assert [row["sentence"] for row in ticket["history"] if row["kind"].startswith("Case")] == [
        "缺的材料补齐了",
        "结果已出，可以领取",
        "结果还没有出，继续办理",
        "结果已出，可以领取",
        "结果已放自助柜，自己取",
    ]


async def test_the_back_offices_view_lists_what_is_under_way_and_what_is_ready(served: ServedHall) -> None:
    case = await accepted(served, "照片")
    view = (await served.get("views/office", by="clerk-2")).json
    assert case["id"] in [one["id"] for one in view["in_office"]]
    assert view["counts"]["in_office"] == len(view["in_office"])
    assert view["counts"]["gaps"] >= 1
    assert view["collect_at"]["zone"] == "chujian"
