"""What a resident says of a service: from the pad or the phone, never by the clerk, and sealed on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.a_server import ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = "窗口的小王态度很好，电话 13800138000"


async def test_a_clerk_rates_nobodys_service(hall: ServedHall) -> None:
    await hall.open("1")
    taken = await hall.served()
    for by in ("clerk-1", "clerk-2"):
        answer = await hall.put(f"tickets/{taken['id']}/rating", {"level": 5}, by=by)
        assert (answer.status, answer.code) == (403, "not_allowed")
    answer = await hall.put(f"tickets/{taken['id']}/rating", {"level": 5})
    assert (answer.status, answer.code) == (401, "sign_in_needed")
    assert (await hall.put(f"tickets/{taken['id']}/rating", {"level": 5}, by="device")).status == 200


async def test_a_clerk_who_holds_a_ticket_is_a_resident_like_others(hall: ServedHall) -> None:
    await hall.open("1")
    taken = await hall.served()
    held = {"X-Ticket-Token": taken["follow_url"].removeprefix("/t/")}
    assert (await hall.put(f"tickets/{taken['id']}/rating", {"level": 2}, by="clerk-1", headers=held)).status == 200


def on_disk(folder: Path) -> bytes:
    """Every byte the server keeps beside its database."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


async def test_what_was_written_is_sealed_at_rest_and_not_in_the_log(hall: ServedHall) -> None:
    await hall.open("1")
    taken = await hall.served()
    rating = {"level": 1, "options": ["115"], "text": f"  {WORDS}\n", "named": True}
    key = {"Idempotency-Key": "rating-1"}
    answer = await hall.put(f"tickets/{taken['id']}/rating", rating, by="device", headers=key)
    assert answer.status == 200
    told = (await hall.get("log?after=0&limit=1000", by="manager")).json["deeds"][-1]
    assert (told["kind"], told["level"], told["options"], told["named"], told["has_text"]) == (
        "RatingGiven", 1, ["115"], True, True,
    )  # fmt: skip
    kept = on_disk(hall.server.store.path.parent)
    assert taken["id"].encode() in kept, "the look on the disk sees what is there"
    assert b"rating-1" in kept
    for part in (WORDS, WORDS[:8], "13800138000"):
        assert part.encode() not in kept
        assert part.encode("utf-16-le") not in kept
    for answer in (
        await hall.get("log?after=0&limit=1000", by="manager"),
        await hall.get(f"tickets/{taken['id']}", by="manager"),
        await hall.get("views/pad/1"),
        await hall.get("views/floor", by="manager"),
    ):
        assert "13800138000" not in answer.text
    sealed = hall.server.store._rows("SELECT ticket, kind, sealed FROM private")
    assert [row[:2] for row in sealed] == [(taken["id"], f"rating-{told['service']}")]
    assert hall.server.hub.private.decrypt(sealed[0][2]).decode() == WORDS


async def test_a_rating_without_words_keeps_nothing_private(hall: ServedHall) -> None:
    await hall.open("1")
    taken = await hall.served()
    await hall.put(f"tickets/{taken['id']}/rating", {"level": 5, "text": " \n "}, by="device")
    assert hall.server.store._rows("SELECT COUNT(*) FROM private") == [(0,)]
    told = (await hall.get("log?after=0&limit=1000", by="manager")).json["deeds"][-1]
    assert told["has_text"] is False


async def test_a_refused_rating_keeps_no_words(hall: ServedHall) -> None:
    taken = await hall.take()
    answer = await hall.put(f"tickets/{taken['id']}/rating", {"level": 5, "text": WORDS}, by="device")
    assert answer.code == "not_served"
    assert hall.server.store._rows("SELECT COUNT(*) FROM private") == [(0,)]


async def test_a_clerk_learns_that_a_service_was_rated_and_not_how(hall: ServedHall) -> None:
    await hall.open("1")
    taken = await hall.served()
    await hall.put(f"tickets/{taken['id']}/rating", {"level": 1, "options": ["115"], "text": WORDS}, by="device")
    told = (await hall.get("log?after=0&limit=1000", by="clerk-1")).json["deeds"][-1]
    assert (told["kind"], told["ticket"]) == ("RatingGiven", taken["id"])
    assert not told.keys() & {"level", "options", "named", "has_text"}
