"""Garbage is collected when nobody waits for an answer, and never without a limit."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from hallserver import memory
from hallserver.memory import QuietCollector


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The generations that were collected, without the work; afterwards Python collects as before."""
    told: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda generation=2: told.append(generation))
    yield told
    gc.unfreeze()
    gc.enable()


def test_a_running_hall_is_stopped_by_no_collection_of_its_own(collected: list[int]) -> None:
    collector = QuietCollector()
    assert not gc.isenabled()
    assert gc.get_freeze_count() > 0, "what a server begins with is never looked at again"
    collector.close()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_the_young_are_collected_in_quiet_seconds(collected: list[int]) -> None:
    collector = QuietCollector()
    collected.clear()
    collector.tick(quiet=False)
    assert collected == []
    collector.tick(quiet=True)
    assert collected == [0]


def test_a_rush_without_end_does_not_grow_without_end(collected: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "YOUNG_LIMIT", 1_000)
    collector = QuietCollector()
    collected.clear()
    young = [[] for _ in range(2_000)]
    collector.tick(quiet=False)
    assert collected == [0]
    assert len(young) == 2_000


def test_everything_is_collected_in_a_quiet_second_every_ten_minutes(
    collected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = [100.0]
    monkeypatch.setattr(memory.time, "monotonic", lambda: now_s[0])
    collector = QuietCollector()
    collected.clear()
    now_s[0] += memory.WHOLE_EVERY_S
    collector.tick(quiet=False)
    assert collected == []
    collector.tick(quiet=True)
    collector.tick(quiet=True)
    assert collected == [2, 0]
