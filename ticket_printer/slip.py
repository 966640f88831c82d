"""The words on one paper, already in the resident's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

WORDS_LIMIT_CHARS = 400  # of one field: a paper stays a paper, whatever a settings file holds
FOLLOW_LINES_LIMIT = 6


@dataclass(frozen=True, slots=True)
class Slip:
    """Every field is ready to be drawn; "" leaves its place empty and closes the gap."""

    hall: str
    zone: str
    number: str
    ahead_line: str = ""
    item: str = ""
    follow_url: str = ""  # what the QR says; "" draws none
    follow_lines: tuple[str, ...] = ()
    bring: str = ""
    time_line: str = ""
    footer: str = ""
    sample_line: str = ""  # says that this hall's settings are a sample

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Slip:
        """A slip from the hall's JSON; fields this version does not know are left aside.

        Raises ValueError naming the field that is missing, of the wrong kind, or too long.
        """
        words: dict[str, Any] = {}
        for field in fields(cls):
            value = facts.get(field.name, "" if field.default == "" else None)
            if field.name == "follow_lines":
                words[field.name] = _lines(value)
            else:
                words[field.name] = _words(field.name, value)
        if not words["number"]:
            raise ValueError("number: a paper without its number is no ticket")
        return cls(**words)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "follow_lines": list(self.follow_lines)}


def _words(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name}: words expected, got {type(value).__name__}")
    if len(value) > WORDS_LIMIT_CHARS:
        raise ValueError(f"{name}: {len(value)} characters, at most {WORDS_LIMIT_CHARS} fit on a paper")
    return " ".join(value.splitlines()).strip(" ")


def _lines(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise ValueError(f"follow_lines: a list of lines expected, got {type(value).__name__}")
    if len(value) > FOLLOW_LINES_LIMIT:
        raise ValueError(f"follow_lines: {len(value)} lines, at most {FOLLOW_LINES_LIMIT} fit beside the code")
    return tuple(_words("follow_lines", line) for line in value)
