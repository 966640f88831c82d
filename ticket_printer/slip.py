"""What stands on one paper: lines of words, each of a kind, already in the resident's language.

A hall's template makes them; how large a kind is, and where it stands, is for the layout to know. So one
slip fits wide and narrow paper, drawn or set in the printer's own letters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Kind = Literal[
    "hall",  # the hall's name
    "zone",  # the zone's, below it
    "number",  # as large as the paper allows
    "head",  # what kind of paper it is, where it is no ticket
    "place",  # where to go
    "ahead",  # people ahead, and minutes
    "item",  # the matter
    "text",  # a line in the middle
    "strong",  # the same, a little stronger
    "left",  # a line at the left edge
    "point",  # a thing to do or to bring, with a box to tick before it
    "code",  # a square code that says the line's words
    "beside",  # a line beside the code, where there is room; else below it
    "beside_strong",
    "foot",  # the small lines at the end
    "rule",  # a dashed line across; has no words
    "space",  # so many millimetres of blank paper
]
KINDS: tuple[Kind, ...] = get_args(Kind)
WORDLESS = frozenset(("rule",))

WORDS_LIMIT_CHARS = 400  # of one line: a paper stays a paper, whatever a settings file holds
LINES_LIMIT = 80
SPACE_LIMIT_MM = 100


@dataclass(frozen=True, slots=True)
class Line:
    kind: Kind
    words: str = ""


@dataclass(frozen=True, slots=True)
class Slip:
    lines: tuple[Line, ...]
    paper: str = "ticket"  # ticket, booking, transfer, missing, guide or test: what kind it is

    @classmethod
    def of(cls, *lines: tuple[Kind, str]) -> Slip:
        return cls(tuple(Line(kind, words) for kind, words in lines))

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Slip:
        """A slip from the hall's JSON: ``{"lines": [[kind, words], …]}``, other fields are left aside.

        Raises ValueError naming what is missing, of the wrong kind, or too much.
        """
        lines = facts.get("lines")
        if not isinstance(lines, list | tuple) or not lines:
            raise ValueError("lines: a list of [kind, words] expected")
        if len(lines) > LINES_LIMIT:
            raise ValueError(f"lines: {len(lines)}, at most {LINES_LIMIT} make a paper")
        paper = facts.get("paper", "ticket")
        if not isinstance(paper, str) or not re.fullmatch("[a-z_]{1,20}", paper):
            raise ValueError(f"paper: {paper!r} is no kind of paper")
        return cls(tuple(_line(place, line) for place, line in enumerate(lines)), paper)

    def to_json(self) -> dict[str, Any]:
        return {"paper": self.paper, "lines": [[line.kind, line.words] for line in self.lines]}

    def words_of(self, *kinds: Kind) -> list[str]:
        return [line.words for line in self.lines if line.kind in kinds]


def _line(place: int, line: object) -> Line:
    if not isinstance(line, list | tuple) or len(line) != 2:
        raise ValueError(f"lines[{place}]: [kind, words] expected")
    kind, words = line
    if kind not in KINDS:
        raise ValueError(f"lines[{place}]: {kind!r} is no kind of line; there are {', '.join(KINDS)}")
    if not isinstance(words, str):
        raise ValueError(f"lines[{place}]: words expected, got {type(words).__name__}")
    if len(words) > WORDS_LIMIT_CHARS:
        raise ValueError(f"lines[{place}]: {len(words)} characters, at most {WORDS_LIMIT_CHARS} fit on a line")
    words = " ".join(words.splitlines()).strip(" ")
    if kind == "space" and not (words.isascii() and words.isdigit() and int(words) <= SPACE_LIMIT_MM):
        raise ValueError(f"lines[{place}]: space takes whole millimetres up to {SPACE_LIMIT_MM}, not {words!r}")
    return Line(kind, words)
