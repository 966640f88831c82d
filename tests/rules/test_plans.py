"""A hall follows its plan by itself: a band begins, a change by hand ends, a window goes to lunch."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

from hallserver.events import BandBegan, WindowAssigned, WindowPaused
from hallserver.moments import MINUTE_MS
from hallserver.rules.bands import Band
from hallserver.rules.calendar_days import set_calendar_day, unset_calendar_day
from hallserver.rules.calling import call_next
from hallserver.rules.days import configure, tick
from hallserver.rules.hall import Hall
from hallserver.rules.planning import adopt_plan, drop_plan, save_plan
from hallserver.rules.plans import NEVER, changes_today, coming, unserved
from hallserver.rules.services import complete, start_service
from hallserver.rules.snapshot import from_plain, to_plain
from hallserver.rules.windows import assign, set_state
from tests.a_hall import MONDAY, a_hall, a_layout, at, issued, press, with_window

TUESDAY = "2026-11-24"
WEEK = ["mon", "tue", "wed", "thu", "fri"]


def band(start: str, end: str, days: list[str] | None = None, **windows: Any) -> dict[str, Any]:
    """``w1=("gongan", "zonghe")`` is where window 1 serves; ``w4="lunch"`` goes to lunch."""
    named = {
        name[1:]: {"state": "lunch"} if here == "lunch" else {"zone": here[0], "support": here[1]}
        for name, here in windows.items()
    }
    return {"days": days or WEEK, "from": start, "to": end, "windows": named}


MORNING = band("09:00", "11:00", w1=("gongan", None), w2=("zonghe", "gongan"))
NOON = band("11:00", "12:30", w1=("zonghe", "gongan"), w4="lunch")


def following(*bands: dict[str, Any], now: str = "08:35", hall: Hall | None = None) -> Hall:
    """A hall that follows a plan of these bands."""
    hall = hall or a_hall()
    plan = press(hall, save_plan, at(now), name="平日", bands=list(bands))[0].event.facts()["plan"]
    press(hall, adopt_plan, at(now), plan=plan)
    press(hall, tick, at(now))
    return hall


def places(hall: Hall) -> dict[str, tuple[str, str | None]]:
    return {window.id: (window.zone, window.support) for window in hall.windows.values()}


USUAL = {"1": ("zonghe", None), "2": ("zonghe", None), "3": ("gongan", "zonghe"), "4": ("chujian", None)}


def test_a_hall_without_a_plan_has_nothing_to_do() -> None:
    hall = a_hall()
    assert hall.plan_due == NEVER
    assert press(hall, tick, at("16:59")) == []


def test_before_the_first_band_every_window_is_at_its_usual_place() -> None:
    hall = following(MORNING, NOON)
    assert hall.band is not None
    assert (hall.band.begins, hall.band.ends, places(hall)) == (at("00:00"), at("09:00"), USUAL)


def test_a_band_begins_by_itself_and_what_it_does_not_name_stays() -> None:
    hall = following(MORNING, NOON)
    assert press(hall, tick, at("08:59:59")) == []
    began, *moves = press(hall, tick, at("09:00"))
    assert isinstance(began.event, BandBegan)
    assert (began.event.begins, began.event.ends, began.event.named) == (at("09:00"), at("11:00"), ["1", "2"])
    assert [move.event for move in moves] == [
        WindowAssigned("1", "gongan", None, was=["zonghe", None]),
        WindowAssigned("2", "zonghe", "gongan", was=["zonghe", None]),
    ]
    assert {move.by for move in moves} == {"hall"}
    assert press(hall, tick, at("09:00:01")) == []


def test_after_the_last_band_every_window_is_back() -> None:
    hall = following(MORNING)
    press(hall, tick, at("09:00"))
    press(hall, tick, at("11:00"))
    assert places(hall) == USUAL


def test_a_hall_that_was_not_looked_at_for_hours_takes_up_the_band_it_is_in() -> None:
    hall = following(MORNING, NOON)
    press(hall, tick, at("11:20"))
    assert places(hall)["1"] == ("zonghe", "gongan")
    assert hall.band is not None
    assert hall.band.ends == at("12:30")


def test_a_band_of_another_weekday_does_not_begin() -> None:
    hall = following(band("09:00", "11:00", ["tue"], w1=("gongan", None)))
    assert press(hall, tick, at("10:00")) == []
    press(hall, tick, at("00:00:01", TUESDAY))
    press(hall, tick, at("00:00:02", TUESDAY))
    press(hall, tick, at("09:00", TUESDAY))
    assert places(hall)["1"] == ("gongan", None)


def test_a_plan_scheduled_for_tomorrow_leaves_today_alone() -> None:
    hall = a_hall()
    plan = press(hall, save_plan, at("08:35"), name="新", bands=[MORNING])[0].event.facts()["plan"]
    press(hall, adopt_plan, at("08:35"), plan=plan, from_day=TUESDAY)
    assert press(hall, tick, at("09:30")) == []
    press(hall, tick, at("00:00:01", TUESDAY))
    press(hall, tick, at("00:00:02", TUESDAY))
    press(hall, tick, at("09:00", TUESDAY))
    assert places(hall)["1"] == ("gongan", None)


def test_a_dropped_plan_gives_the_windows_back() -> None:
    hall = following(MORNING)
    press(hall, tick, at("09:00"))
    press(hall, drop_plan, at("09:30"), plan=next(iter(hall.plans)))
    began, *_ = press(hall, tick, at("09:30:01"))
    assert (began.event.facts()["plan"], places(hall), hall.band) == (None, USUAL, None)
    assert hall.plan_due == NEVER


def test_a_ticket_in_hand_stays_in_hand_when_the_window_changes() -> None:
    hall = following(MORNING)
    ticket = issued(hall, at("08:50"), zone="zonghe")
    press(hall, call_next, at("08:58"), window="1")
    press(hall, start_service, at("08:59"), window="1")
    press(hall, tick, at("09:00"))
    assert (hall.windows["1"].zone, hall.windows["1"].ticket, ticket.state) == ("gongan", ticket.id, "serving")
    press(hall, complete, at("09:05"), window="1")
    issued(hall, at("09:05"), zone="gongan")
    press(hall, call_next, at("09:06"), window="1")


def test_a_change_by_hand_holds_until_its_band_ends() -> None:
    hall = following(MORNING, NOON)
    press(hall, tick, at("09:00"))
    press(hall, assign, at("09:30"), by="manager:1", window="1", zone="zonghe", until="band")
    assert hall.windows["1"].held_until == at("11:00")
    assert press(hall, tick, at("10:59")) == []
    assert places(hall)["1"] == ("zonghe", None)
    press(hall, tick, at("11:00"))
    assert (places(hall)["1"], hall.windows["1"].held_until) == (("zonghe", "gongan"), None)


def test_a_change_for_the_day_holds_through_every_band_and_ends_with_the_day() -> None:
    hall = following(MORNING, NOON)
    press(hall, assign, at("08:40"), by="manager:1", window="1", zone="chujian", until="day")
    for clock in ("09:00", "11:00", "12:30"):
        press(hall, tick, at(clock))
        assert places(hall)["1"] == ("chujian", None)
    press(hall, tick, at("00:00", TUESDAY))
    press(hall, tick, at("00:00:01", TUESDAY))
    assert places(hall) == USUAL


def test_a_change_whose_end_nobody_chose_holds_for_the_band() -> None:
    hall = following(MORNING)
    press(hall, assign, at("08:40"), by="manager:1", window="4", zone="zonghe")
    press(hall, tick, at("08:59"))
    assert places(hall)["4"] == ("zonghe", None)
    press(hall, tick, at("09:00"))
    assert places(hall)["4"] == ("chujian", None)


def test_without_a_plan_a_change_for_the_day_ends_with_it_and_another_stays() -> None:
    hall = a_hall()
    press(hall, assign, at("09:00"), by="manager:1", window="1", zone="gongan", until="day")
    press(hall, assign, at("09:00"), by="manager:1", window="2", zone="gongan", until="band")
    press(hall, assign, at("09:00"), by="manager:1", window="4", zone="gongan")
    press(hall, tick, at("23:59:59"))
    press(hall, tick, at("00:00", TUESDAY))
    press(hall, tick, at("00:00:01", TUESDAY))
    assert places(hall) == {**USUAL, "4": ("gongan", None)}
    assert press(hall, tick, at("00:00:02", TUESDAY)) == []


def test_a_change_to_where_the_window_belongs_ends_too() -> None:
    hall = following(MORNING)
    press(hall, tick, at("09:00"))
    press(hall, assign, at("09:30"), by="manager:1", window="1", zone="zonghe", until="band")
    press(hall, tick, at("11:00"))
    assert (places(hall)["1"], hall.windows["1"].held_until) == (("zonghe", None), None)


def test_an_idle_window_goes_to_lunch_when_the_band_begins() -> None:
    hall = following(NOON)
    deeds = press(hall, tick, at("11:00"))
    assert deeds[-1].event == WindowPaused("4", "lunch")
    assert (hall.windows["4"].state, hall.to_lunch) == ("paused", ())


def test_a_window_with_a_ticket_goes_to_lunch_when_the_ticket_has_left() -> None:
    hall = following(NOON)
    issued(hall, at("10:50"), zone="chujian")
    press(hall, call_next, at("10:55"), window="4")
    press(hall, tick, at("11:00"))
    assert (hall.windows["4"].state, hall.to_lunch) == ("open", ("4",))
    told = coming(hall, hall.windows["4"], at("11:01"))
    assert told is not None
    assert (told.at, told.lunch) == (at("11:00"), True)
    assert press(hall, tick, at("11:01")) == []
    press(hall, complete, at("11:05"), window="4")
    press(hall, tick, at("11:05:01"))
    assert (hall.windows["4"].state, hall.windows["4"].reason, hall.to_lunch) == ("paused", "lunch", ())


def test_a_clerk_who_comes_back_early_is_not_sent_to_lunch_again() -> None:
    hall = following(NOON)
    press(hall, tick, at("11:00"))
    press(hall, set_state, at("11:20"), window="4", state="open")
    assert press(hall, tick, at("11:21")) == []


def test_a_closed_window_has_no_lunch() -> None:
    hall = following(NOON)
    press(hall, set_state, at("10:00"), window="4", state="closed")
    press(hall, tick, at("11:00"))
    assert (hall.windows["4"].state, hall.to_lunch) == ("closed", ())


def test_a_service_longer_than_the_lunch_ends_without_one() -> None:
    hall = following(NOON)
    issued(hall, at("10:50"), zone="chujian")
    press(hall, call_next, at("10:55"), window="4")
    press(hall, tick, at("11:00"))
    press(hall, tick, at("12:30"))
    press(hall, complete, at("12:31"), window="4")
    assert press(hall, tick, at("12:31:01")) == []


def test_a_clerk_is_told_before_the_window_changes() -> None:
    hall = following(MORNING, NOON)
    assert coming(hall, hall.windows["1"], at("08:49")) is None
    told = coming(hall, hall.windows["1"], at("08:50"))
    assert told is not None
    assert (told.at, told.zone, told.support, told.lunch) == (at("09:00"), "gongan", None, False)
    assert coming(hall, hall.windows["3"], at("08:55")) is None


def test_a_clerk_is_told_of_lunch_and_of_the_end_of_a_change_by_hand() -> None:
    hall = following(MORNING, NOON)
    press(hall, tick, at("09:00"))
    press(hall, assign, at("09:30"), by="manager:1", window="2", zone="chujian", until="band")
    lunch, back = coming(hall, hall.windows["4"], at("10:55")), coming(hall, hall.windows["2"], at("10:55"))
    assert lunch is not None
    assert (lunch.at, lunch.lunch) == (at("11:00"), True)
    assert back is not None
    assert (back.at, back.zone) == (at("11:00"), "zonghe")


def test_who_is_held_for_the_day_is_told_of_no_band() -> None:
    hall = following(MORNING)
    press(hall, assign, at("08:40"), by="manager:1", window="1", zone="chujian", until="day")
    assert coming(hall, hall.windows["1"], at("08:55")) is None


def test_a_hall_without_a_plan_tells_nothing() -> None:
    hall = a_hall()
    assert coming(hall, hall.windows["1"], at("08:55")) is None


def test_the_notice_is_a_setting() -> None:
    hall = following(MORNING, hall=a_hall(a_layout(notice_min=0)))
    assert coming(hall, hall.windows["1"], at("08:59:59")) is None


def test_what_would_change_today_is_shown_before_a_plan_is_adopted() -> None:
    hall = a_hall()
    press(hall, assign, at("08:40"), by="manager:1", window="2", zone="chujian", until="day")
    bands = [Band.from_plain(one) for one in (MORNING, NOON)]
    told = [
        (change.at, change.window, change.zone, change.support, change.held)
        for change in changes_today(hall, at("09:30"), bands)
    ]
    assert told == [
        (at("09:30"), "1", "gongan", None, False),
        (at("09:30"), "2", "zonghe", "gongan", True),
        (at("11:00"), "1", "zonghe", "gongan", False),
        (at("11:00"), "2", "zonghe", None, True),
        (at("11:00"), "4", "chujian", None, False),
        (at("12:30"), "1", "zonghe", None, False),
        (at("12:30"), "2", "zonghe", None, True),
    ]


def test_a_band_that_leaves_a_zone_to_nobody_is_told() -> None:
    hall = a_hall()
    bands = [Band.from_plain(band("12:00", "13:00", w4="lunch", w3=("zonghe", None)))]
    assert unserved(hall, bands) == [("12:00", "13:00", "gongan"), ("12:00", "13:00", "chujian")]
    assert unserved(hall, [Band.from_plain(MORNING)]) == []


def test_a_plan_that_names_a_zone_the_hall_no_longer_has_leaves_the_window_at_home() -> None:
    hall = following(MORNING)
    shrunk = a_layout()
    shrunk = replace(
        with_window(shrunk, "3", zone="zonghe", support=None),
        zones={name: zone for name, zone in shrunk.zones.items() if name != "gongan"},
        items={name: item for name, item in shrunk.items.items() if item.zone != "gongan"},
    )
    press(hall, configure, at("08:50"), layout=shrunk)
    press(hall, tick, at("09:00"))
    assert places(hall)["1"] == ("zonghe", None)


def test_a_window_that_the_plan_names_without_a_zone_helps_from_its_usual_place() -> None:
    helping = {"days": WEEK, "from": "09:00", "to": "11:00", "windows": {"1": {"support": "gongan"}}}
    hall = following(helping)
    press(hall, tick, at("09:00"))
    assert places(hall)["1"] == ("zonghe", "gongan")


def test_a_change_in_the_file_takes_the_plan_up_anew() -> None:
    hall = following(MORNING)
    press(hall, tick, at("09:00"))
    press(hall, configure, at("09:10"), layout=with_window(a_layout(), "1", zone="chujian"))
    assert places(hall)["1"] == ("chujian", None)
    press(hall, tick, at("09:10:01"))
    assert places(hall)["1"] == ("gongan", None)
    press(hall, tick, at("11:00"))
    assert places(hall)["1"] == ("chujian", None)


def test_the_plan_and_what_is_held_survive_a_snapshot() -> None:
    hall = following(MORNING, NOON)
    press(hall, tick, at("09:00"))
    press(hall, assign, at("09:30"), by="manager:1", window="2", zone="chujian", until="day")
    issued(hall, at("09:40"), zone="chujian")
    press(hall, call_next, at("09:41"), window="4")
    press(hall, tick, at("11:00"))
    again = from_plain(to_plain(hall))
    assert again == hall
    assert again.to_lunch == ("4",)
    for one in (hall, again):
        press(one, tick, at("12:30"))
    assert places(again) == places(hall)


def test_a_quiet_second_costs_nothing_and_changes_nothing() -> None:
    hall = following(MORNING)
    before = deepcopy(hall)
    assert tick(hall, at("08:59:59")) == []
    assert hall == before
    assert hall.plan_due == at("09:00")


def test_a_holiday_leaves_every_window_at_its_usual_place_and_a_plan_takes_the_day_up_when_it_is_one_again() -> None:
    hall = following(MORNING)
    press(hall, tick, at("09:00"))
    press(hall, set_calendar_day, at("09:10"), day=MONDAY, kind="closed")
    press(hall, tick, at("09:10:01"))
    assert places(hall) == USUAL
    press(hall, unset_calendar_day, at("09:20"), day=MONDAY)
    press(hall, tick, at("09:20:01"))
    assert places(hall)["1"] == ("gongan", None)
    press(hall, set_calendar_day, at("09:30"), day=TUESDAY, kind="closed")
    assert press(hall, tick, at("09:30:01")) == [], "another day's calendar is nothing to today's plan"


def test_a_working_weekend_follows_the_bands_of_the_weekday_it_works_as() -> None:
    saturday = "2026-11-28"
    hall = a_hall(a_layout(working_weekend_as="tue"), now=at("08:30", saturday))
    tuesdays = band("09:00", "11:00", ["tue"], w1=("gongan", None))
    plan = press(hall, save_plan, at("08:35", saturday), name="平日", bands=[tuesdays])[0].event.facts()["plan"]
    press(hall, adopt_plan, at("08:35", saturday), plan=plan)
    press(hall, tick, at("08:35:01", saturday))
    assert press(hall, tick, at("09:30", saturday)) == []
    press(hall, set_calendar_day, at("09:40", saturday), day=saturday, kind="working", name="调休")
    press(hall, tick, at("09:40:01", saturday))
    assert places(hall)["1"] == ("gongan", None)


def test_midnight_begins_the_next_days_plan() -> None:
    hall = following(MORNING)
    press(hall, tick, at("00:00", TUESDAY))
    [began] = press(hall, tick, at("00:00:01", TUESDAY))
    assert isinstance(began.event, BandBegan)
    assert (began.event.day, began.event.ends - began.event.begins) == (TUESDAY, 9 * 60 * MINUTE_MS)
    assert MONDAY < TUESDAY
