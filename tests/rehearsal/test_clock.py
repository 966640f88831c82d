"""The played day's clock: at most so fast, and never ahead of those who play."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from hallserver.rehearsal.clock import FastClock, Waking

STARTS_S = 1000.0
QUICK = 1e6
LONG_AFTER_S = 1e9


async def nothing_to_hear() -> None:
    pass


@contextlib.asynccontextmanager
async def running(
    speed: float,
    heard: Callable[[], Awaitable[None]] = nothing_to_hear,
    real_s: Callable[[], float] = time.monotonic,
) -> AsyncIterator[FastClock]:
    clock = FastClock(speed, STARTS_S, real_s)
    run = asyncio.create_task(clock.run(heard))
    try:
        yield clock
    finally:
        run.cancel()
        await asyncio.wait([run])


async def it_goes(clock: FastClock) -> None:
    async with asyncio.timeout(5):
        while clock.now_s() == STARTS_S:  # noqa: ASYNC110 - time sets no event
            await asyncio.sleep(0.001)


def playing(clock: FastClock, doing: Awaitable[None]) -> asyncio.Task[None]:
    """A player."""

    async def play() -> None:
        await doing

    task = asyncio.create_task(play())
    clock.plays(task)
    return task


async def test_it_stands_until_it_is_run() -> None:
    clock = FastClock(QUICK, STARTS_S)
    await asyncio.sleep(0.01)
    assert clock.now_s() == STARTS_S


async def test_it_stands_while_a_player_is_awake() -> None:
    async with running(QUICK) as clock:
        with clock.played():
            before_s = clock.now_s()
            await asyncio.sleep(0.02)
            assert clock.now_s() == before_s
            await clock.after(60.0)
            assert clock.now_s() == before_s + 60.0


async def test_it_waits_for_a_player_who_has_not_begun_yet() -> None:
    began: list[float] = []

    async def come() -> None:
        began.append(clock.now_s())

    async with running(QUICK) as clock:
        with clock.played():
            await clock.after(60.0)
            at_s = clock.now_s()
            task = playing(clock, come())
        await task
    assert began == [at_s]


async def test_everybody_finds_the_moment_for_which_he_rested() -> None:
    found: list[tuple[str, float]] = []

    async def press_at(moment_s: float, name: str) -> None:
        await clock.until(moment_s)
        found.append((name, clock.now_s()))
        await asyncio.sleep(0.01)  # a press takes its time, and the day waits for it
        found.append((name, clock.now_s()))

    async with running(QUICK) as clock:
        with clock.played():
            players = [playing(clock, press_at(STARTS_S + at_s, f"at {at_s}")) for at_s in (30.0, 10.0, 20.0)]
        await asyncio.wait(players)
    times = (10.0, 20.0, 30.0)
    assert found == [(f"at {at_s}", STARTS_S + at_s) for at_s in times for _ in ("before", "after")]


async def test_it_goes_no_faster_than_it_may() -> None:
    async with running(200.0) as clock:
        began = time.monotonic()
        with clock.played():
            for _ in range(10):
                await clock.after(2.0)
        assert time.monotonic() - began >= 0.099
        assert clock.now_s() >= STARTS_S + 20.0
        assert clock.speed_reached <= 200.0


async def test_a_short_press_is_made_up_for_and_a_standstill_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hallserver.rehearsal.clock.BEHIND_MOST_S", 60.0)
    real_s = 0.0
    async with running(1.0, real_s=lambda: real_s) as clock:
        await asyncio.sleep(0)  # it is run
        with clock.played():
            real_s += 3600.0
            async with asyncio.timeout(5):
                await clock.after(60.0)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.02):
                    await clock.after(60.0)


async def test_who_is_woken_before_stops_the_clock_at_that_moment() -> None:
    bell = Waking()
    woken: list[tuple[bool, float]] = []

    async def doze() -> None:
        woken.append((await clock.rest(LONG_AFTER_S, bell), clock.now_s()))
        await asyncio.sleep(0.01)
        woken.append((bell.is_set(), clock.now_s()))

    async with running(1000.0) as clock:
        task = playing(clock, doze())
        await it_goes(clock)
        bell.set()
        await task
    (rang, at_s), (_, later_s) = woken
    assert rang
    assert STARTS_S < at_s == later_s < LONG_AFTER_S


async def test_who_rests_to_the_end_was_not_woken() -> None:
    async with running(QUICK) as clock:
        with clock.played():
            assert not await clock.rest(STARTS_S + 10.0, Waking())


async def test_a_bell_that_has_rung_lets_nobody_rest() -> None:
    bell = Waking()
    bell.set()
    async with running(1.0) as clock:
        with clock.played():
            assert await clock.rest(STARTS_S + 3600.0, bell)


async def test_who_is_called_away_in_his_rest_holds_nobody_up() -> None:
    async with running(QUICK) as clock:
        with clock.played():
            resting = playing(clock, clock.until(STARTS_S + 1e12))
            await clock.after(60.0)
            resting.cancel()
            await asyncio.wait([resting])
            async with asyncio.timeout(5):
                await clock.after(60.0)
            assert clock.now_s() >= STARTS_S + 120.0


async def test_who_is_called_away_at_the_moment_he_is_due_moves_nothing() -> None:
    async with running(20.0) as clock:
        resting = playing(clock, clock.until(STARTS_S + 1.0))
        await it_goes(clock)
        asyncio.get_running_loop().call_later(0.06, resting.cancel)
        time.sleep(0.1)  # noqa: ASYNC251 - both are due when the loop looks again
        await asyncio.wait([resting])
        with clock.played():
            assert STARTS_S < clock.now_s() < LONG_AFTER_S
            await clock.after(1.0)
            assert STARTS_S + 1.0 < clock.now_s() < LONG_AFTER_S


async def test_it_goes_on_only_when_all_is_heard() -> None:
    heard = asyncio.Event()

    async def hear() -> None:
        await heard.wait()

    async with running(QUICK, hear) as clock:
        resting = playing(clock, clock.until(STARTS_S + 10.0))
        await asyncio.sleep(0.02)
        assert (clock.now_s(), resting.done()) == (STARTS_S, False)
        heard.set()
        async with asyncio.timeout(5):
            await resting


async def test_what_is_heard_may_wake_somebody_before_time_goes_on() -> None:
    bell, woken = Waking(), []

    async def hear() -> None:
        bell.set()

    async def doze() -> None:
        await clock.rest(STARTS_S + 10.0, bell)
        woken.append(clock.now_s())

    async with running(QUICK, hear) as clock:
        await playing(clock, doze())
    assert woken == [STARTS_S]


@pytest.mark.parametrize("speed", [60.0, QUICK])
async def test_a_clock_that_is_stopped_stands(speed: float) -> None:
    async with running(speed) as clock:
        await it_goes(clock)
    stopped_s = clock.now_s()
    await asyncio.sleep(0.01)
    assert clock.now_s() == stopped_s > STARTS_S
