"""What is our own fault is counted and logged whole, and told to people without its insides."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hallserver.web import api_halls
from tests.web.a_server import ServedHall, faults

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(autouse=True)
def no_fault_of_ours() -> Iterator[None]:
    """Here there are some."""
    return iter([None])


def broken(*_: object, **__: object) -> None:
    raise ZeroDivisionError("the insides")


async def test_a_fault_in_the_api_is_a_500_without_its_insides(
    served: ServedHall, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(api_halls, "view", broken)
    before = faults()
    answer = await served.get("views/board")
    assert (answer.status, answer.code) == (500, "internal")
    assert "insides" not in answer.text
    assert faults() == before + 1
    assert "the insides" in capfd.readouterr().out


async def test_a_fault_of_a_page_is_a_plain_page(
    served: ServedHall, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("hallserver.web.pages.view", broken)
    before = faults()
    answer = await served.get("/board", headers={"Accept": "text/html"})
    assert (answer.status, answer.type) == (500, "text/html")
    assert "服务器出错了" in answer.text
    assert "insides" not in answer.text
    assert faults() == before + 1
    assert "the insides" in capfd.readouterr().out
