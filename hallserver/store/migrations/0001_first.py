"""The first schema: log, answers, snapshots, the shadow tables, accounts.

A frozen copy of the models of that day: later changes come as later migrations.
"""

from __future__ import annotations

from typing import Any

from peewee import (
    BigIntegerField,
    BlobField,
    BooleanField,
    CompositeKey,
    FloatField,
    IntegerField,
    Model,
    TextField,
)


class Table(Model):
    class Meta:
        legacy_table_names = False


class Log(Table):
    hall = TextField()
    number = BigIntegerField()
    at = BigIntegerField()
    kind = TextField()
    by = TextField()
    ticket = TextField(null=True)
    window = TextField(null=True)
    facts = TextField()

    class Meta:
        primary_key = CompositeKey("hall", "number")
        without_rowid = True


class Answer(Table):
    hall = TextField()
    key = TextField()
    fingerprint = TextField()
    at = BigIntegerField()
    status = IntegerField()
    body = TextField()

    class Meta:
        primary_key = CompositeKey("hall", "key")
        without_rowid = True


class Snapshot(Table):
    hall = TextField()
    number = BigIntegerField()
    version = IntegerField()
    at = BigIntegerField()
    state = TextField()

    class Meta:
        primary_key = CompositeKey("hall", "number")


class Ticket(Table):
    hall = TextField()
    id = TextField()
    shown = TextField()
    zone = TextField()
    item = TextField(null=True)
    class_ = TextField(column_name="class")
    reason = TextField(null=True)
    channel = TextField()
    language = TextField()
    state = TextField()
    issued_at = BigIntegerField()
    counts_from = BigIntegerField()
    called_at = BigIntegerField(null=True)
    started_at = BigIntegerField(null=True)
    ended_at = BigIntegerField(null=True)
    window = TextField(null=True)
    clerk = TextField(null=True)
    owner = TextField(null=True)
    calls = IntegerField()
    outcome = TextField(null=True)
    rated = BooleanField()
    paper = TextField()
    promised_low_min = FloatField(null=True)
    promised_high_min = FloatField(null=True)

    class Meta:
        primary_key = CompositeKey("hall", "id")
        without_rowid = True


class Window(Table):
    hall = TextField()
    id = TextField()
    zone = TextField()
    support = TextField(null=True)
    state = TextField()
    reason = TextField(null=True)
    clerk = TextField(null=True)
    ticket = TextField(null=True)
    since = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("hall", "id")
        without_rowid = True


class Item(Table):
    hall = TextField()
    id = TextField()
    name = TextField()
    line = TextField()
    zone = TextField()
    kind = TextField()
    typical_min = FloatField()

    class Meta:
        primary_key = CompositeKey("hall", "id")
        without_rowid = True


class Service(Table):
    hall = TextField()
    id = BigIntegerField()
    ticket = TextField()
    window = TextField()
    clerk = TextField(null=True)
    item = TextField(null=True)
    called_at = BigIntegerField(null=True)
    started_at = BigIntegerField(null=True)
    ended_at = BigIntegerField()
    outcome = TextField()

    class Meta:
        primary_key = CompositeKey("hall", "id")
        without_rowid = True


class Rating(Table):
    hall = TextField()
    id = BigIntegerField()
    ticket = TextField()
    window = TextField()
    clerk = TextField(null=True)
    level = IntegerField()
    options = TextField()
    named = BooleanField()
    via = TextField()
    at = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("hall", "id")
        without_rowid = True


class Private(Table):
    hall = TextField()
    ticket = TextField()
    kind = TextField()
    sealed = BlobField()
    at = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("hall", "ticket", "kind")


class Staff(Table):
    hall = TextField()
    id = TextField()
    name = TextField()
    role = TextField()
    window = TextField(null=True)
    password = TextField()

    class Meta:
        primary_key = CompositeKey("hall", "id")


class Token(Table):
    digest = TextField(primary_key=True)
    hall = TextField()
    role = TextField()
    id = TextField()
    window = TextField(null=True)
    created = BigIntegerField()
    expires = BigIntegerField(null=True)


class SignIn(Table):
    digest = TextField(primary_key=True)
    hall = TextField()
    staff = TextField()
    role = TextField()
    window = TextField(null=True)
    expires = BigIntegerField()


TABLES = [Log, Answer, Snapshot, Ticket, Window, Item, Service, Rating, Private, Staff, Token, SignIn]

APPEND_ONLY = (
    """CREATE TRIGGER log_is_never_edited BEFORE UPDATE ON log
       BEGIN SELECT RAISE(ABORT, 'the log is never edited'); END""",
    """CREATE TRIGGER log_is_never_shortened BEFORE DELETE ON log
       BEGIN SELECT RAISE(ABORT, 'the log is never shortened'); END""",
    # Said before any REPLACE could put a line in the place of another, which no trigger on DELETE would see.
    """CREATE TRIGGER log_takes_its_next_line_only BEFORE INSERT ON log
       WHEN NEW.number IS NOT 1 + COALESCE((SELECT MAX(number) FROM log WHERE hall = NEW.hall), 0)
       BEGIN SELECT RAISE(ABORT, 'the log takes its next line only'); END""",
)


def up(migrator: Any, db: Any) -> None:
    with db.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        db.create_tables(TABLES)
    for trigger in APPEND_ONLY:
        db.execute_sql(trigger)
