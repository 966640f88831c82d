from __future__ import annotations

import errno
import json
import logging
import os
import sys
import time
import tty
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from PIL import Image

from tests.ports import our_port
from tests.ticket_printer.fake_printer import (
    COVER_OPEN,
    ERROR_LIGHT,
    NO_PAPER,
    OFFLINE,
    PAPER_LOW,
    WELL,
    FakePrinter,
)
from ticket_printer.cables import Limits
from ticket_printer.decoder import same_paper
from ticket_printer.escpos_bytes import paper_bytes
from ticket_printer.failures import PrintFailed
from ticket_printer.layout import lay_out
from ticket_printer.printers import Printer, open_printer
from ticket_printer.raster import draw, measure
from ticket_printer.slip import Slip

QUICK = Limits(connect_s=1, status_s=0.2, stall_s=0.3, send_s=2, finish_s=0.3)


@pytest.fixture
def printer() -> Iterator[FakePrinter]:
    with FakePrinter() as fake:
        yield fake


@pytest.fixture
def ticket(slip: Slip) -> bytes:
    return paper_bytes(slip)


def opened(url: str, limits: Limits = QUICK, roll: Path = Path("roll"), keep: int = 3) -> Printer:
    return open_printer(url, roll=roll, roll_keep=keep, limits=limits)


def failure(printer: Printer, job: bytes) -> PrintFailed:
    with pytest.raises(PrintFailed) as failed:
        printer.print(job, "A018")
    return failed.value


def test_the_printer_gets_the_very_bytes_of_the_ticket(printer: FakePrinter, ticket: bytes) -> None:
    opened(printer.url).print(ticket, "A018")
    assert printer.papers == [ticket]  # said to be out only after the cut: no waiting needed here


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (NO_PAPER, "no_paper"),
        (COVER_OPEN, "cover_open"),
        (OFFLINE, "offline"),
        (ERROR_LIGHT, "offline"),
    ],
)
def test_a_printer_that_cannot_print_says_why_before_a_byte_is_sent(
    printer: FakePrinter, ticket: bytes, status: dict[int, int], cause: str
) -> None:
    printer.status = status
    failed = failure(opened(printer.url), ticket)
    assert (failed.cause, failed.started) == (cause, False)
    assert printer.papers == []


def test_it_prints_again_once_there_is_paper(printer: FakePrinter, ticket: bytes) -> None:
    here = opened(printer.url)
    printer.status = NO_PAPER
    failure(here, ticket)
    printer.status = WELL
    here.print(ticket, "A018")
    assert printer.papers == [ticket]


def test_a_roll_nearly_at_its_end_still_prints_and_is_mentioned(
    printer: FakePrinter, ticket: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    printer.status = PAPER_LOW
    with caplog.at_level(logging.WARNING):
        opened(printer.url).print(ticket, "A018")
    assert printer.papers == [ticket]
    assert "nearly at its end" in caplog.text


def test_a_printer_that_never_answers_is_still_printed_to(printer: FakePrinter, ticket: bytes) -> None:
    printer.answers = printer.says_when_done = False
    opened(printer.url).print(ticket, "A018")
    assert printer.wait_for_papers(1) == [ticket]


def test_after_some_silence_it_is_no_longer_asked(printer: FakePrinter, ticket: bytes) -> None:
    printer.answers = printer.says_when_done = False
    here = opened(printer.url)
    for count in range(1, 6):
        here.print(ticket, "A018")
        printer.wait_for_papers(count)
    assert len(printer.questions) == 3


def test_a_printer_that_falls_silent_is_not_trusted_with_a_ticket(printer: FakePrinter, ticket: bytes) -> None:
    here = opened(printer.url)
    here.print(ticket, "A018")
    printer.answers = False
    assert failure(here, ticket).cause == "timeout"
    assert printer.papers == [ticket]


def test_a_printer_that_cannot_say_when_it_is_done_is_waited_for_only_once(printer: FakePrinter, ticket: bytes) -> None:
    printer.says_when_done = False
    here = opened(printer.url)
    here.print(ticket, "A018")
    here.print(ticket, "A019")
    assert printer.wait_for_papers(2) == [ticket, ticket]
    assert printer.questions.count(b"\x1dr\x01") == 1


def test_a_printer_that_always_said_when_it_was_done_and_now_does_not_has_failed(
    printer: FakePrinter, ticket: bytes
) -> None:
    here = opened(printer.url)
    here.print(ticket, "A018")
    printer.says_when_done = False
    failed = failure(here, ticket)
    assert (failed.cause, failed.started) == ("timeout", True)


def test_a_printer_that_takes_no_bytes_is_given_up_in_time(printer: FakePrinter, ticket: bytes) -> None:
    printer.reads = False
    began = time.monotonic()
    failed = failure(opened(printer.url), ticket)
    assert (failed.cause, failed.started) == ("timeout", True)
    assert time.monotonic() - began < 3


def test_a_roll_that_ends_in_the_middle_of_a_ticket_is_told_as_no_paper(printer: FakePrinter, ticket: bytes) -> None:
    printer.runs_out_after_bytes = 9_000
    failed = failure(opened(printer.url), ticket)
    assert (failed.cause, failed.started) == ("no_paper", True)


def test_a_connection_that_breaks_in_the_middle_is_an_interruption(printer: FakePrinter, ticket: bytes) -> None:
    printer.breaks_after_bytes = 9_000
    failed = failure(opened(printer.url), ticket)
    assert (failed.cause, failed.started) == ("interrupted", True)


def test_nobody_at_the_address_is_unreachable(ticket: bytes) -> None:
    with our_port() as nowhere:
        failed = failure(opened(f"tcp://127.0.0.1:{nowhere}"), ticket)
    assert (failed.cause, failed.started) == ("unreachable", False)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "lpt1",
        "http://192.168.1.50",
        "tcp://",
        "tcp://host:99999",
        "serial://ttyUSB0",
        "serial:///dev/ttyUSB0?baud=fast",
        "serial:///dev/ttyUSB0?flow=both",
        "serial:///dev/ttyUSB0?baut=9600",
        "usb://epson",
    ],
)
def test_an_address_that_is_no_printer_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(ValueError, match=r"^printer: "):
        opened(url)


# --- the roll on disk -------------------------------------------------------------------------------


def test_the_roll_shows_the_paper_that_a_printer_would_print(tmp_path: Path, slip: Slip, ticket: bytes) -> None:
    opened("roll", roll=tmp_path).print(ticket, "12.20261123-A018")
    (note,) = tmp_path.glob("*.json")
    facts = json.loads(note.read_text())
    assert facts["name"] == "12.20261123-A018"
    assert facts["cut"] is True
    with Image.open(tmp_path / facts["png"]) as paper:
        assert same_paper(paper, draw(lay_out(slip, 576, measure)))


def test_the_roll_keeps_its_newest_papers_only(tmp_path: Path, ticket: bytes) -> None:
    roll = opened("roll", roll=tmp_path, keep=3)
    (tmp_path / ".00000000000001-torn.png").write_bytes(b"half a pap")  # left by a crash
    for number in range(6):
        roll.print(ticket, f"A{number:03d}")
    assert sorted(path.stem.partition("-")[2] for path in tmp_path.glob("*.json")) == ["A003", "A004", "A005"]
    assert len(list(tmp_path.iterdir())) == 6


def test_a_name_cannot_leave_the_roll(tmp_path: Path, ticket: bytes) -> None:
    opened("roll", roll=tmp_path / "roll").print(ticket, "../../A018")
    assert len(list((tmp_path / "roll").glob("*.png"))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["roll"]


def test_a_roll_with_no_room_is_a_failure_like_any_other(tmp_path: Path, ticket: bytes) -> None:
    (tmp_path / "roll").write_text("in the way")
    assert failure(opened("roll", roll=tmp_path / "roll"), ticket).cause == "offline"


# --- serial -----------------------------------------------------------------------------------------


@pytest.fixture
def wire() -> Iterator[tuple[int, str]]:
    """A serial line of which the test holds the printer's end: (its file, the device's path)."""
    printer_end, device = os.openpty()
    tty.setraw(device)
    yield printer_end, os.ttyname(device)
    os.close(printer_end)
    os.close(device)


def behind_the_wire(printer_end: int, expected_bytes: int, got: list[bytes]) -> None:
    received = b""
    while len(received) < expected_bytes:
        received += os.read(printer_end, 4096)
        if received.endswith((b"\x10\x04\x01", b"\x10\x04\x02", b"\x10\x04\x04")):
            received = received[:-3]
            os.write(printer_end, b"\x12")
    got.append(received)
    os.write(printer_end, b"\x00")


def test_a_serial_printer_is_asked_and_printed_to(wire: tuple[int, str], ticket: bytes) -> None:
    got: list[bytes] = []
    printing = Thread(target=behind_the_wire, args=(wire[0], len(ticket) + 3, got))
    printing.start()
    opened(f"serial://{wire[1]}?baud=115200", Limits(status_s=2, finish_s=2)).print(ticket, "A018")
    printing.join(5)
    assert got == [ticket + b"\x1dr\x01"]


def test_a_serial_printer_that_hangs_is_given_up(wire: tuple[int, str], ticket: bytes) -> None:
    assert failure(opened(f"serial://{wire[1]}?baud=115200"), ticket).cause == "timeout"


def test_a_serial_printer_that_is_unplugged_is_unreachable(ticket: bytes) -> None:
    assert failure(opened("serial:///dev/ttyNONE7"), ticket).cause == "unreachable"


# --- USB --------------------------------------------------------------------------------------------


class FakeUsb:
    """Stands for both usb.core and the one device found: endpoints that take and give bytes."""

    class NoBackendError(ValueError):
        pass

    def __init__(self) -> None:
        self.received = b""
        self.plugged_in, self.allowed, self.takes = True, True, True
        self._replies: list[bytes] = []
        self.bEndpointAddress = 0x01

    def find(self, idVendor: int, idProduct: int) -> FakeUsb | None:  # noqa: N803 - pyusb's names
        return self if self.plugged_in and (idVendor, idProduct) == (0x04B8, 0x0E15) else None

    def is_kernel_driver_active(self, _interface: int) -> bool:
        return False

    def set_configuration(self) -> None:
        if not self.allowed:
            raise OSError(errno.EACCES, "Access denied (insufficient permissions)")

    def get_active_configuration(self) -> dict[tuple[int, int], list[Any]]:
        replies = type("In", (), {"bEndpointAddress": 0x82, "read": lambda _s, _n, _t: self._reply()})()
        return {(0, 0): [self, replies]}

    def write(self, chunk: bytes, _timeout_ms: int) -> int:
        if not self.takes:
            raise OSError(errno.ETIMEDOUT, "Operation timed out")
        if chunk[:2] == b"\x10\x04":
            self._replies.append(b"\x12")
        elif chunk == b"\x1dr\x01":
            self._replies.append(b"\x00")
        else:
            self.received += chunk
        return len(chunk)

    def _reply(self) -> bytes:
        if not self._replies:
            raise OSError(errno.ETIMEDOUT, "Operation timed out")
        return self._replies.pop(0)

    def dispose_resources(self, _device: FakeUsb) -> None:
        pass


@pytest.fixture
def usb(monkeypatch: pytest.MonkeyPatch) -> FakeUsb:
    fake = FakeUsb()
    for module in ("usb.core", "usb.util"):
        monkeypatch.setitem(sys.modules, module, fake)
    return fake


def test_a_usb_printer_is_asked_and_printed_to(usb: FakeUsb, ticket: bytes) -> None:
    opened("usb://04b8:0e15").print(ticket, "A018")
    assert usb.received == ticket


def test_a_usb_printer_that_is_unplugged_is_unreachable(usb: FakeUsb, ticket: bytes) -> None:
    usb.plugged_in = False
    assert failure(opened("usb://04b8:0e15"), ticket).cause == "unreachable"


def test_a_usb_printer_we_may_not_use_is_misconfigured(usb: FakeUsb, ticket: bytes) -> None:
    usb.allowed = False
    assert failure(opened("usb://04b8:0e15"), ticket).cause == "misconfigured"


def test_a_usb_printer_that_hangs_is_given_up(usb: FakeUsb, ticket: bytes) -> None:
    usb.takes = False
    assert failure(opened("usb://04b8:0e15"), ticket).cause == "timeout"


def test_a_machine_without_the_library_says_so(monkeypatch: pytest.MonkeyPatch, ticket: bytes) -> None:
    monkeypatch.setitem(sys.modules, "serial", None)
    failed = failure(opened("serial:///dev/ttyUSB0"), ticket)
    assert failed.cause == "misconfigured"
    assert "serial" in failed.detail
