"""Plans are saved by version, adopted for a day, dropped and removed; and every no."""

from __future__ import annotations

from typing import Any

import pytest

from hallserver.events import PlanAdopted, PlanDropped, PlanRemoved, PlanSaved
from hallserver.rules.days import configure, tick
from hallserver.rules.folding.plans import VERSIONS_KEPT
from hallserver.rules.hall import Hall
from hallserver.rules.planning import (
    ADOPTIONS_LIMIT,
    PLANS_LIMIT,
    adopt_plan,
    drop_plan,
    remove_plan,
    save_plan,
)
from hallserver.rules.plans import followed_on
from tests.a_hall import a_hall, a_layout, at, press, refusal
from tests.rules.test_plans import MORNING, NOON, TUESDAY, band

NOW = at("08:40")


def saved(hall: Hall, name: str = "平日", *bands: dict[str, Any]) -> str:
    return str(press(hall, save_plan, NOW, by="manager:1", name=name, bands=list(bands or (MORNING,)))[0].event.plan)  # type: ignore[attr-defined]


def test_a_new_plan_is_its_first_version() -> None:
    hall = a_hall()
    plan = saved(hall)
    version = hall.plans[plan].latest
    assert (version.version, version.name, version.by, version.at) == (1, "平日", "manager:1", NOW)
    assert version.bands[0].to_plain()["windows"]["1"] == {
        "zone": "gongan", "support": None, "state": "staffed",
    }  # fmt: skip


def test_a_saved_change_is_the_next_version_and_the_old_one_stays_readable() -> None:
    hall = a_hall()
    plan = saved(hall)
    [deed] = press(hall, save_plan, NOW, plan=plan, version=1, name="平日", bands=[MORNING, NOON])
    assert isinstance(deed.event, PlanSaved)
    assert (deed.event.version, [one.version for one in hall.plans[plan].versions]) == (2, [1, 2])
    assert len(hall.plans[plan].versions[0].bands) == 1


def test_of_two_managers_who_save_the_same_version_one_is_told() -> None:
    hall = a_hall()
    plan = saved(hall)
    press(hall, save_plan, NOW, by="manager:2", plan=plan, version=1, name="平日", bands=[])
    no = refusal(hall, save_plan, NOW, plan=plan, version=1, name="平日", bands=[NOON])
    assert (no.code, no.details["version"], no.details["by"]) == ("plan_changed", 2, "manager:2")


def test_saving_what_is_there_changes_nothing() -> None:
    hall = a_hall()
    plan = saved(hall)
    assert press(hall, save_plan, NOW, plan=plan, version=1, name="平日", bands=[MORNING]) == []


@pytest.mark.parametrize(
    ("bands", "code"),
    [
        ([band("09:00", "11:00", w9=("gongan", None))], "unknown_window"),
        ([band("09:00", "11:00", w1=("moon", None))], "unknown_zone"),
        ([band("09:00", "11:00", w1=("gongan", "moon"))], "unknown_zone"),
        ([band("09:00", "11:00", w1=("gongan", "gongan"))], "supports_itself"),
        ([{**MORNING, "windows": {"1": {"support": "zonghe"}}}], "supports_itself"),
        ([{**MORNING, "windows": {"1": {"state": "asleep"}}}], "unknown_state"),
        ([band("11:00", "11:00")], "band_ends_early"),
        ([{**MORNING, "days": []}], "band_ends_early"),
        ([MORNING, band("10:59", "12:00", ["fri"])], "bands_overlap"),
        ([band("00:00", "00:01", ["mon"])] * 61, "bands_full"),
    ],
)
def test_a_plan_that_cannot_be_followed_is_refused(bands: list[dict[str, Any]], code: str) -> None:
    assert refusal(a_hall(), save_plan, NOW, name="平日", bands=bands).code == code


def test_bands_may_touch_and_may_share_a_time_on_different_days() -> None:
    hall = a_hall()
    saved(hall, "a", band("09:00", "11:00"), band("11:00", "24:00"))
    saved(hall, "b", band("09:00", "11:00", ["mon"]), band("10:00", "12:00", ["tue"]))


def test_two_plans_have_two_names() -> None:
    hall = a_hall()
    saved(hall)
    assert refusal(hall, save_plan, NOW, name="平日", bands=[]).code == "plan_name_taken"


def test_there_is_a_limit_of_plans() -> None:
    hall = a_hall()
    for n in range(PLANS_LIMIT):
        saved(hall, f"plan {n}")
    assert refusal(hall, save_plan, NOW, name="one more", bands=[]).code == "plans_full"


def test_old_versions_are_forgotten_by_the_live_state_but_not_one_that_is_followed() -> None:
    hall = a_hall()
    plan = saved(hall)
    press(hall, adopt_plan, NOW, plan=plan)
    for version in range(1, VERSIONS_KEPT + 3):
        bands = [band("09:00", f"10:{version:02d}")]
        press(hall, save_plan, NOW, plan=plan, version=version, name="平日", bands=bands)
    kept = [one.version for one in hall.plans[plan].versions]
    assert (kept[0], kept[1], len(kept)) == (1, 4, VERSIONS_KEPT + 1)


def test_a_version_is_adopted_from_today_or_a_later_day() -> None:
    hall = a_hall()
    plan = saved(hall)
    [deed] = press(hall, adopt_plan, NOW, plan=plan)
    assert deed.event == PlanAdopted(plan, 1, "2026-11-23")
    press(hall, save_plan, NOW, plan=plan, version=1, name="平日", bands=[NOON])
    press(hall, adopt_plan, NOW, plan=plan, version=2, from_day=TUESDAY)
    assert [(one.from_day, one.version) for one in hall.adoptions] == [("2026-11-23", 1), (TUESDAY, 2)]
    press(hall, tick, at("00:00", TUESDAY))
    assert [(one.from_day, one.version) for one in hall.adoptions] == [(TUESDAY, 2)]


def test_adopting_what_is_adopted_changes_nothing_and_another_for_the_same_day_takes_its_place() -> None:
    hall = a_hall()
    plan, other = saved(hall, "a"), saved(hall, "b")
    press(hall, adopt_plan, NOW, plan=plan)
    assert press(hall, adopt_plan, NOW, plan=plan) == []
    press(hall, adopt_plan, NOW, plan=other)
    assert [one.plan for one in hall.adoptions] == [other]


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ({"plan": "none"}, "unknown_plan"),
        ({"version": 7}, "unknown_version"),
        ({"from_day": "2026-11-22"}, "plan_day_over"),
        ({"from_day": "2028-01-01"}, "plan_too_far"),
        ({"from_day": "2026-13-01"}, "malformed"),
    ],
)
def test_what_cannot_be_adopted(details: dict[str, Any], code: str) -> None:
    hall = a_hall()
    plan = saved(hall)
    assert refusal(hall, adopt_plan, NOW, **{"plan": plan, **details}).code == code


def test_there_is_a_limit_of_scheduled_days() -> None:
    hall = a_hall()
    plan = saved(hall)
    for day in range(1, ADOPTIONS_LIMIT + 1):
        press(hall, adopt_plan, NOW, plan=plan, from_day=f"2026-12-{day:02d}")
    assert refusal(hall, adopt_plan, NOW, plan=plan).code == "adoptions_full"


def test_a_dropped_plan_is_followed_on_no_day() -> None:
    hall = a_hall()
    plan, other = saved(hall, "a"), saved(hall, "b")
    press(hall, adopt_plan, NOW, plan=plan)
    press(hall, adopt_plan, NOW, plan=other, from_day=TUESDAY)
    [deed] = press(hall, drop_plan, NOW, plan=plan)
    assert isinstance(deed.event, PlanDropped)
    assert hall.day is not None
    assert followed_on(hall, hall.day) is None
    assert [one.plan for one in hall.adoptions] == [other]
    assert refusal(hall, drop_plan, NOW, plan=plan).code == "plan_not_adopted"
    assert refusal(hall, drop_plan, NOW, plan="none").code == "unknown_plan"


def test_a_plan_in_use_is_not_removed() -> None:
    hall = a_hall()
    plan = saved(hall)
    press(hall, adopt_plan, NOW, plan=plan, from_day=TUESDAY)
    assert refusal(hall, remove_plan, NOW, plan=plan).code == "plan_adopted"
    press(hall, drop_plan, NOW, plan=plan)
    [deed] = press(hall, remove_plan, NOW, plan=plan)
    assert isinstance(deed.event, PlanRemoved)
    assert refusal(hall, remove_plan, NOW, plan=plan).code == "unknown_plan"
    assert saved(hall) != plan, "a name is never given twice"


FILED = {"id": "weekdays", "name": "工作日", "adopted": "2026-11-23", "bands": [MORNING]}


def test_a_plan_of_the_file_comes_with_the_settings_and_is_followed() -> None:
    hall = a_hall(a_layout(plans=(FILED,)))
    press(hall, tick, at("09:00"))
    assert (hall.windows["1"].zone, hall.plans["weekdays"].latest.version) == ("gongan", 1)


def test_a_plan_changed_at_the_page_outlives_a_restart_and_one_changed_in_the_file_is_a_new_version() -> None:
    hall = a_hall(a_layout(plans=(FILED,)))
    press(hall, save_plan, NOW, by="manager:1", plan="weekdays", version=1, name="工作日", bands=[NOON])
    assert press(hall, configure, NOW, layout=a_layout(plans=(FILED,))) == []
    press(hall, configure, NOW, layout=a_layout(plans=(FILED,), handicap_min=11))
    assert hall.plans["weekdays"].latest.version == 2
    press(hall, configure, NOW, layout=a_layout(plans=({**FILED, "bands": []},)))
    assert (hall.plans["weekdays"].latest.version, hall.plans["weekdays"].latest.bands) == (3, ())


def test_a_plan_taken_out_of_the_file_stays_until_a_manager_removes_it() -> None:
    hall = a_hall(a_layout(plans=(FILED,)))
    press(hall, configure, NOW, layout=a_layout())
    assert "weekdays" in hall.plans
