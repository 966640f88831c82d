"""The turn of the day: what ends at midnight and what goes on."""

from __future__ import annotations

import pytest

from hallserver.events import DayBegan, TicketExpired, WindowClosed
from hallserver.rules.calling import call_by_name, call_next, mark_absent
from hallserver.rules.days import configure, tick
from hallserver.rules.hall import Hall, new_hall
from hallserver.rules.issuing import issue
from hallserver.rules.layout import Layout, Session
from hallserver.rules.ratings import rate
from hallserver.rules.services import complete, hold, start_service
from hallserver.rules.visits import cancel
from tests.a_hall import OPENING, a_hall, a_layout, at, issued, press, refusal

TUESDAY, WEDNESDAY = "2026-11-24", "2026-11-25"
ALL_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NIGHT = a_layout(sessions=(Session(ALL_DAYS, "18:00", "24:00"), Session(ALL_DAYS, "00:00", "06:00")))
ALWAYS = a_layout(always_open=True)


def with_one_ticket_of_every_state(layout: Layout, clock: str) -> Hall:
    """A001 done, A002 cancelled, A003 passed, A004 held, A005 called at 1, A006 serving at 2, A007 waiting."""
    hall = a_hall(layout, now=at(clock))
    tickets = [issued(hall, at(clock), zone="zonghe").id for _ in range(7)]
    press(hall, call_next, at(clock), window="1")
    press(hall, complete, at(clock), window="1")
    press(hall, cancel, at(clock), ticket=tickets[1])
    for rule in (mark_absent, hold):
        press(hall, call_next, at(clock), window="1")
        press(hall, rule, at(clock), window="1")
    press(hall, call_next, at(clock), window="1")
    press(hall, call_next, at(clock), window="2")
    press(hall, start_service, at(clock), window="2")
    states = [hall.tickets[ticket].state for ticket in tickets]
    assert states == ["done", "cancelled", "passed", "held", "called", "serving", "waiting"]
    return hall


def test_the_first_tick_begins_the_day() -> None:
    hall = new_hall("hall")
    press(hall, configure, OPENING, layout=a_layout())
    [deed] = press(hall, tick, OPENING)
    assert deed.event == DayBegan("2026-11-23")
    assert hall.day is not None
    assert (hall.day.isoformat(), hall.day_ends) == ("2026-11-23", at("00:00", TUESDAY))
    assert hall.sessions == ((at("08:30"), at("17:00")),)


@pytest.mark.parametrize("clock", ["08:30", "17:00", "23:59:59"])
def test_nothing_happens_until_midnight(clock: str) -> None:
    assert press(a_hall(), tick, at(clock)) == []


def test_at_midnight_a_closed_hall_ends_every_visit_but_the_one_still_served() -> None:
    hall = with_one_ticket_of_every_state(a_layout(), "16:50")
    deeds = press(hall, tick, at("00:00", TUESDAY))
    expired = [deed.event.ticket[-4:] for deed in deeds if isinstance(deed.event, TicketExpired)]
    closed = [(deed.event.window, deed.event.reason) for deed in deeds if isinstance(deed.event, WindowClosed)]
    assert expired == ["A003", "A004", "A005", "A007"]
    assert closed == [("1", "day_ended"), ("3", "day_ended"), ("4", "day_ended")]
    assert deeds[-1].event == DayBegan(TUESDAY)
    assert list(hall.tickets) == ["20261123-A006"]
    assert (hall.windows["1"].ticket, hall.windows["2"].state, hall.windows["2"].ticket) == (
        None,
        "open",
        "20261123-A006",
    )
    assert hall.waiting_count() == 0


def test_a_service_that_runs_past_midnight_ends_and_is_rated_like_any_other() -> None:
    hall = with_one_ticket_of_every_state(a_layout(), "16:50")
    press(hall, tick, at("00:00", TUESDAY))
    press(hall, complete, at("00:10", TUESDAY), window="2")
    press(hall, rate, at("00:11", TUESDAY), ticket="20261123-A006", level=5)
    assert (hall.figures.done, hall.figures.ratings) == (1, 1)


def test_a_new_day_starts_from_001_with_new_figures_and_an_empty_board() -> None:
    hall = with_one_ticket_of_every_state(a_layout(), "16:50")
    press(hall, tick, at("00:00", TUESDAY))
    assert (hall.figures.issued, hall.figures.called, hall.figures.done, hall.calls) == (0, 0, 0, [])
    ticket = issued(hall, at("09:00", TUESDAY), zone="zonghe")
    assert (ticket.id, ticket.shown) == ("20261124-A001", "A001")


def test_a_number_still_served_from_yesterday_is_not_given_again_today() -> None:
    hall = a_hall()
    issued(hall, at("16:00"), zone="zonghe")
    press(hall, call_next, at("16:58"), window="1")
    press(hall, start_service, at("16:59"), window="1")
    press(hall, tick, at("00:00", TUESDAY))
    press(hall, complete, at("08:00", TUESDAY), window="1")
    assert issued(hall, at("09:00", TUESDAY), zone="zonghe").shown == "A002"


@pytest.mark.parametrize("layout", [ALWAYS, NIGHT], ids=["always open", "open through the night"])
def test_where_people_wait_through_midnight_nothing_ends(layout: Layout) -> None:
    hall = with_one_ticket_of_every_state(layout, "23:50")
    deeds = press(hall, tick, at("00:00", TUESDAY))
    assert [deed.event for deed in deeds] == [DayBegan(TUESDAY)]
    states = {ticket.shown: ticket.state for ticket in hall.tickets.values()}
    assert states == {"A003": "passed", "A004": "held", "A005": "called", "A006": "serving", "A007": "waiting"}
    assert hall.windows["1"].ticket == "20261123-A005"
    assert hall.waiting_count() == 1


@pytest.mark.parametrize("layout", [ALWAYS, NIGHT], ids=["always open", "open through the night"])
def test_numbers_carried_through_midnight_are_not_given_again_that_day(layout: Layout) -> None:
    hall = with_one_ticket_of_every_state(layout, "23:50")
    press(hall, tick, at("00:00", TUESDAY))
    press(hall, cancel, at("00:01", TUESDAY), ticket="20261123-A007")
    given = [issued(hall, at("00:02", TUESDAY), zone="zonghe").shown for _ in range(4)]
    assert given == ["A001", "A002", "A008", "A009"]


def test_a_number_carried_for_one_day_is_free_again_the_day_after_its_end() -> None:
    hall = a_hall(ALWAYS, now=at("23:00"))
    issued(hall, at("23:00"), zone="zonghe")
    press(hall, tick, at("00:00", TUESDAY))
    assert issued(hall, at("00:01", TUESDAY), zone="zonghe").shown == "A002"
    press(hall, call_by_name, at("00:02", TUESDAY), window="1", ticket="20261123-A001", reason="asked to")
    press(hall, complete, at("00:03", TUESDAY), window="1")
    press(hall, cancel, at("00:04", TUESDAY), ticket="20261124-A002")
    press(hall, tick, at("00:00", WEDNESDAY))
    assert issued(hall, at("00:01", WEDNESDAY), zone="zonghe").id == "20261125-A001"


def test_a_session_that_ends_at_midnight_with_none_after_it_is_the_end() -> None:
    hall = a_hall(a_layout(sessions=(Session(("mon",), "18:00", "24:00"), Session(("wed",), "00:00", "06:00"))))
    issued(hall, at("23:00"), zone="zonghe")
    assert any(isinstance(deed.event, TicketExpired) for deed in press(hall, tick, at("00:00", TUESDAY)))


def test_a_session_from_midnight_with_none_before_it_is_no_going_on() -> None:
    hall = a_hall(a_layout(sessions=(Session(("mon",), "18:00", "23:59"), Session(("tue",), "00:00", "06:00"))))
    issued(hall, at("23:00"), zone="zonghe")
    assert any(isinstance(deed.event, TicketExpired) for deed in press(hall, tick, at("00:00", TUESDAY)))


def test_a_server_that_slept_for_days_wakes_into_today() -> None:
    hall = with_one_ticket_of_every_state(a_layout(), "16:50")
    press(hall, tick, at("10:00", "2026-12-01"))
    assert hall.day is not None
    assert (hall.day.isoformat(), hall.day_ends) == ("2026-12-01", at("00:00", "2026-12-02"))
    assert issued(hall, at("10:00", "2026-12-01"), zone="zonghe").id == "20261201-A001"


def test_yesterdays_tickets_are_not_known_today() -> None:
    hall = with_one_ticket_of_every_state(a_layout(), "16:50")
    press(hall, tick, at("00:00", TUESDAY))
    assert refusal(hall, rate, at("09:00", TUESDAY), ticket="20261123-A001", level=5).code == "unknown_ticket"


def test_a_window_forgets_yesterdays_last_ticket_at_midnight() -> None:
    hall = with_one_ticket_of_every_state(a_layout(), "16:50")
    assert hall.windows["1"].last == "20261123-A004"
    press(hall, tick, at("00:00", TUESDAY))
    assert (hall.windows["1"].last, hall.windows["1"].last_ended) == (None, None)


def test_a_day_begins_only_once() -> None:
    hall = a_hall()
    press(hall, tick, at("00:00", TUESDAY))
    assert press(hall, tick, at("00:00:01", TUESDAY)) == []


def test_moving_the_hall_westward_does_not_begin_a_day_twice() -> None:
    hall = a_hall()
    press(hall, tick, at("00:30", TUESDAY))
    press(hall, configure, at("00:31", TUESDAY), layout=a_layout(timezone="Europe/Lisbon"))
    for clock in ("00:32", "08:00", "23:59"):
        assert press(hall, tick, at(clock, TUESDAY)) == []
    [*_, deed] = press(hall, tick, at("08:00", WEDNESDAY))  # midnight in Lisbon
    assert deed.event == DayBegan(WEDNESDAY)


def test_a_hall_that_has_not_begun_its_first_day_gives_no_number() -> None:
    hall = new_hall("hall")
    press(hall, configure, at("09:00"), layout=a_layout())
    assert refusal(hall, issue, at("09:00"), zone="zonghe").code == "hall_closed"
