"""A press that can't be done gets a clear no, with the status and code that were agreed, and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.a_server import ServedHall, pressed

pytestmark = pytest.mark.asyncio(loop_scope="module")

REFUSED = [
    # what is pressed, by a manager, in a hall where window 1 is open and free and 4 is closed; the no
    ("POST", "windows/1/calls", {}, 409, "nobody_waiting"),
    ("POST", "windows/4/calls", {}, 409, "window_closed"),
    ("POST", "windows/1/recalls", {}, 409, "no_ticket_at_window"),
    ("POST", "windows/1/absences", {}, 409, "no_ticket_at_window"),
    ("POST", "windows/1/services", {}, 409, "no_ticket_at_window"),
    ("POST", "windows/1/completions", {}, 409, "no_ticket_at_window"),
    ("POST", "windows/1/holds", {}, 409, "no_ticket_at_window"),
    ("PUT", "windows/4/state", {"state": "paused"}, 409, "window_closed"),
    ("POST", "windows/99/calls", {}, 404, "unknown_window"),
    ("PUT", "windows/99/state", {"state": "open"}, 404, "unknown_window"),
    ("POST", "windows/1/calls", {"ticket": "20261121-A999"}, 422, "unknown_ticket"),
    ("POST", "tickets", {"zone": "moon"}, 422, "unknown_zone"),
    ("POST", "tickets", {"item": "moon"}, 422, "unknown_item"),
    ("POST", "tickets", {"item": "yb-001", "zone": "gongan"}, 422, "item_not_in_zone"),
    ("POST", "tickets", {"zone": "zonghe", "class": "green"}, 422, "reason_missing"),
    ("POST", "tickets", {"zone": "zonghe", "class": "green", "reason": "hurry"}, 422, "reason_missing"),
    ("POST", "tickets", {"zone": "zonghe", "class": "booked"}, 422, "class_not_given_here"),
    ("PUT", "windows/1/assignment", {"zone": "moon"}, 422, "unknown_zone"),
    ("PUT", "windows/1/assignment", {"zone": "zonghe", "support": "moon"}, 422, "unknown_zone"),
    ("PUT", "windows/1/assignment", {"zone": "zonghe", "support": "zonghe"}, 422, "supports_itself"),
    ("POST", "tickets/20261121-A999/return", {}, 404, "unknown_ticket"),
    ("POST", "tickets/20261121-A999/cancellation", {}, 404, "unknown_ticket"),
    ("POST", "tickets/20261121-A999/transfer", {"zone": "gongan"}, 404, "unknown_ticket"),
    ("PUT", "tickets/20261121-A999/rating", {"level": 5}, 404, "unknown_ticket"),
    ("GET", "tickets/20261121-A999", None, 404, "unknown_ticket"),
    ("GET", "tickets/20261121-A999/paper", None, 404, "unknown_ticket"),
    ("GET", "views/ticket/20261121-A999", None, 404, "unknown_ticket"),
    ("GET", "views/window/99", None, 404, "unknown_window"),
    ("GET", "views/pad/99", None, 404, "unknown_window"),
    ("GET", "views/zone/moon", None, 404, "unknown_zone"),
    ("GET", "views/moon", None, 404, "unknown_view"),
    ("GET", "views/board/1", None, 404, "unknown_view"),
    ("GET", "views/window", None, 404, "unknown_view"),
    ("GET", "/api/halls/moon", None, 404, "unknown_hall"),
    ("POST", "/api/halls/moon/tickets", {"zone": "zonghe"}, 404, "unknown_hall"),
    ("GET", "log?after=soon", None, 400, "malformed"),
    ("GET", "log?limit=-1", None, 400, "malformed"),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "code"), REFUSED, ids=lambda value: str(value))
async def test_a_no_is_clear_and_changes_nothing(
    served: ServedHall, method: str, path: str, body: Any, status: int, code: str
) -> None:
    await served.open("1")
    end = pressed(served)
    answer = await served.ask(method, path, by="manager", json=body)
    assert (answer.status, answer.code) == (status, code), answer
    assert pressed(served) == end
