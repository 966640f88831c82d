"""Answers stand in the order in which they came.

Ordered by their key, which has no order, five of them filled a page, so that a press wrote two or three pages anew to
add one row.
"""

from __future__ import annotations

from typing import Any

STEPS = (
    "ALTER TABLE answer RENAME TO answer_by_key",
    """CREATE TABLE answer (hall TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, at INTEGER NOT NULL,
       status INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (hall, key))""",
    """INSERT INTO answer (hall, key, fingerprint, at, status, body)
       SELECT hall, key, fingerprint, at, status, body FROM answer_by_key ORDER BY at""",
    "DROP TABLE answer_by_key",
)


def up(migrator: Any, db: Any) -> None:
    for step in STEPS:
        db.execute_sql(step)
