"""What every test stands on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog

from hallserver import app


class NoCollector:
    """A server that starts collects its whole memory once, here that of a hundred tests before it: a third of a
    second each time. ``tests/test_memory.py`` has the real one."""

    def tick(self, *, quiet: bool) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture(scope="session", autouse=True)
def python_collects() -> Iterator[None]:
    """As in any program that doesn't mind when."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "QuietCollector", NoCollector)
        yield


@pytest.fixture(autouse=True)
def plain_log() -> Iterator[None]:
    """A line for a fault, as in the program. A command that ran in a test before sent its lines to that test's
    own output, which is closed by now."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()])
    yield
    structlog.reset_defaults()
