"""Style that a test can keep."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from tests.conftest import LONGEST_FIRST

ROOT = Path(__file__).parent.parent
FOLDERS = ("hallserver", "displays", "ticket_printer", "static", "benchmarks", "tests", ".ci")
WRITTEN = sorted(
    path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".js", ".css")
)
PYTHON = [path for path in WRITTEN if path.suffix == ".py"]

LINES_LIMIT = 400
NOBODYS_WORDS = {"manager", "managers", "util", "utils", "helper", "helpers", "process", "data", "misc", "common"}
"""Names that say nothing about a hall. (A manager is a person here: ``HallManager`` would not be.)"""


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_a_file_is_short_enough_to_be_read() -> None:
    lines = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in WRITTEN}
    long = {name: count for name, count in lines.items() if count > LINES_LIMIT}
    assert long == {}, "part these by what they are about"


def test_files_are_named_in_the_halls_words() -> None:
    assert [named(path) for path in WRITTEN if NOBODYS_WORDS & set(re.split(r"[-_.]", path.stem.lower()))] == []


def test_classes_are_named_in_the_halls_words() -> None:
    classes = [
        f"{named(path)}: {node.name}"
        for path in PYTHON
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
        and NOBODYS_WORDS & {word.lower() for word in re.findall(r"[A-Z][a-z]*", node.name)}
    ]
    assert classes == []


def test_annotations_are_never_evaluated() -> None:
    for path in PYTHON:
        body = tree(path).body
        if any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for node in body):
            futures = [node for node in body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
            assert [alias.name for node in futures for alias in node.names] == ["annotations"], named(path)


def test_what_is_run_first_is_there() -> None:
    assert [path for path in LONGEST_FIRST if not (ROOT / path).is_file()] == []
