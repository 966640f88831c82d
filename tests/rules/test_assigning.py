"""Moving windows: several at once, putting back, and two who move the same one."""

from __future__ import annotations

import json

import pytest

from hallserver.events import WindowAssigned, WindowClosed, WindowRemoved
from hallserver.rules.assigning import MOBILE_LIMIT, Wanted, add_window, assign_together, remove_window, undo
from hallserver.rules.calling import call_next
from hallserver.rules.changes import CHANGES_KEPT
from hallserver.rules.days import configure, tick
from hallserver.rules.hall import Hall
from hallserver.rules.services import complete, hold, start_service
from hallserver.rules.snapshot import from_plain, to_plain
from hallserver.rules.windows import assign, set_state
from tests.a_hall import WINDOWS, a_hall, a_layout, at, issued, press, refusal

CHEN = "manager:0001"


def place(hall: Hall, window: str) -> tuple[str, str | None]:
    at_ = hall.windows[window]
    return at_.zone, at_.support


def merged(hall: Hall) -> int:
    """Windows 1 and 2 take the police too, in one press. The change's number."""
    wanted = [Wanted("1", "zonghe", "gongan"), Wanted("2", "zonghe", "gongan")]
    return press(hall, assign_together, at("09:00"), by=CHEN, wanted=wanted)[0].number


def test_windows_moved_together_are_one_change() -> None:
    hall = a_hall()
    number = merged(hall)
    assert [place(hall, window) for window in "12"] == [("zonghe", "gongan")] * 2
    assert [(c.number, c.by, [m.window for m in c.moves]) for c in hall.changes] == [(number, CHEN, ["1", "2"])]


def test_all_are_moved_or_none() -> None:
    hall = a_hall()
    wanted = [Wanted("1", "gongan"), Wanted("2", "moon")]
    assert refusal(hall, assign_together, at("09:00"), wanted=wanted).code == "unknown_zone"
    assert refusal(hall, assign_together, at("09:00"), wanted=[Wanted("9", "gongan")]).code == "unknown_window"
    assert refusal(hall, assign_together, at("09:00"), wanted=[Wanted("1", "gongan", "gongan")]).code == (
        "supports_itself"
    )


def test_windows_that_serve_there_already_are_left_out() -> None:
    hall = a_hall()
    deeds = press(hall, assign_together, at("09:00"), wanted=[Wanted("1", "zonghe"), Wanted("2", "gongan")])
    assert [(d.event.facts()["window"], d.event.facts()["change"]) for d in deeds] == [("2", None)]
    assert press(hall, assign_together, at("09:00"), wanted=[Wanted("1", "zonghe")]) == []


def test_one_undo_puts_all_back_and_says_what_it_undid() -> None:
    hall = a_hall()
    number = merged(hall)
    deeds = press(hall, undo, at("09:05"), by=CHEN, number=number)
    assert [place(hall, window) for window in "12"] == [("zonghe", None)] * 2
    assert all(isinstance(d.event, WindowAssigned) and d.event.undoes == number for d in deeds)
    assert (hall.changes[0].undone_by, hall.changes[0].undone_at) == (CHEN, at("09:05"))
    no = refusal(hall, undo, at("09:06"), number=number)
    assert (no.code, no.details["by"]) == ("already_undone", CHEN)


def test_a_change_is_put_back_with_how_long_the_one_before_was_to_hold() -> None:
    hall = a_hall()
    press(hall, assign, at("09:00"), window="1", zone="gongan", until="day")
    number = press(hall, assign, at("09:10"), window="1", zone="chujian")[0].number
    press(hall, undo, at("09:11"), number=number)
    assert (place(hall, "1"), hall.windows["1"].until) == (("gongan", None), "day")


def test_the_newest_change_is_put_back_first() -> None:
    hall = a_hall()
    first = press(hall, assign, at("09:00"), by=CHEN, window="1", zone="gongan")[0].number
    second = press(hall, assign, at("09:10"), by="manager:0002", window="1", zone="chujian")[0].number
    no = refusal(hall, undo, at("09:11"), number=first)
    assert (no.code, no.details) == (
        "changed_since",
        {"window": "1", "by": "manager:0002", "zone": "chujian", "support": None},
    )
    press(hall, undo, at("09:12"), number=second)
    press(hall, undo, at("09:13"), number=first)
    assert place(hall, "1") == ("zonghe", None)


def test_a_window_that_the_hall_moved_itself_is_not_put_back() -> None:
    hall = a_hall()
    number = press(hall, assign, at("09:00"), by=CHEN, window="1", zone="gongan")[0].number
    press(hall, assign, at("11:00"), window="1", zone="chujian")  # by its plan
    assert refusal(hall, undo, at("11:01"), number=number).details["by"] == "hall"


def test_what_the_hall_moved_in_one_moment_is_one_change() -> None:
    hall = a_hall()
    press(hall, assign, at("11:00"), window="1", zone="chujian")
    press(hall, assign, at("11:00"), window="2", zone="gongan")
    press(hall, assign, at("11:01"), window="4", zone="gongan")
    assert [[move.window for move in change.moves] for change in hall.changes] == [["1", "2"], ["4"]]


def test_a_change_is_not_put_back_when_the_settings_moved_its_window_or_took_it_away() -> None:
    hall = a_hall()
    number = press(hall, assign, at("09:00"), window="1", zone="gongan")[0].number
    press(hall, configure, at("09:05"), layout=a_layout(windows=WINDOWS[1:]))
    assert refusal(hall, undo, at("09:06"), number=number).code == "changed_since"


def test_only_what_happened_today_is_put_back() -> None:
    hall = a_hall()
    number = press(hall, assign, at("09:00"), window="1", zone="gongan")[0].number
    assert refusal(hall, undo, at("09:01"), number=number + 1).code == "unknown_change"
    press(hall, tick, at("00:00", "2026-11-24"))
    assert hall.changes == []
    assert refusal(hall, undo, at("09:01", "2026-11-24"), number=number).code == "unknown_change"


def test_of_two_who_move_the_same_window_the_second_is_told() -> None:
    hall = a_hall()
    seen = hall.windows["1"].assigned
    first = press(hall, assign, at("09:00"), by=CHEN, window="1", zone="gongan", seen=seen)[0].number
    no = refusal(hall, assign, at("09:00"), window="1", zone="chujian", seen=seen)
    assert (no.code, no.details) == (
        "window_changed",
        {"window": "1", "by": CHEN, "zone": "gongan", "support": None},
    )
    assert refusal(hall, assign_together, at("09:00"), wanted=[Wanted("1", "chujian", None, seen)]).code == (
        "window_changed"
    )
    press(hall, assign, at("09:01"), window="1", zone="chujian", seen=first)
    press(hall, assign, at("09:02"), window="1", zone="zonghe")  # who doesn't say what he saw is not held to it
    assert place(hall, "1") == ("zonghe", None)


def test_how_long_a_change_holds_can_be_said_again() -> None:
    hall = a_hall()
    press(hall, assign, at("09:00"), window="1", zone="gongan", until="band")
    assert press(hall, assign, at("09:01"), window="1", zone="gongan") == []
    press(hall, assign, at("09:02"), window="1", zone="gongan", until="day")
    assert hall.windows["1"].until == "day"


def test_a_ticket_in_hand_stays_while_its_window_is_merged_and_parted() -> None:
    hall = a_hall()
    ticket = issued(hall, at("08:50"), zone="zonghe")
    press(hall, call_next, at("08:51"), window="1")
    press(hall, undo, at("09:01"), number=merged(hall))
    assert (ticket.state, hall.windows["1"].ticket) == ("called", ticket.id)


def test_a_day_of_many_changes_keeps_the_last_ones() -> None:
    hall = a_hall()
    for n in range(CHANGES_KEPT + 5):
        press(hall, assign, at("09:00"), by=CHEN, window="1", zone=("gongan", "zonghe")[n % 2])
    assert len(hall.changes) == CHANGES_KEPT
    press(hall, undo, at("09:01"), number=hall.changes[-1].number)


def test_a_mobile_window_is_opened_works_and_survives_a_restart_and_new_settings() -> None:
    hall = a_hall()
    press(hall, add_window, at("09:00"), by=CHEN, zone="gongan", support="zonghe", capabilities=["card_reader"])
    assert hall.layout.windows["5"].name == "5 号窗口"
    press(hall, set_state, at("09:01"), window="5", state="open", clerk="0305")
    issued(hall, at("09:02"), zone="gongan")
    press(hall, call_next, at("09:03"), window="5")
    again = from_plain(json.loads(json.dumps(to_plain(hall))))
    assert again == hall
    assert configure(hall, at("09:04"), layout=a_layout()) == []
    press(hall, configure, at("09:05"), layout=a_layout(handicap_min=5))
    assert (hall.windows["5"].clerk, hall.windows["5"].ticket) == ("0305", "20261123-B001")
    assert list(hall.windows) == ["1", "2", "3", "4", "5"]


def test_a_mobile_window_may_have_a_name_and_a_free_id() -> None:
    hall = a_hall()
    press(hall, add_window, at("09:00"), zone="zonghe", window="M1", name="大厅机动窗口")
    assert (hall.layout.windows["M1"].name, hall.windows["M1"].state) == ("大厅机动窗口", "closed")
    assert refusal(hall, add_window, at("09:01"), zone="zonghe", window="M1").code == "window_exists"
    assert refusal(hall, add_window, at("09:01"), zone="zonghe", window="1").code == "window_exists"
    assert refusal(hall, add_window, at("09:01"), zone="moon").code == "unknown_zone"
    assert refusal(hall, add_window, at("09:01"), zone="zonghe", support="zonghe").code == "supports_itself"


def test_a_hall_has_no_end_of_mobile_windows() -> None:
    hall = a_hall()
    for _ in range(MOBILE_LIMIT):
        press(hall, add_window, at("09:00"), zone="zonghe")
    no = refusal(hall, add_window, at("09:01"), zone="zonghe")
    assert (no.code, no.details) == ("too_many_windows", {"limit": MOBILE_LIMIT})


def test_a_mobile_window_goes_when_it_is_put_back_or_the_day_is_over() -> None:
    hall = a_hall()
    number = press(hall, add_window, at("09:00"), by=CHEN, zone="gongan")[0].number
    press(hall, set_state, at("09:01"), window="5", state="open")
    deeds = press(hall, undo, at("09:02"), by=CHEN, number=number)
    assert [type(deed.event) for deed in deeds] == [WindowClosed, WindowRemoved]
    assert "5" not in hall.windows
    assert hall.changes[0].undone_by == CHEN
    press(hall, add_window, at("09:03"), zone="gongan")
    press(hall, set_state, at("09:04"), window="5", state="open")
    press(hall, tick, at("00:00", "2026-11-24"))
    assert (list(hall.windows), list(hall.layout.windows)) == (["1", "2", "3", "4"],) * 2


def test_a_mobile_window_in_mid_service_outlives_midnight_until_it_is_done() -> None:
    hall = a_hall()
    press(hall, add_window, at("09:00"), zone="gongan")
    press(hall, set_state, at("09:01"), window="5", state="open")
    issued(hall, at("16:00"), zone="gongan")
    press(hall, call_next, at("16:10"), window="5")
    press(hall, start_service, at("16:11"), window="5")
    press(hall, tick, at("00:00", "2026-11-24"))
    press(hall, complete, at("00:10", "2026-11-24"), window="5")
    press(hall, set_state, at("00:11", "2026-11-24"), window="5", state="closed")
    press(hall, tick, at("00:00", "2026-11-25"))
    assert "5" not in hall.windows


@pytest.mark.parametrize("then", [None, hold])
def test_a_mobile_window_with_a_number_stays(then: object) -> None:
    hall = a_hall()
    number = press(hall, add_window, at("09:00"), zone="gongan")[0].number
    press(hall, set_state, at("09:01"), window="5", state="open")
    issued(hall, at("09:02"), zone="gongan")
    press(hall, call_next, at("09:03"), window="5")
    if then is not None:
        press(hall, hold, at("09:04"), window="5")
    no = refusal(hall, undo, at("09:05"), number=number)
    assert (no.code, no.details) == ("window_busy", {"window": "5", "number": "B001"})


def test_a_window_of_the_settings_is_not_taken_away() -> None:
    hall = a_hall()
    assert refusal(hall, remove_window, at("09:00"), window="1").code == "not_mobile"
    assert refusal(hall, remove_window, at("09:00"), window="99").code == "unknown_window"


def test_settings_that_take_a_mobile_windows_zone_take_the_window() -> None:
    hall = a_hall()
    press(hall, add_window, at("09:00"), zone="chujian")
    layout = a_layout(zones=list(a_layout().zones.values())[:2], windows=WINDOWS[:3])
    press(hall, configure, at("09:05"), layout=layout)
    assert list(hall.windows) == ["1", "2", "3"]
