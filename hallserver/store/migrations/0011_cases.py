"""Cases (办件), and those that the deeds of earlier years opened.

They are found by folding the log: who came back with what was missing goes on with the case that is there, and no
statement tells that as surely. A start after this update folds the log from its first line in any case, for the
snapshots are of an older shape. The columns are a frozen copy of that day's; later ones are later migrations' to fill.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from peewee import BigIntegerField, CompositeKey, Model, TextField

from hallserver.events import Deed, read_event
from hallserver.rules.folding import fold
from hallserver.rules.hall import Hall, new_hall
from hallserver.store.projection import COLUMNS as COLUMNS_NOW
from hallserver.store.projection import OF_CASES, rows

COLUMNS = ("hall", "id", "ticket", "item", "zone", "window", "clerk", "accepted_at", "gaps", "supplied_at", "ready_at",
           "handed_over_at", "way", "state")  # fmt: skip
OPENED_BY = "kind IN ('ServiceEnded', 'PartEnded', 'HomeVisited') AND facts LIKE '%\"accepted%'"


class Case(Model):
    hall = TextField()
    id = BigIntegerField()
    ticket = TextField()
    item = TextField(null=True)
    zone = TextField()
    window = TextField(null=True)
    clerk = TextField(null=True)
    accepted_at = BigIntegerField()
    gaps = TextField(null=True)
    supplied_at = BigIntegerField(null=True)
    ready_at = BigIntegerField(null=True)
    handed_over_at = BigIntegerField(null=True)
    way = TextField(null=True)
    state = TextField()

    class Meta:
        legacy_table_names = False
        primary_key = CompositeKey("hall", "id")
        without_rowid = True


def up(migrator: Any, db: Any) -> None:
    with db.bind_ctx([Case], bind_refs=False, bind_backrefs=False):
        db.create_tables([Case])
    halls = [hall for (hall,) in db.execute_sql(f"SELECT DISTINCT hall FROM log WHERE {OPENED_BY}").fetchall()]  # noqa: S608
    names, marks = ", ".join(f'"{name}"' for name in COLUMNS), ", ".join("?" * len(COLUMNS))
    for hall in halls:
        for row in _cases(db, hall):
            db.execute_sql(f'INSERT INTO "case" ({names}) VALUES ({marks})', row)  # noqa: S608


def _cases(db: Any, hall_id: str) -> Iterator[tuple[Any, ...]]:
    """The rows as the deeds left them. Where the log can't be read they end; ``verify`` says where, and why."""
    hall = new_hall(hall_id)
    found: dict[int, tuple[Any, ...]] = {}
    for deed in _folded(db, hall):
        if type(deed.event) in OF_CASES:
            for name, row in rows(hall, deed):
                if name == "case":
                    known = dict(zip(COLUMNS_NOW["case"], row, strict=True))
                    found[known["id"]] = tuple(known[column] for column in COLUMNS)
    yield from found.values()


def _folded(db: Any, hall: Hall) -> Iterator[Deed]:
    lines = db.execute_sql("SELECT number, at, by, kind, facts FROM log WHERE hall = ? ORDER BY number", (hall.id,))
    for number, at, by, kind, facts in lines:
        try:
            deed = Deed(number, at, by, read_event(kind, json.loads(facts)))
            fold(hall, deed)
        except (ValueError, LookupError, TypeError):
            return
        yield deed
