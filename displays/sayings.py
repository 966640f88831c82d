"""Pure: what is said for one call, sentence by sentence, from the hall's settings."""

from __future__ import annotations

from displays.phrases import phrase, phrase_en
from displays.settings import VoiceSettings
from displays.voice import Part, Saying


def saying(settings: VoiceSettings, number: str, window: str, now_ms: int) -> Saying:
    """The call of ticket ``number`` ("A012") to ``window`` ("3"): Mandarin, and after it English or the
    hall's dialect where it wants one. Recorded words are used where there are all of them; a sentence in
    dialect that lacks one is left out, since no synthesiser could say it."""
    parts = [Part(phrase(settings.phrase, number, window, yao=settings.yao), "zh", settings.clips)]
    if settings.second == "english":
        parts.append(Part(phrase_en(settings.phrase_en, number, window), "en"))
    elif settings.second == "dialect" and settings.dialect_clips:
        said = phrase(settings.dialect_phrase, number, window, yao=settings.yao)
        parts.append(Part(said, "", settings.dialect_clips))
    rate_wpm, volume_percent = settings.at(now_ms)
    return Saying(tuple(parts), settings.times, rate_wpm, volume_percent, settings.chime)
