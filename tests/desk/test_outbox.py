"""What is decided on its way to the writer: at once when it is alone, in handfuls in a rush."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from hallserver.outbox import AWAKE_TURNS, HANDFUL, Outbox
from hallserver.store.writer import Entry


class ATurningLoop:
    """Does what it is told soon, turn by turn, and counts the turns it was awake."""

    def __init__(self) -> None:
        self._soon: list[tuple[Callable[..., object], tuple[Any, ...]]] = []
        self.turns = 0

    def call_soon(self, call: Callable[..., object], *told: Any) -> None:
        self._soon.append((call, told))

    def turn_until_asleep(self) -> None:
        while self._soon:
            self.turns += 1
            soon, self._soon = self._soon, []
            for call, told in soon:
                call(*told)


class AWriter:
    def __init__(self) -> None:
        self.handfuls: list[int] = []

    def follow(self, loop: object) -> None:
        pass

    def submit(self, entries: list[Entry]) -> None:
        self.handfuls.append(len(entries))


def an_outbox() -> tuple[Outbox, AWriter, ATurningLoop]:
    writer, loop = AWriter(), ATurningLoop()
    return Outbox(cast(Any, writer), cast(Any, loop)), writer, loop


def an_entry() -> Entry:
    return Entry("hall", 0, b"", lambda settled: None)


def test_a_lone_press_goes_at_once_and_keeps_the_loop_awake_for_a_moment_and_no_longer() -> None:
    outbox, writer, loop = an_outbox()
    outbox.put(an_entry())
    loop.turn_until_asleep()
    assert writer.handfuls == [1]
    assert loop.turns == AWAKE_TURNS + 1


def test_a_lone_press_that_is_written_lets_the_loop_sleep() -> None:
    outbox, _, loop = an_outbox()
    outbox.put(an_entry())
    loop.call_soon(outbox.settled, 1)
    loop.turn_until_asleep()
    assert loop.turns <= 3


def test_in_a_rush_presses_go_in_handfuls_and_the_rest_when_those_are_written() -> None:
    outbox, writer, loop = an_outbox()
    for _ in range(2 * HANDFUL + 5):
        outbox.put(an_entry())
    loop.turn_until_asleep()
    assert writer.handfuls == [HANDFUL, HANDFUL]
    outbox.settled(HANDFUL)
    assert writer.handfuls == [HANDFUL, HANDFUL]
    outbox.settled(HANDFUL)
    assert writer.handfuls == [HANDFUL, HANDFUL, 5]
