"""The same slip in the printer's own letters: few bytes, all the words, a code that a phone reads."""

from __future__ import annotations

import pytest
import zxingcpp
from PIL import ImageChops, ImageOps

from tests.ticket_printer.conftest import FOLLOW_URL, LONG_URL, a_slip
from ticket_printer.decoder import Decoded, UnknownCommand, decode
from ticket_printer.escpos_bytes import Make, paper_bytes
from ticket_printer.slip import Slip
from ticket_printer.styles import WIDTH_DOTS

WIDTHS = [80, 58]


def printed(slip: Slip, width_mm: int = 80) -> Decoded:
    make = Make(width_mm, "text")
    return decode(paper_bytes(slip, make), make.width_dots)


def bare(words: str) -> str:
    return "".join(words.replace("–", "-").replace("□", "").split())


@pytest.mark.parametrize("width_mm", WIDTHS)
@pytest.mark.parametrize("which", ["slip", "long_slip", "receipt"])
def test_every_word_of_the_slip_is_on_the_paper_and_nothing_is_cut_off(
    which: str, width_mm: int, request: pytest.FixtureRequest
) -> None:
    slip: Slip = request.getfixturevalue(which)
    paper = printed(slip, width_mm)
    for line in slip.lines:
        if line.kind not in ("code", "rule", "space"):
            assert bare(line.words) in bare(paper.words)
    assert paper.image.width == WIDTH_DOTS[width_mm]
    columns = WIDTH_DOTS[width_mm] // 12
    assert all(len(line) + sum(not c.isascii() for c in line) <= columns for line in paper.words.splitlines())
    assert paper.cut


@pytest.mark.parametrize("width_mm", WIDTHS)
def test_a_phone_reads_the_code_that_the_printer_draws(slip: Slip, long_slip: Slip, width_mm: int) -> None:
    for what, says in ((slip, FOLLOW_URL), (long_slip, LONG_URL)):
        paper = printed(what, width_mm).image.convert("L")
        (code,) = zxingcpp.read_barcodes(ImageOps.expand(paper, 32, 255))
        assert code.text == says


def test_it_is_a_hundredth_of_the_drawn_paper(slip: Slip) -> None:
    assert len(paper_bytes(slip, Make(80, "text"))) * 80 < len(paper_bytes(slip))


def test_chinese_letters_are_switched_on_before_the_first_of_them(slip: Slip) -> None:
    job = paper_bytes(slip, Make(80, "text"))
    assert job.index(b"\x1c&") < job.index("骆家庄".encode("gb18030"))
    with pytest.raises(UnknownCommand):
        decode(job.replace(b"\x1c&", b""))


def test_twice_as_large_is_said_for_letters_and_for_chinese_ones(receipt: Slip) -> None:
    job = paper_bytes(receipt, Make(80, "text"))
    before = job[: job.index("一次性告知单".encode("gb18030"))]
    assert before.endswith(b"\x1b!\x38\x1c!\x0c\x1d!\x11")


@pytest.mark.parametrize("width_mm", WIDTHS)
@pytest.mark.parametrize("number", ["A018", "WX1234"])
def test_the_number_is_as_large_as_the_printer_can(number: str, width_mm: int) -> None:
    paper = printed(Slip.of(("number", number)), width_mm)
    left, top, right, bottom = ImageChops.invert(paper.image.convert("L")).getbbox()  # type: ignore[misc]
    assert bottom - top >= 72, "nine millimetres"
    assert (left + right) // 2 == pytest.approx(paper.image.width // 2, abs=20)


def test_things_to_bring_have_a_box_and_their_lines_stand_under_each_other(receipt: Slip) -> None:
    lines = printed(receipt, 58).words.splitlines()
    first = next(place for place, line in enumerate(lines) if "近期一寸" in line)
    assert lines[first].startswith("□ ")
    assert lines[first + 1].startswith("   ")
    assert lines[first + 1].strip()


def test_a_line_without_words_leaves_no_blank() -> None:
    assert len(printed(a_slip(item="", code="", beside="")).words.splitlines()) == 8


@pytest.mark.parametrize(("cut", "ends"), [("partial", b"\x1dVB\x00"), ("full", b"\x1dVA\x00"), ("none", b"\x1bd\x06")])
def test_a_paper_ends_as_its_printer_is_set(slip: Slip, cut: str, ends: bytes) -> None:
    for mode in ("raster", "text"):
        job = paper_bytes(slip, Make(80, mode, cut, beeps=2))  # type: ignore[arg-type]
        assert job.endswith(b"\x1bB\x02\x03" + ends)
        paper = decode(job)
        assert (paper.cut, paper.beeps) == (cut != "none", 2)
    assert b"\x1bB" not in paper_bytes(slip, Make(80, "text"))


@pytest.mark.parametrize(
    ("job", "says"),
    [
        (b"\x1b@\x1c&\x1d(k\x03", "code cut short"),
        (b"\x1b@\x1c&\x1d(k\x03\x001C", "code cut short"),
        (b"\x1b@\x1c&\x1d(k\x03\x001Z0", "unknown code function 90"),
        (b"\x1b@\x1c&\x81\x30", "no GB18030 text"),
        (b"\x1b@\x1c&\xff", "unknown command ff"),
    ],
)
def test_text_that_no_paper_of_ours_has_is_refused_loudly(job: bytes, says: str) -> None:
    with pytest.raises(UnknownCommand, match=says):
        decode(job)
