"""What a hall's file says of its voice and its signs fits together, or is answered before anything starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from displays.signs import sign_lines
from hallserver.settings import load_hall
from hallserver.settings.signs import Sign, sign_problems
from hallserver.settings.voice_checks import voice_problems
from hallserver.speaking import voice_of

WINDOWS = [{"id": "1"}, {"id": "2"}]


def problems(**voice: Any) -> list[str]:
    return list(voice_problems({"voice": voice, "windows": WINDOWS}))


@pytest.mark.parametrize("key", ["phrase", "phrase_en", "dialect_phrase"])
def test_every_sentence_names_the_number_and_the_window(key: str) -> None:
    assert problems(**{key: "请 {number} 到 {window}"}) == []
    for wrong in ("请到 {window}", "{number} {window} {name}", "{number} {window", "{number:3} {window}"):
        assert problems(**{key: wrong})[0].startswith(f"voice.{key} = {wrong!r}: must say {{number}} and {{window}}")


def test_a_dialect_needs_its_recordings() -> None:
    assert "set voice.dialect_clips" in problems(second="dialect")[0]
    assert problems(second="dialect", dialect_clips="/hall/hangzhou") == []


def test_a_band_ends_after_it_begins() -> None:
    assert problems(bands=[{"from": "12:00", "to": "13:00"}]) == []
    assert "must be later" in problems(bands=[{"from": "12:00", "to": "12:00"}])[0]


def test_areas_part_the_halls_own_windows() -> None:
    assert problems(areas=[{"id": "A", "windows": ["1"]}, {"id": "B", "windows": ["2"]}]) == []
    assert problems(areas=[{"id": "A", "windows": ["1", "9"]}]) == ["voice.areas[0].windows: '9': no such window"]
    twice = [{"id": "A", "windows": ["1"]}, {"id": "A", "windows": ["2"]}]
    assert problems(areas=twice) == ["voice.areas[1].id = 'A': stands twice; each needs its own"]
    shared = [{"id": "A", "windows": ["1"]}, {"id": "B", "windows": ["1"]}]
    assert problems(areas=shared) == ["voice.areas[1].windows: '1': belongs to area 'A' already"]


def test_a_sign_names_the_number_and_hangs_at_a_window_of_the_hall() -> None:
    def of(**raw: Any) -> list[str]:
        return list(sign_problems({"windows": WINDOWS, **raw}))

    assert of(sign={"call": "{number}→{window}", "serving": "{number}"}, signs=[{"window": "1"}]) == []
    assert of(sign={"call": "请到{window}号"})[0].startswith("sign.call = '请到{window}号': must say {number}")
    assert "no other in braces" in of(sign={"serving": "{number}{name}"})[0]
    assert of(screen={"call": "到 {window}", "call_en": "{number} to {window}"}) == []
    assert of(screen={"call": "请到窗口"})[0].startswith("screen.call = '请到窗口': must say {window}")
    assert of(signs=[{"window": "9"}]) == ["signs[0].window = '9': no such window"]


@pytest.mark.parametrize(
    ("port", "fine"),
    [
        ("tcp://192.0.2.7:5000", True),
        ("/dev/ttyUSB0", True),
        ("serial:///dev/ttyS1?baud=19200", True),
        ("tcp://192.0.2.7", False),
        ("COM3 ", False),
        ("/dev/tty USB", False),
    ],
)
def test_a_signs_port_is_one_that_can_be_opened(port: str, fine: bool) -> None:
    sign = {"window": "1", "port": port}
    if fine:
        assert Sign.model_validate(sign).port == port
        assert sign_lines([f"{port}=jqueue:1"])
    else:
        with pytest.raises(ValidationError):
            Sign.model_validate(sign)


@pytest.mark.parametrize("path", sorted((Path(__file__).parent.parent / "config").glob("*.toml")), ids=lambda p: p.stem)
def test_a_shipped_hall_is_understood_by_its_voice(path: Path) -> None:
    hall = load_hall(path, {})
    voice = voice_of(hall)
    assert voice.phrase == hall.voice.phrase
    assert voice.chime is True
