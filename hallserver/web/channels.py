"""What a screen follows: one view in one form and language; and which views a deed concerns."""

from __future__ import annotations

import asyncio
import struct
from typing import Any

from hallserver.events import Deed
from hallserver.rules.hall import Hall

BOARDS = ("board", "zone", "area")
PHONES = ("ticket", "visit")
ALL_BOARDS = "boards"
AT_WINDOWS = ("window", "pad", "sign")
URGENT = frozenset(("TicketCalled", "TicketRecalled", "CallUndone"))
IMPORTANCE = (
    "board", "zone", "area", "window", "sign", "pad", "kiosk", "floor", "desk", "office", "green", "plan", "plans",
    "settings", "visit", "ticket", "day",
)  # fmt: skip
"""Which view is drawn first when several are due."""


def text_frame(text: str) -> bytes:
    """An unmasked WebSocket text frame (RFC 6455 §5.2)."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65_536:
        return struct.pack("!BBH", 0x81, 126, size) + payload
    return struct.pack("!BBQ", 0x81, 127, size) + payload


class Channel:
    """One view in one form and language, and the transports of those who watch it."""

    __slots__ = (
        "clients",
        "data",
        "due",
        "form",
        "frame",
        "kind",
        "lang",
        "name",
        "of",
        "rank",
        "rare",
        "sent_at",
        "waits",
    )

    def __init__(self, name: str, form: str, lang: str) -> None:
        self.name, self.form, self.lang = name, form, lang
        self.kind, _, self.of = name.partition("/")
        self.clients: dict[asyncio.Transport, None] = {}
        self.data: Any = None
        self.frame = b""
        self.due = 0.0
        self.sent_at = 0.0
        self.rare = False
        """A visit of an earlier day: nothing but a deed of its own changes it, and the hours."""
        self.waits: str | None = None
        """``waiting_for`` the zone where the ticket that a phone follows waits, as it was drawn last."""
        self.rank = IMPORTANCE.index(self.kind)
        """The lowest is drawn first."""

    @property
    def headings(self) -> tuple[str, ...]:
        """Under what it is found when something was pressed."""
        own = (self.name, ALL_BOARDS) if self.kind in BOARDS else (self.name,)
        return own if self.waits is None else (*own, self.waits)


def waiting_for(zone: str) -> str:
    """Under this the phones of those are found who wait for a zone."""
    return f"waiting/{zone}"


def awaited(deeds: list[Deed]) -> set[str]:
    """The screens of a window and the phones that are there for what these deeds tell, by the names of their views."""
    names: set[str] = set()
    for deed in deeds:
        window, ticket = getattr(deed.event, "window", None), getattr(deed.event, "ticket", None)
        if window is not None:
            names.update(f"{kind}/{window}" for kind in AT_WINDOWS)
        if ticket is not None:
            names.update(f"{kind}/{ticket}" for kind in PHONES)
    return names


def zone_of(hall: Hall, deed: Deed) -> str:
    """Of the ticket that a deed is about."""
    ticket = hall.tickets.get(getattr(deed.event, "ticket", ""))
    return ticket.zone if ticket else ""
