"""The layout alone, with a ruler instead of a font: a Chinese character is one size wide, others 0.6."""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.ticket_printer.conftest import a_slip
from ticket_printer.layout import Box, Code, Paper, Rule, Words, lay_out
from ticket_printer.slip import Slip
from ticket_printer.wrapping import lines_of

WIDTHS = [576, 384]


def ruler(text: str, size: int, _weight: int) -> int:
    return round(sum(size if character > "⺀" else size * 0.6 for character in text))


def at_size(size: int):  # type: ignore[no-untyped-def]
    return lambda text: ruler(text, size, 400)


def words_on(paper: Paper) -> list[Words]:
    return [block for block in paper.blocks if isinstance(block, Words)]


def said(paper: Paper) -> str:
    return "".join(words.text for words in words_on(paper)).replace(" ", "").replace("　", "")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("which", ["slip", "long_slip", "receipt"])
def test_nothing_is_ever_cut_off_the_paper(which: str, width: int, request: pytest.FixtureRequest) -> None:
    paper = lay_out(request.getfixturevalue(which), width, ruler)
    assert paper.width == width
    for block in paper.blocks:
        assert block.x >= 0
        assert block.y >= 0
        assert block.x + block.width <= width
        assert block.y + block.height <= paper.height


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("which", ["slip", "long_slip", "receipt"])
def test_no_two_things_are_printed_over_each_other(which: str, width: int, request: pytest.FixtureRequest) -> None:
    paper = lay_out(request.getfixturevalue(which), width, ruler)
    for one, other in combinations(paper.blocks, 2):
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        apart = one.y + one.height <= other.y or other.y + other.height <= one.y
        assert beside or apart, (one, other)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("which", ["slip", "long_slip", "receipt"])
def test_every_word_of_the_slip_is_on_the_paper(which: str, width: int, request: pytest.FixtureRequest) -> None:
    slip: Slip = request.getfixturevalue(which)
    paper = said(lay_out(slip, width, ruler))
    for line in slip.lines:
        if line.kind not in ("code", "rule", "space"):
            assert line.words.replace(" ", "").replace("　", "") in paper


@pytest.mark.parametrize("width", WIDTHS)
def test_the_number_is_by_far_the_largest(slip: Slip, width: int) -> None:
    sizes = sorted(words_on(lay_out(slip, width, ruler)), key=lambda words: words.size)
    assert sizes[-1].text == "A018"
    assert sizes[-1].size > 3 * sizes[-2].size


def test_a_long_number_gets_smaller_and_stays_whole() -> None:
    paper = lay_out(a_slip("WX1234"), 384, ruler)
    assert [words.text for words in words_on(paper) if "WX" in words.text] == ["WX1234"]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_code_keeps_its_quiet_border(long_slip: Slip, slip: Slip, width: int) -> None:
    for paper in (lay_out(slip, width, ruler), lay_out(long_slip, width, ruler)):
        (code,) = (block for block in paper.blocks if isinstance(block, Code))
        # the printer's own margin (4 mm, 32 dots) is blank too, on both sides
        assert code.x + 32 >= 4 * code.dots_per_module
        for block in paper.blocks:
            if not isinstance(block, Code):
                beside = block.x - (code.x + code.width)
                above, below = code.y - (block.y + block.height), block.y - (code.y + code.height)
                assert max(beside, above, below) >= 2 * code.dots_per_module


def test_on_wide_paper_the_lines_stand_beside_their_code(slip: Slip) -> None:
    paper = lay_out(slip, 576, ruler)
    (code,) = (block for block in paper.blocks if isinstance(block, Code))
    (line,) = (words for words in words_on(paper) if words.text.startswith("扫码"))
    assert line.x > code.x + code.width
    assert code.y <= line.y <= code.y + code.height


def test_on_narrow_paper_they_stand_below_it(slip: Slip) -> None:
    paper = lay_out(slip, 384, ruler)
    (code,) = (block for block in paper.blocks if isinstance(block, Code))
    (line,) = (words for words in words_on(paper) if words.text.startswith("扫码"))
    assert line.y >= code.y + code.height


def test_a_paper_with_nothing_to_follow_has_neither_code_nor_rule() -> None:
    paper = lay_out(
        Slip.of(("hall", "岙里村便民服务站"), ("zone", "综合受理"), ("number", "A001"), ("code", "")), 576, ruler
    )
    assert [words.text for words in words_on(paper)] == ["岙里村便民服务站", "综合受理", "A001"]
    assert not [block for block in paper.blocks if isinstance(block, Rule | Code)]


def test_the_wait_breaks_where_its_writer_left_a_wide_space() -> None:
    paper = lay_out(a_slip(ahead="前面 16 人　约 1 小时 12 分钟"), 384, ruler)
    assert [words.text for words in words_on(paper)][3:5] == ["前面 16 人", "约 1 小时 12 分钟"]


@pytest.mark.parametrize("width", WIDTHS)
def test_each_thing_to_bring_has_a_box_before_it_and_its_lines_under_each_other(receipt: Slip, width: int) -> None:
    paper = lay_out(receipt, width, ruler)
    boxes = [block for block in paper.blocks if isinstance(block, Box)]
    points = receipt.words_of("point")
    assert len(boxes) == len(points)
    for box, point in zip(boxes, points, strict=True):
        lines = [words for words in words_on(paper) if words.text and words.text in point]
        assert len({words.x for words in lines}) == 1
        assert lines[0].x > box.x + box.width
        assert lines[0].y <= box.y <= box.y + box.height <= lines[0].y + lines[0].height


def test_a_space_is_as_long_as_its_millimetres_say() -> None:
    without = lay_out(Slip.of(("text", "a"), ("text", "b")), 576, ruler)
    spaced = lay_out(Slip.of(("text", "a"), ("space", "10"), ("text", "b")), 576, ruler)
    assert spaced.height == without.height + 80


def test_no_line_begins_with_a_comma_and_none_ends_with_an_opening_mark() -> None:
    text = "请带身份证户口簿，出生医学证明（原件）、结婚证。" * 3
    for width in range(80, 400, 7):
        for line in lines_of(text, width, at_size(26)):
            assert line[0] not in "，。、）"
            assert line[-1] not in "（"


def test_documents_to_bring_are_not_torn_in_two() -> None:
    lines = lines_of("请带：身份证、户口簿、出生医学证明、结婚证", 11 * 26, at_size(26))
    assert lines == ["请带：身份证、户口簿、", "出生医学证明、结婚证"]


def test_a_number_stays_with_its_unit() -> None:
    for width in range(110, 400, 5):
        assert all(not line[-1].isdigit() for line in lines_of("约 1 小时 40 分钟", width, at_size(26)))


def test_a_word_wider_than_the_paper_is_broken_rather_than_cut() -> None:
    lines = lines_of("Donaudampfschifffahrtsgesellschaft", 200, at_size(26))
    assert "".join(lines) == "Donaudampfschifffahrtsgesellschaft"
    assert all(ruler(line, 26, 400) <= 200 for line in lines)


def test_lines_of_a_name_are_of_even_length() -> None:
    lines = lines_of("杭州市萧山区义桥镇便民服务中心", 14 * 34, at_size(34))
    assert [len(line) for line in lines] == [8, 7]


def test_what_fits_a_line_is_not_broken_to_make_lines_even() -> None:
    assert lines_of("号码不变，不用重新取号。", 10 * 26, at_size(26)) == ["号码不变，", "不用重新取号。"]


def test_a_title_gets_smaller_before_a_word_of_it_is_broken() -> None:
    paper = lay_out(Slip.of(("place", "Comprehensive services")), 384, ruler)
    assert [words.text for words in words_on(paper)] == ["Comprehensive", "services"]
