"""What a call's sentences are, by the hall's settings."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from displays import sound
from displays.sayings import saying
from displays.settings import VoiceSettings
from displays.voice import Part, Saying, Voice, VoiceUnavailable
from tests.displays.sounds import a_word, loudness, peak, samples_of


def at(clock: str, timezone: str = "Asia/Shanghai") -> int:
    return round(datetime.fromisoformat(f"2026-11-23T{clock}").replace(tzinfo=ZoneInfo(timezone)).timestamp() * 1000)


NINE = at("09:00")


def voice_of(**told: object) -> VoiceSettings:
    settings = VoiceSettings()
    settings.learn(told)
    return settings


def test_mandarin_alone_is_the_usual_thing() -> None:
    said = saying(VoiceSettings(), "A012", "3", NINE)
    assert said.parts == (Part("请 A 零 壹 二 号到 三 号窗口办理", "zh"),)
    assert (said.times, said.rate_wpm, said.volume_percent, said.chime) == (2, 160, 100, False)


def test_english_follows_where_the_hall_wants_it() -> None:
    said = saying(voice_of(second="english"), "A012", "3", NINE)
    assert [(part.text, part.language) for part in said.parts] == [
        ("请 A 零 壹 二 号到 三 号窗口办理", "zh"),
        ("Number eh zero one two, please go to window 3.", "en"),
    ]


def test_a_dialect_is_recorded_or_left_out() -> None:
    wishes = voice_of(second="dialect", dialect_phrase="{number} 号 {window} 号窗", dialect_clips="/hall/hangzhou")
    assert saying(wishes, "A012", "3", NINE).parts[1] == Part("A 零 壹 二 号 三 号窗", "", "/hall/hangzhou")
    assert len(saying(voice_of(second="dialect"), "A012", "3", NINE).parts) == 1


def test_one_may_be_yao() -> None:
    assert "A 零 幺 二" in saying(voice_of(yao=True), "A012", "3", NINE).text


def test_each_part_of_the_day_has_its_pace_and_loudness() -> None:
    noon = {"from": "12:00", "to": "13:30", "volume_percent": 40}
    peak_hour = {"from": "09:00", "to": "10:30", "rate_wpm": 190}
    wishes = voice_of(bands=[noon, peak_hour], volume_percent=80, timezone="Asia/Shanghai")
    found = {clock: saying(wishes, "A012", "3", at(clock)) for clock in ("08:59", "09:00", "10:30", "12:00", "13:29")}
    assert {clock: (said.rate_wpm, said.volume_percent) for clock, said in found.items()} == {
        "08:59": (160, 80), "09:00": (190, 80), "10:30": (160, 80), "12:00": (160, 40), "13:29": (160, 40)}  # fmt: skip


def test_while_others_wait_a_call_is_said_once_and_without_the_chime() -> None:
    wishes = voice_of(chime=True, short_from=2, second="english")
    said = [saying(wishes, "A012", "3", NINE, waiting=waiting) for waiting in (0, 1, 2, 9)]
    assert [(one.times, one.chime) for one in said] == [(2, True), (2, True), (1, False), (1, False)]
    assert {len(one.parts) for one in said} == {2}, "who understands English alone is still called"


def test_a_loudspeaker_of_its_own_loudness_keeps_to_its_part_of_what_the_hall_wants() -> None:
    noon = {"from": "12:00", "to": "13:30", "volume_percent": 40}
    wishes = voice_of(bands=[noon], own_percent=50)
    assert [wishes.at(at(clock))[1] for clock in ("11:59", "12:00")] == [50, 20]
    assert voice_of(volume_percent=5, own_percent=5).at(NINE)[1] == 5


def test_the_band_is_the_halls_and_not_the_machines() -> None:
    wishes = voice_of(bands=[{"from": "09:00", "to": "10:00", "rate_wpm": 100}], timezone="America/New_York")
    assert wishes.at(at("09:30", "America/New_York"))[0] == 100
    assert wishes.at(at("09:30"))[0] == 160


def test_a_call_is_said_where_its_window_is() -> None:
    wishes = voice_of(areas=[{"id": "A", "windows": ["1", "2"]}, {"id": "B", "windows": ["3"]}])
    assert [wishes.speaks_of(window, "A") for window in ("1", "3")] == [True, False]
    assert [wishes.speaks_of(window, "B") for window in ("1", "3")] == [False, True]
    assert all(wishes.speaks_of("9", area) for area in ("A", "B", None)), "a window of no area is called everywhere"
    assert wishes.speaks_of("1", None), "a voice of no area says all"


@pytest.mark.parametrize(
    "told",
    [
        {"second": "klingon"},
        {"bands": [{"from": "9", "to": "10:00"}]},
        {"bands": [{"from": "09:00", "to": "10:00", "rate_wpm": 9}]},
        {"bands": "all day"},
        {"areas": [{"id": "A"}]},
        {"volume_percent": 0},
        {"phrase_en": "Go to {window}"},
        {"timezone": "Moon/Sea"},
    ],
)
def test_a_wrong_wish_changes_nothing(told: dict[str, object]) -> None:
    settings = VoiceSettings()
    with pytest.raises(ValueError, match=r"voice|phrase|zone"):
        settings.learn({"times": 1} | told)
    assert settings == VoiceSettings()


async def test_mandarin_and_then_english_are_heard_in_that_order(voice: Voice) -> None:
    """By the lengths: the whole is both sentences and the breath between them; and by the phonemes of each."""
    both = saying(voice_of(second="english", times=1), "A012", "3", NINE)
    lengths = [sound.length_s(await voice.say(Saying((part,)))) for part in both.parts]
    whole = samples_of(await voice.say(both))
    assert len(whole) / sound.SAMPLES_PER_S == pytest.approx(sum(lengths) + 0.4 - 0.1, rel=0.02)
    breath = max(range(0, len(whole) - 4000, 500), key=lambda start: -loudness(whole[start : start + 4000]))
    assert breath / sound.SAMPLES_PER_S == pytest.approx(lengths[0], abs=0.3), "Mandarin comes first"
    assert "w'IndoU" in await voice.phonemes(both.parts[1].text, language="en")


async def length(voice: Voice, part: Part) -> float:
    """Seconds; espeak-ng is never quite the same twice."""
    return sound.length_s(await voice.say(Saying((part,))))


async def test_quieter_is_quieter_by_as_much_as_asked(voice: Voice) -> None:
    part = (Part("请 A 零 壹 二 号"),)
    full, half = [samples_of(await voice.say(Saying(part, volume_percent=percent))) for percent in (100, 50)]
    assert loudness(half) == pytest.approx(loudness(full) / 2, rel=0.03)
    assert peak(half) < peak(full) * 0.55


async def test_recorded_words_say_the_call_and_the_synthesiser_says_all_of_it_when_one_is_missing(
    voice: Voice, tmp_path: Path
) -> None:
    for place, sign in enumerate("请A012号到3窗口办理"):
        a_word(tmp_path / f"{sign}.wav", hertz=200 + 10 * place)
    text = "请 A 零 壹 二 号到 三 号窗口办理"
    recorded = await voice.say(Saying((Part(text, "zh", str(tmp_path)),)))
    assert sound.length_s(recorded) == pytest.approx(13 * 0.2, abs=0.35)
    assert voice.remark == ""
    other = text.replace("三", "四")
    spoken = await voice.say(Saying((Part(other, "zh", str(tmp_path)),)))
    assert sound.length_s(spoken) == pytest.approx(await length(voice, Part(other, "zh")), rel=0.03)
    fallen_back = Voice(timeout_s=20)
    try:
        await fallen_back.say(Saying((Part(other, "zh", str(tmp_path)),)))
        assert "lack '4'" in fallen_back.remark
    finally:
        await fallen_back.close()


async def test_a_dialect_that_lacks_a_word_is_left_out_and_alone_it_is_no_call(voice: Voice, tmp_path: Path) -> None:
    a_word(tmp_path / "请.wav")
    dialect = Part("请 A", "", str(tmp_path))
    mandarin = Part("请 A 零 壹 二 号")
    with_dialect = sound.length_s(await voice.say(Saying((mandarin, dialect))))
    assert with_dialect == pytest.approx(await length(voice, mandarin), rel=0.03)
    with pytest.raises(VoiceUnavailable, match="lack 'A'"):
        await voice.say(Saying((dialect,)))
    with pytest.raises(VoiceUnavailable, match="nowhere"):
        await voice.say(Saying((Part("请", "", "/nowhere"),)))
