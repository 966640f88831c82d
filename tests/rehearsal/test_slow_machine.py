"""A slow machine makes a slower day, and not another one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from hallserver.rehearsal.pressing import HallApi
from hallserver.rehearsal.summary import Summary
from tests.rehearsal.a_day import DayClock, a_hall_open, short_day

SEED, SPEED = 3, 3000.0
LATE_MOST_S = 0.01
NUMBERS = ("number", "service", "case")
"""Of deeds: the hall's own stand between them, wherever a real second ends."""
OF_THE_MACHINE = ("speed_times", "answer_median_ms", "answer_99_ms")


@dataclass(slots=True)
class Morning:
    summary: Summary
    pressed: list[dict[str, Any]]
    """The residents' and clerks' deeds by their times; all who are sent home at the end go at once."""


async def play_a_morning(folder: Path) -> Morning:
    played = DayClock("08:59")
    async with a_hall_open(folder, short_day("09:00", "10:00"), clock=played.hall_clock) as hall:
        summary = await hall.play(seed=SEED, speed=SPEED, played=played)
        assert summary.wrong == {}
        ours = [deed for deed in await hall.deeds() if deed["by"] != "hall"]
    pressed = [{name: told for name, told in deed.items() if name not in NUMBERS} for deed in ours]
    return Morning(summary, sorted(pressed, key=lambda deed: (deed["at"], deed["kind"], deed.get("ticket"))))


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Morning:
    return asyncio.run(play_a_morning(tmp_path_factory.mktemp("quick")))


Slowness = Callable[[pytest.MonkeyPatch], None]


def answers_come_late(patch: pytest.MonkeyPatch) -> None:
    """Presses are under way for long, there and back."""
    asks, random = HallApi._ask, Random(1)

    async def ask(api: HallApi, *asked: Any) -> tuple[int, Any]:
        await asyncio.sleep(random.uniform(0, LATE_MOST_S))
        answer = await asks(api, *asked)
        await asyncio.sleep(random.uniform(0, LATE_MOST_S))
        return answer

    patch.setattr(HallApi, "_ask", ask)


def the_log_comes_late(patch: pytest.MonkeyPatch) -> None:
    """What was pressed is heard long after it was answered."""
    follows, random = HallApi.follow, Random(1)

    async def late(socket: Any) -> AsyncIterator[Any]:
        async for message in socket:
            await asyncio.sleep(random.uniform(0, LATE_MOST_S))
            yield message

    @asynccontextmanager
    async def follow(api: HallApi, after: int) -> AsyncIterator[Any]:
        async with follows(api, after) as socket:
            yield late(socket)

    patch.setattr(HallApi, "follow", follow)


@pytest.mark.parametrize("slow", [answers_come_late, the_log_comes_late])
async def test_the_same_morning_is_played_when_the_machine_is_slow(
    slow: Slowness, quick: Morning, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow(monkeypatch)
    slower = await play_a_morning(tmp_path)
    assert slower.pressed == quick.pressed
    assert figures_of(slower.summary) == figures_of(quick.summary)
    assert 0 < slower.summary.speed_times < 0.9 * SPEED, "it says how fast it was"


def figures_of(summary: Summary) -> dict[str, Any]:
    """The day's own."""
    return {name: told for name, told in summary.to_json().items() if name not in OF_THE_MACHINE}
