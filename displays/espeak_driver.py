"""espeak-ng as a driver of pyttsx3: everything asked for is done before the call returns.

pyttsx3 finds its drivers by name under ``pyttsx3.drivers``; ``install`` puts this module there.
"""

from __future__ import annotations

import sys
import wave
from typing import Any

from displays import sound
from displays.espeak import LANGUAGES, Espeak

NAME = "hall"


def install() -> str:
    """Make the driver known to pyttsx3. Returns the name for ``pyttsx3.init``."""
    sys.modules[f"pyttsx3.drivers.{NAME}"] = sys.modules[__name__]
    return NAME


def buildDriver(proxy: Any) -> Driver:  # noqa: N802 - the name pyttsx3 asks for
    """Called by pyttsx3. Raises RuntimeError or OSError when this machine cannot speak."""
    return Driver(proxy)


class Driver:
    """What pyttsx3 expects of a driver, without a loop or a thread of its own."""

    def __init__(self, proxy: Any) -> None:
        self._proxy = proxy
        self._rate_wpm = 160
        self._language = "zh"
        self.espeak = Espeak()

    def startLoop(self) -> None:  # noqa: N802 - the name pyttsx3 asks for
        """Setting it free makes the proxy run what waits, in order and to the end."""
        self._proxy.setBusy(False)

    def endLoop(self) -> None:  # noqa: N802 - the name pyttsx3 asks for
        """Nothing goes on after a call."""

    def stop(self) -> None:
        """Nothing goes on after a call."""

    def destroy(self) -> None:
        """espeak-ng ends with its process."""

    def save_to_file(self, text: str, filename: str) -> None:
        """The sentence as a WAV file: mono, 16 bit."""
        self.espeak.take_voice(self._language)
        self.espeak.take_rate(self._rate_wpm)
        samples = self.espeak.samples(text)
        with wave.open(filename, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(sound.SAMPLES_PER_S)
            file.writeframes(samples.tobytes())

    def getProperty(self, name: str) -> Any:  # noqa: N802 - the name pyttsx3 asks for
        """``voice`` (zh or en), ``voices`` or ``rate`` in words a minute."""
        return {"voice": self._language, "voices": sorted(LANGUAGES), "rate": self._rate_wpm}[name]

    def setProperty(self, name: str, value: Any) -> None:  # noqa: N802 - the name pyttsx3 asks for
        """Raises KeyError for another name, or a voice that is not there."""
        if name == "rate":
            self._rate_wpm = int(value)
        elif name == "voice":
            LANGUAGES[value]
            self._language = value
        else:
            raise KeyError(name)
