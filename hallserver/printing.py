"""Paper inside the server: the same follower that runs beside a kiosk, fed from here and kept alive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import structlog

from hallserver.desk import Desk
from hallserver.events import (
    BookingArrived,
    Event,
    GuideAsked,
    PaperFailed,
    PaperMoved,
    PaperPrinted,
    PrinterTestAsked,
    ReceiptAsked,
    ReprintAsked,
    TicketBooked,
    TicketIssued,
    TicketPrinted,
    TicketPrintFailed,
)
from hallserver.refusals import Refusal
from hallserver.rules.papers import paper_came, take_paper
from hallserver.web.deeds import deed_shape

log = structlog.get_logger()

RETRY_FIRST_S, RETRY_LIMIT_S = 1.0, 30.0

PAPER_EVENTS = (
    TicketIssued,
    TicketBooked,
    BookingArrived,
    ReprintAsked,
    ReceiptAsked,
    GuideAsked,
    PrinterTestAsked,
    PaperMoved,
    TicketPrinted,
    TicketPrintFailed,
    PaperPrinted,
    PaperFailed,
)

Deeds = AsyncIterator[dict[str, Any]]
WordsOf = Callable[[int], dict[str, Any] | None]
"""The words of the paper that a deed asked for; None for one the hall doesn't know (any more)."""


class PrintingBroken(Exception):
    """The spool can't be used. What was begun is known when it can be again."""


class PrintingFollower:
    """Prints the papers of one printer; ``failure`` says why it can't at the moment, ``cause`` how the printer is."""

    def __init__(
        self,
        desk: Desk,
        printer: str,
        words: WordsOf,
        print_all: PrintAll,
        done: Callable[[int], None] = lambda deed: None,
    ) -> None:
        self.hall = desk.id
        self.printer = printer
        self.failure: str | None = None
        self.cause: str | None = None
        self.words = words
        self._desk = desk
        self._print_all = print_all
        self._done = done

    async def run(self) -> None:
        """Until cancelled. What breaks it is told at /readyz, and it begins again; the spool sees to it
        that nothing is printed twice."""
        wait_s = RETRY_FIRST_S
        while True:
            try:
                self.failure = None
                await self._print_all(self)
            except (Refusal, PrintingBroken, OSError) as broken:
                self.failure = f"{type(broken).__name__}: {broken}"
                log.warning("printing_waits", hall=self.hall, printer=self.printer, cause=self.failure, wait_s=wait_s)
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, RETRY_LIMIT_S)

    async def deeds(self) -> Deeds:
        """From the first deed of the day whose paper is still awaited."""
        feed = self._desk.feed
        awaited = [paper.deed for paper in feed.hall.papers.values() if paper.is_open]
        async for deed in feed.deeds(min(awaited, default=feed.end + 1) - 1):
            if isinstance(deed.event, PAPER_EVENTS) and not _without_paper(deed.event):
                yield deed_shape(feed.hall, deed)

    async def take(self, deed: int, key: str) -> bool:
        """Whether this printer may print the paper; a yes is given once, and again to the same key."""
        try:
            await self._desk.press(
                take_paper, by=self._by, key=f"{self._by} {key}", fingerprint=str(deed), deed=deed, printer=self.printer
            )
        except Refusal as no:
            if no.code in ("storage_unavailable", "too_many_requests"):
                raise
            return False
        return True

    async def report(
        self, deed: int, ticket: str | None, outcome: str, cause: str | None = None, *, begun: bool = True
    ) -> None:
        """How the paper ended. One whose ticket is gone by now is nobody's."""
        try:
            await self._desk.press(
                paper_came,
                by=self._by,
                ticket=ticket,
                deed=deed,
                printer=self.printer,
                cause=None if outcome == "printed" else str(cause),
                begun=begun,
            )
        except Refusal as no:
            if no.code != "unknown_ticket":
                raise
        self._done(deed)

    def be(self, cause: str | None) -> None:
        self.cause = cause

    @property
    def _by(self) -> str:
        return f"device:{self.printer}"


def _without_paper(event: Event) -> bool:
    """A number that nobody wants on paper."""
    return isinstance(event, TicketIssued | TicketBooked | BookingArrived) and event.paper != "waiting"


PrintAll = Callable[[PrintingFollower], Awaitable[None]]
"""Prints what the follower gives until its deeds end, and tells it of each paper. Raises PrintingBroken."""
