"""Papers over the API: printed again, receipts, test pages; and several printers of which each prints its own."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.a_booking_server import a_booking_server, book
from tests.web.a_server import HALL, ServedHall, a_served_hall, settings, until

PRINTERS = [
    {"id": "left", "address": "agent", "serves": ["device-k1"], "fallback": "right", "width_mm": 58},
    {"id": "right", "address": "agent", "serves": ["device-k2", "window-1"], "mode": "text"},
    {"id": "desk", "address": "agent"},
]


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[ServedHall]:
    async with a_served_hall(tmp_path, settings(paper={}, printers=PRINTERS)) as hall:
        hall.tokens |= {f"kiosk-{n}": hall.token("device", f"k{n}") for n in (1, 2)}
        yield hall


async def asked(hall: ServedHall, path: str, body: Any = None, by: str = "clerk-1") -> dict[str, Any]:
    answer = await hall.post(path, body or {}, by=by)
    assert answer.status == 201, answer
    return dict(answer.json)


async def take(hall: ServedHall, deed: int, printer: str, key: str = "spool-a", by: str = "device") -> tuple[int, Any]:
    headers = {"Idempotency-Key": f"{key}-{deed}"}
    answer = await hall.put(f"papers/{deed}/printer", {"printer": printer}, by=by, headers=headers)
    return answer.status, answer.code


async def test_each_kiosks_papers_belong_to_its_own_printer(served: ServedHall) -> None:
    for by, printer in (("kiosk-1", "left"), ("kiosk-2", "right"), ("device", "desk")):
        taken = await served.take(by=by)
        log = (await served.get("log?limit=1000", by="device")).json["deeds"]
        [issued] = [deed for deed in log if deed.get("ticket") == taken["id"]]
        assert issued["printer"] == printer
        assert issued["device"] == {"device": "device-token"}.get(by, f"device-k{by[-1]}")
    told = (await served.get("printers", by="device")).json["printers"]
    assert told[0] == {
        "id": "left", "agent": True, "width_mm": 58, "mode": "raster", "cut": "partial", "beeps": 0,
        "serves": ["device-k1"], "fallback": "right",
    }  # fmt: skip


async def test_two_programs_never_print_one_paper_and_a_lost_answer_costs_none(served: ServedHall) -> None:
    await served.take(by="kiosk-1")
    deed = served.desk.feed.end
    assert await take(served, deed, "right", key="spool-c") == (409, "paper_elsewhere")
    assert await take(served, deed, "left") == (200, None)
    assert await take(served, deed, "left") == (200, None), "the same spool asks again: its answer was lost"
    assert await take(served, deed, "left", key="spool-b") == (409, "paper_taken")
    assert await take(served, 999_999, "left") == (404, "unknown_paper")
    assert (await served.get("papers/x", by="device")).code == "unknown_paper"
    paper = (await served.get(f"papers/{deed}", by="clerk-1")).json
    assert (paper["paper"], paper["printer"], paper["state"]) == ("ticket", "left", "taken")


async def next_of_a_ticket(socket: Any) -> dict[str, Any]:
    """The hall's own deeds, an alert, come when they come."""
    while "ticket" not in (deed := await socket.receive_json()):
        pass
    return dict(deed)


async def test_what_could_not_be_begun_moves_to_the_other_printer_and_what_was_begun_stays(served: ServedHall) -> None:
    async with served.live("", by="device") as socket:
        for begun, then in ((False, "PaperMoved"), (True, "TicketPrintFailed"), (None, "TicketPrintFailed")):
            taken = await served.take(by="kiosk-1")
            number = (await next_of_a_ticket(socket))["number"]
            told = {"confirm": number, "outcome": "failed", "cause": "no_paper", "printer": "left"}
            await socket.send_json(told if begun is None else told | {"begun": begun})
            deed = await next_of_a_ticket(socket)
            assert (deed["kind"], deed["ticket"], deed["deed"]) == (then, taken["id"], number)
            state = (await served.get(f"tickets/{taken['id']}", by="device")).json["paper"]
            assert state == ("waiting" if begun is False else "failed")


async def test_a_reprint_comes_out_at_the_clerks_own_printer_and_is_counted(served: ServedHall) -> None:
    taken = await served.take(by="kiosk-1")
    ticket = f"tickets/{taken['id']}"
    assert (await served.post(f"{ticket}/reprints", {}, by="clerk-1")).code == "paper_awaited"
    first = served.desk.feed.end
    async with served.live("", by="device") as socket:
        await socket.send_json({"confirm": first, "outcome": "printed", "printer": "left"})
        assert (await socket.receive_json())["kind"] == "TicketPrinted"
        paper = await asked(served, f"{ticket}/reprints")
        assert (paper["paper"], paper["printer"], paper["state"]) == ("reprint", "right", "waiting")
        assert (await socket.receive_json())["kind"] == "ReprintAsked"
        words = (await served.get(f"papers/{paper['deed']}/words", by="device")).json
        assert any(kind == "strong" and said.startswith("补打 ") for kind, said in words["lines"])
        await socket.send_json({"confirm": paper["deed"], "outcome": "printed", "printer": "right"})
        assert (await socket.receive_json())["deed"] == paper["deed"]
    assert (await served.get(f"papers/{paper['deed']}", by="clerk-1")).json["state"] == "printed"
    assert (await served.get(ticket, by="clerk-1")).json["reprints"] == 1
    assert (await served.get("views/floor", by="manager")).json["figures"]["reprints"] == 1
    named = await asked(served, f"{ticket}/reprints", {"printer": "desk"}, by="manager")
    assert named["printer"] == "desk"
    assert (await served.post(f"{ticket}/reprints", {"printer": "moon"}, by="manager")).status in (409, 422)
    await served.post(f"{ticket}/cancellation", {}, by="manager")
    ended = await served.post(f"{ticket}/reprints", {}, by="clerk-1")
    assert (ended.status, ended.code) == (409, "wrong_state")


async def test_the_lines_of_a_receipt_are_on_its_paper_and_nowhere_else(served: ServedHall, tmp_path: Path) -> None:
    taken = await served.take(None, item="yb-001", by="kiosk-1")
    secret = "张三丰的户口簿原件"
    body = {"kind": "missing", "lines": [secret, "照片两张"]}
    headers = {"Idempotency-Key": "told-once"}
    for _ in range(2):
        answer = await served.post(f"tickets/{taken['id']}/receipts", body, by="clerk-1", headers=headers)
        assert answer.status == 201
        assert secret not in answer.text
    deed = answer.json["deed"]
    words = (await served.get(f"papers/{deed}/words", by="device")).json
    assert ["point", secret] in words["lines"]
    assert (await served.get(f"papers/{deed}/words", by="clerk-2")).status == 403
    for path in sorted(tmp_path.rglob("*")):
        assert not path.is_file() or secret.encode() not in path.read_bytes(), path
    log = (await served.get("log?limit=1000", by="device")).text
    assert secret not in log
    assert secret not in json.dumps(log)
    async with served.live("", by="device") as socket:
        await socket.send_json({"confirm": deed, "outcome": "printed", "printer": "right"})
        printed = await socket.receive_json()
        assert (printed["kind"], printed["paper"]) == ("PaperPrinted", "missing")
    assert (await served.get(f"papers/{deed}/words", by="device")).code == "unknown_paper", "printed and forgotten"


async def test_a_receipt_says_where_to_go_on(served: ServedHall) -> None:
    taken = await served.take(by="kiosk-1")
    await served.post(f"tickets/{taken['id']}/transfer", {"zone": "gongan"}, by="manager")
    paper = await asked(served, f"tickets/{taken['id']}/receipts", {"kind": "transfer"})
    words = (await served.get(f"papers/{paper['deed']}/words", by="device")).json["lines"]
    assert ["number", taken["number"]] in words
    assert ["place", "公安区"] in words


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "missing"}, "body"),
        ({"kind": "missing", "lines": []}, "body"),
        ({"kind": "missing", "lines": ["x"] * 21}, "lines"),
        ({"kind": "missing", "lines": ["长" * 101]}, "lines.0"),
        ({"kind": "missing", "lines": ["a\x1b@"]}, "lines.0"),
        ({"kind": "receipt", "lines": ["x"]}, "kind"),
    ],
)
async def test_a_receipt_that_cannot_be_one_is_refused_by_its_field(
    served: ServedHall, body: dict[str, Any], field: str
) -> None:
    taken = await served.take(by="kiosk-1")
    answer = await served.post(f"tickets/{taken['id']}/receipts", body, by="clerk-1")
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)


async def test_a_manager_tries_a_printer(served: ServedHall) -> None:
    paper = await asked(served, "printers/left/test-pages", by="manager")
    assert (paper["paper"], paper["ticket"], paper["printer"]) == ("test", None, "left")
    assert (await served.post("printers/left/test-pages", {}, by="manager")).code == "paper_awaited"
    moon = await served.post("printers/moon/test-pages", {}, by="manager")
    assert (moon.status, moon.code) == (404, "unknown_printer")
    async with served.live("", by="device") as socket:
        await socket.send_json(
            {"confirm": paper["deed"], "outcome": "failed", "cause": "cover_open", "printer": "left", "begun": False}
        )
        failed = await socket.receive_json()
        assert (failed["kind"], failed["ticket"], failed["cause"]) == ("PaperFailed", None, "cover_open")
    told = (await served.get(f"papers/{paper['deed']}", by="manager")).json
    assert (told["state"], told["cause"]) == ("failed", "cover_open")


async def test_what_the_server_prints_itself_comes_out_on_the_roll(tmp_path: Path) -> None:
    rolls = [{"id": "left", "address": "roll", "serves": ["device-token"]}, {"id": "right", "address": "roll"}]
    async with a_served_hall(tmp_path, settings(paper={}, printers=rolls)) as hall:
        taken = await hall.take(by="device")
        before = hall.desk.hall.tickets[taken["id"]].deed - 1  # the paper may be out already
        async with hall.live(f"after={before}", by="device") as socket:
            told = [await socket.receive_json() for _ in range(3)]
            assert [deed["kind"] for deed in told] == ["TicketIssued", "PaperTaken", "TicketPrinted"]
            assert (told[2]["printer"], told[2]["deed"]) == ("left", told[0]["number"])
            paper = await asked(hall, "printers/right/test-pages", by="manager")
            told = [await socket.receive_json() for _ in range(3)]
            assert [deed["kind"] for deed in told] == ["PrinterTestAsked", "PaperTaken", "PaperPrinted"]
            assert told[2]["deed"] == paper["deed"]
        roll = tmp_path / "paper" / HALL / "roll"
        names = sorted(path.stem.partition("-")[2] for path in roll.glob("*.json"))
        assert names == sorted([f"test-{paper['deed']}_test", f"ticket-{paper['deed'] - 3}_{taken['id']}"])
        receipt = {"kind": "missing", "lines": ["张三丰的户口簿原件"]}
        await asked(hall, f"tickets/{taken['id']}/receipts", receipt)
        await until(lambda: len(list(roll.glob("*.json"))) == 3)
        png = next(path.name for path in roll.glob("*-missing-*.png"))
        for by, sees in (("resident", False), ("device", False), ("manager", True)):
            page = await hall.get("/paper", by=by)
            assert (page.status, png in page.text) == (200, sees), by
            assert (await hall.get(f"/paper/{png}", by=by)).status == (200 if sees else 404)


async def test_what_a_matter_asks_for_comes_out_of_the_printer_of_the_machine_that_asks(served: ServedHall) -> None:
    path = "items/yb-001/papers"
    assert (await served.post(path)).code == "sign_in_needed", "a telephone prints nothing in the hall"
    paper = await asked(served, path, {"language": "en"}, by="kiosk-1")
    assert (paper["paper"], paper["ticket"], paper["printer"], paper["state"]) == ("guide", None, "left", "waiting")
    again = await served.post(path, by="kiosk-1")
    assert again.code == "paper_awaited", "two quick presses are one paper"
    assert (await asked(served, path, by="kiosk-2"))["printer"] == "right"
    assert (await served.post("items/moon/papers", by="kiosk-1")).code == "unknown_item"
    told = (await served.get(f"papers/{paper['deed']}/words", by="device")).json
    assert told["paper"] == "guide"
    assert ["item", "Item yb-001"] in told["lines"]
    assert [words for kind, words in told["lines"] if kind == "code"] == [f"{served.url}/guide/yb-001"]
    assert await take(served, paper["deed"], "left") == (200, None)
    async with served.live("", by="device") as socket:
        await socket.send_json({"confirm": paper["deed"], "outcome": "printed", "printer": "left"})
        deed = await socket.receive_json()
    assert (deed["kind"], deed["paper"], deed["ticket"]) == ("PaperPrinted", "guide", None)
    assert (await served.get(f"papers/{paper['deed']}", by="kiosk-1")).json["state"] == "printed"
    await asked(served, path, by="kiosk-1")


async def test_a_booking_made_at_the_desk_comes_on_paper_and_one_made_at_home_does_not(tmp_path: Path) -> None:
    async with a_booking_server(tmp_path) as (hall, clock):
        at_home = await book(hall, clock.at("10:00"))
        assert at_home["paper"] == "none"
        booking = await book(hall, clock.at("10:30"), by="clerk-1", phone=None, item="yb-001")
        deed = hall.desk.feed.end
        assert booking["paper"] == "waiting"
        told = (await hall.get(f"papers/{deed}/words", by="device")).json
        lines = [tuple(line) for line in told["lines"]]
        assert ("number", booking["number"]) in lines
        assert ("place", "10:30–11:00") in lines
        assert ("text", "请带：身份证") in lines
        assert ("beside_strong", f"{booking['code'][:-4]}-{booking['code'][-4:]}") in lines
        async with hall.live("", by="device") as socket:
            await socket.send_json({"confirm": deed, "outcome": "printed"})
            assert (await socket.receive_json())["kind"] == "TicketPrinted"
        again = await asked(hall, f"tickets/{booking['id']}/reprints")
        words = (await hall.get(f"papers/{again['deed']}/words", by="device")).json["lines"]
        assert ["place", "10:30–11:00"] in words
        assert any(kind == "strong" and said.startswith("补打") for kind, said in words)
