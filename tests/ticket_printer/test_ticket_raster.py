"""The drawn paper, and the same paper read back from the bytes that a printer gets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageOps

from tests.ticket_printer.conftest import a_slip
from ticket_printer.decoder import UnknownCommand, decode, same_paper
from ticket_printer.escpos_bytes import Make, image_bytes, paper_bytes
from ticket_printer.layout import lay_out
from ticket_printer.raster import draw, measure
from ticket_printer.slip import Slip
from ticket_printer.styles import WIDTH_DOTS


def drawn(slip: Slip, width_mm: int) -> Image.Image:
    return draw(lay_out(slip, WIDTH_DOTS[width_mm], measure))


def code_on(paper: Image.Image) -> str:
    # The blank edge of the paper that the head cannot reach is part of the quiet border.
    (code,) = zxingcpp.read_barcodes(ImageOps.expand(paper.convert("L"), 32, 255))
    return code.text


@pytest.mark.parametrize("width_mm", [80, 58])
@pytest.mark.parametrize("which", ["slip", "long_slip"])
def test_a_phone_reads_the_code_from_the_drawn_paper_and_from_the_bytes(
    which: str, width_mm: int, request: pytest.FixtureRequest
) -> None:
    slip: Slip = request.getfixturevalue(which)
    assert code_on(drawn(slip, width_mm)) == slip.words_of("code")[0]
    assert code_on(decode(paper_bytes(slip, Make(width_mm))).image) == slip.words_of("code")[0]


@pytest.mark.parametrize("width_mm", [80, 58])
@pytest.mark.parametrize("which", ["slip", "long_slip"])
def test_the_bytes_make_the_very_paper_that_was_drawn_and_cut_it(
    which: str, width_mm: int, request: pytest.FixtureRequest
) -> None:
    slip: Slip = request.getfixturevalue(which)
    paper = decode(paper_bytes(slip, Make(width_mm)))
    assert same_paper(paper.image, drawn(slip, width_mm))
    assert paper.cut


def test_another_number_is_another_paper(slip: Slip) -> None:
    assert not same_paper(drawn(slip, 80), drawn(a_slip("A019"), 80))


@pytest.mark.parametrize("width_mm", [80, 58])
@pytest.mark.parametrize("which", ["slip", "long_slip", "receipt"])
def test_no_ink_touches_the_edge(which: str, width_mm: int, request: pytest.FixtureRequest) -> None:
    paper = drawn(request.getfixturevalue(which), width_mm)
    left, top, right, bottom = ImageChops.invert(paper.convert("L")).getbbox()  # type: ignore[misc]
    assert min(left, top, paper.width - right, paper.height - bottom) >= 6


def test_letters_keep_inside_the_width_that_was_measured_for_them(long_slip: Slip) -> None:
    alone = Slip(tuple(line for line in long_slip.lines if line.kind in ("hall", "zone", "number")))
    paper = lay_out(alone, 384, measure)
    ink = ImageChops.invert(draw(paper).convert("L")).getbbox()
    assert ink is not None
    assert ink[0] >= min(block.x for block in paper.blocks) - 1
    assert ink[2] <= max(block.x + block.width for block in paper.blocks) + 1


def test_english_quotes_are_not_as_wide_as_chinese_ones() -> None:
    assert measure("“I am back”", 24, 400) < measure("I am back", 24, 400) + 24
    assert measure("“我回来了”", 24, 400) > measure("我回来了", 24, 400) + 40


def test_a_paper_on_a_part_of_a_byte_is_refused() -> None:
    with pytest.raises(ValueError, match="whole bytes"):
        image_bytes(Image.new("1", (381, 8), 1))


@pytest.mark.parametrize(
    ("job", "says"),
    [
        (b"\x1b@hello", "unknown command 68 65 6c at byte 2"),
        (b"\x1b@\x1bp\x00\x19\xfa", "unknown command 1b 70 00"),
        (b"\x1dv0\x03\x01\x00\x01\x00\xff", "raster mode 3"),
        (b"\x1dv0\x00\x48\x00\x10\x00\xff", "raster cut short"),
        (b"\x1dv0\x00\x48", "raster cut short"),
        (b"\x1dV", "command cut short"),
        (b"\x1dV\x07", "unknown cut 7"),
        (b"\x1dV\x42\x00\x1b@", "bytes after the cut"),
        (b"\x1bJ\xff" * 100, "dots of paper"),
    ],
)
def test_bytes_that_are_no_ticket_are_refused_loudly(job: bytes, says: str) -> None:
    with pytest.raises(UnknownCommand, match=says):
        decode(job)


def test_a_paper_without_a_cut_is_told_from_one_with(slip: Slip) -> None:
    whole = paper_bytes(slip)
    assert not decode(whole[: whole.rindex(b"\x1dV")]).cut


def test_a_fed_blank_is_part_of_the_paper() -> None:
    assert decode(b"\x1b@\x1bJ\x18\x1dv0\x00\x01\x00\x02\x00\xff\x00\x1dV\x00").image.size == (8, 26)


def test_drawing_papers_leaves_the_process_as_it_was(tmp_path: Path) -> None:
    """python-escpos would log to stderr for everybody, print warnings, and litter the temporary folder."""
    script = "import logging, ticket_printer.escpos_bytes as e; from ticket_printer.slip import Slip\n"
    script += "e.paper_bytes(Slip.of(('hall', '厅'), ('number', 'A001'))); assert not logging.root.handlers"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"TMPDIR": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert list(tmp_path.iterdir()) == []
