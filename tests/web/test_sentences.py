"""What people are told: refusals, waits, reasons and places."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from hallserver.web.sentences import (
    REFUSALS,
    day_words,
    sentence,
    wait_span,
    wait_words,
    why_sentence,
    window_list,
    window_name,
)

CODE = Path(__file__).parents[2] / "hallserver"
DETAILS = {
    "window": "3",
    "number": "A012",
    "state": "done",
    "calls": 1,
    "wanted": 3,
    "limit": 2000,
    "option": "510",
    "field": "level",
    "opens_at": "2026-11-24T08:30:00+08:00",
}


def refusals_in_code() -> set[str]:
    found = set()
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal" and node.args:
                choices = node.args[0]
                for word in [choices.body, choices.orelse] if isinstance(choices, ast.IfExp) else [choices]:
                    if isinstance(word, ast.Constant):
                        found.add(word.value)
    return found


def test_every_refusal_has_its_sentence() -> None:
    said = refusals_in_code()
    assert said - REFUSALS.keys() == set()
    assert {"nobody_waiting", "window_closed", "window_paused", "hall_closed"} <= said


@pytest.mark.parametrize("code", REFUSALS)
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_refusal_is_whole_with_its_details_and_without(code: str, lang: str) -> None:
    for details in (DETAILS, {}):
        title, detail = sentence(code, lang, **details)
        assert title
        assert detail
        assert "%(" not in title + detail


def test_a_code_without_a_sentence_is_our_own_fault() -> None:
    with pytest.raises(KeyError):
        sentence("no_such_code", "zh-CN")


def test_a_closed_hall_says_when_it_opens() -> None:
    opens_at = "2026-11-24T08:30:00+08:00"
    assert sentence("hall_closed", "zh-CN", opens_at=opens_at)[1] == "大厅现在不放号，11月24日 星期二 08:30 开门。"
    assert sentence("hall_closed", "en", opens_at=opens_at)[1].endswith("It opens Tuesday 24 November 08:30.")
    assert sentence("hall_closed", "zh-CN", opens_at=None)[1] == "大厅现在不放号。"


def test_an_opening_may_be_a_moment_in_the_halls_own_time() -> None:
    said = sentence("hall_closed", "zh-CN", opens_at=1795480200000, timezone="Asia/Shanghai")[1]
    assert said == "大厅现在不放号，11月24日 星期二 08:30 开门。"


def test_a_busy_window_names_the_number_on_it() -> None:
    assert sentence("window_busy", "zh-CN", window="3", number="A012")[1] == "请先办结、过号或挂起 A012。"
    assert sentence("window_busy", "zh-CN")[1] == "请先处理完窗口上的号。"


def test_a_state_is_named_in_the_readers_words() -> None:
    assert "A012 已办结" in sentence("wrong_state", "zh-CN", number="A012", state="done")[1]
    assert '"Done"' in sentence("wrong_state", "en", number="A012", state="done")[1].replace("“", '"').replace("”", '"')


@pytest.mark.parametrize(
    ("low", "high", "chinese", "english"),
    [
        (12.4, 17.6, "约 12–18 分钟", "about 12–18 minutes"),
        (3.2, 3.4, "约 3 分钟", "about 3 minutes"),
        (0.2, 1.2, "约 1 分钟", "about 1 minute"),
        (0.2, 4.6, "约 1–5 分钟", "about 1–5 minutes"),
    ],
)
def test_a_wait_is_said_in_whole_minutes(low: float, high: float, chinese: str, english: str) -> None:
    wait = {"low_min": low, "likely_min": (low + high) / 2, "high_min": high}
    assert wait_words(wait, "zh-CN") == chinese
    assert wait_words(wait, "en") == english


def test_no_wait_is_not_a_number() -> None:
    nothing = {"low_min": 0.0, "likely_min": 0.0, "high_min": 0.0}
    assert wait_words(nothing, "zh-CN") == "马上"
    assert wait_words(nothing, "zh-CN", 0) == "无人等候"
    assert wait_words(nothing, "zh-CN", 2) == "马上"
    assert wait_words(None, "zh-CN", 0) == "窗口暂未开放"
    assert wait_span(nothing) is None
    assert wait_span(None) is None
    assert wait_span({"low_min": 12.0, "likely_min": 15.0, "high_min": 18.0}) == "12–18"


WHY = {
    "waited_min": 22.3,
    "class": "walk_in",
    "head_start_min": 0,
    "handicap_min": 0,
    "score_min": 22.3,
    "next_best_min": 19.8,
    "by_name": False,
}


def test_a_call_says_why_it_was_this_number() -> None:
    assert why_sentence(WHY, "zh-CN") == "等了 22 分，下一位最多 20"
    green = WHY | {"class": "green", "head_start_min": 15, "score_min": 37.3, "next_best_min": 31}
    assert why_sentence(green, "zh-CN") == "等了 22 分 + 绿色通道 15 = 37，下一位最多 31"
    assert why_sentence(green, "en") == "waited 22 min + Priority service 15 = 37; next best 31"


def test_a_supporting_window_says_what_it_gave_way() -> None:
    lent = WHY | {"handicap_min": 10, "score_min": 12.3, "next_best_min": None}
    assert why_sentence(lent, "zh-CN") == "等了 22 分 − 支援让分 10 = 12，没有别人可叫"


def test_a_call_by_name_says_so() -> None:
    assert why_sentence(WHY | {"by_name": True}, "zh-CN") == "指定呼叫，等了 22 分"


def test_windows_are_listed_as_people_read_them() -> None:
    assert window_list(["1", "2", "3", "4"], "zh-CN") == "1–4 号窗口"
    assert window_list(["10", "2", "1", "6"], "zh-CN") == "1–2、6、10 号窗口"
    assert window_list(["3"], "en") == "Window 3"
    assert window_list(["1", "2", "VIP"], "en") == "Windows 1–2, VIP"
    assert window_list([], "en") == ""


def test_a_window_with_a_name_of_its_own_is_called_by_it() -> None:
    assert window_name("3", "3 号窗口", lang="en") == "Window 3"
    assert window_name("3", "咨询台", lang="en") == "咨询台"
    assert window_name("3", lang="zh-CN") == "3 号窗口"


def test_a_day_is_written_as_each_language_writes_it() -> None:
    assert day_words("2026-11-23T09:42:00+08:00", "zh-CN") == "11月23日 星期一"
    assert day_words("2026-11-23", "en") == "Monday 23 November"
