"""The code to follow a ticket by, as a square of dark and light modules."""

from __future__ import annotations

import segno

Modules = tuple[bytes, ...]  # rows of 0 (light) and 1 (dark), without the quiet border

QUIET_MODULES = 4  # what the standard asks around a code


def modules_of(content: str) -> Modules:
    """Level M or better: a thermal paper gets scratched in a pocket."""
    return tuple(bytes(row) for row in segno.make(content, error="m", micro=False).matrix)
