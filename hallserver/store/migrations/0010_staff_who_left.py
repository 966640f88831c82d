"""Staff who were removed: the row stays, with when."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    db.execute_sql('ALTER TABLE "staff" ADD COLUMN "left_at" BIGINT')
