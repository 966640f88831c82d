"""Bookings over HTTP: a number given once, the kiosk's code, arrival, and what is kept of a person."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
import pytest_asyncio

from hallserver.store.verifying import differences
from tests.web.a_booking_server import PHONE, Tuesday, a_booking_server, book, held
from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def booking(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[ServedHall, Tuesday]]:
    async with a_booking_server(tmp_path_factory.mktemp("booking")) as both:
        yield both


async def test_a_booking_goes_from_the_slot_to_the_window_with_one_number(booking: tuple[ServedHall, Tuesday]) -> None:
    hall, clock = booking
    found = (await hall.get(f"slots?zone=zonghe&day={clock.day(1)}")).json
    assert found["slots"][0] == {
        "start": clock.at("08:30", 1).replace("+", ".000+"),
        "end": clock.at("09:00", 1).replace("+", ".000+"),
        "free": 2,
    }
    assert [row["day"] for row in found["days"]] == [clock.day(n) for n in (0, 1, 2, 3, 6, 7)]
    assert (await hall.get("slots?zone=zonghe")).json["day"] == clock.day()
    ticket = await book(hall, clock.at("10:00"), item="yb-001", channel="phone")
    assert (ticket["number"], ticket["state"], ticket["class"]) == ("A501", "booked", "booked")
    assert ticket["slot"]["start"] == clock.at("10:00").replace("+", ".000+")
    assert (ticket["code"][:3], len(ticket["code"])) == ("501", 7)
    clock.turn_to("09:50")
    arrived = await hall.post(f"tickets/{ticket['id']}/arrival", headers=held(ticket))
    assert (arrived.status, arrived.json["state"], arrived.json["number"]) == (200, "waiting", "A501")
    assert arrived.json["paper"] == "none", "said on a phone: no paper"
    await hall.open("1")
    assert (await hall.call())["ticket"]["id"] == ticket["id"]
    await hall.serve()
    found = (await hall.get(f"tickets/{ticket['id']}")).json
    assert (found["state"], found["number"]) == ("done", "A501")


async def test_the_kiosk_finds_a_booking_by_its_digits_or_by_its_pages_address(
    booking: tuple[ServedHall, Tuesday],
) -> None:
    hall, clock = booking
    ticket = await book(hall, clock.at("09:30"))
    code, token = ticket["code"], ticket["follow_url"].rpartition("/")[2]
    for told in (code, f"{code[:3]}-{code[3:]}", token):
        answer = await hall.get(f"bookings/{told}")
        assert (answer.status, answer.json["id"], answer.json["follow_url"]) == (
            200,
            ticket["id"],
            ticket["follow_url"],
        )
    other_token = token[:-1] + ("x" if token[-1] != "x" else "y")
    wrong = str((int(code) + 1) % 10**7)
    for told in (wrong, code[:-1], "501", "5010000000000", other_token, ticket["id"], "moon"):
        answer = await hall.get(f"bookings/{told}")
        assert (answer.status, answer.code) == (404, "unknown_booking"), told
    arrived = await hall.post(f"tickets/{ticket['id']}/arrival", {"via": "kiosk"}, headers=held(ticket))
    assert (arrived.json["state"], arrived.json["paper"]) == ("waiting", "waiting")
    paper = await hall.get(f"tickets/{ticket['id']}/paper", by="device")
    assert paper.status == 200
    assert paper.text.count("A501") >= 1
    assert (await hall.get(f"bookings/{code}")).json["state"] == "waiting", "who presses twice is told the same"


async def test_the_agent_that_prints_confirms_the_arrival(booking: tuple[ServedHall, Tuesday]) -> None:
    hall, clock = booking
    ticket = await book(hall, clock.at("09:30"))
    await hall.post(f"tickets/{ticket['id']}/arrival", by="device")
    deed = (await hall.get("log?after=0", by="device")).json["deeds"][-1]
    assert (deed["kind"], deed["paper"], deed["via"]) == ("BookingArrived", "waiting", "kiosk")
    assert "person" not in (await hall.get("log?after=0", by="device")).json["deeds"][-2]
    async with hall.live(f"after={deed['number']}", by="device") as agent:
        await agent.send_json({"confirm": deed["number"], "outcome": "printed"})
        assert (await agent.receive_json())["kind"] == "TicketPrinted"
    assert (await hall.get(f"tickets/{ticket['id']}")).json["paper"] == "printed"


async def test_another_time_and_giving_it_up(booking: tuple[ServedHall, Tuesday]) -> None:
    hall, clock = booking
    ticket = await book(hall, clock.at("10:30"))
    moved = await hall.put(f"tickets/{ticket['id']}/slot", {"start": clock.at("15:00", 1)}, by="clerk-1")
    assert (moved.status, moved.json["number"]) == (200, "A501")
    assert moved.json["slot"]["start"] == clock.at("15:00", 1).replace("+", ".000+")
    assert (await hall.put(f"tickets/{ticket['id']}/slot", {"start": clock.at("16:00")})).code == "sign_in_needed"
    back = await hall.put(f"tickets/{ticket['id']}/slot", {"start": clock.at("10:30")}, headers=held(ticket))
    assert back.status == 200
    late = await hall.post(f"tickets/{ticket['id']}/cancellation", headers=held(ticket))
    assert (late.status, late.code, late.json["minutes"]) == (409, "too_late_to_cancel", 120)
    assert (await hall.post(f"tickets/{ticket['id']}/cancellation", by="device")).code == "too_late_to_cancel"
    given_up = await hall.post(f"tickets/{ticket['id']}/cancellation", {"reason": "打电话来取消"}, by="clerk-2")
    assert (given_up.status, given_up.json["state"]) == (200, "cancelled")


async def test_who_moved_to_today_and_missed_the_call_comes_back_by_the_number_alone(
    booking: tuple[ServedHall, Tuesday],
) -> None:
    hall, clock = booking
    ticket = await book(hall, clock.at("10:00", 1))
    assert (await hall.put(f"tickets/{ticket['id']}/slot", {"start": clock.at("09:30")}, by="manager")).status == 200
    await hall.post(f"tickets/{ticket['id']}/arrival", by="device")
    await hall.open("1")
    await hall.call()
    assert (await hall.post("windows/1/absences", by="manager")).status == 201
    today = hall.desk.hall.day.strftime("%Y%m%d")
    assert not ticket["id"].startswith(today), "its id tells the day it was first booked for"
    back = await hall.post(f"tickets/{today}-{ticket['number']}/return", by="device")
    assert (back.status, back.json["id"], back.json["state"]) == (200, ticket["id"], "waiting")


async def test_every_no_is_clear(booking: tuple[ServedHall, Tuesday]) -> None:
    hall, clock = booking
    first = await book(hall, clock.at("11:00"))
    await book(hall, clock.at("11:00"), phone="13900139000")
    other = {"zone": "zonghe", "phone": "13700137000"}
    for body, status, code in (
        ({**other, "start": clock.at("11:00")}, 409, "slot_full"),
        ({**other, "start": clock.at("08:30")}, 409, "slot_past"),
        ({**other, "start": clock.at("11:10")}, 422, "no_such_slot"),
        ({**other, "start": clock.at("09:00", 8)}, 409, "too_far_ahead"),
        ({"zone": "zonghe", "start": clock.at("11:30")}, 422, "phone_needed"),
        ({"zone": "zonghe", "start": clock.at("11:30"), "phone": PHONE.replace(" ", "-")}, 409, "booked_already"),
        ({"zone": "zonghe", "start": clock.at("11:30"), "phone": "+86 13800138000"}, 409, "booked_already"),
        ({**other, "zone": "gongan", "start": clock.at("11:30")}, 409, "bookings_not_taken"),
        ({**other, "zone": "moon", "start": clock.at("11:30")}, 422, "unknown_zone"),
        ({**other, "start": "2026-11-24"}, 422, "invalid"),
        ({**other, "start": "2026-11-24T11:30:00"}, 422, "invalid"),
        ({**other, "start": clock.at("11:30"), "phone": "call me"}, 422, "invalid"),
        ({**other, "start": clock.at("11:30"), "channel": "home"}, 403, "not_allowed"),
        ({"start": clock.at("11:30"), "phone": "13700137000"}, 422, "invalid"),
    ):
        answer = await hall.post("bookings", body)
        assert (answer.status, answer.code) == (status, code), (body, answer)
    early = await hall.post(f"tickets/{first['id']}/arrival", by="device")
    assert (early.status, early.code) == (409, "too_early")
    assert "10:30" in early.json["detail"]
    for query, status, code in (
        ("zone=gongan", 409, "bookings_not_taken"),
        ("zone=moon", 404, "unknown_zone"),
        ("item=moon", 404, "unknown_item"),
        ("zone=zonghe&day=soon", 400, "malformed"),
        (f"zone=zonghe&day={clock.day(30)}", 409, "too_far_ahead"),
    ):
        answer = await hall.get(f"slots?{query}")
        assert (answer.status, answer.code) == (status, code), query
    assert (await hall.get(f"slots?zone=zonghe&day={clock.day(4)}")).json["slots"] == [], "a Saturday"


async def test_staff_make_home_visits_and_tell_of_them(booking: tuple[ServedHall, Tuesday]) -> None:
    hall, clock = booking
    visit = await book(hall, clock.at("15:20", 1), by="clerk-1", item="yb-001", channel="home", name="张三")
    assert (visit["state"], visit["channel"], "code" in visit) == ("booked", "home", False)
    moved = await hall.put(f"tickets/{visit['id']}/slot", {"start": clock.at("14:00")}, by="clerk-1")
    assert moved.json["number"] == visit["number"]
    moving = await hall.put(f"tickets/{visit['id']}/slot", {"start": clock.at("14:30")}, headers=held(visit))
    assert moving.code == "not_allowed"
    assert (await hall.post(f"tickets/{visit['id']}/arrival", by="device")).code == "not_booked"
    done = await hall.post(f"tickets/{visit['id']}/home-visit", {"outcome": "accepted"}, by="clerk-1")
    assert (done.status, done.json["state"], done.json["outcome"]) == (200, "done", "accepted")
    again = await hall.post(f"tickets/{visit['id']}/home-visit", by="clerk-1")
    assert (again.status, again.code) == (409, "no_home_visit")


async def test_a_name_and_a_number_are_sealed_and_nowhere_else(booking: tuple[ServedHall, Tuesday]) -> None:
    hall, clock = booking
    ticket = await book(hall, clock.at("14:00"), phone="13812345678", name="王小明")
    told = await hall.get(f"tickets/{ticket['id']}/booker", by="clerk-1")
    assert told.json == {"ticket": ticket["id"], "phone": "13812345678", "name": "王小明", "missed": 0}
    assert (await hall.get(f"tickets/{ticket['id']}/booker")).status == 401
    assert (await hall.get(f"tickets/{ticket['id']}/booker", by="device")).status == 403
    other = await book(hall, clock.at("14:00"), by="clerk-1", phone=None)
    nobody = (await hall.get(f"tickets/{other['id']}/booker", by="clerk-1")).json
    assert (nobody["phone"], nobody["name"]) == (None, None)
    deeds = (await hall.get("log?after=0", by="manager")).json["deeds"]
    persons = [deed["person"] for deed in deeds if deed["kind"] == "TicketBooked"]
    assert len(persons[0]) == 16
    assert persons[1] is None
    with closing(sqlite3.connect(hall.server.store.path)) as database:
        (sealed,) = database.execute("SELECT sealed FROM private WHERE ticket = ?", (ticket["id"],)).fetchone()
        whole = "\n".join(database.iterdump())
    assert b"13812345678" not in sealed
    for secret in ("13812345678", "王小明"):
        assert secret not in whole
        assert secret.encode().hex().upper() not in whole


async def test_missed_bookings_are_counted_for_a_person(booking: tuple[ServedHall, Tuesday]) -> None:
    hall, clock = booking
    await book(hall, clock.at("16:00"))
    clock.turn_to("17:00")
    await hall.desk.tick()
    assert hall.desk.hall.figures.missed == 1
    again = await book(hall, clock.at("10:00", 1))
    assert (await hall.get(f"tickets/{again['id']}/booker", by="clerk-1")).json["missed"] == 1
    other = await book(hall, clock.at("10:00", 1), phone="13900139000")
    assert (await hall.get(f"tickets/{other['id']}/booker", by="clerk-1")).json["missed"] == 0


async def test_the_same_key_books_once(booking: tuple[ServedHall, Tuesday]) -> None:
    hall, clock = booking
    body = {"zone": "zonghe", "start": clock.at("16:00"), "phone": "13911112222"}
    answers = [await hall.post("bookings", body, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert answers[0].text == answers[1].text
    assert list(hall.desk.hall.tickets) == [answers[0].json["id"]]


async def test_many_who_press_at_once_never_share_a_place(booking: tuple[ServedHall, Tuesday]) -> None:
    hall, clock = booking
    bodies = [{"zone": "zonghe", "start": clock.at("16:00"), "phone": f"1390000{n:04d}"} for n in range(8)]
    answers = await asyncio.gather(*(hall.post("bookings", body) for body in bodies))
    assert sorted(answer.status for answer in answers) == [201, 201, *[409] * 6]
    assert len({answer.json["number"] for answer in answers if answer.status == 201}) == 2
    assert (await hall.get(f"slots?zone=zonghe&day={clock.day()}")).json["slots"][-2]["free"] == 0
    assert await asyncio.to_thread(lambda: list(differences(hall.server.store, hall.id))) == []
