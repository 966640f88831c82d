"""A slip as the ESC/POS bytes a printer gets: initialise, the paper, a beep where wanted, feed to the knife, cut.

Drawn as a picture unless the printer is set to text: Chinese comes out right on every printer then,
whatever letters it has.
"""

from __future__ import annotations

import logging
import os
import shutil
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from PIL import Image

from ticket_printer.layout import lay_out
from ticket_printer.raster import draw, measure
from ticket_printer.slip import Slip
from ticket_printer.styles import WIDTH_DOTS
from ticket_printer.text_mode import text_bytes

Mode = Literal["raster", "text"]
Cut = Literal["partial", "full", "none"]

# GS V 66 and 65 feed to the knife by themselves: the printer knows how far that is, nobody else does.
CUTS: dict[Cut, bytes] = {"partial": b"\x1dVB\x00", "full": b"\x1dVA\x00", "none": b"\x1bd\x06"}
BEEP_50_MS = 3  # each beep's length


@dataclass(frozen=True, slots=True)
class Make:
    """What kind of printer it is, and how its papers end. ``beeps``: ESC B, which Chinese printers know."""

    width_mm: int = 80
    mode: Mode = "raster"
    cut: Cut = "partial"
    beeps: int = 0

    @property
    def width_dots(self) -> int:
        return WIDTH_DOTS[self.width_mm]


@cache
def _escpos() -> tuple[Any, Any]:
    """python-escpos's profile and its printer of bytes, put back in their place: importing it gives the whole
    process a log handler on stderr and writes a file in /tmp. Not before a paper is wanted: a server must
    start when the disk is full."""
    handlers = list(logging.root.handlers)
    from escpos import capabilities, printer  # imported here for what stands around it

    logging.root.handlers[:] = handlers
    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
        shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
    return capabilities.Profile, printer.Dummy


def _bytes_printer(width_dots: int) -> Any:
    """A printer of which only the width is known; without one the library prints a warning to stdout."""
    base, printer_of_bytes = _escpos()
    profile = base()
    profile.profile_data = {**base.profile_data, "media": {"width": {"pixels": width_dots}}}
    return printer_of_bytes(profile=profile)


def image_bytes(image: Image.Image) -> bytes:
    """A mode "1" image as a printer's raster; its width must be whole bytes (8 dots)."""
    if image.mode != "1" or image.width % 8:
        raise ValueError(f"a printer takes black and white in whole bytes, not {image.mode} {image.width} wide")
    printer = _bytes_printer(image.width)
    printer.image(image, impl="bitImageRaster")
    return bytes(printer.output)


def code_bytes(content: str, dots_per_module: int) -> bytes:
    """A square code that the printer draws itself, of level M as the drawn ones."""
    printer = _bytes_printer(WIDTH_DOTS[80])
    printer.qr(content, ec=1, size=dots_per_module, native=True)
    return bytes(printer.output)


def paper_bytes(slip: Slip, make: Make | None = None) -> bytes:
    """Words in, a printable paper out."""
    make = make or Make()
    if make.mode == "text":
        paper = text_bytes(slip, make.width_dots, code_bytes)
    else:
        paper = image_bytes(draw(lay_out(slip, make.width_dots, measure)))
    beeps = bytes([0x1B, 0x42, make.beeps, BEEP_50_MS]) if make.beeps else b""
    return b"\x1b@" + paper + beeps + CUTS[make.cut]
