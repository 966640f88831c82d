"""What a hall's file says about its voice."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hallserver.settings.kinds import Clock, Name, Strict, WindowId

Phrase = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Folder = Annotated[str, StringConstraints(max_length=400)]


class Band(Strict):
    """A part of the day with a pace or a loudness of its own."""

    start: Clock = Field(alias="from")
    end: Clock = Field(alias="to")
    rate_wpm: int | None = Field(default=None, ge=80, le=300)
    volume_percent: int | None = Field(default=None, ge=5, le=100)


class Area(Strict):
    """A part of the hall with a loudspeaker of its own, and the windows that are called there."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,20}$")]
    name: Name = "-"
    windows: list[WindowId] = Field(min_length=1, max_length=400)


class VoiceTable(Strict):
    enabled: bool = True
    phrase: Phrase = "请 {number} 号到 {window} 号窗口办理"
    phrase_en: Phrase = "Number {number}, please go to window {window}."
    second: Literal["none", "english", "dialect"] = "none"
    dialect_phrase: Phrase = "请 {number} 号到 {window} 号窗口办理"
    times: int = Field(default=2, ge=1, le=4)
    short_from: int = Field(default=3, ge=1, le=50)
    stale_after_s: float = Field(default=60, ge=5, le=600)
    rate_wpm: int = Field(default=160, ge=80, le=300)
    volume_percent: int = Field(default=100, ge=5, le=100)
    chime: bool = True
    yao: bool = False
    clips: Folder = ""
    dialect_clips: Folder = ""
    bands: list[Band] = Field(default=[], max_length=50)
    areas: list[Area] = Field(default=[], max_length=50)
