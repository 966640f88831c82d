"""A rating tells which service it is about: a visit through several matters has several."""

from __future__ import annotations

from typing import Any

from peewee import BigIntegerField


def up(migrator: Any, db: Any) -> None:
    migrator.migrate(migrator.add_column("rating", "service", BigIntegerField(null=True)))
