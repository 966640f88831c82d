"""Pure: a sign's words as the bytes that its controller reads. One small function for each protocol.

Text is GB18030. What a controller cannot hold is cut at a whole character.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import xor

ENCODING = "gb18030"
_HEAD = bytes((0xAA, 0xAA, 0xAA, 0x4E))
_SHOW = bytes((0x00, 0x53, 0x00, 0xFF))
_END = 0x1A
JQUEUE_TEXT_LIMIT = 0xFF - 8
"""Bytes: the length, one byte, counts itself, the four bytes of the order, the text, the check and the end."""
PLAIN_TEXT_LIMIT = 240


def jqueue(words: str) -> bytes:
    """``AA AA AA 4E len 00 53 00 FF <text> hi lo 1A``.

    ``len`` counts from itself to the end. The check is the exclusive or of everything from ``len`` to the
    text's end, written as its two halves: ``hi`` and ``lo`` are 00 to 0F.
    """
    text = _text(words, JQUEUE_TEXT_LIMIT)
    checked = bytes((len(text) + 8,)) + _SHOW + text
    check = reduce(xor, checked)
    return _HEAD + checked + bytes((check >> 4, check & 0x0F, _END))


def plain(words: str) -> bytes:
    """The text and CR LF: for controllers that show a line as it comes."""
    return _text(words, PLAIN_TEXT_LIMIT) + b"\r\n"


def _text(words: str, limit: int) -> bytes:
    printable = "".join(sign for sign in words if sign.isprintable())
    text = b""
    for sign in printable:
        coded = sign.encode(ENCODING)
        if len(text) + len(coded) > limit:
            break
        text += coded
    return text


FRAMES: dict[str, Callable[[str], bytes]] = {"jqueue": jqueue, "plain": plain}
