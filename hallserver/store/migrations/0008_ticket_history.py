"""A ticket's deeds are found without reading the whole log."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    db.execute_sql("CREATE INDEX log_of_a_ticket ON log (hall, ticket, number) WHERE ticket IS NOT NULL")
