"""Cases (办件): what goes on behind the window, from acceptance to hand-over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hallserver.moments import DAY_MS, Moment
from hallserver.rules.bringing import may_return
from hallserver.rules.calendar_days import day_after, seed_year, set_calendar_day, working_day_after
from hallserver.rules.calling import call_by_name, call_next
from hallserver.rules.cases import WAYS, hand_over_case, make_ready, set_back, supply
from hallserver.rules.chains import plan_chain
from hallserver.rules.days import configure, tick
from hallserver.rules.folding import cases as folding
from hallserver.rules.hall import Case, Hall
from hallserver.rules.home_visits import plan_visit, tell_visit
from hallserver.rules.layout import Session
from hallserver.rules.services import OUTCOMES, complete
from hallserver.rules.snapshot import copied, from_plain, to_plain
from hallserver.rules.visits import come_back
from hallserver.rules.windows import set_state
from tests.a_hall import a_hall, a_layout, at, issued, press, refusal

TUESDAY = "2026-11-24"


def served(hall: Hall, outcome: str, note: str | None = None, now: Moment | None = None, item: str = "hz-001") -> Case:
    """A visit that ended so at window 3; its newest case."""
    now = at("09:00") if now is None else now
    ticket = issued(hall, now, item=item)
    window = "3" if item == "hz-001" else "1"
    press(hall, call_by_name, now, window=window, ticket=ticket.id, reason="x", clerk="0301")
    press(hall, complete, now, window=window, outcome=outcome, note=note)
    return hall.cases[hall.cases_of[ticket.id][-1]]


def again(hall: Hall, ticket: str, outcome: str, now: Moment, note: str | None = None) -> None:
    """Back with what was missing, and served once more."""
    press(hall, come_back, now, ticket=ticket)
    press(hall, call_by_name, now, window="3", ticket=ticket, reason="x", clerk="0301")
    press(hall, complete, now, window="3", outcome=outcome, note=note)


def test_an_accepted_matter_is_a_case_known_by_the_deed_that_ended_its_service() -> None:
    hall = a_hall()
    case = served(hall, "accepted")
    assert case == Case(
        hall.number, "20261123-B001", "B001", "hz-001", "gongan", "3", "0301", at("09:00"), state="in_office"
    )


@pytest.mark.parametrize("outcome", [o for o in OUTCOMES if not o.startswith("accepted")])
def test_no_other_end_of_a_service_opens_a_case(outcome: str) -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), item="hz-001")
    press(hall, call_next, at("09:00"), window="3")
    press(hall, complete, at("09:00"), window="3", outcome=outcome, note="户口簿")
    assert hall.cases == {}
    assert ticket.id not in hall.cases_of


def test_what_is_missing_is_kept_until_it_comes() -> None:
    hall = a_hall()
    case = served(hall, "accepted_with_gaps", "户口簿、照片")
    assert (case.gaps, case.supplied) == ("户口簿、照片", None)
    press(hall, supply, at("10:00"), case=case.id)
    assert case.supplied == at("10:00")
    assert press(hall, supply, at("10:01"), case=case.id) == [], "it came once"
    press(hall, supply, at("10:02"), case=case.id, supplied=False)
    assert case.supplied is None


def test_nothing_can_come_for_a_case_that_was_complete() -> None:
    hall = a_hall()
    case = served(hall, "accepted")
    assert refusal(hall, supply, at("10:00"), case=case.id).code == "nothing_missing"


def test_a_case_becomes_ready_and_leaves_the_hall() -> None:
    hall = a_hall()
    case = served(hall, "accepted")
    assert refusal(hall, hand_over_case, at("10:00"), case=case.id, way="post").code == "case_state"
    press(hall, make_ready, at("10:00"), case=case.id)
    assert (case.state, case.ready) == ("ready", at("10:00"))
    press(hall, hand_over_case, at("11:00"), case=case.id, way="window", window="4", clerk="0304")
    assert (case.state, case.handed_over, case.way) == ("handed_over", at("11:00"), "window")
    assert refusal(hall, hand_over_case, at("11:01"), case=case.id, way="post").details["state"] == "handed_over"


def test_two_presses_of_ready_are_one_deed() -> None:
    hall = a_hall()
    case = served(hall, "accepted")
    assert len(press(hall, make_ready, at("10:00"), case=case.id)) == 1
    assert press(hall, make_ready, at("10:05"), case=case.id) == []
    assert case.ready == at("10:00")


def test_a_mistake_is_put_back_step_by_step() -> None:
    hall = a_hall()
    case = served(hall, "accepted")
    as_it_was = copied(hall).cases[case.id]
    assert press(hall, set_back, at("09:30"), case=case.id) == [], "it is in the back office already"
    press(hall, make_ready, at("10:00"), case=case.id)
    press(hall, hand_over_case, at("11:00"), case=case.id, way="post")
    assert refusal(hall, set_back, at("11:01"), case=case.id).code == "case_state"
    press(hall, make_ready, at("11:02"), case=case.id)
    assert (case.state, case.ready, case.handed_over, case.way) == ("ready", at("10:00"), None, None)
    press(hall, set_back, at("11:03"), case=case.id)
    assert case == replace(as_it_was, set_back=at("11:03"))


@pytest.mark.parametrize("rule", [supply, make_ready, set_back, hand_over_case])
def test_a_case_that_nobody_knows_is_refused(rule: Any) -> None:
    hall = a_hall()
    details = {"way": "post"} if rule is hand_over_case else {}
    assert refusal(hall, rule, at("09:00"), case=12, **details).code == "unknown_case"


def test_there_are_three_ways_out_of_the_hall_and_no_others() -> None:
    for way in WAYS:
        hall = a_hall()
        case = served(hall, "accepted")
        press(hall, make_ready, at("10:00"), case=case.id)
        assert refusal(hall, hand_over_case, at("10:00"), case=case.id, way="pigeon").code == "unknown_way"
        press(hall, hand_over_case, at("10:00"), case=case.id, way=way)
        assert case.way == way


# Back with what was missing.


def test_who_comes_back_with_what_was_missing_has_one_case_and_not_two() -> None:
    hall = a_hall()
    case = served(hall, "accepted_with_gaps", "照片")
    again(hall, case.ticket, "accepted", at("11:00"))
    assert list(hall.cases) == [case.id]
    assert (case.supplied, case.state, case.accepted) == (at("11:00"), "in_office", at("09:00"))


def test_what_is_missing_still_is_the_new_list() -> None:
    hall = a_hall()
    case = served(hall, "accepted_with_gaps", "照片")
    again(hall, case.ticket, "accepted_with_gaps", at("11:00"), "复印件")
    assert (list(hall.cases), case.gaps, case.supplied) == ([case.id], "复印件", None)


def test_what_is_done_at_the_window_after_all_is_handed_over_there() -> None:
    hall = a_hall()
    case = served(hall, "accepted_with_gaps", "照片")
    again(hall, case.ticket, "done", at("11:00"))
    assert (case.state, case.way, case.handed_over, case.supplied) == (
        "handed_over", "window", at("11:00"), at("11:00"),
    )  # fmt: skip


@pytest.mark.parametrize("outcome", ["told_missing", "referred", "escalated"])
def test_the_back_office_keeps_what_was_handed_in_however_the_second_visit_ends(outcome: str) -> None:
    hall = a_hall()
    case = served(hall, "accepted_with_gaps", "照片")
    again(hall, case.ticket, outcome, at("11:00"), "看材料")
    assert (case.state, case.gaps, case.supplied) == ("in_office", "照片", None)


def test_a_case_that_is_ready_is_not_changed_by_a_second_visit() -> None:
    hall = a_hall()
    case = served(hall, "accepted_with_gaps", "照片")
    press(hall, come_back, at("10:50"), ticket=case.ticket)
    press(hall, make_ready, at("10:55"), case=case.id)
    press(hall, call_by_name, at("11:00"), window="3", ticket=case.ticket, reason="x", clerk="0301")
    press(hall, complete, at("11:00"), window="3", outcome="accepted")
    assert (case.state, case.supplied) == ("ready", None)
    assert len(hall.cases_of[case.ticket]) == 2


def test_a_chain_opens_a_case_for_each_matter_that_was_accepted() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), item="yb-001")
    press(hall, plan_chain, at("09:00"), ticket=ticket.id, items=["hz-001"])
    press(hall, call_next, at("09:01"), window="1", clerk="0301")
    [_, ended] = press(hall, complete, at("09:10"), window="1", outcome="accepted_with_gaps", note="照片")
    assert [(c.id, c.item, c.zone, c.window) for c in hall.cases.values()] == [(ended.number, "yb-001", "zonghe", "1")]
    press(hall, call_next, at("09:12"), window="3", clerk="0303")
    press(hall, complete, at("09:20"), window="3", outcome="accepted")
    assert [(c.item, c.gaps) for c in hall.cases.values()] == [("yb-001", "照片"), ("hz-001", None)]
    press(hall, come_back, at("10:00"), ticket=ticket.id)
    press(hall, call_next, at("10:01"), window="1", clerk="0301")
    press(hall, complete, at("10:05"), window="1", outcome="accepted")
    assert [(c.item, c.supplied) for c in hall.cases.values()] == [("yb-001", at("10:05")), ("hz-001", None)]


def test_what_was_accepted_at_home_is_a_case_without_a_window() -> None:
    hall = a_hall()
    [planned] = press(hall, plan_visit, at("09:00"), start=at("14:00"), item="hz-001")
    ticket = planned.event.facts()["ticket"]
    press(hall, tell_visit, at("15:00"), ticket=ticket, clerk="0301", outcome="accepted")
    [case] = hall.cases.values()
    assert (case.ticket, case.window, case.clerk, case.item) == (ticket, None, "0301", "hz-001")


# Days go by.


def to(hall: Hall, day: str, clock: str = "08:00") -> Moment:
    now = at(clock, day)
    press(hall, tick, now)
    return now


def test_a_case_outlives_the_day_and_what_was_handed_over_does_not() -> None:
    hall = a_hall()
    waits, gone = served(hall, "accepted"), served(hall, "accepted")
    press(hall, make_ready, at("10:00"), case=gone.id)
    press(hall, hand_over_case, at("10:01"), case=gone.id, way="post")
    for window in hall.windows:
        press(hall, set_state, at("17:00"), window=window, state="closed")
    now = to(hall, TUESDAY)
    assert list(hall.cases) == [waits.id]
    assert list(hall.cases_of) == [waits.ticket]
    assert waits.ticket not in hall.tickets
    press(hall, make_ready, now, case=waits.id)
    assert refusal(hall, make_ready, now, case=gone.id).code == "unknown_case"
    press(hall, hand_over_case, now, case=waits.id, way="window", window="4")
    assert hall.cases[waits.id].handed_over == now


def test_a_hall_that_never_says_ready_keeps_a_case_for_so_many_days() -> None:
    hall = a_hall(a_layout(cases_kept_days=3))
    case = served(hall, "accepted")
    days = ("2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27")
    kept = []
    for day in days:
        to(hall, day)
        kept.append(case.id in hall.cases)
    assert kept == [True, True, True, False]
    assert hall.cases_of == {}


def test_however_many_there_are_the_oldest_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "CASES_LIMIT", 2)
    hall = a_hall()
    numbers = [served(hall, "accepted").id for _ in range(4)]
    to(hall, TUESDAY)
    assert list(hall.cases) == numbers[-2:]


def test_a_snapshot_keeps_every_case() -> None:
    hall = a_hall()
    for outcome in ("accepted", "accepted_with_gaps"):
        served(hall, outcome, "照片")
    press(hall, make_ready, at("10:00"), case=min(hall.cases))
    assert from_plain(to_plain(hall)) == hall


# Until when it is promised.


def test_working_days_leave_out_weekends_and_holidays_and_count_working_weekends() -> None:
    hall = a_hall(a_layout(holidays="cn"))
    days = {"2026-11-25": {"kind": "closed"}, "2026-11-28": {"kind": "working"}}
    press(hall, seed_year, at("09:00"), year=2026, days=days, source="hand")
    monday = date(2026, 11, 23)
    assert [str(working_day_after(hall, monday, n)) for n in (1, 2, 3, 4, 5)] == [
        "2026-11-24", "2026-11-26", "2026-11-27", "2026-11-28", "2026-11-30",
    ]  # fmt: skip


def test_a_weekend_with_extended_hours_alone_is_no_working_day() -> None:
    weekdays = Session(("mon", "tue", "wed", "thu", "fri"), "08:30", "17:00")
    hall = a_hall(a_layout(sessions=(weekdays, Session(("sat",), "09:00", "12:00", kind="extended"))))
    assert working_day_after(hall, date(2026, 11, 27), 1) == date(2026, 11, 30)
    press(hall, set_calendar_day, at("09:00"), day="2026-11-28", kind="working")
    assert working_day_after(hall, date(2026, 11, 27), 1) == date(2026, 11, 28)


def test_a_promise_of_days_that_ends_without_work_ends_on_the_next_day_with() -> None:
    hall = a_hall()
    assert day_after(hall, date(2026, 11, 23), 4) == date(2026, 11, 27)
    assert day_after(hall, date(2026, 11, 23), 5) == date(2026, 11, 30)


def test_a_hall_that_never_works_promises_nothing() -> None:
    hall = a_hall(a_layout(sessions=(), always_open=True))
    assert working_day_after(hall, date(2026, 11, 23), 3) is None


def test_other_settings_leave_the_cases_as_they_are() -> None:
    hall = a_hall()
    case = served(hall, "accepted")
    press(hall, configure, at("12:00"), layout=a_layout(items=()))
    assert hall.cases == {case.id: case}
    assert case.accepted + DAY_MS > at("12:00")


@pytest.mark.parametrize("came", ["brought to the back office", "ready", "handed over"])
def test_nobody_is_asked_back_for_what_is_not_needed_any_more(came: str) -> None:
    hall = a_hall()
    case = served(hall, "accepted_with_gaps", "照片")
    ticket = hall.tickets[case.ticket]
    assert may_return(hall, ticket)
    press(hall, supply, at("10:00"), case=case.id)
    if came != "brought to the back office":
        press(hall, supply, at("10:01"), case=case.id, supplied=False)
        press(hall, make_ready, at("10:02"), case=case.id)
    if came == "handed over":
        press(hall, hand_over_case, at("10:03"), case=case.id, way="post")
    assert not may_return(hall, ticket)
    assert refusal(hall, come_back, at("11:00"), ticket=ticket.id).code == "accepted_already"
    no = refusal(hall, call_by_name, at("11:00"), window="3", ticket=ticket.id, reason="x", clerk="0301")
    assert no.code == "wrong_state"


def test_only_the_part_of_a_chain_that_waits_for_something_is_done_again() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), item="yb-001")
    press(hall, plan_chain, at("09:00"), ticket=ticket.id, items=["hz-001"])
    for window in ("1", "3"):
        press(hall, call_next, at("09:01"), window=window, clerk="0301")
        press(hall, complete, at("09:05"), window=window, outcome="accepted_with_gaps", note="照片")
    press(hall, make_ready, at("10:00"), case=min(hall.cases))
    press(hall, come_back, at("10:05"), ticket=ticket.id)
    assert [(part.item, part.outcome) for part in ticket.chain] == [("yb-001", "accepted_with_gaps"), ("hz-001", None)]
