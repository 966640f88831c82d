"""Breaking words into lines, the Chinese way: nothing is cut, no line begins with a comma.

Pure: how wide a text is comes in as a function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

TextWidth = Callable[[str], int]  # a text's width in dots, at one size and weight

WIDE_SPACE = "　"  # the writer's own place to break: "前面 6 人　约 12–18 分钟"
_CLOSERS = "，。、；：？！）》〉」』】〕”’…·%％,.;:?!)]}"
_OPENERS = "（《〈「『【〔“‘([{"
# A number stays with its unit: the space in "6 人" is no place to break.
_PHRASE = re.compile(r"(?:[^，。、；：？！,;:　 ]|(?<=[0-9]) )*(?:[，。、；：？！,;:]+[”’」』》）]*| |　)?")
_CJK = re.compile(r"[⺀-鿿豈-﫿︰-﹏＀-￯]")


def has_cjk(text: str) -> bool:
    return bool(_CJK.search(text))


def overhang(line: str) -> float:
    """The blank half of a full-width mark at a line's end, in sizes: the eye does not count it."""
    return 0.5 if line.endswith(("，", "。", "、", "；", "：")) else 0.0


def lines_of(text: str, width: int, measure: TextWidth) -> list[str]:
    """The text in as few lines as fit `width` dots, and those of even length.

    It breaks first at wide spaces, then between phrases, then between characters or words, and only
    a word longer than a whole line is broken inside.
    """
    text = text.strip()
    if not text:
        return []
    if measure(text) <= width:
        return [text]
    parts = [part for part in text.split(WIDE_SPACE) if part.strip()]
    if len(parts) > 1:
        return [line for part in parts for line in lines_of(part, width, measure)]
    return _evened(text, width, measure)


def _evened(text: str, width: int, measure: TextWidth) -> list[str]:
    """Greedy lines, then the narrowest width that needs no more of them: no orphan on the last line."""
    best = _greedy(text, width, width, measure)
    low, high = width // 2, width
    while high - low > 4:
        middle = (low + high) // 2
        lines = _greedy(text, middle, width, measure)
        if len(lines) <= len(best) and all(measure(line) <= middle for line in lines):
            best, high = lines, middle
        else:
            low = middle
    return best


def _greedy(text: str, width: int, widest: int, measure: TextWidth) -> list[str]:
    """Lines of ``width``; what fits a line of the ``widest`` is not broken to make them even."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text, widest, measure):
        if line and measure((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str, width: int, measure: TextWidth) -> Iterator[str]:
    """What may stand at the end of a line: phrases, where too wide their characters or words."""
    for phrase in filter(None, _PHRASE.findall(text)):
        if measure(phrase.rstrip()) <= width:
            yield phrase
            continue
        for atom in _atoms(phrase):
            if measure(atom.rstrip()) <= width:
                yield atom
            else:
                yield from atom  # one word wider than the paper: better broken than cut off


def _atoms(phrase: str) -> Iterator[str]:
    """Chinese characters one by one, other words whole, punctuation kept on its side of the break."""
    atom = ""
    for character in phrase:
        if not atom:
            atom = character
        elif _may_break(atom[-1], character):
            yield atom
            atom = character
        else:
            atom += character
    if atom:
        yield atom


def _may_break(before: str, after: str) -> bool:
    if after in _CLOSERS or before in _OPENERS or after == " ":
        return False
    return before in " -/" or bool(_CJK.match(before)) or bool(_CJK.match(after))
