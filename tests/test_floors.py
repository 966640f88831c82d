"""The floors: a file imports from its own floor and from those below, never from above."""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent

FLOORS = {
    5: "app cli __main__ calendars commands followers memory printers printing rehearsal rehearsals shipped signs"
    " speaking ticking webhook",  # all is wired here
    4: "web",  # routes, API, live socket, pages
    3: "desk presses feed clock outbox",  # the one door through which a hall changes, and what followers pull from
    2: "store layouts state_calendar",  # the only home of SQL; a hall's file as the rules read it
    1: "rules views",  # pure: decisions, and what one screen shows
    0: "events moments refusals rating_codes settings",  # the words
}
FLOOR_OF = {name: number for number, names in FLOORS.items() for name in names.split()}

OUTSIDE = ("displays", "ticket_printer")
"""Programs that run beside a kiosk or a loudspeaker too: they know the server by its log alone."""

LATE_IMPORTS = {
    "displays/__main__.py": {"fcntl"},  # not on Windows
    "displays/espeak.py": {"espeakng_loader"},  # a machine without it answers why, in the worker process alone
    "ticket_printer/escpos_bytes.py": {"escpos"},  # leaves a log handler and a directory behind, taken back around it
}
"""Imports inside functions, each with its reason. None is there to dodge a cycle, and none is in the server."""

DATABASE_MODULES = {"peewee", "playhouse", "sqlite3", "psycopg", "psycopg2"}
DATABASE_ELSEWHERE = {
    "hallserver/cli.py": {"sqlite3"},  # says that the database can't be used
    "hallserver/commands/copies.py": {"sqlite3"},  # backup and restore copy the file page by page
}


def files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


SERVER = files("hallserver")
PURE = files("hallserver/rules", "hallserver/views")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def is_module(name: str) -> bool:
    path = ROOT / name.replace(".", "/")
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def imports(top: ast.AST) -> set[str]:
    """Every module imported anywhere below a node; ``from hallserver import desk`` is hallserver.desk."""
    found: set[str] = set()
    for node in ast.walk(top):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            found |= {inner if is_module(inner := f"{base}.{alias.name}") else base for alias in node.names}
    return found


def top_of(name: str) -> str:
    return name.partition(".")[0]


def floor(module: str) -> int | None:
    """The floor of ``hallserver.web.live`` is that of ``web``; hallserver itself stands below them all."""
    if module == "hallserver":
        return 0
    return FLOOR_OF.get(module.split(".")[1])


def test_every_module_stands_on_a_floor() -> None:
    homeless = sorted({module_of(path).split(".")[1] for path in SERVER if floor(module_of(path)) is None})
    assert not homeless, (
        f"place these on a floor of FLOORS in tests/test_floors.py, as low as their imports allow: {homeless}"
    )
    there = {module_of(path).split(".")[1] for path in SERVER if module_of(path) != "hallserver"}
    assert set(FLOOR_OF) == there, f"on a floor, but not in hallserver/: {sorted(set(FLOOR_OF) - there)}"


def test_imports_only_go_down() -> None:
    upward = [
        f"{named(path)} (floor {floor(module_of(path))}) imports {name} (floor {floor(name)})"
        for path in SERVER
        for name in sorted(imports(tree(path)))
        if top_of(name) == "hallserver" and (floor(name) or 0) > (floor(module_of(path)) or 0)
    ]
    assert upward == []


def test_imports_are_written_in_full() -> None:
    assert [
        named(path) for path in [*SERVER, *files(*OUTSIDE)] if any(n.startswith(".") for n in imports(tree(path)))
    ] == []


def test_rules_and_views_import_only_the_standard_library_and_the_words() -> None:
    for path in PURE:
        below = {"rules"} if "rules" in path.parts else {"rules", "views"}
        below |= set(FLOORS[0].split()) - {"settings"}
        for name in imports(tree(path)):
            if top_of(name) == "hallserver":
                assert name == "hallserver" or name.split(".")[1] in below, f"{named(path)} imports {name}"
            else:
                assert top_of(name) in sys.stdlib_module_names, f"{named(path)} imports {name}"


def test_rules_and_views_reach_for_no_clock_no_chance_and_no_file() -> None:
    reaching = {"time", "random", "secrets", "os", "pathlib", "io", "asyncio", "threading", "logging", "socket"}
    assert [named(path) for path in PURE if reaching & {top_of(name) for name in imports(tree(path))}] == []


def test_displays_and_ticket_printer_know_nothing_of_the_server_nor_of_each_other() -> None:
    for own in OUTSIDE:
        others = {"hallserver", "benchmarks", "tests", *OUTSIDE} - {own}
        knowing = [named(path) for path in files(own) if others & {top_of(name) for name in imports(tree(path))}]
        assert knowing == []


def test_displays_and_ticket_printer_are_joined_to_the_server_in_four_places() -> None:
    importing = [named(path) for path in SERVER if set(OUTSIDE) & {top_of(name) for name in imports(tree(path))}]
    assert importing == [f"hallserver/{name}.py" for name in ("app", "followers", "printers", "speaking")]


def test_a_rehearsal_presses_from_outside_like_everybody() -> None:
    for path in files("hallserver/rehearsal"):
        inside = {name for name in imports(tree(path)) if top_of(name) == "hallserver"}
        assert all(name.startswith("hallserver.rehearsal") for name in inside), f"{named(path)}: {sorted(inside)}"


def test_the_store_is_the_only_home_of_peewee_and_sql() -> None:
    elsewhere = {
        named(path): DATABASE_MODULES & {top_of(name) for name in imports(tree(path))}
        for path in SERVER
        if "store" not in path.parts
    }
    assert {name: used for name, used in elsewhere.items() if used} == DATABASE_ELSEWHERE


def test_nothing_is_imported_inside_a_function() -> None:
    late: dict[str, set[str]] = {}
    for path in [*SERVER, *files(*OUTSIDE)]:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (found := imports(node)):
                late.setdefault(named(path), set()).update(found)
    unexplained = {name: found - LATE_IMPORTS.get(name, set()) for name, found in late.items()}
    assert {name: found for name, found in unexplained.items() if found} == {}


def at_load(path: Path) -> set[str]:
    """What a module needs to be loaded: names that stand in annotations alone may go in circles."""
    loaded = [
        node for node in tree(path).body if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
    ]
    return imports(ast.Module(loaded, []))


def test_no_two_modules_need_each_other() -> None:
    """Modules that import nothing of ours are taken away, again and again: what is left hangs on a circle."""
    paths = {module_of(path): path for path in [*SERVER, *files(*OUTSIDE)]}
    graph = {module: at_load(path) & paths.keys() - {module} for module, path in paths.items()}
    while leaves := {module for module, names in graph.items() if not names}:
        graph = {module: names - leaves for module, names in graph.items() if module not in leaves}
    assert graph == {}
