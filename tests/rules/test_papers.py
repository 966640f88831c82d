"""One press never gives two papers: who takes it prints it, what was not begun moves on, what was begun stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hallserver.events import Event, PaperFailed, PaperMoved, PaperPrinted, TicketPrinted, TicketPrintFailed
from hallserver.moments import Moment
from hallserver.rules.calling import call_next
from hallserver.rules.days import tick
from hallserver.rules.hall import Hall
from hallserver.rules.layout import Layout, PrinterPlan
from hallserver.rules.papers import (
    ask_printer_test,
    ask_receipt,
    ask_reprint,
    overdue_papers,
    paper_came,
    take_paper,
)
from hallserver.rules.services import complete
from hallserver.rules.visits import cancel
from tests.a_hall import a_hall, a_layout, at, issued, press, refusal

A001 = "20261123-A001"
CAUSES = ["no_paper", "cover_open", "offline", "unreachable", "timeout", "interrupted", "misconfigured"]
PRINTERS = (
    PrinterPlan("left", ("kiosk-1",), "right"),
    PrinterPlan("right", ("kiosk-2", "window-2"), "left"),
    PrinterPlan("desk"),
)


def with_printers(*printers: PrinterPlan) -> Hall:
    return a_hall(a_layout(printers=printers or PRINTERS))


def taken_at(hall: Hall, device: str | None, when: str = "09:00") -> int:
    """A number taken at a device; the deed that asks for its paper."""
    return issued(hall, at(when), zone="zonghe", paper=True, device=device).deed


def events(hall: Hall, rule: object, now: Moment, **details: object) -> list[Event]:
    return [deed.event for deed in press(hall, rule, now, **details)]  # type: ignore[arg-type]


def paper_of(hall: Hall) -> tuple[str, str | None]:
    return hall.tickets[A001].paper, hall.tickets[A001].paper_cause


@pytest.mark.parametrize(
    ("device", "printer"),
    [("kiosk-1", "left"), ("kiosk-2", "right"), ("kiosk-9", "desk"), (None, "desk")],
)
def test_a_paper_comes_out_where_the_number_was_taken(device: str | None, printer: str) -> None:
    hall = with_printers()
    assert hall.papers[taken_at(hall, device)].printer == printer
    ticket = hall.tickets[A001]
    assert (ticket.device, ticket.paper) == (device, "waiting")


def test_a_hall_with_one_printer_needs_no_name_for_it() -> None:
    hall = a_hall()
    assert hall.papers[taken_at(hall, "kiosk-1")].printer == "printer"
    assert a_layout().has_printer("printer")
    assert not with_printers().layout.has_printer("printer")
    assert with_printers(PrinterPlan("left", ("kiosk-1",))).layout.printer_for("kiosk-2") == "left"


def test_only_the_first_who_asks_may_print() -> None:
    hall = with_printers()
    deed = taken_at(hall, "kiosk-1")
    assert refusal(hall, take_paper, at("09:00"), deed=deed, printer="right").code == "paper_elsewhere"
    press(hall, take_paper, at("09:00"), deed=deed, printer="left")
    assert refusal(hall, take_paper, at("09:00"), deed=deed, printer="left").code == "paper_taken"
    assert refusal(hall, take_paper, at("09:00"), deed=deed + 1, printer="left").code == "unknown_paper"


def test_a_paper_nobody_waits_for_any_more_is_not_given_out() -> None:
    hall = with_printers()
    deed = taken_at(hall, "kiosk-1")
    assert refusal(hall, take_paper, at("09:02:01"), deed=deed, printer="left").code == "paper_stale"


@pytest.mark.parametrize("cause", CAUSES)
def test_what_could_not_be_begun_comes_out_of_the_printer_that_stands_in(cause: str) -> None:
    hall = with_printers()
    deed = taken_at(hall, "kiosk-1")
    press(hall, take_paper, at("09:00"), deed=deed, printer="left")
    moved = events(hall, paper_came, at("09:00:03"), deed=deed, ticket=A001, printer="left", cause=cause, begun=False)
    assert moved == [PaperMoved(A001, deed, "left", "right", cause)]
    assert paper_of(hall) == ("waiting", None)
    assert hall.figures.papers_moved == 1
    assert refusal(hall, take_paper, at("09:00:04"), deed=deed, printer="left").code == "paper_elsewhere"
    press(hall, take_paper, at("09:00:04"), deed=deed, printer="right")
    assert events(hall, paper_came, at("09:00:05"), deed=deed, ticket=A001, printer="right") == [
        TicketPrinted(A001, "right", deed)
    ]
    assert paper_of(hall) == ("printed", None)


def test_what_was_begun_is_printed_nowhere_else() -> None:
    hall = with_printers()
    deed = taken_at(hall, "kiosk-1")
    press(hall, take_paper, at("09:00"), deed=deed, printer="left")
    told = events(hall, paper_came, at("09:00:03"), deed=deed, ticket=A001, printer="left", cause="no_paper")
    assert told == [TicketPrintFailed(A001, "left", deed, "no_paper")]
    assert refusal(hall, take_paper, at("09:00:04"), deed=deed, printer="right").code == "unknown_paper"


def test_a_paper_does_not_go_round_in_circles() -> None:
    hall = with_printers()
    deed = taken_at(hall, "kiosk-1")
    press(hall, paper_came, at("09:00:03"), deed=deed, printer="left", cause="no_paper", begun=False)
    told = events(hall, paper_came, at("09:00:05"), deed=deed, printer="right", cause="cover_open", begun=False)
    assert told == [TicketPrintFailed(A001, "right", deed, "cover_open")]


def test_a_printer_that_is_away_is_stood_in_for_after_ten_seconds_and_gets_no_paper_when_it_is_back() -> None:
    hall = with_printers()
    deed = taken_at(hall, "kiosk-1")
    assert events(hall, overdue_papers, at("09:00:10")) == []
    assert events(hall, overdue_papers, at("09:00:11")) == [PaperMoved(A001, deed, "left", "right", "unreachable")]
    assert refusal(hall, take_paper, at("09:00:12"), deed=deed, printer="left").code == "paper_elsewhere"
    assert events(hall, overdue_papers, at("09:00:30")) == [], "it waits for the other, and moves no further"
    press(hall, take_paper, at("09:00:40"), deed=deed, printer="right")
    assert events(hall, overdue_papers, at("09:02:30")) == []


def test_a_late_no_of_the_printer_it_was_taken_from_changes_nothing() -> None:
    hall = with_printers()
    deed = taken_at(hall, "kiosk-1")
    press(hall, overdue_papers, at("09:00:11"))
    assert events(hall, paper_came, at("09:00:12"), deed=deed, printer="left", cause="offline", begun=False) == []
    assert hall.papers[deed].printer == "right"


def test_a_paper_nobody_prints_is_given_up_and_said_so() -> None:
    hall = a_hall()
    deed = taken_at(hall, "kiosk-1")
    assert events(hall, overdue_papers, at("09:02:15")) == []
    assert events(hall, overdue_papers, at("09:02:16")) == [TicketPrintFailed(A001, "printer", deed, "unreachable")]
    assert (paper_of(hall), hall.printer_cause) == (("failed", "unreachable"), "unreachable")
    assert events(hall, overdue_papers, at("09:02:17")) == []


def test_a_paper_that_no_printer_could_take_because_the_hall_wrote_nothing_is_too_late_and_blames_no_printer() -> None:
    hall = a_hall()
    deed = taken_at(hall, "kiosk-1")
    told = events(hall, overdue_papers, at("09:10"))  # its disk was full until then, or it was started again
    assert told == [TicketPrintFailed(A001, "printer", deed, "too_late")]
    assert (paper_of(hall), hall.printer_cause, hall.noticed) == (("failed", "too_late"), None, {})
    assert hall.figures.print_failures == 1


def test_a_paper_that_was_taken_and_never_told_of_is_lost_after_ten_minutes() -> None:
    hall = with_printers()
    deed = taken_at(hall, "kiosk-1")
    press(hall, take_paper, at("09:00:05"), deed=deed, printer="left")
    assert events(hall, overdue_papers, at("09:10")) == []
    assert events(hall, overdue_papers, at("09:10:01")) == [TicketPrintFailed(A001, "left", deed, "interrupted")]


def test_an_agent_that_takes_nothing_may_still_tell_that_it_printed() -> None:
    hall = with_printers()
    deed = taken_at(hall, "kiosk-1")
    told = events(hall, paper_came, at("09:00:02"), deed=deed, ticket=A001, printer="usb://04b8:0e15")
    assert told == [TicketPrinted(A001, "usb://04b8:0e15", deed)]
    assert refusal(hall, take_paper, at("09:00:04"), deed=deed, printer="left").code == "unknown_paper"


# --- what staff ask for ---


def test_a_reprint_is_counted_as_one_and_comes_out_where_the_presser_is() -> None:
    hall = with_printers()
    taken_at(hall, "kiosk-1")
    [asked] = press(hall, ask_reprint, at("09:05"), ticket=A001, at="window-2")
    assert asked.event.facts() == {"ticket": A001, "printer": "right"}
    assert paper_of(hall) == ("waiting", None)
    assert (hall.figures.reprints, hall.tickets[A001].reprints) == (1, 1)
    press(hall, take_paper, at("09:05"), deed=asked.number, printer="right")
    told = events(hall, paper_came, at("09:05:02"), deed=asked.number, printer="right")
    assert told == [TicketPrinted(A001, "right", asked.number)]
    assert paper_of(hall) == ("printed", None)
    assert hall.papers[asked.number].state == "printed"


@pytest.mark.parametrize(("where", "printer"), [("window-9", "left"), (None, "left")])
def test_a_reprint_without_a_printer_near_comes_out_where_the_number_was_taken(where: str | None, printer: str) -> None:
    hall = with_printers()
    press(hall, paper_came, at("09:00:02"), deed=taken_at(hall, "kiosk-1"), printer="left")
    [asked] = press(hall, ask_reprint, at("09:05"), ticket=A001, at=where)
    assert hall.papers[asked.number].printer == printer
    press(hall, paper_came, at("09:05:02"), deed=asked.number, printer="left")
    [named] = press(hall, ask_reprint, at("09:06"), ticket=A001, at=where, printer="desk")
    assert hall.papers[named.number].printer == "desk"


def test_the_first_papers_no_does_not_hide_the_second_that_is_on_its_way() -> None:
    hall = a_hall()
    first = taken_at(hall, None)
    no = refusal(hall, ask_reprint, at("09:00:10"), ticket=A001)
    assert no.code == "paper_awaited", "the first may still come: two would be one too many"
    [asked] = press(hall, ask_reprint, at("09:02:05"), ticket=A001)
    press(hall, paper_came, at("09:02:06"), deed=first, printer="printer", cause="no_paper")
    assert paper_of(hall) == ("waiting", None)
    press(hall, paper_came, at("09:02:07"), deed=asked.number, printer="printer")
    assert paper_of(hall) == ("printed", None)


def test_a_number_that_ended_is_not_printed_again() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    press(hall, cancel, at("09:01"), ticket=A001)
    no = refusal(hall, ask_reprint, at("09:02"), ticket=A001)
    assert (no.code, no.details["number"], no.details["state"]) == ("wrong_state", "A001", "cancelled")
    assert refusal(hall, ask_receipt, at("09:02"), ticket=A001, receipt="missing").code == "wrong_state"
    assert refusal(hall, ask_reprint, at("09:02"), ticket="20261122-A001").code == "unknown_ticket"


def test_what_is_missing_may_be_told_when_the_service_is_over_and_where_to_go_on_may_not() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:05"), window="1")
    press(hall, complete, at("09:06"), window="1", outcome="told_missing", note="照片")
    assert refusal(hall, ask_receipt, at("09:07"), ticket=A001, receipt="transfer").code == "wrong_state"
    [asked] = press(hall, ask_receipt, at("09:07"), ticket=A001, receipt="missing")
    assert asked.event.facts() == {"ticket": A001, "receipt": "missing", "printer": "printer"}
    assert refusal(hall, ask_receipt, at("09:07:01"), ticket=A001, receipt="missing").code == "paper_awaited"
    assert events(hall, paper_came, at("09:07:02"), deed=asked.number, printer="printer") == [
        PaperPrinted(A001, "printer", asked.number, "missing")
    ]
    assert events(hall, paper_came, at("09:07:03"), deed=asked.number, printer="printer", cause="offline") == []
    assert (hall.figures.receipts, hall.papers[asked.number].state) == (1, "printed")
    assert hall.tickets[A001].paper == "none"


def test_a_page_that_tries_a_printer_stays_at_that_printer() -> None:
    hall = with_printers()
    assert refusal(hall, ask_printer_test, at("09:00"), printer="moon").code == "unknown_printer"
    [asked] = press(hall, ask_printer_test, at("09:00"), printer="left")
    assert refusal(hall, ask_printer_test, at("09:00:01"), printer="left").code == "paper_awaited"
    told = events(hall, paper_came, at("09:00:02"), deed=asked.number, printer="left", cause="no_paper", begun=False)
    assert told == [PaperFailed(None, "left", asked.number, "test", "no_paper")]
    assert (hall.papers[asked.number].state, hall.papers[asked.number].cause) == ("failed", "no_paper")


def test_a_printer_that_nobody_has_is_refused_for_staffs_papers_too() -> None:
    hall = with_printers()
    issued(hall, at("09:00"), zone="zonghe")
    assert refusal(hall, ask_reprint, at("09:02"), ticket=A001, printer="moon").code == "unknown_printer"


def test_papers_of_yesterday_are_forgotten_with_their_day() -> None:
    hall = a_hall()
    press(hall, paper_came, at("09:00:01"), deed=taken_at(hall, None), printer="printer")
    [asked] = press(hall, ask_reprint, at("09:05"), ticket=A001)
    press(hall, paper_came, at("09:05:01"), deed=asked.number, printer="printer")
    press(hall, tick, at("00:00:01", "2026-11-24"))
    assert hall.papers == {}


def test_a_layout_tells_its_printers_to_the_log_and_back() -> None:
    layout = a_layout(printers=PRINTERS)
    assert Layout.from_plain(layout.to_plain()) == layout
    before = layout.to_plain()
    del before["printers"]  # a log from before there were several
    assert Layout.from_plain(before) == replace(layout, printers=())


# --- a number's own paper, in a hall with one printer ---


def with_a_paper_to_come() -> tuple[Hall, int]:
    hall = a_hall()
    return hall, taken_at(hall, None)


@pytest.mark.parametrize("cause", CAUSES)
def test_the_paper_did_not_come_and_the_hall_knows_why(cause: str) -> None:
    hall, deed = with_a_paper_to_come()
    press(hall, paper_came, at("09:00:01"), ticket=A001, deed=deed, printer="roll", cause=cause)
    assert paper_of(hall) == ("failed", cause)
    assert (hall.printer_cause, hall.figures.print_failures) == (cause, 1)


def test_a_report_told_twice_is_kept_once() -> None:
    hall, deed = with_a_paper_to_come()
    told = {"ticket": A001, "deed": deed, "printer": "roll"}
    press(hall, paper_came, at("09:00:01"), **told, cause="no_paper")
    assert press(hall, paper_came, at("09:00:02"), **told, cause="no_paper") == []
    assert hall.figures.print_failures == 1
    press(hall, paper_came, at("09:00:03"), **told)
    assert press(hall, paper_came, at("09:00:04"), **told) == []


def test_paper_that_comes_after_all_ends_the_printers_trouble() -> None:
    hall, deed = with_a_paper_to_come()
    press(hall, paper_came, at("09:00:01"), ticket=A001, deed=deed, printer="roll", cause="no_paper")
    press(hall, paper_came, at("09:01"), ticket=A001, deed=deed, printer="roll")
    assert paper_of(hall) == ("printed", None)
    assert hall.printer_cause is None


def test_what_was_printed_cannot_fail_afterwards() -> None:
    hall, deed = with_a_paper_to_come()
    press(hall, paper_came, at("09:00:01"), ticket=A001, deed=deed, printer="roll")
    assert press(hall, paper_came, at("09:00:02"), ticket=A001, deed=deed, printer="roll", cause="timeout") == []
    assert paper_of(hall) == ("printed", None)


def test_paper_of_a_ticket_nobody_knows_is_refused() -> None:
    no = refusal(a_hall(), paper_came, at("09:00"), ticket="20261122-A001", deed=70, printer="roll")
    assert no.code == "unknown_ticket"
