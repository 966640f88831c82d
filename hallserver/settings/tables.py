"""The tables of a hall's file, typed: what may stand in each key."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hallserver.settings.board import BoardTable
from hallserver.settings.items import Elsewhere, Item
from hallserver.settings.kinds import Clock, Day, Name, Slug, Strict, Text, WindowId
from hallserver.settings.signs import ScreenTable, Signs, SignTable
from hallserver.settings.voice import VoiceTable


class HallTable(Strict):
    id: Slug
    name: Name
    name_en: Name
    level: Literal["county", "sub_centre", "town", "neighbourhood", "village"]
    timezone: str = "Asia/Shanghai"
    address: Text = ""
    phone: Text = ""
    public_url: Annotated[str, StringConstraints(pattern=r"^$|^https?://[^\s/]+/?$")] = ""


class Hours(Strict):
    days: list[Day] = Field(min_length=1)
    start: Clock = Field(alias="from")
    end: Clock = Field(alias="to")
    zone: Slug | None = None
    kind: Literal["regular", "extended", "shifted"] = "regular"


class CalendarTable(Strict):
    holidays: Literal["cn", "none"] = "cn"
    working_weekend_as: Day = "mon"


class Intake(Strict):
    """When numbers are given no more, though the hall is open."""

    last_intake_min: float = Field(default=0, ge=0, le=240)
    served_before_closing: Literal["off", "likely", "high"] = "likely"


class Closing(Strict):
    leftovers: Literal["serve_out", "end"] = "serve_out"


class HeadStart(Strict):
    """Minutes credited to each class of ticket."""

    walk_in: float = Field(default=0, ge=0, le=240)
    booked: float = Field(default=10, ge=0, le=240)
    green: float = Field(default=15, ge=0, le=240)


class Calling(Strict):
    head_start_min: HeadStart = HeadStart()
    handicap_min: float = Field(default=10, ge=0, le=240)
    calls_before_absence: int = Field(default=3, ge=1, le=10)
    recall_gap_s: float = Field(default=15, ge=0, le=600)
    undo_within_s: float = Field(default=30, ge=0, le=600)
    hold_remind_min: float = Field(default=10, gt=0, le=480)
    return_places: int = Field(default=3, ge=0, le=50)
    think_s: float = Field(default=10, ge=0, le=600)
    walk_s: float = Field(default=20, ge=0, le=600)


class Queue(Strict):
    warn_min: float = Field(default=15, gt=0, le=600)
    critical_min: float = Field(default=30, gt=0, le=600)
    waiting_limit: int = Field(default=2000, ge=1, le=20_000)
    green_reasons: list[Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]] = Field(
        default=["elderly", "disabled", "pregnant", "ill", "military", "with_infant"]
    )


Reason = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]


class Console(Strict):
    """What a clerk may choose from."""

    pause_reasons: list[Reason] = Field(
        default=[
            "lunch",
            "meeting",
            "training",
            "system_down",
            "device_down",
            "fetching",
            "shift_change",
            "short_break",
        ],
        max_length=9,
    )
    hold_reasons: list[Reason] = Field(
        default=["copying", "getting_papers", "filling_in", "paying", "back_office"], max_length=9
    )


class Green(Strict):
    """绿色通道: where priority is given."""

    given_by: Literal["kiosk", "desk", "both"] = "both"


class BookingsTable(Strict):
    """预约: numbers given before their time."""

    enabled: bool = False
    slot_min: int = Field(default=30, ge=5, le=480)
    days_ahead: int = Field(default=5, ge=0, le=20)
    one_a_day: bool = True
    ask_phone: bool = True
    cancel_before_min: float = Field(default=120, ge=0, le=10_080)
    early_min: float = Field(default=30, ge=0, le=1440)
    late_min: float = Field(default=15, ge=0, le=1440)
    after_late: Literal["walk_in", "missed"] = "walk_in"
    no_shows: int = Field(default=0, ge=0, le=20)
    no_show_days: int = Field(default=90, ge=1, le=365)
    blocked_days: int = Field(default=30, ge=1, le=365)


PrinterAddress = Annotated[
    str,
    StringConstraints(pattern=r"^roll$|^agent$|^tcp://[^\s/]+:\d+$|^serial:///\S+$|^usb://[0-9a-f]{4}:[0-9a-f]{4}$"),
]


class PrinterMake(Strict):
    """What kind of printer it is."""

    width_mm: Literal[58, 80] = 80
    mode: Literal["raster", "text"] = "raster"
    cut: Literal["partial", "full", "none"] = "partial"
    beeps: int = Field(default=0, ge=0, le=9)


class Printer(PrinterMake):
    """One of several printers."""

    id: Slug
    address: PrinterAddress
    serves: list[Name] = Field(default=[], max_length=100)
    fallback: Slug | None = None


class PaperTable(PrinterMake):
    printer: PrinterAddress = "roll"
    footer: Text = "过号回来请点“我回来了”"
    footer_en: Text = "Missed your call? Press “I missed my call”."
    roll_keep: int = Field(default=200, ge=1, le=5000)
    templates: Text = ""


class Pad(Strict):
    wake_s: float = Field(default=90, ge=10, le=900)
    thanks_s: float = Field(default=6, ge=1, le=60)


class Alerts(Strict):
    """When a manager is told to look. 0 turns a kind off."""

    open_window_at: int = Field(default=20, ge=0, le=500)
    long_service_times: float = Field(default=3, ge=0, le=20)
    long_service_min: float = Field(default=45, ge=0, le=480)
    idle_min: float = Field(default=5, ge=0, le=120)
    absent_min: float = Field(default=5, ge=0, le=120)


class Planning(Strict):
    notice_min: float = Field(default=10, ge=0, le=240)


class CasesTable(Strict):
    """办件: what goes on behind the window."""

    kept_days: int = Field(default=90, ge=1, le=400)


class BandWindow(Strict):
    """Where a window serves in a band; without a zone it keeps its usual place."""

    zone: Slug | None = None
    support: Slug | None = None
    state: Literal["staffed", "lunch"] = "staffed"


class BandTable(Strict):
    days: list[Day] = Field(default=["mon", "tue", "wed", "thu", "fri"], min_length=1)
    start: Clock = Field(alias="from")
    end: Clock = Field(alias="to")
    windows: dict[WindowId, BandWindow] = Field(default={}, max_length=400)


class PlanTable(Strict):
    """排布方案: a plan the hall begins with; it may be changed at the manager's page."""

    id: Slug
    name: Name
    adopted: date | None = None
    bands: list[BandTable] = Field(default=[], max_length=60)


class WebhookTable(Strict):
    """Where alerts are told outside the hall."""

    url: Annotated[str, StringConstraints(pattern=r"^$|^https?://[^\s]+$", max_length=500)] = ""
    secret: Annotated[str, StringConstraints(max_length=500)] = ""
    secret_file: Annotated[str, StringConstraints(max_length=500)] = ""
    events: list[Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]{2,39}$")]] = Field(
        default=["AlertRaised", "AlertCleared"]
    )
    timeout_s: float = Field(default=10, ge=1, le=60)
    give_up_after_min: float = Field(default=60, ge=1, le=1440)


class Zone(Strict):
    id: Slug
    name: Name
    name_en: Name
    kind: Literal["comprehensive", "specialised", "issuing"]
    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}$")]
    hint: Text = ""
    hint_en: Text = ""
    booking_quota: int = Field(default=0, ge=0, le=500)


class Window(Strict):
    id: WindowId
    name: str = ""
    zone: Slug
    support: Slug | None = None
    capabilities: list[Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]] = Field(default=[])
    calls_by_itself: bool = False
    former: Text = ""

    @property
    def shown(self) -> str:
        """The window's name as people read it."""
        return self.name or f"{self.id} 号窗口"


class KioskTable(Strict):
    """取号机: where it sends people when it can give no number itself."""

    ask_at: Name = "服务台"
    ask_at_en: Name = "the service desk"
    note_when_away: bool = False


class GuideTable(Strict):
    """办事指南: where the samples (样表) lie that items name."""

    samples: Text = ""


class Staff(Strict):
    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,20}$")]
    name: Name
    role: Literal["clerk", "manager"]
    window: WindowId | None = None


class HallSettings(Strict):
    """One hall, as its file tells it."""

    sample: bool = False
    hall: HallTable
    hours: list[Hours] = Field(min_length=1)
    calendar: CalendarTable = CalendarTable()
    intake: Intake = Intake()
    closing: Closing = Closing()
    calling: Calling = Calling()
    queue: Queue = Queue()
    console: Console = Console()
    green: Green = Green()
    bookings: BookingsTable = BookingsTable()
    voice: VoiceTable = VoiceTable()
    paper: PaperTable = PaperTable()
    printers: list[Printer] = Field(default=[], max_length=40)
    pad: Pad = Pad()
    screen: ScreenTable = ScreenTable()
    board: BoardTable = BoardTable()
    guide: GuideTable = GuideTable()
    kiosk: KioskTable = KioskTable()
    sign: SignTable = SignTable()
    signs: Signs = Field(default=[])
    alerts: Alerts = Alerts()
    planning: Planning = Planning()
    cases: CasesTable = CasesTable()
    webhook: WebhookTable = WebhookTable()
    zones: list[Zone] = Field(min_length=1, max_length=40)
    windows: list[Window] = Field(min_length=1, max_length=400)
    items: list[Item] = Field(default=[], max_length=3000)
    elsewhere: list[Elsewhere] = Field(default=[], max_length=1000)
    staff: list[Staff] = Field(default=[], max_length=2000)
    plans: list[PlanTable] = Field(default=[], max_length=40)

    @property
    def all_printers(self) -> list[Printer]:
        """The printers, or the one that ``[paper]`` tells of."""
        paper = self.paper
        make = {name: getattr(paper, name) for name in PrinterMake.model_fields}
        return self.printers or [Printer(id="printer", address=paper.printer, **make)]
