"""What a change would do, before it is made; the figures are reckoned by hand."""

from __future__ import annotations

import pytest

from hallserver.refusals import Refusal
from hallserver.rules.calling import call_next
from hallserver.rules.estimate import residual_min
from hallserver.rules.hall import Hall
from hallserver.rules.windows import set_state
from hallserver.views.catalogue import view
from hallserver.views.effects import Place, effects, rate_per_min
from tests.a_hall import a_hall, a_layout, at, issued, press
from tests.rules.test_plans import band, following

POLICE = {"1": Place("gongan")}


def of(hall: Hall, clock: str, wanted: dict[str, Place], zone: str) -> tuple[object, object]:
    told = next(z for z in effects(hall, at(clock), wanted)["zones"] if z["id"] == zone)
    return told["before"]["now_min"], told["after"]["now_min"]


def test_a_window_more_halves_the_wait_and_is_missed_where_it_was() -> None:
    hall = a_hall(open_windows="123")
    for _ in range(4):
        issued(hall, at("09:00"), item="yb-001")  # 8 minutes each, windows 1, 2 and (supporting) 3
    for _ in range(2):
        issued(hall, at("09:00"), item="hz-001")  # 20 minutes each, window 3
    # Before: 1 and 2 work off 4 × 8. After: 2 has them alone, since 1 and 3 take one of the police each and more come.
    assert of(hall, "09:00", POLICE, "gongan") == (40.0, 20.0)
    assert of(hall, "09:00", POLICE, "zonghe") == (16.0, 32.0)


def test_what_a_window_has_in_hand_is_finished_first() -> None:
    hall = a_hall(open_windows="3")
    issued(hall, at("09:00"), item="hz-001")
    press(hall, call_next, at("09:00"), window="3")
    assert of(hall, "09:10", {}, "gongan")[0] == pytest.approx(residual_min(20.0, 1.0, 10.0), abs=0.05)


def test_the_walk_and_the_breath_between_two_numbers_are_counted() -> None:
    hall = a_hall(a_layout(walk_s=60, think_s=30), open_windows="3")
    issued(hall, at("09:00"), item="hz-001")
    assert of(hall, "09:00", {}, "gongan")[0] == 21.5


def test_what_todays_plan_brings_is_there_before_and_after_and_a_window_moved_by_hand_stays() -> None:
    hall = following(band("09:05", "12:00", w4=("chujian", "gongan")), now="08:50", hall=a_hall(open_windows="34"))
    for _ in range(2):
        issued(hall, at("09:00"), item="hz-001")
    assert of(hall, "09:00", {}, "gongan")[0] == 20.0, "window 4 takes the second one at 09:05"
    assert of(hall, "09:00", {"4": Place("chujian")}, "gongan") == (20.0, 40.0)
    line = next(zone for zone in view(hall, at("09:00"), "day")["zones"] if zone["id"] == "gongan")
    assert line["coming"][0] == [540, 20]


def test_windows_that_are_not_open_do_not_count() -> None:
    hall = a_hall(open_windows="34")
    issued(hall, at("09:00"), item="hz-001")
    assert of(hall, "09:00", POLICE, "gongan") == (20.0, 20.0)
    press(hall, set_state, at("09:01"), window="4", state="paused")
    assert of(hall, "09:01", {}, "chujian") == (None, None)


def test_a_zone_left_alone_has_no_wait_and_its_people_are_named() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), item="hz-001")
    issued(hall, at("09:00"), item="yb-002")  # needs the card reader of window 2
    told = effects(hall, at("09:01"), {"3": Place("zonghe"), "2": Place("chujian")})
    police = told["zones"][1]
    assert (police["after"], police["before"]["windows"]) == ({"now_min": None, "later_min": None, "windows": 0}, 1)
    assert told["stranded"] == ["A001", "B001"]
    assert effects(hall, at("09:01"), {"1": Place("zonghe", "gongan")})["stranded"] == []


def test_who_comes_in_half_an_hour_finds_what_came_until_then() -> None:
    hall = a_hall(open_windows="1")
    for minute in range(0, 60, 6):
        issued(hall, at(f"09:{minute:02d}"), item="yb-001")
    # Ten in the hour: at 10:00 they all wait (80 min of work); five more come until 10:30, 30 min are worked off.
    assert rate_per_min(hall, "zonghe", at("10:00")) == pytest.approx(10 / 60)
    told = effects(hall, at("10:00"), {})
    before = told["zones"][0]["before"]
    assert (before["now_min"], before["later_min"]) == (80.0, 90.0)
    assert told["zones"][0]["arrivals_per_hour"] == 10.0
    assert told["hall"]["before"] == {"now_min": 80.0, "later_min": 90.0}, "nobody came to the other zones"


def test_the_pace_is_of_the_day_so_far_until_there_is_an_hour_of_it() -> None:
    hall = a_hall()
    assert rate_per_min(hall, "zonghe", at("08:40")) == 0
    issued(hall, at("08:31"), zone="zonghe")
    assert rate_per_min(hall, "zonghe", at("08:32")) == pytest.approx(1 / 10)
    issued(hall, at("08:45"), zone="zonghe")
    assert rate_per_min(hall, "zonghe", at("08:50")) == pytest.approx(2 / 20)
    assert rate_per_min(hall, "zonghe", at("10:10")) == 0, "an hour ago nobody came any more"


def test_nobody_is_taken_to_come_after_hours() -> None:
    hall = a_hall(open_windows="1")
    always = a_hall(a_layout(always_open=True), open_windows="1")
    for minute in range(0, 60, 6):
        for each in (hall, always):
            issued(each, at(f"16:{minute:02d}" if minute < 54 else "16:53"), item="yb-001")
    by_day = effects(hall, at("16:58"), {})["zones"][0]["before"]
    without_end = effects(always, at("16:58"), {})["zones"][0]["before"]
    assert by_day["now_min"] == without_end["now_min"] == 80.0
    assert by_day["later_min"] == 50.0
    assert without_end["later_min"] == 90.0


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"99": Place("gongan")}, "unknown_window"),
        ({"1": Place("moon")}, "unknown_zone"),
        ({"1": Place("gongan", "moon")}, "unknown_zone"),
        ({"1": Place("gongan", "gongan")}, "supports_itself"),
    ],
)
def test_a_change_that_cannot_be_made_has_no_effect_to_show(wanted: dict[str, Place], code: str) -> None:
    with pytest.raises(Refusal) as no:
        effects(a_hall(), at("09:00"), wanted)
    assert no.value.code == code


def test_looking_at_effects_moves_nothing() -> None:
    hall = a_hall()
    effects(hall, at("09:00"), POLICE)
    assert hall.windows["1"].zone == "zonghe"
    assert hall.changes == []
