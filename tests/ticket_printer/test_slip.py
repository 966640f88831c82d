from __future__ import annotations

import pytest

from ticket_printer.slip import LINES_LIMIT, Line, Slip


def test_a_slip_survives_the_way_over_the_wire(slip: Slip, receipt: Slip) -> None:
    assert Slip.from_json(slip.to_json()) == slip
    assert Slip.from_json(receipt.to_json()) == receipt


def test_a_field_of_a_newer_hall_is_left_aside(slip: Slip) -> None:
    assert Slip.from_json({**slip.to_json(), "colour": "blue"}) == slip


def test_a_line_break_in_a_name_becomes_a_space() -> None:
    assert Slip.from_json({"lines": [["hall", "Luojiazhuang\nCentre"]]}).lines == (Line("hall", "Luojiazhuang Centre"),)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (None, "lines: a list"),
        ([], "lines: a list"),
        ("hall", "lines: a list"),
        ([["hall"]], r"lines\[0\]: \[kind, words\]"),
        ([["hall", "x"], ["shout", "x"]], r"lines\[1\]: 'shout' is no kind of line; there are hall, "),
        ([["number", 18]], r"lines\[0\]: words expected, got int"),
        ([["item", "登" * 401]], r"lines\[0\]: 401 characters"),
        ([["space", "-3"]], r"lines\[0\]: space takes whole millimetres"),
        ([["space", "101"]], r"lines\[0\]: space takes whole millimetres"),
        ([["text", "x"]] * (LINES_LIMIT + 1), "lines: 81, at most 80"),
    ],
)
def test_what_cannot_be_a_paper_is_refused_by_its_line(lines: object, says: str) -> None:
    with pytest.raises(ValueError, match=f"^{says}"):
        Slip.from_json({"lines": lines})
