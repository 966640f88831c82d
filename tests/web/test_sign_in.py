"""Signing in and out, and what a cookie may do when another site borrows it."""

from __future__ import annotations

from types import SimpleNamespace
from urllib.parse import urljoin, urlsplit

import pytest

from hallserver.refusals import Refusal
from hallserver.web import principals
from hallserver.web.limits import SIGN_INS, SIGN_INS_PER_MIN, Pace
from hallserver.web.principals import COOKIE, DEVICE_COOKIE
from tests.web.a_server import HALL, OTHER_HALL, Answered, ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(autouse=True)
def unhurried(served: ServedHall) -> None:
    """Each test begins with nobody having tried a password."""
    assert served.server._runner is not None
    served.server._runner.app[SIGN_INS]._buckets.clear()


async def sign_in(hall: ServedHall, staff: str = "0301", password: str | None = None, **more: str) -> Answered:
    fields = {"staff": staff, "password": hall.passwords.get(staff, "") if password is None else password, **more}
    return await hall.ask("POST", "/sign-in", data=fields)


def cookie(answer: Answered) -> str:
    """What the browser would send from now on."""
    return str(answer.headers["Set-Cookie"]).partition(";")[0]


async def test_the_right_password_begins_a_session_at_the_persons_window(served: ServedHall) -> None:
    answer = await sign_in(served)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    flags = str(answer.headers["Set-Cookie"])
    assert flags.startswith(f"{COOKIE}=")
    assert "HttpOnly" in flags
    assert "SameSite=Lax" in flags
    signed_in = {"Cookie": cookie(answer)}
    assert (await served.put("windows/1/state", {"state": "open"}, headers=signed_in)).status == 200
    assert (await served.put("windows/2/state", {"state": "open"}, headers=signed_in)).code == "not_your_window"
    assert served.desk.feed.hall.windows["1"].clerk == "0301"


async def test_a_clerk_may_sign_in_at_another_window(served: ServedHall) -> None:
    signed_in = {"Cookie": cookie(await sign_in(served, window="3"))}
    assert (await served.put("windows/3/state", {"state": "open"}, headers=signed_in)).status == 200
    assert (await served.put("windows/1/state", {"state": "open"}, headers=signed_in)).code == "not_your_window"


async def test_an_unknown_window_is_the_persons_own(served: ServedHall) -> None:
    signed_in = {"Cookie": cookie(await sign_in(served, window="99"))}
    assert (await served.put("windows/1/state", {"state": "open"}, headers=signed_in)).status == 200


async def test_a_manager_presses_for_any_window(served: ServedHall) -> None:
    signed_in = {"Cookie": cookie(await sign_in(served, "0001"))}
    for window in ("1", "4"):
        assert (await served.put(f"windows/{window}/state", {"state": "open"}, headers=signed_in)).status == 200
    moved = await served.put("windows/4/assignment", {"zone": "chujian"}, headers=signed_in)
    assert moved.status == 200


@pytest.mark.parametrize(
    ("staff", "password"),
    [("0301", "wrong"), ("0301", ""), ("9999", "wrong"), ("", ""), ("0301\x00", "x"), ("0302", None), ("王芳", "x")],
)
async def test_a_wrong_password_begins_nothing(served: ServedHall, staff: str, password: str | None) -> None:
    """``None``: the password of someone else."""
    answer = await sign_in(served, staff, served.passwords["0301"] if password is None else password)
    assert (answer.status, answer.type) == (401, "text/html")
    assert "Set-Cookie" not in answer.headers
    assert "工号或密码不对" in answer.text


async def test_passwords_are_tried_slowly(served: ServedHall) -> None:
    seen = [(await sign_in(served, password="wrong")).status for _ in range(SIGN_INS_PER_MIN)]
    assert seen == [401] * SIGN_INS_PER_MIN
    answer = await sign_in(served)
    assert answer.status == 429, "even the right one waits"
    assert "Set-Cookie" not in answer.headers


async def test_the_pace_fills_up_again(served: ServedHall, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("hallserver.web.limits.time.monotonic", lambda: now[0])
    pace = Pace(per_min=2)

    class Asked:
        remote = "192.0.2.1"

    def taken() -> bool:
        try:
            pace.press(Asked(), spare_this_machine=False)  # type: ignore[arg-type]
        except Refusal:
            return False
        return True

    assert [taken() for _ in range(3)] == [True, True, False]
    now[0] = 30.0
    assert [taken() for _ in range(2)] == [True, False]


async def test_signing_out_ends_the_session(served: ServedHall) -> None:
    signed_in = {"Cookie": cookie(await sign_in(served, "0001"))}
    assert (await served.get("log", headers=signed_in)).status == 200
    out = await served.ask("POST", "/sign-out", headers=signed_in)
    assert (out.status, out.headers["Location"]) == (303, "/")
    assert f'{COOKIE}=""' in out.headers["Set-Cookie"]
    assert (await served.get("log", headers=signed_in)).status == 401


async def test_a_session_ends_by_itself_after_a_working_day(
    served: ServedHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in = {"Cookie": cookie(await sign_in(served, "0001"))}
    now = served.desk.clock.now() / 1000  # a test's clock may be ahead of the machine's
    for later_h, status in ((0, 200), (11.9, 200), (12.1, 401)):
        monkeypatch.setattr(principals, "time", SimpleNamespace(time=lambda h=later_h: now + h * 3600))
        assert (await served.get("log", headers=signed_in)).status == status


async def test_a_new_password_ends_the_sessions(served: ServedHall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(principals, "RECHECK_MS", -1)
    signed_in = {"Cookie": cookie(await sign_in(served, "0302"))}
    assert (await served.get("log", headers=signed_in)).status == 200
    password = served.server.hub.accounts.reset(HALL, "0302")
    assert (await served.get("log", headers=signed_in)).status == 401
    assert (await sign_in(served, "0302")).status == 401
    assert (await sign_in(served, "0302", password)).status == 303


async def test_a_session_of_one_hall_is_a_resident_in_another(served: ServedHall) -> None:
    signed_in = {"Cookie": cookie(await sign_in(served, "0001"))}
    assert (await served.get(f"/api/halls/{OTHER_HALL}/log", headers=signed_in)).status == 401


CROSS_SITE = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://[::1"},
    {"Origin": "http://\N{CARE OF}.example"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


def site_name(site: dict[str, str]) -> str:
    return next(iter(site.values())) or "empty"


@pytest.mark.parametrize("site", CROSS_SITE, ids=site_name)
async def test_another_site_cannot_press_with_a_persons_cookie(served: ServedHall, site: dict[str, str]) -> None:
    signed_in = {"Cookie": cookie(await sign_in(served, "0001"))}
    for method, path in (("POST", "tickets"), ("PUT", "windows/1/state"), ("POST", "windows/1/calls")):
        body = {"zone": "zonghe"} if path == "tickets" else {"state": "open"}
        answer = await served.ask(method, path, headers=signed_in | site, json=body)
        assert (answer.status, answer.code) == (403, "cross_site"), answer
    out = await served.ask("POST", "/sign-out", headers=signed_in | site)
    assert out.status == 403
    assert (await served.get("log", headers=signed_in)).status == 200, "still signed in"


@pytest.mark.parametrize("site", CROSS_SITE, ids=site_name)
async def test_another_site_cannot_sign_a_person_in(served: ServedHall, site: dict[str, str]) -> None:
    fields = {"staff": "0301", "password": served.passwords["0301"]}
    answer = await served.ask("POST", "/sign-in", data=fields, headers=site)
    assert answer.status == 403
    assert "Set-Cookie" not in answer.headers


async def test_our_own_page_presses_with_a_persons_cookie(served: ServedHall) -> None:
    signed_in = {"Cookie": cookie(await sign_in(served, "0001"))}
    ours = {"Origin": served.url, "Sec-Fetch-Site": "same-origin"}
    assert (await served.put("windows/1/state", {"state": "open"}, headers=signed_in | ours)).status == 200


UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.mark.parametrize("site", CROSS_SITE, ids=site_name)
async def test_another_site_cannot_listen_with_a_persons_cookie(served: ServedHall, site: dict[str, str]) -> None:
    signed_in = {"Cookie": cookie(await sign_in(served, "0001"))}
    for query in ("after=0", "view=window/1", "view=board"):
        answer = await served.get(f"live?{query}", headers=signed_in | UPGRADE | site)
        assert (answer.status, answer.code) == (403, "cross_site"), answer
    ours = {"Origin": served.url, "Sec-Fetch-Site": "same-origin"}
    assert (await served.get("live?after=0", headers=signed_in | UPGRADE | ours)).status == 101


async def test_an_enrolled_browser_is_a_device(served: ServedHall) -> None:
    token = served.token("device")
    answer = await served.get(f"/device?token={token}&next=/kiosk")
    assert (answer.status, answer.headers["Location"]) == (303, "/kiosk")
    enrolled = {"Cookie": cookie(answer)}
    assert cookie(answer) == f"{DEVICE_COOKIE}={token}"
    assert (await served.get("log", headers=enrolled)).status == 200
    for site in CROSS_SITE:
        assert (await served.post("tickets", {"zone": "zonghe"}, headers=enrolled | site)).code == "cross_site"
        assert (await served.get("live?after=0", headers=enrolled | UPGRADE | site)).code == "cross_site"
    assert (await served.get("live?after=0", headers=enrolled | UPGRADE)).status == 101


@pytest.mark.parametrize("token", ["nobodys", "", "x" * 5000, "%ED%A0%80", "%00"])
async def test_only_a_devices_token_enrols_a_browser(served: ServedHall, token: str) -> None:
    for wrong in (token, served.token("manager"), served.token("clerk", "1")):
        answer = await served.get(f"/device?token={wrong}")
        assert (answer.status, answer.type) == (401, "text/html")
        assert "Set-Cookie" not in answer.headers


ELSEWHERE = [
    "http://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/.//evil.example",
    "/a/..//evil.example",
    "/%2f/evil.example",
    "///evil.example",
    "javascript:alert(1)",
    "/board\r\nSet-Cookie: a=b",
    "/board\n",
    " //evil.example",
    "/\t/evil.example",
    "https:evil.example",
    "/" + "x" * 300,
    "board",
    "",
]


@pytest.mark.parametrize("next_page", ELSEWHERE)
async def test_signing_in_leads_to_a_page_of_our_own(served: ServedHall, next_page: str) -> None:
    answer = await sign_in(served, next=next_page)
    assert answer.status == 303
    leads_to = urlsplit(urljoin(f"{served.url}/sign-in", answer.headers["Location"]))
    assert f"{leads_to.scheme}://{leads_to.netloc}" == served.url
    assert not leads_to.path.startswith("//")
    assert "\n" not in answer.headers["Location"]
    shown = await served.get("/sign-in", params={"next": next_page})
    assert shown.status == 200
    assert "evil" not in shown.text


@pytest.mark.parametrize("next_page", ["/window/1", "/board/zonghe?lang=en", f"/{OTHER_HALL}/window/2"])
async def test_a_page_of_our_own_is_where_one_goes_on(served: ServedHall, next_page: str) -> None:
    assert (await sign_in(served, next=next_page)).headers["Location"] == next_page


async def test_signing_in_under_a_halls_own_address_stays_there(served: ServedHall) -> None:
    fields = {"staff": "0301", "password": "wrong"}
    assert (await served.ask("POST", f"/{OTHER_HALL}/sign-in", data=fields)).status == 401
    served_there = {p.id: password for p, password in served.server.new_passwords}  # the last hall's
    fields["password"] = served_there["0301"]
    answer = await served.ask("POST", f"/{OTHER_HALL}/sign-in", data=fields)
    assert answer.status == 303
    assert answer.headers["Location"].startswith(f"/{OTHER_HALL}")
    landed = await served.get(answer.headers["Location"], headers={"Cookie": cookie(answer)})
    assert landed.status == 200
    assert "0301" in landed.text


ODD_FORMS = [
    (b"staff=%ED%A0%80&password=%FF%00", "application/x-www-form-urlencoded"),
    (b"staff=0301&password=x", "application/x-www-form-urlencoded; charset=moon"),
    (b"staff=0301&password=x", "application/x-www-form-urlencoded; charset=utf-16"),
    (b"\xff\xfe\xfd", "application/x-www-form-urlencoded"),
    (b'{"staff": "0301"}', "application/json"),
    (b"no parts at all", "multipart/form-data; boundary=x"),
    (b"no parts at all", "multipart/form-data"),
    (b"--x\r\nContent-Disposition: form-data; name=staff; filename=a\r\n\r\n0301\r\n--x--\r\n",
     "multipart/form-data; boundary=x"),
    (b"--x\r\nContent-Disposition: form-data; name=staff\r\nContent-Type: text/plain; charset=moon\r\n\r\n1\r\n--x--",
     "multipart/form-data; boundary=x"),
    (b"--x\r\n\r\n0301\r\n--x--\r\n", "multipart/form-data; boundary=x"),
    (b"--x\r\nContent-Disposition: form-data; name=staff\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--x--",
     "multipart/form-data; boundary=x"),
    (b"--x\r\nContent-Disposition: form-data; name=staff\r\nContent-Transfer-Encoding: moon\r\n\r\n!\r\n--x--",
     "multipart/form-data; boundary=x"),
    (b"staff=" + b"x" * 70_000, "application/x-www-form-urlencoded"),
    (b"&".join(b"a%d=1" % n for n in range(8_000)), "application/x-www-form-urlencoded"),
    (b"", ""),
]  # fmt: skip


@pytest.mark.parametrize(("body", "type_"), ODD_FORMS, ids=range(len(ODD_FORMS)))
async def test_an_odd_form_is_refused_on_a_page(served: ServedHall, body: bytes, type_: str) -> None:
    for path in ("/sign-in", "/sign-in/sample", f"/{HALL}/sign-in"):
        answer = await served.ask("POST", path, data=body, headers={"Content-Type": type_})
        assert 400 <= answer.status < 500, answer
        assert answer.type == "text/html"
        assert "Set-Cookie" not in answer.headers


async def test_nobody_is_signed_in_by_one_press_outside_a_demonstration(served: ServedHall) -> None:
    answer = await served.ask("POST", "/sign-in/sample", data={"staff": "0301"})
    assert answer.status == 403
    assert "Set-Cookie" not in answer.headers
    assert "王芳" not in (await served.get("/sign-in")).text
