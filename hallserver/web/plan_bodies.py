"""What the changing requests about plans and settings carry."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hallserver.web.bodies import NO_CONTROLS, Body, Id

Clock = Annotated[str, StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Date = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
PlanName = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True, pattern=NO_CONTROLS)]
SettingKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.-]{1,80}$")]
DeedNumber = Annotated[int, Field(ge=0, le=10**15, strict=True)]
Version = Annotated[int, Field(ge=1, le=10**9, strict=True)]


class BandWindowBody(Body):
    """Where a window serves in a band; nothing named is its usual place."""

    zone: Id | None = None
    support: Id | None = None
    state: Literal["staffed", "lunch"] = "staffed"


class BandBody(Body):
    days: list[Day] = Field(min_length=1, max_length=7)
    start: Clock = Field(alias="from")
    end: Clock = Field(alias="to")
    windows: dict[Id, BandWindowBody] = Field(default={}, max_length=400)

    def to_plain(self) -> dict[str, object]:
        return self.model_dump(by_alias=True)


class PlanBody(Body):
    """A new plan."""

    name: PlanName
    bands: list[BandBody] = Field(default=[], max_length=60)


class PlanChangeBody(PlanBody):
    """The next version of a plan, made from ``version``."""

    version: Version


class AdoptionBody(Body):
    """From which day, and which version; nothing is today and the newest."""

    version: Version | None = None
    from_day: Date | None = None


class TuningBody(Body):
    """Settings by their key; null is back to the file's value. ``seen`` names the deeds that changed them last, as
    the presser has them before him."""

    changes: dict[SettingKey, bool | int | float | Id | None] = Field(max_length=100)
    seen: dict[SettingKey, DeedNumber] = Field(default={}, max_length=100)
