"""What a clerk does with a ticket, over HTTP: each press and each no that is its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.pages.a_hall_to_see import StepClock
from tests.web.a_server import ServedHall, a_served_hall, settings

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def at_window_1(hall: ServedHall, **taken: Any) -> str:
    """A ticket called to window 1 by its clerk."""
    await hall.open("1", "2", "3")
    ticket = (await hall.post("tickets", taken or {"zone": "zonghe"})).json["id"]
    assert (await hall.post("windows/1/calls", by="clerk-1")).status == 201
    return str(ticket)


async def test_a_call_is_undone_and_the_ticket_waits_where_it_did(hall: ServedHall) -> None:
    ticket = await at_window_1(hall)
    answer = await hall.post("windows/1/undos", by="clerk-1")
    assert (answer.status, answer.json["ticket"]["id"], answer.json["ticket"]["state"]) == (201, ticket, "waiting")
    assert (await hall.get("views/board")).json["calls"] == []
    assert (await hall.post("windows/1/undos", by="clerk-1")).code == "no_ticket_at_window"


async def test_one_who_waits_is_called_by_name_only_with_a_reason_that_the_manager_reads(hall: ServedHall) -> None:
    await hall.open("1")
    ticket = (await hall.take())["id"]
    no = await hall.post("windows/1/calls", {"ticket": ticket}, by="clerk-1")
    assert (no.status, no.code, no.json["errors"][0]["field"]) == (422, "name_reason_missing", "reason")
    body = {"ticket": ticket, "reason": "抱着孩子"}
    assert (await hall.post("windows/1/calls", body, by="clerk-1")).status == 201
    [named] = (await hall.get("views/floor", by="manager")).json["by_name"]
    assert (named["ticket"], named["reason"], named["window"], named["undone"]) == (ticket, "抱着孩子", "1", False)


async def test_what_is_missing_is_told_and_the_same_number_comes_back(hall: ServedHall) -> None:
    ticket = await at_window_1(hall)
    no = await hall.post("windows/1/completions", {"outcome": "told_missing"}, by="clerk-1")
    assert (no.status, no.code, no.json["errors"][0]["field"]) == (422, "outcome_note_missing", "note")
    told = {"outcome": "told_missing", "note": "户口簿"}
    assert (await hall.post("windows/1/completions", told, by="clerk-1")).status == 201
    back = await hall.post(f"tickets/{ticket}/return", by="device")
    assert (back.status, back.json["state"], back.json["outcome"]) == (200, "waiting", None)
    called = (await hall.post("windows/1/calls", by="clerk-1")).json
    assert called["ticket"]["id"] == ticket


async def test_who_stands_there_with_what_was_missing_is_called_at_once(hall: ServedHall) -> None:
    ticket = await at_window_1(hall)
    await hall.serve("1", outcome="accepted_with_gaps")
    called = await hall.post("windows/1/calls", {"ticket": ticket}, by="clerk-1")
    assert (called.status, called.json["why"]) == (201, "带着补的材料回来，不用重新排队")


async def test_a_chain_is_taken_planned_and_followed(hall: ServedHall) -> None:
    await hall.open("1", "3")
    taken = await hall.post("tickets", {"chain": ["yb-001", "hz-001"]})
    assert (taken.status, [part["state"] for part in taken.json["chain"]]) == (201, ["now", "open"])
    ticket, first = taken.json["id"], taken.json["chain"][0]["item"]
    window = {"yb-001": "1", "hz-001": "3"}
    await hall.call(window[first])
    ended = await hall.serve(window[first], outcome="accepted")
    assert (ended["state"], ended["number"]) == ("waiting", taken.json["number"])
    assert [part["state"] for part in ended["chain"]] == ["ended", "now"]
    [other] = {"yb-001", "hz-001"} - {first}
    await hall.call(window[other])
    assert (await hall.serve(window[other]))["state"] == "done"
    found = (await hall.get(f"tickets/{ticket}", by="manager")).json
    assert [part["outcome"] for part in found["chain"]] == ["accepted", "done"]
    told = [deed["kind"] for deed in found["history"]]
    assert ("ChainPlanned" in told, "PartEnded" in told) == (True, True)
    no = await hall.put(f"tickets/{ticket}/chain", {"items": ["yb-002"]}, by="manager")
    assert (no.status, no.code) == (409, "wrong_state")


async def test_a_clerk_plans_for_the_own_window_and_a_matter_stands_once(hall: ServedHall) -> None:
    ticket = await at_window_1(hall, item="yb-001")
    path = f"tickets/{ticket}/chain"
    assert (await hall.put(path, {"items": ["hz-001"]}, by="clerk-2")).code == "not_your_window"
    planned = await hall.put(path, {"items": ["hz-001"]}, by="clerk-1")
    assert [part["item"] for part in planned.json["chain"]] == ["yb-001", "hz-001"]
    twice = await hall.put(path, {"items": ["hz-001", "hz-001"]}, by="clerk-1")
    assert (twice.status, twice.code, twice.json["errors"][0]["field"]) == (422, "chain_item_twice", "items")
    assert (await hall.put(path, {"items": ["moon"]}, by="clerk-1")).code == "unknown_item"
    both = await hall.post("tickets", {"chain": ["yb-001"], "zone": "zonghe"})
    assert (both.status, both.code) == (422, "invalid")


async def test_a_service_is_handed_over_and_its_visit_accepted(hall: ServedHall) -> None:
    ticket = await at_window_1(hall)
    unknown = await hall.post("windows/1/handovers", {"to": "9999"}, by="clerk-1")
    assert (unknown.status, unknown.code) == (422, "unknown_clerk")
    mine = (await hall.get(f"tickets/{ticket}", by="manager")).json["owner"]
    handed = await hall.post("windows/1/handovers", {"to": "0302"}, by="clerk-1")
    assert (handed.status, handed.json["ticket"]["owner"], handed.json["ticket"]["owner_sought"]) == (201, mine, True)
    again = await hall.post("windows/1/handovers", {"to": "0302"}, by="clerk-1")
    assert (again.status, again.code) == (422, "handed_to_self")
    assert [row["ticket"] for row in (await hall.get("views/floor", by="manager")).json["seeking_owner"]] == [ticket]
    path = f"tickets/{ticket}/owner"
    assert (await hall.put(path, {"clerk": "0301"}, by="clerk-2")).code == "not_allowed"
    named = await hall.put(path, {"clerk": "0302"}, by="manager")
    assert (named.status, named.json["owner"], named.json["owner_sought"]) == (200, "0302", False)
    late = await hall.put(path, {}, by="clerk-2")
    assert (late.status, late.code) == (409, "owner_not_sought")


async def test_what_comes_too_soon_and_what_comes_too_late_is_told_with_its_seconds(tmp_path: Path) -> None:
    clock = StepClock()
    async with a_served_hall(tmp_path, settings(calling={"calls_before_absence": 2}), clock=clock.hall_clock) as hall:
        await at_window_1(hall)
        soon = await hall.post("windows/1/recalls", by="clerk-1")
        assert (soon.status, soon.code) == (409, "recalled_too_soon")
        assert 1 <= soon.json["seconds"] <= 15
        few = await hall.post("windows/1/absences", by="clerk-1")
        assert (few.status, few.code, few.json["wanted"]) == (409, "called_too_few", 2)
        clock.ahead_s += 31
        assert (await hall.post("windows/1/recalls", by="clerk-1")).status == 201
        late = await hall.post("windows/1/undos", by="clerk-1")
        assert (late.status, late.code, late.json["seconds"]) == (409, "undo_too_late", 30)
        assert (await hall.post("windows/1/absences", by="clerk-1")).status == 201
