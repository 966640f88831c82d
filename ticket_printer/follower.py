"""Follows a hall's log and prints the papers that belong to one printer.

Runs inside the server as well as beside a kiosk: where deeds come from, who gives a paper out and whom to
tell are the hall's side, handed in.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ticket_printer.escpos_bytes import Make, paper_bytes
from ticket_printer.failures import WHY_NOT, Cause, PrintFailed, State
from ticket_printer.moments import Clock, moment_of, now
from ticket_printer.printers import Printer
from ticket_printer.slip import Slip
from ticket_printer.spool import Job, Spool, SpoolBroken
from ticket_printer.trial_page import page_of

log = logging.getLogger(__name__)

NO_TICKET = "test"
WITH_NUMBER = frozenset(("TicketIssued", "TicketBooked", "BookingArrived"))
ASKED = WITH_NUMBER | frozenset(("ReprintAsked", "ReceiptAsked", "GuideAsked", "PrinterTestAsked"))
SETTLED = frozenset(("TicketPrinted", "TicketPrintFailed", "PaperPrinted", "PaperFailed", "PaperMoved"))


class NoSlip(Exception):
    """The hall has no words for this paper (any more); `words` raises it and nothing is printed."""


class HallSide(Protocol):
    """The hall, as a printer needs it. ``deed`` is the number of the deed that asked for the paper."""

    async def take(self, deed: int, key: str) -> bool:
        """Whether this printer may print it, and so no other: a yes is given once, and again to the same key."""

    async def words(self, deed: int) -> Slip:
        """Raises NoSlip."""

    async def report(self, job: Job) -> bool | None:
        """How it ended. False says "told, but the log will say whether it arrived": it is then told again after
        a restart, until the log tells. Any other return says that the hall has it."""

    def be(self, cause: State | None) -> None:
        """How the printer is: None when it is well, else a Cause or ``paper_low``."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How the follower behaves; a hall's settings may change it. ``name`` is the printer's in the hall."""

    make: Make = field(default_factory=Make)
    name: str = "printer"
    hall: str = ""  # its name, for the page that tries the printer
    stale_after_s: float = 120  # a paper later than this finds nobody at the kiosk
    retries: int = 0  # more tries when the printer cannot print; the kiosk waits all that while
    retry_wait_s: float = 5


async def follow(
    deeds: AsyncIterator[Mapping[str, Any]],
    hall: HallSide,
    printer: Printer,
    spool: Spool,
    *,
    habits: Habits | None = None,
    clock: Clock = now,
) -> None:
    """Until `deeds` ends. A deed is done with when the next one is asked for: move a cursor then.

    Deeds are as on the wire. First it tells what an earlier run left untold. Whatever the hall's side
    raises, except NoSlip, ends it; calling it again goes on without printing anything twice.
    """
    printing = _Printing(hall, printer, spool, habits or Habits(), clock)
    await printing.tell_what_was_left()
    async for deed in deeds:
        kind = deed.get("kind")
        if kind in SETTLED and isinstance(deed.get("deed"), int):
            printing.heard_of(deed["deed"], deed.get("ticket") or NO_TICKET)
        asked = _asked(deed, printing.habits.name)
        if asked is not None:
            await printing.take(asked, deed.get("ticket") or NO_TICKET, moment_of(deed["at"]), kind == ASKED_TEST)


ASKED_TEST = "PrinterTestAsked"


def _asked(deed: Mapping[str, Any], printer: str) -> int | None:
    """The number of the deed that asked for a paper of this printer, if this one gives it to it."""
    kind = deed.get("kind")
    if kind == "PaperMoved":
        return int(deed["deed"]) if deed.get("to") == printer else None
    if kind not in ASKED or (kind in WITH_NUMBER and deed.get("paper") != "waiting"):
        return None
    # A hall that names no printer has but one.
    return int(deed["number"]) if deed.get("printer") in (None, printer) else None


@dataclass(frozen=True, slots=True)
class _Printing:
    hall: HallSide
    printer: Printer
    spool: Spool
    habits: Habits
    clock: Clock

    async def tell_what_was_left(self) -> None:
        for job in self.spool.begun():
            self.spool.settle(job, "failed", "interrupted")
        for job in self.spool.untold():
            await self._tell(job)

    def heard_of(self, deed: int, ticket: str) -> None:
        job = self.spool.job(deed, ticket)
        if job is not None and job.outcome is not None and not job.confirmed:
            self.spool.confirm(job)

    async def take(self, deed: int, ticket: str, asked_at: int, is_test: bool) -> None:
        known = self.spool.job(deed, ticket)
        if known is None:
            try:
                known = await self._printed_once(deed, ticket, asked_at, is_test)
            except SpoolBroken as error:  # what cannot be remembered is not printed: it could come twice
                log.error("%s is not printed: %s", ticket, error)
                await self.hall.report(Job(deed, ticket, 0, "failed", "offline", begun=False))
                return
        if known is not None and known.outcome is not None and not known.confirmed:
            await self._tell(known)

    async def _printed_once(self, deed: int, ticket: str, asked_at: int, is_test: bool) -> Job | None:
        if self.clock() - asked_at > self.habits.stale_after_s * 1000:
            return self._not_printed(deed, ticket, "too_late", WHY_NOT["too_late"])
        if not await self.hall.take(deed, f"{self.spool.id}-{deed}"):
            return None  # another printer's by now, or nobody's
        try:
            slip = page_of(self.habits, self.printer.name) if is_test else await self.hall.words(deed)
        except NoSlip as error:
            return self._not_printed(deed, ticket, "misconfigured", str(error))
        return await _to_its_end(asyncio.create_task(self._print(deed, ticket, slip)))

    def _not_printed(self, deed: int, ticket: str, cause: Cause, why: str) -> Job:
        log.warning("%s is not printed: %s", ticket, why)
        return self.spool.settle(self.spool.claim(deed, ticket), "failed", cause)

    async def _print(self, deed: int, ticket: str, slip: Slip) -> Job:
        """In threads: drawing takes the processor, the spool and the printer take their time."""
        paper = await asyncio.to_thread(paper_bytes, slip, self.habits.make)
        job = await asyncio.to_thread(self.spool.claim, deed, ticket)
        failed = await self._tried(paper, job, f"{slip.paper}-{job.key}")
        self.hall.be(failed.cause if failed else self.printer.warning)
        if failed is None:
            return await asyncio.to_thread(self.spool.settle, job, "printed")
        return await asyncio.to_thread(self.spool.settle, job, "failed", failed.cause, begun=failed.started)

    async def _tried(self, paper: bytes, job: Job, name: str) -> PrintFailed | None:
        for tries_left in range(self.habits.retries, -1, -1):
            try:
                await asyncio.to_thread(self.printer.print, paper, name)
                return None
            except PrintFailed as failed:
                log.warning("%s on %s: %s", job.ticket, self.printer.name, failed)
                if failed.started or not tries_left:  # once begun, another try could be another paper
                    return failed
            await asyncio.sleep(self.habits.retry_wait_s)
        raise AssertionError("the last try returns")

    async def _tell(self, job: Job) -> None:
        assert job.outcome is not None  # told only when settled
        if await self.hall.report(job) is not False:
            self.spool.confirm(job)


async def _to_its_end(printing: asyncio.Task[Job]) -> Job:
    """A paper that is coming out is not left alone: a cancellation waits until its outcome is known."""
    try:
        return await asyncio.shield(printing)
    except asyncio.CancelledError:
        await asyncio.wait({printing})
        raise


async def watch(printer: Printer, hall: HallSide, every_s: float) -> None:
    """Asks the printer how it is, between papers too: staff learn of an empty roll before a resident does."""
    while True:
        try:
            cause: State | None = await asyncio.to_thread(printer.state)
        except PrintFailed as failed:
            cause = failed.cause
        hall.be(cause)
        await asyncio.sleep(every_s)
