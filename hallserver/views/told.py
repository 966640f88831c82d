"""What a clerk wrote to an outcome, as it is read."""

from __future__ import annotations

import re

LISTS = frozenset(("told_missing", "accepted_with_gaps"))
"""Outcomes whose note is a list of what is missing."""
BETWEEN_LINES = re.compile(r"[、；;\n]+")
"""What parts the lines of a list that was typed or ticked as one note."""


def told_lines(outcome: str | None, note: str | None) -> list[str]:
    """The note as it is read: a line for each thing that is missing, or one."""
    if not note:
        return []
    lines = BETWEEN_LINES.split(note) if outcome in LISTS else [note]
    return [line.strip() for line in lines if line.strip()]
