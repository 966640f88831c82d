"""The process that speaks: espeak-ng 1.52 behind pyttsx3, one sentence at a time.

It is a process of its own because espeak-ng keeps its state in globals, deadlocks under threads, and a
hang or a crash in it must never reach the hall's server. ``displays.voice.Voice`` starts and ends it.

Spoken over stdin and stdout: one JSON line a question; one JSON line and ``bytes`` raw bytes an answer.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import signal
import sys
from pathlib import Path
from typing import IO, Any, NamedTuple

from displays import sound

OLDEST = (1, 52)  # 1.51 reads Chinese characters as the words "Chinese letter", without any error


class Language(NamedTuple):
    asked: str  # the name espeak-ng is asked for
    means: str  # the voice it must then have taken


LANGUAGES = {"zh": Language("cmn", "sit/cmn"), "en": Language("en-us", "gmw/en-us")}
_LOUD_ENOUGH = 0.7  # at full volume espeak-ng itself clips


class Speech:
    """espeak-ng through pyttsx3; raises RuntimeError or OSError when this machine cannot speak."""

    def __init__(self, folder: Path) -> None:
        # Imported here: a machine without them must answer why, not die with a traceback.
        import espeakng_loader

        os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
        # Global, and before pyttsx3: it looks the library up by its bare name and must find this one.
        self._library = ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
        import pyttsx3
        from pyttsx3.drivers import _espeak

        self._engine = pyttsx3.init("espeak")
        self.version: str = _espeak.Info(None).decode()
        numbers = tuple(int(part) for part in re.findall(r"\d+", self.version)[:2])
        if numbers < OLDEST:
            raise RuntimeError(f"espeak-ng {self.version} misreads Chinese; 1.52 or newer is needed")
        self._engine.setProperty("volume", _LOUD_ENOUGH)
        self._file = folder / "said.wav"

    def wav(self, text: str, language: str, times: int, rate_wpm: int, chime: bool) -> bytes:
        self._take_voice(language)
        self._file.unlink(missing_ok=True)  # else a failed sentence would be answered with the one before
        self._engine.setProperty("rate", rate_wpm)
        self._settle()
        self._engine.save_to_file(text, str(self._file))
        self._engine.runAndWait()
        self._settle()
        if not self._file.exists():
            raise RuntimeError("espeak-ng made no sound file")
        said = sound.trimmed(sound.samples_of(self._file.read_bytes()))
        if not said:
            raise RuntimeError(f"there is nothing to say in {text!r}")
        return sound.announcement(said, times=times, with_chime=chime)

    def phonemes(self, text: str, language: str) -> str:
        """espeak-ng's own phoneme names, clauses joined by a space: ``tS;h'i214N_| ...``."""
        self._take_voice(language)
        translate = self._library.espeak_TextToPhonemes
        translate.restype = ctypes.c_char_p
        letters = ctypes.create_string_buffer(text.encode())
        place = ctypes.c_void_p(ctypes.addressof(letters))
        clauses: list[str] = []
        while place.value:  # each turn reads one clause and moves the place on; empty at the end
            clause = translate(ctypes.byref(place), 1, 0)
            clauses.append((clause or b"").decode())
        return " ".join(clauses)

    def _settle(self) -> None:
        """Waits until espeak-ng's own thread is idle. pyttsx3 does not, and when it finds it busy it cancels
        everything: every second change of pace was lost so, and one sentence in a hundred came out empty."""
        self._library.espeak_Synchronize()

    def _take_voice(self, language: str) -> None:
        asked, means = LANGUAGES[language]
        if self._engine.getProperty("voice") != means:
            # Not through pyttsx3: it only queues the wish, and drops it silently when it cannot be met.
            self._library.espeak_SetVoiceByName(asked.encode())
        if (taken := self._engine.getProperty("voice")) != means:
            raise RuntimeError(f"espeak-ng has no voice {means}, it speaks as {taken}")


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the one who started us
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # pyttsx3 prints "Audio saved" where answers belong
    try:
        speech = Speech(Path(sys.argv[1]))
    except (OSError, RuntimeError, ImportError) as broken:
        _answer(answers, {"error": f"this machine cannot speak: {broken}"})
        return
    _answer(answers, {"version": speech.version})
    for question in sys.stdin.buffer:
        asked = json.loads(question)
        made, facts = b"", {}
        try:
            if asked.pop("want") == "phonemes":
                facts = {"phonemes": speech.phonemes(**asked)}
            else:
                made = speech.wav(**asked)
        except (OSError, RuntimeError, ValueError) as broken:
            facts = {"error": str(broken)}
        _answer(answers, facts, made)


def _answer(answers: IO[bytes], facts: dict[str, Any], made: bytes = b"") -> None:
    answers.write(json.dumps(facts | {"bytes": len(made)}).encode() + b"\n" + made)
    answers.flush()


if __name__ == "__main__":
    main()
