"""The calendar, stopped intake and closing at the door of the API."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hallserver.state_calendar import state_days
from tests.web.a_server import ServedHall, a_served_hall, settings

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime.now(ZoneInfo("Asia/Shanghai"))
YEAR = NOW.year


async def test_the_years_calendar_is_there_from_the_first_start(tmp_path: Path) -> None:
    async with a_served_hall(tmp_path, settings(calendar={"holidays": "cn"})) as hall:
        told = (await hall.get("calendar")).json
    assert (told["year"], len(told["days"])) == (YEAR, 366 if YEAR % 4 == 0 else 365)
    known = state_days(YEAR)
    assert known is not None, "chinesecalendar has no calendar of this year: a newer version is needed"
    assert {day["day"]: day["kind"] for day in told["days"] if day["kind"] != "regular"} == {
        day: facts["kind"] for day, facts in known.items()
    }


async def test_a_year_is_typed_in_and_then_no_longer_missing(hall: ServedHall) -> None:
    year = YEAR + 2
    days = {f"{year}-01-01": {"kind": "closed", "name": "元旦"}}
    answer = await hall.put(f"calendar/years/{year}", {"days": days}, by="manager")
    assert (answer.status, answer.json["known"]) == (200, True)
    first = answer.json["days"][0]
    assert (first["kind"], first["name"], first["set_by"], first["sessions"]) == ("closed", "元旦", "state", [])
    wrong = await hall.put(f"calendar/years/{year + 1}", {"days": days}, by="manager")
    assert (wrong.status, wrong.code) == (422, "day_not_in_year")


@pytest.mark.parametrize("year", ["26", "12345", "abcd", "1999"])
async def test_a_year_that_is_none_is_refused(hall: ServedHall, year: str) -> None:
    assert (await hall.get(f"calendar?year={year}")).code == "malformed"
    assert (await hall.put(f"calendar/years/{year}", {"days": {}}, by="manager")).code == "unknown_day"


async def test_a_date_is_given_hours_and_taken_back(hall: ServedHall) -> None:
    day = f"{YEAR + 1}-03-06"
    evening = {"from": "17:00", "to": "19:30", "kind": "extended"}
    body = {"kind": "working", "name": "延时服务", "sessions": [{"from": "08:30", "to": "17:00"}, evening]}
    answer = await hall.put(f"calendar/{day}", body, by="manager")
    assert answer.status == 200, answer
    assert answer.json["sessions"][1] == {**evening, "zone": None}
    assert answer.json["set_by"] == "staff"
    back = await hall.ask("DELETE", f"calendar/{day}", json={}, by="manager")
    assert (back.status, back.json["set_by"]) == (200, None)


@pytest.mark.parametrize(
    ("day", "body", "code"),
    [
        ("tomorrow", {"kind": "closed"}, "unknown_day"),
        ("2001-01-01", {"kind": "closed"}, "day_too_far"),
        (f"{YEAR + 1}-01-01", {"kind": "half"}, "invalid"),
        (f"{YEAR + 1}-01-01", {"kind": "working", "sessions": []}, "invalid"),
        (f"{YEAR + 1}-01-01", {"kind": "working", "sessions": [{"from": "9:00", "to": "10:00"}]}, "invalid"),
        (
            f"{YEAR + 1}-01-01",
            {"kind": "working", "sessions": [{"from": "11:00", "to": "10:00"}]},
            "session_ends_early",
        ),
        (
            f"{YEAR + 1}-01-01",
            {"kind": "working", "sessions": [{"from": "09:00", "to": "10:00", "zone": "moon"}]},
            "unknown_zone",
        ),
    ],
)
async def test_a_date_that_can_not_be_is_refused(hall: ServedHall, day: str, body: object, code: str) -> None:
    answer = await hall.put(f"calendar/{day}", body, by="manager")
    assert (answer.status, answer.code) == (422, code)


async def test_stopped_numbers_are_told_with_their_reason_at_the_kiosk_and_at_the_press(hall: ServedHall) -> None:
    stopped = await hall.put("items/yb-001/intake", {"state": "stopped", "reason": "系统维护"}, by="manager")
    assert (stopped.status, stopped.json["why"]) == (200, "intake_stopped")
    no = await hall.post("tickets", {"item": "yb-001"}, by="device")
    assert (no.status, no.code, no.json["detail"]) == (409, "intake_stopped", "这里今天不再放号：系统维护。")
    kiosk = (await hall.get("views/kiosk")).json
    assert kiosk["stopped_items"]["yb-001"]["reason"] == "系统维护"
    again = await hall.put("items/yb-001/intake", {"state": "open"}, by="manager")
    assert again.json["open"] is True
    assert (await hall.post("tickets", {"item": "yb-001"}, by="device")).status == 201


async def test_a_zones_numbers_are_stopped_and_given_again(hall: ServedHall) -> None:
    await hall.put("zones/chujian/intake", {"state": "stopped"}, by="manager")
    assert (await hall.post("tickets", {"zone": "chujian"}, by="device")).code == "intake_stopped"
    zones = {zone["id"]: zone["intake"] for zone in (await hall.get("views/kiosk")).json["zones"]}
    assert (zones["chujian"]["open"], zones["zonghe"]["open"]) == (False, True)
    await hall.put("zones/chujian/intake", {"state": "open"}, by="manager")
    assert (await hall.post("tickets", {"zone": "chujian"}, by="device")).status == 201


@pytest.mark.parametrize(("where", "code"), [("zones/moon", "unknown_zone"), ("items/moon", "unknown_item")])
async def test_what_is_not_there_can_not_be_stopped(hall: ServedHall, where: str, code: str) -> None:
    answer = await hall.put(f"{where}/intake", {"state": "stopped"}, by="manager")
    assert (answer.status, answer.code) == (404, code)


async def test_a_manager_chooses_what_becomes_of_the_leftovers(hall: ServedHall) -> None:
    answer = await hall.put("closing", {"leftovers": "end"}, by="manager")
    assert (answer.status, answer.json["leftovers"], answer.json["chosen_today"]) == (200, "end", True)
    assert (await hall.put("closing", {"leftovers": "hide"}, by="manager")).status == 422
    await hall.put("closing", {"leftovers": "serve_out"}, by="manager")


async def test_a_year_without_its_calendar_is_told_where_staff_look(tmp_path: Path) -> None:
    async with a_served_hall(tmp_path, settings(calendar={"holidays": "cn"})) as hall:
        missing = (await hall.get("calendar")).json["missing_year"]
        known = state_days(YEAR + 1) is not None
        assert missing == (None if known or NOW.month < 11 else YEAR + 1)
        ready = (await hall.get("/readyz")).json
        assert ready["calendar_missing"] == ({} if missing is None else {hall.id: missing})
        floor = (await hall.get("views/floor", by="manager")).json
        assert floor["calendar_missing"] == missing
