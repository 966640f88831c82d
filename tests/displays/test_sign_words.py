"""A sign tells who is called at its window, or how the window stands, in the hall's own words."""

from __future__ import annotations

from typing import Any

import pytest

from displays.sign_frames import jqueue, plain
from displays.sign_words import SignWords


def view(state: str = "open", number: str = "", ticket_state: str = "called") -> dict[str, Any]:
    ticket = {"number": number, "state": ticket_state} if number else None
    return {"window": {"id": "3", "state": state}, "ticket": ticket}


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (view(), "欢迎光临"),
        (view("paused"), "暂停服务"),
        (view("closed"), "暂停服务"),
        (view("open", "A012"), "请A012号到3号窗口"),
        (view("open", "A012", "serving"), "正在办理A012号"),
        (view("paused", "A012", "serving"), "正在办理A012号"),
    ],
)
def test_the_usual_words(shown: dict[str, Any], words: str) -> None:
    assert SignWords().shown(shown) == words


def hall_view(*calls: tuple[str, str, bool], open_now: bool = True) -> dict[str, Any]:
    return {
        "open_now": open_now,
        "calls": [{"number": number, "window": window, "fresh": fresh} for number, window, fresh in calls],
    }


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (hall_view(), "欢迎光临"),
        (hall_view(open_now=False), "暂停服务"),
        (hall_view(("A012", "3", False)), "欢迎光临"),
        (hall_view(("A012", "3", True), ("B007", "5", False)), "请A012号到3号窗口"),
        (
            hall_view(*((f"A01{n}", str(n), True) for n in (5, 4, 3, 2))),
            "请A015号到5号窗口  请A014号到4号窗口  请A013号到3号窗口",
        ),
    ],
)
def test_a_halls_strip_shows_the_calls_just_made(shown: dict[str, Any], words: str) -> None:
    assert SignWords().shown_of_hall(shown) == words


def test_a_hall_has_its_own_words_and_a_wrong_one_changes_nothing() -> None:
    words = SignWords.of(
        {"call": "{number} → {window}", "idle": "您好", "paused": "", "closed": 7, "serving": "字" * 61}
    )
    assert words == SignWords(call="{number} → {window}", idle="您好")
    assert words.shown(view("open", "A012")) == "A012 → 3"


def test_the_jqueue_frame_byte_by_byte() -> None:
    """Counted and checked by hand: 0x0D = 5 + 8; 0D^00^53^00^FF^41^30^31^C7^EB = C7, in halves 0C 07."""
    frame = jqueue("A01请")
    text = b"A01" + bytes((0xC7, 0xEB))
    assert frame == bytes((0xAA, 0xAA, 0xAA, 0x4E, 0x0D, 0x00, 0x53, 0x00, 0xFF)) + text + frame[-3:]
    check = 0x0D ^ 0x00 ^ 0x53 ^ 0x00 ^ 0xFF ^ 0x41 ^ 0x30 ^ 0x31 ^ 0xC7 ^ 0xEB
    assert frame[-3:] == bytes((check >> 4, check & 15, 0x1A))


def test_the_usual_call_as_it_goes_over_the_line() -> None:
    assert jqueue("请A012号到3号窗口").hex(" ").upper() == (
        "AA AA AA 4E 19 00 53 00 FF C7 EB 41 30 31 32 BA C5 B5 BD 33 BA C5 B4 B0 BF DA 0B 01 1A"
    )


def test_a_text_too_long_for_its_length_byte_is_cut_at_a_whole_character() -> None:
    frame = jqueue("号" * 200)
    assert frame[4] == 254
    assert frame[9:-3].decode("gb18030") == "号" * 123
    assert len(frame) == frame[4] + 4


def test_what_gb2312_lacks_is_still_gb18030() -> None:
    assert plain("㐀𠀀镕").removesuffix(b"\r\n").decode("gb18030") == "㐀𠀀镕"


def test_the_plain_frame_is_a_line_and_one_line_only() -> None:
    assert plain("欢迎\r\n光临\x1a") == "欢迎光临".encode("gb18030") + b"\r\n"
