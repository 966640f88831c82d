"""What stands on a hall's papers, as jinja2 templates: the ones here, or a hall's own in their place.

A template gives lines, ``kind words``, and never dots: how large a kind is, the printer's own side knows.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

OURS = Path(__file__).with_name("papers")
PaperKind = Literal["ticket", "booking", "transfer", "missing", "guide"]
KINDS: tuple[PaperKind, ...] = ("ticket", "booking", "transfer", "missing", "guide")


class TemplateWrong(Exception):
    """A hall's own template can't make a paper; says which one, where and why."""


class PaperTemplates:
    """The templates of one hall; ``folder`` holds those that replace ours, by name."""

    def __init__(self, folder: str = "") -> None:
        places = [FileSystemLoader(path) for path in ([folder] if folder else []) + [str(OURS)]]
        self._environment = ImmutableSandboxedEnvironment(
            loader=ChoiceLoader(places),
            autoescape=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            finalize=_on_one_line,
        )

    def lines(self, paper: PaperKind, **words: Any) -> list[list[str]]:
        """``[kind, words]`` of each line that has words. Raises TemplateWrong."""
        try:
            text = self._environment.get_template(f"{paper}.txt").render(words)
        except TemplateError as error:
            where = f" line {error.lineno}" if getattr(error, "lineno", None) else ""  # type: ignore[attr-defined]
            raise TemplateWrong(f"{paper}.txt{where}: {error.message or error}") from error
        found = []
        for line in text.split("\n"):
            kind, _, said = line.strip().partition(" ")
            said = said.strip(" 　")
            if kind and (said or kind == "rule"):
                found.append([kind, said])
        return found


def _on_one_line(value: Any) -> Any:
    """A line break inside a name would begin a line of its own."""
    return " ".join(value.splitlines()) if isinstance(value, str) else value


@cache
def templates_of(folder: str) -> PaperTemplates:
    """Read once; the server is started again after a change."""
    return PaperTemplates(folder)
