"""Paper inside the server: the same follower that runs beside a kiosk, fed from here and kept alive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import structlog

from hallserver.desk import Desk
from hallserver.events import BookingArrived, TicketIssued, TicketPrinted, TicketPrintFailed
from hallserver.refusals import Refusal
from hallserver.rules.reports import paper_came
from hallserver.settings import HallSettings
from hallserver.store.secret import TicketLinks
from hallserver.web.deeds import deed_shape
from hallserver.web.slips import slip_of

log = structlog.get_logger()

RETRY_FIRST_S, RETRY_LIMIT_S = 1.0, 30.0
NAME_LIMIT = 60

PAPER_EVENTS = (TicketIssued, BookingArrived, TicketPrinted, TicketPrintFailed)

Deeds = AsyncIterator[dict[str, Any]]
SlipOf = Callable[[str], dict[str, Any] | None]
Report = Callable[[int, str, str, str | None, str], Awaitable[None]]
PrintAll = Callable[[Deeds, SlipOf, Report], Awaitable[None]]
"""Prints what the deeds give until they end, and tells of each paper. Raises PrintingBroken."""


class PrintingBroken(Exception):
    """The spool can't be used. What was begun is known when it can be again."""


class PrintingFollower:
    """Prints what kiosks of one hall are given; ``failure`` says why it can't at the moment."""

    def __init__(self, desk: Desk, settings: HallSettings, links: TicketLinks, print_all: PrintAll) -> None:
        self.hall = desk.id
        self.failure: str | None = None
        self._desk = desk
        self._settings = settings
        self._links = links
        self._print_all = print_all

    async def run(self, server_url: str) -> None:
        """Until cancelled. What breaks it is told at /readyz, and it begins again; the spool sees to it
        that nothing is printed twice."""
        origin = (self._settings.hall.public_url or server_url).rstrip("/")
        wait_s = RETRY_FIRST_S
        while True:
            try:
                self.failure = None
                await self._print_all(self._deeds(), lambda ticket: self._slip(ticket, origin), self._report)
            except (Refusal, PrintingBroken, OSError) as broken:
                self.failure = f"{type(broken).__name__}: {broken}"
                log.warning("printing_waits", hall=self.hall, cause=self.failure, wait_s=wait_s)
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, RETRY_LIMIT_S)

    def _slip(self, ticket: str, origin: str) -> dict[str, Any] | None:
        hall = self._desk.feed.hall
        known = hall.tickets.get(ticket)
        if known is None:
            return None
        return slip_of(hall, known, self._settings, f"{origin}/t/{self._links.token(hall.id, ticket)}")

    async def _deeds(self) -> Deeds:
        """From the first ticket of the day whose paper is still awaited."""
        feed = self._desk.feed
        awaited = [ticket.deed for ticket in feed.hall.tickets.values() if ticket.paper == "waiting"]
        async for deed in feed.deeds(min(awaited, default=feed.end + 1) - 1):
            if isinstance(deed.event, PAPER_EVENTS) and getattr(deed.event, "paper", "waiting") == "waiting":
                yield deed_shape(feed.hall, deed)

    async def _report(self, deed: int, ticket: str, outcome: str, cause: str | None, printer: str) -> None:
        if ticket not in self._desk.hall.tickets:
            return
        await self._desk.press(
            paper_came,
            by=f"device:{printer}"[:NAME_LIMIT],
            ticket=ticket,
            deed=deed,
            printer=printer[:NAME_LIMIT],
            cause=None if outcome == "printed" else str(cause),
        )
