"""Printers: bytes in, a paper out, or a PrintFailed that says why not."""

from __future__ import annotations

import errno
import logging
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import parse_qs, urlsplit

from ticket_printer.cables import Cable, Limits, SerialCable, TcpCable, UsbCable
from ticket_printer.failures import Cause, PrintFailed, Warned
from ticket_printer.roll import RollPrinter

log = logging.getLogger(__name__)

# DLE EOT n is answered at once, even by a printer that is printing or out of paper.
ASK_PRINTER, ASK_OFFLINE_CAUSE, ASK_PAPER = b"\x10\x04\x01", b"\x10\x04\x02", b"\x10\x04\x04"
# GS r 1 waits its turn behind the paper before it: its answer means that the paper is out.
ASK_WHEN_DONE = b"\x1dr\x01"

PAPER_LOW: Final = "paper_low"
SILENCES_BELIEVED = 3  # so many unanswered questions and a printer is taken for one that never answers


class Printer(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def warning(self) -> Warned | None:
        """``paper_low`` when it said so at the last look: it prints, and soon will not."""

    def state(self) -> Warned | None:
        """How it is, without printing: None, or ``paper_low``. Blocks within limits; raises PrintFailed."""

    def print(self, job: bytes, name: str) -> None:
        """Blocks until the paper is out, within limits; raises PrintFailed. `name` names the paper."""


class DevicePrinter:
    """A real printer at the end of a cable, opened for each paper: it may be off between two."""

    def __init__(self, name: str, plug_in: Callable[[], Cable], limits: Limits) -> None:
        self.name = name
        self._plug_in, self._limits = plug_in, limits
        self._has_answered = False
        self._silences = 0
        self._says_when_done: bool | None = None  # None: not known yet
        self._paper_is_low = False
        self._in_use = threading.Lock()  # most printers take one connection at a time

    @property
    def warning(self) -> Warned | None:
        return PAPER_LOW if self._paper_is_low else None

    def state(self) -> Warned | None:
        if not self._in_use.acquire(blocking=False):
            return self.warning  # it is printing: that tells soon enough
        try:
            with closing(self._plugged_in()) as cable:
                self._is_ready(cable)
        except OSError as error:
            raise PrintFailed("unreachable", str(error)) from error
        finally:
            self._in_use.release()
        return self.warning

    def print(self, job: bytes, name: str) -> None:
        with self._in_use:
            self._print(job)

    def _print(self, job: bytes) -> None:
        with closing(self._plugged_in()) as cable:
            try:
                answers = self._is_ready(cable)
            except OSError as error:
                raise PrintFailed("unreachable", str(error)) from error
            try:
                cable.send(job)
                if answers:
                    self._wait_until_out(cable)
                return
            except TimeoutError as error:
                stuck = error
            except OSError as error:
                raise PrintFailed("interrupted", str(error), started=True) from error
        # Only a new cable can ask: on the old one the question would be taken for a part of the picture.
        raise PrintFailed(self._why_stuck(), str(stuck), started=True) from stuck

    def _plugged_in(self) -> Cable:
        try:
            return self._plug_in()
        except ModuleNotFoundError as error:
            raise PrintFailed("misconfigured", str(error)) from error
        except OSError as error:
            forbidden = error.errno in (errno.EACCES, errno.EPERM)
            raise PrintFailed("misconfigured" if forbidden else "unreachable", str(error)) from error

    def _is_ready(self, cable: Cable) -> bool:
        """Whether it answers questions; raises PrintFailed when it answers that it cannot print."""
        if not self._has_answered and self._silences >= SILENCES_BELIEVED:
            return False
        if not self._answers(cable):
            if self._has_answered:
                raise PrintFailed("timeout", "it used to say how it is and says nothing now")
            self._silences += 1
            return False
        self._has_answered = True
        if cause := self._fault(cable):
            raise PrintFailed(cause)
        return True

    def _answers(self, cable: Cable) -> bool:
        return cable.ask(ASK_PRINTER, _is_status, self._limits.status_s) is not None

    def _fault(self, cable: Cable) -> Cause | None:
        def ask(question: bytes) -> int:
            return cable.ask(question, _is_status, self._limits.status_s) or 0

        offline_cause, paper, printer = ask(ASK_OFFLINE_CAUSE), ask(ASK_PAPER), ask(ASK_PRINTER)
        if offline_cause & 0x04:  # first: with the cover open the paper sensor sees no paper either
            return "cover_open"
        if paper & 0x60 or offline_cause & 0x20:
            return "no_paper"
        if printer & 0x08 or offline_cause & 0x40:
            return "offline"
        low = bool(paper & 0x0C)
        if low and not self._paper_is_low:
            log.warning("%s: the roll is nearly at its end", self.name)
        self._paper_is_low = low
        return None

    def _wait_until_out(self, cable: Cable) -> None:
        """A printer that can tell is asked when it is done; one that cannot, whether it is still well."""
        if self._says_when_done is not False:
            done = cable.ask(ASK_WHEN_DONE, _is_paper_sensor, self._limits.finish_s)
            if done is not None:
                self._says_when_done = True
                return
        if cause := self._fault(cable):
            raise PrintFailed(cause, "while printing", started=True)
        if self._says_when_done:
            raise PrintFailed("timeout", "it never said that the paper is out", started=True)
        self._says_when_done = False

    def _why_stuck(self) -> Cause:
        try:
            with closing(self._plug_in()) as cable:
                return (self._fault(cable) if self._answers(cable) else None) or "timeout"
        except OSError:
            return "timeout"


def _is_status(byte: int) -> bool:
    """DLE EOT answers 0xx1xx10."""
    return byte & 0x93 == 0x12


def _is_paper_sensor(byte: int) -> bool:
    """GS r 1 answers 0xx0xxxx, so a late DLE EOT is not taken for it."""
    return byte & 0x90 == 0


def open_printer(
    url: str, *, roll: Path, roll_keep: int, width_dots: int = 576, limits: Limits | None = None
) -> Printer:
    """``roll`` | ``tcp://HOST[:9100]`` | ``serial:///dev/ttyUSB0?baud=19200&flow=rtscts`` | ``usb://04b8:0e15``.

    Nothing is opened before the first paper. Raises ValueError, in a sentence, for an address that
    cannot be a printer.
    """
    limits = limits or Limits()
    if url == "roll":
        return RollPrinter(roll, roll_keep, width_dots)
    kind, _, _ = url.partition("://")
    if kind not in _PLUGS:
        raise ValueError(f"printer: {url!r} is none of roll, tcp://HOST:9100, serial:///dev/…, usb://VID:PID")
    try:
        return DevicePrinter(url, _PLUGS[kind](url, limits), limits)
    except ValueError as error:
        raise ValueError(f"printer: {url!r}: {error}") from error


def _tcp(url: str, limits: Limits) -> Callable[[], Cable]:
    address = urlsplit(url)
    host, port = address.hostname, address.port or 9100
    if not host:
        raise ValueError("the host is missing, as in tcp://192.168.1.50:9100")
    return lambda: TcpCable(host, port, limits)


def _serial(url: str, limits: Limits) -> Callable[[], Cable]:
    address = urlsplit(url)
    settings = {"baud": ["19200"], "flow": ["none"], **parse_qs(address.query)}
    baud, flow = settings.pop("baud")[-1], settings.pop("flow")[-1]
    if not address.path.startswith("/") or address.netloc:
        raise ValueError("the device is missing, as in serial:///dev/ttyUSB0")
    if not baud.isdigit() or not 300 <= int(baud) <= 4_000_000:
        raise ValueError(f"baud {baud!r} is no speed")
    if flow not in SerialCable.FLOWS:
        raise ValueError(f"flow {flow!r} is none of {', '.join(SerialCable.FLOWS)}")
    if settings:
        raise ValueError(f"unknown setting {', '.join(settings)}")
    return lambda: SerialCable(address.path, int(baud), flow, limits)


def _usb(url: str, limits: Limits) -> Callable[[], Cable]:
    vendor, _, product = urlsplit(url).netloc.partition(":")
    try:
        numbers = int(vendor, 16), int(product, 16)
    except ValueError:
        raise ValueError("vendor and product number are missing, as in usb://04b8:0e15") from None
    return lambda: UsbCable(*numbers, limits)


_PLUGS: dict[str, Callable[[str, Limits], Callable[[], Cable]]] = {"tcp": _tcp, "serial": _serial, "usb": _usb}
