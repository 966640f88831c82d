"""The process that speaks: pyttsx3 over espeak-ng 1.52, one sentence at a time.

It is a process of its own because espeak-ng keeps its state in globals, and a hang or a crash in it must
never reach the hall's server. ``displays.voice.Voice`` starts and ends it.

Spoken over stdin and stdout: one JSON line a question; one JSON line and ``bytes`` raw bytes an answer.
"""

from __future__ import annotations

import json
import signal
import sys
import wave
from array import array
from pathlib import Path
from typing import Any

import pyttsx3

from displays import espeak_driver, sound


class Speech:
    """pyttsx3 with our driver; raises RuntimeError or OSError when this machine cannot speak."""

    def __init__(self, folder: Path) -> None:
        self._made = folder / "made.wav"
        self._faults: list[Exception] = []
        self._engine = pyttsx3.init(espeak_driver.install())
        self._engine.connect("error", lambda name, exception: self._faults.append(exception))
        self._espeak = self._engine.proxy._driver.espeak
        self.version: str = self._espeak.version

    def wav(self, text: str, language: str, times: int, rate_wpm: int, chime: bool) -> bytes:
        self._faults.clear()
        self._engine.setProperty("voice", language)
        self._engine.setProperty("rate", rate_wpm)
        self._engine.save_to_file(text, str(self._made))
        self._engine.runAndWait()
        if self._faults:  # pyttsx3 tells of what a driver raised, and goes on
            raise RuntimeError(str(self._faults[0]))
        said = sound.trimmed(self._samples())
        if not said:
            raise RuntimeError(f"there is nothing to say in {text!r}")
        return sound.announcement(said, times=times, with_chime=chime)

    def phonemes(self, text: str, language: str) -> str:
        self._espeak.take_voice(language)
        return str(self._espeak.phonemes(text))

    def _samples(self) -> array[int]:
        with wave.open(str(self._made), "rb") as file:
            samples = array("h")
            samples.frombytes(file.readframes(file.getnframes()))
        self._made.unlink()
        return samples


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the one who started us
    try:
        speech = Speech(Path(sys.argv[-1]))  # the folder is its starter's, who may have to kill it
    except (OSError, RuntimeError, ImportError) as broken:
        _answer({"error": f"this machine cannot speak: {broken}"})
        return
    _answer({"version": speech.version})
    for question in sys.stdin.buffer:
        asked = json.loads(question)
        made, facts = b"", {}
        try:
            if asked.pop("want") == "phonemes":
                facts = {"phonemes": speech.phonemes(**asked)}
            else:
                made = speech.wav(**asked)
        except RuntimeError as broken:
            facts = {"error": str(broken)}
        _answer(facts, made)


def _answer(facts: dict[str, Any], made: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(facts | {"bytes": len(made)}).encode() + b"\n" + made)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
