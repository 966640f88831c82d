"""A polite, coded no: what a person can cause, said by a rule and translated at the edge."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """``code`` is stable and documented; ``details`` fill the sentence and name what it is about."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details
