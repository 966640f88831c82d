"""Follows a hall's log and prints a paper for each number given out.

Runs inside the server as well as beside a kiosk: where deeds come from and whom to tell are
arguments.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ticket_printer.escpos_bytes import Make, paper_bytes
from ticket_printer.failures import Cause, PrintFailed
from ticket_printer.moments import Clock, moment_of, now
from ticket_printer.printers import Printer
from ticket_printer.slip import Slip
from ticket_printer.spool import Job, Spool, SpoolBroken

log = logging.getLogger(__name__)

SlipOf = Callable[[str], Awaitable[Slip]]

# (deed number, ticket, "printed" | "failed", cause, printer's name). Returning False says "told, but the
# log will say whether it arrived": the outcome is then told again after a restart, until the ticket's
# TicketPrinted or TicketPrintFailed comes by. Any other return says that the hall has it.
Report = Callable[[int, str, str, Cause | None, str], Awaitable[bool | None]]


class NoSlip(Exception):
    """The hall has no paper for this ticket (any more); `slip_of` raises it and nothing is printed."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How the follower behaves; a hall's settings may change it."""

    make: Make = field(default_factory=Make)
    stale_after_s: float = 120  # a paper later than this finds nobody at the kiosk
    retries: int = 0  # more tries when the printer cannot print; the kiosk waits all that while
    retry_wait_s: float = 5


async def follow(
    deeds: AsyncIterator[Mapping[str, Any]],
    slip_of: SlipOf,
    printer: Printer,
    spool: Spool,
    report: Report,
    *,
    habits: Habits | None = None,
    clock: Clock = now,
) -> None:
    """Until `deeds` ends. A deed is done with when the next one is asked for: move a cursor then.

    Deeds are as on the wire. First it tells what an earlier run left untold. Whatever `slip_of` or
    `report` raise, except NoSlip, ends it; calling it again goes on without printing anything twice.
    """
    printing = _Printing(slip_of, printer, spool, report, habits or Habits(), clock)
    await printing.tell_what_was_left()
    async for deed in deeds:
        kind, ticket = deed.get("kind"), deed.get("ticket")
        if not isinstance(ticket, str):
            continue
        if kind in ("TicketIssued", "BookingArrived") and deed.get("paper") == "waiting":
            await printing.take(int(deed["number"]), ticket, moment_of(deed["at"]))
        elif kind in ("TicketPrinted", "TicketPrintFailed"):
            printing.heard_of(ticket)


@dataclass(frozen=True, slots=True)
class _Printing:
    slip_of: SlipOf
    printer: Printer
    spool: Spool
    report: Report
    habits: Habits
    clock: Clock

    async def tell_what_was_left(self) -> None:
        for job in self.spool.begun():
            self.spool.settle(job, "failed", "interrupted")
        for job in self.spool.untold():
            await self._tell(job)

    def heard_of(self, ticket: str) -> None:
        for job in self.spool.untold():
            if job.ticket == ticket:
                self.spool.confirm(job)

    async def take(self, deed: int, ticket: str, issued_at: int) -> None:
        known = self.spool.job(deed, ticket)
        if known is None:
            try:
                known = await self._printed_once(deed, ticket, issued_at)
            except SpoolBroken as error:  # what cannot be remembered is not printed: it could come twice
                log.error("%s is not printed: %s", ticket, error)
                await self.report(deed, ticket, "failed", "offline", self.printer.name)
                return
        if not known.confirmed:
            await self._tell(known)

    async def _printed_once(self, deed: int, ticket: str, issued_at: int) -> Job:
        if self.clock() - issued_at > self.habits.stale_after_s * 1000:
            return self._not_printed(deed, ticket, "interrupted", "too late, nobody waits for it")
        try:
            slip = await self.slip_of(ticket)
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
        failed = await self._tried(paper, job)
        if failed is None:
            return await asyncio.to_thread(self.spool.settle, job, "printed")
        return await asyncio.to_thread(self.spool.settle, job, "failed", failed.cause)

    async def _tried(self, paper: bytes, job: Job) -> PrintFailed | None:
        for tries_left in range(self.habits.retries, -1, -1):
            try:
                await asyncio.to_thread(self.printer.print, paper, job.key)
                return None
            except PrintFailed as failed:
                log.warning("%s on %s: %s", job.ticket, self.printer.name, failed)
                if failed.started or not tries_left:  # once begun, another try could be another paper
                    return failed
            await asyncio.sleep(self.habits.retry_wait_s)
        raise AssertionError("the last try returns")

    async def _tell(self, job: Job) -> None:
        assert job.outcome is not None  # told only when settled
        arrived = await self.report(job.deed, job.ticket, job.outcome, job.cause, self.printer.name)
        if arrived is not False:
            self.spool.confirm(job)


async def _to_its_end(printing: asyncio.Task[Job]) -> Job:
    """A paper that is coming out is not left alone: a cancellation waits until its outcome is known."""
    try:
        return await asyncio.shield(printing)
    except asyncio.CancelledError:
        await asyncio.wait({printing})
        raise
