"""A day's minutes are a test's milliseconds."""

from __future__ import annotations

import pytest

from hallserver import printing


@pytest.fixture(autouse=True)
def quick_printer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A follower that was refused tries again at once: its seconds are real ones, the day's are not."""
    monkeypatch.setattr(printing, "RETRY_FIRST_S", 0.005)
    monkeypatch.setattr(printing, "RETRY_LIMIT_S", 0.02)
