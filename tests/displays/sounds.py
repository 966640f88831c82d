"""Sounds to test with."""

from __future__ import annotations

import io
import math
import wave
from array import array
from pathlib import Path

from displays import sound


def tone(seconds: float, *, peak: int = 8000, hertz: float = 300) -> sound.Samples:
    step = 2 * math.pi * hertz / sound.SAMPLES_PER_S
    return array("h", [round(peak * math.sin(step * at)) for at in range(round(seconds * sound.SAMPLES_PER_S))])


def silence(seconds: float) -> sound.Samples:
    return array("h", [0]) * round(seconds * sound.SAMPLES_PER_S)


def wav(seconds: float) -> bytes:
    """A WAV that lasts so long (0.1 s at least: the quiet at its ends)."""
    return sound.announcement(tone(seconds - 0.1))


def a_word(file: Path, seconds: float = 0.2, *, hertz: float = 300) -> None:
    """A recording of one word, as a hall brings it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(2)
        opened.setframerate(sound.SAMPLES_PER_S)
        opened.writeframes(tone(seconds, hertz=hertz).tobytes())


def samples_of(wav: bytes) -> sound.Samples:
    """What a WAV sounds like; every one the voice makes is mono, 16 bit, 22,050 Hz."""
    with wave.open(io.BytesIO(wav)) as opened:
        assert (opened.getnchannels(), opened.getsampwidth(), opened.getframerate()) == (1, 2, 22050)
        return array("h", opened.readframes(opened.getnframes()))


def peak(samples: sound.Samples) -> int:
    return max(max(samples), -min(samples))


def loudness(samples: sound.Samples) -> float:
    return math.sqrt(sum(level * level for level in samples) / len(samples))


def quiet_ends_s(samples: sound.Samples) -> tuple[float, float]:
    """Seconds before the first and after the last sample that can be heard."""
    heard = [at for at, level in enumerate(samples) if abs(level) > 300]
    return heard[0] / sound.SAMPLES_PER_S, (len(samples) - heard[-1]) / sound.SAMPLES_PER_S
