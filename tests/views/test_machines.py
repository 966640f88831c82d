"""Whether the hall hears its calls, from what its machines told."""

from __future__ import annotations

from hallserver.views.machines import Machine, machine_shape, machines_shown, voice_shape
from tests.a_hall import a_hall, at

HALL = a_hall()


def voice(name: str, state: str = "well", cause: str | None = None, area: str | None = None, **more: object) -> Machine:
    since = at("09:00")
    return Machine(
        f"voice:device:{name}", "voice", name, "device:x", area, state, cause, since=since, seen=since, **more
    )


def heard(*voices: Machine, speaks: bool = True, areas: tuple[str, ...] = ()) -> tuple[str, str | None]:
    shape = voice_shape(HALL, voices, speaks=speaks, areas=areas)
    return shape["state"], shape["cause"]


def test_one_voice_that_works_is_enough() -> None:
    assert heard(voice("a", "mute", "no_player"), voice("b")) == ("well", None)


def test_a_hall_where_no_voice_works_is_mute_and_the_latest_cause_is_told() -> None:
    older = voice("a", "mute", "no_player")
    newer = voice("b", away=(at("09:30"), "disconnected"))
    assert heard(older, newer) == ("mute", "disconnected")
    assert heard(older) == ("mute", "no_player")


def test_a_hall_that_no_voice_ever_reported_to_is_mute_and_says_so() -> None:
    assert heard() == ("mute", "nobody_reported")


def test_a_hall_without_a_voice_by_its_settings_is_off_and_not_mute() -> None:
    assert heard(speaks=False) == ("off", None)
    assert heard(voice("a", "mute"), speaks=False, areas=("A",)) == ("off", None)


def test_an_area_is_heard_by_its_own_voice_or_by_one_for_the_whole_hall() -> None:
    left, right = voice("left", area="A"), voice("right", "mute", "player_failed", area="B")
    shape = voice_shape(HALL, [left, right], speaks=True, areas=["A", "B"])
    assert (shape["state"], shape["cause"]) == ("mute", "player_failed")
    assert [(part["area"], part["state"]) for part in shape["areas"]] == [("A", "well"), ("B", "mute")]
    assert heard(left, right, voice("whole"), areas=("A", "B")) == ("well", None)


def test_an_area_that_only_a_voice_knows_of_counts_as_well() -> None:
    """A zone's board that went away leaves that zone mute, though another zone's speaks."""
    police, gone = voice("b", area="gongan"), voice("c", area="zonghe", away=(at("09:30"), "disconnected"))
    assert heard(police) == ("well", None)
    assert heard(police, gone) == ("mute", "disconnected")


def test_a_printer_speaks_to_nobody() -> None:
    assert heard(Machine("p", "printer", "p", "device:x")) == ("mute", "nobody_reported")


def test_a_machine_that_is_away_is_shown_as_away_whatever_it_told_before() -> None:
    shape = machine_shape(HALL, voice("a", "mute", "no_player", away=(at("09:30"), "silent")))
    assert (shape["state"], shape["cause"], shape["since"][11:16]) == ("away", "silent", "09:30")


def test_the_floor_has_a_line_for_each_machine() -> None:
    shown = machines_shown(HALL, [voice("a")], speaks=True, areas=[])
    assert shown["machines"] == [
        {
            "id": "voice:device:a",
            "kind": "voice",
            "name": "a",
            "area": None,
            "state": "well",
            "cause": None,
            "since": "2026-11-23T09:00:00.000+08:00",
        }
    ]
    assert shown["voice"]["state"] == "well"
