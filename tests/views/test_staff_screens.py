"""What clerks see: a window's console and its rating pad."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hallserver.rating_codes import OPTIONS
from hallserver.rules.calling import call_next, mark_absent
from hallserver.rules.hall import Hall
from hallserver.rules.ratings import rate
from hallserver.rules.services import complete, hand_over, hold, start_service, transfer
from hallserver.rules.windows import assign, set_state
from hallserver.views.catalogue import view
from tests.a_hall import a_hall, a_layout, at, issued, press


def pressed(rule: Callable[..., Any], **details: Any) -> Callable[[Hall], None]:
    return lambda hall: (press(hall, rule, at("09:11"), window="1", **details), None)[1]


def called(hall: Hall) -> None:
    issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:10"), window="1")


IDLE = ["call", "call_by_name", "close", "pause"]
WITH_TICKET = ["chain", "complete", "hand_over", "hold", "pause", "reprint", "transfer"]
MAY: list[tuple[str, list[Callable[[Hall], None]], list[str]]] = [
    ("open and free", [], IDLE),
    ("closed", [pressed(set_state, state="closed")], ["open"]),
    ("paused and free", [pressed(set_state, state="paused")], ["close", "open"]),
    ("called", [called], sorted([*WITH_TICKET, "recall", "start", "absent"])),
    ("serving", [called, pressed(start_service)], WITH_TICKET),
    ("paused with a ticket", [called, pressed(set_state, state="paused")],
     sorted({"open", *WITH_TICKET, "recall", "start", "absent"} - {"pause"})),
    ("done", [called, pressed(complete)], IDLE),
    ("on hold", [called, pressed(hold)], IDLE),
]  # fmt: skip


@pytest.mark.parametrize(("story", "presses", "may"), MAY, ids=[row[0] for row in MAY])
def test_a_console_offers_what_can_be_pressed_now(
    story: str, presses: list[Callable[[Hall], None]], may: list[str]
) -> None:
    hall = a_hall()
    for each in presses:
        each(hall)
    assert sorted(view(hall, at("09:12"), "window/1")["may"]) == may


RULES: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "complete": (complete, {}), "hold": (hold, {}), "start": (start_service, {}), "absent": (mark_absent, {}),
    "pause": (set_state, {"state": "paused"}), "open": (set_state, {"state": "open"}),
    "close": (set_state, {"state": "closed"}),
}  # fmt: skip


@pytest.mark.parametrize(("story", "presses", "may"), MAY, ids=[row[0] for row in MAY])
def test_what_a_console_offers_is_not_refused(
    story: str, presses: list[Callable[[Hall], None]], may: list[str]
) -> None:
    for offered in may:
        if offered in RULES:
            hall = a_hall()
            for each in presses:
                each(hall)
            rule, details = RULES[offered]
            assert press(hall, rule, at("09:12"), window="1", **details)


def test_a_console_shows_the_ticket_at_the_window_and_why_it_is_there() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), item="yb-001", class_="green", reason="elderly")
    issued(hall, at("09:05"), zone="zonghe")
    press(hall, call_next, at("09:10"), window="1", clerk="0317")
    console = view(hall, at("09:12"), "window/1")
    ticket = console["ticket"]
    assert (ticket["number"], ticket["item_name"], ticket["zone_name"]) == ("A001", "参保登记", "综合受理")
    assert ticket["since"] == "2026-11-23T09:10:00.000+08:00"
    assert ticket["why"] == {
        "waited_min": 10.0, "class": "green", "head_start_min": 15, "handicap_min": 0, "score_min": 25.0,
        "next_best_min": 5.0, "zone": "zonghe", "own": True, "by_name": False,
    }  # fmt: skip
    press(hall, start_service, at("09:13"), window="1")
    assert view(hall, at("09:14"), "window/1")["ticket"]["since"] == "2026-11-23T09:13:00.000+08:00"


def test_a_console_lists_its_own_queue_and_the_one_it_supports() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    issued(hall, at("09:02"), zone="gongan")
    queues = view(hall, at("09:20"), "window/3")["queues"]
    assert [(q["zone"], q["own"], q["waiting"], q["oldest_wait_min"], q["level"]) for q in queues] == [
        ("gongan", True, 1, 18, "warn"), ("zonghe", False, 1, 20, "warn"),
    ]  # fmt: skip
    assert [q["zone"] for q in view(hall, at("09:20"), "window/1")["queues"]] == ["zonghe"]


def test_a_console_lists_its_held_and_its_zones_passed() -> None:
    hall = a_hall()
    for _ in range(3):
        issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:10"), window="1")
    press(hall, hold, at("09:11"), window="1", reason="去复印")
    press(hall, call_next, at("09:12"), window="2")
    press(hall, mark_absent, at("09:13"), window="2")
    one, two, other = (view(hall, at("09:14"), f"window/{window}") for window in ("1", "2", "4"))
    assert [(t["number"], t["reason"], t["since"]) for t in one["held"]] == [
        ("A001", "去复印", "2026-11-23T09:11:00.000+08:00")
    ]
    assert two["held"] == other["held"] == []
    assert [t["number"] for t in one["passed"]] == [t["number"] for t in two["passed"]] == ["A002"]
    assert other["passed"] == []


def test_a_console_remembers_the_last_ticket() -> None:
    hall = a_hall()
    assert view(hall, at("09:00"), "window/1")["last"] is None
    called(hall)
    press(hall, complete, at("09:15"), window="1", outcome="accepted")
    assert view(hall, at("09:16"), "window/1")["last"] == {
        "ticket": "20261123-A001", "number": "A001", "state": "done", "outcome": "accepted",
    }  # fmt: skip


def test_a_console_says_where_the_window_serves_now() -> None:
    hall = a_hall()
    press(hall, assign, at("09:00"), window="1", zone="gongan", support="chujian")
    window = view(hall, at("09:01"), "window/1")["window"]
    assert (window["zone"], window["zone_name"], window["support"], window["support_name_en"]) == (
        "gongan", "公安", "chujian", "Collection",
    )  # fmt: skip
    assert (window["state"], window["clerk"], window["since"]) == ("open", "clerk-1", "2026-11-23T08:30:00.000+08:00")


def test_a_pad_sleeps_until_a_service_ends_and_again_by_itself() -> None:
    hall = a_hall()
    assert view(hall, at("09:00"), "pad/1")["state"] == "asleep"
    called(hall)
    press(hall, start_service, at("09:11"), window="1")
    serving = view(hall, at("09:12"), "pad/1")
    assert (serving["state"], serving["serving"], serving["service"]) == ("asleep", True, None)
    press(hall, complete, at("09:20"), window="1")
    awake = view(hall, at("09:21:29"), "pad/1")
    assert (awake["state"], awake["wake_s"]) == ("awake", 90)
    assert (awake["service"]["ticket"], awake["service"]["number"]) == ("20261123-A001", "A001")
    asleep = view(hall, at("09:21:30"), "pad/1")
    assert (asleep["state"], asleep["service"]) == ("asleep", None)


def test_a_pad_is_for_one_service_and_sleeps_when_the_next_is_called() -> None:
    hall = a_hall()
    called(hall)
    press(hall, complete, at("09:20"), window="1")
    issued(hall, at("09:20"), zone="zonghe")
    press(hall, call_next, at("09:20:10"), window="1")
    assert view(hall, at("09:20:11"), "pad/1")["state"] == "asleep"


@pytest.mark.parametrize("ended", [mark_absent, hold])
def test_a_pad_does_not_wake_for_what_was_no_service(ended: Callable[..., Any]) -> None:
    hall = a_hall()
    called(hall)
    press(hall, ended, at("09:11"), window="1")
    assert view(hall, at("09:12"), "pad/1")["state"] == "asleep"


def test_a_pad_does_not_wake_for_a_ticket_that_was_sent_on() -> None:
    hall = a_hall()
    called(hall)
    press(hall, transfer, at("09:11"), ticket="20261123-A001", zone="gongan")
    assert view(hall, at("09:12"), "pad/1")["state"] == "asleep"


def test_a_rated_service_is_not_asked_for_again() -> None:
    hall = a_hall()
    called(hall)
    press(hall, complete, at("09:20"), window="1")
    press(hall, rate, at("09:20:20"), ticket="20261123-A001", level=5)
    pad = view(hall, at("09:20:21"), "pad/1")
    assert (pad["state"], pad["service"]["rated"]) == ("asleep", True)


def test_a_pad_has_the_nations_levels_and_options_in_both_languages() -> None:
    levels = view(a_hall(), at("09:00"), "pad/1")["levels"]
    assert [(level["level"], level["bad"]) for level in levels] == [
        (5, False), (4, False), (3, False), (2, True), (1, True),
    ]  # fmt: skip
    for level in levels:
        assert [option["code"] for option in level["options"]] == list(OPTIONS[level["level"]])
        assert all(option["name"] and option["name_en"] for option in level["options"])


def test_a_call_may_be_taken_back_for_half_a_minute_and_until_the_resident_sits_down() -> None:
    hall = a_hall()
    called(hall)
    assert "undo" in view(hall, at("09:10:30"), "window/1")["may"]
    assert "undo" not in view(hall, at("09:10:31"), "window/1")["may"]
    press(hall, start_service, at("09:10:20"), window="1")
    assert "undo" not in view(hall, at("09:10:21"), "window/1")["may"]


def test_a_clerk_is_reminded_of_what_is_on_hold_for_long() -> None:
    hall = a_hall(a_layout(hold_remind_min=10, hold_reasons=("去复印",)))
    called(hall)
    press(hall, hold, at("09:11"), window="1", reason="去复印")
    [held] = view(hall, at("09:20:59"), "window/1")["held"]
    assert (held["number"], held["reason"], held["min"], held["due"]) == ("A001", "去复印", 9, False)
    shown = view(hall, at("09:21"), "window/1")
    assert (shown["held"][0]["min"], shown["held"][0]["due"]) == (10, True)
    assert (shown["hold_remind_min"], shown["hold_reasons"]) == (10, ["去复印"])


def test_a_clerk_may_accept_a_visit_that_seeks_an_owner() -> None:
    hall = a_hall()
    called(hall)
    assert "accept" not in view(hall, at("09:11"), "window/1")["may"]
    press(hall, hand_over, at("09:12"), window="1", to="0318")
    shown = view(hall, at("09:12"), "window/1")
    assert "accept" in shown["may"]
    assert (shown["ticket"]["owner"], shown["ticket"]["owner_sought"]) == ("clerk-1", True)


def test_a_chain_shows_what_is_over_what_is_now_and_what_comes() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), chain=["yb-001", "hz-001", "yb-002"])
    press(hall, call_next, at("09:10"), window="1")
    press(hall, complete, at("09:15"), window="1", outcome="accepted")
    shown = view(hall, at("09:16"), f"ticket/{ticket.id}")["ticket"]["chain"]
    assert [(part["item"], part["state"], part["outcome"], part["window"]) for part in shown] == [
        ("yb-001", "ended", "accepted", "1"),
        (shown[1]["item"], "now", None, None),
        (shown[2]["item"], "open", None, None),
    ]
    assert {part["item"] for part in shown[1:]} == {"hz-001", "yb-002"}
    assert (shown[0]["name"], shown[0]["zone_name_en"]) == ("参保登记", "Comprehensive services")
