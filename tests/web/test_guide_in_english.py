"""The guide in English: its own words where the hall wrote them, else the Chinese, which says that it is Chinese."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from hallserver.settings import HallSettings, load_hall
from hallserver.web.known_papers import PAPERS
from tests.web.a_server import GUIDE, ServedHall, _item, a_served_hall, settings

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONFIG = Path(__file__).resolve().parents[2] / "config"
TRANSLATED = [load_hall(CONFIG / f"{name}.toml", {}) for name in ("luojiazhuang", "panan-town", "changan")]
HAN = re.compile("[\u3400-\u9fff]")
READ_ALOUD = ("alt", "aria-label", "placeholder", "title")
NEVER_CLOSED = {"br", "hr", "img", "input", "link", "meta"}


class Unmarked(HTMLParser):
    """Gathers the Chinese of an English page that nothing around it marks as Chinese."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._languages = ["en"]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        language = told.get("lang") or self._languages[-1]
        if language != "zh-CN":
            self.found += [words for name in READ_ALOUD if HAN.search(words := told.get(name) or "")]
        if tag not in NEVER_CLOSED:
            self._languages.append(language)

    def handle_endtag(self, tag: str) -> None:
        if tag not in NEVER_CLOSED:
            self._languages.pop()

    def handle_data(self, data: str) -> None:
        if self._languages[-1] != "zh-CN" and HAN.search(data):
            self.found.append(data.strip())


def unmarked(page: str) -> list[str]:
    reader = Unmarked()
    reader.feed(page)
    return reader.found


def main_of(page: str) -> str:
    """What the page says of the matter, without its head and foot."""
    return page.partition("<main>")[2].partition("</main>")[0]


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=TRANSLATED, ids=lambda told: told.hall.id)
async def shipped_hall(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[ServedHall, HallSettings]]:
    """A hall that comes with the software and has its English."""
    async with a_served_hall(tmp_path_factory.mktemp("shipped"), request.param) as hall:
        yield hall, request.param


async def test_every_matter_of_a_shipped_hall_is_told_in_english_from_end_to_end(
    shipped_hall: tuple[ServedHall, HallSettings],
) -> None:
    hall, told = shipped_hall
    assert len(told.items) >= 25
    for item in told.items:
        page = (await hall.get(f"/guide/{item.id}?lang=en")).text
        assert unmarked(page) == [], item.id
        assert re.findall('<(?!small)[^>]* lang="zh-CN"', main_of(page)) == [], f"{item.id}: only its name beside"
        chinese = (await hall.get(f"/guide/{item.id}?lang=zh-CN")).text
        assert item.guide.scope in chinese
        assert item.guide.materials[-1] in chinese


async def test_the_list_and_the_kiosk_of_a_shipped_hall_leave_no_chinese_unmarked(
    shipped_hall: tuple[ServedHall, HallSettings],
) -> None:
    hall, _ = shipped_hall
    for path in ("/guide?lang=en", "/guide?touch&lang=en&q=bdc", "/kiosk?lang=en"):
        assert unmarked((await hall.get(path)).text) == [], path


@pytest.mark.parametrize("path", sorted(CONFIG.glob("*.toml")), ids=lambda path: path.stem)
async def test_every_paper_that_a_shipped_hall_asks_for_is_known_in_english(path: Path) -> None:
    asked = {paper for item in load_hall(path, {}).items for paper in item.bring}
    assert asked - set(PAPERS) == set()


async def test_what_has_no_english_is_shown_in_chinese_and_says_so(hall: ServedHall) -> None:
    page = (await hall.get("/guide/yb-001?lang=en")).text
    for words in ("本区居民", "综合受理窗口", "区医疗保障局", "当场办结", "不收费"):
        assert f'<dd><span lang="zh-CN">{words}</span></dd>' in page
    assert '<li><span lang="zh-CN">身份证</span></li>' in page
    assert '<span lang="zh-CN">' not in (await hall.get("/guide/yb-001?lang=zh-CN")).text


async def test_english_that_quotes_a_chinese_word_is_still_english(tmp_path: Path) -> None:
    quoting = GUIDE | {"scope_en": "Holders of a 居住证", "materials_en": ["ID card (身份证)"]}
    more: dict[str, Any] = {"guide": quoting, "department_en": "Health Office"}
    told = settings(items=[_item("yb-001", "zonghe", "instant", 8.0, **more)])
    async with a_served_hall(tmp_path, told) as hall:
        page = (await hall.get("/guide/yb-001?lang=en")).text
        matter = (await hall.get("items/yb-001")).json
    assert "<dd>Holders of a 居住证</dd>" in page
    assert "<li>ID card (身份证)</li>" in page
    assert "<dd>Health Office</dd>" in page
    assert (matter["department_en"], matter["guide"]["scope_en"]) == ("Health Office", "Holders of a 居住证")
    assert (matter["guide"]["fee_en"], matter["guide"]["fee"]) == ("", "不收费")


async def test_a_phone_is_told_the_time_limit_in_its_language(tmp_path: Path) -> None:
    both = GUIDE | {"time_limit_en": "Done <at once>"}
    items = [_item("hz-001", "gongan", "promised", 20.0, guide=both), _item("hz-002", "gongan", "promised", 20.0)]
    async with a_served_hall(tmp_path, settings(items=items)) as hall:
        await hall.open("3")
        for item, said in (("hz-001", "Done &lt;at once&gt;"), ("hz-002", '<span lang="zh-CN">当场办结</span>')):
            taken = await hall.take(None, item=item)
            await hall.call("3")
            await hall.post("windows/3/services", by="manager")
            for follows in ("the visit", "its case"):
                assert f"Time limit: {said}" in (await hall.get(taken["follow_url"] + "?lang=en")).text, follows
                assert "办理期限：当场办结" in (await hall.get(taken["follow_url"] + "?lang=zh-CN")).text, follows
                if follows == "the visit":
                    await hall.serve("3", outcome="accepted")
