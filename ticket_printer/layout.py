"""Where everything stands on the paper. Pure: a slip and a width in, placed blocks out, all in dots.

8 dots are 1 mm. 576 dots are the printable width of 80 mm paper, 384 of 58 mm paper.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ticket_printer.qr import QUIET_MODULES, Modules, modules_of
from ticket_printer.slip import Slip
from ticket_printer.wrapping import WIDE_SPACE, lines_of, overhang

Measure = Callable[[str, int, int], int]  # (text, size, weight) -> its width in dots

WIDTH_DOTS = {80: 576, 58: 384}  # by the paper's width in mm

REGULAR, MEDIUM, BOLD = 400, 500, 700

# A capital's or a Chinese character's middle stands this far above the baseline, in sizes.
_MIDDLE = 0.37


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; x, y, width and height are its box, the baseline is counted from the top."""

    x: int
    y: int
    width: int
    height: int
    text: str
    size: int
    weight: int
    baseline: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A dashed line across."""

    x: int
    y: int
    width: int
    height: int
    dash: int


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code; its quiet border is the blank paper around it."""

    x: int
    y: int
    width: int
    height: int
    modules: Modules
    dots_per_module: int


Block = Words | Rule | Code


@dataclass(frozen=True, slots=True)
class Paper:
    width: int
    height: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Sizes:
    """The type sizes and spaces of one paper width, in dots."""

    margin: int
    hall: int
    zone: int
    number: int
    ahead: int
    item: int
    beside: int  # the lines that belong to the code
    foot: int
    code: int  # the code's side, where its content allows
    gap: int


WIDE = Sizes(36, 34, 30, 200, 36, 28, 26, 24, 210, 26)
NARROW = Sizes(16, 30, 27, 152, 32, 25, 25, 22, 200, 20)


def lay_out(slip: Slip, width_dots: int, measure: Measure) -> Paper:
    """Place the slip's words; the paper grows downwards as far as they need."""
    sizes = WIDE if width_dots >= WIDTH_DOTS[80] else NARROW
    sheet = _Sheet(width_dots, sizes, measure)
    sheet.say(slip.hall, sizes.hall, MEDIUM, fits_down_to=0.85)
    sheet.space(sizes.gap // 3)
    sheet.say(slip.zone, sizes.zone, REGULAR, fits_down_to=0.85)
    sheet.number(slip.number)
    sheet.say(slip.ahead_line, sizes.ahead, MEDIUM, fits_down_to=0.9)
    sheet.space(sizes.gap // 6)
    sheet.say(slip.item, sizes.item, REGULAR, fits_down_to=0.9)
    _follow(sheet, slip)
    _foot(sheet, slip)
    sheet.space(sizes.gap)
    return Paper(width_dots, sheet.y, tuple(sheet.blocks))


def _follow(sheet: _Sheet, slip: Slip) -> None:
    """The code and its lines, side by side where the paper is wide enough; then what to bring."""
    lines = [(line, REGULAR) for line in slip.follow_lines if line]
    if slip.bring:
        lines.append((slip.bring, MEDIUM))
    if not lines and not slip.follow_url:
        return
    sheet.rule()
    if slip.follow_url:
        lines = sheet.code(slip.follow_url, lines)
    for line, weight in lines:
        sheet.say(line, sheet.sizes.beside, weight, line_height=1.5)


def _foot(sheet: _Sheet, slip: Slip) -> None:
    """When, and the note, on one line where both fit."""
    both = WIDE_SPACE.join(filter(None, (slip.time_line, slip.footer)))
    for line in filter(None, (both, slip.sample_line)):
        sheet.space(sheet.sizes.gap * 7 // 8 if line == both else sheet.sizes.gap // 4)
        sheet.say(line, sheet.sizes.foot, REGULAR, fits_down_to=0.95)


@dataclass(slots=True)
class _Sheet:
    """A paper being written from the top down; `y` is where the next block begins."""

    width: int
    sizes: Sizes
    measure: Measure
    y: int = 0
    blocks: list[Block] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.y = self.sizes.gap

    @property
    def inner(self) -> int:
        return self.width - 2 * self.sizes.margin

    def space(self, dots: int) -> None:
        self.y += dots

    def say(self, text: str, size: int, weight: int, *, fits_down_to: float = 1.0, line_height: float = 1.36) -> None:
        """Centred lines; before wrapping, the size may give way a little to stay on one line."""
        smallest = round(size * fits_down_to)
        one_line = next((s for s in range(size, smallest - 1, -1) if self._fits(text, s, weight)), size)
        for line in lines_of(text, self.inner, lambda words: self.measure(words, one_line, weight)):
            self._line(line, one_line, weight, line_height)

    def _fits(self, text: str, size: int, weight: int) -> bool:
        return self.measure(text.strip(), size, weight) <= self.inner

    def _line(self, text: str, size: int, weight: int, line_height: float, x: int | None = None) -> None:
        width = self.measure(text, size, weight)
        height = round(size * line_height)
        left = (self.width - width + round(size * overhang(text))) // 2 if x is None else x
        baseline = round(height / 2 + size * _MIDDLE)
        self.blocks.append(Words(left, self.y, width, height, text, size, weight, baseline))
        self.y += height

    def number(self, number: str) -> None:
        """As large as the paper allows: it is what a resident compares with a screen 8 m away."""
        size = self.sizes.number
        while size > self.sizes.hall and not self._fits(number, size, BOLD):
            size -= 2
        for line in lines_of(number, self.inner, lambda words: self.measure(words, size, BOLD)):
            self._line(line, size, BOLD, 1.04)

    def rule(self) -> None:
        self.space(self.sizes.gap * 3 // 4)
        self.blocks.append(Rule(self.sizes.margin, self.y, self.inner, 3, 9))
        self.space(3 + self.sizes.gap)

    def code(self, content: str, lines: list[tuple[str, int]]) -> list[tuple[str, int]]:
        """The code with as many of its lines (text, weight) at its right as the paper has room for.

        Returns the lines that have to stand below it.
        """
        code = self._sized(content)
        quiet = max(self.sizes.gap, QUIET_MODULES * code.dots_per_module)
        left = self.sizes.margin + code.width + quiet
        room = self.width - self.sizes.margin - left
        beside = lines if room >= 8 * self.sizes.beside else []
        broken = self._broken(beside, room)
        line_height = round(self.sizes.beside * 1.5)
        while broken and len(broken) * line_height > code.height:
            beside = beside[:-1]
            broken = self._broken(beside, room)
        top, rows = self.y, len(broken) * line_height
        x = self.sizes.margin if broken else (self.width - code.width) // 2
        self.blocks.append(replace(code, x=x))
        self.y = top + (code.height - rows) // 2
        for line, weight in broken:
            self._line(line, self.sizes.beside, weight, 1.5, left)
        below = lines[len(beside) :]
        self.y = top + code.height + (quiet // 2 if below else 0)
        return below

    def _broken(self, lines: list[tuple[str, int]], room: int) -> list[tuple[str, int]]:
        def width(weight: int) -> Callable[[str], int]:
            return lambda text: self.measure(text, self.sizes.beside, weight)

        return [(line, weight) for text, weight in lines for line in lines_of(text, room, width(weight))]

    def _sized(self, content: str) -> Code:
        """Whole dots for each module: a long address gets a larger code, never a blurred or a cut one."""
        modules = modules_of(content)
        side = len(modules)
        largest = max(1, self.inner // (side + QUIET_MODULES))  # the margins lend the rest of the border
        per_module = min(largest, max(4, self.sizes.code // side))
        return Code(0, self.y, side * per_module, side * per_module, modules, per_module)
