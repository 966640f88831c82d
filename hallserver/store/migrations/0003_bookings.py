"""Bookings: when a ticket was booked for and when its holder came, by whom it was given, and who booked (a digest)."""

from __future__ import annotations

from typing import Any

from peewee import BigIntegerField, TextField

GIVEN_BY = """
    UPDATE ticket SET given_by = issued."by"
    FROM (SELECT hall, ticket, "by" FROM log WHERE kind = 'TicketIssued') AS issued
    WHERE issued.hall = ticket.hall AND issued.ticket = ticket.id
"""
"""Tickets given before this version: the log knows who pressed for them."""


def up(migrator: Any, db: Any) -> None:
    migrator.migrate(
        migrator.add_column("ticket", "slot_at", BigIntegerField(null=True)),
        migrator.add_column("ticket", "arrived_at", BigIntegerField(null=True)),
        migrator.add_column("ticket", "person", TextField(null=True)),
        migrator.add_column("ticket", "given_by", TextField(null=True)),
    )
    db.execute_sql(GIVEN_BY)
