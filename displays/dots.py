"""A sign without a sign: its words as amber dots on black, the way an LED strip shows them."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

ROWS = 24
"""Dots of a strip's height; a Chinese character is as wide."""
CHARACTERS = 12
"""Shortest strip; a longer text makes a longer one."""
CHARACTERS_LIMIT = 40
PITCH = 6
"""Pixels from dot to dot."""
DOT = 4.6
FRAME = 3
"""Unlit dots around the text."""
_BLACK, _UNLIT, _LIT = (10, 10, 10), (34, 26, 14), (255, 176, 32)
_FONT = str(files("manimgx_fonts_cjk") / "NotoSansCJK-VF.otf.ttc")
_SIMPLIFIED_CHINESE = 2
_LIT_FROM = 104


@lru_cache(maxsize=256)
def picture(words: str) -> bytes:
    """A PNG, 6 pixels a dot."""
    text = words[:CHARACTERS_LIMIT]
    font = _font()
    width = max(round(font.getlength(text)), ROWS * CHARACTERS)
    dots = Image.new("L", (width, ROWS), 0)
    pen = ImageDraw.Draw(dots)
    pen.text((width / 2, ROWS / 2), text, fill=255, font=font, anchor="mm")
    across, down = width + 2 * FRAME, ROWS + 2 * FRAME
    shining = Image.new("1", (across, down), 0)
    shining.paste(dots.point(lambda level: 255 if level >= _LIT_FROM else 0).convert("1"), (FRAME, FRAME))
    size = (across * PITCH, down * PITCH)
    strip = Image.composite(_field(_LIT, size), _field(_UNLIT, size), shining.resize(size, Image.Resampling.NEAREST))
    made = BytesIO()
    strip.quantize(32).save(made, "PNG", optimize=True)
    return made.getvalue()


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(_FONT, ROWS - 2, _SIMPLIFIED_CHINESE, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([500])
    return font


@lru_cache(maxsize=16)
def _field(colour: tuple[int, int, int], size: tuple[int, int]) -> Image.Image:
    """A strip all of whose dots are alike: one dot, then twice as many, and again."""
    field = Image.new("RGB", size)
    field.paste(_dot(colour), (0, 0))
    width, height = PITCH, PITCH
    while width < size[0]:
        field.paste(field.crop((0, 0, width, PITCH)), (width, 0))
        width *= 2
    while height < size[1]:
        field.paste(field.crop((0, 0, size[0], height)), (0, height))
        height *= 2
    return field


@lru_cache(maxsize=4)
def _dot(colour: tuple[int, int, int]) -> Image.Image:
    """One dot, drawn large and made small so that it is round."""
    large = Image.new("RGB", (PITCH * 8, PITCH * 8), _BLACK)
    edge = (PITCH - DOT) / 2 * 8
    ImageDraw.Draw(large).ellipse((edge, edge, PITCH * 8 - edge, PITCH * 8 - edge), fill=colour)
    return large.resize((PITCH, PITCH), Image.Resampling.LANCZOS)
