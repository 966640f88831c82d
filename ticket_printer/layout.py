"""Where everything stands on the paper. Pure: a slip and a width in, placed blocks out, all in dots."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ticket_printer.qr import QUIET_MODULES, Modules, modules_of
from ticket_printer.slip import Kind, Line, Slip
from ticket_printer.styles import DOTS_PER_MM, MEDIUM, REGULAR, Sheet, Style, gaps_between, sheet_of
from ticket_printer.wrapping import has_cjk, lines_of, overhang

Measure = Callable[[str, int, int], int]  # (text, size, weight) -> its width in dots

# A capital's or a Chinese character's middle stands this far above the baseline, in sizes.
_MIDDLE = 0.37
_BESIDE: dict[str, int] = {"beside": REGULAR, "beside_strong": MEDIUM}


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
class Box:
    """An empty square to tick."""

    x: int
    y: int
    width: int
    height: int
    line: int


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code; its quiet border is the blank paper around it."""

    x: int
    y: int
    width: int
    height: int
    modules: Modules
    dots_per_module: int


Block = Words | Rule | Box | Code


@dataclass(frozen=True, slots=True)
class Paper:
    width: int
    height: int
    blocks: tuple[Block, ...]


def lay_out(slip: Slip, width_dots: int, measure: Measure) -> Paper:
    """Place the slip's lines; the paper grows downwards as far as they need."""
    written = _Written(width_dots, sheet_of(width_dots), measure)
    before: Kind | None = None
    for group in _groups(slip.lines):
        kind = group[0].kind
        written.space(int(written.sheet.gap * gaps_between(before, kind)))
        written.put(group)
        before = kind
    written.space(written.sheet.gap)
    return Paper(width_dots, written.y, tuple(written.blocks))


def _groups(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines one by one, a code with those beside it; a line without words closes its gap."""
    group: list[Line] = []
    for line in lines:
        if not line.words and line.kind != "rule":
            continue
        if group and group[0].kind == "code" and line.kind in _BESIDE:
            group.append(line)
            continue
        if group:
            yield group
        group = [line]
    if group:
        yield group


@dataclass(slots=True)
class _Written:
    """A paper being written from the top down; `y` is where the next block begins."""

    width: int
    sheet: Sheet
    measure: Measure
    y: int = 0
    blocks: list[Block] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.y = self.sheet.gap

    @property
    def inner(self) -> int:
        return self.width - 2 * self.sheet.margin

    def space(self, dots: int) -> None:
        self.y += dots

    def put(self, group: list[Line]) -> None:
        line = group[0]
        match line.kind:
            case "rule":
                self._rule()
            case "space":
                self.space(int(line.words) * DOTS_PER_MM)
            case "number":
                self._number(line.words)
            case "code":
                self._code(line.words, group[1:])
            case "point":
                self._point(line.words)
            case "left":
                self._say(line.words, self.sheet.styles["left"], self.sheet.margin)
            case kind:
                self._say(line.words, self.sheet.styles[kind])

    def _say(self, text: str, style: Style, x: int | None = None) -> None:
        """Lines in the middle, or from `x`; before wrapping, the size may give way to stay on one line."""
        smallest = round(style.size * style.fits_down_to)
        sizes = range(style.size, smallest - 1, -1)
        size = next((size for size in sizes if self._fits(text, size, style.weight)), None)
        if size is None:  # then at least no word is broken
            whole = (size for size in sizes if all(self._fits(word, size, style.weight) for word in text.split()))
            size = style.size if has_cjk(text) else next(whole, style.size)
        for line in lines_of(text, self.inner, lambda words: self.measure(words, size, style.weight)):
            self._line(line, size, style.weight, style.line_height, x)

    def _fits(self, text: str, size: int, weight: int) -> bool:
        return self.measure(text.strip(), size, weight) <= self.inner

    def _line(self, text: str, size: int, weight: int, line_height: float, x: int | None = None) -> None:
        width = self.measure(text, size, weight)
        height = round(size * line_height)
        left = (self.width - width + round(size * overhang(text))) // 2 if x is None else x
        baseline = round(height / 2 + size * _MIDDLE)
        self.blocks.append(Words(left, self.y, width, height, text, size, weight, baseline))
        self.y += height

    def _number(self, number: str) -> None:
        """As large as the paper allows: it is what a resident compares with a screen 8 m away."""
        style, smallest = self.sheet.styles["number"], self.sheet.styles["hall"].size
        size = style.size
        while size > smallest and not self._fits(number, size, style.weight):
            size -= 2
        for line in lines_of(number, self.inner, lambda words: self.measure(words, size, style.weight)):
            self._line(line, size, style.weight, style.line_height)

    def _point(self, text: str) -> None:
        """A box to tick, and the words beside it, however many lines they need."""
        style = self.sheet.styles["point"]
        side = round(style.size * 0.8)
        left = self.sheet.margin + side + style.size // 2
        room = self.width - self.sheet.margin - left
        top, middle = self.y, round(style.size * style.line_height / 2)
        for line in lines_of(text, room, lambda words: self.measure(words, style.size, style.weight)):
            self._line(line, style.size, style.weight, style.line_height, left)
        self.blocks.append(Box(self.sheet.margin, top + middle - side // 2, side, side, 2))

    def _rule(self) -> None:
        self.space(self.sheet.gap * 3 // 4)
        self.blocks.append(Rule(self.sheet.margin, self.y, self.inner, 3, 9))
        self.space(3 + self.sheet.gap)

    def _code(self, content: str, lines: list[Line]) -> None:
        """The code with as many of its lines at its right as the paper has room for, the others below."""
        code, text = self._sized(content), self.sheet.styles["beside"]
        quiet = max(self.sheet.gap, QUIET_MODULES * code.dots_per_module)
        left = self.sheet.margin + code.width + quiet
        room = self.width - self.sheet.margin - left
        lines = [line for line in lines if line.words]
        beside = lines if room >= 8 * text.size else []
        broken = self._broken(beside, room)
        line_height = round(text.size * text.line_height)
        while broken and len(broken) * line_height > code.height:
            beside = beside[:-1]
            broken = self._broken(beside, room)
        top, rows = self.y, len(broken) * line_height
        x = self.sheet.margin if broken else (self.width - code.width) // 2
        self.blocks.append(replace(code, x=x))
        self.y = top + (code.height - rows) // 2
        for words, weight in broken:
            self._line(words, text.size, weight, text.line_height, left)
        below = lines[len(beside) :]
        self.y = top + code.height + (quiet // 2 if below else 0)
        for line in below:
            self._say(line.words, self.sheet.styles[line.kind])

    def _broken(self, lines: list[Line], room: int) -> list[tuple[str, int]]:
        def width(kind: Kind) -> Callable[[str], int]:
            return lambda text: self.measure(text, self.sheet.styles[kind].size, _BESIDE[kind])

        return [(words, _BESIDE[line.kind]) for line in lines for words in lines_of(line.words, room, width(line.kind))]

    def _sized(self, content: str) -> Code:
        """Whole dots for each module: a long address gets a larger code, never a blurred or a cut one."""
        modules = modules_of(content)
        side = len(modules)
        largest = max(1, self.inner // (side + QUIET_MODULES))  # the margins lend the rest of the border
        per_module = min(largest, max(4, self.sheet.code // side))
        return Code(0, self.y, side * per_module, side * per_module, modules, per_module)
