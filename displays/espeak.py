"""espeak-ng 1.52 from its wheel, called directly and in its synchronous mode.

In its other mode it speaks on a thread that pyttsx3's own driver does not wait for: changes of pace got
lost, and one sentence in a hundred came out empty.
"""

from __future__ import annotations

import ctypes
import re
from array import array
from typing import NamedTuple

from displays import sound

OLDEST = (1, 52)  # 1.51 reads Chinese characters as the words "Chinese letter", without any error


class Language(NamedTuple):
    asked: str  # the name espeak-ng is asked for
    means: str  # the voice it must then have taken


LANGUAGES = {"zh": Language("cmn", "sit/cmn"), "en": Language("en-us", "gmw/en-US")}

# From espeak-ng's speak_lib.h.
_SYNCHRONOUS = 2
_DO_NOT_EXIT = 0x8000  # on a missing file: come back with an error instead
_RATE, _VOLUME = 1, 2
_UTF8, _END_PAUSE = 1, 0x1000
_LOUD_ENOUGH = 70  # at 100 espeak-ng itself clips

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


class _VoiceTaken(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_char_p),
        ("identifier", ctypes.c_char_p),
    )


class Espeak:
    """The library, opened once in a process. Raises RuntimeError or OSError when this machine cannot speak."""

    def __init__(self) -> None:
        # Imported here: a machine without it must answer why, not die with a traceback.
        import espeakng_loader

        self._espeak = ctypes.CDLL(espeakng_loader.get_library_path())
        for name in ("espeak_Info", "espeak_TextToPhonemes"):
            getattr(self._espeak, name).restype = ctypes.c_char_p
        self._espeak.espeak_GetCurrentVoice.restype = ctypes.POINTER(_VoiceTaken)
        data = espeakng_loader.get_data_path().encode()
        rate = self._espeak.espeak_Initialize(_SYNCHRONOUS, 0, data, _DO_NOT_EXIT)
        if rate != sound.SAMPLES_PER_S:
            raise RuntimeError(f"espeak-ng did not start ({rate})")
        self.version: str = self._espeak.espeak_Info(None).decode()
        if tuple(map(int, re.findall(r"\d+", self.version)[:2])) < OLDEST:
            raise RuntimeError(f"espeak-ng {self.version} misreads Chinese; 1.52 or newer is needed")
        self._made = array("h")
        self._callback = _Callback(self._take)  # kept: espeak-ng holds no reference of its own
        self._espeak.espeak_SetSynthCallback(self._callback)
        self._espeak.espeak_SetParameter(_VOLUME, _LOUD_ENOUGH, 0)

    def samples(self, text: str) -> array[int]:
        """The sentence as 16-bit samples, in the voice and at the pace set before."""
        self._made = array("h")
        letters = text.encode() + b"\0"
        size = ctypes.c_size_t(len(letters))
        failed = self._espeak.espeak_Synth(letters, size, 0, 0, 0, _UTF8 | _END_PAUSE, None, None)
        if failed:
            raise RuntimeError(f"espeak-ng refused the sentence ({failed})")
        return self._made

    def phonemes(self, text: str) -> str:
        """espeak-ng's own phoneme names, clauses joined by a space: ``tS;h'i214N_| ...``."""
        letters = ctypes.create_string_buffer(text.encode())
        place = ctypes.c_void_p(ctypes.addressof(letters))
        clauses: list[str] = []
        while place.value:  # each turn reads one clause and moves the place on; empty at the end
            clause = self._espeak.espeak_TextToPhonemes(ctypes.byref(place), _UTF8, 0)
            clauses.append((clause or b"").decode())
        return " ".join(clauses)

    def take_rate(self, rate_wpm: int) -> None:
        """Words a minute from here on."""
        self._espeak.espeak_SetParameter(_RATE, rate_wpm, 0)

    def take_voice(self, language: str) -> None:
        """Speak as ``zh`` or ``en`` from here on."""
        asked, means = LANGUAGES[language]
        if self.voice != means:
            self._espeak.espeak_SetVoiceByName(asked.encode())
        if (taken := self.voice) != means:
            raise RuntimeError(f"espeak-ng has no voice {means}, it speaks as {taken}")

    @property
    def voice(self) -> str:
        """The voice espeak-ng has taken: ``sit/cmn``."""
        taken = self._espeak.espeak_GetCurrentVoice()
        return (taken.contents.identifier or b"").decode() if taken else ""

    def _take(self, samples: int | None, count: int, _events: int | None) -> int:
        if samples and count > 0:
            self._made.frombytes(ctypes.string_at(samples, count * self._made.itemsize))
        return 0  # go on
