"""The fixed SQL of the rows that a commit writes; peewee knows the same tables for migrations and reports."""

from __future__ import annotations

from typing import Any

from hallserver.store.projection import CLEARED, COLUMNS

Rows = dict[str, list[tuple[Any, ...]]]
"""By table, values in the order of its columns: text, numbers, None; later rows take the place of earlier ones."""

APPENDED: dict[str, tuple[str, ...]] = {
    "log": ("hall", "number", "at", "kind", "by", "ticket", "window", "facts"),
    "answer": ("hall", "key", "fingerprint", "at", "status", "body"),
}
"""A second row with the same key is refused here; in the shadow tables it takes the place of the first."""


def _insert(verb: str, table: str, columns: tuple[str, ...]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    return f'{verb} INTO "{table}" ({names}) VALUES ({", ".join("?" * len(columns))})'


INSERTS = {table: _insert("INSERT", table, columns) for table, columns in APPENDED.items()} | {
    table: _insert("INSERT OR REPLACE", table, columns) for table, columns in COLUMNS.items()
}
CLEARING = [f'DELETE FROM "{table}" WHERE hall = ?' for table in CLEARED]  # noqa: S608 - fixed names
