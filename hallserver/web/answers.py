"""What the routes answer, typed for the OpenAPI document. The views build the same shapes as plain data."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

TicketState = Literal["booked", "waiting", "called", "serving", "held", "passed", "done", "cancelled", "expired"]


class Shape(BaseModel):
    """More fields may join; these stay."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)


class WaitShape(Shape):
    low_min: float
    likely_min: float
    high_min: float


class TicketShape(Shape):
    id: str
    number: str
    hall: str
    zone: str
    item: str | None
    class_: Literal["walk_in", "booked", "green"] = Field(alias="class")
    state: TicketState
    issued_at: str
    ahead: int
    wait: WaitShape | None
    window: str | None
    follow_url: str


class CallShape(Shape):
    ticket: TicketShape
    why: str


class ZoneShape(Shape):
    id: str
    name: str
    kind: Literal["comprehensive", "specialised", "issuing"]
    prefix: str
    waiting: int
    oldest_wait_min: int


class WindowShape(Shape):
    id: str
    name: str
    zone: str
    support: str | None
    state: Literal["open", "paused", "closed"]
    clerk: str | None
    until: Literal["band", "day"] | None
    assigned: int
    mobile: bool
    capabilities: list[str]
    calls_by_itself: bool


class ChangeShape(Shape):
    """What a press on windows did; ``change`` is null when nothing had to be moved."""

    change: int | None
    windows: list[WindowShape]


class WaitsShape(Shape):
    now_min: float | None
    later_min: float | None


class ZoneEffectShape(Shape):
    id: str
    waiting: int
    arrivals_per_hour: float
    before: WaitsShape
    after: WaitsShape


class EffectsShape(Shape):
    """Minutes that somebody waits who comes now, or in ``later_min`` minutes."""

    zones: list[ZoneEffectShape]
    hall: dict[str, WaitsShape]
    stranded: list[str]
    later_min: int


class ItemShape(Shape):
    id: str
    name: str
    department: str
    department_en: str = ""
    zone: str
    kind: Literal["instant", "promised"]
    handling: Literal["direct", "agency"]
    typical_min: float


class SampleShape(Shape):
    name: str
    name_en: str = ""
    file: str


class GuideShape(Shape):
    """The six elements. What has no English of its own is ``""`` or an empty list."""

    scope: str
    scope_en: str = ""
    accepted_by: str
    accepted_by_en: str = ""
    decided_by: str
    decided_by_en: str = ""
    materials: list[str]
    materials_en: list[str] = []
    time_limit: str
    time_limit_en: str = ""
    fee: str
    fee_en: str = ""
    samples: list[SampleShape] = []


class MatterShape(ItemShape):
    """A matter with its guide, as it is now."""

    wait: WaitShape | None
    windows: list[str]
    guide: GuideShape


class ItemsShape(Shape):
    items: list[ItemShape]
    total: int
    elsewhere: list[dict[str, Any]]


class HallShape(Shape):
    id: str
    name: str
    level: str
    zones: list[ZoneShape]
    windows: list[WindowShape]
    items: list[ItemShape]
    open_now: bool
    hours: list[dict[str, Any]]


class HallsShape(Shape):
    halls: list[dict[str, Any]]


class PlanShape(Shape):
    id: str
    name: str
    version: int
    bands: list[dict[str, Any]]
    versions: list[dict[str, Any]]


class PlansShape(Shape):
    plans: list[dict[str, Any]]
    adoptions: list[dict[str, Any]]
    band: dict[str, Any] | None


class SettingsShape(Shape):
    settings: list[dict[str, Any]]


class AlertsShape(Shape):
    alerts: list[dict[str, Any]]
    given_up: list[dict[str, Any]]


class DeedShape(Shape):
    number: int
    at: str
    kind: str


class LogShape(Shape):
    deeds: list[DeedShape]
    end: int


class CalendarDayShape(Shape):
    day: str
    kind: Literal["regular", "closed", "working"]
    name: str
    set_by: Literal["state", "staff"] | None
    sessions: list[dict[str, Any]]


class CalendarShape(Shape):
    year: int
    known: bool
    missing_year: int | None
    days: list[CalendarDayShape]


class IntakeShape(Shape):
    open: bool
    why: str | None
    opens_at: str | None


class ClosingShape(Shape):
    leftovers: Literal["serve_out", "end"]
    closes_at: str | None
    left_over: int


class HelpShape(Shape):
    places: list[str]


class RatingShape(Shape):
    ticket: str
    level: int


class SlipShape(Shape):
    hall: str
    zone: str
    number: str


class CaseShape(Shape):
    """A case (办件), behind the window from acceptance to hand-over."""

    id: int
    ticket: str
    number: str
    day: str
    item: str | None
    item_name: str
    zone: str
    state: Literal["in_office", "ready", "handed_over"]
    accepted_at: str
    gaps: list[str]
    supplied_at: str | None
    due_on: str | None
    ready_at: str | None
    handed_over_at: str | None
    way: Literal["window", "post", "self_pickup"] | None


class CasesShape(Shape):
    cases: list[CaseShape]
    total: int


class PaperShape(Shape):
    deed: int
    paper: Literal["ticket", "reprint", "transfer", "missing", "guide", "test"]
    ticket: str | None
    printer: str
    state: Literal["waiting", "taken", "printed", "failed"]
    cause: str | None
    asked_at: str


class PaperWordsShape(Shape):
    paper: str
    lines: list[list[str]]


class PrintersShape(Shape):
    printers: list[dict[str, Any]]


class AgentShape(Shape):
    id: str
    kind: Literal["voice", "printer", "sign", "board", "kiosk", "synthesiser"]
    name: str
    area: str | None
    state: Literal["well", "mute", "trouble", "away"]
    cause: str | None
    since: str
    last_seen: str
    behind: int


class AgentsShape(Shape):
    agents: list[AgentShape]
    voice: dict[str, Any]


class ViewShape(Shape):
    """The data of one screen."""


class RehearsalShape(Shape):
    state: Literal["idle", "running", "ended"]
    progress: float


class Problem(Shape):
    """RFC 9457."""

    type: str
    title: str
    status: int
    code: str
    detail: str
