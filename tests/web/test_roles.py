"""Who may press what: the table of design §6, tried on every route with every role."""

from __future__ import annotations

import re
import time
from types import SimpleNamespace

import pytest

from hallserver.web import principals
from hallserver.web.asking import Route
from hallserver.web.bodies import Nothing
from hallserver.web.routes import LIVE, ROUTES
from tests.web.a_server import HALL, OTHER_HALL, ROLES, ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALL = "resident device clerk-1 clerk-2 manager"
WINDOW_ONE = "clerk-1 manager"
"""The clerk who is signed in at window 1, and a manager for any window."""
MAY = {
    "GET /api/halls": ALL,
    "GET /api/halls/{hall}": ALL,
    "POST /api/halls/{hall}/tickets": ALL,
    "GET /api/halls/{hall}/tickets/{ticket}": ALL,
    "POST /api/halls/{hall}/tickets/{ticket}/cancellation": "device clerk-1 clerk-2 manager",
    "POST /api/halls/{hall}/tickets/{ticket}/return": "device clerk-1 clerk-2 manager",
    "POST /api/halls/{hall}/tickets/{ticket}/transfer": WINDOW_ONE,
    "PUT /api/halls/{hall}/tickets/{ticket}/chain": WINDOW_ONE,
    "PUT /api/halls/{hall}/tickets/{ticket}/owner": "clerk-1 clerk-2 manager",
    "PUT /api/halls/{hall}/tickets/{ticket}/rating": "device manager",
    "GET /api/halls/{hall}/tickets/{ticket}/paper": "device clerk-1 clerk-2 manager",
    "GET /api/halls/{hall}/slots": ALL,
    "POST /api/halls/{hall}/bookings": ALL,
    "GET /api/halls/{hall}/bookings/{code}": ALL,
    "POST /api/halls/{hall}/tickets/{ticket}/arrival": "device clerk-1 clerk-2 manager",
    "PUT /api/halls/{hall}/tickets/{ticket}/slot": "device clerk-1 clerk-2 manager",
    "POST /api/halls/{hall}/tickets/{ticket}/home-visit": "clerk-1 clerk-2 manager",
    "GET /api/halls/{hall}/tickets/{ticket}/booker": "clerk-1 clerk-2 manager",
    "POST /api/halls/{hall}/tickets/{ticket}/reprints": "clerk-1 clerk-2 manager",
    "POST /api/halls/{hall}/tickets/{ticket}/receipts": "clerk-1 clerk-2 manager",
    "GET /api/halls/{hall}/printers": "device clerk-1 clerk-2 manager",
    "POST /api/halls/{hall}/printers/{printer}/test-pages": "manager",
    "GET /api/halls/{hall}/papers/{deed}": "device clerk-1 clerk-2 manager",
    "GET /api/halls/{hall}/papers/{deed}/words": "device",
    "PUT /api/halls/{hall}/papers/{deed}/printer": "device",
    "POST /api/halls/{hall}/windows/{window}/calls": WINDOW_ONE,
    "POST /api/halls/{hall}/windows/{window}/recalls": WINDOW_ONE,
    "POST /api/halls/{hall}/windows/{window}/undos": WINDOW_ONE,
    "POST /api/halls/{hall}/windows/{window}/handovers": WINDOW_ONE,
    "POST /api/halls/{hall}/windows/{window}/absences": WINDOW_ONE,
    "POST /api/halls/{hall}/windows/{window}/services": WINDOW_ONE,
    "POST /api/halls/{hall}/windows/{window}/completions": WINDOW_ONE,
    "POST /api/halls/{hall}/windows/{window}/holds": WINDOW_ONE,
    "PUT /api/halls/{hall}/windows/{window}/state": WINDOW_ONE,
    "PUT /api/halls/{hall}/windows/{window}/assignment": "manager",
    "GET /api/halls/{hall}/windows/{window}/effect": "manager",
    "POST /api/halls/{hall}/effects": "manager",
    "POST /api/halls/{hall}/assignments": "manager",
    "POST /api/halls/{hall}/assignments/{change}/undo": "manager",
    "POST /api/halls/{hall}/windows": "manager",
    "DELETE /api/halls/{hall}/windows/{window}": "manager",
    "PUT /api/halls/{hall}/windows/{window}/calling": WINDOW_ONE,
    "GET /api/halls/{hall}/views/{view:.+}": ALL,
    "POST /api/halls/{hall}/help": ALL,
    "DELETE /api/halls/{hall}/help/{place}": "clerk-1 clerk-2 manager",
    "GET /api/halls/{hall}/voice/prompts/{prompt}.wav": ALL,
    "GET /api/halls/{hall}/items": ALL,
    "GET /api/halls/{hall}/items/{item}": ALL,
    "POST /api/halls/{hall}/items/{item}/papers": "device clerk-1 clerk-2 manager",
    "GET /api/halls/{hall}/calendar": ALL,
    "PUT /api/halls/{hall}/calendar/years/{year}": "manager",
    "PUT /api/halls/{hall}/calendar/{day}": "manager",
    "DELETE /api/halls/{hall}/calendar/{day}": "manager",
    "PUT /api/halls/{hall}/zones/{zone}/intake": "manager",
    "PUT /api/halls/{hall}/items/{item}/intake": "manager",
    "PUT /api/halls/{hall}/closing": "manager",
    "GET /api/halls/{hall}/agents": "device clerk-1 clerk-2 manager",
    "GET /api/halls/{hall}/log": "device clerk-1 clerk-2 manager",
    "GET /api/halls/{hall}/voice/{deed}.wav": ALL,
    # A played day is for a demonstration on this machine, whoever asks.
    "POST /api/halls/{hall}/rehearsal": "",
    "GET /api/halls/{hall}/rehearsal": "",
    "DELETE /api/halls/{hall}/rehearsal": "",
    "GET /api/halls/{hall}/plans": "clerk-1 clerk-2 manager",
    "POST /api/halls/{hall}/plans": "manager",
    "GET /api/halls/{hall}/plans/{plan}": "clerk-1 clerk-2 manager",
    "PUT /api/halls/{hall}/plans/{plan}": "manager",
    "DELETE /api/halls/{hall}/plans/{plan}": "manager",
    "PUT /api/halls/{hall}/plans/{plan}/adoption": "manager",
    "DELETE /api/halls/{hall}/plans/{plan}/adoption": "manager",
    "GET /api/halls/{hall}/settings": "manager",
    "PATCH /api/halls/{hall}/settings": "manager",
    "GET /api/halls/{hall}/alerts": "manager",
    "DELETE /api/halls/{hall}/alerts/{alert}": "manager",
    "GET /api/halls/{hall}/cases": "clerk-1 clerk-2 manager",
    "GET /api/halls/{hall}/cases/{case}": "clerk-1 clerk-2 manager",
    "PUT /api/halls/{hall}/cases/{case}/state": "clerk-1 clerk-2 manager",
    "PUT /api/halls/{hall}/cases/{case}/supplied": "clerk-1 clerk-2 manager",
    "POST /api/halls/{hall}/cases/{case}/handover": "clerk-1 clerk-2 manager",
    "GET /healthz": ALL,
    "GET /readyz": ALL,
}
"""Who gets past the door, in a hall that is no demonstration, for a ticket now at window 1."""
BODIES = {
    "tickets": {"zone": "zonghe"},
    "transfer": {"zone": "gongan"},
    "rating": {"level": 5},
    "bookings": {"zone": "zonghe", "start": "2026-11-24T09:00:00+08:00"},
    "slot": {"start": "2026-11-24T09:00:00+08:00"},
    "state": {"state": "open"},
    "{case}/state": {"state": "ready"},
    "assignment": {"zone": "zonghe"},
    "calling": {"by_itself": False},
    "intake": {"state": "open"},
    "closing": {"leftovers": "serve_out"},
    "{year}": {"days": {}},
    "{day}": {"kind": "working"},
    "effects": {"assignments": [{"window": "1", "zone": "zonghe"}]},
    "assignments": {"assignments": [{"window": "1", "zone": "zonghe"}]},
    "windows": {"zone": "zonghe"},
    "handovers": {"to": "0302"},
    "chain": {"items": ["hz-001"]},
    "plans": {"name": "上午"},
    "{plan}": {"name": "上午", "version": 1},
    "settings": {"changes": {}},
    "receipts": {"kind": "transfer"},
    "printer": {"printer": "printer"},
    "handover": {"way": "post"},
}
CHANGING = [route for route in ROUTES if route.method != "GET"]


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


def address(route: Route, ticket: str, hall: str = HALL, window: str = "1") -> str:
    """The route's path with names that lead somewhere."""
    names = {
        "hall": hall,
        "ticket": ticket,
        "window": window,
        "view": "board",
        "plan": "none",
        "prompt": "start",
        "place": "kiosk-1",
        "alert": "1",
        "deed": "1",
        "change": "1",
        "case": "1",
        "code": "5014821",
        "printer": "printer",
        "year": "2030",
        "day": time.strftime("%Y-%m-%d"),
        "zone": "zonghe",
        "item": "yb-001",
    }
    return re.sub(r"\{(\w+)(:[^}]*)?\}", lambda found: names[found[1]], route.path)


def body(route: Route) -> dict[str, object] | None:
    if route.body is None:
        return None
    before, last = route.path.split("/")[-2:]
    return {} if route.body is Nothing else BODIES.get(f"{before}/{last}", BODIES.get(last, {}))


async def test_the_table_is_that_of_the_routes() -> None:
    assert sorted(MAY) == sorted(name(route) for route in ROUTES)


@pytest.mark.parametrize("by", ROLES)
@pytest.mark.parametrize("route", ROUTES, ids=name)
async def test_exactly_these_get_past_the_door(served: ServedHall, route: Route, by: str) -> None:
    await served.open("1")
    ticket = served.desk.hall.windows["1"].ticket
    if ticket is None:
        await served.take()
        ticket = (await served.call())["ticket"]["id"]
    answer = await served.ask(route.method, address(route, ticket), by=by, json=body(route))
    assert (answer.status not in (401, 403)) == (by in MAY[name(route)].split()), answer
    if by == "resident" and MAY[name(route)]:
        assert answer.status != 403, "a resident is asked to sign in"


@pytest.mark.parametrize("by", ROLES)
@pytest.mark.parametrize("view", ["board", "zone/zonghe", "kiosk", "pad/1", "window/1", "office", "floor"])
async def test_consoles_and_the_floor_are_not_for_residents(served: ServedHall, view: str, by: str) -> None:
    answer = await served.get(f"views/{view}", by=by)
    hidden = view in ("window/1", "office", "floor") and by == "resident"
    not_hers = view == "floor" and by.startswith("clerk")
    assert answer.status == (401 if hidden else 403 if not_hers else 200)


async def test_a_device_changes_no_window(served: ServedHall) -> None:
    for route in ROUTES:
        if "/windows/" in route.path:
            answer = await served.ask(route.method, address(route, "x"), by="device", json=body(route))
            assert (answer.status, answer.code) == (403, "not_allowed")


async def test_a_clerk_without_a_window_presses_for_none(served: ServedHall) -> None:
    answer = await served.post("windows/1/calls", by=served.token("clerk"))
    assert (answer.status, answer.code) == (403, "not_your_window")


async def test_a_clerk_elsewhere_sends_on_who_waits_but_not_who_is_called(served: ServedHall) -> None:
    waiting = await served.take("gongan")
    sent = await served.post(f"tickets/{waiting['id']}/transfer", {"zone": "chujian"}, by="clerk-2")
    assert sent.status == 200


@pytest.mark.parametrize("route", [r for r in ROUTES if "{hall}" in r.path], ids=name)
async def test_a_token_of_another_hall_opens_nothing(served: ServedHall, route: Route) -> None:
    for token in (served.tokens["manager"], served.tokens["device"]):
        answer = await served.ask(route.method, address(route, "20261121-A001", OTHER_HALL), by=token, json=body(route))
        assert (answer.status, answer.code) == (403, "not_allowed"), answer


@pytest.mark.parametrize("route", [r for r in ROUTES if "{hall}" not in r.path], ids=name)
async def test_what_belongs_to_no_hall_is_told_to_every_hall(served: ServedHall, route: Route) -> None:
    answer = await served.ask(route.method, route.path, by=served.token("device", hall=OTHER_HALL))
    assert answer.status == 200, answer


async def test_a_token_for_every_hall_opens_all(served: ServedHall) -> None:
    token = served.token("manager", hall="*")
    for hall in (HALL, OTHER_HALL):
        assert (await served.get(f"/api/halls/{hall}/log", by=token)).status == 200


@pytest.mark.parametrize("route", CHANGING, ids=name)
async def test_a_wrong_token_is_not_a_resident(served: ServedHall, route: Route) -> None:
    answer = await served.ask(route.method, address(route, "x"), by="nobodys", json=body(route))
    assert (answer.status, answer.code) == (401, "sign_in_needed")


@pytest.mark.parametrize("scheme", [b"Bearer ", b"Basic ", b"", b"bearer", b"Bearer Bearer "])
@pytest.mark.parametrize("token", ["nobodys", "", "x" * 5000, "令牌", "a b c", "' OR 1=1 --"])
async def test_a_strange_token_opens_nothing(served: ServedHall, scheme: bytes, token: str) -> None:
    answer = await served.raw(
        b"GET /api/halls/" + HALL.encode() + b"/log HTTP/1.1\r\nHost: hall\r\nConnection: close\r\nAuthorization: "
        + scheme + token.encode() + b"\r\n\r\n"
    )  # fmt: skip
    assert answer.status in (400, 401)


async def test_a_revoked_token_opens_nothing(served: ServedHall, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = served.server.hub.accounts
    unused, used = served.token("manager"), served.token("manager")
    accounts.drop_token(unused)
    assert (await served.get("log", by=unused)).status == 401
    monkeypatch.setattr(principals, "RECHECK_MS", -1)
    assert (await served.get("log", by=used)).status == 200
    accounts.drop_token(used)
    assert (await served.get("log", by=used)).status == 401


async def test_a_token_that_was_used_is_asked_again_within_half_a_minute() -> None:
    assert principals.RECHECK_MS <= 30_000


async def test_an_expired_token_opens_nothing(served: ServedHall) -> None:
    now = int(time.time() * 1000)
    assert (await served.get("log", by=served.token("manager", expires=now - 1))).status == 401
    assert (await served.get("log", by=served.token("manager", expires=now + 60_000))).status == 200


async def test_a_token_that_expires_is_not_remembered_longer(
    served: ServedHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A moment that passes while the door still remembers the holder."""
    now = time.time()
    token = served.token("manager", expires=int(now * 1000) + 60_000)
    for later_s, status in ((0, 200), (59, 200), (61, 401)):
        monkeypatch.setattr(principals, "time", SimpleNamespace(time=lambda s=later_s: now + s))
        assert (await served.get("log", by=token)).status == status


MACHINES_AND_STAFF = "device clerk-1 clerk-2 manager"
LIVE_MAY = {"view=board": ALL, "view=window/1": MACHINES_AND_STAFF, "after=0": MACHINES_AND_STAFF}


@pytest.mark.parametrize("by", ROLES)
@pytest.mark.parametrize("query", LIVE_MAY)
async def test_the_live_socket_has_the_same_door(served: ServedHall, query: str, by: str) -> None:
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    answer = await served.get(f"{LIVE.path.replace('{hall}', HALL)}?{query}", by=by, headers=upgrade)
    assert answer.status == (101 if by in LIVE_MAY[query].split() else 401)
