"""What a phone follows of a case: where it is, what is missing, where the result is; on the day and on later ones."""

from __future__ import annotations

import json

import pytest

from hallserver.moments import DAY_MS
from hallserver.refusals import Refusal
from hallserver.rules.cases import hand_over_case, make_ready, set_back, supply
from hallserver.rules.days import tick
from hallserver.rules.hall import Case, Hall
from hallserver.views.catalogue import view
from hallserver.views.shapes import Plain
from tests.a_hall import a_hall, a_layout, at, press
from tests.rules.test_cases import served

TUESDAY = "2026-11-24"


def followed(hall: Hall, case: Case, clock: str = "10:00", day: str = "2026-11-23") -> Plain:
    (shown,) = view(hall, at(clock, day), f"visit/{case.ticket}")["cases"]
    return shown  # type: ignore[no-any-return]


def a_night_later(hall: Hall) -> None:
    press(hall, tick, at("00:01", TUESDAY))


def test_a_case_is_followed_from_acceptance_to_hand_over_on_the_day_and_on_the_next() -> None:
    hall = a_hall()
    case = served(hall, "accepted_with_gaps", note="户口簿、照片")
    shown = followed(hall, case)
    assert (shown["state"], shown["gaps"], shown["supplied_at"]) == ("in_office", ["户口簿", "照片"], None)
    press(hall, supply, at("11:00"), case=case.id)
    assert followed(hall, case)["supplied_at"][11:16] == "11:00"
    a_night_later(hall)
    assert case.ticket not in hall.tickets
    press(hall, make_ready, at("09:00", TUESDAY), case=case.id)
    whole = view(hall, at("09:10", TUESDAY), f"visit/{case.ticket}")
    assert (whole["ticket"]["number"], whole["ticket"]["past"], whole["ticket"]["may_return"]) == ("B001", True, False)
    assert [(one["state"], one["ready_at"][11:16]) for one in whole["cases"]] == [("ready", "09:00")]
    press(hall, hand_over_case, at("09:30", TUESDAY), case=case.id, way="post")
    shown = followed(hall, case, "09:40", TUESDAY)
    assert (shown["state"], shown["way"], shown["collect"]) == ("handed_over", "post", None)


def test_a_phone_is_told_where_and_when_the_result_is_handed_over() -> None:
    hall = a_hall()
    collect = followed(hall, served(hall, "accepted"))["collect"]
    assert (collect["zone"], collect["name"], collect["windows"]) == ("chujian", "出件", ["4"])
    assert (collect["open_now"], collect["opens_at"]) == (True, None)
    case = served(hall, "accepted")
    closed = followed(hall, case, "20:00")["collect"]
    assert (closed["open_now"], closed["opens_at"][:16]) == (False, "2026-11-24T08:30")


def test_without_a_zone_that_hands_out_the_result_is_where_the_case_was_accepted() -> None:
    layout = a_layout()
    zones = {zone.id: zone for zone in layout.zones.values() if zone.kind != "issuing"}
    windows = {window.id: window for window in layout.windows.values() if window.zone in zones}
    hall = a_hall(a_layout(zones=zones.values(), windows=windows.values()))
    collect = followed(hall, served(hall, "accepted"))["collect"]
    assert (collect["zone"], collect["windows"]) == ("gongan", ["3"])


def test_a_result_that_was_said_to_be_out_by_mistake_is_taken_back_plainly() -> None:
    hall = a_hall()
    case = served(hall, "accepted")
    press(hall, make_ready, at("10:00"), case=case.id)
    assert followed(hall, case)["set_back_at"] is None
    press(hall, set_back, at("10:05"), case=case.id)
    shown = followed(hall, case)
    assert (shown["state"], shown["ready_at"], shown["set_back_at"][11:16]) == ("in_office", None, "10:05")
    press(hall, make_ready, at("11:00"), case=case.id)
    assert followed(hall, case)["set_back_at"] is None


def test_a_number_that_can_be_guessed_tells_nothing_of_the_cases() -> None:
    hall = a_hall()
    case = served(hall, "accepted_with_gaps", note="户口簿")
    press(hall, supply, at("09:30"), case=case.id)
    before = view(hall, at("10:00"), f"ticket/{case.ticket}")
    press(hall, make_ready, at("10:00"), case=case.id)
    after = view(hall, at("10:00"), f"ticket/{case.ticket}")
    assert before == after
    told = json.dumps(after, ensure_ascii=False)
    assert not any(word in told for word in ("cases", "户口簿", "in_office", "supplied"))
    a_night_later(hall)
    with pytest.raises(Refusal, match="unknown_ticket"):
        view(hall, at("09:00", TUESDAY), f"ticket/{case.ticket}")


def test_the_day_after_the_hand_over_there_is_nothing_to_follow_any_more() -> None:
    hall = a_hall()
    case = served(hall, "accepted")
    press(hall, make_ready, at("10:00"), case=case.id)
    press(hall, hand_over_case, at("10:30"), case=case.id, way="window", window="4", clerk="0302")
    assert followed(hall, case)["state"] == "handed_over"
    press(hall, tick, at("00:01") + DAY_MS)
    with pytest.raises(Refusal, match="unknown_ticket"):
        view(hall, at("09:00", TUESDAY), f"visit/{case.ticket}")
