"""Finding Chinese by its spelling: 不动产 by ``bdc``, ``budongchan`` or ``bdongch``, as input methods do."""

from __future__ import annotations

import os
from functools import lru_cache

os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
# Its 47,000 phrases tell which reading of a character is meant, and cost 43 MB. Here every reading finds the matter:
# who types 银行 as yinxing finds it too.
from pypinyin import Style, pinyin

Spelt = tuple[tuple[str, ...], ...]
"""A word's characters in order, each with the ways it may be typed: its readings, or itself."""

LETTERS_LIMIT = 40


def spelt(word: str) -> Spelt:
    """How each character of a word may be typed. Signs and spaces are left out."""
    readings: list[tuple[str, ...]] = []
    for found in pinyin(word, style=Style.NORMAL, heteronym=True):
        if all(reading.isascii() and reading.isalpha() for reading in found) and not word.isascii():
            readings.append(tuple(dict.fromkeys(reading.lower() for reading in found)))
        else:  # what pypinyin leaves as it is: Latin letters, digits, signs
            readings += [(sign.lower(),) for sign in found[0] if sign.isalnum()]
    return tuple(readings)


def spelt_at(word: Spelt, letters: str) -> int | None:
    """The first character from which the letters spell the word on, or None.

    Each character takes its whole reading, or only the first letter of it, or (the last one typed) the
    first few.
    """
    wanted = letters[:LETTERS_LIMIT].lower()
    if not wanted:
        return 0
    return next((start for start in range(len(word)) if _spells(word, start, wanted)), None)


@lru_cache(maxsize=20_000)
def _spells(word: Spelt, at: int, left: str) -> bool:
    if not left:
        return True
    if at == len(word):
        return False
    for reading in word[at]:
        if reading.startswith(left) or (left.startswith(reading) and _spells(word, at + 1, left[len(reading) :])):
            return True
        if left[0] == reading[0] and _spells(word, at + 1, left[1:]):
            return True
    return False
