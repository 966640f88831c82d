"""A week of presses in the shares a hall knows: hypothesis looks for what is rare, this is what is much."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from hallserver.rules.calling import mark_absent, recall
from hallserver.rules.services import hold, start_service
from tests.a_hall import ITEMS
from tests.rules.any_hall import check, nobody_waits_beside_a_window_that_calls
from tests.rules.test_any_day import CHANGES, HOURS, MINUTE_MS, AnyDay

Press = Callable[[AnyDay, Random], None]

PRESSES: list[tuple[int, Press]] = [
    (
        10,
        lambda week, chance: week.people_come(chance.choice(ZONES), chance.choice(CLASSES), True, chance.randint(1, 4)),
    ),
    (
        10,
        lambda week, chance: week.somebody_comes_with_a_matter(
            chance.choice(ITEMS).id, chance.choice(CLASSES), "elderly"
        ),
    ),
    (30, lambda week, chance: week.time_passes(chance.randint(0, 6 * MINUTE_MS))),
    (40, lambda week, chance: week.next_please(pick(chance), 2)),
    (20, lambda week, chance: week.a_clerk_presses(pick(chance), chance.choice(CLERKS))),
    (25, lambda week, chance: week.a_service_ends(pick(chance), "done")),
    (5, lambda week, chance: week.a_name_is_called(pick(chance), pick(chance))),
    (
        3,
        lambda week, chance: week.a_ticket_is_sent_on(
            pick(chance), {"zone": chance.choice(ZONES)}, chance.random() < 0.7
        ),
    ),
    (3, lambda week, chance: week.a_ticket_is_sent_on(pick(chance), {"window": chance.choice("1234")}, True)),
    (9, lambda week, chance: comes_back(week, chance)),
    (8, lambda week, chance: week.a_window_changes(chance.choice("1234"), "open", pick(chance))),
    (1, lambda week, chance: week.a_window_changes(chance.choice("1234"), chance.choice(("paused", "closed")), 0)),
    (1, lambda week, chance: week.a_window_is_assigned(chance.choice("1234"), *chance.sample(ZONES, 2))),
    (2, lambda week, chance: week.a_window_is_set_to_call(chance.choice("1234"), chance.random() < 0.5)),
    (1, lambda week, chance: week.anybody_presses_anything(chance.choice("1234"), pick(chance), start_service)),
    (1, lambda week, chance: week.the_settings_change(chance.choice(sorted(CHANGES)), True, chance.random() < 0.5)),
    (1, lambda week, chance: week.midnight_comes(9 * 60 * MINUTE_MS, chance.random() < 0.5)),
    (1, lambda week, _: week.the_server_starts_from_its_snapshot(True)),
]
ZONES = ("zonghe", "gongan", "chujian")
CLASSES = ("walk_in", "walk_in", "walk_in", "green")
CLERKS = (start_service, start_service, start_service, recall, mark_absent, hold)


def pick(chance: Random) -> int:
    return chance.randrange(1000)


def comes_back(week: AnyDay, chance: Random) -> None:
    if any(ticket.state == "passed" for ticket in week.hall.tickets.values()):
        week.one_who_missed_the_call_comes_back(pick(chance))


@pytest.mark.parametrize("hours", sorted(HOURS))
def test_a_busy_week_leaves_the_hall_in_order(hours: str) -> None:
    chance = Random(hours)
    week = AnyDay()
    week.open_the_hall(hours)
    for press_number in range(1200):
        [(_, press)] = chance.choices(PRESSES, [weight for weight, _ in PRESSES])
        press(week, chance)
        assert week.hall == week.twin
        check(week.hall, week.now)
        nobody_waits_beside_a_window_that_calls(week.hall, week.now)
        week.the_figures_are_those_of_the_day()
        if press_number % 10 == 0:
            week.every_screen_can_be_drawn()
    week.teardown()
