"""The hall's voice as the server has it: what it can't say is a refusal, and seen at /readyz."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from displays.settings import VoiceSettings
from displays.voice import Voice, VoiceUnavailable
from hallserver.refusals import Refusal
from hallserver.settings import HallSettings
from hallserver.web.hub import Hub


class SpokenOrRefused:
    """The voice as the web knows it: what it can't say is a refusal, and seen at /readyz."""

    def __init__(self, voice: Voice, hub: Callable[[], Hub]) -> None:
        self._voice = voice
        self._hub = hub

    async def say(self, saying: Any) -> bytes:
        try:
            made = await self._voice.say(saying)
        except VoiceUnavailable as silent:
            self._hub().voice_failure = str(silent)
            raise Refusal("voice_unavailable", cause=str(silent)) from silent
        self._hub().voice_failure = None
        self._hub().voice_remark = self._voice.remark or None
        return made


def voice_of(settings: HallSettings) -> VoiceSettings:
    """The hall's wishes for its voice, as ``displays`` reads them."""
    voice = VoiceSettings()
    voice.learn(settings.voice.model_dump(mode="json", by_alias=True) | {"timezone": settings.hall.timezone})
    return voice
