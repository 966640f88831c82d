"""What happened to a ticket, in words, for those whom it concerns."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from hallserver.events import (
    EVENTS,
    BookingArrived,
    BookingMissed,
    BookingMoved,
    Deed,
    HomeVisited,
    TicketBooked,
    TicketPrintFailed,
    TicketTransferred,
)
from hallserver.rules.hall import Hall
from hallserver.rules.services import OUTCOMES as KNOWN_OUTCOMES
from hallserver.web.history import MACHINES_ONLY, OUTCOMES, PLAIN, SAID, deed_sentence
from tests.a_hall import a_hall, at
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def sentences(hall: ServedHall, ticket: str, query: str = "", **who: object) -> list[str]:
    answer = await hall.get(f"tickets/{ticket}{query}", **who)
    assert answer.status == 200
    assert all(set(row) == {"at", "kind", "sentence"} for row in answer.json["history"])
    return [row["sentence"] for row in answer.json["history"]]


async def test_what_became_of_each_case_is_told_by_its_matter_where_there_are_several(hall: ServedHall) -> None:
    await hall.open("1", "3")
    ticket = (await hall.take(None, chain=["yb-001", "hz-001"]))["id"]
    for window in ("1", "3"):
        await hall.call(window, ticket=ticket)
        await hall.serve(window, outcome="accepted")
    first, second = hall.desk.feed.hall.cases_of[ticket]
    await hall.put(f"cases/{first}/state", {"state": "ready"}, by="manager")
    await hall.put(f"cases/{second}/state", {"state": "ready"}, by="manager")
    await hall.post(f"cases/{first}/handover", {"way": "post"}, by="manager")
    assert (await sentences(hall, ticket, by="manager"))[-3:] == [
        "事项 yb-001：结果已出，可以领取",
        "事项 hz-001：结果已出，可以领取",
        "事项 yb-001：结果已免费邮寄",
    ]
    assert (await sentences(hall, ticket, "?lang=en", by="manager"))[-1].startswith("Item yb-001: The result was sent")


async def test_a_ticket_tells_its_whole_way_with_the_reason_of_each_call(hall: ServedHall) -> None:
    await hall.open("1", "2")
    ticket = (await hall.take(**{"class": "green"}, reason="elderly"))["id"]
    await hall.take()
    await hall.call("1")
    await hall.post("windows/1/absences", by="manager")
    await hall.post(f"tickets/{ticket}/return", by="device")
    await hall.call("2", ticket=ticket, reason="有人陪同")
    await hall.post("windows/2/services", by="manager")
    await hall.post("windows/2/completions", {"outcome": "told_missing", "note": "户口本原件"}, by="manager")
    assert await sentences(hall, ticket, by="manager") == [
        "取号，前面没有人；绿色通道：老年人",
        "1 号窗口叫号：等了 0 分 + 绿色通道 15 = 15，下一位最多 0",
        "叫号后没有人来，过号",
        "本人回来，重新排队",
        "2 号窗口叫号：指定呼叫，等了 0 分；原因：有人陪同",
        "2 号窗口开始办理",
        "办理结束：已一次告知缺什么",
    ]
    [first, second, *_] = await sentences(hall, ticket, "?lang=en", by="clerk-1")
    assert first == "number taken, nobody ahead; priority service: Elderly"
    assert second == "called to Window 1: waited 0 min + Priority service 15 = 15; next best 0"


async def test_a_call_that_no_clerk_pressed_says_so(hall: ServedHall) -> None:
    await hall.open("1")
    await hall.put("windows/1/calling", {"by_itself": True}, by="manager")
    ticket = (await hall.take())["id"]
    assert (await sentences(hall, ticket, by="manager"))[1] == "1 号窗口自动叫号：等了 0 分，没有别人可叫"


async def test_only_staff_and_who_holds_the_ticket_read_its_history(hall: ServedHall) -> None:
    taken = await hall.take()
    for by in ("resident", "device"):
        assert await sentences(hall, taken["id"], by=by) == []
    token = taken["follow_url"].rpartition("/")[2]
    assert len(await sentences(hall, taken["id"], headers={"X-Ticket-Token": token})) == 1
    assert len(await sentences(hall, taken["id"], by="clerk-2")) == 1


async def test_the_history_of_a_ticket_is_found_by_an_index(hall: ServedHall) -> None:
    sql = "EXPLAIN QUERY PLAN SELECT number FROM log WHERE hall = ? AND ticket = ? ORDER BY number"
    [plan] = hall.server.store._rows(sql, "hall", "x")
    assert "log_of_a_ticket" in plan[3]
    assert "TEMP" not in plan[3]


async def test_who_had_to_wait_is_told_what_was_foreseen(hall: ServedHall) -> None:
    await hall.open("1")
    await hall.take(None, item="yb-001")
    await hall.call("1")
    await hall.take(None, item="yb-001")
    ticket = (await hall.take(None, item="yb-001"))["id"]
    [said] = await sentences(hall, ticket, by="manager")
    assert re.fullmatch(r"取号，前面 1 人，当时预计等候：约 \d+–\d+ 分钟", said)
    [said] = await sentences(hall, ticket, "?lang=en", by="manager")
    assert re.fullmatch(r"number taken, 1 person ahead, wait foreseen then: about \d+–\d+ minutes", said)


def told(hall: Hall, event: object, moment: str = "09:00", lang: str = "zh-CN") -> str | None:
    return deed_sentence(hall, Deed(1, at(moment), "clerk:1", event), lang)  # type: ignore[arg-type]


async def test_a_ticket_that_was_sent_on_tells_where_and_whether_it_kept_its_time() -> None:
    hall = a_hall()
    kept = TicketTransferred("t", "1", "gongan", None, None, at("08:40"))
    assert told(hall, kept) == "转到 公安，已等的时间保留"
    anew = TicketTransferred("t", "1", "zonghe", None, "2", at("09:00"))
    assert told(hall, anew) == "转到 综合受理，由2 号窗口办理，重新计时"
    gone = TicketTransferred("t", "1", "moon", None, None, at("08:40"))
    assert told(hall, gone, lang="en") == "sent on to moon, with the time already waited"


async def test_a_booking_tells_its_time_and_how_it_was_kept() -> None:
    hall, slot = a_hall(), at("10:00")
    booked = TicketBooked("t", "A801", "zonghe", None, slot, slot + 1, slot + 2, "phone", "zh-CN")
    assert told(hall, booked) == "预约 11月23日 星期一 10:00"
    assert told(hall, booked, lang="en") == "booked for Monday 23 November 10:00"
    assert told(hall, BookingMoved("t", at("11:30"), 0, 0)) == "预约改到 11月23日 星期一 11:30，号不变"
    early = BookingArrived("t", "booked", slot, 0, None, "none", "kiosk")
    assert told(hall, early) == "到了，从 10:00 起算等候"
    late = BookingArrived("t", "walk_in", at("10:40"), 0, None, "none", "kiosk")
    assert told(hall, late) == "到了，过了预约的时间，按普通号等候"
    assert told(hall, BookingMissed("t")) == "预约的时间没有来"
    assert told(hall, HomeVisited("t", "0301", "done")) == "上门办理；办理结束：办结"


async def test_a_paper_that_did_not_come_tells_why() -> None:
    failed = TicketPrintFailed("t", "roll", 1, "no_paper")
    assert told(a_hall(), failed) == "纸票没有打印：打印机没有纸了"


async def test_every_deed_about_a_ticket_has_its_words() -> None:
    about = {kind for kind, event in EVENTS.items() if "ticket" in {f.name for f in fields(event)}}  # type: ignore[arg-type]
    assert about - (PLAIN.keys() | SAID.keys() | MACHINES_ONLY) == set()
    assert set(OUTCOMES) == set(KNOWN_OUTCOMES)
