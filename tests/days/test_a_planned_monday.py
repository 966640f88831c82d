"""A Monday that follows a plan: bands begin, a window is moved by hand, another closes in mid-queue; and a restart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hallserver.events import WindowAssigned
from hallserver.rules.folding import fold
from hallserver.rules.hall import new_hall
from hallserver.rules.planning import adopt_plan, save_plan
from hallserver.rules.tuning import tune
from hallserver.rules.windows import assign
from tests.days.a_day import Day
from tests.desk.a_real_hall import lines, of, told_of

TUESDAY = "2026-11-24"
WEEK = ["mon", "tue", "wed", "thu", "fri"]
BANDS: list[dict[str, Any]] = [
    {"days": WEEK, "from": "09:00", "to": "11:00", "windows": {"2": {"support": "gongan"}, "4": {"zone": "gongan"}}},
    {"days": WEEK, "from": "11:00", "to": "13:00", "windows": {"3": {"state": "lunch"}, "1": {"support": "gongan"}}},
    {"days": WEEK, "from": "13:00", "to": "15:00", "windows": {"2": {"state": "lunch"}}},
]
USUAL = {"1": ("zonghe", None), "2": ("zonghe", None), "3": ("gongan", "zonghe"), "4": ("chujian", None)}


def places(day: Day) -> dict[str, tuple[str, str | None]]:
    return {window.id: (window.zone, window.support) for window in day.desk.feed.hall.windows.values()}


def tickets_over_changes(day: Day) -> list[tuple[str | None, str | None]]:
    """The ticket at each window that changed, right before and right after; the log folded from its first line."""
    hall, found = new_hall("hall"), []
    for deed in of(day.desk).whole_log("hall"):
        if isinstance(deed.event, WindowAssigned):
            before = hall.windows[deed.event.window].ticket
            fold(hall, deed)
            found.append((before, hall.windows[deed.event.window].ticket))
        else:
            fold(hall, deed)
    return found


async def test_a_monday_by_its_plan_with_a_change_by_hand_a_closed_window_and_a_restart(tmp_path: Path) -> None:
    day = Day(tmp_path, seed=11)
    day.arrivals_a_minute = 0.6
    async with day.opened():
        saved = day.desk.press(save_plan, by="manager:0001", name="平日", bands=BANDS)
        await saved
        [plan] = day.desk.feed.hall.plans
        await day.desk.press(adopt_plan, by="manager:0001", plan=plan)
        await day.desk.press(tune, by="manager:0001", changes={"calling.handicap_min": 5, "queue.warn_min": 8})
        await day.until("08:58")
        assert places(day) == USUAL
        await day.until("09:05")
        assert places(day) == {**USUAL, "2": ("zonghe", "gongan"), "4": ("gongan", None)}
        await day.until("09:40")
        held = {"window": "4", "zone": "chujian", "until": "band"}
        await day.desk.press(assign, by="manager:0001", **held)
        await day.until("10:20")
        await day.window_closes("1")  # in mid-queue: those who wait are called elsewhere
        await day.until("10:30")
        assert places(day)["4"] == ("chujian", None)
    async with day.opened():  # restarted within a band
        hall = day.desk.feed.hall
        assert (hall.layout.handicap_min, hall.layout.warn_min) == (5, 8)
        await day.until("10:58")
        assert places(day)["4"] == ("chujian", None), "what was changed by hand holds over a restart"
        day.clerks["1"].away = False
        await day.until("11:30")
        assert places(day) == {**USUAL, "1": ("zonghe", "gongan")}
        assert day.desk.feed.hall.windows["3"].reason == "lunch"
        await day.until("15:02")
        assert places(day) == USUAL
        await day.until("17:10")
        await day.everybody_goes_home()
        await day.until("00:02", TUESDAY)
        await day.reckoning()
        fates = await day.fates()
        kept_in_hand = tickets_over_changes(day)
        versions = of(day.desk).table("plan", ("plan", "version", "name"), "hall")
        alerts = of(day.desk).table("alert", ("kind", "raised_at", "cleared_at"), "hall")
    assert fates["done"] > 0.6 * sum(fates.values())
    assert any(before for before, _ in kept_in_hand)
    assert all(before == after for before, after in kept_in_hand), "a change of its window takes no ticket from a clerk"
    assert versions == [(plan, 1, "平日")]
    assert {kind for kind, _, _ in alerts} >= {"long_wait"}
    assert all(cleared is not None for kind, _, cleared in alerts if kind == "long_wait"), "nobody waits at midnight"
    begun = [facts for _, kind, facts in lines(day.path) if kind == "BandBegan"]
    assert [len(facts["named"]) for facts in begun if facts["day"] == "2026-11-23"] == [0, 2, 2, 1, 0]
    assert told_of(day.path, "ServiceEnded")
