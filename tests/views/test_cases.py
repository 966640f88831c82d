"""Cases as the back office and a phone see them."""

from __future__ import annotations

from dataclasses import replace

from hallserver.moments import DAY_MS, Moment
from hallserver.rules.cases import hand_over_case, make_ready
from hallserver.rules.days import tick
from hallserver.rules.hall import Hall
from hallserver.views.cases import LISTED, case_shape, cases_of, office
from tests.a_hall import ITEMS, a_hall, a_layout, at, press
from tests.rules.test_cases import served

PROMISED = tuple(replace(item, promised_days=days) for item, days in zip(ITEMS, (2, None, 10), strict=True))


def a_hall_that_promises() -> Hall:
    return a_hall(a_layout(items=PROMISED))


def test_a_case_is_due_so_many_working_days_after_the_day_it_was_accepted() -> None:
    hall = a_hall_that_promises()
    case = served(hall, "accepted")
    shown = case_shape(hall, case, at("10:00"))
    assert (shown["due_on"], shown["due_sure"], shown["overdue"]) == ("2026-12-07", True, False)
    due = at("23:59", "2026-12-07")
    assert (case_shape(hall, case, due)["due_today"], case_shape(hall, case, due)["overdue"]) == (True, False)
    assert case_shape(hall, case, due + 60_000)["overdue"]


def test_what_is_ready_in_time_is_never_overdue_again() -> None:
    hall = a_hall_that_promises()
    case = served(hall, "accepted")
    press(hall, make_ready, at("10:00"), case=case.id)
    assert not case_shape(hall, case, at("10:00", "2027-02-01"))["overdue"]


def test_a_due_day_in_a_year_whose_holidays_nobody_told_is_not_sure() -> None:
    hall = a_hall(a_layout(items=PROMISED, holidays="cn"))
    case = served(hall, "accepted")
    assert not case_shape(hall, case, at("10:00"))["due_sure"]
    hall.years = (2026,)
    assert case_shape(hall, case, at("10:00"))["due_sure"]


def test_a_matter_without_a_promise_is_due_on_no_day() -> None:
    hall = a_hall()
    assert case_shape(hall, served(hall, "accepted"), at("10:00"))["due_on"] is None


def test_the_soonest_due_comes_first_and_what_promises_nothing_last() -> None:
    hall = a_hall(a_layout(items=[*PROMISED, replace(ITEMS[0], id="xx-001")]))
    slow, quick = served(hall, "accepted"), served(hall, "accepted", item="yb-001")
    never = served(hall, "accepted", item="xx-001")
    also_quick = served(hall, "accepted", item="yb-001")
    shown = office(hall, at("10:00"))
    assert [case["id"] for case in shown["in_office"]] == [quick.id, also_quick.id, slow.id, never.id]


def test_the_office_counts_what_is_overdue_due_today_and_incomplete() -> None:
    hall = a_hall_that_promises()
    served(hall, "accepted", item="yb-001")
    served(hall, "accepted_with_gaps", "照片")
    counts = office(hall, at("10:00", "2026-11-25"))["counts"]
    assert counts == {"in_office": 2, "ready": 0, "handed_over": 0, "overdue": 0, "due_today": 1, "gaps": 1}
    assert office(hall, at("10:00", "2026-11-26"))["counts"]["overdue"] == 1


def test_what_is_ready_and_what_was_handed_over_are_lists_of_their_own() -> None:
    hall = a_hall_that_promises()
    first, second, third = (served(hall, "accepted") for _ in range(3))
    for minute, case in enumerate((second, first, third)):
        press(hall, make_ready, at(f"10:0{minute}"), case=case.id)
    press(hall, hand_over_case, at("10:10"), case=third.id, way="post")
    shown = office(hall, at("10:20"))
    assert [case["id"] for case in shown["ready"]] == [second.id, first.id]
    assert [case["id"] for case in shown["handed_over"]] == [third.id]
    assert shown["collect_at"] == {"zone": "chujian", "name": "出件", "name_en": "Collection"}


def test_a_long_list_is_cut_and_its_count_is_not() -> None:
    hall = a_hall()
    for _ in range(LISTED + 3):
        served(hall, "accepted")
    shown = office(hall, at("10:00"))
    assert (len(shown["in_office"]), shown["counts"]["in_office"]) == (LISTED, LISTED + 3)


def test_a_phone_is_told_of_its_cases_on_later_days_and_not_what_was_written() -> None:
    hall = a_hall()
    case = served(hall, "accepted_with_gaps", "照片、户口簿")
    later: Moment = at("09:00") + DAY_MS
    press(hall, tick, later)
    [shown] = cases_of(hall, case.ticket, later)
    assert (shown["state"], shown["with_gaps"], shown["gaps"], shown["day"]) == ("in_office", True, [], "2026-11-23")
    [held] = cases_of(hall, case.ticket, told=True)
    assert held["gaps"] == ["照片", "户口簿"]
    assert cases_of(hall, "20261123-A404") == []
