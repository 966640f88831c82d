"""A hall's own recorded words, put together to sentences without a click and at one loudness.

A folder of WAV files (PCM, 8 to 48 kHz, mono or stereo). A file's name is the word it says (``请.wav``,
``A.wav``, ``0.wav``, ``号到.wav``); ``index.toml`` may say so instead:

    [words]
    "请" = "qing.wav"
    "0" = "ling.wav"

Digits may be written 0–9 or 零一二…九; a 幺 is a word of its own.
"""

from __future__ import annotations

import tomllib
import wave
from array import array
from functools import cache
from operator import mul
from pathlib import Path

from displays import sound

WORDS_LIMIT = 2000
CLIP_LIMIT_S = 10.0
CROSSFADE_S = 0.012
"""Neighbouring words overlap by so much, one fading out while the other fades in."""
PAUSE_S = 0.18
_PAUSES = "，。、；,;."  # where the sentence takes breath
_SILENT = " ·　！!：:"
_DIGITS = str.maketrans("零〇一壹二三四五六七八九", "001123456789")


class ClipsUnusable(Exception):
    """The folder, or a file in it, cannot be used; the message says which and why."""


class Clips:
    """The words of one folder. Raises ClipsUnusable when it holds none, or its index is wrong."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = _index(folder)
        self._kept: dict[str, sound.Samples] = {}
        self._longest = max(map(len, self._files))

    def words_of(self, sentence: str) -> tuple[list[str], str]:
        """The sentence as words of the folder ("" is a pause), in the fewest words; and what is missing, "" when
        nothing is."""
        plain = _plain(sentence)
        found: list[tuple[int, tuple[str, ...]] | None] = [(0, ())] + [None] * len(plain)
        reached = 0
        for end in range(1, len(plain) + 1):
            for start in range(max(0, end - self._longest), end):
                before, word = found[start], plain[start:end]
                if before is None or not (word in self._files or word in _PAUSES):
                    continue
                best = found[end]
                if best is None or before[0] + 1 < best[0]:
                    found[end] = (before[0] + 1, (*before[1], "" if word in _PAUSES else word))
                    reached = end
        whole = found[-1]
        if whole is not None and any(whole[1]):
            return list(whole[1]), ""
        return [], plain[reached : reached + 1] or "every word"

    def sentence(self, said: str) -> sound.Samples | None:
        """The sentence out of recorded words; None when one is missing. Raises ClipsUnusable for a file
        that cannot be read."""
        words, missing = self.words_of(said)
        return None if missing else joined([self._clip(word) if word else None for word in words])

    def _clip(self, word: str) -> sound.Samples:
        if word not in self._kept:
            self._kept[word] = levelled(sound.trimmed(read(self._folder / self._files[word])))
        return self._kept[word]


def _index(folder: Path) -> dict[str, str]:
    try:
        if (folder / "index.toml").exists():
            told = tomllib.loads((folder / "index.toml").read_text("utf-8")).get("words", {})
        else:
            told = {file.stem: file.name for file in sorted(folder.glob("*.wav"))}
    except (OSError, ValueError) as wrong:  # ValueError: neither TOML nor UTF-8
        raise ClipsUnusable(f"the clips in {folder}: {wrong}") from wrong
    words = {_plain(word): name for word, name in told.items() if isinstance(name, str) and _plain(word)}
    for name in words.values():
        if Path(name).name != name:
            raise ClipsUnusable(f"the clips in {folder}: {name!r} is no file of that folder")
    if not 0 < len(words) <= WORDS_LIMIT:
        raise ClipsUnusable(f"the clips in {folder}: {len(words)} words, not 1 to {WORDS_LIMIT}")
    return words


def _plain(sentence: str) -> str:
    return "".join(sign for sign in sentence.upper().translate(_DIGITS) if sign not in _SILENT)


def joined(clips: list[sound.Samples | None]) -> sound.Samples:
    """One after the other, each crossing into the next; None is a pause."""
    whole = array("h")
    for clip in clips:
        if clip is None:
            whole += array("h", [0]) * round(PAUSE_S * sound.SAMPLES_PER_S)
            continue
        cross = min(round(CROSSFADE_S * sound.SAMPLES_PER_S), len(whole), len(clip))
        start = len(whole) - cross
        for at in range(cross):
            weight = (at + 1) / (cross + 1)
            mixed = whole[start + at] * (1 - weight) + clip[at] * weight
            whole[start + at] = round(mixed)
        whole += clip[cross:]
    return whole


def levelled(clip: sound.Samples) -> sound.Samples:
    """At the loudness of all others, within a tenth of a decibel: bending loud peaks costs loudness, which
    is given back."""
    for _ in range(4):
        clip = sound.evened(clip)
    return clip


def read(file: Path) -> sound.Samples:
    """A WAV as 16-bit mono at the voice's rate. Raises ClipsUnusable."""
    try:
        with wave.open(str(file), "rb") as opened:
            channels, width, rate = opened.getnchannels(), opened.getsampwidth(), opened.getframerate()
            frames = opened.readframes(int(CLIP_LIMIT_S * 96_000))
            length_s = opened.getnframes() / rate
    except (OSError, EOFError, wave.Error, ZeroDivisionError) as wrong:
        raise ClipsUnusable(f"the clip {file}: {wrong}") from wrong
    if not (1 <= channels <= 2 and 1 <= width <= 4 and 8000 <= rate <= 48000 and length_s <= CLIP_LIMIT_S):
        raise ClipsUnusable(f"the clip {file}: wanted is PCM at 8 to 48 kHz, of {CLIP_LIMIT_S:g} s at most")
    levels = _levels(frames, width)
    if channels == 2:
        levels = array("h", [(levels[at] + levels[at + 1]) // 2 for at in range(0, len(levels) - 1, 2)])
    return resampled(levels, rate)


def _levels(frames: bytes, width: int) -> sound.Samples:
    """The upper 16 bits of each sample; WAV is little-endian, its 8 bits unsigned."""
    if width == 1:
        return array("h", [(level - 128) << 8 for level in frames])
    high = frames[: len(frames) // width * width]
    return array("h", [int.from_bytes(high[at + width - 2 : at + width], "little", signed=True)
                       for at in range(0, len(high), width)])  # fmt: skip


def resampled(levels: sound.Samples, rate: int) -> sound.Samples:
    """From ``rate`` to the voice's own, by a windowed sinc that lets nothing alias."""
    if rate == sound.SAMPLES_PER_S or not levels:
        return levels
    step = rate / sound.SAMPLES_PER_S
    width = max(1.0, step)  # going down, the filter grows wider
    reach = round(8 * width)
    quiet = array("h", [0]) * reach
    padded = quiet + levels + quiet
    made = array("h")
    for place in range(int(len(levels) / step)):
        middle = place * step
        whole = int(middle)
        kernel = _kernel(round((middle - whole) * 256), reach, width)
        # The window of 2 * reach samples that begins at whole - reach + 1, moved on by the padding.
        total = sum(map(mul, kernel, padded[whole + 1 : whole + 1 + 2 * reach]))
        made.append(max(-sound.FULL_SCALE, min(sound.FULL_SCALE, round(total))))
    return made


@cache
def _kernel(phase_256th: int, reach: int, width: float) -> tuple[float, ...]:
    """The weights of ``2 * reach`` neighbours, their sum 1."""
    weights = []
    for offset in range(-reach + 1, reach + 1):
        distance = offset - phase_256th / 256
        inside = max(0.0, 1 - (distance / reach) ** 2)
        weights.append(sound.sinc(distance / width) * inside)
    total = sum(weights)
    return tuple(weight / total for weight in weights)
