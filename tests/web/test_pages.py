"""Every page opens, in both languages, under the hall's own address too; and what can't be shown is said plainly."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
import pytest_asyncio

from hallserver.web.pages import PAGES
from hallserver.web.sign_in import SIGNING
from tests.web.a_server import HALL, OTHER_HALL, ServedHall, a_served_hall, settings

pytestmark = pytest.mark.asyncio(loop_scope="module")

USUAL = {"place": "zonghe", "window": "1"}
OPEN = [path.format(**USUAL) for path, _ in PAGES if "png" not in path] + ["/sign-in"]
PREFIXES = ["", f"/{HALL}", f"/{OTHER_HALL}"]


class Seen(HTMLParser):
    """What a browser would find: the language, what is loaded, links, and anything inline."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.lang, self.loaded, self.links, self.inline = "", set[str](), set[str](), list[str]()
        self.text = ""
        self._in: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.lang = found.get("lang", "") if tag == "html" else self.lang
        self.inline += [name for name in found if name == "style" or name.startswith("on")]
        if tag == "a":
            self.links.add(found.get("href", ""))
        elif tag in ("script", "img", "link", "audio", "source", "iframe") and (
            link := found.get("src", found.get("href"))
        ):
            self.loaded.add(link)
        if tag == "style" or (tag == "script" and "src" not in found and found.get("type") != "application/json"):
            self.inline.append(tag)
        self._in.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


async def open_page(hall: ServedHall, path: str, *, by: str = "manager", lang: str = "zh-CN") -> Seen:
    answer = await hall.get(f"{path}?lang={lang}", by=by)
    assert (answer.status, answer.type) == (200, "text/html"), answer
    return Seen(answer.text)


def of_hall(prefix: str) -> str:
    return OTHER_HALL if prefix == f"/{OTHER_HALL}" else HALL


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("path", OPEN)
async def test_a_page_opens_in_both_languages(served: ServedHall, prefix: str, path: str) -> None:
    by = served.token("manager", hall="*")
    for lang in ("zh-CN", "en"):
        seen = await open_page(served, prefix + path, by=by, lang=lang)
        assert seen.lang == lang
        assert seen.inline == [], "the content security policy forbids it"
        assert all(link.startswith(("/", "data:")) and not link.startswith("//") for link in seen.loaded)
        assert (await served.get(f"{prefix}{path}", by=by)).text.count(f'data-api="/api/halls/{of_hall(prefix)}"') == 1


@pytest.mark.parametrize("path", OPEN)
async def test_everything_a_page_loads_is_there(served: ServedHall, path: str) -> None:
    seen = await open_page(served, path)
    assert any(link.endswith(".css") for link in seen.loaded)
    for link in seen.loaded:
        if not link.startswith("data:"):
            assert (await served.get(link)).status == 200, link


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("path", OPEN)
async def test_every_link_of_a_page_leads_somewhere_and_stays_in_the_hall(
    served: ServedHall, prefix: str, path: str
) -> None:
    by = served.token("manager", hall="*")
    seen = await open_page(served, prefix + path, by=by)
    for link in seen.links:
        where = link if link.startswith("/") else f"{prefix}{path}{link}"
        assert (await served.get(where, by=by)).status in (200, 303), link
        assert not link.startswith("/") or link.startswith((prefix, "/api/", f"/{HALL}", f"/{OTHER_HALL}"))


async def test_the_start_page_links_every_page(served: ServedHall) -> None:
    links = (await open_page(served, "/")).links
    wanted = (
        {"/kiosk", "/board", "/api/docs"} | {f"/window/{n}" for n in "1234"} | {f"/window/{n}/rate" for n in "1234"}
    )
    assert links >= wanted | {f"/board/{zone}" for zone in ("zonghe", "gongan", "chujian")}
    assert {f"/{HALL}", f"/{OTHER_HALL}"} <= links


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_a_console_asks_a_resident_to_sign_in_first(served: ServedHall, prefix: str) -> None:
    answer = await served.get(f"{prefix}/window/2")
    assert answer.status == 303
    assert answer.headers["Location"] == f"{prefix}/sign-in?window=2&next={prefix}/window/2"
    shown = await served.get(answer.headers["Location"])
    assert shown.status == 200
    assert f'value="{prefix}/window/2"' in shown.text


async def test_a_page_speaks_chinese_unless_english_is_asked_for_or_remembered(served: ServedHall) -> None:
    assert Seen((await served.get("/board")).text).lang == "zh-CN"
    remembered = await served.get("/board", headers={"Cookie": "lang=en"})
    assert Seen(remembered.text).lang == "en"
    assert Seen((await served.get("/board?lang=zh-CN", headers={"Cookie": "lang=en"})).text).lang == "zh-CN"
    assert Seen((await served.get("/board?lang=fr")).text).lang == "zh-CN"


async def test_a_language_that_was_asked_for_is_remembered(served: ServedHall) -> None:
    for lang in ("en", "zh-CN"):
        set_cookie = (await served.get(f"/board?lang={lang}")).headers["Set-Cookie"]
        assert set_cookie.startswith(f"lang={lang};")
        assert "SameSite=Lax" in set_cookie
        assert int(re.findall(r"Max-Age=(\d+)", set_cookie)[0]) > 24 * 3600
    for query in ("", "?lang=fr", "?lang=en%0d%0aX:1"):
        assert "Set-Cookie" not in (await served.get(f"/board{query}")).headers


async def test_a_page_says_that_the_hall_is_a_sample_and_always_open(served: ServedHall) -> None:
    home = await open_page(served, "/")
    assert "示例" in home.text


MISSING = [
    "/moon/board", "/moon/", "/board/moon", "/window/99", "/window/99/rate", "/t/nobodys", f"/{HALL}/board/moon",
    f"/{HALL}/window/99/rate", "/paper/1-A001.png", "/paper/..%2f..%2fhall.db", "/kiosk/x", "/a/b/c", "/%E4%BB%A4",
]  # fmt: skip


@pytest.mark.parametrize("path", MISSING)
async def test_what_is_not_there_is_a_plain_page(served: ServedHall, path: str) -> None:
    for lang in ("zh-CN", "en"):
        answer = await served.get(f"{path}?lang={lang}", by="manager", headers={"Accept": "text/html"})
        assert (answer.status, answer.type) == (404, "text/html"), answer
        seen = Seen(answer.text)
        assert seen.lang == lang
        assert seen.inline == []
        assert "没有" in seen.text or lang == "en"
        assert "Traceback" not in answer.text


async def test_every_page_forbids_what_is_not_its_own(served: ServedHall) -> None:
    taken = await served.take()
    paths = [
        *OPEN,
        *(f"/{OTHER_HALL}{path}" for path in OPEN),
        taken["follow_url"],
        "/moon/board",
        "/t/nobodys",
        "/a/b",
    ]
    for path in paths:
        answer = await served.get(path, by=served.token("manager", hall="*"), headers={"Accept": "text/html"})
        policy = answer.headers["Content-Security-Policy"]
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        for name in ("default-src", "script-src", "style-src", "connect-src", "form-action", "frame-ancestors"):
            assert rules[name] == "'self'", (path, name)
        assert rules["base-uri"] == "'none'"
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"


async def test_static_files_may_be_kept_for_ever_since_their_address_changes(served: ServedHall) -> None:
    version = served.server.hub.static_version
    for path, type_ in (("css/base.css", "text/css"), ("js/live.js", "text/javascript")):
        answer = await served.get(f"/static/{version}/{path}")
        assert answer.status == 200
        assert answer.type in (type_, type_.replace("text/java", "application/java"))
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        kept = await served.get(f"/static/{version}/{path}", headers={"If-None-Match": answer.headers["ETag"]})
        assert kept.status == 304
    for path in (
        "static/old/css/base.css",
        f"static/{version}/css/moon.css",
        f"static/{version}/%2e%2e/%2e%2e/README.md",
    ):
        answer = await served.raw(f"GET /{path} HTTP/1.1\r\nHost: hall\r\nConnection: close\r\n\r\n".encode())
        assert answer.status in (403, 404)
        assert "immutable" not in str(answer.headers)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_page_is_only_looked_at(served: ServedHall, method: str) -> None:
    posts = {path for verb, path, _ in SIGNING if verb == "POST"}
    for path in OPEN:
        if path not in posts:
            answer = await served.ask(method, path, headers={"Accept": "text/html"})
            assert (answer.status, answer.type) == (405, "text/html")
            assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize("path", OPEN)
async def test_a_page_can_be_asked_for_its_head_alone(served: ServedHall, path: str) -> None:
    answer = await served.ask("HEAD", path, by="manager")
    assert (answer.status, answer.text) == (200, "")


@pytest_asyncio.fixture(loop_scope="module")
async def with_a_roll(tmp_path: Path) -> AsyncIterator[ServedHall]:
    """A hall without a printer: its papers lie on a roll on disk."""
    async with a_served_hall(tmp_path, settings(paper={"printer": "agent"})) as hall:
        roll = tmp_path / "roll"
        roll.mkdir()
        hall.open_hall.roll = roll
        for name in ("1763770000000-20261121-A001", "1763770060000-20261121-B001"):
            (roll / f"{name}.png").write_bytes(b"\x89PNG\r\n\x1a\n")
        (roll / "notes.txt").write_text("private")
        (tmp_path / "beside.png").write_bytes(b"secret")
        yield hall


async def test_papers_of_the_roll_are_shown_newest_first(with_a_roll: ServedHall) -> None:
    page = (await with_a_roll.get("/paper")).text
    assert page.index("B001") < page.index("A001")
    png = await with_a_roll.get("/paper/1763770000000-20261121-A001.png")
    assert (png.status, png.type) == (200, "image/png")
    assert png.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["notes.txt", "..%2fbeside.png", "%2e%2e%2fhall.db", "1763770000000", "%00.png"])
async def test_only_papers_of_the_roll_are_served(with_a_roll: ServedHall, name: str) -> None:
    raw = f"GET /paper/{name} HTTP/1.1\r\nHost: hall\r\nConnection: close\r\n\r\n"
    assert (await with_a_roll.raw(raw.encode())).status == 404
