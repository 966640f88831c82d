"""What was written to an outcome is for who holds the ticket, today and on the days after."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from hallserver.web import audience
from tests.pages.a_hall_to_see import StepClock
from tests.web.a_server import ServedHall, a_served_hall, settings, until
from tests.web.test_live_views import frame
from tests.web.test_ticket_links import holding, token_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOTE = "户口簿复印件、近期照片"
DAY_S = 24 * 3600


async def told_what_is_missing(hall: ServedHall) -> dict[str, str]:
    await hall.open("1")
    taken = await hall.take(None, item="yb-001")
    await hall.call("1")
    await hall.serve("1", outcome="told_missing", note=NOTE)
    return taken


async def test_a_visit_is_seen_by_its_holder_and_by_those_who_work_here(hall: ServedHall) -> None:
    taken = await told_what_is_missing(hall)
    other = await hall.take()
    name = f"views/visit/{taken['id']}"
    assert (await hall.get(name)).code == "sign_in_needed"
    assert (await hall.get(name, headers=holding(token_of(other)))).code == "sign_in_needed"
    for more in ({"headers": holding(token_of(taken))}, {"by": "clerk-1"}, {"by": "device"}):
        shown = (await hall.get(name, **more)).json
        assert shown["ticket"]["told"] == NOTE.split("、")
        assert shown["about"] == {"phone": "", "time_limit": "当场办结", "time_limit_en": ""}
    for path in (f"views/ticket/{taken['id']}", f"tickets/{taken['id']}"):
        assert "户口簿" not in (await hall.get(path)).text


async def test_a_browsers_socket_carries_the_secret_in_its_address(hall: ServedHall) -> None:
    taken = await told_what_is_missing(hall)
    live = f"view=visit/{taken['id']}&as=html"
    async with hall.live(f"{live}&token={token_of(taken)}") as socket:
        assert "户口簿复印件" in (await frame(socket))["data"]
    refused = await hall.get(f"live?{live}", headers={"Connection": "Upgrade", "Upgrade": "websocket"})
    assert refused.status in (400, 401)
    async with hall.live(live, by="manager") as socket:
        assert "近期照片" in (await frame(socket))["data"]


async def test_the_page_of_an_earlier_day_tells_how_it_ended_and_offers_nothing(tmp_path: Path) -> None:
    clock = ten_in_the_morning()
    async with a_served_hall(tmp_path, clock=clock.hall_clock) as hall:
        case = await hall.take(None, item="hz-001")
        await hall.open("3")
        await hall.call("3")
        await hall.serve("3", outcome="accepted")
        taken = await told_what_is_missing(hall)
        page = (await hall.get(taken["follow_url"])).text
        assert "还缺下面这些" in page
        assert "我回来了" in page
        clock.ahead_s += DAY_S
        await until(lambda: taken["id"] not in hall.desk.feed.hall.tickets)
        page = (await hall.get(taken["follow_url"])).text
        assert taken["number"] in page
        assert "户口簿复印件" in page
        assert "办理结束：已一次告知缺什么" in page
        assert "hall-live" not in page
        for press in ("我回来了", "data-rate", "data-give-up", "data-bell"):
            assert press not in page.partition("<template")[0].replace("data-press", "")
        assert "后台办理" not in page
        english = (await hall.get(taken["follow_url"] + "?lang=en")).text
        assert "These are missing" in english
        goes_on = (await hall.get(case["follow_url"])).text
        assert "hall-live" in goes_on, "what goes on is followed live"
        assert "后台办理" in goes_on
        assert "办理期限：当场办结" in goes_on, "as the guide of the matter says"


async def an_accepted_case(hall: ServedHall) -> tuple[dict[str, str], int]:
    """A ticket whose matter goes on, and the number of its case."""
    ticket = await hall.take(None, item="hz-001")
    if hall.desk.hall.windows["3"].state != "open":
        await hall.open("3")
    await hall.call("3", ticket=ticket["id"])
    await hall.serve("3", outcome="accepted_with_gaps", note=NOTE)
    (case,) = hall.desk.feed.hall.cases_of[ticket["id"]]
    return ticket, case


def ten_in_the_morning() -> StepClock:
    return StepClock((-time.time() - 8 * 3600) % DAY_S + 10 * 3600)


async def test_a_case_is_followed_live_on_later_days_by_its_holder_alone_and_its_end_stays_known(
    tmp_path: Path,
) -> None:
    clock = ten_in_the_morning()
    async with a_served_hall(tmp_path, clock=clock.hall_clock) as hall:
        ticket, case = await an_accepted_case(hall)
        token, name = token_of(ticket), f"visit/{ticket['id']}"
        clock.ahead_s += DAY_S
        await until(lambda: ticket["id"] not in hall.desk.feed.hall.tickets)
        assert (await hall.get(f"views/{name}")).code == "sign_in_needed"
        assert (await hall.get(f"views/ticket/{ticket['id']}")).code == "unknown_ticket"
        async with hall.live(f"view={name}&as=html&token={token}") as socket:
            assert "户口簿复印件" in (await frame(socket))["data"]
            await hall.put(f"cases/{case}/state", {"state": "ready"}, by="manager")
            assert "结果已出，可以领取" in (await frame(socket))["data"]
            await hall.put(f"cases/{case}/state", {"state": "in_office"}, by="manager")
            assert "更正：结果还没有出" in (await frame(socket))["data"]
            await hall.put(f"cases/{case}/state", {"state": "ready"}, by="manager")
            assert "data-ready" in (await frame(socket))["data"]
            await hall.post(f"cases/{case}/handover", {"way": "post"}, by="manager")
            assert "结果已寄出" in (await frame(socket))["data"]
        clock.ahead_s += DAY_S
        await until(lambda: case not in hall.desk.feed.hall.cases)
        page = (await hall.get(ticket["follow_url"])).text
        assert "hall-live" not in page
        assert "结果已寄出" in page, "as its row tells"
        assert "结果还没有出，继续办理" in page, "as the log tells"
        assert "The result was sent by post" in (await hall.get(ticket["follow_url"] + "?lang=en")).text


async def test_a_case_that_the_live_hall_no_longer_keeps_is_told_from_its_row(tmp_path: Path) -> None:
    clock, brief = ten_in_the_morning(), settings(cases={"kept_days": 1})
    async with a_served_hall(tmp_path, brief, clock=clock.hall_clock) as hall:
        ticket, case = await an_accepted_case(hall)
        await hall.put(f"cases/{case}/supplied", {"supplied": True}, by="manager")
        clock.ahead_s += 2 * DAY_S
        await until(lambda: case not in hall.desk.feed.hall.cases)
        page = (await hall.get(ticket["follow_url"])).text
        assert "hall-live" not in page
        assert f'data-case="{case}" data-state="in_office"' in page
        assert page.count("缺的材料补齐了") == 2, "by the case and by its history"
        assert "结果出来以后请到“出件”领取" in page


async def test_phones_of_earlier_days_leave_room_for_those_of_today(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience, "FOLLOW_ON_LIMIT", 1)
    clock = ten_in_the_morning()
    async with a_served_hall(tmp_path, clock=clock.hall_clock) as hall:
        first, _ = await an_accepted_case(hall)
        second, _ = await an_accepted_case(hall)
        clock.ahead_s += DAY_S
        await until(lambda: first["id"] not in hall.desk.feed.hall.tickets)
        async with hall.live(f"view=visit/{first['id']}&as=html&token={token_of(first)}") as socket:
            await frame(socket)
            key = {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
            live = {"Connection": "Upgrade", "Upgrade": "websocket", **key}
            refused = await hall.get(f"live?view=visit/{second['id']}&token={token_of(second)}", headers=live)
            assert refused.code == "too_many_requests"
            page = (await hall.get(second["follow_url"])).text
            assert "hall-live" not in page
            assert "后台办理" in page, "it tells how it stands, and nothing turns"
            async with hall.live("view=board") as board:
                await frame(board)
