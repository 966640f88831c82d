"""The day's lines as a drawing: in the picture, apart, and no more of them than can be read."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest

from hallserver.web.day_chart import BOTTOM, LEFT, RIGHT, TOP, day_chart
from hallserver.web.rendering import Pages


def a_zone(name: str, past: list[list[int]], coming: list[list[int]]) -> dict[str, Any]:
    return {"id": name, "name": name, "name_en": name, "past": past, "coming": coming}


def a_day(*zones: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"begins": 510, "ends": 1020, "now": 600, "zones": list(zones), "usual": None, **more}


def points(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", path)]


POLICE = a_zone("公安", [[515, 0], [595, 20]], [[600, 30], [700, 60], [1020, 0]])


def test_time_runs_to_the_right_and_waits_upwards() -> None:
    chart = day_chart(a_day(POLICE))
    line = chart["lines"][0]
    drawn = points(line["past"]) + points(line["coming"])
    assert all(LEFT <= x <= RIGHT and TOP <= y <= BOTTOM for x, y in drawn)
    assert points(line["past"])[-1] == points(line["coming"])[0], "what comes begins where it is now"
    assert points(line["coming"])[1][1] == TOP, "60 minutes are the top"
    assert points(line["coming"])[-1] == (RIGHT, BOTTOM)
    assert (line["now_min"], line["peak_min"], line["peak_at"], line["rises"]) == (30, 60, "11:40", True)


def test_no_line_of_what_was_goes_beyond_now() -> None:
    drawn = points(day_chart(a_day(a_zone("a", [[590, 5], [605, 20]], [[600, 30]]), now=600))["lines"][0]["past"])
    assert [x for x, _ in drawn] == sorted(x for x, _ in drawn)


def test_a_wait_beyond_the_picture_is_told_as_more_than_it() -> None:
    line = day_chart(a_day(a_zone("a", [], [[600, 30], [700, 200]])))["lines"][0]
    assert (line["peak_min"], points(line["coming"])[1][1]) == ("120+", TOP)


def test_the_words_beside_the_lines_are_apart() -> None:
    zones = [a_zone(str(n), [[515, n]], [[600, n]]) for n in (10, 10, 11)]
    heights = sorted(line["label_y"] for line in day_chart(a_day(*zones))["lines"])
    assert min(after - before for before, after in pairwise(heights)) >= 15


def test_at_the_end_of_the_day_the_words_stand_on_the_left() -> None:
    assert day_chart(a_day(POLICE))["lines"][0]["anchor"] == "start"
    assert day_chart(a_day(POLICE, now=1000))["lines"][0]["anchor"] == "end"


def test_a_time_at_the_edge_of_the_picture_stands_before_it() -> None:
    ticks = day_chart(a_day(POLICE, begins=1020, ends=1440))["ticks"]
    assert [(tick["clock"], tick["anchor"]) for tick in ticks][-2:] == [("23:00", "middle"), ("00:00", "end")]


def test_the_three_zones_where_people_wait_longest_are_drawn() -> None:
    zones = [a_zone(str(n), [[515, n]], [[600, n]]) for n in (1, 5, 2, 4, 0)]
    assert [line["zone"]["id"] for line in day_chart(a_day(*zones))["lines"]] == ["5", "2", "4"]


def test_nothing_to_tell_draws_no_line() -> None:
    assert day_chart(a_day(a_zone("a", [], [[600, 0]]), a_zone("b", [], [])))["lines"] == []
    assert day_chart(a_day(ends=510, begins=510, now=510))["lines"] == []


def test_earlier_days_are_a_band_within_the_hours() -> None:
    band = [[400, 1, 2], [520, 5, 9], [530, 6, 12]]
    path = day_chart(a_day(POLICE, usual={"days": 8, "band": band}))["band"]
    assert len(points(path)) == 4
    assert path.endswith("Z")
    assert day_chart(a_day(POLICE, usual={"days": 8, "band": band[:2]}))["band"] == ""


@pytest.mark.parametrize(
    ("lang", "words"), [("zh-CN", "公安 30 分，11:40 前后到 60"), ("en", "公安 30 min, about 60 at")]
)
def test_the_picture_is_told_in_words_and_in_a_table(lang: str, words: str) -> None:
    drawn = Pages("x").partial("day", lang, a_day(POLICE, a_zone("空", [], []), usual={"days": 8, "band": []}))
    assert words in drawn
    assert drawn.count('<th scope="row">') == 2
    assert "<svg" not in Pages("x").partial("day", lang, a_day(a_zone("空", [], [])))
