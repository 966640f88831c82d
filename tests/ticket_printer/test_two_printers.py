"""A real server, two printing programs, two printers that stand in for each other: one press, one paper."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from hallserver.rules import papers
from tests.ticket_printer.fake_printer import COVER_OPEN, NO_PAPER, PAPER_LOW, WELL, FakePrinter
from tests.web.a_server import ServedHall, a_served_hall, settings, until
from ticket_printer.agent import Agent
from ticket_printer.decoder import decode
from ticket_printer.escpos_bytes import Make
from ticket_printer.hall_calls import Address, Refused
from ticket_printer.printers import Printer, open_printer
from ticket_printer.spool import Spool

PRINTERS = [
    {"id": "left", "address": "agent", "mode": "text", "serves": ["device-token"], "fallback": "right"},
    {"id": "right", "address": "agent", "mode": "text", "fallback": "left"},
]


@pytest.fixture
def left() -> Iterator[FakePrinter]:
    with FakePrinter() as fake:
        yield fake


@pytest.fixture
def right() -> Iterator[FakePrinter]:
    with FakePrinter() as fake:
        yield fake


@pytest.fixture
async def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ServedHall]:
    monkeypatch.setattr(papers, "UNTAKEN_AFTER_S", 1)
    async with a_served_hall(tmp_path, settings(paper={}, printers=PRINTERS)) as served:
        yield served


class Program:
    """One agent with its spool, in this process: started, cut off, started again."""

    def __init__(self, hall: ServedHall, name: str, printer: FakePrinter, folder: Path) -> None:
        self._hall, self._name, self._printer, self._folder = hall, name, printer, folder
        self._spool: Spool | None = None
        self.running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Program:
        self._spool = Spool(self._folder)
        address = Address(self._hall.url, self._hall.id, self._hall.tokens["device"])
        agent = Agent(address, self._plug, self._spool, lambda _: None, self._name, waits_s=(0.01,))
        self.running = asyncio.create_task(agent.run())
        await until(lambda: self.is_known)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self.running
        assert self._spool
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)
        self._spool.close()

    def _plug(self, make: Make) -> Printer:
        return open_printer(self._printer.url, roll=self._folder, roll_keep=1, width_dots=make.width_dots)

    @property
    def machine(self) -> Any:
        return next((m for m in self._hall.open_hall.agents.machines if m.name == self._name), None)

    @property
    def is_known(self) -> bool:
        return self.machine is not None and self.machine.away is None


def numbers_on(*printers: FakePrinter) -> Counter[str]:
    """Which numbers came out, and how often."""
    lines = [line for printer in printers for job in printer.papers for line in decode(job).words.splitlines()]
    return Counter(line for line in lines if len(line) == 4 and line[0] in "ABC" and line[1:].isdigit())


async def all_told(hall: ServedHall) -> None:
    await until(lambda: not hall.desk.feed.hall.papers)


async def test_the_printer_that_stands_in_prints_what_the_first_could_not_begin(
    hall: ServedHall, left: FakePrinter, right: FakePrinter, tmp_path: Path
) -> None:
    async with (
        Program(hall, "left", left, tmp_path / "l") as at_left,
        Program(hall, "right", right, tmp_path / "r"),
    ):
        for status in (WELL, NO_PAPER, COVER_OPEN, WELL):
            left.status = status
            await hall.take()
            await all_told(hall)
        assert numbers_on(left) == {"A001": 1, "A004": 1}
        assert numbers_on(right) == {"A002": 1, "A003": 1}
        left.status = NO_PAPER
        await hall.take()
        await until(lambda: at_left.machine.cause == "no_paper")
        left.status = PAPER_LOW
        await hall.take()
        await until(lambda: at_left.machine.cause == "paper_low")
        assert numbers_on(left)["A006"] == 1, "it is a warning: the paper came out"


async def test_a_program_that_is_away_is_stood_in_for_and_prints_nothing_again_when_it_is_back(
    hall: ServedHall, left: FakePrinter, right: FakePrinter, tmp_path: Path
) -> None:
    async with Program(hall, "left", left, tmp_path / "l") as at_left:
        await hall.take()
        await all_told(hall)
    await until(lambda: not at_left.is_known)
    async with Program(hall, "right", right, tmp_path / "r"):
        await hall.take()
        await all_told(hall)
        async with Program(hall, "left", left, tmp_path / "l"):
            await hall.take()
            await all_told(hall)
    assert (numbers_on(left), numbers_on(right)) == ({"A001": 1, "A003": 1}, {"A002": 1})


async def test_cut_off_again_and_again_each_press_gives_one_paper(
    hall: ServedHall, left: FakePrinter, right: FakePrinter, tmp_path: Path
) -> None:
    async def presses() -> None:
        for _ in range(12):
            await hall.take()
            await asyncio.sleep(0.02)

    async with Program(hall, "right", right, tmp_path / "r"):
        pressing = asyncio.create_task(presses())
        for _ in range(3):
            async with Program(hall, "left", left, tmp_path / "l"):
                await asyncio.sleep(0.1)
        await pressing
        async with Program(hall, "left", left, tmp_path / "l"):  # what it had taken when it was cut off is its own
            await all_told(hall)
    assert numbers_on(left, right) == {f"A{n:03d}": 1 for n in range(1, 13)}


async def test_two_programs_that_were_given_the_same_printer_by_mistake_print_each_number_once(
    hall: ServedHall, left: FakePrinter, tmp_path: Path
) -> None:
    async with Program(hall, "left", left, tmp_path / "one"), Program(hall, "left", left, tmp_path / "two"):
        for _ in range(5):
            await hall.take()
        await all_told(hall)
    assert numbers_on(left) == {f"A{n:03d}": 1 for n in range(1, 6)}


async def test_a_program_for_a_printer_that_the_hall_does_not_leave_to_it_is_refused(
    hall: ServedHall, left: FakePrinter, tmp_path: Path
) -> None:
    address = Address(hall.url, hall.id, hall.tokens["device"])

    def plug(make: Make) -> Printer:
        return open_printer(left.url, roll=tmp_path, roll_keep=1, width_dots=make.width_dots)

    for name, says in ((None, "left, right; name one of them"), ("moon", "left, right; 'moon' is none of them")):
        with contextlib.closing(Spool(tmp_path / "spool")) as spool:
            agent = Agent(
                address, lambda make: open_printer(left.url, roll=tmp_path, roll_keep=1), spool, lambda _: None, name
            )
            with pytest.raises(Refused, match=says):
                await asyncio.wait_for(agent.run(), 10)
