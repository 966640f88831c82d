"""A slip in the printer's own letters: a few hundred bytes instead of a picture, so the paper comes sooner.

For printers that carry Chinese letters (GB18030) and draw square codes themselves; most sold in China do.
Letters are 12 dots wide, Chinese ones 24, all 24 high, each as large as asked: 1 to 8 times.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ticket_printer.qr import modules_of
from ticket_printer.slip import Kind, Line, Slip
from ticket_printer.styles import DOTS_PER_MM, gaps_between
from ticket_printer.wrapping import lines_of

COLUMN_DOTS = 12
LETTER_DOTS = 24
TIMES_LIMIT = 8
CODE_DOTS = 210
MODULE_LIMIT_DOTS = 10
GAP_DOTS = 26

CHINESE_ON = b"\x1c&"  # FS &: two bytes are one Chinese letter from here on
LINE_END = b"\n"
_PLAINER = str.maketrans({"–": "-", "—": "-", "　": "  "})  # their Chinese forms are two columns wide

Drawn = Callable[[str, int], bytes]  # (content, dots per module) -> the bytes that draw the code


@dataclass(frozen=True, slots=True)
class Look:
    """How many times as wide and as high as the printer's plain letters."""

    wide: int = 1
    high: int = 1
    bold: bool = False


PLAIN = Look()
LOOKS: dict[Kind, Look] = {
    "hall": Look(bold=True),
    "head": Look(2, 2, True),
    "place": Look(2, 2, True),
    "ahead": Look(1, 2),
    "strong": Look(bold=True),
    "beside_strong": Look(bold=True),
    "point": Look(bold=True),
}
AT_THE_LEFT: frozenset[Kind] = frozenset(("left", "point"))


def text_bytes(slip: Slip, width_dots: int, code: Drawn) -> bytes:
    """Everything between the printer's start and its cut."""
    setting = _Setting(width_dots, code)
    before: Kind | None = None
    for line in slip.lines:
        if line.words or line.kind == "rule":
            setting.space(int(GAP_DOTS * gaps_between(before, line.kind)))
            setting.put(line)
            before = line.kind
    return CHINESE_ON + b"".join(setting.parts)


class _Setting:
    """Lines being set from the top down."""

    def __init__(self, width_dots: int, code: Drawn) -> None:
        self.width, self._code = width_dots, code
        self.parts: list[bytes] = []

    def space(self, dots: int) -> None:
        if dots:
            self.parts.append(b"\x1bJ" + bytes([min(dots, 255)]))

    def put(self, line: Line) -> None:
        match line.kind:
            case "rule":
                self._say("-" * (self.width // COLUMN_DOTS), PLAIN)
            case "space":
                for dots in _parts_of(int(line.words) * DOTS_PER_MM, 255):
                    self.space(dots)
            case "number":
                times = min(TIMES_LIMIT, max(1, self.width // columns(line.words, 1)))
                self._say(line.words, Look(times, times, True))
            case "code":
                self._put_code(line.words)
            case "point":
                self._point(line.words)
            case kind:
                self._say(line.words, LOOKS.get(kind, PLAIN), at_the_left=kind in AT_THE_LEFT)

    def _put_code(self, content: str) -> None:
        largest = max(1, self.width // (len(modules_of(content)) + 8))
        per_module = min(largest, MODULE_LIMIT_DOTS, max(4, CODE_DOTS // len(modules_of(content))))
        self.parts += [_aligned(at_the_left=False), self._code(content, per_module), LINE_END]

    def _point(self, text: str) -> None:
        for place, line in enumerate(_broken(text, self.width - 3 * COLUMN_DOTS, LOOKS["point"])):
            self._set(("□ " if place == 0 else "   ") + line, LOOKS["point"], at_the_left=True)

    def _say(self, text: str, look: Look, *, at_the_left: bool = False) -> None:
        while look.wide > 1 and columns(text, look.wide) > self.width and look.wide != look.high * 2:
            look = Look(look.wide - 1, look.high - 1 or 1, look.bold)
        for line in _broken(text, self.width, look):
            self._set(line, look, at_the_left=at_the_left)

    def _set(self, text: str, look: Look, *, at_the_left: bool) -> None:
        words = text.translate(_PLAINER).encode("gb18030")
        self.parts += [_aligned(at_the_left=at_the_left), _sized(look), words, LINE_END]


def columns(text: str, wide: int) -> int:
    """The width in dots: Chinese letters and their marks take two columns."""
    return COLUMN_DOTS * wide * sum(1 if character.isascii() else 2 for character in text.translate(_PLAINER))


def _broken(text: str, room: int, look: Look) -> list[str]:
    return lines_of(text, room, lambda words: columns(words, look.wide))


def _aligned(*, at_the_left: bool) -> bytes:
    return b"\x1ba\x00" if at_the_left else b"\x1ba\x01"


def _sized(look: Look) -> bytes:
    """Said three times, since printers differ: ESC ! for letters, FS ! for Chinese ones, GS ! for more than twice."""
    twice_wide, twice_high = look.wide > 1, look.high > 1
    letters = 0x20 * twice_wide | 0x10 * twice_high | 0x08 * look.bold
    chinese = 0x04 * twice_wide | 0x08 * twice_high
    exact = (look.wide - 1) << 4 | (look.high - 1)
    return b"\x1b!" + bytes([letters]) + b"\x1c!" + bytes([chinese]) + b"\x1d!" + bytes([exact])


def _parts_of(whole: int, most: int) -> list[int]:
    return [most] * (whole // most) + ([whole % most] if whole % most else [])
