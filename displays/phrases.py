"""The sentences the voice says, spelled so that espeak-ng reads every letter and digit by itself.

The text made here is for the ear only; what people read keeps its plain digits. Why it looks odd:

- digits become Chinese words, since the voice reads "012" as "zero twelve";
- one is written 壹, because its dictionary turns 一 into yí or yì next to some neighbours (一号, 九一八,
  八一五), and a number is always yī (or 幺, where the hall says so);
- neighbouring letters are tied with ·, because "A B" begins with the English article.
"""

from __future__ import annotations

import re
import unicodedata

PHRASE = "请 {number} 号到 {window} 号窗口办理"
PHRASE_EN = "Number {number}, please go to window {window}."

_DIGITS = "零壹二三四五六七八九"
_DIGITS_EN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_PLACE = re.compile(r"\{([^{}]*)\}")
_PLACES = {"number", "window"}


def phrase(template: str, number: str, window: str, *, yao: bool = False) -> str:
    """The Chinese sentence for the ear: ``phrase(PHRASE, "A012", "3")``.

    ``number`` is a ticket's number ("A012"), ``window`` a window's id ("3", "12", "B2"); ``yao`` says 幺
    for 1 wherever digits are said one by one. Raises ValueError when the template lacks ``{number}`` or
    names a place that does not exist.
    """
    return _filled(template, spelled(number, yao=yao), said_window(window, yao=yao))


def phrase_en(template: str, number: str, window: str) -> str:
    """The English sentence for the ear (``language="en"``); the same templates' places and errors."""
    window = _plain(window)
    said = window if _is_counted(window) else _spelled_en(window)
    return _filled(template, _spelled_en(number), said)


def spelled(text: str, *, yao: bool = False) -> str:
    """Letters and digits one by one: "A012" → "A 零 壹 二", "AB7" → "A·B 七", "B-2" → "B 杠 二"."""
    words: list[str] = []
    for sign in _plain(text):
        if sign.isdecimal():
            words.append("幺" if yao and sign == "1" else _DIGITS[int(sign)])
        elif sign == "-":
            words.append("杠")
        elif sign.isascii() and sign.isalpha() and words and words[-1][-1].isascii():
            words[-1] += f"·{sign}"
        elif sign.isalpha():
            words.append(sign)
    return " ".join(words)


def said_window(window: str, *, yao: bool = False) -> str:
    """A window's id as people say it: "3" → 三, "12" → 十二, "64" → 六十四; "B2" and "03" are spelled."""
    window = _plain(window)
    return _counted(int(window)) if _is_counted(window) else spelled(window, yao=yao)


def _plain(text: str) -> str:
    """Full-width letters and digits become plain ones, small letters capitals."""
    return unicodedata.normalize("NFKC", text).upper()


def _is_counted(window: str) -> bool:
    return re.fullmatch(r"0|[1-9][0-9]{0,2}", window) is not None


def _counted(number: int) -> str:
    """0–999 as a Chinese number. Before 百 and 十 one stays 一: there yì is how people say it."""
    if number < 10:
        return _DIGITS[number]
    if number < 20:
        return "十" + _counted(number - 10).removeprefix("零")
    if number < 100:
        return _DIGITS[number // 10] + "十" + _counted(number % 10).removeprefix("零")
    hundreds, rest = divmod(number, 100)
    said = ("一" if hundreds == 1 else _DIGITS[hundreds]) + "百"
    if rest == 0:
        return said
    if rest < 10:
        return said + "零" + _DIGITS[rest]
    return said + ("一" if rest < 20 else "") + _counted(rest)


def _spelled_en(text: str) -> str:
    words: list[str] = []
    for sign in _plain(text):
        if sign.isdecimal():
            words.append(_DIGITS_EN[int(sign)])
        elif sign == "A":
            words.append("eh")  # a lone A would be read as the article
        elif sign == "-":
            words.append("dash")
        elif sign.isalpha():
            words.append(sign)
    return " ".join(words)


def _filled(template: str, number: str, window: str) -> str:
    places = set(_PLACE.findall(template))
    if "number" not in places:
        raise ValueError(f"the phrase says no {{number}}: {template!r}")
    if unknown := places - _PLACES:
        raise ValueError(f"the phrase has places nobody can fill: {', '.join(sorted(unknown))}")
    said = {"number": number, "window": window}
    return _PLACE.sub(lambda place: said[place[1]], template)
