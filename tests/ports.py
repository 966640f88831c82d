"""A port of this machine that stays a test's own, while the tests beside it open and close hundreds."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def our_port(port: int = 0) -> Iterator[int]:
    """Nobody listens there and nobody else can; a server of this test may, go away, and come again."""
    with socket.socket() as kept:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind(("127.0.0.1", port))
        yield int(kept.getsockname()[1])
