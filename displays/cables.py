"""What a sign hangs on: a serial line (RS-485, RS-232, USB) or a TCP address, that may be gone at any time."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import socket
import sys
from typing import Literal, Protocol
from urllib.parse import parse_qs, urlsplit

import serial

OPEN_TIMEOUT_S = 5.0
SEND_TIMEOUT_S = 3.0
LOOK_EVERY_S = 0.5
BAUD = 9600


CableCause = Literal[
    "no_port",  # no such device, or a folder that can't be made
    "port_busy",  # another program has it
    "unreachable",  # nobody answers at the address
    "cable_lost",  # it was there, and is gone
]


class CableLost(Exception):
    """The world's fault: nothing reaches the sign now. ``cause`` is the code, the message the sentence."""

    def __init__(self, cause: CableCause, sentence: str) -> None:
        super().__init__(sentence)
        self.cause = cause


class Cable(Protocol):
    """``lost()`` returns or raises CableLost once the far end is known to be gone; ``open`` and ``send`` raise it."""

    name: str

    async def open(self) -> None: ...

    async def send(self, frame: bytes) -> None: ...

    async def lost(self) -> None: ...

    def close(self) -> None: ...


def cable_to(port: str) -> Cable:
    """``tcp://host:port``, ``COM3``, ``/dev/ttyUSB0`` or ``serial:///dev/ttyUSB0``, the latter three with
    ``?baud=N`` where it is not 9600. Raises ValueError."""
    if port.startswith("tcp://"):
        address = urlsplit(port)
        if not address.hostname or address.port is None or address.path not in ("", "/"):
            raise ValueError(f"{port!r} is no address like tcp://192.0.2.7:5000")
        return TcpCable(address.hostname, address.port)
    found = re.fullmatch(r"(?:serial://)?((?:/dev/|COM\d)[^?\s]*)(?:\?(.*))?", port)
    if not found:
        raise ValueError(f"{port!r} is no port like COM3, /dev/ttyUSB0?baud=9600 or tcp://192.0.2.7:5000")
    baud = parse_qs(found[2] or "").get("baud", [str(BAUD)])[0]
    if not (baud.isdecimal() and 300 <= int(baud) <= 1_000_000):
        raise ValueError(f"{baud!r} is no speed of a serial line")
    return SerialCable(found[1], int(baud))


class TcpCable:
    """A controller, or a serial server in front of several, on the network."""

    def __init__(self, host: str, port: int) -> None:
        self.name = f"tcp://{host}:{port}"
        self._host, self._port = host, port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def open(self) -> None:
        try:
            async with asyncio.timeout(OPEN_TIMEOUT_S):
                self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        except (OSError, TimeoutError) as away:
            raise CableLost("unreachable", f"{self.name}: {away or 'no answer'}") from away
        _notice_a_pulled_cable(self._writer.get_extra_info("socket"))

    async def send(self, frame: bytes) -> None:
        assert self._writer is not None
        self._writer.write(frame)
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await self._writer.drain()
        except (OSError, TimeoutError) as gone:
            raise CableLost("cable_lost", f"{self.name}: {gone or 'takes nothing'}") from gone

    async def lost(self) -> None:
        assert self._reader is not None
        try:
            while await self._reader.read(1024):  # what a controller answers says nothing that we could use
                pass
        except OSError as gone:
            raise CableLost("cable_lost", f"{self.name}: {gone}") from gone
        raise CableLost("cable_lost", f"{self.name}: it closed the connection")

    def close(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()
        self._reader = self._writer = None


def _notice_a_pulled_cable(line: socket.socket) -> None:
    """What was sent and not taken, or a far end that answers no question, ends the connection in seconds."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_KEEPIDLE", 5),
        ("TCP_KEEPINTVL", 2),
        ("TCP_KEEPCNT", 2),
        ("TCP_USER_TIMEOUT", 8000),  # ms
    ):
        if hasattr(socket, name):
            line.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


class SerialCable:
    """A serial line; its device may come and go with a USB plug."""

    def __init__(self, device: str, baud: int) -> None:
        self.name = device
        self._baud = baud
        self._line: serial.Serial | None = None

    async def open(self) -> None:
        try:
            self._line = await asyncio.to_thread(
                serial.Serial, self.name, self._baud, write_timeout=SEND_TIMEOUT_S, timeout=0, exclusive=_EXCLUSIVE
            )
        except (OSError, ValueError) as missing:  # SerialException is an OSError
            cause: CableCause = "port_busy" if "exclusively" in str(missing) else "no_port"
            number = getattr(missing, "errno", None)
            raise CableLost(cause, f"{self.name}: {os.strerror(number) if number else missing}") from missing

    async def send(self, frame: bytes) -> None:
        line = self._line
        assert line is not None
        try:
            await asyncio.to_thread(line.write, frame)
        except (OSError, TypeError) as gone:  # TypeError: pyserial, closed under its hands
            raise CableLost("cable_lost", f"{self.name}: {gone}") from gone

    async def lost(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            line = self._line
            try:
                if line is None or not line.is_open:
                    raise OSError("closed")
                if line.in_waiting:
                    line.read(line.in_waiting)
                if self.name.startswith("/") and not os.path.exists(self.name):  # noqa: ASYNC240 - a device node
                    raise OSError("the device is gone")
            except (OSError, TypeError) as gone:
                raise CableLost("cable_lost", f"{self.name}: {gone}") from gone

    def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(OSError):
                line.close()


_EXCLUSIVE = None if sys.platform == "win32" else True
