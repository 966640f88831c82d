"""Plans, what was adopted, alerts; and how far followers inside the server have come.

A frozen copy of the models of that day.
"""

from __future__ import annotations

from typing import Any

from peewee import BigIntegerField, CompositeKey, FloatField, IntegerField, Model, TextField


class Table(Model):
    class Meta:
        legacy_table_names = False


class Plan(Table):
    hall = TextField()
    id = BigIntegerField()
    plan = TextField()
    version = IntegerField()
    name = TextField()
    bands = TextField()
    by = TextField()
    at = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("hall", "id")
        without_rowid = True


class Adoption(Table):
    hall = TextField()
    id = BigIntegerField()
    plan = TextField()
    version = IntegerField()
    from_day = TextField()
    by = TextField()
    at = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("hall", "id")
        without_rowid = True


class Alert(Table):
    hall = TextField()
    id = BigIntegerField()
    kind = TextField()
    subject = TextField()
    level = TextField()
    figure = FloatField(null=True)
    raised_at = BigIntegerField()
    cleared_at = BigIntegerField(null=True)
    cleared_by = TextField(null=True)

    class Meta:
        primary_key = CompositeKey("hall", "id")
        without_rowid = True


class Cursor(Table):
    hall = TextField()
    follower = TextField()
    number = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("hall", "follower")


TABLES = [Plan, Adoption, Alert, Cursor]


def up(migrator: Any, db: Any) -> None:
    with db.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        db.create_tables(TABLES)
