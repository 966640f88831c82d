"""The hall's settings come into its log, and may change while people wait."""

from __future__ import annotations

import json
from dataclasses import replace

from hallserver.events import Deed, HallConfigured, read_event
from hallserver.rules.calling import call_next, mark_absent
from hallserver.rules.days import configure
from hallserver.rules.estimate import wait_of
from hallserver.rules.folding import fold
from hallserver.rules.hall import new_hall
from hallserver.rules.issuing import issue
from hallserver.rules.layout import Layout, Session, WindowPlan
from hallserver.rules.services import complete, start_service, transfer
from hallserver.rules.visits import cancel, come_back
from hallserver.rules.windows import assign
from tests.a_hall import ITEMS, OPENING, WINDOWS, ZONES, a_hall, a_layout, at, issued, press, refusal, with_window


def test_a_layout_comes_back_from_the_log_as_it_went_in() -> None:
    layout = a_layout(
        items=(*ITEMS, replace(ITEMS[0], id="yb-003", bring=("身份证", "户口簿"), id_card_only=True)),
        sessions=(Session(("mon", "sat"), "08:30", "12:00"), Session(("mon",), "13:30", "24:00")),
        head_start_min={"walk_in": 0, "booked": 5, "green": 7.5},
        always_open=True,
        sample=True,
    )
    assert Layout.from_plain(json.loads(json.dumps(layout.to_plain()))) == layout


def test_the_first_settings_lay_the_windows_out_closed() -> None:
    hall = new_hall("hall")
    [deed] = press(hall, configure, OPENING, layout=a_layout())
    assert isinstance(deed.event, HallConfigured)
    assert {w.id: (w.zone, w.support, w.state) for w in hall.windows.values()} == {
        "1": ("zonghe", None, "closed"),
        "2": ("zonghe", None, "closed"),
        "3": ("gongan", "zonghe", "closed"),
        "4": ("chujian", None, "closed"),
    }
    assert hall.windows["2"].capabilities == frozenset(("card_reader",))


def test_even_settings_that_say_nothing_are_the_first_line_of_a_new_log() -> None:
    hall = new_hall("hall")
    [deed] = press(hall, configure, OPENING, layout=hall.layout)
    assert deed.number == 1


def test_unchanged_settings_are_not_written_again() -> None:
    assert press(a_hall(), configure, at("09:00"), layout=a_layout()) == []


def test_any_changed_setting_is_written() -> None:
    hall = a_hall()
    assert len(press(hall, configure, at("09:00"), layout=a_layout(handicap_min=11))) == 1
    assert (hall.layout.handicap_min, hall.layout.handicap_ms) == (11, 660_000)


def test_new_hours_count_from_now_on() -> None:
    hall = a_hall()
    press(hall, configure, at("16:00"), layout=a_layout(sessions=(Session(("mon",), "08:30", "20:00"),)))
    assert issued(hall, at("19:30"), zone="zonghe").shown == "A001"


def test_a_window_moved_by_hand_stays_where_it_is_when_other_settings_change() -> None:
    hall = a_hall()
    press(hall, assign, at("09:00"), window="1", zone="gongan", support="zonghe")
    press(hall, configure, at("09:01"), layout=a_layout(handicap_min=11))
    assert (hall.windows["1"].zone, hall.windows["1"].support) == ("gongan", "zonghe")


def test_a_window_moved_in_the_file_goes_where_the_file_says() -> None:
    hall = a_hall()
    press(hall, assign, at("09:00"), window="1", zone="gongan", support="zonghe")
    press(hall, configure, at("09:01"), layout=with_window(a_layout(), "1", zone="chujian"))
    assert (hall.windows["1"].zone, hall.windows["1"].support) == ("chujian", None)


def test_a_window_moved_by_hand_goes_back_when_its_zone_is_taken_away() -> None:
    hall = a_hall()
    press(hall, assign, at("09:00"), window="1", zone="chujian")
    press(hall, assign, at("09:00"), window="2", zone="zonghe", support="chujian")
    press(hall, configure, at("09:01"), layout=a_layout(zones=ZONES[:2], windows=WINDOWS[:3]))
    assert (hall.windows["1"].zone, hall.windows["1"].support) == ("zonghe", None)
    assert (hall.windows["2"].zone, hall.windows["2"].support) == ("zonghe", None)


def test_a_window_keeps_its_clerk_and_its_ticket_through_a_change() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:01"), window="1")
    press(hall, configure, at("09:02"), layout=with_window(a_layout(), "1", capabilities=("card_reader",)))
    window = hall.windows["1"]
    assert (window.state, window.clerk, window.ticket) == ("open", "clerk-1", ticket.id)
    assert window.capabilities == frozenset(("card_reader",))


def test_a_new_window_comes_in_closed_and_in_the_files_order() -> None:
    hall = a_hall()
    windows = (WindowPlan("0", "", "zonghe"), *WINDOWS)
    press(hall, configure, at("09:00"), layout=a_layout(windows=windows))
    assert [(window.id, window.state) for window in hall.windows.values()][:2] == [("0", "closed"), ("1", "open")]


def test_a_window_taken_away_leaves_its_ticket_waiting_in_its_old_place() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    later = issued(hall, at("09:01"), zone="zonghe")
    press(hall, call_next, at("09:10"), window="1")
    press(hall, start_service, at("09:11"), window="1")
    press(hall, configure, at("09:12"), layout=a_layout(windows=WINDOWS[1:]))
    assert "1" not in hall.windows
    assert (ticket.state, ticket.window, ticket.called, ticket.started) == ("waiting", None, None, None)
    assert hall.ahead_of(later) == 1
    press(hall, call_next, at("09:13"), window="2")
    assert ticket.window == "2"


def test_who_was_sent_to_a_window_that_is_taken_away_waits_for_the_zone() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, transfer, at("09:01"), ticket=ticket.id, window="1")
    press(hall, configure, at("09:12"), layout=a_layout(windows=WINDOWS[1:]))
    press(hall, call_next, at("09:13"), window="2")
    assert ticket.window == "2"


def test_who_was_sent_to_a_window_that_lost_its_card_reader_waits_for_the_zone() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), item="yb-002")
    press(hall, transfer, at("09:01"), ticket=ticket.id, window="2")
    layout = with_window(with_window(a_layout(), "2", capabilities=()), "1", capabilities=("card_reader",))
    press(hall, configure, at("09:02"), layout=layout)
    press(hall, call_next, at("09:03"), window="1")
    assert ticket.window == "1"


def test_tickets_of_a_zone_taken_away_still_wait_and_can_be_sent_on_or_given_up() -> None:
    hall = a_hall()
    first, second = (issued(hall, at("09:00"), item="hz-001") for _ in range(2))
    shrunk = a_layout(zones=(ZONES[0], ZONES[2]), windows=(WINDOWS[0], WINDOWS[1], WINDOWS[3]), items=ITEMS[:2])
    press(hall, configure, at("09:05"), layout=shrunk)
    assert (hall.waiting_count(), wait_of(hall, first, at("09:06"))) == (2, None)
    assert refusal(hall, issue, at("09:06"), zone="gongan").code == "unknown_zone"
    assert refusal(hall, call_next, at("09:06"), window="1").code == "nobody_waiting"
    press(hall, transfer, at("09:07"), ticket=first.id, zone="zonghe")
    press(hall, call_next, at("09:08"), window="1")
    assert (first.window, first.item) == ("1", None)
    press(hall, cancel, at("09:09"), ticket=second.id)
    assert hall.queues == {}


def test_a_ticket_at_the_window_outlives_its_zone() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), item="hz-001")
    press(hall, call_next, at("09:01"), window="3")
    layout = a_layout(
        zones=(ZONES[0], ZONES[2]),
        windows=(*WINDOWS[:2], replace(WINDOWS[2], zone="zonghe", support=None), WINDOWS[3]),
        items=ITEMS[:2],
    )
    press(hall, configure, at("09:02"), layout=layout)
    press(hall, complete, at("09:10"), window="3")
    assert ticket.state == "done"


def test_a_ticket_whose_item_was_taken_away_is_called_like_any_other() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), item="yb-002")
    press(hall, configure, at("09:05"), layout=a_layout(items=(ITEMS[0], ITEMS[2])))
    press(hall, call_next, at("09:06"), window="1")
    assert ticket.window == "1"
    assert hall.queues == {}


def test_the_queues_work_follows_new_typical_minutes() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), item="yb-001")
    issued(hall, at("09:01"), item="yb-001")
    press(
        hall,
        configure,
        at("09:05"),
        layout=a_layout(items=(replace(ITEMS[0], typical_min=5.0, variation=1.0), *ITEMS[1:])),
    )
    queue = hall.queue("zonghe")
    assert (queue.mean_ms, queue.variance_ms2) == (2 * 300_000, 2 * 300_000**2)


def test_a_passed_resident_returns_to_a_zone_that_was_taken_away_without_harm() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="gongan")
    press(hall, call_next, at("09:01"), window="3")
    press(hall, mark_absent, at("09:02"), window="3")
    press(hall, configure, at("09:05"), layout=a_layout(zones=(ZONES[0], ZONES[2]), windows=WINDOWS[:2], items=()))
    press(hall, come_back, at("09:06"), ticket=ticket.id)
    assert (ticket.state, len(hall.queue("gongan"))) == ("waiting", 1)


def test_settings_of_years_ago_are_read_from_the_log_by_their_kind() -> None:
    layout = a_layout()
    event = read_event("HallConfigured", json.loads(json.dumps({"layout": layout.to_plain()})))
    hall = new_hall("hall")
    fold(hall, Deed(1, OPENING, "hall", event))
    assert hall.layout == layout
