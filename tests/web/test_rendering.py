"""Pages and live regions, drawn from the views of a hall."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hallserver.rules.calling import call_by_name, call_next, mark_absent
from hallserver.rules.hall import Hall
from hallserver.rules.services import complete
from hallserver.views.catalogue import view
from hallserver.web.rendering import Pages
from tests.a_hall import a_hall, a_layout, at, issued, press

NOW = at("09:42")
PAGES = Pages("v1")
PAGE_LIMIT_BYTES = 150_000


KIOSK = {"prints": False, "gives_note": False, "ask_at": "咨询台", "ask_at_other": "the desk"}
"""What ``pages.kiosk`` hands over besides."""


def about(hall: Hall, **more: Any) -> dict[str, Any]:
    """What pages.py hands over with every page."""
    layout = hall.layout
    named = {"id": hall.id, "name": layout.name, "name_en": layout.name_en, "sample": True, "always_open": True}
    return {
        "base": "",
        "hall": named,
        "api": f"/api/halls/{hall.id}",
        "static": "/static/v1",
        "now": "2026-11-23T09:42:00+08:00",
        "timezone": "Asia/Shanghai",
        **KIOSK,
        **more,
    }


def drawn(hall: Hall, name: str, lang: str, shown: str, **more: Any) -> str:
    return PAGES.page(name, lang, **about(hall, view=shown, data=view(hall, NOW, shown), **more))


def region_of(page: str) -> str:
    found = re.search(r"<hall-live [^>]*>(.*)</hall-live>", page, re.DOTALL)
    assert found is not None
    return found[1]


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def hall() -> Hall:
    hall = a_hall()
    for minute in range(6):
        issued(hall, at(f"09:{minute:02d}"), zone="zonghe")
    return hall


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_first_load_and_live_update_are_the_same_html(hall: Hall, lang: str) -> None:
    page = drawn(hall, "kiosk", lang, "kiosk")
    assert region_of(page) == PAGES.partial("kiosk", lang, view(hall, NOW, "kiosk"))


def test_the_kiosk_says_how_many_are_ahead_and_how_long(hall: Hall) -> None:
    chinese = words_of(region_of(drawn(hall, "kiosk", "zh-CN", "kiosk")))
    assert "前面 6 人" in chinese
    assert re.search(r"约 \d+–\d+ 分钟", chinese)
    english = words_of(region_of(drawn(hall, "kiosk", "en", "kiosk")))
    assert "6 people ahead" in english
    assert "Police 公安" in english


def test_the_largest_button_is_the_comprehensive_zone(hall: Hall) -> None:
    region = region_of(drawn(hall, "kiosk", "zh-CN", "kiosk"))
    assert re.findall(r'class="main" type="button" data-take="(\w+)"', region) == ["zonghe"]
    assert re.findall(r'class="zone" type="button" data-take="(\w+)"', region) == ["gongan", "chujian"]


def test_a_closed_hall_gives_no_button_and_says_when_it_opens() -> None:
    hall = a_hall()
    region = PAGES.partial("kiosk", "zh-CN", view(hall, at("18:00"), "kiosk"))
    assert 'class="main"' not in region
    assert "11月24日 星期二 08:30 开门" in region


def test_a_printer_without_paper_is_told_before_the_press(hall: Hall) -> None:
    hall.printer_cause = "no_paper"
    assert "打印机没有纸了。可以照常取号" in region_of(drawn(hall, "kiosk", "zh-CN", "kiosk"))


def test_a_matters_name_cannot_become_markup() -> None:
    hall = a_hall(a_layout(name='<script>"&'))
    page = drawn(hall, "kiosk", "zh-CN", "kiosk")
    assert '<script>"&' not in page
    assert "&lt;script&gt;&#34;&amp;" in page


def ticket_page(hall: Hall, ticket: str, lang: str = "zh-CN") -> str:
    return words_of(drawn(hall, "phone", lang, f"ticket/{ticket}", token="t0ken"))


def test_a_waiting_phone_shows_place_minutes_and_windows(hall: Hall) -> None:
    ticket = issued(hall, at("09:30"), item="yb-001")
    page = ticket_page(hall, ticket.id)
    assert "6 人 在您前面" in page
    assert "10 次里 8 次准" in page
    assert "1–3 号窗口" in page
    assert "退号" in page


def test_a_called_phone_says_where_to_go(hall: Hall) -> None:
    press(hall, call_next, at("09:40"), window="1")
    called = next(ticket for ticket in hall.tickets.values() if ticket.state == "called")
    page = ticket_page(hall, called.id)
    assert "请到 1 号窗口" in page
    assert "我回来了" not in page


def test_a_passed_phone_offers_the_way_back(hall: Hall) -> None:
    press(hall, call_next, at("09:40"), window="1")
    passed = hall.tickets[hall.windows["1"].ticket or ""]
    press(hall, mark_absent, at("09:41"), window="1")
    assert "我回来了" in ticket_page(hall, passed.id)
    assert "I'm back" in ticket_page(hall, passed.id, "en").replace("&#39;", "'")


def test_a_phone_whose_first_part_is_over_says_where_the_next_one_is_and_what_was_missing(hall: Hall) -> None:
    ticket = issued(hall, at("09:00"), chain=["yb-001", "hz-001"], class_="green", reason="elderly")
    window = "1" if ticket.item == "yb-001" else "3"
    press(hall, call_by_name, at("09:40"), window=window, ticket=ticket.id, reason="-", clerk="0301")
    press(hall, complete, at("09:41"), window=window, outcome="told_missing", note="身份证、照片两张")
    page = words_of(drawn(hall, "phone", "zh-CN", f"visit/{ticket.id}", token="t0ken"))
    assert "附近等候。 号没有变，不用重新取号。" in page
    assert "接着办“" in page
    assert "照片两张" in page
    assert "Next: " in words_of(drawn(hall, "phone", "en", f"visit/{ticket.id}", token="t0ken"))


def test_a_finished_phone_asks_for_a_rating_once(hall: Hall) -> None:
    press(hall, call_next, at("09:40"), window="1")
    done = hall.tickets[hall.windows["1"].ticket or ""]
    press(hall, complete, at("09:41"), window="1")
    asked = drawn(hall, "phone", "zh-CN", f"ticket/{done.id}", token="t0ken")
    assert asked.count('name="level"') == 5
    assert "checked" not in asked  # no rating is chosen for anybody
    done.rated = True
    assert 'name="level"' not in drawn(hall, "phone", "zh-CN", f"ticket/{done.id}", token="t0ken")


def test_the_start_page_leads_to_every_screen(hall: Hall) -> None:
    layout = hall.layout
    more = {
        "halls": [{"id": hall.id, "name": layout.name, "name_en": layout.name_en}],
        "windows": [{"id": w.id, "name": layout.windows[w.id].name, "zone": w.zone} for w in hall.windows.values()],
        "zones": [{"id": z.id, "name": z.name, "name_en": z.name_en, "kind": z.kind} for z in layout.zones.values()],
        "roll": True,
    }
    visitor = PAGES.page("home", "zh-CN", **about(hall, **more))
    paths = ["/kiosk", "/board", "/paper", "/api/docs", "/board/gongan", "/window/4", "/window/4/rate", "/sign-in"]
    for path in paths:
        assert f'href="{path}"' in visitor
    assert "演练" not in visitor
    demonstration = PAGES.page("home", "zh-CN", **about(hall, demonstration=True, **more))
    assert "开始演练" in demonstration
    assert demonstration.count('action="/sign-in/sample"') == len(hall.windows)


def test_signing_in_keeps_where_one_was_going(hall: Hall) -> None:
    more = {"next": "/window/3", "window": "3", "wrong": True, "staff": []}
    page = PAGES.page("sign_in", "zh-CN", **about(hall, **more))
    assert '<input type="hidden" name="next" value="/window/3">' in page
    assert "工号或密码不对" in page
    assert "演示" not in page


def test_papers_are_shown_as_they_came_out(hall: Hall) -> None:
    papers = [{"name": "20261123-A003", "number": "A003", "at": "2026-11-23T09:42:00+08:00", "png": "/paper/a.png"}]
    page = PAGES.page("paper", "zh-CN", **about(hall, papers=papers, roll=True))
    assert 'src="/paper/a.png"' in page
    assert "还没有纸票" in PAGES.page("paper", "zh-CN", **about(hall, papers=[], roll=True))


def test_trouble_is_said_even_without_a_hall() -> None:
    page = PAGES.page("trouble", "en", status=404, title="No such page", detail="Nothing here.")
    assert "No such page" in page
    assert 'href="/"' in page


def test_no_page_styles_or_scripts_in_line(hall: Hall) -> None:
    """The content security policy would drop it."""
    ticket = issued(hall, at("09:30"), item="yb-001")
    for page in (
        drawn(hall, "kiosk", "zh-CN", "kiosk"),
        drawn(hall, "phone", "en", f"ticket/{ticket.id}", token="t"),
        PAGES.page("paper", "zh-CN", **about(hall, papers=[], roll=True)),
    ):
        assert not re.search(r"\sstyle=|\son\w+=", page)
        assert not re.search(r"<script(?![^>]* src=)", page)


def test_a_kiosk_of_many_matters_stays_a_small_page(hall: Hall) -> None:
    layout = hall.layout
    one = layout.items["yb-001"]
    many = {f"yb-{n}": type(one)(**{**_plain(one), "id": f"yb-{n}"}) for n in range(920)}
    layout.items.update(many)
    assert len(drawn(hall, "kiosk", "zh-CN", "kiosk").encode()) < PAGE_LIMIT_BYTES


def _plain(item: Any) -> dict[str, Any]:
    return {name: getattr(item, name) for name in type(item).__dataclass_fields__}
