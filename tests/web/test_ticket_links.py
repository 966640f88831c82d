"""A ticket's own page: its address is its secret, and the secret is for that ticket alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.a_server import HALL, OTHER_HALL, ServedHall, a_served_hall

pytestmark = pytest.mark.asyncio(loop_scope="module")


def token_of(ticket: dict[str, str]) -> str:
    return ticket["follow_url"].removeprefix("/t/")


def holding(token: str) -> dict[str, str]:
    return {"X-Ticket-Token": token}


async def test_who_takes_a_number_gets_its_secret(served: ServedHall) -> None:
    taken = await served.take(by="resident")
    page = await served.get(taken["follow_url"])
    assert (page.status, page.type) == (200, "text/html")
    assert taken["number"] in page.text


async def test_who_guesses_an_id_gets_no_secret(served: ServedHall) -> None:
    taken = await served.take()
    guessed = (await served.get(f"tickets/{taken['id']}")).json
    assert guessed["number"] == taken["number"]
    assert guessed["follow_url"] == ""
    assert token_of(taken) not in (await served.get(f"views/ticket/{taken['id']}")).text


async def test_who_holds_the_ticket_or_works_here_is_told_its_address(served: ServedHall) -> None:
    taken = await served.take()
    held = await served.get(f"tickets/{taken['id']}", headers=holding(token_of(taken)))
    assert held.json["follow_url"] == taken["follow_url"]
    for by in ("device", "clerk-1", "manager"):
        assert (await served.get(f"tickets/{taken['id']}", by=by)).json["follow_url"] == taken["follow_url"]


async def test_the_log_tells_no_secret(served: ServedHall) -> None:
    taken = await served.take()
    log = await served.get("log?after=0&limit=1000", by="manager")
    assert taken["id"] in log.text
    assert token_of(taken).rpartition(".")[2] not in log.text


def forged(token: str, other: str) -> list[str]:
    """Tokens somebody might make up who holds one."""
    hall, ticket, signature = token.split(".")
    _, other_ticket, other_signature = other.split(".")
    return [
        f"{hall}.{other_ticket}.{signature}",
        f"{hall}.{ticket}.{other_signature}",
        f"{OTHER_HALL}.{ticket}.{signature}",
        f"{hall}.{ticket}.{signature[:-1]}",
        f"{hall}.{ticket}.{signature}A",
        f"{hall}.{ticket}.{signature.swapcase()}",
        f"{hall}.{ticket}.",
        f"{hall}.{ticket}",
        f"{hall}..{signature}",
        f"..{signature}",
        ticket,
        "a.b.c",
        "...",
        "x" * 1000,
        "令.牌.x",
        "%ED%A0%80.%FF.x",
        "%00",
        "..%2f..%2fetc",
    ]


@pytest.mark.parametrize("number", range(18))
async def test_a_forged_address_is_a_plain_404(served: ServedHall, number: int) -> None:
    one, other = await served.take(), await served.take()
    wrong = forged(token_of(one), token_of(other))[number]
    page = await served.get(f"/t/{wrong}")
    assert (page.status, page.type) == (404, "text/html")
    assert one["number"] not in page.text
    code = await served.get(f"/t/{wrong}/qr.svg")
    assert code.status == 404
    assert "svg" not in code.type


@pytest.mark.parametrize("number", range(18))
async def test_a_forged_token_presses_nothing(served: ServedHall, number: int) -> None:
    one, other = await served.take(), await served.take()
    wrong = forged(token_of(one), token_of(other))[number]
    for method, noun in (("POST", "cancellation"), ("POST", "return"), ("PUT", "rating")):
        body = {"level": 5} if noun == "rating" else {}
        answer = await served.ask(method, f"tickets/{one['id']}/{noun}", json=body, headers=holding(wrong))
        assert (answer.status, answer.code) == (401, "sign_in_needed")
    assert (await served.get(f"tickets/{one['id']}", headers=holding(wrong))).json["follow_url"] == ""


@pytest.mark.parametrize("raw", [b"\xff.\xfe.x", b"\xed\xa0\x80.a.b", "令.牌.x".encode(), b"luojiazhuang.\xff.x"])
async def test_a_token_that_is_no_text_presses_nothing(served: ServedHall, raw: bytes) -> None:
    taken = await served.take()
    path = f"/api/halls/{HALL}/tickets/{taken['id']}"
    answer = await served.raw(
        f"GET {path} HTTP/1.1\r\nHost: hall\r\nConnection: close\r\nX-Ticket-Token: ".encode() + raw + b"\r\n\r\n"
    )
    assert answer.status in (200, 400)
    if answer.status == 200:
        assert answer.json["follow_url"] == ""
    answer = await served.raw(b"GET /t/" + raw + b" HTTP/1.1\r\nHost: hall\r\nConnection: close\r\n\r\n")
    assert answer.status in (400, 404)


async def test_the_holder_gives_the_number_up(served: ServedHall) -> None:
    taken = await served.take()
    answer = await served.post(f"tickets/{taken['id']}/cancellation", headers=holding(token_of(taken)))
    assert (answer.status, answer.json["state"]) == (200, "cancelled")


async def test_the_holder_comes_back(served: ServedHall) -> None:
    await served.open("4")
    taken = await served.take("chujian")
    await served.call("4", ticket=taken["id"])
    await served.post("windows/4/absences", by="manager")
    assert (await served.post(f"tickets/{taken['id']}/return")).status == 401
    answer = await served.post(f"tickets/{taken['id']}/return", headers=holding(token_of(taken)))
    assert (answer.status, answer.json["state"]) == (200, "waiting")
    await served.post(f"tickets/{taken['id']}/cancellation", by="manager")


async def test_the_holder_rates_from_the_phone(served: ServedHall) -> None:
    await served.open("4")
    taken = await served.served("chujian", "4")
    answer = await served.put(f"tickets/{taken['id']}/rating", {"level": 4}, headers=holding(token_of(taken)))
    assert (answer.status, answer.json["level"]) == (200, 4)
    rated = (await served.get("log?after=0&limit=1000", by="manager")).json["deeds"][-1]
    assert (rated["kind"], rated["by"], rated["via"]) == ("RatingGiven", "resident", "phone")


async def test_a_ticket_of_yesterday_has_no_page_and_its_id_no_address(served: ServedHall) -> None:
    yesterday = served.server.hub.links.token(HALL, "20200101-A001")
    assert (await served.get(f"/t/{yesterday}")).status == 404
    for noun in ("cancellation", "return"):
        answer = await served.post(f"tickets/20200101-A001/{noun}", headers=holding(yesterday))
        assert (answer.status, answer.code) == (404, "unknown_ticket")


async def test_the_code_on_the_screen_leads_to_the_page(served: ServedHall) -> None:
    taken = await served.take()
    code = await served.get(f"{taken['follow_url']}/qr.svg")
    assert (code.status, code.type) == (200, "image/svg+xml")
    assert code.text.startswith("<?xml") or code.text.startswith("<svg")


async def test_a_ticket_of_the_second_hall_has_its_page_there(served: ServedHall) -> None:
    taken = (await served.post(f"/api/halls/{OTHER_HALL}/tickets", {"zone": "gongan"})).json
    page = await served.get(taken["follow_url"])
    assert page.status == 200
    assert f'data-api="/api/halls/{OTHER_HALL}"' in page.text
    assert f'data-base="/{OTHER_HALL}"' in page.text
    wrong_hall = f"tickets/{taken['id']}/cancellation"
    assert (await served.post(wrong_hall, headers=holding(token_of(taken)))).status == 401


async def test_a_link_and_a_token_outlive_a_restart(tmp_path: Path) -> None:
    async with a_served_hall(tmp_path) as hall:
        taken, device = await hall.take(), hall.tokens["device"]
    async with a_served_hall(tmp_path) as hall:
        assert taken["number"] in (await hall.get(taken["follow_url"])).text
        assert (await hall.get("log", by=device)).status == 200
        assert not hall.server.new_passwords, "passwords are made and shown once"


async def test_another_servers_secret_signs_other_links(tmp_path: Path) -> None:
    async with a_served_hall(tmp_path / "one") as hall:
        taken = await hall.take()
        ours = (await hall.get(taken["follow_url"])).status
    async with a_served_hall(tmp_path / "other") as hall:
        assert (await hall.take())["id"] == taken["id"]
        assert (ours, (await hall.get(taken["follow_url"])).status) == (200, 404)
