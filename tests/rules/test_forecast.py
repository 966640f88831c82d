"""The hall played on: every wait here is reckoned by hand."""

from __future__ import annotations

from typing import Any

from hallserver.rules.forecast import HORIZON_MIN, Move, Server, Stream, Visit, waits


def wait(servers: list[Server], zone: str = "a", at: float = 0.0, **more: Any) -> float | None:
    """Minutes of somebody who comes to a zone at a minute."""
    found = waits(
        servers, more.get("queues", {}), more.get("streams", ()), {zone: [at]}, more.get("handicap_min", 10.0)
    )
    return found[zone][at]


def two(work_min: float = 10.0, since: float = -5.0) -> list[Visit]:
    return [Visit(since, work_min), Visit(since + 1, work_min)]


def test_who_comes_last_waits_for_all_before_him() -> None:
    assert wait([Server("a")], queues={"a": two()}) == 20
    assert wait([Server("a"), Server("a")], queues={"a": two()}) == 10
    assert wait([Server("a")] * 3, queues={"a": two()}) == 0


def test_a_window_first_ends_what_it_has() -> None:
    assert wait([Server("a", None, 5.0)]) == 5
    assert wait([Server("a", None, 5.0)], queues={"a": two()}) == 25
    assert wait([Server("a", None, 5.0), Server("a", None, 8.0)], queues={"a": two()}) == 15


def test_a_zone_without_a_window_has_no_wait_to_tell() -> None:
    assert wait([Server("b")], queues={"a": two()}) is None
    assert wait([]) is None


def test_people_keep_coming_at_an_even_pace() -> None:
    stream = Stream("a", 0.05, 10.0, 0.0, 1000.0)  # at minutes 10, 30, 50
    assert wait([Server("a")], at=25.0, streams=[stream]) == 0
    assert wait([Server("a")], at=35.0, streams=[stream]) == 5
    assert wait([Server("a")], at=35.0, streams=[stream._replace(to_min=30.0)]) == 0
    assert wait([Server("a")], at=15.0, streams=[stream._replace(from_min=4.0)]) == 9  # 14, 34


def test_a_queue_grows_where_more_come_than_are_served() -> None:
    # They come at 2.5, 7.5 … 27.5 and sit down at 2.5, 12.5 … 52.5: who comes at 30 is called at 62.5.
    stream = Stream("a", 0.2, 10.0, 0.0, 30.0)
    assert wait([Server("a")], at=30.0, streams=[stream]) == 32.5


def test_the_window_that_helps_minds_the_handicap() -> None:
    helping = [Server("a", "b")]
    assert wait(helping, "b", queues={"a": [Visit(-5.0, 7.0)], "b": [Visit(-14.0, 3.0)]}) == 10  # own first: 5 to 4
    # The other zone first (16 − 10 to 5), and its newcomer after the own zone's.
    assert wait(helping, "a", queues={"a": [Visit(-5.0, 7.0)], "b": [Visit(-16.0, 3.0)]}) == 10
    assert wait(helping, "b", queues={"b": [Visit(-1.0, 3.0)]}) == 3  # its own zone is empty: no handicap
    assert wait(helping, "a", queues={"a": [Visit(-5.0, 7.0)], "b": [Visit(-15.0, 3.0)]}, handicap_min=20.0) == 7


def test_who_arrives_goes_to_the_own_window_that_is_idle_longest_and_else_to_one_that_helps() -> None:
    stream = Stream("a", 1.0, 10.0, 0.0, 1.0)  # one person, at half past
    assert wait([Server("b", "a"), Server("a")], "b", at=1.0, streams=[stream]) == 0
    assert wait([Server("b", "a")], "b", at=1.0, streams=[stream]) == 9.5


def test_looking_on_changes_nothing() -> None:
    servers, queue = [Server("a", "b"), Server("b")], {"a": two(), "b": two()}
    alone = waits(servers, queue, (), {"a": [30.0]}, 10.0)
    among = waits(servers, queue, (), {"a": [0.0, 10.0, 30.0], "b": [0.0, 5.0]}, 10.0)
    assert among["a"][30.0] == alone["a"][30.0]


def test_a_wait_without_end_is_told_up_to_the_horizon() -> None:
    assert wait([Server("a")], at=30.0, queues={"a": [Visit(-1.0, 1000.0)]}) == HORIZON_MIN


def test_a_window_that_will_help_calls_from_that_minute_on() -> None:
    helping = Server("b", moves=(Move(6.0, "b", "a"),))
    assert wait([helping]) == 6
    assert wait([helping], queues={"a": two()}) == 26
    assert wait([helping, Server("a")], queues={"a": two()}) == 10


def test_a_window_that_will_leave_finishes_what_it_has_and_takes_nobody_more() -> None:
    leaving = Server("a", moves=(Move(5.0, "b"),))
    assert wait([leaving, Server("a")], queues={"a": two()}) == 10
    assert wait([leaving, Server("a")], queues={"a": two()}, at=11.0) == 0
    assert wait([leaving], at=10.0) == HORIZON_MIN
    assert wait([leaving], "b") == 5


def test_nobody_is_called_at_lunch_and_the_window_is_back_after_it() -> None:
    lunch = (Move(5.0, None), Move(35.0, "a"))
    assert wait([Server("a", moves=lunch)], queues={"a": two()}) == 45
    assert wait([Server(None, moves=lunch[1:])], at=1.0) == 34
    assert wait([Server("a", moves=lunch)], at=20.0) == 15
