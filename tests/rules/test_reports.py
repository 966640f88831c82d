"""What machines tell of their work: spoken calls."""

from __future__ import annotations

from hallserver.events import CallNotSpoken, CallSpoken
from hallserver.rules.calling import call_next, recall
from hallserver.rules.hall import Hall
from hallserver.rules.reports import call_was_heard
from tests.a_hall import a_hall, at, issued, press

A001 = "20261123-A001"


def with_a_ticket() -> Hall:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    return hall


def test_an_unspoken_and_a_spoken_call_are_remembered_and_change_nothing_else() -> None:
    hall = with_a_ticket()
    [called] = press(hall, call_next, at("09:01"), window="1")
    before = hall.tickets[A001].calls, hall.calls[0].times, hall.windows["1"].ticket
    [unsaid] = press(hall, call_was_heard, at("09:03"), ticket=A001, window="1", deed=called.number, cause="stale")
    assert unsaid.event == CallNotSpoken(A001, "1", called.number, "stale")
    [said] = press(hall, call_was_heard, at("09:03:02"), ticket=A001, window="1", deed=called.number)
    assert said.event == CallSpoken(A001, "1", called.number)
    assert (hall.tickets[A001].calls, hall.calls[0].times, hall.windows["1"].ticket) == before


def test_a_call_said_is_told_once_and_cannot_be_unsaid() -> None:
    hall = with_a_ticket()
    [called] = press(hall, call_next, at("09:01"), window="1")
    press(hall, call_was_heard, at("09:01:02"), ticket=A001, window="1", deed=called.number)
    for cause in (None, "stale"):
        told = press(hall, call_was_heard, at("09:02"), ticket=A001, window="1", deed=called.number, cause=cause)
        assert told == []
    [again] = press(hall, recall, at("09:02:10"), window="1")
    assert press(hall, call_was_heard, at("09:02:12"), ticket=A001, window="1", deed=again.number) != []
