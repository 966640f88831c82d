"""Plans and the webhook in a hall's file: read as they are meant, and every mistake said."""

from __future__ import annotations

from pathlib import Path

import pytest

from hallserver.layouts import layout_of
from hallserver.settings import SettingsError, load_hall

GOOD = Path(__file__).with_name("a_good_hall.toml").read_text(encoding="utf-8")
PLAN = """
[[plans]]
id = "weekdays"
name = "工作日"
adopted = 2026-12-01

[[plans.bands]]
from = "09:00"
to = "11:00"
[plans.bands.windows]
1 = { support = "gongan" }
2 = { state = "lunch" }
"""


def load(folder: Path, text: str) -> list[str]:
    file = folder / "hall.toml"
    file.write_text(text, encoding="utf-8")
    try:
        load_hall(file, {})
    except SettingsError as error:
        return [problem.partition(": ")[2] for problem in error.problems]
    return []


def test_a_plan_of_the_file_is_as_the_rules_read_it(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD + PLAN) == []
    [plan] = layout_of(load_hall(tmp_path / "hall.toml", {})).plans
    assert (plan["id"], plan["name"], plan["adopted"]) == ("weekdays", "工作日", "2026-12-01")
    assert plan["bands"] == [
        {
            "days": ["mon", "tue", "wed", "thu", "fri"],
            "from": "09:00",
            "to": "11:00",
            "windows": {
                "1": {"zone": None, "support": "gongan", "state": "staffed"},
                "2": {"zone": None, "support": None, "state": "lunch"},
            },
        }
    ]


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ('support = "gongan" }\n2', 'support = "moon" }\n2', "plans[0].bands[0].windows.1.support = 'moon'"),
        ("2 = { state", "9 = { state", "plans[0].bands[0].windows.9"),
        ('to = "11:00"', 'to = "08:00"', "plans[0].bands[0].to = '08:00': must be later than from = '09:00'"),
        ('state = "lunch"', 'state = "asleep"', "plans[0].bands[0].windows.2.state = 'asleep'"),
        ('{ state = "lunch" }', '{ zone = "gongan", support = "gongan" }', "is its own zone"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_plan_is_told_with_its_place(tmp_path: Path, wrong: str, right: str, said: str) -> None:
    assert wrong in PLAN
    problems = load(tmp_path, GOOD + PLAN.replace(wrong, right))
    assert any(said in problem for problem in problems), problems


def test_bands_of_one_day_that_overlap_are_told(tmp_path: Path) -> None:
    more = '[[plans.bands]]\ndays = ["fri"]\nfrom = "10:00"\nto = "12:00"\n'
    [problem] = load(tmp_path, GOOD + PLAN + more)
    assert problem == "plans[0].bands[1].from = '10:00': another band of that day goes on until '11:00'"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('url = "https://x.example/h"', "webhook.secret is missing"),
        ('url = "ftp://x"\nsecret = "s"', "webhook.url = 'ftp://x'"),
        ('url = "https://x.example/h"\nsecret_file = "none"', "no such file, or nothing in it"),
        ('secret = "s"\nevents = ["TeaServed"]', "webhook.events[0] = 'TeaServed': no such kind of deed"),
    ],
)
def test_a_webhook_that_cannot_work_is_told(tmp_path: Path, table: str, said: str) -> None:
    problems = load(tmp_path, f"{GOOD}\n[webhook]\n{table}\n")
    assert any(said in problem for problem in problems), problems


def test_a_secret_file_is_meant_from_where_the_hall_file_lies(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("words", encoding="utf-8")
    assert load(tmp_path, f'{GOOD}\n[webhook]\nurl = "https://x.example/h"\nsecret_file = "secret"\n') == []
