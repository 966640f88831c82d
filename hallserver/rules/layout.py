"""What the rules need to know of a hall's settings: kept in the log, so that a fold needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from hallserver.moments import MINUTE_MS, SECOND_MS, Moment

CLASSES = ("walk_in", "booked", "green")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
THE_PRINTER = "printer"
UNKNOWN_ITEM_MIN = 8.0
"""Minutes assumed for a visit to a zone that has no items of its own (an issuing zone)."""


@dataclass(slots=True, frozen=True)
class Zone:
    id: str
    name: str
    name_en: str
    kind: str
    prefix: str
    hint: str = ""
    hint_en: str = ""
    booking_quota: int = 0
    """Bookings for one slot at most; 0: the zone takes none."""


@dataclass(slots=True, frozen=True)
class WindowPlan:
    """A window as the settings place it; where it serves now is in the live state."""

    id: str
    name: str
    zone: str
    support: str | None = None
    capabilities: tuple[str, ...] = ()
    mobile: bool = False
    """Opened by hand for today: the hall's file doesn't have it."""
    calls_by_itself: bool = False


@dataclass(slots=True, frozen=True)
class Item:
    id: str
    name: str
    name_en: str
    line: str
    zone: str
    kind: str
    typical_min: float
    variation: float
    needs: tuple[str, ...] = ()
    id_card_only: bool = False
    bring: tuple[str, ...] = ()
    daily_cap: int | None = None
    """Numbers a day at most; None is without a limit."""
    after: tuple[str, ...] = ()
    """In a chain of matters, those that must be settled before this one."""
    booking_quota: int | None = None
    """Its own limit for one slot, within its zone's; None: the zone's alone."""
    promised_days: int | None = None
    """承诺件: so many days after the acceptance its result is out, as the guide says in words."""
    promised_in: str = "working_days"
    """What ``promised_days`` counts: ``working_days`` or ``days``."""
    self_service: str = ""
    """Where the machine stands at which it can be done without a number."""
    self_service_en: str = ""


@dataclass(slots=True, frozen=True)
class PrinterPlan:
    """A printer, the devices (``kiosk-1``, ``window-3``) whose papers come out of it, and who stands in for it."""

    id: str
    serves: tuple[str, ...] = ()
    fallback: str | None = None


@dataclass(slots=True, frozen=True)
class AreaPlan:
    """A part of the hall with a loudspeaker and a board of its own, and the windows that are called there."""

    id: str
    name: str
    windows: tuple[str, ...]


@dataclass(slots=True, frozen=True)
class Session:
    """Opening hours on some weekdays, ``HH:MM`` in the hall's own time; of one zone alone, if it names one.

    ``kind`` is what people call it: regular, extended (延时) or shifted (错时).
    """

    days: tuple[str, ...]
    start: str
    end: str
    zone: str | None = None
    kind: str = "regular"


@dataclass(slots=True, frozen=True)
class CalendarDay:
    """A date that is not as its weekday: closed (a holiday), or working (调休, or hours of its own)."""

    kind: str
    name: str = ""
    sessions: tuple[Session, ...] | None = None
    """The day's own hours (their weekdays don't count); None: those of the weekday it stands for."""

    def to_plain(self) -> dict[str, Any]:
        """JSON types only, as an event carries it."""
        return _tuples_to_lists(asdict(self))  # type: ignore[no-any-return]

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> CalendarDay:
        """The inverse of ``to_plain``."""
        sessions = plain.get("sessions")
        read = None if sessions is None else tuple(_session(row) for row in sessions)
        return cls(plain["kind"], plain.get("name", ""), read)


@dataclass(slots=True, frozen=True)
class Bookings:
    """How the hall takes bookings (预约)."""

    enabled: bool = False
    slot_min: int = 30
    days_ahead: int = 5
    one_a_day: bool = True
    ask_phone: bool = True
    cancel_before_min: float = 120
    early_min: float = 30
    late_min: float = 15
    after_late: str = "walk_in"
    no_shows: int = 0
    no_show_days: int = 90
    blocked_days: int = 30


@dataclass(slots=True)
class Layout:
    """The operative part of a hall's settings."""

    id: str
    name: str
    name_en: str
    timezone: str
    zones: dict[str, Zone]
    windows: dict[str, WindowPlan]
    items: dict[str, Item]
    sessions: tuple[Session, ...]
    level: str = "neighbourhood"
    sample: bool = False
    always_open: bool = False
    head_start_min: dict[str, float] = field(default_factory=lambda: {"walk_in": 0, "booked": 10, "green": 15})
    handicap_min: float = 10
    calls_before_absence: int = 1
    recall_gap_s: float = 15
    undo_within_s: float = 30
    hold_remind_min: float = 10
    hold_reasons: tuple[str, ...] = ()
    pause_reasons: tuple[str, ...] = ()
    return_places: int = 3
    think_s: float = 0
    walk_s: float = 0
    warn_min: float = 15
    critical_min: float = 30
    waiting_limit: int = 2000
    green_reasons: tuple[str, ...] = ()
    green_given_by: str = "both"
    """Where priority is given: at the kiosk (with a reason), at the desk (by staff), or at both."""
    bookings: Bookings = Bookings()
    pad_wake_s: float = 90
    pad_thanks_s: float = 6
    holidays: str = "none"
    """Whose public holidays the calendar is seeded with: ``cn`` or ``none``."""
    working_weekend_as: str = "mon"
    """The weekday whose hours a working weekend (调休) has."""
    last_intake_min: float = 0
    """Minutes before closing when the last numbers are given."""
    served_before_closing: str = "off"
    """Which end of the estimated wait must fit before closing for a number to be given: off, likely or high."""
    leftovers: str = "serve_out"
    """What becomes of those who still wait at closing: ``serve_out``, or ``end``."""
    notice_min: float = 10
    cases_kept_days: int = 90
    """Days after its acceptance that a case stays in the live state, though nobody made it ready or handed it over."""
    open_window_at: int = 20
    long_service_times: float = 3
    long_service_min: float = 45
    idle_min: float = 5
    absent_min: float = 5
    plans: tuple[dict[str, Any], ...] = ()
    """The plans the file begins with: ``{"id", "name", "adopted", "bands"}``."""
    printers: tuple[PrinterPlan, ...] = ()
    """In a hall that names none there is one, ``THE_PRINTER``."""
    areas: tuple[AreaPlan, ...] = ()

    # Read at every press, so kept ready in the units the rules count in.
    tz: ZoneInfo = field(init=False, repr=False, compare=False)
    head_start_ms: dict[str, int] = field(init=False, repr=False, compare=False)
    handicap_ms: int = field(init=False, repr=False, compare=False)
    think_ms: int = field(init=False, repr=False, compare=False)
    zone_minutes: dict[str, tuple[float, float]] = field(init=False, repr=False, compare=False)
    work: dict[tuple[str | None, str], tuple[int, int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.tz = ZoneInfo(self.timezone)
        self.head_start_ms = {c: round(self.head_start_min.get(c, 0) * MINUTE_MS) for c in CLASSES}
        self.handicap_ms = round(self.handicap_min * MINUTE_MS)
        self.think_ms = round(self.think_s * SECOND_MS)
        self.zone_minutes = {zone: self._zone_minutes(zone) for zone in self.zones}
        self.work = {}

    def _zone_minutes(self, zone: str) -> tuple[float, float]:
        """Mean and variation of a visit whose matter is not known: the zone's items taken evenly."""
        of_zone = [item for item in self.items.values() if item.zone == zone]
        if not of_zone:
            return UNKNOWN_ITEM_MIN, 0.8
        mean = sum(item.typical_min for item in of_zone) / len(of_zone)
        square = sum(item.typical_min**2 * (1 + item.variation**2) for item in of_zone) / len(of_zone)
        return mean, max(0.05, (square / mean**2 - 1) ** 0.5)

    def minutes_of(self, item: str | None, zone: str) -> tuple[float, float]:
        """Mean minutes at the window and their coefficient of variation."""
        known = self.items.get(item) if item else None
        if known is not None:
            return known.typical_min, known.variation
        return self.zone_minutes.get(zone, (UNKNOWN_ITEM_MIN, 0.8))

    def work_of(self, item: str | None, zone: str) -> tuple[int, int]:
        """Mean (ms) and variance (ms²) of the window time of a visit."""
        known = self.work.get((item, zone))
        if known is None:
            mean_min, variation = self.minutes_of(item, zone)
            mean_ms = round(mean_min * MINUTE_MS)
            known = self.work[item, zone] = mean_ms, round((mean_ms * variation) ** 2)
        return known

    def as_filed(self) -> Layout:
        """The layout as the hall's file has it: without the windows that were opened by hand."""
        if not any(plan.mobile for plan in self.windows.values()):
            return self
        return replace(self, windows={name: plan for name, plan in self.windows.items() if not plan.mobile})

    def has_printer(self, printer: str) -> bool:
        return any(plan.id == printer for plan in self.printers) or (not self.printers and printer == THE_PRINTER)

    def printer_serving(self, device: str | None) -> str | None:
        """The printer that a device's papers come out of, where the settings name one."""
        return next((plan.id for plan in self.printers if device in plan.serves), None)

    def printer_for(self, device: str | None) -> str:
        """Its own printer, else the first that serves nobody in particular, else the first."""
        general = next((plan.id for plan in self.printers if not plan.serves), None)
        first = self.printers[0].id if self.printers else THE_PRINTER
        return self.printer_serving(device) or general or first

    def stand_in(self, printer: str) -> str | None:
        return next((plan.fallback for plan in self.printers if plan.id == printer), None)

    def to_plain(self) -> dict[str, Any]:
        """As the log keeps it: JSON types only."""
        plain = asdict(self)
        for name in ("tz", "head_start_ms", "handicap_ms", "think_ms", "zone_minutes", "work"):
            del plain[name]
        for name in ("zones", "windows", "items"):
            plain[name] = list(plain[name].values())
        return _tuples_to_lists(plain)  # type: ignore[no-any-return]

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Layout:
        """The inverse of ``to_plain``."""
        read = dict(plain)
        read["zones"] = {row["id"]: Zone(**row) for row in read["zones"]}
        read["windows"] = {
            row["id"]: WindowPlan(**{**row, "capabilities": tuple(row["capabilities"])}) for row in read["windows"]
        }
        read["items"] = {
            row["id"]: Item(**{**row, **{name: tuple(row.get(name, ())) for name in ("needs", "bring", "after")}})
            for row in read["items"]
        }
        read["sessions"] = tuple(_session(row) for row in read["sessions"])
        for name in ("green_reasons", "hold_reasons", "pause_reasons"):
            read[name] = tuple(read.get(name, ()))
        read["bookings"] = Bookings(**read.get("bookings", {}))
        read["plans"] = tuple(read.get("plans", ()))
        read["printers"] = tuple(
            PrinterPlan(row["id"], tuple(row["serves"]), row["fallback"]) for row in read.get("printers", ())
        )
        read["areas"] = tuple(AreaPlan(row["id"], row["name"], tuple(row["windows"])) for row in read.get("areas", ()))
        return cls(**read)


def _session(row: Mapping[str, Any]) -> Session:
    return Session(**{**row, "days": tuple(row["days"])})


@dataclass(slots=True, frozen=True)
class Tuned:
    """A setting changed while the hall is open, beside what the file says."""

    value: Any
    filed: Any
    at: Moment
    by: str


@dataclass(slots=True, frozen=True)
class Tuning:
    """Who changed a setting last, by a press or in the hall's file, and by which deed."""

    number: int
    at: Moment
    by: str


def _tuples_to_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tuples_to_lists(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_tuples_to_lists(inner) for inner in value]
    return value
