"""The three ways bytes reach a printer. Each has its limits in seconds and never waits longer.

A cable raises TimeoutError when the printer takes no bytes, another OSError when it cannot be opened
or breaks, and ModuleNotFoundError when this machine lacks the library for it.
"""

from __future__ import annotations

import errno
import importlib
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

CHUNK_BYTES = 4096
GOODBYE_READS = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a printer may take; settable so that a test need not wait."""

    connect_s: float = 3.0
    status_s: float = 1.0  # to answer how it is: real printers do in milliseconds
    stall_s: float = 5.0  # without taking a single byte
    send_s: float = 30.0  # for one whole paper
    finish_s: float = 8.0  # from the last byte sent to the paper being out


class Cable(Protocol):
    def send(self, job: bytes) -> None: ...

    def ask(self, question: bytes, answers: Callable[[int], bool], within_s: float) -> int | None:
        """The first byte for which `answers` holds, or None when none came in time."""

    def close(self) -> None: ...


class TcpCable:
    def __init__(self, host: str, port: int, limits: Limits) -> None:
        self._limits = limits
        self._socket = socket.create_connection((host, port), timeout=limits.connect_s)
        # With a small buffer on this side, a byte that is sent is a byte the printer took: a printer
        # that hangs is noticed instead of filling the kernel's memory.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, CHUNK_BYTES)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, job: bytes) -> None:
        rest, until = memoryview(job), time.monotonic() + self._limits.send_s
        while rest:
            self._socket.settimeout(_wait_s(until, self._limits.stall_s))
            rest = rest[self._socket.send(rest[:CHUNK_BYTES]) :]

    def ask(self, question: bytes, answers: Callable[[int], bool], within_s: float) -> int | None:
        until = time.monotonic() + within_s
        try:
            self._socket.settimeout(within_s)
            self._socket.sendall(question)
            while True:
                self._socket.settimeout(_wait_s(until, within_s))
                received = self._socket.recv(64)
                if not received:
                    return None
                for byte in received:
                    if answers(byte):
                        return byte
        except TimeoutError:
            return None

    def close(self) -> None:
        # Unread bytes would turn the goodbye into a reset, and a printer may drop its paper for that.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
            self._socket.settimeout(0.05)
            for _ in range(GOODBYE_READS):
                if not self._socket.recv(64):
                    break
        self._socket.close()


def _wait_s(until: float, at_most_s: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("the printer was too slow")
    return min(left, at_most_s)


class SerialCable:
    """RS-232 or a USB serial adapter, 8N1. At 19200 baud a paper takes half a minute: prefer 115200."""

    FLOWS = ("none", "rtscts", "dsrdtr", "xonxoff")

    def __init__(self, device: str, baud: int, flow: str, limits: Limits) -> None:
        serial: Any = importlib.import_module("serial")  # only who has such a printer needs it
        self._timed_out: type[OSError] = serial.SerialTimeoutException
        self._baud, self._limits = baud, limits
        wires = {flow: True} if flow != "none" else {}
        self._port = serial.Serial(device, baud, timeout=limits.status_s, exclusive=True, **wires)

    def send(self, job: bytes) -> None:
        for start in range(0, len(job), CHUNK_BYTES):
            chunk = job[start : start + CHUNK_BYTES]
            self._port.write_timeout = len(chunk) * 10 / self._baud + self._limits.stall_s
            self._write(chunk)

    def ask(self, question: bytes, answers: Callable[[int], bool], within_s: float) -> int | None:
        until = time.monotonic() + within_s
        self._port.write_timeout = within_s
        try:
            self._write(question)
            while True:
                self._port.timeout = _wait_s(until, within_s)
                for byte in self._port.read(1):
                    if answers(byte):
                        return int(byte)
        except TimeoutError:
            return None

    def _write(self, chunk: bytes) -> None:
        try:
            self._port.write(chunk)
        except self._timed_out as error:
            raise TimeoutError(str(error)) from error

    def close(self) -> None:
        self._port.close()


class UsbCable:
    """A printer with its own USB plug (printer class), by vendor and product number."""

    def __init__(self, vendor: int, product: int, limits: Limits) -> None:
        self._limits = limits
        self._out: Any = None
        self._in: Any = None
        core: Any = importlib.import_module("usb.core")
        try:
            self._device: Any = core.find(idVendor=vendor, idProduct=product)
        except core.NoBackendError as error:
            raise ModuleNotFoundError("libusb 1.0 is not installed") from error
        if self._device is None:
            raise OSError(errno.ENODEV, f"no printer {vendor:04x}:{product:04x} is plugged in")
        with suppress(NotImplementedError):
            if self._device.is_kernel_driver_active(0):
                self._device.detach_kernel_driver(0)
        self._device.set_configuration()
        for endpoint in self._device.get_active_configuration()[(0, 0)]:
            if endpoint.bEndpointAddress & 0x80:
                self._in = endpoint
            else:
                self._out = endpoint

    def send(self, job: bytes) -> None:
        until = time.monotonic() + self._limits.send_s
        for start in range(0, len(job), CHUNK_BYTES):
            self._write(job[start : start + CHUNK_BYTES], _wait_s(until, self._limits.stall_s))

    def ask(self, question: bytes, answers: Callable[[int], bool], within_s: float) -> int | None:
        if self._in is None:
            return None
        until = time.monotonic() + within_s
        try:
            self._write(question, within_s)
            while True:
                for byte in self._in.read(64, int(_wait_s(until, within_s) * 1000)):
                    if answers(byte):
                        return int(byte)
        except OSError as error:
            if error.errno != errno.ETIMEDOUT and not isinstance(error, TimeoutError):
                raise
            return None

    def _write(self, chunk: bytes, within_s: float) -> None:
        try:
            taken = self._out.write(chunk, int(within_s * 1000))
        except OSError as error:
            if error.errno != errno.ETIMEDOUT:
                raise
            raise TimeoutError(str(error)) from error
        if taken != len(chunk):
            raise TimeoutError(f"the printer took {taken} of {len(chunk)} bytes")

    def close(self) -> None:
        importlib.import_module("usb.util").dispose_resources(self._device)
