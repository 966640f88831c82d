"""The live state as plain data and back, so that a start needn't fold the years before."""

from __future__ import annotations

import json
from copy import deepcopy

from hallserver.rules.calling import call_next, mark_absent, recall
from hallserver.rules.days import configure
from hallserver.rules.hall import Hall, new_hall
from hallserver.rules.papers import paper_came
from hallserver.rules.ratings import rate
from hallserver.rules.services import complete, hold, start_service, transfer
from hallserver.rules.snapshot import from_plain, to_plain
from tests.a_hall import OPENING, a_hall, a_layout, at, issued, press


def a_hall_in_the_middle_of_its_day() -> Hall:
    hall = a_hall(a_layout(always_open=True))
    hall.carried = frozenset(("A900", "B017"))
    for n, item in enumerate(("yb-001", "yb-002", "hz-001", "yb-001", "yb-001")):
        issued(hall, at(f"09:0{n}"), item=item, paper=True)
    issued(hall, at("09:06"), zone="chujian", class_="green", reason="elderly", language="en")
    press(hall, call_next, at("09:10"), window="1")
    press(hall, complete, at("09:15"), window="1")
    press(hall, rate, at("09:16"), ticket="20261123-A001", level=2, options=["214"])
    press(hall, call_next, at("09:16"), window="1")
    press(hall, hold, at("09:17"), window="1", reason="copying")
    press(hall, call_next, at("09:18"), window="3")
    press(hall, mark_absent, at("09:19"), window="3")
    press(hall, call_next, at("09:20"), window="2")
    press(hall, start_service, at("09:20"), window="2")
    press(hall, call_next, at("09:21"), window="4")
    press(hall, recall, at("09:22"), window="4")
    press(hall, transfer, at("09:23"), ticket=issued(hall, at("09:23"), zone="zonghe").id, window="3", zone="zonghe")
    press(hall, paper_came, at("09:24"), ticket="20261123-A003", deed=9, printer="roll", cause="no_paper")
    return hall


def test_a_hall_comes_back_from_its_snapshot_as_it_was() -> None:
    hall = a_hall_in_the_middle_of_its_day()
    assert {ticket.state for ticket in hall.tickets.values()} == {
        "waiting",
        "called",
        "serving",
        "held",
        "passed",
        "done",
    }
    assert from_plain(json.loads(json.dumps(to_plain(hall)))) == hall


def test_a_hall_before_its_first_deed_comes_back_too() -> None:
    hall = new_hall("hall")
    assert from_plain(json.loads(json.dumps(to_plain(hall)))) == hall
    press(hall, configure, OPENING, layout=a_layout())
    assert from_plain(json.loads(json.dumps(to_plain(hall)))) == hall


def test_what_happens_afterwards_does_not_reach_back_into_the_snapshot() -> None:
    hall = a_hall_in_the_middle_of_its_day()
    kept = to_plain(hall)
    before = deepcopy(kept)
    back = from_plain(kept)
    press(hall, complete, at("09:30"), window="2")
    press(back, call_next, at("09:30"), window="1")
    issued(hall, at("09:31"), zone="zonghe")
    assert kept == before
    assert back != hall


def test_both_go_on_alike() -> None:
    hall = a_hall_in_the_middle_of_its_day()
    back = from_plain(to_plain(hall))
    for side in (hall, back):
        press(side, complete, at("09:30"), window="2")
        press(side, call_next, at("09:31"), window="3")
        issued(side, at("09:32"), item="yb-002")
    assert back == hall
