from __future__ import annotations

import pytest

from ticket_printer.slip import Slip


def test_a_slip_survives_the_way_over_the_wire(slip: Slip) -> None:
    assert Slip.from_json(slip.to_json()) == slip


def test_a_paper_may_leave_everything_but_its_head_empty() -> None:
    slip = Slip.from_json({"hall": "岙里村便民服务站", "zone": "综合受理", "number": "A001"})
    assert (slip.item, slip.follow_url, slip.follow_lines, slip.bring) == ("", "", (), "")


def test_a_field_of_a_newer_hall_is_left_aside(slip: Slip) -> None:
    assert Slip.from_json({**slip.to_json(), "colour": "blue"}) == slip


def test_a_line_break_in_a_name_becomes_a_space(slip: Slip) -> None:
    assert Slip.from_json({**slip.to_json(), "hall": "Luojiazhuang\nCentre"}).hall == "Luojiazhuang Centre"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hall", None),
        ("number", 18),
        ("number", ""),
        ("bring", ["身份证"]),
        ("follow_lines", "扫码"),
        ("follow_lines", ["扫码"] * 7),
        ("item", "登" * 401),
    ],
)
def test_a_slip_that_cannot_be_a_paper_is_refused_by_its_field(slip: Slip, field: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"^{field}: "):
        Slip.from_json({**slip.to_json(), field: value})
