"""Settings changed while the hall is open: at once, within limits, over a restart, and back to the file."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

import pytest
from annotated_types import Ge, Gt, Le

from hallserver.layouts import layout_of
from hallserver.rules.calling import call_next, mark_absent
from hallserver.rules.days import configure
from hallserver.rules.snapshot import from_plain, to_plain
from hallserver.rules.tuning import BY_KEY, TUNABLES, filed_layout, tune
from hallserver.settings.tables import HallSettings
from tests.a_hall import a_hall, a_layout, at, issued, press, refusal
from tests.web.a_server import settings

NOW = at("09:00")
HANDICAP = "calling.handicap_min"


def test_a_tuned_setting_counts_from_the_next_press_on() -> None:
    hall = a_hall()
    issued(hall, at("08:40"), zone="zonghe")
    issued(hall, at("08:55"), zone="gongan")
    press(hall, tune, NOW, changes={HANDICAP: 30})
    called = press(hall, call_next, NOW, window="3")[0].event.facts()
    assert called["why"]["zone"] == "gongan"


def test_a_head_start_is_tuned_by_its_class() -> None:
    hall = a_hall()
    press(hall, tune, NOW, by="manager:1", changes={"calling.head_start_min.green": 20})
    assert (hall.layout.head_start_min, hall.layout.head_start_ms["green"]) == (
        {"walk_in": 0, "booked": 10, "green": 20},
        1_200_000,
    )
    kept = hall.tuned["calling.head_start_min.green"]
    assert (kept.value, kept.filed, kept.at, kept.by) == (20, 15, NOW, "manager:1")


def test_more_calls_before_an_absence_count_at_once() -> None:
    hall = a_hall()
    issued(hall, at("08:40"), zone="zonghe")
    press(hall, call_next, NOW, window="1")
    press(hall, tune, NOW, changes={"calling.calls_before_absence": 3})
    assert refusal(hall, mark_absent, NOW, window="1").code == "called_too_few"


def test_nothing_changes_when_nothing_is_different() -> None:
    hall = a_hall()
    assert press(hall, tune, NOW, changes={HANDICAP: 10}) == []
    assert press(hall, tune, NOW, changes={HANDICAP: None}) == []
    press(hall, tune, NOW, changes={HANDICAP: 12})
    assert press(hall, tune, NOW, changes={HANDICAP: 12.0}) == []


def test_it_goes_back_to_the_files_value() -> None:
    hall = a_hall()
    press(hall, tune, NOW, changes={HANDICAP: 12})
    press(hall, tune, NOW, changes={HANDICAP: None})
    assert (hall.layout.handicap_min, hall.layout.handicap_ms, hall.tuned) == (10, 600_000, {})
    press(hall, tune, NOW, changes={HANDICAP: 12})
    press(hall, tune, NOW, changes={HANDICAP: 10})
    assert hall.tuned == {}


def test_it_outlives_a_restart_unless_the_file_changed_that_key() -> None:
    hall = a_hall()
    press(hall, tune, NOW, changes={HANDICAP: 12, "queue.warn_min": 20})
    assert press(hall, configure, NOW, layout=a_layout()) == []
    press(hall, configure, NOW, layout=a_layout(handicap_min=8))
    assert (hall.layout.handicap_min, hall.layout.warn_min, list(hall.tuned)) == (8, 20, ["queue.warn_min"])
    assert filed_layout(hall) == a_layout(handicap_min=8)


def test_thresholds_stay_in_order_when_the_file_moves_one_of_them() -> None:
    hall = a_hall()
    press(hall, tune, NOW, changes={"queue.warn_min": 25})
    press(hall, configure, NOW, layout=a_layout(critical_min=22))
    assert (hall.layout.warn_min, hall.layout.critical_min, hall.tuned) == (15, 22, {})


def test_of_two_who_change_the_same_setting_the_second_is_told_whose_it_is() -> None:
    hall = a_hall()
    press(hall, tune, NOW, by="manager:1", changes={HANDICAP: 12, "queue.warn_min": 20}, seen={HANDICAP: 0})
    first = hall.number
    no = refusal(hall, tune, NOW, changes={HANDICAP: 8, "calling.think_s": 5}, seen={HANDICAP: 0})
    assert (no.code, no.details) == ("setting_changed", {"setting": HANDICAP, "by": "manager:1", "value": 12})
    assert refusal(hall, tune, NOW, changes={HANDICAP: 8}, seen_up_to=first - 1).code == "setting_changed"
    assert press(hall, tune, NOW, changes={HANDICAP: 12}, seen={HANDICAP: 0}) == [], "both mean the same"
    press(hall, tune, NOW, changes={"calling.think_s": 5}, seen_up_to=first - 1)
    press(hall, tune, NOW, changes={HANDICAP: 8}, seen={HANDICAP: first}, seen_up_to=0)
    press(hall, tune, NOW, changes={HANDICAP: None})
    assert refusal(hall, tune, NOW, changes={HANDICAP: 8}, seen={HANDICAP: first}).code == "setting_changed"


def test_a_restart_with_another_file_is_a_change_too_and_the_first_settings_are_none() -> None:
    hall = a_hall()
    assert hall.tunings == {}
    press(hall, tune, NOW, by="manager", changes={"queue.warn_min": 20})
    press(hall, configure, NOW, layout=a_layout(handicap_min=8))
    assert [(key, one.by) for key, one in hall.tunings.items()] == [("queue.warn_min", "manager"), (HANDICAP, "hall")]


def test_it_survives_a_snapshot() -> None:
    hall = a_hall()
    press(hall, tune, NOW, changes={HANDICAP: 12})
    assert from_plain(to_plain(hall)) == hall


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"calling.moon_min": 1}, "unknown_setting"),
        ({HANDICAP: 241}, "setting_out_of_limits"),
        ({HANDICAP: -1}, "setting_out_of_limits"),
        ({HANDICAP: True}, "setting_out_of_limits"),
        ({HANDICAP: "12"}, "setting_out_of_limits"),
        ({HANDICAP: float("inf")}, "setting_out_of_limits"),
        ({"closing.leftovers": "eat"}, "setting_out_of_limits"),
        ({"closing.leftovers": 1}, "setting_out_of_limits"),
        ({"calling.return_places": 2.5}, "setting_out_of_limits"),
        ({"queue.warn_min": 0}, "setting_out_of_limits"),
        ({"queue.warn_min": 30}, "thresholds_crossed"),
        ({HANDICAP: 12, "queue.critical_min": 15}, "thresholds_crossed"),
    ],
)
def test_what_may_not_be_set(changes: dict[str, Any], code: str) -> None:
    assert refusal(a_hall(), tune, NOW, changes=changes).code == code


NOT_TUNED = {
    "queue.green_reasons": "a list of words, which pages and papers spell",
    "bookings.slot_min": "what was booked stands in slots of that length",
}
"""Keys of the tables the rules read that stay the file's alone, and why."""


def keys_of(table: str) -> dict[str, Any]:
    fields = HallSettings.model_fields[table].annotation.model_fields  # type: ignore[union-attr]
    found: dict[str, Any] = {}
    for name, field in fields.items():
        inner = getattr(field.annotation, "model_fields", None)
        found |= {f"{table}.{name}.{key}": one for key, one in inner.items()} if inner else {f"{table}.{name}": field}
    return found


@pytest.mark.parametrize("table", ["calling", "queue", "intake", "closing", "bookings", "pad", "alerts", "planning"])
def test_every_setting_of_the_rules_can_be_tuned_within_the_files_limits(table: str) -> None:
    for key, field in keys_of(table).items():
        if key in NOT_TUNED:
            continue
        tunable = BY_KEY[key]
        if field.annotation is bool:
            assert tunable.unit == "switch", key
            continue
        if get_origin(field.annotation) is Literal:
            assert (tunable.unit, tunable.options) == ("choice", get_args(field.annotation)), key
            continue
        limits = {type(limit): limit for limit in field.metadata}
        least = limits[Gt].gt if Gt in limits else limits[Ge].ge
        assert (tunable.least, tunable.most, tunable.above) == (least, limits[Le].le, Gt in limits), key
        assert tunable.whole == (field.annotation is int), key


def test_every_tunable_setting_is_one_of_the_file_and_reads_the_layouts_value() -> None:
    filed = settings()
    layout = layout_of(filed)
    for tunable in TUNABLES:
        value: Any = filed
        for name in tunable.key.split("."):
            value = getattr(value, name)
        assert tunable.read(layout) == value, tunable.key
