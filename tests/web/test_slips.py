"""The words on the papers, by the default templates and by a hall's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hallserver.rules.calling import call_next
from hallserver.rules.hall import Hall, Ticket
from hallserver.rules.services import complete, start_service, transfer
from hallserver.settings import HallSettings
from hallserver.web.guide_slip import guide_slip
from hallserver.web.paper_templates import KINDS, PaperTemplates, TemplateWrong
from hallserver.web.slips import Slips, zone_words
from tests.a_hall import ITEMS, a_hall, a_layout, at, issued, press
from tests.rules.a_booking_hall import TUESDAY, a_booking_hall, booked
from tests.web.a_server import GUIDE, _item, settings
from ticket_printer.slip import Slip

URL = "http://hall.example/t/luojiazhuang.20261123-A001.abc"


def slips(hall: Hall, told: HallSettings | None = None) -> Slips:
    return Slips(hall, told or settings(), URL)


def words(slip: dict[str, object]) -> dict[str, list[str]]:
    """The words by kind; as the printer's side reads them."""
    read = Slip.from_json(slip)
    return {line.kind: [each.words for each in read.lines if each.kind == line.kind] for line in read.lines}


def served_and_missing(hall: Hall, outcome: str = "told_missing") -> Ticket:
    ticket = issued(hall, at("09:00"), item="yb-001")
    press(hall, call_next, at("09:10"), window="1", clerk="0301")
    press(hall, start_service, at("09:11"), window="1")
    press(hall, complete, at("09:15"), window="1", outcome=outcome, note="as told on the paper")
    return ticket


def test_a_ticket_says_where_how_many_how_long_and_what_to_bring() -> None:
    hall = a_hall(a_layout(sample=True))
    issued(hall, at("09:00"), item="yb-001")
    ticket = issued(hall, at("09:01"), item="yb-001")
    paper = words(slips(hall).ticket(ticket))
    assert paper["zone"] == ["综合受理区"]
    assert paper["number"] == ["A002"]
    assert paper["ahead"][0].startswith("前面 1 人　")
    assert paper["item"] == ["参保登记"]
    assert paper["code"] == [URL]
    assert paper["beside"] == ["扫码看还有几人，", "快到时提醒您。"]
    assert paper["foot"] == ["11月23日 星期一 09:01　过号回来请点“我回来了”", "示例，不作办事凭证"]
    assert "strong" not in paper


def test_an_english_ticket_is_english_down_to_what_to_bring() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), item="yb-001", language="en")
    read = Slip.from_json(slips(hall).ticket(ticket))
    said = " ".join(line.words for line in read.lines if line.kind != "hall")
    assert "Insurance registration" in said
    assert not [character for character in said if "一" <= character <= "鿿"], said


def test_a_reprint_says_that_it_is_one_and_what_is_true_by_then() -> None:
    hall = a_hall()
    first = issued(hall, at("09:00"), zone="zonghe")
    ticket = issued(hall, at("09:01"), zone="zonghe")
    assert words(slips(hall).ticket(ticket))["ahead"][0].startswith("前面 1 人")
    press(hall, call_next, at("09:10"), window="1")
    assert first.state == "called"
    paper = words(slips(hall).ticket(ticket, again_at=at("09:12")))
    assert paper["strong"] == ["补打 09:12"]
    assert not paper["ahead"][0].startswith("前面"), "nobody is before it any more"
    again = words(slips(hall).ticket(first, again_at=at("09:12")))
    assert "ahead" not in again, "it waits no more"


def test_a_transfer_receipt_says_where_to_go_with_the_same_number() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:10"), window="1")
    press(hall, transfer, at("09:12"), ticket=ticket.id, item="hz-001")
    paper = words(slips(hall).transfer(ticket, at("09:12"), ["先到 2 号窗口复印"]))
    assert (paper["head"], paper["number"], paper["place"]) == (["转号单"], ["A001"], ["公安区"])
    assert paper["strong"] == ["3 号窗口"]
    assert paper["beside_strong"] == ["号码不变，不用重新取号。"]
    assert paper["point"] == ["先到 2 号窗口复印"]
    assert paper["item"] == ["户口迁移"]


def test_who_was_sent_to_one_window_reads_its_name() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:10"), window="1")
    press(hall, transfer, at("09:12"), ticket=ticket.id, window="2")
    assert words(slips(hall).transfer(ticket, at("09:12")))["strong"] == ["2 号窗口"]


@pytest.mark.parametrize(
    ("outcome", "says"),
    [("told_missing", "还缺下面这些，带齐后再来办理："), ("accepted_with_gaps", "已先受理，下面这些请补交：")],
)
def test_what_is_missing_is_told_once_and_whole(outcome: str, says: str) -> None:
    hall = a_hall()
    ticket = served_and_missing(hall, outcome)
    told = settings()
    told = told.model_copy(
        update={"hall": told.hall.model_copy(update={"phone": "0571-8000", "address": "文二路 1 号"})}
    )
    paper = words(slips(hall, told).missing(ticket, at("09:16"), ["户口簿复印件", "照片两张"]))
    assert paper["head"] == ["一次性告知单"]
    assert paper["left"] == [says]
    assert paper["point"] == ["户口簿复印件", "照片两张"]
    assert paper["text"] == ["1 号窗口　工号 0301", "咨询电话 0571-8000", "文二路 1 号"]
    assert paper["foot"][0] == "A001　11月23日 星期一 09:16"


def test_a_zone_is_named_as_the_place_it_is() -> None:
    hall = a_hall()
    hall.layout.zones["gongan"] = type(hall.layout.zones["gongan"])("gongan", "公安专区", "Police", "specialised", "B")
    assert [zone_words(hall, zone, "zh-CN") for zone in ("zonghe", "gongan", "moon")] == [
        "综合受理区", "公安专区", "moon",
    ]  # fmt: skip
    assert zone_words(hall, "gongan", "en") == "Police"


def test_a_halls_own_template_takes_the_place_of_ours_and_the_others_stay(tmp_path: Path) -> None:
    (tmp_path / "ticket.txt").write_text("number {{ number }}\ntext 饮水处在二楼\n", encoding="utf-8")
    own = settings(paper={"templates": str(tmp_path)})
    hall = a_hall()
    ticket = served_and_missing(hall)
    assert slips(hall, own).ticket(ticket)["lines"] == [["number", "A001"], ["text", "饮水处在二楼"]]
    assert ["head", "一次性告知单"] in slips(hall, own).missing(ticket, at("09:16"), ["照片"])["lines"]


def test_a_line_break_in_a_name_begins_no_line_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "ticket.txt").write_text("hall {{ hall }}", encoding="utf-8")
    found = PaperTemplates(str(tmp_path)).lines("ticket", hall="厅\nnumber A999")
    assert found == [["hall", "厅 number A999"]]


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("number {{ nummer }}", "ticket.txt: 'nummer' is undefined"),
        ("hall {{ hall }}\n{% if %}", "ticket.txt line 2: Expected an expression"),
        ("hall {{ hall.__class__.__mro__ }}", "ticket.txt: access to attribute '__class__'"),
    ],
)
def test_a_template_that_cannot_make_a_paper_says_where(tmp_path: Path, template: str, says: str) -> None:
    (tmp_path / "ticket.txt").write_text(template, encoding="utf-8")
    with pytest.raises(TemplateWrong, match=says):
        PaperTemplates(str(tmp_path)).lines("ticket", hall="厅")


def test_every_kind_of_paper_has_a_template() -> None:
    for kind in KINDS:
        assert (Path("hallserver/web/papers") / f"{kind}.txt").is_file()


def test_what_is_missing_for_one_part_of_a_chain_names_that_part_its_window_and_its_clerk() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), chain=["yb-001", "hz-001"])
    first = ticket.item
    window, name = ("1", "参保登记") if first == "yb-001" else ("3", "户口迁移")
    press(hall, call_next, at("09:10"), window=window, clerk="0301")
    press(hall, complete, at("09:15"), window=window, outcome="accepted_with_gaps", note="照片两张")
    assert ticket.state == "waiting"
    paper = words(slips(hall).missing(ticket, at("09:16"), ["照片两张"]))
    assert (paper["item"], paper["left"]) == ([name], ["已先受理，下面这些请补交："])
    assert paper["point"] == ["照片两张"]
    assert paper["text"] == [f"{window} 号窗口　工号 0301"]


def test_a_booking_says_its_day_its_time_its_code_and_what_to_bring() -> None:
    hall = a_booking_hall(early_min=20, cancel_before_min=60)
    ticket = booked(hall, "11:00", TUESDAY, item="yb-001")
    hall.layout = replace(hall.layout, items={**hall.layout.items, "yb-001": replace(ITEMS[0], bring=("身份证",))})
    slip = Slips(hall, settings(), URL, "5011234").ticket(ticket)
    paper = words(slip)
    assert slip["paper"] == "booking"
    assert (paper["number"], paper["head"]) == ([ticket.shown], ["预约单"])
    assert paper["place"] == ["11月24日 星期二", "11:00–11:30"]
    assert paper["text"] == ["请带：身份证"]
    assert (paper["code"], paper["beside_strong"]) == ([URL], ["501-1234"])
    assert paper["foot"][:2] == ["10:40 起可以报到，还用这个号", "取消或改约请在 11月24日 星期二 10:00 以前"]
    english = words(Slips(hall, settings(), URL, "5011234").ticket(replace(ticket, language="en")))
    assert english["head"] == ["Booking"]


def test_a_matters_list_has_everything_the_guide_asks_for() -> None:
    hall = a_hall()
    told = settings()
    slip = guide_slip(hall, told, "yb-001", "zh-CN", at("09:00"), "http://hall.example/guide/yb-001")
    assert slip is not None
    paper = words(slip)
    assert (paper["head"], paper["item"]) == (["要带什么"], ["事项 yb-001"])
    assert paper["point"] == told.items[0].guide.materials
    assert paper["left"] == [
        "办这件事要带：",
        "在哪办：综合受理区　1–3 号窗口",
        "办结时限：当场办结",
        "收费：不收费",
    ]
    assert paper["code"] == ["http://hall.example/guide/yb-001"]
    assert guide_slip(hall, told, "moon", "zh-CN", at("09:00"), "") is None


def test_a_matters_list_is_english_for_who_asked_in_english_and_chinese_where_the_hall_wrote_none() -> None:
    english = {"materials_en": ["ID card", "Photograph"], "materials": ["身份证", "照片"], "time_limit_en": "At once"}
    told = settings(items=[_item("yb-001", "zonghe", "instant", 8.0, guide=GUIDE | english)])
    slip = guide_slip(a_hall(), told, "yb-001", "en", at("09:00"), "http://hall.example/guide/yb-001")
    assert slip is not None
    paper = words(slip)
    assert (paper["item"], paper["point"]) == (["Item yb-001"], ["ID card", "Photograph"])
    assert paper["left"][2:] == ["Time limit: At once", "Fee: 不收费"]


def test_a_number_for_several_matters_names_them_all_and_what_they_ask_for_once() -> None:
    hall = a_hall(a_layout(items=[replace(item, bring=("身份证",)) for item in ITEMS]))
    ticket = issued(hall, at("09:00"), chain=["yb-001", "hz-001"])
    said = words(slips(hall).ticket(ticket))
    assert said["point"] == ["先办：参保登记 · 综合受理区", "再办：户口迁移 · 公安区"]
    assert said["left"] == ["办完一件，窗口告诉您下一件去哪里，号不变。"]
    assert "item" not in said
    assert said["beside_strong"] == ["请带：身份证"]
