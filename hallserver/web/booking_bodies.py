"""What bookings carry, typed and bounded; and what is answered about them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, StringConstraints, model_validator

from hallserver.web.answers import Shape
from hallserver.web.bodies import NO_CONTROLS, Body, Channel, CompletionBody, Id, Language, one_of_them

Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]{4,19}$")]
PersonName = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=NO_CONTROLS)]


class BookingBody(Body):
    """A number for a time to come, of an item or a zone."""

    model_config = ConfigDict(json_schema_extra=one_of_them("item", "zone"))

    item: Id | None = None
    zone: Id | None = None
    start: AwareDatetime
    phone: Phone | None = None
    name: PersonName | None = None
    channel: Channel | None = None
    language: Language = "zh-CN"

    @model_validator(mode="after")
    def _somewhere(self) -> BookingBody:
        if self.item is None and self.zone is None:
            raise ValueError("item or zone is needed")
        return self


class ArrivalBody(Body):
    """The booker is here; said at the kiosk or the desk, a paper is printed."""

    via: Literal["kiosk", "phone", "desk"] | None = None


class SlotBody(Body):
    """Another time."""

    start: AwareDatetime


class HomeVisitBody(CompletionBody):
    """They were there, and this came of it."""


class SlotShape(Shape):
    start: str
    end: str
    free: int


class SlotsShape(Shape):
    day: str | None
    slots: list[SlotShape]


class BookerShape(Shape):
    phone: str | None
    name: str | None
    missed: int
