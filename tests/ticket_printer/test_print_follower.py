from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ticket_printer.decoder import decode
from ticket_printer.failures import Cause, PrintFailed
from ticket_printer.follower import Habits, NoSlip, follow, watch
from ticket_printer.slip import Slip
from ticket_printer.spool import Job, Spool, SpoolBroken

NOON = 1_800_000_000_000


class PaperTray:
    """A printer that remembers, and fails as it is told to."""

    name = "tray"
    warning: str | None = None

    def __init__(self, *failures: PrintFailed) -> None:
        self.papers: list[str] = []
        self.tries = 0
        self._failures = list(failures)
        self.may_print = threading.Event()
        self.may_print.set()
        self.began = threading.Event()

    def state(self) -> str | None:
        if self._failures:
            raise self._failures.pop(0)
        return self.warning

    def print(self, job: bytes, name: str) -> None:
        self.tries += 1
        self.began.set()
        assert self.may_print.wait(5)
        if self._failures:
            raise self._failures.pop(0)
        assert decode(job).cut
        self.papers.append(name.partition("-")[2])


class Hall:
    """Gives papers out and is told outcomes."""

    def __init__(self, slip: Slip) -> None:
        self.slip: Slip | Exception = slip
        self.told: list[tuple[int, str, str, Cause | None, bool]] = []
        self.answer: bool | None = None
        self.away = False
        self.taken: dict[int, str] = {}  # by the key that took it
        self.elsewhere: set[int] = set()
        self.states: list[str | None] = []

    async def take(self, deed: int, key: str) -> bool:
        return deed not in self.elsewhere and self.taken.setdefault(deed, key) == key

    async def words(self, _deed: int) -> Slip:
        if isinstance(self.slip, Exception):
            raise self.slip
        return self.slip

    async def report(self, job: Job) -> bool | None:
        if self.away:
            raise ConnectionError("the server is away")
        assert job.outcome is not None
        self.told.append((job.deed, job.ticket, job.outcome, job.cause, job.begun))
        return self.answer

    def be(self, cause: str | None) -> None:
        self.states.append(cause)


@pytest.fixture
def hall(slip: Slip) -> Hall:
    return Hall(slip)


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path, clock=lambda: NOON)
    yield spool
    spool.close()


def issued(number: int, ticket: str, at: int | str = NOON, paper: str = "waiting") -> dict[str, Any]:
    return {"number": number, "at": at, "kind": "TicketIssued", "ticket": ticket, "paper": paper}


async def coming(*deeds: Mapping[str, Any]) -> AsyncIterator[Mapping[str, Any]]:
    for deed in deeds:
        yield deed


async def followed(
    hall: Hall, tray: PaperTray, spool: Spool, *deeds: Mapping[str, Any], habits: Habits | None = None
) -> None:
    await follow(coming(*deeds), hall, tray, spool, habits=habits, clock=lambda: NOON + 1000)


async def test_each_number_given_out_gets_its_paper_in_order(hall: Hall, spool: Spool) -> None:
    tray = PaperTray()
    await followed(hall, tray, spool, issued(1, "20261123-A001"), issued(2, "20261123-A002"))
    assert tray.papers == ["1.20261123-A001", "2.20261123-A002"]
    assert hall.told == [
        (1, "20261123-A001", "printed", None, True),
        (2, "20261123-A002", "printed", None, True),
    ]


async def test_what_asks_for_no_paper_gets_none(hall: Hall, spool: Spool) -> None:
    tray = PaperTray()
    await followed(
        hall,
        tray,
        spool,
        {"number": 1, "at": NOON, "kind": "HallConfigured", "layout": {}},
        issued(2, "20261123-A001", paper="none"),
        {"number": 3, "at": NOON, "kind": "TicketCalled", "ticket": "20261123-A001", "window": "1"},
    )
    assert (tray.tries, hall.told) == (0, [])


async def test_the_same_deed_again_is_the_same_paper(hall: Hall, spool: Spool) -> None:
    tray = PaperTray()
    deed = issued(1, "20261123-A001")
    await followed(hall, tray, spool, deed, deed)
    await followed(hall, tray, spool, deed)
    assert tray.papers == ["1.20261123-A001"]


async def test_after_a_crash_in_the_middle_of_printing_nothing_is_printed_again(hall: Hall, spool: Spool) -> None:
    spool.claim(1, "20261123-A001")  # and the power went
    tray = PaperTray()
    await followed(hall, tray, spool, issued(1, "20261123-A001"))
    assert tray.tries == 0
    assert hall.told == [(1, "20261123-A001", "failed", "interrupted", True)]


async def test_a_paper_of_long_ago_is_not_printed(hall: Hall, spool: Spool) -> None:
    tray = PaperTray()
    old = issued(1, "20261123-A001", at=NOON - 120_000)  # 121 s by the follower's clock
    await followed(hall, tray, spool, old, issued(2, "20261123-A002", at=NOON - 118_000))
    assert tray.papers == ["2.20261123-A002"]
    assert hall.told[0] == (1, "20261123-A001", "failed", "too_late", True)


async def test_a_deed_s_time_is_understood_as_it_comes_over_the_wire(hall: Hall, spool: Spool) -> None:
    tray = PaperTray()
    # 1800000000 s is 2027-01-15 16:00:00 in Shanghai
    fresh = issued(1, "20270115-A001", at="2027-01-15T16:00:00+08:00")
    await followed(hall, tray, spool, fresh, issued(2, "20270115-A002", at="2027-01-15T15:57:00.000+08:00"))
    assert tray.papers == ["1.20270115-A001"]


async def test_a_printer_without_paper_is_told_at_once(hall: Hall, spool: Spool) -> None:
    tray = PaperTray(PrintFailed("no_paper"))
    await followed(hall, tray, spool, issued(1, "20261123-A001"), issued(2, "20261123-A002"))
    assert [told[1:4] for told in hall.told] == [
        ("20261123-A001", "failed", "no_paper"),
        ("20261123-A002", "printed", None),
    ]


async def test_a_hall_may_ask_for_more_tries_and_they_end(hall: Hall, spool: Spool) -> None:
    patient = Habits(retries=2, retry_wait_s=0)
    tray = PaperTray(PrintFailed("no_paper"), PrintFailed("cover_open"))
    await followed(hall, tray, spool, issued(1, "20261123-A001"), habits=patient)
    assert (tray.tries, hall.told[0][2]) == (3, "printed")
    tray = PaperTray(*[PrintFailed("no_paper")] * 9)
    await followed(hall, tray, spool, issued(2, "20261123-A002"), habits=patient)
    assert (tray.tries, hall.told[1][2:4]) == (3, ("failed", "no_paper"))


async def test_a_paper_once_begun_is_not_tried_again(hall: Hall, spool: Spool) -> None:
    tray = PaperTray(PrintFailed("no_paper", started=True))
    await followed(hall, tray, spool, issued(1, "20261123-A001"), habits=Habits(retries=5, retry_wait_s=0))
    assert tray.tries == 1
    assert hall.told[0][2:4] == ("failed", "no_paper")


async def test_a_ticket_the_hall_has_no_paper_for_fails_alone(hall: Hall, spool: Spool, slip: Slip) -> None:
    hall.slip = NoSlip("gone")
    await followed(hall, PaperTray(), spool, issued(1, "20261123-A001"))
    hall.slip = slip
    await followed(hall, PaperTray(), spool, issued(2, "20261123-A002"))
    assert [told[2:4] for told in hall.told] == [("failed", "misconfigured"), ("printed", None)]


async def test_an_outcome_the_hall_did_not_hear_is_told_again_without_another_paper(hall: Hall, spool: Spool) -> None:
    tray = PaperTray()
    hall.away = True
    with pytest.raises(ConnectionError):
        await followed(hall, tray, spool, issued(1, "20261123-A001"))
    hall.away = False
    await followed(hall, tray, spool)
    assert hall.told == [(1, "20261123-A001", "printed", None, True)]
    assert tray.papers == ["1.20261123-A001"]


async def test_where_sent_is_not_arrived_the_log_has_the_last_word(hall: Hall, spool: Spool) -> None:
    tray = PaperTray()
    hall.answer = False
    await followed(hall, tray, spool, issued(1, "20261123-A001"), issued(2, "20261123-A002"))
    heard = {"number": 3, "at": NOON, "kind": "TicketPrinted", "ticket": "20261123-A001", "deed": 1}
    hall.told.clear()
    await followed(hall, tray, spool, heard)  # tells both again, then hears of the first
    assert [told[0] for told in hall.told] == [1, 2]
    hall.told.clear()
    await followed(hall, tray, spool)
    assert [told[0] for told in hall.told] == [2]
    assert len(tray.papers) == 2


async def test_a_job_that_cannot_be_remembered_is_not_printed(
    hall: Hall, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_deed: int, _ticket: str) -> None:
        raise SpoolBroken("No space left on device")

    monkeypatch.setattr(spool, "claim", full)
    tray = PaperTray()
    await followed(hall, tray, spool, issued(1, "20261123-A001"))
    assert tray.tries == 0
    assert hall.told == [(1, "20261123-A001", "failed", "offline", False)]


async def test_a_paper_on_its_way_is_finished_before_the_program_ends(hall: Hall, spool: Spool) -> None:
    tray = PaperTray()
    tray.may_print.clear()
    following = asyncio.create_task(followed(hall, tray, spool, issued(1, "20261123-A001")))
    assert await asyncio.to_thread(tray.began.wait, 5)
    following.cancel()
    asyncio.get_running_loop().call_soon(tray.may_print.set)
    with pytest.raises(asyncio.CancelledError):
        await following
    assert tray.papers == ["1.20261123-A001"]
    assert [job.outcome for job in spool.untold()] == ["printed"]


async def test_a_cursor_moves_only_after_the_paper_is_out(hall: Hall, spool: Spool) -> None:
    tray = PaperTray()
    printed_when_asked_on: list[int] = []

    async def deeds() -> AsyncIterator[Mapping[str, Any]]:
        for number in (1, 2):
            yield issued(number, f"20261123-A00{number}")
            printed_when_asked_on.append(len(hall.told))

    await follow(deeds(), hall, tray, spool, clock=lambda: NOON)
    assert printed_when_asked_on == [1, 2]


# --- several printers, and what staff ask for ---


LEFT, RIGHT = Habits(name="left"), Habits(name="right")


async def test_a_printer_prints_what_belongs_to_it_and_nothing_else(hall: Hall, spool: Spool) -> None:
    tray = PaperTray()
    await followed(
        hall,
        tray,
        spool,
        {**issued(1, "20261123-A001"), "printer": "left"},
        {**issued(2, "20261123-A002"), "printer": "right"},
        {"number": 3, "at": NOON, "kind": "ReprintAsked", "ticket": "20261123-A001", "printer": "right"},
        {"number": 4, "at": NOON, "kind": "ReceiptAsked", "ticket": "20261123-A001", "printer": "left"},
        {"number": 5, "at": NOON, "kind": "PrinterTestAsked", "printer": "left"},
        habits=LEFT,
    )
    assert tray.papers == ["1.20261123-A001", "4.20261123-A001", "5.test"]


async def test_a_paper_that_another_printer_took_is_left_to_it_and_nothing_is_told(hall: Hall, spool: Spool) -> None:
    hall.elsewhere = {1}
    tray = PaperTray()
    await followed(hall, tray, spool, issued(1, "20261123-A001"), issued(2, "20261123-A002"))
    assert tray.papers == ["2.20261123-A002"]
    assert [told[0] for told in hall.told] == [2]


async def test_after_a_crash_between_the_yes_and_the_claim_the_same_spool_gets_its_yes_again(
    hall: Hall, spool: Spool
) -> None:
    assert await hall.take(1, f"{spool.id}-1")  # and the power went
    assert not await hall.take(1, "another-1")
    tray = PaperTray()
    await followed(hall, tray, spool, issued(1, "20261123-A001"))
    assert tray.papers == ["1.20261123-A001"]


async def test_a_moved_paper_is_printed_once_by_the_one_that_stands_in(
    hall: Hall, spool: Spool, tmp_path: Path
) -> None:
    deed = {**issued(1, "20261123-A001"), "printer": "left"}
    moved = {
        "number": 2, "at": NOON, "kind": "PaperMoved", "ticket": "20261123-A001", "deed": 1,
        "printer": "left", "to": "right", "cause": "no_paper",
    }  # fmt: skip
    left, right = PaperTray(PrintFailed("no_paper")), PaperTray()
    await followed(hall, left, spool, deed, habits=LEFT)
    assert hall.told == [(1, "20261123-A001", "failed", "no_paper", False)]
    hall.taken.clear()  # the hall gives it out anew
    other = Spool(tmp_path / "right", clock=lambda: NOON)
    for _ in range(2):
        await followed(hall, right, other, deed, moved, habits=RIGHT)
        await followed(hall, left, spool, deed, moved, habits=LEFT)
    other.close()
    assert (left.papers, right.papers) == ([], ["1.20261123-A001"])


async def test_a_first_and_a_second_paper_of_one_number_are_two_jobs(hall: Hall, spool: Spool) -> None:
    tray = PaperTray()
    again = {"number": 9, "at": NOON, "kind": "ReprintAsked", "ticket": "20261123-A001", "printer": "printer"}
    hall.answer = False
    await followed(hall, tray, spool, issued(1, "20261123-A001"), again)
    assert tray.papers == ["1.20261123-A001", "9.20261123-A001"]
    heard = {"number": 10, "at": NOON, "kind": "TicketPrinted", "ticket": "20261123-A001", "deed": 9}
    await followed(hall, tray, spool, heard)
    assert [job.deed for job in spool.untold()] == [1]


async def test_staff_hear_that_the_roll_is_nearly_at_its_end_before_it_is(hall: Hall, spool: Spool) -> None:
    tray = PaperTray()
    tray.warning = "paper_low"
    await followed(hall, tray, spool, issued(1, "20261123-A001"))
    assert hall.told[0][2] == "printed"
    assert hall.states == ["paper_low"]


class EndOfTest(Exception):
    pass


class WatchedHall(Hall):
    """Ends the watch when it has heard twice."""

    def __init__(self, hall: Hall) -> None:
        self.states = hall.states

    def be(self, cause: str | None) -> None:
        super().be(cause)
        if len(self.states) == 2:
            raise EndOfTest


async def test_a_printer_that_prints_nothing_is_asked_how_it_is(hall: Hall) -> None:
    tray = PaperTray(PrintFailed("cover_open"))
    with pytest.raises(EndOfTest):
        await watch(tray, WatchedHall(hall), 0.001)
    assert hall.states == ["cover_open", None]
