"""One zone's queue: who is before whom, against a plain sort."""

from __future__ import annotations

from bisect import bisect_left
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hallserver.moments import MINUTE_MS
from hallserver.rules.calling import call_next
from hallserver.rules.estimate import wait_of_next
from hallserver.rules.layout import CLASSES
from hallserver.rules.queue_order import Place, Queue
from tests.a_hall import a_hall, at, issued, press

HEAD_START_MS = {"walk_in": 0, "booked": 10 * MINUTE_MS, "green": 15 * MINUTE_MS}

# Whole minutes, few of them, so that equal starts and equal scores are common.
presses = st.lists(st.tuples(st.sampled_from(CLASSES), st.integers(0, 40)), max_size=40)
many = settings(max_examples=300, deadline=None)


def filled(pressed: list[tuple[str, int]]) -> tuple[Queue, list[tuple[str, Place]]]:
    """The queue of those presses, and the same tickets sorted by hand: start less head start, then order."""
    queue, tickets = Queue(), []
    for order, (class_, minute) in enumerate(pressed, start=1):
        place = (minute * MINUTE_MS, order, f"A{order:03d}")
        queue.add(class_, place, 60_000 + order, 7 * order)
        tickets.append((class_, place))
    tickets.sort(key=lambda ticket: (ticket[1][0] - HEAD_START_MS[ticket[0]], ticket[1][1]))
    return queue, tickets


@given(presses)
@many
def test_everybody_stands_where_a_plain_sort_puts_them(pressed: list[tuple[str, int]]) -> None:
    queue, tickets = filled(pressed)
    assert queue.in_order(HEAD_START_MS) == [place[2] for _, place in tickets]
    assert len(queue) == len(pressed)
    assert sorted(queue.places()) == sorted(tickets)


@given(presses)
@many
def test_as_many_are_ahead_as_stand_before(pressed: list[tuple[str, int]]) -> None:
    queue, tickets = filled(pressed)
    for before, (class_, (counts_from, order, _)) in enumerate(tickets):
        assert queue.ahead(class_, counts_from, order, HEAD_START_MS) == before


@given(presses, st.randoms(use_true_random=False))
@many
def test_whoever_waits_stands_behind_the_work_of_those_before_also_after_some_came_and_went(
    pressed: list[tuple[str, int]], chance: Random
) -> None:
    queue, tickets = filled(pressed)
    work = {place[2]: (60_000 + place[1], 7 * place[1]) for _, place in tickets}

    def all_stand_right() -> None:
        mean_ms = variance_ms2 = 0
        for ahead, (_, place) in enumerate(tickets):
            stands = queue.standing(place[2], HEAD_START_MS, work.__getitem__)
            assert stands == (ahead, mean_ms, variance_ms2)
            mean_ms, variance_ms2 = mean_ms + work[place[2]][0], variance_ms2 + work[place[2]][1]

    all_stand_right()
    gone = chance.sample(tickets, k=len(tickets) // 2)
    for class_, place in gone:
        queue.remove(class_, place, *work[place[2]])
        tickets.remove((class_, place))
        all_stand_right()
    for class_, place in gone:
        queue.add(class_, place, *work[place[2]])
    tickets[:] = filled(pressed)[1]
    all_stand_right()


def test_other_head_starts_put_those_who_wait_in_other_places() -> None:
    queue, _ = filled([("walk_in", 0), ("green", 10)])
    before = queue.standing("A001", HEAD_START_MS, lambda ticket: (1, 1))
    after = queue.standing("A001", dict.fromkeys(CLASSES, 0), lambda ticket: (1, 1))
    assert (before.ahead, after.ahead) == (1, 0)


@given(presses, st.sampled_from(CLASSES), st.integers(0, 60))
@many
def test_a_newcomer_stands_where_a_plain_sort_would_put_them(
    pressed: list[tuple[str, int]], class_: str, minute: int
) -> None:
    queue, tickets = filled(pressed)
    newcomer = minute * MINUTE_MS - HEAD_START_MS[class_], len(pressed) + 1
    places = [(place[0] - HEAD_START_MS[name], place[1]) for name, place in tickets]
    assert queue.ahead(class_, minute * MINUTE_MS, len(pressed) + 1, HEAD_START_MS) == bisect_left(places, newcomer)


@given(presses, st.integers(-2, 45))
@many
def test_the_nth_start_is_that_of_the_nth_in_a_plain_sort(pressed: list[tuple[str, int]], n: int) -> None:
    queue, tickets = filled(pressed)
    expected = tickets[n - 1][1][0] - HEAD_START_MS[tickets[n - 1][0]] if 1 <= n <= len(tickets) else None
    assert queue.nth_start(n, HEAD_START_MS) == expected


@given(presses, st.randoms(use_true_random=False))
@many
def test_the_sums_and_the_oldest_follow_those_who_come_and_go(pressed: list[tuple[str, int]], chance: Random) -> None:
    queue, tickets = filled(pressed)
    leaving = chance.sample(tickets, k=len(tickets) // 2)
    for class_, place in leaving:
        queue.remove(class_, place, 60_000 + place[1], 7 * place[1])
    staying = [ticket for ticket in tickets if ticket not in leaving]
    assert queue.in_order(HEAD_START_MS) == [place[2] for _, place in staying]
    assert queue.mean_ms == sum(60_000 + place[1] for _, place in staying)
    assert queue.variance_ms2 == sum(7 * place[1] for _, place in staying)
    assert queue.oldest() == min((place[0] for _, place in staying), default=None)


def test_a_ticket_that_is_not_in_the_queue_cannot_be_taken_out() -> None:
    queue, _ = filled([("walk_in", 5), ("green", 6)])
    with pytest.raises(LookupError, match="is not in the walk_in line"):
        queue.remove("walk_in", (5 * MINUTE_MS, 99, "A099"), 0, 0)
    with pytest.raises(LookupError, match="is not in the booked line"):
        queue.remove("booked", (5 * MINUTE_MS, 1, "A001"), 0, 0)
    assert len(queue) == 2


def test_an_empty_queue_has_nobody_oldest_and_nobody_ahead() -> None:
    assert Queue().oldest() is None
    assert Queue().ahead("green", 0, 1, HEAD_START_MS) == 0
    assert Queue().nth_start(1, HEAD_START_MS) is None


def test_two_queues_with_the_same_people_are_equal() -> None:
    assert filled([("green", 3), ("walk_in", 1)])[0] == filled([("green", 3), ("walk_in", 1)])[0]
    assert filled([("green", 3)])[0] != filled([("walk_in", 3)])[0]


def test_looking_at_a_zone_where_nobody_waits_changes_nothing() -> None:
    hall = a_hall()
    assert len(hall.queue("gongan")) == 0
    wait_of_next(hall, "gongan", (), "walk_in", at("09:00"))
    assert hall.queues == {}


def test_only_zones_where_somebody_waits_have_a_queue() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    issued(hall, at("09:00"), zone="gongan")
    assert set(hall.queues) == {"zonghe", "gongan"}
    press(hall, call_next, at("09:01"), window="1")
    assert set(hall.queues) == {"gongan"}
