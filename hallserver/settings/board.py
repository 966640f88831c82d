"""What a hall's file says about its boards: how long a call stands, what they show when it is calm, their ticker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from hallserver.settings.kinds import Slug, Strict

Heading = Annotated[str, StringConstraints(min_length=1, max_length=24, strip_whitespace=True)]
Notice = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=48, strip_whitespace=True)]
HeadingEn = Annotated[str, StringConstraints(max_length=48, strip_whitespace=True)]
NoticeEn = Annotated[str, StringConstraints(max_length=220, strip_whitespace=True)]
LineEn = Annotated[str, StringConstraints(max_length=100, strip_whitespace=True)]
"""As much as can be read from 8 m in the place there is, in either language."""


class BoardNotice(Strict):
    """A notice that fills the large place of a calm board."""

    title: Heading
    title_en: HeadingEn = ""
    text: Notice
    text_en: NoticeEn = ""


class TickerLine(Strict):
    """One line at the foot of the boards."""

    text: Line
    text_en: LineEn = ""


class BoardTable(Strict):
    """The pace of the boards, and what they show besides calls and queues."""

    call_shown_s: float = Field(default=6, ge=1, le=60)
    calm_s: float = Field(default=60, ge=1, le=3600)
    page_s: float = Field(default=12, ge=1, le=300)
    ticker_s: float = Field(default=10, ge=1, le=300)
    queues_s: float = Field(default=8, ge=2, le=300)
    guide: list[Slug] = Field(default=[], max_length=40)
    notices: list[BoardNotice] = Field(default=[], max_length=20)
    ticker: list[TickerLine] = Field(default=[], max_length=20)


def board_problems(raw: dict[str, Any]) -> Iterator[str]:
    """Sentences about matters that a board should show and nobody knows."""
    board, items = raw.get("board"), raw.get("items")
    known = [row.get("id") for row in items if isinstance(row, dict)] if isinstance(items, list) else []
    guide = board.get("guide") if isinstance(board, dict) else None
    for place, item in enumerate(guide if isinstance(guide, list) else []):
        if isinstance(item, str) and item not in known:
            yield f"board.guide[{place}] = {item!r}: no such item"
