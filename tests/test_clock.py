"""The hall's clock never goes back and never stands still, whatever is done to the machine's."""

from __future__ import annotations

import pytest

from hallserver.clock import CATCH_UP, HallClock


class Machine:
    """A machine's two clocks, in seconds: one that people set, one that only runs."""

    def __init__(self) -> None:
        self.wall_s = 1_795_400_000.0
        self.running_s = 100.0

    def passes(self, seconds: float) -> None:
        self.wall_s += seconds
        self.running_s += seconds

    def clock(self) -> HallClock:
        return HallClock(wall=lambda: self.wall_s, monotonic=lambda: self.running_s)


def test_a_machine_that_is_right_is_believed() -> None:
    machine = Machine()
    clock = machine.clock()
    assert clock.now() == 1_795_400_000_000
    machine.passes(61.5)
    assert clock.now() == 1_795_400_061_500
    assert clock.behind_ms == 0


def test_two_looks_in_one_millisecond_are_the_same_moment() -> None:
    machine = Machine()
    clock = machine.clock()
    assert clock.now() == clock.now()


def test_set_back_an_hour_the_hall_goes_on_a_tenth_slower_and_tells_how_far_it_is_ahead() -> None:
    machine = Machine()
    clock = machine.clock()
    before = clock.now()
    machine.wall_s -= 3600
    assert clock.now() == before
    assert clock.behind_ms == 3_600_000
    machine.passes(60)
    assert clock.now() == before + 54_000
    assert clock.behind_ms == 3_594_000


def test_set_back_and_asked_many_times_a_millisecond_the_hall_does_not_stand_still() -> None:
    machine = Machine()
    clock = machine.clock()
    before = clock.now()
    machine.wall_s -= 3600
    for _ in range(10_000):
        machine.passes(0.0004)
        clock.now()
    assert clock.now() - before == pytest.approx(4_000 * CATCH_UP, abs=2)


@pytest.mark.parametrize("step_s", [0.0007, 0.0015, 0.25, 7.0])
def test_set_back_the_hall_runs_as_fast_however_often_it_is_asked(step_s: float) -> None:
    machine = Machine()
    clock = machine.clock()
    before = clock.now()
    machine.wall_s -= 36_000
    steps = round(700 / step_s) if step_s > 1 else 2_000
    for _ in range(steps):
        machine.passes(step_s)
        clock.now()
    assert clock.now() - before == pytest.approx(steps * step_s * 1000 * CATCH_UP, abs=2)


def test_the_two_clocks_meet_again_and_from_then_on_the_machine_is_believed() -> None:
    machine = Machine()
    clock = machine.clock()
    clock.now()
    machine.wall_s -= 60
    clock.now()
    machine.passes(599)
    assert clock.behind_ms > 0
    machine.passes(2)
    assert clock.now() == int(machine.wall_s * 1000)
    assert clock.behind_ms == 0


def test_set_forward_the_hall_follows_at_once() -> None:
    machine = Machine()
    clock = machine.clock()
    before = clock.now()
    machine.wall_s += 120
    assert clock.now() == before + 120_000


def test_moments_never_go_back_through_any_setting_of_the_machine() -> None:
    machine = Machine()
    clock = machine.clock()
    moments = []
    for set_s, passes_s in [(0, 1), (-500, 3), (-1, 0), (700, 2), (-0.5, 0.001), (0, 60), (-86_400, 5), (86_400, 1)]:
        machine.wall_s += set_s
        machine.passes(passes_s)
        moments.append(clock.now())
    assert moments == sorted(moments)


def test_a_hall_that_starts_on_a_machine_set_back_goes_on_from_its_last_deed() -> None:
    machine = Machine()
    last_deed = 1_795_400_000_000 + 600_000
    clock = machine.clock()
    clock.not_before(last_deed)
    machine.passes(10)
    assert clock.now() == last_deed + 9_000
    assert clock.behind_ms == 599_000


def test_a_hall_that_starts_on_a_machine_that_is_right_is_not_held_up_by_its_last_deed() -> None:
    machine = Machine()
    clock = machine.clock()
    clock.not_before(1_795_300_000_000)
    assert clock.now() == 1_795_400_000_000


def test_time_that_another_process_has_counted_is_not_counted_again() -> None:
    machine = Machine()
    one, other = machine.clock(), machine.clock()
    before = one.now()
    other.now()
    machine.wall_s -= 36_000
    for _ in range(20):  # they take turns; each hears of the other's last deed before its own
        for mine, others in ((one, other), (other, one)):
            machine.passes(30)
            mine.now()
            others.not_before(mine.now())
    passed_ms = 40 * 30 * 1000
    assert one.now() - before <= passed_ms
    assert other.now() - before <= passed_ms
