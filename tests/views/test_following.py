"""What a phone follows of a visit: its call, where it goes on, how it ended and what follows."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from hallserver.rules.calling import call_next, mark_absent, recall
from hallserver.rules.hall import Hall, Ticket
from hallserver.rules.services import complete, start_service, transfer
from hallserver.rules.visits import come_back
from hallserver.views.catalogue import view
from hallserver.views.shapes import Plain
from tests.a_hall import a_hall, at, issued, press


def followed(hall: Hall, ticket: Ticket, kind: str = "visit") -> Plain:
    shown: Plain = view(hall, at("09:40"), f"{kind}/{ticket.id}")["ticket"]
    return shown


def served(hall: Hall, item: str = "yb-001", **ending: object) -> Ticket:
    ticket = issued(hall, at("09:00"), item=item)
    window = "3" if item == "hz-001" else "1"
    press(hall, call_next, at("09:10"), window=window)
    press(hall, start_service, at("09:12"), window=window)
    press(hall, complete, at("09:20"), window=window, **ending)
    return ticket


def told_stages(shown: Plain) -> list[tuple[str, str, str | None]]:
    return [(row["stage"], row["state"], row["at"] and row["at"][11:16]) for row in shown["stages"]]


def test_a_call_tells_when_it_was_and_how_often_also_after_nobody_came() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:10"), window="1")
    press(hall, recall, at("09:11"), window="1")
    press(hall, recall, at("09:12"), window="1")
    press(hall, mark_absent, at("09:13"), window="1")
    shown = followed(hall, ticket)
    assert (shown["state"], shown["window"], shown["times_called"]) == ("passed", "1", 3)
    assert (shown["called_at"][11:16], shown["last_call_at"][11:16]) == ("09:10", "09:12")


def test_while_the_words_stay_the_same_a_phone_has_nothing_new() -> None:
    hall = a_hall(open_windows=["1"])
    _, ticket, *_ = (issued(hall, at("09:00"), zone="zonghe") for _ in range(4))
    press(hall, call_next, at("09:01"), window="1")
    views = [view(hall, at("09:02") + second * 1000, f"visit/{ticket.id}") for second in range(60)]
    waits = [shown["ticket"]["wait"] for shown in views]
    assert all(isinstance(minutes, int) for wait in waits for minutes in wait.values())
    assert 1 < len({tuple(wait.values()) for wait in waits}) < 10
    for one, other in pairwise(views):
        assert one == other or one["ticket"]["wait"] != other["ticket"]["wait"]


def test_who_was_sent_on_is_told_so_until_the_next_call() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    assert followed(hall, ticket)["sent"] is None
    press(hall, call_next, at("09:10"), window="1")
    press(hall, transfer, at("09:12"), ticket=ticket.id, zone="gongan")
    shown = followed(hall, ticket)
    assert (shown["sent"], shown["windows"]) == ({"at": "2026-11-23T09:12:00.000+08:00", "window": "1"}, ["3"])
    press(hall, call_next, at("09:14"), window="3")
    assert followed(hall, ticket)["sent"] is None


@pytest.mark.parametrize(
    ("outcome", "note", "lines"),
    [
        ("done", None, []),
        ("told_missing", "身份证、户口簿；近期照片", ["身份证", "户口簿", "近期照片"]),
        ("accepted_with_gaps", "照片两张", ["照片两张"]),
        ("referred", "街道办事处 2 楼、3 号窗口", ["街道办事处 2 楼、3 号窗口"]),
        ("escalated", None, []),
    ],
)
def test_the_outcome_is_told_with_what_was_written_to_its_holder_alone(
    outcome: str, note: str | None, lines: list[str]
) -> None:
    hall = a_hall()
    ticket = served(hall, outcome=outcome, note=note)
    shown = followed(hall, ticket)
    assert (shown["outcome"], shown["told"]) == (outcome, lines)
    anybody = view(hall, at("09:40"), f"ticket/{ticket.id}")
    assert anybody["ticket"]["outcome"] == outcome
    for line in lines:
        assert line not in json.dumps(anybody, ensure_ascii=False)


def test_who_came_back_with_what_was_missing_is_told_nothing_of_it_any_more() -> None:
    hall = a_hall()
    ticket = served(hall, outcome="told_missing", note="身份证")
    press(hall, come_back, at("09:30"), ticket=ticket.id)
    assert (followed(hall, ticket)["outcome"], followed(hall, ticket)["told"]) == (None, [])


def test_a_chain_tells_how_each_part_ended() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), chain=["yb-001", "hz-001"])
    first = ticket.item
    window = "1" if first == "yb-001" else "3"
    press(hall, call_next, at("09:10"), window=window)
    press(hall, complete, at("09:15"), window=window, outcome="told_missing", note="身份证、户口簿")
    shown = followed(hall, ticket)
    assert [(part["state"], part["outcome"], part["told"]) for part in shown["chain"]] == [
        ("ended", "told_missing", ["身份证", "户口簿"]),
        ("now", None, []),
    ]
    assert shown["sent"]["window"] == window
    assert "户口簿" not in json.dumps(followed(hall, ticket, "ticket"), ensure_ascii=False)


def test_what_goes_on_behind_the_window_is_told_ahead_and_then_by_the_case_itself() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), item="hz-001")
    assert followed(hall, ticket)["stages"] == []
    press(hall, call_next, at("09:10"), window="3")
    press(hall, start_service, at("09:12"), window="3")
    assert told_stages(followed(hall, ticket)) == [
        ("issued", "past", "09:00"),
        ("called", "past", "09:10"),
        ("started", "now", "09:12"),
        ("ended", "ahead", None),
        ("office", "ahead", None),
        ("collect", "ahead", None),
    ]
    press(hall, complete, at("09:20"), window="3", outcome="accepted")
    shown = followed(hall, ticket)
    assert told_stages(shown)[3:] == [("ended", "past", "09:20")]
    assert shown["collect_at"] == {"zone": "chujian", "name": "出件", "name_en": "Collection"}
    assert [case["state"] for case in view(hall, at("09:40"), f"visit/{ticket.id}")["cases"]] == ["in_office"]


def test_what_ended_at_the_window_has_nothing_to_follow() -> None:
    hall = a_hall()
    assert [row[:2] for row in told_stages(followed(hall, served(hall)))] == [
        ("issued", "past"), ("called", "past"), ("started", "past"), ("ended", "past"),
    ]  # fmt: skip
