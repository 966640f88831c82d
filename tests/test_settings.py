"""A hall's file: a good one loads, a bad one is answered with every problem at once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hallserver.settings import HallSettings, SettingsError, load_hall
from hallserver.settings.checks import cross_problems

CONFIG = Path(__file__).parent.parent / "config"
TIMEZONES = available_timezones()
SHIPPED = sorted(CONFIG.glob("*.toml"))

GOOD = (Path(__file__).parent / "a_good_hall.toml").read_text(encoding="utf-8")


def loaded(folder: Path, *changes: tuple[str, str], environ: dict[str, str] | None = None) -> HallSettings:
    """The good file with some of its text replaced, loaded."""
    text = GOOD
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / "hall.toml"
    path.write_text(text, encoding="utf-8")
    return load_hall(path, environ or {})


def problems(folder: Path, *changes: tuple[str, str], environ: dict[str, str] | None = None) -> list[str]:
    """What is said of the good file with some of its text replaced, without the file's name before it."""
    with pytest.raises(SettingsError) as no:
        loaded(folder, *changes, environ=environ)
    assert str(no.value) == "\n".join(no.value.problems)
    return [problem.replace(f"{folder / 'hall.toml'}: ", "", 1) for problem in no.value.problems]


# --- good files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_hall_loads_and_says_that_it_is_a_sample(path: Path) -> None:
    hall = load_hall(path, {})
    assert hall.hall.id == path.stem
    assert hall.sample
    assert hall.items
    assert hall.staff
    assert {person.role for person in hall.staff} == {"clerk", "manager"}


def test_three_halls_of_different_sizes_are_shipped() -> None:
    assert {path.stem for path in SHIPPED} >= {"luojiazhuang", "panan-town", "changan"}
    halls = [load_hall(path, {}) for path in SHIPPED]
    assert len({hall.hall.id for hall in halls}) == len(halls)


def test_a_good_file_is_read_as_it_stands(tmp_path: Path) -> None:
    hall = loaded(tmp_path)
    assert (hall.hall.id, hall.hall.level, hall.sample) == ("my-hall", "town", False)
    assert [(session.days, session.start, session.end) for session in hall.hours] == [
        (["mon", "fri"], "08:30", "17:00")
    ]
    assert [(zone.id, zone.prefix) for zone in hall.zones] == [("zonghe", "A"), ("gongan", "B")]
    assert [(window.id, window.shown, window.support) for window in hall.windows] == [
        ("1", "1 号窗口", "gongan"),
        ("2", "公安窗口", None),
    ]
    assert (hall.items[0].typical_min, hall.items[0].guide.fee) == (7.5, "不收费")


def test_what_a_file_leaves_out_is_as_the_design_says(tmp_path: Path) -> None:
    hall = loaded(tmp_path)
    head_start = hall.calling.head_start_min
    assert (head_start.walk_in, head_start.booked, head_start.green) == (0, 10, 15)
    assert (hall.calling.handicap_min, hall.calling.calls_before_absence, hall.calling.return_places) == (10, 3, 3)
    assert (hall.queue.warn_min, hall.queue.critical_min, hall.hall.timezone) == (15, 30, "Asia/Shanghai")
    assert (hall.paper.printer, hall.paper.width_mm, hall.voice.stale_after_s) == ("roll", 80, 60)


@pytest.mark.parametrize(
    "printer", ["roll", "tcp://192.0.2.7:9100", "serial:///dev/ttyUSB0?baud=19200", "usb://04b8:0e15"]
)
def test_every_kind_of_printer_can_be_named(tmp_path: Path, printer: str) -> None:
    assert loaded(tmp_path, ('printer = "roll"', f'printer = "{printer}"')).paper.printer == printer


def test_settings_cannot_be_changed_once_they_are_read(tmp_path: Path) -> None:
    hall = loaded(tmp_path)
    with pytest.raises(ValueError, match="frozen"):
        hall.paper.printer = "usb://04b8:0e15"


# --- every problem, each with its key, its value and what would be right ----------------------------------------


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    said = problems(
        tmp_path,
        ('id = "my-hall"', 'id = "My Hall"'),
        ('level = "town"', 'level = "planet"\ncolour = "red"\ntimezone = "Mars/Olympus"'),
        ('to = "17:00"', 'to = "08:00"'),
        ('phrase = "请 {number} 号到 {window} 号窗口办理"', 'phrase = "{nummer}"'),
        ('support = "gongan"', 'support = "moon"'),
        ('name_en = "Police"\n', ""),
    )
    assert sorted(line.split(" = ")[0].split(" is ")[0] for line in said) == [
        "hall.colour", "hall.id", "hall.level", "hall.timezone", "hours[0].to", "voice.phrase", "windows[0].support",
        "zones[1].name_en",
    ]  # fmt: skip


def test_each_problem_begins_with_the_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as no:
        loaded(tmp_path, ('level = "town"', 'level = "planet"'), ('zone = "gongan"', 'zone = "moon"'))
    assert len(no.value.problems) == 3  # the level, the window's zone, and a zone that nobody serves
    assert all(problem.startswith(f"{tmp_path / 'hall.toml'}: ") for problem in no.value.problems)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "my-hall"', 'id = "My Hall"', "hall.id = 'My Hall': must look like ^[a-z0-9][a-z0-9-]{0,39}$"),
        ('id = "my-hall"', "id = 7", "hall.id = 7: input should be a valid string"),
        ('id = "my-hall"\n', "", "hall.id is missing; add it"),
        (
            'level = "town"',
            'level = "planet"',
            "hall.level = 'planet': must be 'county', 'sub_centre', 'town', 'neighbourhood' or 'village'",
        ),
        (
            'level = "town"',
            'level = "town"\ntimezone = "Mars/Olympus"',
            "hall.timezone = 'Mars/Olympus': no such time zone; for example Asia/Shanghai",
        ),
        (
            'level = "town"',
            'level = "town"\ncolour = "red"',
            "hall.colour = 'red': no such key here; check its spelling or remove it",
        ),
        (
            "[paper]",
            "[printer]\nx = 1\n[paper]",
            "printer = {'x': 1}: no such key here; check its spelling or remove it",
        ),
        (
            'from = "08:30"',
            'from = "8.30"',
            "hours[0].from = '8.30': must look like ^([01]\\d|2[0-3]):[0-5]\\d$|^24:00$",
        ),
        ('to = "17:00"', 'to = "08:30"', "hours[0].to = '08:30': must be later than from = '08:30'"),
        (
            '"fri"',
            '"friday"',
            "hours[0].days[1] = 'friday': must be 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun'",
        ),
        ("warn_min = 15", "warn_min = 30", "queue.critical_min = 30: must be more than warn_min = 30"),
        ("warn_min = 15", 'warn_min = "soon"', "queue.warn_min = 'soon': input should be a valid number"),
        (
            '"with_infant"',
            '"With Infant"',
            "queue.green_reasons[1] = 'With Infant': must look like ^[a-z0-9][a-z0-9_-]{0,39}$",
        ),
        (
            "请 {number} 号到 {window} 号窗口办理",
            "请 {number} 号办理",
            "voice.phrase = '请 {number} 号办理': must say {number} and {window}, and no other in braces",
        ),
        (
            "请 {number} 号到 {window} 号窗口办理",
            "{number} {window} {clerk}",
            "voice.phrase = '{number} {window} {clerk}': must say {number} and {window}, and no other in braces",
        ),
        (
            "请 {number} 号到 {window} 号窗口办理",
            "{number} {window",
            "voice.phrase = '{number} {window': must say {number} and {window}, and no other in braces",
        ),
        (
            "请 {number} 号到 {window} 号窗口办理",
            "{number} {} {window}",
            "voice.phrase = '{number} {} {window}': must say {number} and {window}, and no other in braces",
        ),
        (
            "请 {number} 号到 {window} 号窗口办理",
            "{number:d} {window}",
            "voice.phrase = '{number:d} {window}': must say {number} and {window}, and no other in braces",
        ),
        ('prefix = "B"', 'prefix = "b"', "zones[1].prefix = 'b': must look like ^[A-Z]{1,2}$"),
        ('prefix = "B"', 'prefix = "A"', "zones[].prefix = 'A': stands 2 times; each needs its own"),
        ('id = "gongan"', 'id = "zonghe"', "zones[].id = 'zonghe': stands 2 times; each needs its own"),
        ('id = "2"', 'id = "1"', "windows[].id = '1': stands 2 times; each needs its own"),
        (
            'zone = "zonghe"\nsupport',
            'zone = "moon"\nsupport',
            "windows[0].zone = 'moon': no such zone; must be one of: gongan, zonghe",
        ),
        (
            'support = "gongan"',
            'support = "moon"',
            "windows[0].support = 'moon': no such zone; must be one of: gongan, zonghe",
        ),
        (
            'support = "gongan"',
            'support = "zonghe"',
            "windows[0].support = 'zonghe': is its own zone; name another or leave it out",
        ),
        (
            'zone = "gongan"',
            'zone = "zonghe"',
            "zones[1].id = 'gongan': no window serves this zone; add one to windows",
        ),
        (
            'zone = "zonghe"\nkind',
            'zone = "moon"\nkind',
            "items[0].zone = 'moon': no such zone; must be one of: gongan, zonghe",
        ),
        (
            'needs = ["card_reader"]',
            'needs = ["scales", "card_reader"]',
            "items[0].needs = ['card_reader', 'scales']: no window of zone 'zonghe' has all of these; "
            "give one the capabilities",
        ),
        ("typical_min = 7.5", "typical_min = 0", "items[0].typical_min = 0: input should be greater than 0"),
        ('fee = "不收费"\n', "", "items[0].guide.fee is missing; add it"),
        (
            'materials = ["身份证"]',
            'materials = ["身份证", "户口簿"]\nmaterials_en = ["ID card"]',
            "items[0].guide.materials_en = ['ID card']: has 1 of the 2 entries of materials; "
            "give each its English, in the same order, or leave materials_en out",
        ),
        ('window = "1"', 'window = "9"', "staff[0].window = '9': no such window"),
        ('role = "clerk"', 'role = "king"', "staff[0].role = 'king': must be 'clerk' or 'manager'"),
    ],
)
def test_a_mistake_is_answered_with_the_key_and_what_would_be_right(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    told = problems(tmp_path, (old, new))
    assert any(line.startswith(said) for line in told), told
    assert len(told) == len(set(told))


def test_a_printer_address_is_checked(tmp_path: Path) -> None:
    [said] = problems(tmp_path, ('printer = "roll"', 'printer = "tcp://192.0.2.7"'))
    assert said.startswith("paper.printer = 'tcp://192.0.2.7': must look like ")


def test_a_long_value_is_cut_short(tmp_path: Path) -> None:
    [said] = problems(tmp_path, ('name_en = "Police"', f'name_en = "{"x" * 300}"'))
    assert said.startswith("zones[1].name_en = 'xxx")
    assert len(said) < 200


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    for path, said in (
        (tmp_path / "nowhere.toml", "cannot be read: No such file or directory"),
        (tmp_path, "cannot be read: Is a directory"),
    ):
        with pytest.raises(SettingsError) as no:
            load_hall(path, {})
        assert no.value.problems == [f"{path}: {said}"]


def test_a_file_in_another_encoding_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "hall.toml"
    path.write_bytes(GOOD.encode("gbk"))
    with pytest.raises(SettingsError) as no:
        load_hall(path, {})
    assert no.value.problems == [f"{path}: is not UTF-8 text; save it as UTF-8"]


def test_a_file_that_is_no_toml_is_told_the_line(tmp_path: Path) -> None:
    [said] = problems(tmp_path, ("[paper]", "[paper"))
    assert said.startswith("is not TOML: ")
    assert "line 19" in said


# --- the environment --------------------------------------------------------------------------------------------


def test_the_environment_lies_over_the_file(tmp_path: Path) -> None:
    environ = {
        "HALLSERVER__PAPER__PRINTER": "tcp://192.0.2.7:9100",
        "HALLSERVER__PAPER__WIDTH_MM": "58",
        "HALLSERVER__VOICE__ENABLED": "false",
        "HALLSERVER__CALLING__HEAD_START_MIN__GREEN": "20",
        "HALLSERVER__SAMPLE": "true",
        "HALLSERVER_DATABASE": "sqlite:///elsewhere.db",
        "PATH": "/bin",
    }
    hall = loaded(tmp_path, environ=environ)
    assert (hall.paper.printer, hall.paper.width_mm) == ("tcp://192.0.2.7:9100", 58)
    assert (hall.voice.enabled, hall.sample) == (False, True)
    assert (hall.calling.head_start_min.green, hall.calling.head_start_min.booked) == (20, 10)


def test_the_processes_own_environment_is_used_when_none_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "hall.toml"
    path.write_text(GOOD, encoding="utf-8")
    monkeypatch.setenv("HALLSERVER__PAPER__WIDTH_MM", "58")
    assert load_hall(path).paper.width_mm == 58


def test_a_mistake_in_the_environment_names_the_variable(tmp_path: Path) -> None:
    environ = {"HALLSERVER__PAPER__WIDTH_MM": "70", "HALLSERVER__PAPR__PRINTER": "roll"}
    said = problems(tmp_path, ('level = "town"', 'level = "planet"'), environ=environ)
    assert "paper.width_mm = 70: must be 58 or 80 (from HALLSERVER__PAPER__WIDTH_MM)" in said
    [unknown] = [line for line in said if line.startswith("papr")]
    assert unknown.endswith("(from HALLSERVER__PAPR__PRINTER)")
    [level] = [line for line in said if line.startswith("hall.level")]
    assert "from" not in level


def test_what_the_environment_cannot_change_is_not_silently_left_out(tmp_path: Path) -> None:
    [said] = problems(tmp_path, environ={"HALLSERVER__ZONES__0__NAME": "综合"})
    assert said == "HALLSERVER__ZONES__0__NAME = '综合': zones has no single keys; change it in the file"


# --- however wrong the file is ----------------------------------------------------------------------------------

leaves = st.sampled_from([None, True, 7, 0.5, "", "zonghe", "{number}", "{", "1", "08:30", "24:00"])
anything = st.one_of(leaves, st.lists(leaves, max_size=2), st.lists(st.just(["1"]), max_size=1), st.just({"id": "1"}))


def rows(*keys: str) -> st.SearchStrategy[Any]:
    row = st.fixed_dictionaries({}, optional=dict.fromkeys(keys, anything))
    return st.one_of(anything, st.lists(st.one_of(row, row, leaves), max_size=3))


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "hall": st.one_of(anything, st.fixed_dictionaries({"timezone": anything})),
            "hours": rows("days", "from", "to"),
            "queue": st.one_of(anything, st.fixed_dictionaries({"warn_min": anything, "critical_min": anything})),
            "voice": st.one_of(anything, st.fixed_dictionaries({"phrase": anything})),
            "zones": rows("id", "prefix"),
            "windows": rows("id", "zone", "support", "capabilities"),
            "items": rows("id", "code", "zone", "needs"),
            "staff": rows("id", "window"),
        },
    )
)
@settings(max_examples=400, deadline=None)
def test_a_file_may_be_as_wrong_as_it_likes(raw: dict[str, Any]) -> None:
    assert all(isinstance(line, str) for line in cross_problems(raw, TIMEZONES))


def test_the_good_file_has_no_problem_between_its_parts() -> None:
    assert list(cross_problems(tomllib.loads(GOOD), TIMEZONES)) == []
