"""A hall's settings: one TOML file and the environment, typed, every problem said at once.

``load_hall`` reads a file of ``config/``. An environment variable ``HALLSERVER__<table>__<key>``
(for example ``HALLSERVER__PAPER__PRINTER=tcp://192.0.2.7:9100``) overrides the file, so that one file
can serve several machines.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from pydantic import ValidationError

from hallserver.settings.checks import cross_problems, shown
from hallserver.settings.plan_checks import plan_problems, webhook_problems
from hallserver.settings.tables import HallSettings

__all__ = ["HallSettings", "SettingsError", "load_hall"]

ENVIRONMENT_PREFIX = "HALLSERVER__"


class SettingsError(Exception):
    """The file can't be used; ``problems`` names file, key, value and what would be right."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load_hall(path: Path, environ: dict[str, str] | None = None) -> HallSettings:
    """The settings in a file. Raises SettingsError with every problem at once."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError([f"{path}: cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise SettingsError([f"{path}: is not UTF-8 text; save it as UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"{path}: is not TOML: {error}"]) from None
    variables, misplaced = _override(raw, dict(os.environ) if environ is None else environ)
    _place_beside(raw, "paper", "templates", path.parent)
    _place_beside(raw, "guide", "samples", path.parent)
    _place_beside(raw, "webhook", "secret_file", path.parent)
    problems = [*misplaced, *cross_problems(raw, available_timezones()), *plan_problems(raw), *_folder_problems(raw)]
    problems += webhook_problems(raw)
    try:
        settings = HallSettings.model_validate(raw)
    except ValidationError as error:
        problems = [_sentence(problem) for problem in error.errors()] + problems
    if problems:
        raise SettingsError([f"{path}: {line}{_source(line, variables)}" for line in problems])
    return settings


def _place_beside(raw: dict[str, Any], table: str, key: str, folder: Path) -> None:
    """A folder that a settings file names is meant from where the file lies."""
    found = raw.get(table)
    if isinstance(found, dict) and isinstance(found.get(key), str) and found[key]:
        found[key] = str((folder / found[key]).resolve())


def _folder_problems(raw: dict[str, Any]) -> Iterator[str]:
    paper = raw.get("paper")
    folder = paper.get("templates") if isinstance(paper, dict) else None
    if isinstance(folder, str) and folder and not Path(folder).is_dir():
        yield f"paper.templates = {folder!r}: no such folder"
    yield from _sample_problems(raw)


def _sample_problems(raw: dict[str, Any]) -> Iterator[str]:
    """Samples that items name and that aren't in the folder."""
    guide = raw.get("guide")
    folder = guide.get("samples") if isinstance(guide, dict) else None
    items = raw.get("items")
    for place, item in enumerate(items if isinstance(items, list) else []):
        told = item.get("guide") if isinstance(item, dict) else None
        samples = told.get("samples") if isinstance(told, dict) else None
        for n, sample in enumerate(samples if isinstance(samples, list) else []):
            file = sample.get("file") if isinstance(sample, dict) else None
            if isinstance(file, str) and not (isinstance(folder, str) and folder and (Path(folder) / file).is_file()):
                yield f"items[{place}].guide.samples[{n}].file = {file!r}: no such file in the folder guide.samples"


def _override(raw: dict[str, Any], environ: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """Lay ``HALLSERVER__TABLE__KEY=value`` over the file; a value is TOML, or else a string.

    Returns which variable each key came from, and a sentence for each variable that has no place.
    """
    variables: dict[str, str] = {}
    misplaced: list[str] = []
    for variable, value in sorted(environ.items()):
        if not variable.startswith(ENVIRONMENT_PREFIX):
            continue
        *tables, key = variable.removeprefix(ENVIRONMENT_PREFIX).lower().split("__")
        table: Any = raw
        for name in tables:
            table = table.setdefault(name, {}) if isinstance(table, dict) else None
        if not isinstance(table, dict):
            misplaced.append(f"{variable} = {value!r}: {tables[0]} has no single keys; change it in the file")
            continue
        variables[".".join([*tables, key])] = variable
        try:
            table[key] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            table[key] = value
    return variables, misplaced


def _source(line: str, variables: dict[str, str]) -> str:
    """``" (from HALLSERVER__PAPER__PRINTER)"`` when the key's value isn't the file's own."""
    key = line.partition(" = ")[0]
    for path, variable in variables.items():
        if path == key or path.startswith(f"{key}.") or key.startswith((f"{path}.", f"{path}[")):
            return f" (from {variable})"
    return ""


def _sentence(problem: Any) -> str:
    """``windows[2].zone = "moon": …`` from one pydantic error."""
    key = ""
    for part in problem["loc"]:
        key += f"[{part}]" if isinstance(part, int) else (f".{part}" if key else str(part))
    key = re.sub(r"\.(constrained-str|literal\[[^]]*\]|str)$", "", key)
    if problem["type"] == "missing":
        return f"{key} is missing; {_wanted(problem)}"
    return f"{key} = {shown(problem['input'])}: {_wanted(problem)}"


def _wanted(problem: Any) -> str:
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == "missing":
        return "add it"
    if kind == "extra_forbidden":
        return "no such key here; check its spelling or remove it"
    if kind == "string_pattern_mismatch":
        return f"must look like {context['pattern']}"
    if kind == "literal_error":
        return f"must be {context['expected']}"
    message = str(problem["msg"])
    return message[0].lower() + message[1:]
