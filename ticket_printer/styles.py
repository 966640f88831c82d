"""How large each kind of line is, and how far from the one before it: two sets, for wide and narrow paper.

All in dots; 8 dots are 1 mm. 576 dots are the printable width of 80 mm paper, 384 of 58 mm paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ticket_printer.slip import Kind

WIDTH_DOTS = {80: 576, 58: 384}  # by the paper's width in mm
DOTS_PER_MM = 8
REGULAR, MEDIUM, BOLD = 400, 500, 700


@dataclass(frozen=True, slots=True)
class Style:
    """``fits_down_to``: before a line is broken, its letters may become that much smaller."""

    size: int
    weight: int = REGULAR
    fits_down_to: float = 1.0
    line_height: float = 1.36


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper width. ``code`` is a code's side, where its content allows."""

    margin: int
    gap: int
    code: int
    styles: Mapping[Kind, Style]


def _styles(
    hall: int, zone: int, number: int, ahead: int, item: int, text: int, foot: int, head: int, place: int
) -> dict[Kind, Style]:
    text_style, strong = Style(text, line_height=1.5), Style(text, MEDIUM, line_height=1.5)
    return {
        "hall": Style(hall, MEDIUM, 0.85),
        "zone": Style(zone, REGULAR, 0.85),
        "number": Style(number, BOLD, line_height=1.04),
        "head": Style(head, BOLD, 0.8, 1.3),
        "place": Style(place, BOLD, 0.6, 1.24),
        "ahead": Style(ahead, MEDIUM, 0.9),
        "item": Style(item, REGULAR, 0.9),
        "text": text_style,
        "strong": strong,
        "left": text_style,
        "point": Style(item, MEDIUM, line_height=1.4),
        "beside": text_style,
        "beside_strong": strong,
        "foot": Style(foot, REGULAR, 0.95),
    }


WIDE = Sheet(36, 26, 210, _styles(34, 30, 200, 36, 28, 26, 24, 46, 64))
NARROW = Sheet(16, 20, 200, _styles(30, 27, 152, 32, 25, 25, 22, 40, 52))


def sheet_of(width_dots: int) -> Sheet:
    return WIDE if width_dots >= WIDTH_DOTS[80] else NARROW


# The blank before a line, in gaps, by what stands before it; elsewhere lines follow each other directly.
_BEFORE: dict[tuple[str, str], float] = {
    ("hall", "zone"): 1 / 3,
    ("ahead", "item"): 1 / 6,
    ("*", "foot"): 7 / 8,
    ("foot", "foot"): 1 / 4,
    ("*", "head"): 1 / 2,
    ("head", "*"): 1 / 4,
    ("head", "number"): 0,
    ("number", "head"): 0,
    ("*", "place"): 1 / 4,
    ("point", "point"): 1 / 3,
    ("*", "point"): 1 / 2,
    ("point", "*"): 1 / 2,
    ("code", "text"): 1 / 4,
    ("*", "code"): 1 / 2,
}


def gaps_between(before: Kind | None, kind: Kind) -> float:
    """How many gaps stand between two lines; a rule brings its own."""
    if before is None or "rule" in (before, kind) or "space" in (before, kind):
        return 0
    for pair in ((before, kind), ("*", kind), (before, "*")):
        if pair in _BEFORE:
            return _BEFORE[pair]
    return 0
