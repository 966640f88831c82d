"""Answers stand in the order in which they came.

Ordered by their key, which has no order, five of them filled a page, so that a press wrote two or three pages anew to
add one row.
"""

from __future__ import annotations

from typing import Any

from peewee import BigIntegerField, CompositeKey, IntegerField, Model, TextField

COLUMNS = '"hall", "key", "fingerprint", "at", "status", "body"'


class Answer(Model):
    hall = TextField()
    key = TextField()
    fingerprint = TextField()
    at = BigIntegerField()
    status = IntegerField()
    body = TextField()

    class Meta:
        legacy_table_names = False
        primary_key = CompositeKey("hall", "key")


def up(migrator: Any, db: Any) -> None:
    db.execute_sql('ALTER TABLE "answer" RENAME TO "answer_by_key"')
    with db.bind_ctx([Answer], bind_refs=False, bind_backrefs=False):
        db.create_tables([Answer])
    db.execute_sql(f'INSERT INTO "answer" ({COLUMNS}) SELECT {COLUMNS} FROM "answer_by_key" ORDER BY "at"')  # noqa: S608
    db.execute_sql('DROP TABLE "answer_by_key"')
