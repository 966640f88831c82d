"""What machines tell of their work: paper and spoken calls."""

from __future__ import annotations

import pytest

from hallserver.events import CallNotSpoken, CallSpoken
from hallserver.rules.calling import call_next, recall
from hallserver.rules.hall import Hall
from hallserver.rules.reports import call_was_heard, paper_came
from tests.a_hall import a_hall, at, issued, press, refusal

A001 = "20261123-A001"
CAUSES = ["no_paper", "cover_open", "offline", "unreachable", "timeout", "interrupted", "misconfigured"]


def with_a_paper_to_come() -> Hall:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe", paper=True)
    return hall


def paper_of(hall: Hall) -> tuple[str, str | None]:
    return hall.tickets[A001].paper, hall.tickets[A001].paper_cause


def test_the_paper_came_out() -> None:
    hall = with_a_paper_to_come()
    assert paper_of(hall) == ("waiting", None)
    [deed] = press(hall, paper_came, at("09:00:01"), ticket=A001, deed=7, printer="roll")
    assert deed.event.facts() == {"ticket": A001, "printer": "roll", "deed": 7}
    assert paper_of(hall) == ("printed", None)


@pytest.mark.parametrize("cause", CAUSES)
def test_the_paper_did_not_come_and_the_hall_knows_why(cause: str) -> None:
    hall = with_a_paper_to_come()
    press(hall, paper_came, at("09:00:01"), ticket=A001, deed=7, printer="roll", cause=cause)
    assert paper_of(hall) == ("failed", cause)
    assert (hall.printer_cause, hall.figures.print_failures) == (cause, 1)


def test_a_report_told_twice_is_kept_once() -> None:
    hall = with_a_paper_to_come()
    press(hall, paper_came, at("09:00:01"), ticket=A001, deed=7, printer="roll", cause="no_paper")
    assert press(hall, paper_came, at("09:00:02"), ticket=A001, deed=7, printer="roll", cause="no_paper") == []
    assert hall.figures.print_failures == 1
    press(hall, paper_came, at("09:00:03"), ticket=A001, deed=7, printer="roll")
    assert press(hall, paper_came, at("09:00:04"), ticket=A001, deed=7, printer="roll") == []


def test_paper_that_comes_after_all_ends_the_printers_trouble() -> None:
    hall = with_a_paper_to_come()
    press(hall, paper_came, at("09:00:01"), ticket=A001, deed=7, printer="roll", cause="no_paper")
    press(hall, paper_came, at("09:01"), ticket=A001, deed=7, printer="roll")
    assert paper_of(hall) == ("printed", None)
    assert hall.printer_cause is None


def test_what_was_printed_cannot_fail_afterwards() -> None:
    hall = with_a_paper_to_come()
    press(hall, paper_came, at("09:00:01"), ticket=A001, deed=7, printer="roll")
    assert press(hall, paper_came, at("09:00:02"), ticket=A001, deed=7, printer="roll", cause="timeout") == []
    assert paper_of(hall) == ("printed", None)


def test_paper_of_a_ticket_nobody_knows_is_refused() -> None:
    no = refusal(a_hall(), paper_came, at("09:00"), ticket="20261122-A001", deed=7, printer="roll")
    assert no.code == "unknown_ticket"


def test_an_unspoken_and_a_spoken_call_are_remembered_and_change_nothing_else() -> None:
    hall = with_a_paper_to_come()
    [called] = press(hall, call_next, at("09:01"), window="1")
    before = hall.tickets[A001].calls, hall.calls[0].times, hall.windows["1"].ticket
    [unsaid] = press(hall, call_was_heard, at("09:03"), ticket=A001, window="1", deed=called.number, cause="stale")
    assert unsaid.event == CallNotSpoken(A001, "1", called.number, "stale")
    [said] = press(hall, call_was_heard, at("09:03:02"), ticket=A001, window="1", deed=called.number)
    assert said.event == CallSpoken(A001, "1", called.number)
    assert (hall.tickets[A001].calls, hall.calls[0].times, hall.windows["1"].ticket) == before


def test_a_call_said_is_told_once_and_cannot_be_unsaid() -> None:
    hall = with_a_paper_to_come()
    [called] = press(hall, call_next, at("09:01"), window="1")
    press(hall, call_was_heard, at("09:01:02"), ticket=A001, window="1", deed=called.number)
    for cause in (None, "stale"):
        told = press(hall, call_was_heard, at("09:02"), ticket=A001, window="1", deed=called.number, cause=cause)
        assert told == []
    [again] = press(hall, recall, at("09:02:10"), window="1")
    assert press(hall, call_was_heard, at("09:02:12"), ticket=A001, window="1", deed=again.number) != []
