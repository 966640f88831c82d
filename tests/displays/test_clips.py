"""A hall's recorded words become sentences: whole, even, and without a click where two words meet."""

from __future__ import annotations

import math
import random
import wave
from array import array
from itertools import pairwise
from pathlib import Path

import pytest

from displays import sound
from displays.clips import Clips, ClipsUnusable, joined, levelled, read
from displays.phrases import PHRASE, phrase
from tests.displays.sounds import loudness, peak, silence, tone

A012 = phrase(PHRASE, "A012", "3")
WORDS = ("请", "A", "0", "1", "2", "3", "号", "到", "窗口", "办理")


def a_wav(file: Path, levels: sound.Samples, *, rate: int = sound.SAMPLES_PER_S, channels: int = 1) -> None:
    with wave.open(str(file), "wb") as opened:
        opened.setnchannels(channels)
        opened.setsampwidth(2)
        opened.setframerate(rate)
        doubled = array("h", [level for level in levels for _ in range(channels)])
        opened.writeframes(doubled.tobytes())


def spoken(seconds: float, peak_level: int, seed: int) -> sound.Samples:
    """Like a word: a hum that wanders. The recording ends in the midst of it."""
    chance = random.Random(seed)
    hertz, at = chance.uniform(120, 260), 0.0
    made = array("h")
    for place in range(round(seconds * sound.SAMPLES_PER_S)):
        at += 2 * math.pi * hertz / sound.SAMPLES_PER_S
        shape = min(1, place / 400) * (0.6 + 0.4 * math.sin(place / 900 + seed))
        made.append(round(peak_level * shape * (0.7 * math.sin(at + seed) + 0.3 * math.sin(3 * at))))
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Words recorded at very different distances from the microphone."""
    for place, word in enumerate(WORDS):
        a_wav(tmp_path / f"{word}.wav", silence(0.2) + spoken(0.35, 1500 * (place % 5 + 1) ** 2 // 2, place))
    return tmp_path


def db(one: float, other: float) -> float:
    return 20 * math.log10(one / other)


def test_a_call_is_made_of_the_recorded_words(folder: Path) -> None:
    words, missing = Clips(folder).words_of(A012)
    assert words == ["请", "A", "0", "1", "2", "号", "到", "3", "号", "窗口", "办理"]
    assert missing == ""


def test_the_longest_recorded_words_are_taken_and_a_shorter_one_where_the_long_leads_nowhere(folder: Path) -> None:
    for word in ("号到", "号窗口", "请A"):
        a_wav(folder / f"{word}.wav", tone(0.3))
    assert Clips(folder).words_of(A012)[0] == ["请A", "0", "1", "2", "号到", "3", "号窗口", "办理"]
    (folder / "办理.wav").unlink()
    a_wav(folder / "口办理.wav", tone(0.3))
    a_wav(folder / "窗.wav", tone(0.3))
    assert Clips(folder).words_of(A012)[0][-3:] == ["号", "窗", "口办理"]


def test_a_window_of_two_figures_is_said_as_people_count(folder: Path) -> None:
    a_wav(folder / "十.wav", tone(0.3))
    assert Clips(folder).words_of(phrase(PHRASE, "A012", "12"))[0][7:9] == ["十", "2"]


def test_yao_is_a_word_of_its_own(folder: Path) -> None:
    assert Clips(folder).words_of(phrase(PHRASE, "A012", "3", yao=True)) == ([], "幺")


def test_an_index_may_name_the_files(folder: Path) -> None:
    index = "[words]\n" + "\n".join(f'"{word}" = "{word}.wav"' for word in WORDS if word not in "012")
    index += '\n"零" = "0.wav"\n"一" = "1.wav"\n"二" = "2.wav"\n'
    (folder / "index.toml").write_text(index, "utf-8")
    assert Clips(folder).words_of(A012)[1] == ""


def test_a_missing_word_is_named_and_nothing_is_said_in_pieces(folder: Path) -> None:
    (folder / "2.wav").unlink()
    assert Clips(folder).words_of(A012) == ([], "2")
    assert Clips(folder).sentence(A012) is None


def test_nothing_jumps_where_two_words_meet(folder: Path) -> None:
    """A click is a jump that no word by itself makes."""
    clips = Clips(folder)
    whole = clips.sentence(A012)
    assert whole is not None
    steepest = max(
        abs(after - before)
        for word in WORDS
        for before, after in pairwise(levelled(read(folder / f"{word}.wav"))[4500:-200])
    )
    assert steepest < 5000
    assert max(abs(after - before) for before, after in pairwise(whole)) <= steepest * 1.05
    cut_hard = joined([tone(0.2, peak=20000, hertz=311), tone(0.2, peak=20000, hertz=173)])
    assert max(abs(after - before) for before, after in pairwise(cut_hard)) < 2200  # 311 Hz alone makes 1,770


def test_words_cross_over_and_the_sentence_has_no_holes(folder: Path) -> None:
    whole = Clips(folder).sentence(A012)
    assert whole is not None
    block = round(0.04 * sound.SAMPLES_PER_S)
    quietest = min(loudness(whole[at : at + block]) for at in range(0, len(whole) - block, block))
    assert quietest > 200


def test_every_word_is_equally_loud_within_a_decibel(folder: Path) -> None:
    levels = [loudness(levelled(sound.trimmed(read(folder / f"{word}.wav")))) for word in WORDS]
    raw = [loudness(read(folder / f"{word}.wav")) for word in WORDS]
    assert db(max(raw), min(raw)) > 20
    assert db(max(levels), min(levels)) < 1
    assert all(peak(levelled(read(folder / f"{word}.wav"))) <= sound.CEILING for word in WORDS)


def test_a_comma_is_a_breath(folder: Path) -> None:
    clips = Clips(folder)
    flowing, halting = clips.sentence("请 A 到"), clips.sentence("请，A 到")
    assert flowing is not None
    assert halting is not None
    assert (len(halting) - len(flowing)) / sound.SAMPLES_PER_S == pytest.approx(0.18, abs=0.02)


@pytest.mark.parametrize(("rate", "channels"), [(44100, 2), (48000, 1), (16000, 1), (8000, 2)])
def test_a_recording_of_any_usual_kind_sounds_the_same(tmp_path: Path, rate: int, channels: int) -> None:
    step = 2 * math.pi * 440 / rate
    a_wav(tmp_path / "a.wav", array("h", [round(9000 * math.sin(step * at)) for at in range(rate // 2)]), rate=rate,
          channels=channels)  # fmt: skip
    made = read(tmp_path / "a.wav")
    assert len(made) / sound.SAMPLES_PER_S == pytest.approx(0.5, abs=0.002)
    middle = made[3000:8000]
    assert loudness(middle) == pytest.approx(9000 / math.sqrt(2), rel=0.02)
    crossings = sum(before < 0 <= after for before, after in pairwise(middle))
    assert crossings == pytest.approx(440 * len(middle) / sound.SAMPLES_PER_S, abs=2)


def test_what_a_small_loudspeaker_cannot_play_does_not_come_back_as_another_tone(tmp_path: Path) -> None:
    step = 2 * math.pi * 15_000 / 48_000  # would fold to 7 kHz
    a_wav(tmp_path / "a.wav", array("h", [round(9000 * math.sin(step * at)) for at in range(24_000)]), rate=48_000)
    assert loudness(read(tmp_path / "a.wav")[3000:8000]) < 9000 / math.sqrt(2) * 0.05


def test_a_folder_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    with pytest.raises(ClipsUnusable, match="0 words"):
        Clips(tmp_path)
    (tmp_path / "请.wav").write_bytes(b"RIFFnonsense")
    with pytest.raises(ClipsUnusable, match=r"请\.wav"):
        Clips(tmp_path).sentence("请")
    (tmp_path / "index.toml").write_text('[words]\n"请" = "../../etc/passwd"\n', "utf-8")
    with pytest.raises(ClipsUnusable, match="no file of that folder"):
        Clips(tmp_path)
    (tmp_path / "index.toml").write_text("words = ", "utf-8")
    with pytest.raises(ClipsUnusable, match="the clips in"):
        Clips(tmp_path)
