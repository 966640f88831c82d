"""Whether what a hall's file says about its voice fits together."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter
from typing import Any

PHRASES = ("phrase", "phrase_en", "dialect_phrase")


def voice_problems(raw: dict[str, Any]) -> Iterator[str]:
    """Sentences about phrases that can't be filled, bands that end early and areas that don't part the hall."""
    voice = raw.get("voice")
    if not isinstance(voice, dict):
        return
    for key in PHRASES:
        if isinstance(voice.get(key), str) and places(voice[key]) != {"number", "window"}:
            yield f"voice.{key} = {voice[key]!r}: must say {{number}} and {{window}}, and no other in braces"
    if voice.get("second") == "dialect" and not voice.get("dialect_clips"):
        yield "voice.second = 'dialect': needs the folder of its recorded words; set voice.dialect_clips"
    for place, band in enumerate(_tables(voice, "bands")):
        start, end = band.get("from"), band.get("to")
        if isinstance(start, str) and isinstance(end, str) and start >= end:
            yield f"voice.bands[{place}].to = {end!r}: must be later than from = {start!r}"
    yield from _areas(raw, voice)


def _areas(raw: dict[str, Any], voice: dict[str, Any]) -> Iterator[str]:
    known = [window.get("id") for window in _tables(raw, "windows")]
    homes: dict[str, str] = {}
    ids: set[str] = set()
    for place, area in enumerate(_tables(voice, "areas")):
        here = str(area.get("id"))
        if here in ids:
            yield f"voice.areas[{place}].id = {here!r}: stands twice; each needs its own"
        ids.add(here)
        for window in area.get("windows") or [] if isinstance(area.get("windows"), list) else []:
            if isinstance(window, str) and window not in known:
                yield f"voice.areas[{place}].windows: {window!r}: no such window"
            elif isinstance(window, str) and homes.setdefault(window, here) != here:
                yield f"voice.areas[{place}].windows: {window!r}: belongs to area {homes[window]!r} already"


def places(phrase: str) -> set[str]:
    """What stands in braces; nothing when the braces don't match or ask for more than a name."""
    try:
        parts = [part[1:] for part in Formatter().parse(phrase) if part[1] is not None]
    except ValueError:
        return set()
    return {str(name) for name, form, conversion in parts if not form and conversion is None}


def _tables(raw: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = raw.get(name)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
