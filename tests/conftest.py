"""What every test stands on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
import structlog

from hallserver import app

LONGEST_FIRST = (
    "tests/web/test_schemathesis.py",
    "tests/pages/test_accessibility.py",
    "tests/pages/test_every_page.py",
    "tests/pages/test_the_whole_story.py",
    "tests/pages/test_kiosk.py",
    "tests/benchmarks/test_dispatch.py",
    "tests/desk/test_killed.py",
    "tests/pages/test_console_visits.py",
    "tests/pages/test_manage.py",
    "tests/pages/test_when_things_fail.py",
    "tests/rules/test_estimate_coverage.py",
    "tests/days/test_a_monday.py",
    "tests/displays/test_command.py",
    "tests/rehearsal/test_playing.py",
    "tests/rules/test_any_day.py",
)
"""Files of many seconds: one that begins when all others are done leaves a core with nothing to do."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    twice = [name for name, count in Counter(item.nodeid for item in items).items() if count > 1]
    if twice:
        raise pytest.UsageError(f"of tests with one id pytest-xdist runs one: {twice}")
    if hasattr(config, "workerinput"):
        place = {path: number for number, path in enumerate(LONGEST_FIRST)}
        items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(place)))


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
