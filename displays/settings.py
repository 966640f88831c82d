"""How a hall wants its calls said: the ``voice`` part of ``GET /api/halls/{hall}``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from displays.phrases import PHRASE, PHRASE_EN, phrase
from displays.voice import RATES_WPM, TIMES, VOLUMES_PERCENT

PHRASE_LIMIT = 120  # characters: leaves room for the number and the window in what one text may hold
BANDS_LIMIT = AREAS_LIMIT = 50
WAITING = range(1, 51)
SECONDS = ("none", "english", "dialect")


class Band(NamedTuple):
    """A part of the day (minutes since midnight) with a pace or a loudness of its own."""

    start_min: int
    end_min: int
    rate_wpm: int | None
    volume_percent: int | None


@dataclass(slots=True)
class VoiceSettings:
    """Read anew for every call, so a change in the hall is heard at the next one.

    ``clips`` and ``dialect_clips`` are folders of recorded words on this machine; ``areas`` the windows of
    each area of the hall. From ``short_from`` other calls in line on, each is said once and without a chime.
    """

    phrase: str = PHRASE
    phrase_en: str = PHRASE_EN
    dialect_phrase: str = PHRASE
    second: str = "none"
    times: int = 2
    short_from: int = 3
    stale_after_s: float = 60.0
    rate_wpm: int = 160
    volume_percent: int = 100
    enabled: bool = True
    chime: bool = False
    yao: bool = False
    own_percent: int = 100  # of this loudspeaker, whatever the hall wants at the moment
    clips: str = ""
    dialect_clips: str = ""
    bands: tuple[Band, ...] = ()
    areas: dict[str, frozenset[str]] = field(default_factory=dict)
    timezone: str = "Asia/Shanghai"

    def learn(self, told: Mapping[str, Any]) -> None:
        """Takes over what the hall told; what it did not tell stays. Raises ValueError, changing nothing,
        for a phrase that cannot be filled and for values out of their kind or limits."""
        known = {name: read(name, told[name]) for name, read in _READ.items() if name in told}
        for name, value in known.items():
            setattr(self, name, value)

    def speaks_of(self, window: str, area: str | None) -> bool:
        """Whether a voice that stands in ``area`` says the calls of a window. A voice without an area says
        all; a window that belongs to none is called everywhere, so that nobody is called nowhere."""
        if area is None or not any(window in windows for windows in self.areas.values()):
            return True
        return window in self.areas.get(area, ())

    def at(self, now_ms: int) -> tuple[int, int]:
        """Words a minute and per cent of loudness at a moment, by the first band that holds it."""
        local = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(ZoneInfo(self.timezone))
        minute = local.hour * 60 + local.minute
        band = next((band for band in self.bands if band.start_min <= minute < band.end_min), None)
        rate_wpm, loudness = self.rate_wpm, self.volume_percent
        if band is not None:
            rate_wpm = band.rate_wpm or rate_wpm
            loudness = loudness if band.volume_percent is None else band.volume_percent
        return rate_wpm, max(VOLUMES_PERCENT[0], loudness * self.own_percent // 100)


def _of_kind(*kinds: type) -> Callable[[str, Any], Any]:
    def read(name: str, value: Any) -> Any:
        if type(value) not in kinds:
            raise ValueError(f"the hall's voice.{name} cannot be {value!r}")
        return value

    return read


def _phrase(name: str, value: Any) -> str:
    said = str(_of_kind(str)(name, value))
    phrase(said, "A001", "1")
    if len(said) > PHRASE_LIMIT:
        raise ValueError(f"the hall's voice.{name} is longer than {PHRASE_LIMIT} characters")
    return said


def _within(limits: range) -> Callable[[str, Any], int]:
    def read(name: str, value: Any) -> int:
        if _of_kind(int)(name, value) not in limits:
            raise ValueError(f"the hall's voice.{name} is {value}, not {limits[0]} to {limits[-1]}")
        return int(value)

    return read


def _second(name: str, value: Any) -> str:
    if value not in SECONDS:
        raise ValueError(f"the hall's voice.{name} is {value!r}, none of {', '.join(SECONDS)}")
    return str(value)


def _timezone(name: str, value: Any) -> str:
    try:
        ZoneInfo(_of_kind(str)(name, value))
    except (ZoneInfoNotFoundError, OSError) as unknown:
        raise ValueError(f"the hall's time zone {value!r} is not known to this voice") from unknown
    return str(value)


def _bands(name: str, value: Any) -> tuple[Band, ...]:
    bands = []
    for told in _rows(name, value, BANDS_LIMIT):
        rate, loudness = told.get("rate_wpm"), told.get("volume_percent")
        bands.append(
            Band(
                _minute(told.get("from")),
                _minute(told.get("to")),
                None if rate is None else _within(RATES_WPM)("bands.rate_wpm", rate),
                None if loudness is None else _within(VOLUMES_PERCENT)("bands.volume_percent", loudness),
            )
        )
    return tuple(bands)


def _areas(name: str, value: Any) -> dict[str, frozenset[str]]:
    rows = _rows(name, value, AREAS_LIMIT)
    if not all(isinstance(row.get("id"), str) and isinstance(row.get("windows"), list) for row in rows):
        raise ValueError("an area of the hall's voice has an id and windows")
    return {str(row["id"]): frozenset(map(str, row["windows"])) for row in rows}


def _rows(name: str, value: Any, limit: int) -> list[Mapping[str, Any]]:
    rows = _of_kind(list)(name, value)
    if len(rows) > limit or not all(isinstance(row, Mapping) for row in rows):
        raise ValueError(f"the hall's voice.{name} cannot be {value!r}")
    return list(rows)


def _minute(clock: Any) -> int:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d|24:00", str(clock)):
        raise ValueError(f"a band of the hall's voice cannot begin or end at {clock!r}")
    hours, minutes = str(clock).split(":")
    return int(hours) * 60 + int(minutes)


_READ: dict[str, Callable[[str, Any], Any]] = {
    "phrase": _phrase,
    "phrase_en": _phrase,
    "dialect_phrase": _phrase,
    "second": _second,
    "times": _within(TIMES),
    "short_from": _within(WAITING),
    "stale_after_s": _of_kind(int, float),
    "rate_wpm": _within(RATES_WPM),
    "volume_percent": _within(VOLUMES_PERCENT),
    "own_percent": _within(VOLUMES_PERCENT),
    "enabled": _of_kind(bool),
    "chime": _of_kind(bool),
    "yao": _of_kind(bool),
    "clips": _of_kind(str),
    "dialect_clips": _of_kind(str),
    "bands": _bands,
    "areas": _areas,
    "timezone": _timezone,
}
