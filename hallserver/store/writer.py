"""What desks decided, on its way to the process that writes it (``committing``), and what became of it.

A press is durable when its entry is settled without an error: log lines, table rows and the answer to
its key stand in one transaction (``synchronous=FULL``).
"""

from __future__ import annotations

import asyncio
import contextlib
import selectors
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, Unpack

from hallserver.moments import Moment
from hallserver.store import committing
from hallserver.store.committing import FAILED, RECEIVE_BYTES, TAKEN, Frames, No, framed
from hallserver.store.statements import CLEARING, INSERTS, Rows

ENDING_S = 5.0
"""How long the writing process may take for what it was given, and to end, when the server does."""
ENDED = "the writing process ended"


class NumberTaken(Exception):
    """Another process appended to this hall's log first, or the key was answered already."""


class StorageFailed(Exception):
    """The database did not take the transaction: full disk, read-only, locked too long."""


class WriterFault(Exception):
    """A row held what SQLite can't take: a fault of ours."""


class Rare(TypedDict, total=False):
    """What only a few entries have: that they clear tables, a row of ``private`` or ``snapshot``, moments before which
    answers and bookers are forgotten."""

    alone: bool
    private: tuple[Any, ...] | None
    snapshot: tuple[Any, ...]
    forget_answers_before: Moment
    forget_bookers_before: Moment


@dataclass(slots=True)
class Entry:
    """What one decision writes (``told``, made by ``entry``). ``epoch`` grows with every failure of the hall: what was
    decided on a state that never came to be is not written. ``settle`` is called with what became of entries."""

    hall: str
    epoch: int
    told: bytes
    settle: Settle
    token: Any = None
    needs_room: bool = True
    """Whether a full disk would refuse it."""


Settle = Callable[[list[tuple[Entry, Exception | None]]], None]


def entry(
    hall: str,
    epoch: int,
    rows: Rows,
    settle: Settle,
    token: Any = None,
    **rare: Unpack[Rare],
) -> Entry:
    """Rows, and what is rare, as they are handed over: at once, while they are at hand, so that nothing of them
    need be kept. Raises ValueError for what is no plain value."""
    return Entry(hall, epoch, framed("write", hall, epoch, rows, rare), settle, token, bool(rows) or "snapshot" in rare)


class Writer:
    """The server's end. Everything is called, and calls back, on one thread: the loop's, once it ``follow``s one."""

    def __init__(self, path: Path) -> None:
        committing.connect(str(path)).close()  # raises sqlite3.Error for what can't be written
        self._path = path
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._wire: socket.socket | None = None
        self._frames = Frames()
        self._unsent = bytearray()
        self._in_flight: deque[Entry] = deque()
        self._asked: deque[tuple[Callable[..., object], tuple[Any, ...]]] = deque()
        """Who waits for an answer, and what they are told if none comes."""
        self._more_to_send = False
        self._closing = False
        self._dead: dict[str, int] = {}
        self.died = 0
        """How often the writing process ended without having been told to."""
        self._call: Callable[..., object] = _at_once
        """How those who wait are told: on their loop, also when this is closed from another thread."""

    @property
    def pid(self) -> int | None:
        """The writing process, once there is one."""
        return None if self._process is None else self._process.pid

    def follow(self, loop: asyncio.AbstractEventLoop) -> None:
        """From now on take what comes back whenever it comes."""
        self._loop = loop
        if self._wire is not None:
            loop.add_reader(self._wire, self.read)

    def leave(self) -> None:
        """Follow the loop no more; called on its thread. ``close`` may then come from another."""
        if self._loop is None:
            return
        self._unregister()
        if not self._loop.is_closed():
            self._call = self._loop.call_soon_threadsafe
        self._loop = None

    def submit(self, entries: list[Entry]) -> None:
        """Entries to be written in this order, before what another process decides."""
        self._in_flight.extend(entries)
        self._send(entries[0].told if len(entries) == 1 else b"".join([entry.told for entry in entries]))

    def drop(self, hall: str, epoch: int, done: Callable[[], object]) -> None:
        """Write nothing more of what a hall decided up to that epoch; ``done`` when all that came before is settled."""
        self._dead[hall] = max(epoch, self._dead.get(hall, -1))
        self._ask(done, (), "drop", hall, epoch)

    def lock(self, locked: Callable[[], object]) -> None:
        """Keep other processes from writing until ``unlock``, for ``LOCK_HELD_S`` at most, and commit under the same
        lock what was submitted by then. Where it can't be had, ``locked`` is told all the same and the commit says
        why."""
        self._ask(locked, (), "lock")

    def unlock(self) -> None:
        """Give the lock back when all that was submitted is written."""
        self._send(framed("unlock"))

    def run(self, statements: list[str], ran: Callable[[list[Any], str | None], object]) -> None:
        """Run SQL on the writing connection, between transactions: the first row of each answer, and an error."""
        self._ask(ran, ([], ENDED), "run", statements)

    def close(self) -> None:
        """Write what was submitted, then end the process. What comes back until then is still told."""
        self.leave()
        self._closing = True
        if self._wire is None:
            return
        until = time.monotonic() + ENDING_S
        while self._unsent and time.monotonic() < until:
            self.read(until - time.monotonic())
        if self._wire is not None:
            with contextlib.suppress(OSError):  # it has ended before
                self._wire.shutdown(socket.SHUT_WR)
        while self._wire is not None and time.monotonic() < until:
            self.read(until - time.monotonic())
        self._over()

    def read(self, within_s: float = 0.0) -> None:
        """Take what the writing process said, waiting so long for something to come."""
        if self._wire is None:
            return
        if within_s and not self._came(within_s):
            return
        try:
            came = self._wire.recv(RECEIVE_BYTES)
        except BlockingIOError:
            return
        except ConnectionError:
            came = b""
        if not came:
            self._over()
            return
        self._frames.add(came)
        while (message := self._frames.next()) is not None:
            kind, *told = message
            if kind == "settled":
                self._call(self._settled, told[0])
            else:
                self._call(self._asked.popleft()[0], *told)

    def _came(self, within_s: float) -> bool:
        """Wait for something to read, and send meanwhile what there is to send."""
        wire = self._wire
        assert wire is not None
        with selectors.DefaultSelector() as waiting:  # not select(), which knows no socket beyond the 1,024th
            waiting.register(wire, selectors.EVENT_READ | (selectors.EVENT_WRITE if self._unsent else 0))
            ready = sum(events for _, events in waiting.select(within_s))
        if ready & selectors.EVENT_WRITE:
            self._flush()
        return bool(ready & selectors.EVENT_READ)

    def _ask(self, answered: Callable[..., object], otherwise: tuple[Any, ...], *message: Any) -> None:
        self._asked.append((answered, otherwise))
        self._send(framed(*message))

    def _settled(self, said: list[No | None]) -> None:
        by_desk: dict[Any, list[tuple[Entry, Exception | None]]] = {}
        for no in said:
            entry = self._in_flight.popleft()
            by_desk.setdefault(entry.settle, []).append((entry, None if no is None else _error(no)))
        for settle, entries in by_desk.items():
            settle(entries)

    def _send(self, told: bytes) -> None:
        """Now as far as the socket takes it, the rest when it takes more."""
        if self._wire is None:
            try:
                self._start()
            except OSError as error:
                self._refuse_all((FAILED, f"the writing process did not start: {error}"))
                return
        self._unsent += told
        if not self._more_to_send:
            self._flush()

    def _flush(self) -> None:
        if self._wire is None:
            return
        try:
            del self._unsent[: self._wire.send(self._unsent)]
        except BlockingIOError:
            pass
        except ConnectionError:
            self._unsent.clear()  # it has ended, as ``read`` is about to find
        if self._loop is not None and self._more_to_send != bool(self._unsent):
            self._more_to_send = bool(self._unsent)
            if self._more_to_send:
                self._loop.add_writer(self._wire, self._flush)
            else:
                self._loop.remove_writer(self._wire)

    def _start(self) -> None:
        """Raises OSError."""
        if self._closing:
            raise OSError("it was closed")
        ours, its = socket.socketpair()
        with its:
            ours.setblocking(False)
            # By its path and without what is installed: it needs nothing but Python.
            command = [sys.executable, "-I", "-S", committing.__file__]
            try:
                self._process = subprocess.Popen(command, stdin=its.fileno(), stdout=subprocess.DEVNULL)  # noqa: S603 - ours alone
            except OSError:
                ours.close()
                raise
        self._wire = ours
        self._frames = Frames()
        self._unsent = bytearray(framed(str(self._path), INSERTS, CLEARING, self._dead))
        if self._loop is not None:
            self._loop.add_reader(ours, self.read)
        self._flush()

    def _over(self) -> None:
        """The process has ended, by itself or as it was told. What it wrote of what was in flight stands in the log:
        the desks read it there, and decide the rest again."""
        if self._wire is None or self._process is None:
            return
        self._unregister()
        self.died += not self._closing
        self._wire.close()
        self._wire = None
        self._unsent.clear()
        try:
            self._process.wait(ENDING_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._refuse_all((TAKEN, ENDED))

    def _unregister(self) -> None:
        if self._loop is not None and self._wire is not None:
            self._loop.remove_reader(self._wire)
            self._loop.remove_writer(self._wire)
        self._more_to_send = False

    def _refuse_all(self, no: No) -> None:
        """Nobody waits for ever for what is not going to be answered."""
        for entry in self._in_flight:
            self._dead[entry.hall] = max(entry.epoch, self._dead.get(entry.hall, -1))
        asked, self._asked = self._asked, deque()
        if self._in_flight:
            self._later(self._settled, [no] * len(self._in_flight))
        for answered, otherwise in asked:
            self._later(answered, *otherwise)

    def _later(self, call: Callable[..., object], *told: Any) -> None:
        """After what is going on: nobody is told of an entry while handing it over."""
        self._loop.call_soon(call, *told) if self._loop is not None else self._call(call, *told)


def _at_once(call: Callable[..., object], *told: Any) -> None:
    call(*told)


def _error(no: No) -> Exception:
    kind, cause = no
    return {TAKEN: NumberTaken, FAILED: StorageFailed}.get(kind, WriterFault)(cause)
