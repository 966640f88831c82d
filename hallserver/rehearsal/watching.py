"""Watches every deed as a customer would: no number twice, nobody called to two windows, every ticket ended."""

from __future__ import annotations

from collections.abc import Iterable

from hallserver.rehearsal.pressing import Json
from hallserver.rehearsal.summary import Tally

ENDED = frozenset(("ServiceEnded", "TicketCancelled", "TicketExpired", "BookingMissed"))
LEAVES_WINDOW = ENDED | {"TicketPassed", "TicketHeld", "TicketTransferred", "PartEnded", "CallUndone"}


class Watch:
    """What the log says about the tickets, checked as it comes."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._given: dict[str, str] = {}
        self._in_use: set[str] = set()
        self._ended: set[str] = set()
        self._at: dict[str, str] = {}
        self._has: dict[str, str] = {}

    def hear(self, deed: Json) -> None:
        kind, ticket = deed["kind"], deed.get("ticket")
        if not isinstance(ticket, str):
            return
        if kind in ("TicketIssued", "TicketBooked"):
            self._issued(ticket, str(deed.get("number_shown")))
        elif kind == "TicketReturned":  # after a missed call, or with what was missing
            self._ended.discard(ticket)
            self._in_use.add(self._given.get(ticket, ""))
        elif kind == "TicketCalled":
            self._called(ticket, str(deed["window"]))
        elif kind == "ServiceStarted" and self._at.get(ticket, deed["window"]) != deed["window"]:
            self._tally.went_wrong("a ticket was served at a window it wasn't called to")
        elif kind in LEAVES_WINDOW:
            self._left(ticket)
            if kind in ENDED:
                self._ended.add(ticket)
                self._in_use.discard(self._given.get(ticket, ""))

    def _issued(self, ticket: str, shown: str) -> None:
        if ticket in self._given or shown in self._in_use:
            self._tally.went_wrong("a number was given twice")
        self._given[ticket] = shown
        self._in_use.add(shown)

    def _called(self, ticket: str, window: str) -> None:
        if ticket in self._at:
            self._tally.went_wrong("a ticket was called to two windows at once")
        if window in self._has:
            self._tally.went_wrong("a window called a ticket while it had another")
        if ticket in self._ended:
            self._tally.went_wrong("a ticket was called after it had ended")
        self._at[ticket] = window
        self._has[window] = ticket

    def _left(self, ticket: str) -> None:
        window = self._at.pop(ticket, None)
        if window is not None and self._has.get(window) == ticket:
            del self._has[window]

    def not_ended(self, tickets: Iterable[str]) -> list[str]:
        """Those of the tickets that the log leaves without an end."""
        return [ticket for ticket in tickets if ticket not in self._ended]
