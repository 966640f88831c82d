"""Public holidays, working weekends, and single dates that staff set."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hallserver.events import CalendarDaySet, CalendarDayUnset, CalendarSeeded
from hallserver.rules import calendar_days
from hallserver.rules.calendar_days import missing_year, seed_year, set_calendar_day, unset_calendar_day
from hallserver.rules.days import configure, tick
from hallserver.rules.hall import Hall
from hallserver.rules.hours import is_open, opens_at, sessions_on
from hallserver.rules.issuing import issue
from hallserver.rules.layout import Session
from hallserver.rules.snapshot import from_plain, to_plain
from hallserver.state_calendar import state_days
from tests.a_hall import WEEKDAYS, a_hall, a_layout, at, press, refusal

CN = a_layout(holidays="cn")
NEW_YEAR = {"2027-01-01": {"kind": "closed", "name": "元旦"}, "2027-01-03": {"kind": "working", "name": "元旦"}}


def a_hall_in_2026(**settings: Any) -> Hall:
    hall = a_hall(a_layout(holidays="cn", **settings))
    press(hall, seed_year, at("08:00"), year=2026, days=state_days(2026), source="chinesecalendar")
    return hall


def test_the_states_calendar_of_2026_has_its_holidays_and_working_weekends() -> None:
    days = state_days(2026)
    assert days is not None
    assert days["2026-10-01"] == {"kind": "closed", "name": "国庆节"}
    assert days["2026-10-10"] == {"kind": "working", "name": "国庆节"}
    assert "2026-11-28" not in days, "an ordinary Saturday"


def test_a_year_the_state_has_not_told_is_not_guessed() -> None:
    assert state_days(2105) is None


def test_on_a_public_holiday_the_hall_is_closed_and_says_when_it_opens() -> None:
    hall = a_hall_in_2026()
    assert sessions_on(hall, date(2026, 10, 1)) == ()
    assert opens_at(hall, at("17:30", "2026-09-30")) == at("08:30", "2026-10-08")


def test_a_working_weekend_has_the_hours_of_the_weekday_it_stands_for() -> None:
    short_fridays = (Session(("mon", "tue", "wed", "thu"), "08:30", "17:00"), Session(("fri",), "08:30", "12:00"))
    saturday = date(2026, 10, 10)
    as_monday = a_hall_in_2026(sessions=short_fridays)
    as_friday = a_hall_in_2026(sessions=short_fridays, working_weekend_as="fri")
    assert sessions_on(as_monday, saturday) == ((at("08:30", "2026-10-10"), at("17:00", "2026-10-10")),)
    assert sessions_on(as_friday, saturday) == ((at("08:30", "2026-10-10"), at("12:00", "2026-10-10")),)


def test_a_hall_that_opens_on_saturdays_keeps_its_saturday_hours_on_a_working_one() -> None:
    hall = a_hall_in_2026(sessions=(Session(WEEKDAYS, "08:30", "17:00"), Session(("sat",), "09:00", "11:00")))
    assert sessions_on(hall, date(2026, 10, 10)) == ((at("09:00", "2026-10-10"), at("11:00", "2026-10-10")),)


def test_a_year_that_is_known_is_not_told_twice() -> None:
    hall = a_hall_in_2026()
    assert press(hall, seed_year, at("09:00"), year=2026, days=state_days(2026), source="chinesecalendar") == []


def test_a_year_typed_in_again_replaces_what_was_known_of_it_and_nothing_else() -> None:
    hall = a_hall_in_2026()
    press(hall, seed_year, at("09:00"), year=2027, days=NEW_YEAR, source="hand")
    [deed] = press(hall, seed_year, at("09:01"), year=2027, days={"2027-01-01": NEW_YEAR["2027-01-01"]}, source="hand")
    assert deed.event == CalendarSeeded(2027, {"2027-01-01": NEW_YEAR["2027-01-01"]}, "hand")
    assert sessions_on(hall, date(2027, 1, 3)) == ()
    assert sessions_on(hall, date(2026, 10, 1)) == ()
    assert hall.years == (2026, 2027)


@pytest.mark.parametrize(
    ("day", "kind"), [("2026-12-31", "closed"), ("2027-01-01", "lazy"), ("2027-1-1", "closed"), ("soon", "closed")]
)
def test_a_year_holds_its_own_days_only(day: str, kind: str) -> None:
    no = refusal(a_hall(CN), seed_year, at("09:00"), year=2027, days={day: {"kind": kind}}, source="hand")
    assert no.code == ("unknown_day" if day in ("2027-1-1", "soon") else "day_not_in_year")


def test_this_years_calendar_is_missed_at_once_and_the_next_from_november() -> None:
    hall = a_hall(CN)
    assert missing_year(hall, at("09:00", "2026-06-01")) == 2026
    press(hall, seed_year, at("08:00"), year=2026, days={}, source="hand")
    assert missing_year(hall, at("23:59", "2026-10-31")) is None
    assert missing_year(hall, at("00:00", "2026-11-01")) == 2027
    press(hall, seed_year, at("08:00"), year=2027, days=NEW_YEAR, source="hand")
    assert missing_year(hall, at("09:00", "2026-12-31")) is None
    assert missing_year(a_hall(), at("09:00")) is None, "a hall that keeps no holidays misses none"


def test_a_hall_closed_by_staff_today_gives_no_more_numbers() -> None:
    hall = a_hall()
    [deed] = press(hall, set_calendar_day, at("10:00"), day="2026-11-23", kind="closed", name="停电")
    assert deed.event == CalendarDaySet("2026-11-23", "closed", "停电", None)
    no = refusal(hall, issue, at("10:01"), zone="zonghe")
    assert (no.code, no.details) == ("hall_closed", {"opens_at": at("08:30", "2026-11-24")})


def test_an_evening_added_today_keeps_the_hall_open() -> None:
    hall = a_hall()
    evening = (Session((), "08:30", "17:00"), Session((), "17:00", "19:30", kind="extended"))
    assert not is_open(hall, at("18:00"))
    press(hall, set_calendar_day, at("16:00"), day="2026-11-23", kind="working", name="延时服务", sessions=evening)
    assert is_open(hall, at("18:00"))
    assert not is_open(hall, at("19:30"))
    assert from_plain(to_plain(hall)).days_set == hall.days_set


def test_staffs_word_for_a_date_goes_before_the_states_and_can_be_taken_back() -> None:
    hall = a_hall_in_2026()
    holiday = date(2026, 10, 1)
    press(hall, set_calendar_day, at("09:00"), day="2026-10-31", kind="working", name="补班")
    assert refusal(hall, set_calendar_day, at("09:00"), day="2026-10-01", kind="working").code == "day_too_far"
    new_year = "2027-01-01"
    press(hall, seed_year, at("09:00"), year=2027, days=NEW_YEAR, source="hand")
    press(hall, set_calendar_day, at("09:00"), day=new_year, kind="working", name="值班")
    assert sessions_on(hall, date(2027, 1, 1)) == ((at("08:30", new_year), at("17:00", new_year)),)
    [deed] = press(hall, unset_calendar_day, at("09:01"), day=new_year)
    assert deed.event == CalendarDayUnset(new_year)
    assert sessions_on(hall, date(2027, 1, 1)) == sessions_on(hall, holiday) == ()
    assert press(hall, unset_calendar_day, at("09:02"), day=new_year) == []


def test_setting_a_date_as_it_is_changes_nothing() -> None:
    hall = a_hall()
    press(hall, set_calendar_day, at("10:00"), day="2026-11-24", kind="closed", name="盘点")
    assert press(hall, set_calendar_day, at("10:01"), day="2026-11-24", kind="closed", name="盘点") == []


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ({"day": "2026-13-01", "kind": "closed"}, "unknown_day"),
        ({"day": "20261224", "kind": "closed"}, "unknown_day"),
        ({"day": "2026-12-24", "kind": "half"}, "unknown_day"),
        ({"day": "2026-10-22", "kind": "closed"}, "day_too_far"),
        ({"day": "2028-12-01", "kind": "closed"}, "day_too_far"),
        ({"day": "2026-12-24", "kind": "working", "sessions": (Session((), "17:00", "09:00"),)}, "session_ends_early"),
        (
            {"day": "2026-12-24", "kind": "working", "sessions": (Session((), "09:00", "10:00", "moon"),)},
            "unknown_zone",
        ),
    ],
)
def test_a_date_that_can_not_be_is_refused(details: dict[str, Any], code: str) -> None:
    assert refusal(a_hall(), set_calendar_day, at("09:00"), **details).code == code


def test_so_many_single_dates_may_be_set_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar_days, "DAYS_SET_LIMIT", 2)
    hall = a_hall()
    for day in ("2026-12-01", "2026-12-02"):
        press(hall, set_calendar_day, at("09:00"), day=day, kind="closed")
    assert refusal(hall, set_calendar_day, at("09:00"), day="2026-12-03", kind="closed").code == "calendar_full"
    assert press(hall, set_calendar_day, at("09:00"), day="2026-12-02", kind="working") != []


def test_old_dates_and_years_are_forgotten_so_that_the_state_stays_small() -> None:
    hall = a_hall_in_2026()
    press(hall, set_calendar_day, at("09:00"), day="2026-11-24", kind="closed")
    press(hall, tick, at("00:00", "2026-12-24"))
    assert "2026-11-24" in hall.days_set
    press(hall, tick, at("00:00", "2028-01-01"))
    assert (hall.days_set, hall.years, hall.holidays) == ({}, (), {})


def test_a_new_configuration_keeps_the_calendar() -> None:
    hall = a_hall_in_2026()
    press(hall, configure, at("10:00"), layout=a_layout(holidays="cn", handicap_min=5))
    assert sessions_on(hall, date(2026, 10, 1)) == ()
