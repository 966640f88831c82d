"""Pure: what is said for one call, sentence by sentence, from the hall's settings."""

from __future__ import annotations

from displays.phrases import phrase, phrase_en, said_window, spelled
from displays.settings import VoiceSettings
from displays.voice import Part, Saying


def saying(settings: VoiceSettings, number: str, window: str, now_ms: int, *, waiting: int = 0) -> Saying:
    """The call of ticket ``number`` ("A012") to ``window`` ("3"): Mandarin, and after it English or the hall's
    dialect where it wants one. While ``waiting`` other calls stand in line it may be said once and without the
    chime, so that the last of them is not stale before its turn. Recorded words are used where there are all
    of them; a sentence in dialect that lacks one is left out, since no synthesiser could say it."""
    parts = [Part(phrase(settings.phrase, number, window, yao=settings.yao), "zh", settings.clips)]
    if settings.second == "english":
        parts.append(Part(phrase_en(settings.phrase_en, number, window), "en"))
    elif settings.second == "dialect" and settings.dialect_clips:
        said = phrase(settings.dialect_phrase, number, window, yao=settings.yao)
        parts.append(Part(said, "", settings.dialect_clips))
    rate_wpm, volume_percent = settings.at(now_ms)
    short = waiting >= settings.short_from
    times, chime = (1, False) if short else (settings.times, settings.chime)
    return Saying(tuple(parts), times, rate_wpm, volume_percent, chime)


def prompt(
    settings: VoiceSettings, text: str, number: str, ahead: int, now_ms: int, *, english: bool = False
) -> Saying:
    """A sentence of the kiosk, said once: ``{number}`` spelled, ``{ahead}`` counted."""
    if english:
        told = text.replace("{number}", " ".join(number)).replace("{ahead}", str(ahead))
        part = Part(told, "en")
    else:
        told = text.replace("{number}", spelled(number, yao=settings.yao)).replace("{ahead}", said_window(str(ahead)))
        part = Part(told, "zh")
    rate_wpm, volume_percent = settings.at(now_ms)
    return Saying((part,), 1, rate_wpm, volume_percent)
