"""The process that speaks: recorded words, and pyttsx3 over espeak-ng 1.52, one saying at a time.

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
from displays.clips import Clips, ClipsUnusable


class Sayings:
    """Sentences to sound. ``speech`` may be why this machine cannot speak: recorded words still can."""

    def __init__(self, speech: Speech | str) -> None:
        self._speech = speech
        self._folders: dict[str, Clips | str] = {}

    def wav(
        self, parts: list[dict[str, str]], times: int, rate_wpm: int, volume_percent: int, chime: bool
    ) -> tuple[bytes, str]:
        """The announcement, and what was not as wished with the recorded words. Raises RuntimeError when nothing
        of it can be said."""
        said, remarks = list[sound.Samples](), list[str]()
        for part in parts:
            recorded, remark = self._recorded(part["text"], part["clips"])
            if remark:
                remarks.append(remark)
            if recorded is not None:
                said.append(recorded)
            elif part["language"]:
                said.append(self.speech.said(part["text"], part["language"], rate_wpm))
        if not said:
            raise RuntimeError("; ".join(remarks) or "there is nothing to say")
        made = sound.announcement(*said, times=times, with_chime=chime, volume_percent=volume_percent)
        return made, "; ".join(remarks)

    @property
    def speech(self) -> Speech:
        if isinstance(self._speech, str):
            raise RuntimeError(self._speech)
        return self._speech

    def _recorded(self, text: str, folder: str) -> tuple[sound.Samples | None, str]:
        """The sentence out of recorded words, or why not ("" when there are none to use)."""
        if not folder:
            return None, ""
        try:
            if folder not in self._folders:
                self._folders[folder] = Clips(Path(folder))
            clips = self._folders[folder]
            if isinstance(clips, str):
                return None, clips
            words = clips.sentence(text)
        except ClipsUnusable as unusable:
            self._folders[folder] = str(unusable)
            return None, str(unusable)
        if words is None:
            return None, f"the clips in {folder} lack {clips.words_of(text)[1]!r}"
        return words, ""


class Speech:
    """pyttsx3 with our driver; raises RuntimeError or OSError when this machine cannot speak."""

    def __init__(self, folder: Path) -> None:
        self._made = folder / "made.wav"
        self._faults: list[Exception] = []
        self._engine = pyttsx3.init(espeak_driver.install())
        self._engine.connect("error", lambda name, exception: self._faults.append(exception))
        self._espeak = self._engine.proxy._driver.espeak
        self.version: str = self._espeak.version

    def said(self, text: str, language: str, rate_wpm: int) -> sound.Samples:
        """One sentence, without the silence around it."""
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
        return said

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
        speech: Speech | str = Speech(Path(sys.argv[-1]))  # the folder is its starter's, who may have to kill it
    except (OSError, RuntimeError, ImportError) as broken:
        speech = f"this machine cannot speak: {broken}"
    sayings = Sayings(speech)
    _answer({"version": speech if isinstance(speech, str) else speech.version})
    for question in sys.stdin.buffer:
        asked = json.loads(question)
        made, facts = b"", dict[str, str]()
        try:
            if asked.pop("want") == "phonemes":
                facts = {"phonemes": sayings.speech.phonemes(**asked)}
            else:
                made, remark = sayings.wav(**asked)
                facts = {"remark": remark}
        except RuntimeError as broken:
            facts = {"error": str(broken)}
        _answer(facts, made)


def _answer(facts: dict[str, Any], made: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(facts | {"bytes": len(made)}).encode() + b"\n" + made)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
