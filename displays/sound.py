"""Pure work on sound: 16-bit mono samples in, a finished WAV out. Nothing here knows where they come from."""

from __future__ import annotations

import io
import math
import sys
import wave
from array import array
from functools import cache
from operator import mul
from typing import TypeAlias

SAMPLES_PER_S = 22050
FULL_SCALE = 32767
CEILING = int(FULL_SCALE * 0.89)  # 1 dB below full scale: small speakers distort the last decibel
_KNEE = FULL_SCALE * 0.6  # above it, peaks are bent instead of cut
_LOUDNESS = FULL_SCALE * 0.14  # RMS of the spoken parts, about -17 dB
_GAIN_LIMIT = 20.0  # near-silence is left quiet, not blown up into noise

_LEAD_S = 0.04
_TAIL_S = 0.06
_BETWEEN_S = 0.55
_AFTER_CHIME_S = 0.25
_AFTER_SENTENCE_S = 0.4

Samples: TypeAlias = "array[int]"  # array itself takes no brackets before Python 3.12


def announcement(*said: Samples, times: int = 1, with_chime: bool = False, volume_percent: int = 100) -> bytes:
    """Trimmed sentences → WAV bytes: evened, one after the other, all said ``times`` times, after a chime if
    wanted, at a part of the full loudness."""
    sentence = array("h")
    for place, part in enumerate(said):
        sentence += (_silence(_AFTER_SENTENCE_S) if place else array("h")) + evened(part)
    whole = _silence(_LEAD_S)
    if with_chime:
        whole += chime() + _silence(_AFTER_CHIME_S)
    for turn in range(times):
        if turn:
            whole += _silence(_BETWEEN_S)
        whole += sentence
    return _as_wav(_at_volume(whole + _silence(_TAIL_S), volume_percent))


def length_s(wav: bytes) -> float:
    """Seconds a WAV lasts. Raises ValueError if the bytes are no WAV."""
    try:
        with wave.open(io.BytesIO(wav)) as sound:
            return float(sound.getnframes() / sound.getframerate())
    except (wave.Error, EOFError) as broken:
        raise ValueError(f"not a WAV: {broken}") from broken


def trimmed(said: Samples) -> Samples:
    """Without the silence at both ends; short fades keep the new ends from clicking."""
    threshold = _peak(said) * 0.01
    first = next((at for at, level in enumerate(said) if abs(level) > threshold), None)
    if first is None:
        return array("h")
    last = next(at for at in range(len(said) - 1, -1, -1) if abs(said[at]) > threshold)
    margin = _count(0.015)
    kept = said[max(0, first - margin) : last + 1 + margin]
    return _faded(kept, in_s=0.005, out_s=0.015)


def evened(said: Samples) -> Samples:
    """At the loudness every sentence has, its peaks bent below the ceiling rather than clipped."""
    loudness = _spoken_loudness(said)
    if loudness == 0:
        return said
    gain = min(_LOUDNESS / loudness, _GAIN_LIMIT)
    return array("h", [_bent(level * gain) for level in said])


@cache
def chime() -> Samples:
    """Two soft tones going down, 0.9 s."""
    high, low = _bell(659.25, 0.65), _bell(523.25, 0.65)
    later = _count(0.25)
    whole = high + array("h", [0]) * (later + len(low) - len(high))
    for at, level in enumerate(low):
        whole[later + at] += level
    return whole


def _bell(hertz: float, seconds: float) -> Samples:
    step = 2 * math.pi * hertz / SAMPLES_PER_S
    levels = []
    for at in range(_count(seconds)):
        ring = math.sin(step * at) + 0.2 * math.sin(2 * step * at)
        levels.append(round(FULL_SCALE * 0.22 * ring * math.exp(-at / _count(0.18))))
    return _faded(array("h", levels), in_s=0.008, out_s=0.08)


def sinc(distance: float) -> float:
    """sin(πx)/πx, 1 in the middle."""
    turn = math.pi * distance
    return math.sin(turn) / turn if turn else 1.0


def _at_volume(sound: Samples, percent: int) -> Samples:
    return sound if percent == 100 else array("h", [level * percent // 100 for level in sound])


def _spoken_loudness(said: Samples) -> float:
    """RMS of the parts where somebody speaks: pauses between words must not make a sentence louder."""
    block = _count(0.05)
    powers = []
    for at in range(0, len(said), block):
        part = said[at : at + block]
        powers.append(sum(map(mul, part, part)) / len(part))
    loudest = max(powers, default=0.0)
    spoken = [power for power in powers if power > loudest * 0.01]
    return math.sqrt(sum(spoken) / len(spoken)) if spoken else 0.0


def _bent(level: float) -> int:
    over = abs(level) - _KNEE
    if over <= 0:
        return int(level)
    room = CEILING - _KNEE
    return int(math.copysign(_KNEE + room * math.tanh(over / room), level))


def _faded(sound: Samples, *, in_s: float, out_s: float) -> Samples:
    end = len(sound)
    rise, fall = min(_count(in_s), end), min(_count(out_s), end)
    for at in range(rise):
        sound[at] = int(sound[at] * at / rise)
    for at in range(fall):
        sound[end - 1 - at] = int(sound[end - 1 - at] * at / fall)
    return sound


def _peak(sound: Samples) -> int:
    return max(max(sound), -min(sound)) if sound else 0


def _silence(seconds: float) -> Samples:
    return array("h", [0]) * _count(seconds)


def _count(seconds: float) -> int:
    return round(seconds * SAMPLES_PER_S)


def _as_wav(sound: Samples) -> bytes:
    if sys.byteorder == "big":
        sound.byteswap()
    made = io.BytesIO()
    with wave.open(made, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(SAMPLES_PER_S)
        wav.writeframes(sound.tobytes())
    return made.getvalue()
