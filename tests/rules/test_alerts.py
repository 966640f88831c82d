"""What a manager is told to look at: raised once, gone when it is over, and nothing flickers."""

from __future__ import annotations

from typing import Any

import pytest

from hallserver.events import (
    AlertCleared,
    AlertRaised,
    CallNotSpoken,
    CallSpoken,
    Event,
    RatingGiven,
    TicketPrinted,
    TicketPrintFailed,
    WebhookGivenUp,
)
from hallserver.moments import MINUTE_MS, SECOND_MS, Moment
from hallserver.rules.alerts import ALERTS_LIMIT, BAD_RATINGS_LIMIT, give_up, put_away
from hallserver.rules.calling import call_next
from hallserver.rules.days import tick
from hallserver.rules.hall import Hall
from hallserver.rules.services import complete, start_service
from hallserver.rules.snapshot import from_plain, to_plain
from hallserver.rules.visits import cancel
from tests.a_hall import a_hall, a_layout, at, issued, press, refusal


def told(hall: Hall, now: Moment) -> list[Event]:
    return [deed.event for deed in press(hall, tick, now) if isinstance(deed.event, AlertRaised | AlertCleared)]


def standing(hall: Hall) -> set[tuple[str, str, str]]:
    return {(alert.kind, alert.subject, alert.level) for alert in hall.alerts.values()}


def happened(hall: Hall, now: Moment, event: Event, by: str = "device:loud") -> None:
    press(hall, lambda *_: [event], now, by=by)


def closed_hall(**settings: Any) -> Hall:
    """All windows closed, so that nothing but the queues is told."""
    return a_hall(a_layout(**settings), open_windows=())


def test_a_quiet_hall_tells_nothing() -> None:
    assert told(a_hall(), at("16:00")) == []


def test_a_long_wait_is_told_once_and_again_when_it_is_too_long() -> None:
    hall = closed_hall()
    issued(hall, at("09:00"), zone="gongan")
    assert told(hall, at("09:14:59")) == []
    assert told(hall, at("09:15")) == [AlertRaised("long_wait", "gongan", 15, "warn")]
    assert told(hall, at("09:15:01")) == []
    assert told(hall, at("09:30")) == [AlertRaised("long_wait", "gongan", 30, "critical")]
    alert = hall.alerts["long_wait", "gongan"]
    assert (alert.since, alert.figure) == (at("09:15"), 30)


def test_a_queue_must_become_clearly_shorter_before_its_alert_goes() -> None:
    hall = closed_hall()
    tickets = [issued(hall, at(clock), zone="gongan") for clock in ("09:00", "09:05", "09:08", "09:12")]
    told(hall, at("09:30"))
    press(hall, cancel, at("09:30"), ticket=tickets[0].id)
    assert told(hall, at("09:30:01")) == []  # 25 minutes: below 30 and not below 24
    press(hall, cancel, at("09:30"), ticket=tickets[1].id)
    assert [event.level for event in told(hall, at("09:30:02"))] == ["warn"]  # type: ignore[attr-defined]
    press(hall, cancel, at("09:30"), ticket=tickets[2].id)
    assert told(hall, at("09:30:03")) == []
    press(hall, cancel, at("09:30"), ticket=tickets[3].id)
    [over] = told(hall, at("09:30:04"))
    assert isinstance(over, AlertCleared)
    assert (over.alert, over.subject, over.since) == ("long_wait", "gongan", at("09:30"))
    assert hall.alerts == {}


def test_more_than_twenty_in_one_queue_ask_for_another_window() -> None:
    hall = closed_hall()
    tickets = [issued(hall, at("09:00"), zone="gongan") for _ in range(20)]
    assert told(hall, at("09:01")) == []
    tickets.append(issued(hall, at("09:01"), zone="gongan"))
    assert told(hall, at("09:01:01")) == [AlertRaised("many_waiting", "gongan", 21)]
    for ticket in tickets[:4]:
        press(hall, cancel, at("09:02"), ticket=ticket.id)
    assert told(hall, at("09:02:01")) == []
    press(hall, cancel, at("09:03"), ticket=tickets[4].id)
    assert [type(event) for event in told(hall, at("09:03:01"))] == [AlertCleared]


def test_a_service_of_three_times_the_usual_is_told_and_goes_with_its_ticket() -> None:
    hall = a_hall(open_windows=("1",))
    ticket = issued(hall, at("09:00"), item="yb-001")  # 8 minutes
    press(hall, call_next, at("09:00"), window="1")
    assert told(hall, at("09:40")) == [], "called, and nobody said that the service began"
    press(hall, start_service, at("09:40"), window="1")
    assert told(hall, at("10:03:59")) == []
    assert told(hall, at("10:04")) == [AlertRaised("long_service", "1", 24, "warn", ticket.id)]
    press(hall, complete, at("10:05"), window="1")
    assert [type(event) for event in told(hall, at("10:05:01"))] == [AlertCleared]


def test_the_next_long_service_at_a_window_is_another_alert() -> None:
    hall = a_hall(a_layout(warn_min=200, critical_min=300), open_windows=("1",))
    first, second = (issued(hall, at("09:00"), item="yb-001") for _ in range(2))
    press(hall, call_next, at("09:00"), window="1")
    press(hall, start_service, at("09:00"), window="1")
    [raised] = told(hall, at("09:39"))
    assert raised.facts()["other"] == first.id
    press(hall, complete, at("09:39:30"), window="1")
    press(hall, call_next, at("09:39:30"), window="1")
    press(hall, start_service, at("09:39:30"), window="1")
    assert [type(event) for event in told(hall, at("10:10"))] == [AlertCleared]
    assert told(hall, at("10:10:01")) == [AlertRaised("long_service", "1", 30, "warn", second.id)]


def test_a_service_is_long_by_the_clock_as_well() -> None:
    hall = a_hall(a_layout(long_service_times=0, long_service_min=10), open_windows=("1",))
    issued(hall, at("09:00"), item="yb-001")
    press(hall, call_next, at("09:00"), window="1")
    press(hall, start_service, at("09:00"), window="1")
    assert told(hall, at("09:09:59")) == []
    assert [event.figure for event in told(hall, at("09:10"))] == [10]  # type: ignore[attr-defined]


def test_an_open_window_where_nobody_presses_while_people_wait() -> None:
    hall = a_hall(a_layout(idle_min=0), open_windows=("1",))
    assert told(hall, at("09:00")) == []
    issued(hall, at("09:00"), zone="zonghe")
    assert told(hall, at("09:00:30")) == [], "who came this minute waits for nobody's absence"
    assert told(hall, at("09:01")) == [AlertRaised("clerk_absent", "1", 31)]
    issued(hall, at("09:02"), zone="zonghe")
    press(hall, call_next, at("09:03"), window="1")
    assert [type(event) for event in told(hall, at("09:03:01"))] == [AlertCleared]


def test_an_absence_does_not_flicker_with_those_who_come_and_go() -> None:
    hall = a_hall(a_layout(idle_min=0), open_windows=("1", "2"))
    issued(hall, at("09:00"), zone="zonghe")
    told(hall, at("09:01"))
    press(hall, call_next, at("09:02"), window="2")
    assert [event.facts()["subject"] for event in told(hall, at("09:02:01"))] == ["2"]
    assert standing(hall) == {("clerk_absent", "1", "warn")}


def test_an_idle_zone_beside_a_crowded_one() -> None:
    hall = a_hall(a_layout(absent_min=0), open_windows=("3", "4"))
    issued(hall, at("09:00"), zone="zonghe")
    assert told(hall, at("09:15")) == [
        AlertRaised("long_wait", "zonghe", 15),
        AlertRaised("idle_zone", "chujian", 45, other="zonghe"),
    ], "window 3 supports the crowded zone and window 4 stands beside"


def test_a_bad_rating_is_told_until_a_manager_puts_it_away() -> None:
    hall = a_hall()
    happened(hall, at("09:00"), RatingGiven("20261123-A001", "1", "0301", 2))
    happened(hall, at("09:00"), RatingGiven("20261123-A002", "1", "0301", 1))
    happened(hall, at("09:00"), RatingGiven("20261123-A003", "1", "0301", 3))
    assert told(hall, at("09:00:01")) == [
        AlertRaised("bad_rating", "20261123-A001", 2, "warn", "1"),
        AlertRaised("bad_rating", "20261123-A002", 1, "critical", "1"),
    ]
    assert told(hall, at("16:00")) == []
    number = hall.alerts["bad_rating", "20261123-A001"].raised
    [deed] = press(hall, put_away, at("16:01"), by="manager:1", alert=number)
    assert isinstance(deed.event, AlertCleared)
    assert standing(hall) == {("bad_rating", "20261123-A002", "critical")}


def test_what_tells_how_things_are_is_not_put_away_by_hand() -> None:
    hall = closed_hall()
    issued(hall, at("09:00"), zone="gongan")
    told(hall, at("09:15"))
    number = hall.alerts["long_wait", "gongan"].raised
    assert refusal(hall, put_away, at("09:16"), alert=number).code == "alert_stands"
    assert refusal(hall, put_away, at("09:16"), alert=number + 1).code == "unknown_alert"


def test_a_printer_without_paper_is_told_until_a_paper_comes_out() -> None:
    hall = a_hall()
    happened(hall, at("09:00"), TicketPrintFailed("t", "kiosk-1", 5, "no_paper"))
    assert told(hall, at("09:00:01")) == [AlertRaised("printer", "kiosk-1", None, "warn", "no_paper")]
    happened(hall, at("09:01"), TicketPrintFailed("t", "kiosk-1", 6, "no_paper"))
    happened(hall, at("09:01"), TicketPrinted("t", "kiosk-2", 7))
    assert told(hall, at("09:01:01")) == []
    happened(hall, at("09:02"), TicketPrinted("t", "kiosk-1", 8))
    assert [type(event) for event in told(hall, at("09:02:01"))] == [AlertCleared]


def test_a_printer_that_recovered_within_the_second_is_not_told() -> None:
    hall = a_hall()
    happened(hall, at("09:00"), TicketPrintFailed("t", "kiosk-1", 5, "no_paper"))
    happened(hall, at("09:00"), TicketPrinted("t", "kiosk-1", 5))
    assert told(hall, at("09:00:01")) == []


@pytest.mark.parametrize(("cause", "mute"), [("no_player", True), ("stale", False), ("voice_off", False)])
def test_a_loudspeaker_that_cannot_speak_is_told_and_a_call_too_late_is_not(cause: str, mute: bool) -> None:
    hall = a_hall()
    happened(hall, at("09:00"), CallNotSpoken("t", "1", 5, cause))
    assert [event.alert for event in told(hall, at("09:00:01"))] == ["mute_voice"] * mute  # type: ignore[attr-defined]
    happened(hall, at("09:01"), CallSpoken("t", "1", 6))
    assert len(told(hall, at("09:01:01"))) == mute


def test_there_is_a_limit_of_alerts_and_of_bad_ratings() -> None:
    hall = a_hall()
    for n in range(BAD_RATINGS_LIMIT + 2):
        happened(hall, at("09:00"), RatingGiven(f"t-{n:03d}", "1", None, 1))
    told(hall, at("09:00:01"))
    told(hall, at("09:00:02"))
    assert len(hall.alerts) == BAD_RATINGS_LIMIT
    assert ("bad_rating", "t-000") not in hall.alerts
    for n in range(ALERTS_LIMIT):
        happened(hall, at("09:01"), TicketPrintFailed("t", f"printer-{n}", 1, "offline"))
    told(hall, at("09:01:01"))
    assert len(hall.alerts) == ALERTS_LIMIT


def test_alerts_survive_a_snapshot() -> None:
    hall = closed_hall()
    issued(hall, at("09:00"), zone="gongan")
    told(hall, at("09:15"))
    happened(hall, at("09:16"), RatingGiven("20261123-A001", "1", "0301", 2))
    happened(hall, at("09:16"), WebhookGivenUp(3, 9, "HTTP 500"))
    assert from_plain(to_plain(hall)) == hall


def test_what_the_webhook_gave_up_is_shown_for_the_day() -> None:
    hall = a_hall()
    press(hall, give_up, at("09:00"), deed=3, tries=9, cause="HTTP 500")
    assert hall.given_up == [(3, at("09:00"), "HTTP 500")]
    press(hall, tick, at("00:00", "2026-11-24"))
    assert hall.given_up == []


def test_a_second_in_a_busy_hall_tells_the_same_only_once() -> None:
    hall = closed_hall()
    issued(hall, at("09:00"), zone="gongan")
    events = [told(hall, at("09:15") + n * SECOND_MS) for n in range(60)]
    assert sum(len(one) for one in events) == 1
    assert MINUTE_MS == 60 * SECOND_MS
