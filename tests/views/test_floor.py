"""What a manager sees of the hall."""

from __future__ import annotations

from hallserver.rules.calling import call_next
from hallserver.rules.papers import paper_came
from hallserver.rules.planning import adopt_plan, drop_plan, remove_plan, save_plan
from hallserver.rules.plans import band_due
from hallserver.rules.ratings import rate
from hallserver.rules.services import complete
from hallserver.rules.windows import assign
from hallserver.views.catalogue import view
from tests.a_hall import a_hall, at, issued, press


def test_the_floor_shows_every_zone_with_its_windows_and_the_days_figures() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:10"), window="1")
    press(hall, complete, at("09:20"), window="1")
    press(hall, rate, at("09:21"), ticket="20261123-A001", level=2)
    ticket = issued(hall, at("09:05"), item="hz-001", paper=True)
    press(hall, paper_came, at("09:06"), ticket=ticket.id, deed=ticket.deed, printer="roll", cause="offline")
    press(hall, call_next, at("09:25"), window="3")
    issued(hall, at("09:30"), zone="gongan")
    floor = view(hall, at("09:40"), "floor")
    assert [(zone["id"], [w["id"] for w in zone["windows"]]) for zone in floor["zones"]] == [
        ("zonghe", ["1", "2"]), ("gongan", ["3"]), ("chujian", ["4"]),
    ]  # fmt: skip
    card = floor["zones"][1]["windows"][0]
    assert (card["number"], card["ticket_state"], card["item_name"], card["clerk"]) == (
        "B001",
        "called",
        "户口迁移",
        "clerk-3",
    )
    assert card["ticket_since"] == "2026-11-23T09:25:00.000+08:00"
    assert floor["figures"] == {
        "waiting": 1, "oldest_wait_min": 10, "oldest_zone": "gongan", "mean_wait_min": 15.0, "issued": 3, "done": 1,
        "ratings": 1, "good_rate": 0.0, "print_failures": 1, "reprints": 0, "receipts": 0,
    }  # fmt: skip
    assert floor["printer_cause"] == "offline"


def test_the_floor_of_a_new_day_has_no_figures_to_divide() -> None:
    figures = view(a_hall(), at("08:31"), "floor")["figures"]
    assert (figures["mean_wait_min"], figures["good_rate"], figures["oldest_zone"]) == (None, None, None)
    assert (figures["issued"], figures["waiting"], figures["oldest_wait_min"]) == (0, 0, 0)


def test_a_window_that_serves_elsewhere_keeps_its_place_at_home_and_stands_last_where_it_helps() -> None:
    hall = a_hall()
    press(hall, assign, at("09:00"), window="1", zone="gongan")
    press(hall, assign, at("09:01"), window="2", zone="zonghe", support="gongan")
    zonghe, gongan, _ = view(hall, at("09:02"), "floor")["zones"]
    assert zonghe["places"] == [
        {"window": "1", "here": False, "at": "gongan"},
        {"window": "2", "here": True, "at": "zonghe"},
    ]
    assert [(place["window"], place["here"]) for place in gongan["places"]] == [("3", True), ("1", True)]
    assert [window["id"] for window in zonghe["windows"]] == ["2"]
    assert (zonghe["supporting"], gongan["supporting"]) == (["3"], ["2"])


def test_more_than_twenty_in_a_queue_are_a_crowd() -> None:
    hall = a_hall()
    for _ in range(20):
        issued(hall, at("09:00"), zone="gongan")
    assert view(hall, at("09:01"), "floor")["zones"][1]["crowded"] is False
    issued(hall, at("09:00"), zone="gongan")
    assert view(hall, at("09:01"), "floor")["zones"][1]["crowded"] is True


def test_a_plan_that_was_dropped_and_removed_in_one_second_leaves_the_floor_whole() -> None:
    hall = a_hall()
    band = {"days": ["mon"], "from": "00:00", "to": "24:00", "windows": {"1": {"zone": "gongan"}}}
    plan = str(press(hall, save_plan, at("09:00"), name="平日", bands=[band])[0].event.facts()["plan"])
    press(hall, adopt_plan, at("09:00"), plan=plan)
    press(hall, band_due, at("09:01"))
    assert view(hall, at("09:01"), "floor")["band"]["name"] == "平日"
    press(hall, drop_plan, at("09:02"), plan=plan)
    press(hall, remove_plan, at("09:02"), plan=plan)
    assert view(hall, at("09:02"), "floor")["band"] is None
