"""The schema, as peewee knows it: for migrations, accounts and reports. The writer has its own SQL."""

from __future__ import annotations

from peewee import (
    BigIntegerField,
    BlobField,
    BooleanField,
    CompositeKey,
    DatabaseProxy,
    FloatField,
    IntegerField,
    Model,
    TextField,
)

database = DatabaseProxy()


class Table(Model):
    class Meta:
        database = database
        legacy_table_names = False


class Log(Table):
    """One line per deed, numbered without gaps per hall; never changed, never removed (triggers)."""

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
    """What a press with an idempotency key was answered, written with its deeds.

    Its rows stand in the order in which they came: ordered by their key, which has no order, five of them fill a page,
    and every press would write pages anew."""

    hall = TextField()
    key = TextField()
    fingerprint = TextField()
    at = BigIntegerField()
    status = IntegerField()
    body = TextField()

    class Meta:
        primary_key = CompositeKey("hall", "key")


class Snapshot(Table):
    """The live state at a log number, so that starting needn't fold the years before."""

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
    owner_sought_at = BigIntegerField(null=True)
    slot_at = BigIntegerField(null=True)
    arrived_at = BigIntegerField(null=True)
    person = TextField(null=True)
    given_by = TextField(null=True)

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
    """One ticket's time at one window; ``id`` is the number of the deed that ended it. ``clerk`` ended it,
    ``handed_over_by`` began it where that was another; ``goes_on``: a part of a chain that isn't its last."""

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
    handed_over_by = TextField(null=True)
    goes_on = BooleanField(default=False)

    class Meta:
        primary_key = CompositeKey("hall", "id")
        without_rowid = True


class Case(Table):
    """办件: what goes on behind the window; ``id`` is the number of the deed that ended its service."""

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
    service = BigIntegerField(null=True)

    class Meta:
        primary_key = CompositeKey("hall", "id")
        without_rowid = True


class Plan(Table):
    """排布方案: one row for each version that was saved; ``id`` is the number of the deed."""

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
    """A version that was adopted from a day on (``YYYY-MM-DD``)."""

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
    """提醒; ``id`` is the number of the deed that raised it, ``cleared_by`` who or what ended it."""

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
    """How far a follower inside the server has come in a hall's log."""

    hall = TextField()
    follower = TextField()
    number = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("hall", "follower")


class Private(Table):
    """What people wrote or said of themselves, sealed, erasable, keyed by the ticket. Not in the log."""

    hall = TextField()
    ticket = TextField()
    kind = TextField()
    sealed = BlobField()
    at = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("hall", "ticket", "kind")


class Staff(Table):
    """People who sign in. The password is an argon2 hash. Who was removed stays as a row with ``left_at``, so that
    the hall's file doesn't bring them back."""

    hall = TextField()
    id = TextField()
    name = TextField()
    role = TextField()
    window = TextField(null=True)
    password = TextField()
    left_at = BigIntegerField(null=True)

    class Meta:
        primary_key = CompositeKey("hall", "id")


class Token(Table):
    """A bearer token of a device or a program, kept as its SHA-256."""

    digest = TextField(primary_key=True)
    hall = TextField()
    role = TextField()
    id = TextField()
    window = TextField(null=True)
    created = BigIntegerField()
    expires = BigIntegerField(null=True)


class SignIn(Table):
    """A person's session, kept as the SHA-256 of its cookie."""

    digest = TextField(primary_key=True)
    hall = TextField()
    staff = TextField()
    role = TextField()
    window = TextField(null=True)
    expires = BigIntegerField()


TABLES = [
    Log, Answer, Snapshot, Ticket, Window, Item, Service, Case, Rating, Plan, Adoption, Alert, Cursor, Private, Staff,
    Token, SignIn,
]  # fmt: skip
SHADOWS = [Ticket, Window, Item, Service, Case, Rating, Plan, Adoption, Alert]
"""The tables that are the log's shadow: rebuilt from it at any time."""
