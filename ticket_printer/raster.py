"""Placed blocks become dots: the paper as a black and white image."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

from ticket_printer.layout import Box, Code, Paper, Rule, Words
from ticket_printer.wrapping import has_cjk

_FONT = str(files("manimgx_fonts_cjk") / "NotoSansCJK-VF.otf.ttc")

# The collection's faces are JP, KR, SC, TC, HK. In SC the quotes “ ” ’ are as wide as a Chinese
# character; among Latin letters those of KR stand right.
_SIMPLIFIED_CHINESE, _AMONG_LATIN = 2, 1

# Letters are drawn smooth and then cut to black or white here: dots a little lighter than half stay
# black, since a thermal head thins fine strokes.
_BLACK_BELOW = 144


def face_of(text: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    return _face(_SIMPLIFIED_CHINESE if has_cjk(text) else _AMONG_LATIN, size, weight)


@lru_cache(maxsize=64)
def _face(face: int, size: int, weight: int) -> ImageFont.FreeTypeFont:
    # The basic engine is in every Pillow: the paper looks the same on a kiosk as on a server.
    font = ImageFont.truetype(_FONT, size, face, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([weight])
    return font


@lru_cache(maxsize=4096)
def measure(text: str, size: int, weight: int) -> int:
    """The width of one line in dots, rounded up: the `Measure` of a layout."""
    return -int(-face_of(text, size, weight).getlength(text) // 1)


def draw(paper: Paper) -> Image.Image:
    """Mode "1", 0 is black: one pixel is one dot of the printer."""
    sheet = Image.new("L", (paper.width, paper.height), 255)
    pen = ImageDraw.Draw(sheet)
    for block in paper.blocks:
        match block:
            case Words():
                font = face_of(block.text, block.size, block.weight)
                pen.text((block.x, block.y + block.baseline), block.text, fill=0, font=font, anchor="ls")
            case Rule():
                for x in _dashes(block):
                    pen.rectangle((x, block.y, x + block.dash - 1, block.y + block.height - 1), fill=0)
            case Box():
                corner = (block.x + block.width - 1, block.y + block.height - 1)
                pen.rectangle((block.x, block.y, *corner), outline=0, width=block.line)
            case Code():
                sheet.paste(_code(block), (block.x, block.y))
    return sheet.point(lambda shade: 0 if shade < _BLACK_BELOW else 255).convert("1", dither=Image.Dither.NONE)


def _dashes(rule: Rule) -> Iterator[int]:
    """Where each dash begins: about as long as the gap after it, with one at either end."""
    gaps = max(1, (rule.width - rule.dash) // (2 * rule.dash))
    return (rule.x + (rule.width - rule.dash) * n // gaps for n in range(gaps + 1))


def _code(block: Code) -> Image.Image:
    side = len(block.modules)
    shades = b"".join(row.translate(_SHADES) for row in block.modules)
    return Image.frombytes("L", (side, side), shades).resize((block.width, block.height), Image.Resampling.NEAREST)


_SHADES = bytes([255, 0]) + bytes(254)  # a light module is white, a dark one black
