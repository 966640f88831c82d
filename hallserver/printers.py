"""The printers that hang on the server: each with its spool and its follower. The one place that joins the hall's
side of paper with the printers' own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from hallserver.desk import Desk
from hallserver.printing import PrintAll, PrintingBroken, PrintingFollower, WordsOf
from hallserver.settings import HallSettings, SettingsError
from hallserver.settings.tables import Printer as PrinterSettings
from hallserver.web.paper_templates import TemplateWrong
from hallserver.web.specimens import specimens
from ticket_printer.escpos_bytes import Make, paper_bytes
from ticket_printer.failures import WHY_NOT, PrintFailed
from ticket_printer.follower import Habits, NoSlip, follow, watch
from ticket_printer.printers import Printer, open_printer
from ticket_printer.slip import Slip
from ticket_printer.spool import Job, Spool, SpoolBroken, SpoolInUse
from ticket_printer.trial_page import page_of

LOOKED_AT_EVERY_S = 20.0
"""How often a printer that prints nothing is asked how it is."""
ONLY = "printer"
"""The id of the printer that ``[paper]`` tells of."""


def followers(
    desk: Desk, settings: HallSettings, folder: Path, words: WordsOf, done: Callable[[int], None]
) -> list[PrintingFollower]:
    """One for each printer that no agent prints for. ``folder`` is the hall's own, for spools and the roll."""
    return [
        PrintingFollower(desk, printer.id, words, _printing(settings, printer, folder), done)
        for printer in settings.all_printers
        if printer.address != "agent"
    ]


def _printing(settings: HallSettings, printer: PrinterSettings, folder: Path) -> PrintAll:
    spools = folder if printer.id == ONLY else folder / printer.id

    async def print_all(hall: PrintingFollower) -> None:
        try:
            # Not in a thread: whoever is cancelled there leaves the spool held and nobody to let it go.
            spool = Spool(spools / "spool")
        except SpoolInUse as used:
            raise PrintingBroken(str(used)) from used
        side, device = _Side(hall), opened(settings, printer, folder)
        watching = asyncio.create_task(watch(device, side, LOOKED_AT_EVERY_S))
        try:
            await follow(hall.deeds(), side, device, spool, habits=habits_of(settings, printer))
        except SpoolBroken as broken:
            raise PrintingBroken(str(broken)) from broken
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            spool.close()

    return print_all


class _Side:
    """The hall as the printing follower's other half sees it."""

    def __init__(self, hall: PrintingFollower) -> None:
        self._hall = hall

    async def take(self, deed: int, key: str) -> bool:
        return await self._hall.take(deed, key)

    async def words(self, deed: int) -> Slip:
        found = self._hall.words(deed)
        if found is None:
            raise NoSlip(f"paper {deed}")
        try:
            return Slip.from_json(found)
        except ValueError as error:
            raise NoSlip(str(error)) from error

    async def report(self, job: Job) -> None:
        assert job.outcome is not None  # told only when settled
        await self._hall.report(job.deed, None, job.outcome, job.cause, begun=job.begun)

    def be(self, cause: str | None) -> None:
        self._hall.be(cause)


def opened(settings: HallSettings, printer: PrinterSettings, folder: Path) -> Printer:
    return open_printer(
        printer.address,
        roll=folder / "roll",
        roll_keep=settings.paper.roll_keep,
        width_dots=make_of(printer).width_dots,
    )


def make_of(printer: PrinterSettings) -> Make:
    return Make(printer.width_mm, printer.mode, printer.cut, printer.beeps)


def habits_of(settings: HallSettings, printer: PrinterSettings) -> Habits:
    return Habits(make_of(printer), printer.id, settings.hall.name)


def print_test_page(settings: HallSettings, printer: PrinterSettings, folder: Path) -> str | None:
    """A page straight to the printer, past the hall's log: None when it came out, else why not, in a sentence."""
    if printer.address == "agent":
        return "a program beside it prints; try it there with python -m ticket_printer --test-page"
    page = page_of(habits_of(settings, printer), printer.address)
    try:
        opened(settings, printer, folder).print(paper_bytes(page, make_of(printer)), "test-page")
    except PrintFailed as failed:
        return WHY_NOT[failed.cause] + (f" ({failed.detail})" if failed.detail else "")
    return None


def check_templates(settings: HallSettings) -> None:
    """Each of the hall's papers made once, from invented words. Raises SettingsError."""
    try:
        for slip in specimens(settings):
            Slip.from_json(slip)
    except (TemplateWrong, ValueError) as error:
        raise SettingsError([f"paper.templates = {settings.paper.templates!r}: {error}"]) from error
