"""Plans, tuned settings and alerts at the door: every yes with its shape, every no with its code."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hallserver.events import RatingGiven
from tests.web.a_server import ServedHall, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ALL_DAY: dict[str, Any] = {
    "days": WEEK,
    "from": "00:00",
    "to": "24:00",
    "windows": {"1": {"zone": "gongan", "support": "zonghe"}, "2": {"support": "gongan"}},
}


async def made(hall: ServedHall, name: str, *bands: dict[str, Any]) -> dict[str, Any]:
    answer = await hall.post("plans", {"name": name, "bands": list(bands)}, by="manager")
    assert answer.status == 201, answer
    return dict(answer.json)


async def test_a_plan_is_made_saved_read_and_removed(served: ServedHall) -> None:
    plan = await made(served, "平日", ALL_DAY)
    assert (plan["version"], plan["saved_by"], plan["unserved"]) == (1, "manager:manager-token", [])
    assert plan["bands"][0]["windows"]["2"] == {"zone": None, "support": "gongan", "state": "staffed"}
    moves = [(change["window"], change["will"]["zone"]) for change in plan["today"]]
    assert moves == [("1", "gongan"), ("2", "zonghe")]
    where = f"plans/{plan['id']}"
    saved = await served.put(where, {"name": "平日", "bands": [], "version": 1}, by="manager")
    assert (saved.status, saved.json["version"], saved.json["bands"]) == (200, 2, [])
    assert [one["version"] for one in saved.json["versions"]] == [2, 1]
    assert (await served.get(f"{where}?version=1", by="clerk-1")).json["bands"] == plan["bands"]
    listed = (await served.get("plans", by="clerk-1")).json
    assert (plan["id"], "平日", 2) in [(one["id"], one["name"], one["version"]) for one in listed["plans"]]
    removed = await served.ask("DELETE", where, by="manager")
    assert removed.status == 200
    assert plan["id"] not in [one["id"] for one in removed.json["plans"]]


async def test_of_two_managers_who_save_the_same_version_at_once_one_wins_and_the_other_is_told(
    served: ServedHall,
) -> None:
    plan = await made(served, "两人")
    where = f"plans/{plan['id']}"
    answers = await asyncio.gather(
        served.put(where, {"name": "甲", "bands": [], "version": 1}, by="manager"),
        served.put(where, {"name": "乙", "bands": [], "version": 1}, by=served.token("manager", "二")),
    )
    assert sorted(answer.status for answer in answers) == [200, 409]
    [won], [lost] = [a for a in answers if a.status == 200], [a for a in answers if a.status == 409]
    assert (lost.code, lost.json["version"]) == ("plan_changed", 2)
    assert (await served.get(where, by="manager")).json["name"] == won.json["name"]


async def test_an_adopted_plan_is_followed_and_a_dropped_one_gives_the_windows_back(hall: ServedHall) -> None:
    plan = await made(hall, "全天", ALL_DAY)
    where = f"plans/{plan['id']}"
    adopted = await hall.put(f"{where}/adoption", {}, by="manager")
    assert (adopted.status, adopted.json["adoptions"][0]["version"]) == (200, 1)
    await until(lambda: hall.desk.feed.hall.windows["1"].zone == "gongan")
    assert hall.desk.feed.hall.windows["2"].support == "gongan"
    assert (await hall.get("plans", by="manager")).json["band"]["plan"] == plan["id"]
    assert (await hall.ask("DELETE", where, by="manager")).code == "plan_adopted"
    assert (await hall.ask("DELETE", f"{where}/adoption", by="manager")).status == 200
    await until(lambda: hall.desk.feed.hall.windows["1"].zone == "zonghe")
    assert (await hall.ask("DELETE", f"{where}/adoption", by="manager")).code == "plan_not_adopted"


BANDS: list[tuple[list[dict[str, Any]], str]] = [
    ([{**ALL_DAY, "windows": {"9": {}}}], "unknown_window"),
    ([{**ALL_DAY, "windows": {"1": {"zone": "moon"}}}], "unknown_zone"),
    ([{**ALL_DAY, "windows": {"1": {"zone": "gongan", "support": "gongan"}}}], "supports_itself"),
    ([{**ALL_DAY, "from": "10:00", "to": "09:00"}], "band_ends_early"),
    ([ALL_DAY, ALL_DAY], "bands_overlap"),
    ([{**ALL_DAY, "days": []}], "invalid"),
    ([{**ALL_DAY, "from": "25:00"}], "invalid"),
]


@pytest.mark.parametrize(("bands", "code"), BANDS, ids=[code for _, code in BANDS])
async def test_a_plan_that_cannot_be_followed_is_a_422_about_its_field(
    served: ServedHall, bands: list[dict[str, Any]], code: str
) -> None:
    answer = await served.post("plans", {"name": "不行", "bands": bands}, by="manager")
    assert (answer.status, answer.code) == (422, code), answer


async def test_what_is_not_there_is_a_404_and_what_is_past_a_422(served: ServedHall) -> None:
    plan = await made(served, "日期")
    where = f"plans/{plan['id']}"
    assert (await served.get("plans/none", by="manager")).code == "unknown_plan"
    assert (await served.get(f"{where}?version=9", by="manager")).code == "unknown_version"
    for body, code in (
        ({"version": 9}, "unknown_version"),
        ({"from_day": "2020-01-01"}, "plan_day_over"),
        ({"from_day": "2120-01-01"}, "plan_too_far"),
        ({"from_day": "2026-99-01"}, "malformed"),
        ({"from_day": "soon"}, "invalid"),
    ):
        answer = await served.put(f"{where}/adoption", body, by="manager")
        assert answer.code == code, answer


async def test_a_setting_is_changed_shown_and_taken_back(hall: ServedHall) -> None:
    rows = {row["key"]: row for row in (await hall.get("settings", by="manager")).json["settings"]}
    before = rows["calling.handicap_min"]
    assert (before["value"], before["filed"], before["tuned"], before["least"], before["most"]) == (
        10,
        10,
        None,
        0,
        240,
    )
    changed = await hall.ask("PATCH", "settings", json={"changes": {"calling.handicap_min": 25}}, by="manager")
    row = {row["key"]: row for row in changed.json["settings"]}["calling.handicap_min"]
    assert (row["value"], row["filed"], row["tuned"]["by"]) == (25, 10, "manager:manager-token")
    assert hall.desk.feed.hall.layout.handicap_ms == 1_500_000
    back = await hall.ask("PATCH", "settings", json={"changes": {"calling.handicap_min": None}}, by="manager")
    assert {row["key"]: row for row in back.json["settings"]}["calling.handicap_min"]["tuned"] is None
    english = await hall.get("settings?lang=en", by="manager")
    assert "Handicap" in english.text or "gives way" in english.text


async def test_of_two_managers_who_change_one_setting_the_second_is_told_and_nothing_of_his_is_kept(
    hall: ServedHall,
) -> None:
    changes: dict[str, Any] = {"calling.handicap_min": 25}
    first = await hall.ask(
        "PATCH", "settings", json={"changes": changes, "seen": {"calling.handicap_min": 0}}, by="manager"
    )
    row = {row["key"]: row for row in first.json["settings"]}["calling.handicap_min"]
    assert (row["changed"]["by"], row["changed"]["number"]) == ("manager:manager-token", hall.desk.feed.end)
    late = {"calling.handicap_min": 5, "calling.return_places": 4}
    for told in ({"json": {"changes": late, "seen": {"calling.handicap_min": 0}}},
                 {"json": {"changes": late}, "headers": {"If-Match": '"1"'}}):  # fmt: skip
        no = await hall.ask("PATCH", "settings?lang=en", by="manager", **told)
        assert (no.status, no.code, no.json["value"], no.json["by"]) == (
            409, "setting_changed", 25, "manager:manager-token",
        )  # fmt: skip
        assert "25 min" in no.json["detail"]
        assert "manager-token" in no.json["detail"]
    assert hall.desk.feed.hall.layout.return_places == 3
    seen = {"If-Match": f'"{row["changed"]["number"]}"'}
    assert (await hall.ask("PATCH", "settings", json={"changes": late}, headers=seen, by="manager")).status == 200
    told = await hall.get("views/settings", by="manager")
    assert {row["key"]: row["value"] for row in told.json["settings"]}["calling.handicap_min"] == 5
    assert (await hall.get("views/settings", by="clerk-1")).code == "not_allowed"


async def test_the_view_of_a_plan_tells_who_took_it_off_the_list(hall: ServedHall) -> None:
    made = (await hall.post("plans", {"name": "周一", "bands": []}, by="manager")).json["id"]
    shown = (await hall.get(f"views/plan/{made}", by="manager")).json
    assert (shown["plan"]["version"], shown["gone"], [one["id"] for one in shown["plans"]]) == (1, None, [made])
    assert (await hall.get(f"views/plan/{made}/2", by="manager")).code == "unknown_version"
    assert (await hall.get(f"views/plan/{made}/x", by="manager")).code == "unknown_version"
    assert (await hall.ask("DELETE", f"plans/{made}", by="manager")).status == 200
    shown = (await hall.get(f"views/plan/{made}", by="manager")).json
    assert (shown["plan"], shown["gone"]["by"], shown["gone"]["name"]) == (None, "manager:manager-token", "周一")
    assert (await hall.get("views/plan/plan-0", by="manager")).code == "unknown_plan"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"moon": 1}, "unknown_setting"),
        ({"calling.handicap_min": 999}, "setting_out_of_limits"),
        ({"queue.warn_min": 60}, "thresholds_crossed"),
        ({"calling.handicap_min": "much more"}, "invalid"),
    ],
)
async def test_a_setting_out_of_its_limits_is_refused_and_none_is_changed(
    served: ServedHall, changes: dict[str, Any], code: str
) -> None:
    answer = await served.ask(
        "PATCH", "settings", json={"changes": {"calling.return_places": 4, **changes}}, by="manager"
    )
    assert (answer.status, answer.code) == (422, code), answer
    assert served.desk.feed.hall.layout.return_places == 3


async def test_an_alert_stands_in_words_and_is_put_away(hall: ServedHall) -> None:
    event = RatingGiven("20261123-A001", "1", "0301", 1)
    await hall.desk.press(lambda *_: [event], by="resident")
    await until(lambda: hall.desk.feed.hall.alerts)
    [alert] = (await hall.get("alerts", by="manager")).json["alerts"]
    assert (alert["kind"], alert["title"], alert["detail"]) == ("bad_rating", "A001 给了非常不满意", "1 号窗口，请跟进")
    assert (await hall.ask("DELETE", "alerts/none", by="manager")).code == "unknown_alert"
    gone = await hall.ask("DELETE", f"alerts/{alert['id']}", by="manager")
    assert (gone.status, gone.json) == (200, {"alerts": [], "given_up": []})
    assert (await hall.ask("DELETE", f"alerts/{alert['id']}", by="manager")).code == "unknown_alert"


async def test_the_pads_promise_holds_a_clerk_learns_of_no_bad_rating_from_an_alert(hall: ServedHall) -> None:
    event = RatingGiven("20261123-A001", "1", "0301", 1)
    await hall.desk.press(lambda *_: [event], by="resident")
    await until(lambda: hall.desk.feed.hall.alerts)
    [raised] = [d for d in (await hall.get("log", by="clerk-1")).json["deeds"] if d["kind"] == "AlertRaised"]
    assert raised.keys() == {"number", "at", "kind", "by"}
    for path in ("alerts", "views/floor"):
        assert (await hall.get(path, by="clerk-1")).code == "not_allowed"


async def test_an_alert_of_how_things_are_stands_until_they_are_otherwise(hall: ServedHall) -> None:
    tuned = await hall.ask("PATCH", "settings", json={"changes": {"alerts.open_window_at": 1}}, by="manager")
    assert tuned.status == 200, tuned
    for _ in range(2):
        await hall.take()
    await until(lambda: hall.desk.feed.hall.alerts)
    [alert] = (await hall.get("alerts?lang=en", by="manager")).json["alerts"]
    assert alert["title"] == "Comprehensive services: 2 waiting"
    assert (await hall.ask("DELETE", f"alerts/{alert['id']}", by="manager")).code == "alert_stands"
