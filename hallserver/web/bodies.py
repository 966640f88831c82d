"""What the changing requests carry, typed and bounded."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from hallserver.refusals import Refusal

NO_CONTROLS = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$")]
StaffId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,20}$")]
Note = Annotated[str, StringConstraints(max_length=200, pattern=NO_CONTROLS)]
WindowName = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=NO_CONTROLS)]
WindowId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,7}$")]
LongText = Annotated[str, StringConstraints(max_length=1000, pattern=NO_CONTROLS)]
Channel = Literal["kiosk", "phone", "desk", "api", "home", "self_service", "rehearsal"]
Language = Literal["zh-CN", "en"]


class Body(BaseModel):
    """A request's JSON object; a key nobody knows is a mistake that is told."""

    model_config = ConfigDict(extra="forbid", strict=True)


def read_body(kind: type[BaseModel], raw: bytes) -> BaseModel:
    """The JSON text as a body. Raises ValidationError; refuses malformed when a name stands twice, since
    nobody can tell which of the two was meant."""
    body = kind.model_validate_json(raw)
    if raw.count(b":") > len(body.model_fields_set):  # more colons than fields: inside words, or names told twice
        json.loads(raw, object_pairs_hook=_each_once)
    return body


def _each_once(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        raise Refusal("malformed")


def one_of_them(*names: str) -> dict[str, Any]:
    """For the OpenAPI document: at least one of these must be there."""
    return {"anyOf": [{"required": [name], "properties": {name: {"type": ["string", "array"]}}} for name in names]}


class Nothing(Body):
    """An empty object."""


class IssueBody(Body):
    """Take a number: for an item, for a zone, or one number for several items."""

    model_config = ConfigDict(json_schema_extra=one_of_them("item", "zone", "chain"))

    item: Id | None = None
    zone: Id | None = None
    class_: Literal["walk_in", "green", "booked"] = Field(default="walk_in", alias="class")
    reason: Id | None = None
    channel: Channel | None = None
    language: Language = "zh-CN"
    chain: list[Id] | None = Field(default=None, min_length=1, max_length=8)

    @model_validator(mode="after")
    def _somewhere(self) -> IssueBody:
        if self.item is None and self.zone is None and self.chain is None:
            raise ValueError("item, zone or chain is needed")
        if self.chain is not None and (self.item is not None or self.zone is not None):
            raise ValueError("chain stands without item and zone")
        return self


class CallBody(Body):
    """Call the next, or one ticket by name."""

    ticket: Id | None = None
    reason: Note | None = None


class CompletionBody(Body):
    outcome: Literal["done", "accepted", "accepted_with_gaps", "told_missing", "referred", "escalated"] = "done"
    note: Note | None = None


class HoldBody(Body):
    reason: Note | None = None


class TransferBody(Body):
    """Where a ticket goes on."""

    model_config = ConfigDict(json_schema_extra=one_of_them("zone", "item", "window"))

    zone: Id | None = None
    item: Id | None = None
    window: Id | None = None
    keep_wait: bool = True

    @model_validator(mode="after")
    def _somewhere(self) -> TransferBody:
        if self.item is None and self.zone is None and self.window is None:
            raise ValueError("zone, item or window is needed")
        return self


class HandOverBody(Body):
    """Who goes on at the window: a staff number."""

    to: StaffId


class ChainBody(Body):
    """The matters that come beside the present one."""

    items: list[Id] = Field(max_length=8)


class OwnerBody(Body):
    """Who accepts the visit; a clerk can only be named by a manager, and accepts for himself without it."""

    clerk: StaffId | None = None


class CancellationBody(Body):
    reason: Note | None = None


class StateBody(Body):
    state: Literal["open", "paused", "closed"]
    reason: Note | None = None


Until = Literal["band", "day"]
Deed = Annotated[int, Field(ge=0, lt=10**15, strict=True)]


class AssignmentBody(Body):
    """Where a window serves, how long a change by hand holds, and which deed moved it last as the presser knows."""

    zone: Id
    support: Id | None = None
    until: Until | None = None
    seen: Deed | None = None


class PlaceBody(Body):
    zone: Id
    support: Id | None = None


class PlacedBody(PlaceBody):
    """One window of several."""

    window: Id


class SeenBody(PlacedBody):
    seen: Deed | None = None


def _each_window_once(placed: list[PlacedBody]) -> list[PlacedBody]:
    if len({one.window for one in placed}) < len(placed):
        raise ValueError("a window stands twice")
    return placed


class EffectsBody(Body):
    """A change of windows, to be looked at; ``opened`` are windows that would open besides."""

    assignments: list[PlacedBody] = Field(default=[], max_length=400)
    opened: list[PlaceBody] = Field(default=[], max_length=20)

    _once = field_validator("assignments")(_each_window_once)


class AssignmentsBody(Body):
    """The same, to be made in one press."""

    assignments: list[SeenBody] = Field(min_length=1, max_length=400)
    until: Until | None = None

    _once = field_validator("assignments")(_each_window_once)


class MobileBody(Body):
    """A window that the hall's file doesn't have."""

    zone: Id
    support: Id | None = None
    id: WindowId | None = None
    name: WindowName | None = None
    capabilities: list[Id] = Field(default=[], max_length=20)


class CallingBody(Body):
    by_itself: bool


class RatingBody(Body):
    service: Annotated[int, Field(ge=1, le=2**53, strict=True)] | None = None
    level: Annotated[int, Field(ge=1, le=5, strict=True)]
    options: list[Annotated[str, StringConstraints(pattern=r"^[1-5]\d\d$")]] = Field(default=[], max_length=8)
    text: LongText | None = None
    named: bool = False
    via: Literal["pad", "phone"] = "pad"


Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
Name = Annotated[str, StringConstraints(max_length=40, pattern=NO_CONTROLS)]


class SessionBody(Body):
    """Hours of one date, of one zone if it names one."""

    from_: Clock = Field(alias="from")
    to: Clock
    zone: Id | None = None
    kind: Literal["regular", "extended", "shifted"] = "regular"


class CalendarDayBody(Body):
    """A date closed, or working with hours of its own (null: those of its weekday)."""

    kind: Literal["closed", "working"]
    name: Name = ""
    sessions: list[SessionBody] | None = Field(default=None, min_length=1, max_length=12)


class NamedDay(Body):
    kind: Literal["closed", "working"]
    name: Name = ""


Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class CalendarYearBody(Body):
    """A year's holidays and working weekends, by date."""

    days: dict[Day, NamedDay] = Field(max_length=366)


class IntakeBody(Body):
    """Whether numbers are given today."""

    state: Literal["open", "stopped"]
    reason: Note | None = None


class ClosingBody(Body):
    """What becomes today of those who still wait at closing."""

    leftovers: Literal["serve_out", "end"]


class ReprintBody(Body):
    """The number's paper once more; without a printer, where the presser is."""

    printer: Id | None = None


class ReceiptBody(Body):
    """``missing`` (一次性告知单) needs its lines; on ``transfer`` they are remarks."""

    kind: Literal["transfer", "missing"]
    lines: list[Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=NO_CONTROLS)]] = Field(
        default=[], max_length=20
    )
    printer: Id | None = None

    @model_validator(mode="after")
    def _something_is_missing(self) -> ReceiptBody:
        if self.kind == "missing" and not self.lines:
            raise ValueError("lines are needed: what is missing")
        return self


class GuidePaperBody(Body):
    """What a matter asks for, in that language."""

    language: Language = "zh-CN"


class TakingBody(Body):
    """The printer that prints a paper."""

    printer: Id


class Confirmation(BaseModel):
    """What a machine says over the live socket about a deed it did, or couldn't do; it may say more."""

    model_config = ConfigDict(extra="ignore", strict=True)

    confirm: int
    outcome: Literal["printed", "failed", "spoken", "not_spoken"] | None = None
    cause: str | None = None
    printer: str | None = None
    begun: bool = True


class HelpBody(Body):
    """Where a person is wanted: a machine's name, if it isn't the one that asks."""

    place: Id | None = None
    ticket: Id | None = None


class RehearsalBody(Body):
    speed: float = Field(default=60, ge=1, le=2000)
