"""The log against its shadow: fold every deed from the first, and compare the tables row by row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hallserver.events import HallConfigured
from hallserver.rules.folding import fold
from hallserver.rules.hall import Hall, new_hall
from hallserver.store.database import Store
from hallserver.store.projection import CLEARED, COLUMNS, rows

Tables = dict[str, dict[Any, tuple[Any, ...]]]


class LogBroken(Exception):
    """A line of the log can't be read, or doesn't follow from those before it."""


def rebuild(store: Store, hall_id: str) -> tuple[Hall, Tables]:
    """The state and the tables as the log tells them. Raises LogBroken."""
    hall = new_hall(hall_id)
    tables: Tables = {name: {} for name in COLUMNS}
    try:
        for deed in store.whole_log(hall_id):
            fold(hall, deed)
            if isinstance(deed.event, HallConfigured):
                for name in CLEARED:
                    tables[name].clear()
            for name, row in rows(hall, deed):
                tables[name][row[1]] = row
    except (ValueError, LookupError, TypeError) as error:
        raise LogBroken(f"log after {hall.number}: {type(error).__name__}: {error}") from error
    return hall, tables


def differences(store: Store, hall_id: str) -> Iterator[str]:
    """One sentence for each row that the tables and the log tell differently; they are read as they stood
    at one moment, so that a hall may go on meanwhile."""
    with store.one_moment():
        try:
            _, rebuilt = rebuild(store, hall_id)
        except LogBroken as broken:
            yield str(broken)
            return
        tables = {name: store.table(name, columns, hall_id) for name, columns in COLUMNS.items()}
    for name, columns in COLUMNS.items():
        stored = {row[1]: row for row in tables[name]}
        for key in sorted(stored.keys() | rebuilt[name].keys(), key=str):
            mine, told = stored.get(key), rebuilt[name].get(key)
            if mine == told:
                continue
            if mine is None or told is None:
                yield f"{name} {key}: {'missing in the table' if mine is None else 'not in the log'}"
                continue
            for column, was, should in zip(columns, mine, told, strict=True):
                if was != should:
                    yield f"{name} {key}: {column} is {was!r}, the log says {should!r}"
