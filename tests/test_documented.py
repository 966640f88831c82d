"""What a person can set, press, ask or be told stands in ``docs/``; and nothing stands there that isn't so."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from hallserver.cli import cli
from hallserver.events import EVENTS
from hallserver.settings import HallSettings
from hallserver.web.asking import EVERYONE, Route
from hallserver.web.deeds import RENAMED
from hallserver.web.problems import STATUS
from hallserver.web.routes import LIVE, ROUTES
from hallserver.web.sentences import REFUSALS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
Row = tuple[str, list[str]]
"""The first cell of a table's row, and the others."""


def sections(document: str) -> dict[str, list[Row]]:
    """The rows of every section's tables, by its heading."""
    found: dict[str, list[Row]] = {"": []}
    rows = found[""]
    for line in (DOCS / document).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            rows = found.setdefault(line.lstrip("# ").replace("`", ""), [])
        elif line.startswith("| `"):
            first, *rest = (cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|"))
            rows.append((first.strip(" `"), rest))
    return found


def inside_of(table: str) -> str:
    """What the name of a list in a table begins with: ``voice.`` in ``[[voice.bands]]``."""
    return table.strip("[]") + "." if table else ""


def keys(model: type[BaseModel], table: str = "", inside: str = "") -> Iterator[tuple[str, str, FieldInfo]]:
    """Every key of the settings: its table's heading, its name there and its field."""
    for name, field in model.model_fields.items():
        shown = field.alias or name
        of_list = [
            kind for kind in get_args(field.annotation) if isinstance(kind, type) and issubclass(kind, BaseModel)
        ]
        if of_list:
            inner = f"{inside_of(table)}{shown}"
            by_name = get_origin(field.annotation) is dict
            yield from keys(of_list[0], f"[{inner}]" if by_name else f"[[{inner}]]")
        elif isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            if table == "":
                yield from keys(field.annotation, f"[{shown}]")
            elif table.startswith("[["):
                yield from keys(field.annotation, f"[{table.strip('[]')}.{shown}]")
            else:
                yield from keys(field.annotation, table, f"{shown}.")
        else:
            yield table or "Top of the file", inside + shown, field


SETTINGS = list(keys(HallSettings))


def toml(value: Any) -> str:
    """A default as the file would write it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return f"[{', '.join(toml(each) for each in value)}]"
    return "none" if value is None else f"`{value}`".strip("`")


def limits(field: FieldInfo) -> Iterator[float]:
    """The numbers a value is held against."""
    for rule in (
        *field.metadata,
        *(part for kind in get_args(field.annotation) for part in getattr(kind, "__metadata__", ())),
    ):
        for name in ("ge", "gt", "le", "lt", "max_length", "min_length"):
            limit = getattr(rule, name, None)
            if limit is not None:
                yield limit


@pytest.mark.parametrize(("table", "key", "field"), SETTINGS, ids=[f"{table} {key}" for table, key, _ in SETTINGS])
def test_a_setting_is_documented_with_its_default_and_its_limits(table: str, key: str, field: FieldInfo) -> None:
    rows = dict(sections("settings.md")[table])
    assert key in rows, f"docs/settings.md, {table}: {key}"
    default, allowed, means = rows[key]
    assert means
    wanted = "required" if field.is_required() else toml(field.get_default(call_default_factory=True))
    assert default.strip("`") == wanted
    numbers = {float(number) for number in re.findall(r"(?<![\d.])\d+(?:\.\d+)?", allowed)}
    for limit in limits(field):
        assert limit in numbers or (limit in (0, 1) and ("above 0" in allowed or not numbers)), (key, limit, allowed)


def test_no_setting_is_documented_that_is_not_there() -> None:
    told = {(table, key) for table, rows in sections("settings.md").items() for key, _ in rows}
    assert told == {(table, key) for table, key, _ in SETTINGS}


def commands() -> Iterator[tuple[str, Any]]:
    """Every command of the program, with what it takes."""
    waiting: list[tuple[str, Any]] = [("hallserver", typer.main.get_command(cli))]
    while waiting:
        name, found = waiting.pop()
        if hasattr(found, "commands"):
            waiting += [(f"{name} {each}", inner) for each, inner in found.commands.items()]
        else:
            yield name, found


COMMANDS = dict(commands())


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_documented_with_its_options(command: str) -> None:
    rows = dict(sections("commands.md")[command])
    taken = {(p.opts[-1] if p.opts[-1].startswith("-") else p.opts[-1].upper()): p for p in COMMANDS[command].params}
    assert rows.keys() == taken.keys()
    for option, parameter in taken.items():
        default, allowed, _ = rows[option]
        if parameter.required:
            assert default == "required"
        elif parameter.default not in (None, False):
            assert default.strip("`") == str(parameter.default)
        for limit in (parameter.min, parameter.max) if getattr(parameter, "min", None) is not None else ():
            assert str(limit) in allowed, option
        if parameter.envvar:
            assert parameter.envvar in allowed


def test_no_command_is_documented_that_is_not_there() -> None:
    headings = {heading for heading in sections("commands.md") if heading.startswith("hallserver ")}
    assert headings == set(COMMANDS)


@pytest.mark.parametrize("program", ["ticket_printer", "displays"])
def test_the_programs_beside_a_device_are_documented_with_their_options(program: str) -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / program).glob("*.py")))
    options = set(re.findall(r'add_argument\(\s*"(--[a-z-]+)"', code))
    assert len(options) > 5
    told = [rows for heading, rows in sections("commands.md").items() if heading.startswith(f"python -m {program}")]
    assert {option for rows in told for option, _ in rows} == options


@pytest.mark.parametrize("kind", EVENTS)
def test_a_kind_of_deed_is_documented_with_its_facts(kind: str) -> None:
    rows = {name: cells for section in sections("log.md").values() for name, cells in section}
    assert kind in rows, f"docs/log.md: {kind}"
    facts, means = rows[kind]
    told = re.findall(r"`([a-z_]+)`", re.sub(r"\([^)]*\)", "", facts))
    assert told == [RENAMED.get(name, name) for name in EVENTS[kind].fact_names]
    assert means


def test_no_kind_of_deed_is_documented_that_is_not_there() -> None:
    told = [name for section in sections("log.md").values() for name, _ in section if name[0].isupper()]
    assert sorted(told) == sorted(EVENTS)


def shown(route: Route) -> str:
    return f"{route.method} " + re.sub(r"\{(\w+):[^}]*\}", r"{\1}", route.path)


@pytest.mark.parametrize("route", [*ROUTES, LIVE], ids=shown)
def test_a_route_is_documented_with_who_may_and_what_it_takes(route: Route) -> None:
    rows = dict(sections("api.md")["Routes"])
    assert shown(route) in rows, f"docs/api.md: {shown(route)}"
    who, takes, answers = rows[shown(route)]
    assert who == (
        "all" if route.roles == EVERYONE else ", ".join(r for r in ("device", "clerk", "manager") if r in route.roles)
    )
    assert answers.startswith("101" if route is LIVE else str(route.status))
    for field in route.body.model_fields.items() if route.body else ():
        assert f"`{field[1].alias or field[0]}`" in takes
    assert all(f"`{name}`" in takes for name in route.query)


def test_no_route_is_documented_that_is_not_there() -> None:
    told = {name for name, _ in sections("api.md")["Routes"]}
    assert told == {shown(route) for route in (*ROUTES, LIVE)} | {"GET /metrics"}


def codes_said() -> Iterator[str]:
    """Every code that the server's own lines refuse with."""
    for path in sorted((ROOT / "hallserver").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                place = {"Refusal": 0, "problem": 1, "trouble": 1}.get(node.func.id)
                if place is not None and len(node.args) > place:
                    yield from _codes(node.args[place])
            elif isinstance(node, ast.Assign) and "'code'" in ast.dump(node.targets[0]):
                yield from _codes(node.value)


def _codes(said: ast.expr) -> Iterator[str]:
    if isinstance(said, ast.Constant) and isinstance(said.value, str):
        yield said.value
    elif isinstance(said, ast.IfExp):
        yield from (*_codes(said.body), *_codes(said.orelse))
    elif isinstance(said, ast.Tuple):
        for part in said.elts:
            yield from _codes(part)


SAID = set(codes_said())


def test_every_no_has_a_sentence_and_every_route_names_only_such() -> None:
    assert SAID - set(REFUSALS) == set()
    assert {code for route in ROUTES for code in route.refuses} <= SAID
    assert len(SAID) > 40


@pytest.mark.parametrize("code", sorted(SAID))
def test_a_no_is_documented_with_its_status(code: str) -> None:
    rows = dict(sections("api.md")["Every no"])
    assert code in rows, f"docs/api.md: {code}"
    status, means = rows[code]
    assert int(status) == STATUS.get(code, 409)
    assert means


def test_no_no_is_documented_that_is_never_said() -> None:
    assert {code for code, _ in sections("api.md")["Every no"]} == SAID


def test_the_links_between_the_documents_lead_somewhere() -> None:
    for document in DOCS.glob("*.md"):
        for link in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (DOCS / link).exists(), (document.name, link)
