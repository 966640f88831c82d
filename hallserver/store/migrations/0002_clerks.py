"""What figures need of what clerks do: who began a service that was handed over, parts of a chain, and since
when a visit waits for an owner."""

from __future__ import annotations

from typing import Any

COLUMNS = (
    'ALTER TABLE "ticket" ADD COLUMN "owner_sought_at" BIGINT',
    'ALTER TABLE "service" ADD COLUMN "handed_over_by" TEXT',
    'ALTER TABLE "service" ADD COLUMN "goes_on" SMALLINT NOT NULL DEFAULT 0',
)


def up(migrator: Any, db: Any) -> None:
    for statement in COLUMNS:
        db.execute_sql(statement)
