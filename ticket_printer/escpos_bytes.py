"""A drawn paper as the ESC/POS bytes a printer gets: initialise, raster, feed to the knife and cut.

Raster and not text: Chinese comes out right on every printer, whatever code pages it has.
"""

from __future__ import annotations

import logging
import os
import shutil
from functools import cache
from typing import Any

from PIL import Image

from ticket_printer.layout import WIDTH_DOTS, lay_out
from ticket_printer.raster import draw, measure
from ticket_printer.slip import Slip


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


def _profile(width_dots: int) -> Any:
    """A printer of which only the width is known; without one the library prints a warning to stdout."""
    base, _ = _escpos()
    profile = base()
    profile.profile_data = {**base.profile_data, "media": {"width": {"pixels": width_dots}}}
    return profile


def image_bytes(image: Image.Image) -> bytes:
    """A mode "1" image as one cut paper; its width must be whole bytes (8 dots)."""
    if image.mode != "1" or image.width % 8:
        raise ValueError(f"a printer takes black and white in whole bytes, not {image.mode} {image.width} wide")
    _, printer_of_bytes = _escpos()
    printer = printer_of_bytes(profile=_profile(image.width))
    printer.hw("INIT")
    printer.image(image, impl="bitImageRaster")
    # GS V 66 feeds to the knife by itself: the printer knows how far that is, nobody else does.
    printer.cut(feed=False)
    return bytes(printer.output)


def ticket_bytes(slip: Slip, width_mm: int = 80) -> bytes:
    """Words in, a printable ticket out; `width_mm` is 80 or 58."""
    return image_bytes(draw(lay_out(slip, WIDTH_DOTS[width_mm], measure)))
