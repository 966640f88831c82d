"""What the public sees: boards, the kiosk, a resident's phone."""

from __future__ import annotations

import json

import pytest

from hallserver.refusals import Refusal
from hallserver.rules.calling import call_by_name, call_next, mark_absent, recall
from hallserver.rules.intake import stop_intake
from hallserver.rules.layout import AreaPlan, Layout, WindowPlan
from hallserver.rules.papers import paper_came
from hallserver.rules.services import complete, hold, start_service, transfer
from hallserver.rules.visits import cancel
from hallserver.rules.windows import assign, set_state
from hallserver.views.catalogue import FOR_STAFF, OF_ONE, WHOLE, view
from tests.a_hall import a_hall, a_layout, at, issued, press

NAMES = ["board", "kiosk", "floor", "zone/gongan", "window/1", "pad/1"]


@pytest.mark.parametrize("name", NAMES)
def test_a_view_is_plain_data_and_looking_changes_nothing(name: str) -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe", item="yb-001")
    press(hall, call_next, at("09:20"), window="1")
    shown = [view(hall, at("09:21"), each) for each in (name, f"ticket/{ticket.id}", name)]
    assert shown[0] == shown[2]
    assert json.loads(json.dumps(shown)) == shown


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("moon", "unknown_view"), ("", "unknown_view"), ("board/1", "unknown_view"), ("window", "unknown_view"),
        ("window/", "unknown_view"), ("zone/moon", "unknown_zone"), ("area/A", "unknown_view"),
        ("window/99", "unknown_window"),
        ("pad/99", "unknown_window"), ("ticket/20261123-A001", "unknown_ticket"), ("window/1/2", "unknown_window"),
        ("Board", "unknown_view"), ("/board", "unknown_view"),
    ],
)  # fmt: skip
def test_a_view_that_is_not_there_is_refused(name: str, code: str) -> None:
    with pytest.raises(Refusal) as no:
        view(a_hall(), at("09:00"), name)
    assert no.value.code == code


def test_consoles_and_the_floor_are_for_staff_and_nothing_else_names_a_clerk() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:20"), window="1")
    assert {*WHOLE, *OF_ONE} > FOR_STAFF
    for name in NAMES:
        told = json.dumps(view(hall, at("09:21"), name))
        assert ("clerk-1" in told) == (name.partition("/")[0] in (*FOR_STAFF, "pad"))


def test_an_empty_board_shows_calm_queues_and_no_calls() -> None:
    board = view(a_hall(), at("09:00"), "board")
    assert (board["calls"], board["open_now"], board["day"]) == ([], True, "2026-11-23")
    assert board["hours_today"] == [["08:30", "17:00"]]
    assert [(z["id"], z["waiting"], z["oldest_wait_min"], z["level"]) for z in board["zones"]] == [
        ("zonghe", 0, 0, "calm"), ("gongan", 0, 0, "calm"), ("chujian", 0, 0, "calm"),
    ]  # fmt: skip
    assert board["hall"]["name_en"] == "Service centre"


def test_a_board_shows_the_newest_call_first_and_large_while_it_is_fresh() -> None:
    hall = a_hall()
    for minute in range(8):
        issued(hall, at(f"09:0{minute}"), zone="zonghe")
    for minute in range(8):
        press(hall, call_next, at(f"09:1{minute}"), window="1")
        press(hall, complete, at(f"09:1{minute}:50"), window="1")
    issued(hall, at("09:20"), zone="gongan")
    deed = press(hall, call_next, at("09:21"), window="3")[0]
    board = view(hall, at("09:21:30"), "board")
    assert len(board["calls"]) == 6
    newest = board["calls"][0]
    assert (newest["number"], newest["window"], newest["zone"], newest["zone_name_en"]) == (
        "B001",
        "3",
        "gongan",
        "Police",
    )
    assert (newest["deed"], newest["at"], newest["times"]) == (deed.number, "2026-11-23T09:21:00.000+08:00", 1)
    assert [call["number"] for call in board["calls"]] == ["B001", "A008", "A007", "A006", "A005", "A004"]
    assert [call["fresh"] for call in board["calls"]] == [True] + [False] * 5
    assert view(hall, at("09:21:59"), "board")["calls"][0]["fresh"] is True
    assert view(hall, at("09:22:00"), "board")["calls"][0]["fresh"] is False


@pytest.mark.parametrize("next_press", [start_service, mark_absent, hold, complete])
def test_a_call_is_large_only_while_the_ticket_is_called(next_press: object) -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:10"), window="1")
    press(hall, next_press, at("09:10:10"), window="1")  # type: ignore[arg-type]
    call = view(hall, at("09:10:11"), "board")["calls"][0]
    assert (call["number"], call["fresh"]) == ("A001", False)


def test_a_recalled_number_comes_to_the_top_and_counts_its_calls() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    issued(hall, at("09:00"), zone="gongan")
    press(hall, call_next, at("09:10"), window="1")
    press(hall, call_next, at("09:11"), window="3")
    press(hall, recall, at("09:12"), window="1")
    calls = view(hall, at("09:12:01"), "board")["calls"]
    assert [(call["number"], call["times"]) for call in calls] == [("A001", 2), ("B001", 1)]


def test_a_ticket_called_elsewhere_stands_on_the_board_once() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:10"), window="1")
    press(hall, hold, at("09:11"), window="1")
    press(hall, call_by_name, at("09:12"), window="2", ticket=ticket.id, reason="asked to")
    calls = view(hall, at("09:12:30"), "board")["calls"]
    assert [(call["number"], call["window"], call["fresh"]) for call in calls] == [("A001", "2", True)]


@pytest.mark.parametrize(
    ("clock", "level"), [("09:14", "calm"), ("09:15", "warn"), ("09:29", "warn"), ("09:30", "critical")]
)
def test_a_queue_warns_by_its_oldest_wait(clock: str, level: str) -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    zone = view(hall, at(clock), "board")["zones"][0]
    assert (zone["waiting"], zone["oldest_wait_min"], zone["level"]) == (1, int(clock[3:]), level)


def test_a_wait_is_whole_minutes_or_none_when_no_window_could_serve_it() -> None:
    hall = a_hall(open_windows=["1"])
    for _ in range(4):
        issued(hall, at("09:00"), zone="zonghe")
    zones = {zone["id"]: zone for zone in view(hall, at("09:00"), "board")["zones"]}
    wait = zones["zonghe"]["wait"]
    assert all(isinstance(minutes, int) for minutes in wait.values())
    assert 0 < wait["low_min"] <= wait["likely_min"] <= wait["high_min"]
    assert zones["gongan"]["wait"] is None
    assert (zones["zonghe"]["windows_open"], zones["gongan"]["windows_open"]) == (1, 0)


def test_the_board_of_a_zone_shows_its_own_queue_calls_and_windows() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    issued(hall, at("09:00"), zone="gongan")
    press(hall, call_next, at("09:10"), window="1")
    press(hall, call_next, at("09:11"), window="3")
    board = view(hall, at("09:12"), "zone/gongan")
    assert [call["number"] for call in board["calls"]] == ["B001"]
    assert [zone["id"] for zone in board["zones"]] == ["gongan"]
    assert board["zone"] == board["zones"][0]
    assert [window["id"] for window in board["windows"]] == ["3"]
    comprehensive = view(hall, at("09:12"), "zone/zonghe")
    assert [window["id"] for window in comprehensive["windows"]] == ["1", "2", "3"], "3 supports it"


def test_a_window_on_the_board_shows_its_state_and_its_number() -> None:
    hall = a_hall(open_windows=["1", "2"])
    press(hall, set_state, at("08:40"), window="2", state="paused", reason="午休")
    issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:10"), window="1")
    windows = {window["id"]: window for window in view(hall, at("09:11"), "board")["windows"]}
    assert (windows["1"]["state"], windows["1"]["ticket"], windows["1"]["ticket_state"]) == ("open", "A001", "called")
    assert (windows["2"]["state"], windows["2"]["ticket"], windows["4"]["state"]) == ("paused", None, "closed")
    assert "午休" not in json.dumps(windows, ensure_ascii=False), "why is not for the public"


def test_the_kiosk_shows_what_can_be_taken_and_whether_paper_comes() -> None:
    hall = a_hall()
    kiosk = view(hall, at("09:00"), "kiosk")
    assert (kiosk["open_now"], kiosk["opens_at"]) == (True, None)
    assert [zone["prefix"] for zone in kiosk["zones"]] == ["A", "B", "C"]
    assert kiosk["items"][0] == {
        "id": "yb-001", "name": "参保登记", "name_en": "Insurance registration", "line": "医保", "zone": "zonghe",
        "kind": "instant", "id_card_only": False, "typical_min": 8.0, "bring": [],
        "self_service": "", "self_service_en": "",
    }  # fmt: skip
    assert kiosk["green_reasons"] == ["elderly", "pregnant"]
    assert kiosk["paper"] == {"ok": True, "cause": None}
    ticket = issued(hall, at("09:00"), zone="zonghe", channel="kiosk", paper=True)
    press(hall, paper_came, at("09:01"), ticket=ticket.id, deed=ticket.deed, printer="roll", cause="no_paper")
    assert view(hall, at("09:02"), "kiosk")["paper"] == {"ok": False, "cause": "no_paper"}


@pytest.mark.parametrize(
    ("clock", "day", "opens_at"),
    [
        ("08:00", "2026-11-23", "2026-11-23T08:30:00.000+08:00"),
        ("17:00", "2026-11-23", "2026-11-24T08:30:00.000+08:00"),
        ("18:00", "2026-11-27", "2026-11-30T08:30:00.000+08:00"),
    ],
)
def test_a_closed_kiosk_says_when_the_hall_opens(clock: str, day: str, opens_at: str) -> None:
    hall = a_hall(now=at("00:00", day))
    kiosk = view(hall, at(clock, day), "kiosk")
    assert (kiosk["open_now"], kiosk["opens_at"]) == (False, opens_at)


def test_a_hall_that_is_always_open_says_so() -> None:
    hall = a_hall(a_layout(always_open=True))
    kiosk = view(hall, at("23:00"), "kiosk")
    assert kiosk["open_now"] is True
    assert kiosk["hall"]["always_open"] is True


def test_a_phone_follows_the_ticket_through_its_day() -> None:
    hall = a_hall()
    first = issued(hall, at("09:00"), zone="zonghe")
    ticket = issued(hall, at("09:01"), item="yb-001")
    shown = view(hall, at("09:02"), f"ticket/{ticket.id}")["ticket"]
    assert (shown["state"], shown["ahead"], shown["windows"], shown["calls"]) == ("waiting", 1, ["1", "2", "3"], [])
    assert (shown["item_name"], shown["zone_name_en"]) == ("参保登记", "Comprehensive services")
    press(hall, call_next, at("09:10"), window="1")
    assert view(hall, at("09:11"), f"ticket/{ticket.id}")["ticket"]["ahead"] == 0
    press(hall, call_next, at("09:12"), window="2")
    press(hall, recall, at("09:13"), window="2")
    shown = view(hall, at("09:13"), f"ticket/{ticket.id}")["ticket"]
    assert (shown["state"], shown["window"], shown["times_called"]) == ("called", "2", 2)
    assert shown["calls"] == [{"at": "2026-11-23T09:13:00.000+08:00", "window": "2"}]
    press(hall, mark_absent, at("09:15"), window="2")
    assert view(hall, at("09:15"), f"ticket/{ticket.id}")["ticket"]["state"] == "passed"
    press(hall, cancel, at("09:16"), ticket=ticket.id)
    ended = view(hall, at("09:17"), f"ticket/{ticket.id}")["ticket"]
    assert (ended["state"], ended["ended_at"]) == ("cancelled", "2026-11-23T09:16:00.000+08:00")
    assert first.id not in json.dumps(ended)


def test_a_ticket_sent_on_shows_where_it_waits_now() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    press(hall, transfer, at("09:01"), ticket=ticket.id, zone="gongan")
    shown = view(hall, at("09:02"), f"ticket/{ticket.id}")["ticket"]
    assert (shown["number"], shown["zone"], shown["windows"]) == ("A001", "gongan", ["3"])


def test_a_zone_that_lost_its_window_shows_none() -> None:
    hall = a_hall()
    press(hall, assign, at("09:00"), window="4", zone="zonghe")
    ticket = issued(hall, at("09:01"), zone="chujian")
    assert view(hall, at("09:02"), f"ticket/{ticket.id}")["ticket"]["windows"] == []
    assert view(hall, at("09:02"), "zone/chujian")["windows"] == []


def test_a_board_tells_of_all_that_are_still_being_called_sixteen_at_most() -> None:
    windows = [WindowPlan(str(n), f"{n} 号窗口", "zonghe") for n in range(1, 21)]
    hall = a_hall(a_layout(windows=windows))
    for number in range(1, 21):
        issued(hall, at("09:00"), zone="zonghe")
        press(hall, call_next, at("09:01"), window=str(number))
    numbers = [call["number"] for call in view(hall, at("09:01:10"), "board")["calls"]]
    assert numbers == [f"A{number:03}" for number in range(20, 4, -1)]
    for number in range(1, 20):
        press(hall, start_service, at("09:01:20"), window=str(number))
    assert len(view(hall, at("09:01:30"), "board")["calls"]) == 6


def test_a_board_says_where_no_numbers_are_given() -> None:
    hall = a_hall()
    press(hall, stop_intake, at("09:00"), zone="gongan", item=None, reason="系统故障")
    zones = {zone["id"]: zone["intake"] for zone in view(hall, at("09:01"), "board")["zones"]}
    assert (zones["gongan"]["open"], zones["gongan"]["why"], zones["gongan"]["reason"]) == (
        False, "intake_stopped", "系统故障",
    )  # fmt: skip
    assert zones["zonghe"]["open"]


def test_an_areas_board_shows_the_calls_to_its_windows_and_to_those_of_no_area() -> None:
    areas = (AreaPlan("A", "东厅", ("1", "2")), AreaPlan("B", "", ("3",)))
    hall = a_hall(a_layout(areas=areas))
    assert Layout.from_plain(hall.layout.to_plain()).areas == areas
    for zone, window in (("zonghe", "1"), ("gongan", "3"), ("chujian", "4")):
        issued(hall, at("09:00"), zone=zone)
        press(hall, call_next, at("09:01"), window=window)
    east, west = (view(hall, at("09:02"), f"area/{area}") for area in ("A", "B"))
    assert ([call["window"] for call in east["calls"]], east["area"]) == (["4", "1"], {"id": "A", "name": "东厅"})
    assert [call["window"] for call in west["calls"]] == ["4", "3"]
    assert [zone["id"] for zone in east["zones"]] == ["zonghe", "chujian"]
    assert [zone["id"] for zone in west["zones"]] == ["zonghe", "gongan", "chujian"]  # 3 helps zonghe
