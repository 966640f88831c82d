"""Matters are found as people type them."""

from __future__ import annotations

import pytest

from hallserver.web.item_search import ItemSearch
from hallserver.web.spelling import spelt, spelt_at
from tests.web.a_server import _item, settings

REAL_ESTATE = "不动产登记"


@pytest.mark.parametrize(
    "typed", ["bdc", "bdcdj", "budongchan", "budongchandengji", "bdongch", "budcdj", "BDC", "dcdj", "dengji", "dj"]
)
def test_a_word_is_spelt_as_input_methods_let_people_type_it(typed: str) -> None:
    assert spelt_at(spelt(REAL_ESTATE), typed) is not None


@pytest.mark.parametrize("typed", ["bcd", "xyz", "bdcx", "budongchanx", "ddj", "ongchan"])
def test_a_word_is_not_spelt_by_letters_it_has_not(typed: str) -> None:
    assert spelt_at(spelt(REAL_ESTATE), typed) is None


def test_a_character_with_two_readings_is_found_by_both() -> None:
    assert spelt_at(spelt("登记"), "deng") == spelt_at(spelt("登记"), "de") == 0


def test_letters_and_digits_in_a_name_are_typed_as_they_are() -> None:
    assert spelt_at(spelt("ETC办理"), "etcbl") == 0
    assert spelt_at(spelt("（养老）5险"), "yl5x") == 0


def search() -> ItemSearch:
    items = [
        _item("bdc-001", "zonghe", "promised", 20.0) | {"name": "不动产登记", "name_en": "Real estate registration"},
        _item("bdc-002", "zonghe", "instant", 5.0) | {"name": "不动产登记信息查询", "name_en": "Real estate search"},
        _item("yb-001", "zonghe", "instant", 8.0) | {"name": "医保参保登记", "name_en": "Enrol in insurance"},
        _item("gj-001", "zonghe", "instant", 8.0) | {"name": "公积金提取", "line": "公积金"},
    ]
    items[-1] |= {"department": "市公积金中心", "department_en": "Housing Fund Centre"}
    passport = {"name": "护照", "name_en": "Passport", "who": "出入境办证窗口", "where": "二楼", "words": ["签注"]}
    return ItemSearch(settings(items=items, elsewhere=[passport]))


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("", ["bdc-001", "bdc-002", "yb-001", "gj-001"]),
        ("不动产", ["bdc-001", "bdc-002"]),
        ("bdc", ["bdc-001", "bdc-002"]),
        ("查询 bdc", ["bdc-002"]),
        ("登记", ["bdc-001", "bdc-002", "yb-001"]),
        ("real ESTATE", ["bdc-001", "bdc-002"]),
        ("gjjzx", ["gj-001"]),
        ("housing FUND", ["gj-001"]),
        ("公积金中心", ["gj-001"]),
        ("330106-yb-001", ["yb-001"]),
        ("护照", []),
        ("x" * 500, []),
    ],
)
def test_a_matter_is_found_by_name_department_code_pinyin_or_in_english(typed: str, ids: list[str]) -> None:
    assert [item.id for item in search().items(typed)] == ids


def test_what_begins_with_the_word_comes_first() -> None:
    assert next(item.id for item in search().items("医保")) == "yb-001"


def test_a_line_narrows_what_is_found() -> None:
    assert [item.id for item in search().items("", "公积金")] == ["gj-001"]


@pytest.mark.parametrize("typed", ["护照", "hz", "签注", "qz", "passport"])
def test_what_others_do_is_told_when_it_is_asked_for(typed: str) -> None:
    assert [told.name for told in search().elsewhere(typed)] == ["护照"]


def test_what_others_do_is_shown_to_nobody_unasked() -> None:
    assert search().elsewhere(" ") == []
