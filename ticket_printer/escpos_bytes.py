"""A drawn paper as the ESC/POS bytes a printer gets: initialise, raster, feed to the knife and cut.

Raster and not text: Chinese comes out right on every printer, whatever code pages it has.
"""

from __future__ import annotations

import logging
import os
import shutil
from typing import Any

from PIL import Image

from ticket_printer.layout import WIDTH_DOTS, lay_out
from ticket_printer.raster import draw, measure
from ticket_printer.slip import Slip


def _import_escpos() -> tuple[Any, Any]:
    """python-escpos, put back in its place: importing it gives the whole process a log handler on
    stderr and leaves a directory behind in /tmp, each time."""
    handlers = list(logging.root.handlers)
    from escpos import capabilities, printer  # imported here for what stands around it

    logging.root.handlers[:] = handlers
    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
        shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
    return capabilities.Profile, printer.Dummy


_Profile, _Dummy = _import_escpos()


def _profile(width_dots: int) -> Any:
    """A printer of which only the width is known; without one the library prints a warning to stdout."""
    profile = _Profile()
    profile.profile_data = {**_Profile.profile_data, "media": {"width": {"pixels": width_dots}}}
    return profile


def image_bytes(image: Image.Image) -> bytes:
    """A mode "1" image as one cut paper; its width must be whole bytes (8 dots)."""
    if image.mode != "1" or image.width % 8:
        raise ValueError(f"a printer takes black and white in whole bytes, not {image.mode} {image.width} wide")
    printer = _Dummy(profile=_profile(image.width))
    printer.hw("INIT")
    printer.image(image, impl="bitImageRaster")
    # GS V 66 feeds to the knife by itself: the printer knows how far that is, nobody else does.
    printer.cut(feed=False)
    return bytes(printer.output)


def ticket_bytes(slip: Slip, width_mm: int = 80) -> bytes:
    """Words in, a printable ticket out; `width_mm` is 80 or 58."""
    return image_bytes(draw(lay_out(slip, WIDTH_DOTS[width_mm], measure)))
