"""What a hall's file says of its boards fits together, or is answered before anything starts."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from hallserver.settings.board import BoardTable, board_problems


def test_a_board_shows_matters_that_the_hall_knows() -> None:
    items = [{"id": "yb-001"}]
    assert list(board_problems({"items": items, "board": {"guide": ["yb-001"]}})) == []
    assert list(board_problems({"items": items, "board": {"guide": ["yb-001", "yb-009"]}})) == [
        "board.guide[1] = 'yb-009': no such item"
    ]
    assert list(board_problems({"board": "tall", "items": 3})) == []


@pytest.mark.parametrize(
    "wrong",
    [{"call_shown_s": 0.5}, {"calm_s": 0}, {"ticker": [{"text": "长" * 49}]}, {"notices": [{"title": "无文"}]}],
)
def test_what_nobody_could_read_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        BoardTable.model_validate(wrong)
