"""The outside contract of design §6: every route says yes with the shape that was agreed."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from typing import Any

import pytest

from tests.web.a_server import HALL, OTHER_HALL, ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")

TICKET = {
    "id": str, "number": str, "hall": str, "zone": str, "item": (str, type(None)), "class": str, "state": str,
    "issued_at": str, "ahead": int, "wait": (dict, type(None)), "window": (str, type(None)), "follow_url": str,
}  # fmt: skip
ZONE = {"id": str, "name": str, "kind": str, "prefix": str, "waiting": int, "oldest_wait_min": int}
WINDOW = {
    "id": str, "name": str, "zone": str, "support": (str, type(None)), "state": str, "clerk": (str, type(None)),
    "capabilities": list,
}  # fmt: skip
ITEM = {
    "id": str, "name": str, "department": str, "zone": str, "kind": str, "handling": str, "typical_min": (int, float),
}  # fmt: skip
RFC_3339 = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$")


def has_shape(found: dict[str, Any], shape: dict[str, Any]) -> None:
    """Every agreed field is there with its type; more may join."""
    for name, kind in shape.items():
        assert name in found, name
        assert isinstance(found[name], kind), (name, found[name])
        assert not isinstance(found[name], bool), name


async def test_the_halls_are_listed(hall: ServedHall) -> None:
    answer = await hall.get("/api/halls")
    assert answer.status == 200
    assert answer.type == "application/json"
    assert [hall["id"] for hall in answer.json["halls"]] == [HALL, OTHER_HALL]


async def test_a_hall_tells_its_zones_windows_items_and_hours(hall: ServedHall) -> None:
    found = (await hall.get(f"/api/halls/{HALL}")).json
    assert (found["id"], found["name"], found["level"]) == (HALL, "骆家庄便民服务中心", "neighbourhood")
    for zone in found["zones"]:
        has_shape(zone, ZONE)
    for window in found["windows"]:
        has_shape(window, WINDOW)
    for item in found["items"]:
        has_shape(item, ITEM)
    assert [zone["kind"] for zone in found["zones"]] == ["comprehensive", "specialised", "issuing"]
    assert [window["id"] for window in found["windows"]] == ["1", "2", "3", "4"]
    assert found["windows"][1]["capabilities"] == ["card_reader"]
    assert found["windows"][2]["support"] == "zonghe"
    assert [(item["id"], item["kind"], item["handling"]) for item in found["items"]] == [
        ("yb-001", "instant", "direct"),
        ("yb-002", "instant", "direct"),
        ("hz-001", "promised", "agency"),
    ]
    assert found["open_now"] is True
    assert found["hours"] == [
        {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:30", "to": "17:00", "zone": None, "kind": "regular"}
    ]


async def test_a_number_is_taken_for_a_zone(hall: ServedHall) -> None:
    answer = await hall.post("tickets", {"zone": "zonghe"})
    assert answer.status == 201
    ticket = answer.json
    has_shape(ticket, TICKET)
    assert re.fullmatch(r"\d{8}-A001", ticket["id"])
    assert ticket["id"].startswith(hall.desk.hall.day.strftime("%Y%m%d"))
    assert (ticket["number"], ticket["hall"], ticket["zone"], ticket["item"]) == ("A001", HALL, "zonghe", None)
    assert (ticket["class"], ticket["state"], ticket["ahead"], ticket["window"]) == ("walk_in", "waiting", 0, None)
    assert ticket["follow_url"].startswith("/t/")
    assert ticket["wait"] is None, "no window is open"
    assert RFC_3339.match(ticket["issued_at"])
    assert datetime.fromisoformat(ticket["issued_at"]).utcoffset().total_seconds() == 8 * 3600


async def test_a_number_is_taken_for_an_item_which_names_its_zone(hall: ServedHall) -> None:
    await hall.open("3")
    ticket = await hall.take(None, item="hz-001", language="en", **{"class": "green", "reason": "elderly"})
    assert (ticket["zone"], ticket["item"], ticket["class"]) == ("gongan", "hz-001", "green")
    assert (ticket["number"], ticket["channel"], ticket["language"]) == ("B001", "kiosk", "en")
    assert ticket["wait"] == {"low_min": 0.0, "likely_min": 0.0, "high_min": 0.0}
    second = await hall.take(None, item="hz-001")
    assert second["ahead"] == 1
    wait = second["wait"]
    assert 0 < wait["low_min"] < wait["likely_min"] < wait["high_min"] < 120


async def test_a_ticket_is_found_by_its_day_and_number(hall: ServedHall) -> None:
    taken = await hall.take("zonghe")
    answer = await hall.get(f"tickets/{taken['id']}", by="device")
    assert answer.status == 200
    looked_at = ("wait", "ahead", "history")
    assert answer.json == {**taken, **{name: answer.json[name] for name in looked_at}}


async def test_a_window_opens_pauses_and_closes(hall: ServedHall) -> None:
    for state, reason in (("open", None), ("paused", "去取表格"), ("closed", None)):
        answer = await hall.put("windows/4/state", {"state": state, "reason": reason}, by="manager")
        assert answer.status == 200
        has_shape(answer.json, WINDOW)
        assert (answer.json["id"], answer.json["state"], answer.json["reason"]) == ("4", state, reason)


async def test_the_clerk_who_opens_a_window_sits_there(hall: ServedHall) -> None:
    answer = await hall.put("windows/1/state", {"state": "open"}, by="clerk-1")
    assert answer.json["clerk"] == "clerk-1"
    assert (await hall.get(f"/api/halls/{HALL}")).json["windows"][0]["clerk"] == "clerk-1"


async def test_a_ticket_goes_through_call_recall_service_and_completion(hall: ServedHall) -> None:
    await hall.open("1")
    taken = await hall.take("zonghe")
    called = await hall.post("windows/1/calls", by="clerk-1")
    assert called.status == 201
    has_shape(called.json["ticket"], TICKET)
    assert isinstance(called.json["why"], str)
    assert called.json["why"]
    assert called.json["ticket"]["id"] == taken["id"]
    assert (called.json["ticket"]["state"], called.json["ticket"]["window"]) == ("called", "1")
    assert called.json["reason"]["class"] == "walk_in"
    for noun, state, calls in (("recalls", "called", 2), ("services", "serving", 2), ("completions", "done", 2)):
        answer = await hall.post(f"windows/1/{noun}", by="clerk-1")
        assert answer.status == 201, answer
        has_shape(answer.json["ticket"], TICKET)
        assert (answer.json["ticket"]["state"], answer.json["ticket"]["calls"]) == (state, calls)
    assert answer.json["ticket"]["outcome"] == "done"
    assert all(RFC_3339.match(answer.json["ticket"][f"{name}_at"]) for name in ("issued", "called", "started", "ended"))


async def test_a_service_ends_with_one_of_the_outcomes(hall: ServedHall) -> None:
    await hall.open("1")
    for outcome in ("accepted", "accepted_with_gaps", "told_missing", "referred", "escalated"):
        await hall.take()
        await hall.call()
        assert (await hall.serve(outcome=outcome, note="缺户口簿"))["outcome"] == outcome


async def test_a_ticket_is_called_by_name(hall: ServedHall) -> None:
    await hall.open("1")
    await hall.take()
    second = await hall.take()
    called = await hall.call(ticket=second["id"], reason="带婴儿")
    assert called["ticket"]["id"] == second["id"]
    assert called["reason"]["by_name"] is True


async def test_an_absent_resident_is_passed_and_comes_back(hall: ServedHall) -> None:
    await hall.open("1")
    taken = await hall.take()
    await hall.call()
    passed = await hall.post("windows/1/absences", by="clerk-1")
    assert (passed.status, passed.json["ticket"]["state"]) == (201, "passed")
    back = await hall.post(f"tickets/{taken['id']}/return", by="device")
    assert (back.status, back.json["state"], back.json["ahead"]) == (200, "waiting", 0)


async def test_a_ticket_is_put_aside_and_called_again(hall: ServedHall) -> None:
    await hall.open("1")
    taken = await hall.take()
    await hall.call()
    held = await hall.post("windows/1/holds", {"reason": "去复印"}, by="clerk-1")
    assert held.status == 201
    assert (held.json["ticket"]["state"], held.json["ticket"]["hold_reason"]) == ("held", "去复印")
    assert (await hall.call(ticket=taken["id"]))["ticket"]["state"] == "called"


async def test_a_transfer_keeps_the_number(hall: ServedHall) -> None:
    await hall.open("1", "3")
    taken = await hall.take()
    await hall.call()
    sent = await hall.post(f"tickets/{taken['id']}/transfer", {"item": "hz-001"}, by="clerk-1")
    assert sent.status == 200
    assert (sent.json["id"], sent.json["number"], sent.json["zone"]) == (taken["id"], "A001", "gongan")
    assert (sent.json["state"], sent.json["item"]) == ("waiting", "hz-001")
    assert (await hall.call("3"))["ticket"]["number"] == "A001"


async def test_a_ticket_sent_to_one_window_waits_for_that_window(hall: ServedHall) -> None:
    await hall.open("1", "2")
    taken = await hall.take()
    sent = await hall.post(f"tickets/{taken['id']}/transfer", {"window": "2"}, by="manager")
    assert (sent.json["state"], sent.json["window"]) == ("waiting", "2")
    assert (await hall.post("windows/1/calls", by="manager")).code == "nobody_waiting"
    assert (await hall.call("2"))["ticket"]["id"] == taken["id"]


async def test_a_number_is_given_up(hall: ServedHall) -> None:
    taken = await hall.take()
    answer = await hall.post(f"tickets/{taken['id']}/cancellation", {"reason": "改天再来"}, by="device")
    assert (answer.status, answer.json["state"]) == (200, "cancelled")
    assert (await hall.get(f"/api/halls/{HALL}")).json["zones"][0]["waiting"] == 0


async def test_a_manager_moves_a_window_to_another_zone(hall: ServedHall) -> None:
    answer = await hall.put("windows/1/assignment", {"zone": "gongan", "support": "chujian"}, by="manager")
    assert answer.status == 200
    has_shape(answer.json, WINDOW)
    assert (answer.json["zone"], answer.json["support"]) == ("gongan", "chujian")
    assert (await hall.put("windows/1/assignment", {"zone": "gongan"}, by="manager")).json["support"] is None


async def test_who_arrives_is_called_at_once_where_a_window_calls_by_itself(hall: ServedHall) -> None:
    await hall.open("1")
    answer = await hall.put("windows/1/calling", {"by_itself": True}, by="clerk-1")
    has_shape(answer.json, WINDOW)
    assert (answer.status, answer.json["calls_by_itself"]) == (200, True)
    taken = await hall.take()
    assert (taken["state"], taken["window"]) == ("called", "1")
    assert (await hall.post("windows/1/calls", by="clerk-1")).code == "window_busy"
    deeds = (await hall.get("log?limit=1000", by="manager")).json["deeds"]
    assert [(deed["kind"], deed["by"]) for deed in deeds[-2:]] == [
        ("TicketIssued", "device:device-token"),
        ("TicketCalled", "hall"),
    ]


async def test_a_service_is_rated(hall: ServedHall) -> None:
    await hall.open("1")
    taken = await hall.served()
    rating = {"level": 5, "options": ["517"], "text": "很好", "named": True}
    answer = await hall.put(f"tickets/{taken['id']}/rating", rating, by="device")
    assert answer.status == 200
    shown = {name: answer.json[name] for name in ("ticket", "level", "options", "named")}
    assert shown == {"ticket": taken["id"], "level": 5, "options": ["517"], "named": True}
    assert "text" not in answer.json
    assert (await hall.get(f"tickets/{taken['id']}", by="device")).json["rated"] is True


@pytest.mark.parametrize(
    ("view", "fields"),
    [
        ("board", {"hall", "open_now", "hours_today", "day", "calls", "zones", "windows"}),
        ("zone/gongan", {"hall", "open_now", "hours_today", "day", "calls", "zones", "windows", "zone"}),
        ("kiosk", {"hall", "open_now", "opens_at", "hours_today", "zones", "items", "green_reasons", "paper"}),
        ("window/1", {"hall", "window", "ticket", "queues", "held", "passed", "last", "may"}),
        ("pad/1", {"hall", "window", "state", "service", "wake_s", "thanks_s", "levels"}),
        ("floor", {"hall", "zones", "figures"}),
    ],
)
async def test_a_view_is_given_as_data(hall: ServedHall, view: str, fields: set[str]) -> None:
    answer = await hall.get(f"views/{view}", by="device")
    assert answer.status == 200
    assert answer.json.keys() >= fields


async def test_a_tickets_own_view_is_given_as_data(hall: ServedHall) -> None:
    taken = await hall.take()
    answer = await hall.get(f"views/ticket/{taken['id']}")
    assert answer.json["ticket"]["number"] == taken["number"]
    assert "follow_url" not in answer.json["ticket"]


async def test_the_log_is_read_from_a_number_on(hall: ServedHall) -> None:
    await hall.open("1")
    taken = await hall.take()
    await hall.call()
    whole = (await hall.get("log?after=0", by="device")).json
    assert [deed["number"] for deed in whole["deeds"]] == list(range(1, whole["end"] + 1))
    kinds = [deed["kind"] for deed in whole["deeds"]]
    assert kinds == ["HallConfigured", "DayBegan", "WindowOpened", "TicketIssued", "TicketCalled"]
    issued, called = whole["deeds"][-2:]
    assert RFC_3339.match(issued["at"])
    assert (issued["ticket"], issued["number_shown"], issued["zone"], issued["class"]) == (
        taken["id"], "A001", "zonghe", "walk_in",
    )  # fmt: skip
    assert (called["ticket"], called["window"], called["by"]) == (taken["id"], "1", "manager:manager-token")
    page = (await hall.get("log?after=2&limit=2", by="device")).json
    assert [deed["number"] for deed in page["deeds"]] == [3, 4]
    assert page["end"] == whole["end"]
    beyond = (await hall.get(f"log?after={whole['end']}", by="device")).json
    assert beyond == {"deeds": [], "end": whole["end"]}
    assert (await hall.get("log?after=0&limit=0", by="device")).json == {"deeds": [], "end": whole["end"]}


async def test_an_agent_gets_the_words_on_the_paper(hall: ServedHall) -> None:
    taken = await hall.take(None, item="yb-001", language="en")
    answer = await hall.get(f"tickets/{taken['id']}/paper", by="device")
    assert answer.status == 200
    slip = answer.json
    assert (slip["hall"], slip["number"], slip["item"]) == ("Luojiazhuang Centre", taken["number"], "Item yb-001")
    assert slip["follow_url"] == hall.url + taken["follow_url"]
    assert slip["sample_line"]


async def test_a_no_that_depends_on_the_ticket(hall: ServedHall) -> None:
    await hall.open("1", "2")
    taken = await hall.take(None, item="yb-002")
    ticket = f"tickets/{taken['id']}"
    assert (await hall.call("2"))["ticket"]["id"] == taken["id"]
    wanted = [
        ("POST", "windows/2/calls", {}, 409, "window_busy"),
        ("POST", "windows/1/calls", {"ticket": taken["id"]}, 409, "wrong_state"),
        ("PUT", "windows/2/state", {"state": "closed"}, 409, "window_busy"),
        ("POST", f"{ticket}/return", {}, 409, "not_passed"),
        ("PUT", f"{ticket}/rating", {"level": 5}, 409, "not_served"),
        ("POST", f"{ticket}/transfer", {"window": "1"}, 409, "not_served_here"),
        ("POST", f"{ticket}/transfer", {"zone": "moon"}, 422, "unknown_zone"),
        ("POST", f"{ticket}/transfer", {"item": "moon"}, 422, "unknown_item"),
        ("POST", f"{ticket}/transfer", {"window": "99"}, 422, "unknown_window"),
    ]
    for method, path, body, status, code in wanted:
        answer = await hall.ask(method, path, by="manager", json=body)
        assert (answer.status, answer.code) == (status, code), answer
    await hall.post("windows/2/services", by="manager")
    for path in ("windows/2/recalls", "windows/2/absences", "windows/2/services", f"{ticket}/cancellation"):
        answer = await hall.post(path, by="manager")
        assert (answer.status, answer.code) == (409, "wrong_state"), answer
    await hall.serve("2")
    assert (await hall.put(f"{ticket}/rating", {"level": 5, "options": ["113"]}, by="device")).code == "option_unknown"
    assert (await hall.put(f"{ticket}/rating", {"level": 5}, by="device")).status == 200
    again = await hall.put(f"{ticket}/rating", {"level": 1}, by="device")
    assert (again.status, again.code) == (409, "already_rated")
    assert (await hall.post(f"{ticket}/transfer", {"zone": "gongan"}, by="manager")).code == "wrong_state"


async def test_only_a_capable_window_of_the_zone_calls_a_ticket_by_name(hall: ServedHall) -> None:
    await hall.open("1", "4")
    taken = await hall.take(None, item="yb-002")
    assert (await hall.post("windows/1/calls", {"ticket": taken["id"]}, by="manager")).code == "not_capable"
    assert (await hall.post("windows/4/calls", {"ticket": taken["id"]}, by="manager")).code == "not_served_here"
    assert (await hall.post("windows/1/calls", by="manager")).code == "nobody_waiting"


async def test_a_paused_window_calls_nobody(hall: ServedHall) -> None:
    await hall.open("1")
    await hall.put("windows/1/state", {"state": "paused"}, by="manager")
    await hall.take()
    answer = await hall.post("windows/1/calls", by="manager")
    assert (answer.status, answer.code) == (409, "window_paused")


async def test_every_moment_on_the_wire_is_told_with_its_offset(hall: ServedHall) -> None:
    await hall.open("1")
    taken = await hall.take()
    await hall.call()
    await hall.post("windows/1/absences", by="manager")
    await hall.post(f"tickets/{taken['id']}/return", by="manager")
    await hall.post(f"tickets/{taken['id']}/transfer", {"zone": "gongan"}, by="manager")
    back, sent = (await hall.get("log?after=0", by="device")).json["deeds"][-2:]
    assert (back["kind"], sent["kind"]) == ("TicketReturned", "TicketTransferred")
    for told in (back, sent):
        assert RFC_3339.match(told["counts_from"])
        assert told["counts_from"] == taken["issued_at"]


async def test_windows_that_press_together_never_get_one_ticket(hall: ServedHall) -> None:
    await hall.open("1", "2", "3")
    tickets = {(await hall.take())["id"] for _ in range(2)}
    answers = await asyncio.gather(*(hall.post(f"windows/{window}/calls", by="manager") for window in "123"))
    assert {answer.json["ticket"]["id"] for answer in answers if answer.status == 201} == tickets
    assert [answer.code for answer in answers if answer.status != 201] == ["nobody_waiting"]
