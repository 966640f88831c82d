"""A small ESC/POS printer on a loopback port, which can be told to misbehave as real ones do."""

from __future__ import annotations

import socket
import struct
import threading
from types import TracebackType

WELL = {1: 0x12, 2: 0x12, 4: 0x12}
NO_PAPER = {1: 0x1A, 2: 0x32, 4: 0x7E}
COVER_OPEN = {1: 0x1A, 2: 0x16, 4: 0x7E}  # as real ones: with the cover open no paper is seen either
OFFLINE = {1: 0x1A, 2: 0x12, 4: 0x12}
ERROR_LIGHT = {1: 0x1A, 2: 0x52, 4: 0x12}
PAPER_LOW = {1: 0x12, 2: 0x12, 4: 0x1E}


class FakePrinter:
    """Parses what it gets, like a printer: a question inside a picture is a part of the picture."""

    def __init__(self) -> None:
        self.papers: list[bytes] = []  # every cut paper, without the questions
        self.questions: list[bytes] = []
        self.status = WELL
        self.answers = True  # to DLE EOT
        self.says_when_done = True  # to GS r
        self.reads = True
        self.breaks_after_bytes: int | None = None  # the connection is reset
        self.runs_out_after_bytes: int | None = None  # it stops taking bytes and has no paper
        self.plugged_in = threading.Event()  # somebody has connected
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._open: list[socket.socket] = []
        self._closed = threading.Event()
        self._papers_changed = threading.Condition()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self._listening.getsockname()[1]}"

    def __enter__(self) -> FakePrinter:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._closed.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for connection in self._open:
            connection.close()

    def wait_for_papers(self, count: int, within_s: float = 5) -> list[bytes]:
        with self._papers_changed:
            assert self._papers_changed.wait_for(lambda: len(self.papers) >= count, within_s), self.papers
        return self.papers

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(connection)
            self.plugged_in.set()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        if not self.reads:
            self._closed.wait()
            return
        received, taken, paper = bytearray(), 0, bytearray()
        try:
            while chunk := connection.recv(1024):
                taken += len(chunk)
                if self._is_enough(connection, taken):
                    return
                received += chunk
                while length := _command_length(received):
                    command = bytes(received[:length])
                    del received[:length]
                    self._obey(connection, command, paper)
        except OSError:
            return  # the other side hung up, or the test is over
        finally:
            connection.close()

    def _is_enough(self, connection: socket.socket, taken: int) -> bool:
        if self.breaks_after_bytes is not None and taken > self.breaks_after_bytes:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return True
        if self.runs_out_after_bytes is not None and taken > self.runs_out_after_bytes:
            self.runs_out_after_bytes, self.status = None, NO_PAPER
            self._closed.wait()
            return True
        return False

    def _obey(self, connection: socket.socket, command: bytes, paper: bytearray) -> None:
        if command[:2] == b"\x10\x04":
            self.questions.append(command)
            if self.answers:
                connection.sendall(bytes([self.status[command[2]]]))
        elif command[:2] == b"\x1dr":
            self.questions.append(command)
            if self.says_when_done:
                connection.sendall(b"\x00")
        else:
            paper += command
            if command[:2] == b"\x1dV":
                with self._papers_changed:
                    self.papers.append(bytes(paper))
                    self._papers_changed.notify_all()
                paper.clear()


def _command_length(received: bytearray) -> int:
    """The length of the whole command at the beginning, 0 when more bytes must come first."""
    head = bytes(received[:3])
    if head == b"\x1dv0":
        if len(received) < 8:
            return 0
        row_bytes, rows = struct.unpack("<HH", received[4:8])
        length = 8 + row_bytes * rows
    else:
        length = {b"\x1b@": 2, b"\x1dV": 4, b"\x1dr": 3, b"\x10\x04": 3}.get(head[:2], 1)
    return length if len(received) >= length else 0
