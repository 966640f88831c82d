"""The live state of a hall: its log folded, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hallserver.moments import Moment
from hallserver.rules.at_windows import AtWindows
from hallserver.rules.bands import Adoption, BandNow, Plan, PlanGone
from hallserver.rules.changes import Change
from hallserver.rules.day_so_far import Interval
from hallserver.rules.layout import CalendarDay, Layout, Tuned, Tuning
from hallserver.rules.noticed import Alert, Noticed
from hallserver.rules.queue_order import Place, Queue

ENDED = frozenset(("done", "cancelled", "expired"))
AT_WINDOW = frozenset(("called", "serving"))
NAMED_KEPT = 500
"""Calls by name kept of a day: more than any manager reads."""
NEVER: Moment = 1 << 62
RECENT_CALLS = 24
"""Calls kept in the live state: more than any screen shows."""
TOO_LATE = "too_late"
"""Why a paper didn't come: nobody waited for it any more when it could have been printed. No printer's fault."""
PAPERS_KEPT = 400
"""Papers kept in the live state, those to come apart."""


@dataclass(slots=True)
class Part:
    """One matter of a ticket's chain (多窗联办). Open until it has its ``outcome``."""

    item: str | None
    zone: str
    outcome: str | None = None
    window: str | None = None
    clerk: str | None = None
    handed_over_by: str | None = None
    called: Moment | None = None
    started: Moment | None = None
    ended: Moment | None = None
    note: str | None = None
    service: int = 0
    """The number of the deed that ended it."""
    rated: bool = False
    case: int = 0
    """出件: what is collected in it, by the number of a case; 0 for a matter."""


@dataclass(slots=True)
class Ticket:
    """One visit. ``state`` is one of booked, waiting, called, serving, held, passed, done, cancelled, expired."""

    id: str
    shown: str
    zone: str
    item: str | None
    class_: str
    reason: str | None
    channel: str
    language: str
    issued: Moment
    counts_from: Moment
    order: int
    state: str = "waiting"
    window: str | None = None
    to_window: str | None = None
    clerk: str | None = None
    owner: str | None = None
    """首问责任: the first clerk of the visit, until another accepts it."""
    owner_sought: Moment | None = None
    """Since when the visit waits for another owner; the old one stays its owner meanwhile."""
    handed_over_by: str | None = None
    """Who had the service under way before the clerk who has it now."""
    called: Moment | None = None
    last_call: Moment | None = None
    started: Moment | None = None
    ended: Moment | None = None
    calls: int = 0
    call_deed: int = 0
    before: dict[str, Any] | None = None
    """What the call under way changed, as it was: there as long as the call may be undone."""
    chain: list[Part] = field(default_factory=list)
    """Ended parts first, then the present one, then those still open; empty for a single matter."""
    why: dict[str, object] | None = None
    outcome: str | None = None
    note: str | None = None
    """What the clerk wrote to the outcome: everything that is missing, or the next step."""
    sent: Moment | None = None
    """When it was last sent on: to another queue, or to the next part of its chain."""
    sent_from: str | None = None
    """The window that sent it on; None when it was not at one."""
    hold_reason: str | None = None
    held: Moment | None = None
    service: int = 0
    """The number of the deed that ended its last service; 0 before the first."""
    rated: bool = False
    """Whether its last service was rated."""
    paper: str = "none"
    paper_cause: str | None = None
    promised: list[float] | None = None
    ahead: int = 0
    """How many were ahead when the number was given."""
    deed: int = 0
    """The number of the deed that gave it."""
    heard: int = 0
    """The number of the last call of it that a loudspeaker has said."""
    given_by: str = ""
    """Who pressed for it (``by`` of the deed that gave it)."""
    slot: Moment | None = None
    """The time booked, of a ticket that was given before it."""
    slot_ends: Moment | None = None
    until: Moment | None = None
    """After that a booking is missed."""
    arrived: Moment | None = None
    person: str | None = None
    device: str | None = None
    """The machine it was taken at."""
    paper_deed: int = 0
    """The number of the deed that asked for its newest paper."""
    reprints: int = 0

    @property
    def open_parts(self) -> list[Part]:
        """The present part of a chain and those after it."""
        return [part for part in self.chain if part.outcome is None]

    @property
    def collects(self) -> int:
        """The case that the visit goes on for and nothing else; 0 for every other visit."""
        ahead = self.open_parts if self.chain else []
        return ahead[0].case if len(ahead) == 1 else 0

    @property
    def place(self) -> Place:
        return self.counts_from, self.order, self.id


@dataclass(slots=True)
class Case:
    """办件: a matter that was accepted and goes on behind the window. ``id`` is the number of the deed that ended its
    service. ``state`` is ``in_office``, ``ready`` or ``handed_over``; ``way`` is window, post or self_pickup."""

    id: int
    ticket: str
    shown: str
    item: str | None
    zone: str
    window: str | None
    clerk: str | None
    accepted: Moment
    gaps: str | None = None
    """容缺受理: what is missing, as the clerk wrote it; "" if nothing was written, None if nothing is missing."""
    supplied: Moment | None = None
    ready: Moment | None = None
    handed_over: Moment | None = None
    way: str | None = None
    state: str = "in_office"
    set_back: Moment | None = None
    """When it turned out not to be ready after all; None again when it is."""


@dataclass(slots=True)
class Window:
    """A window now: where it serves, who sits there and whom it has."""

    id: str
    zone: str
    support: str | None
    capabilities: frozenset[str]
    state: str = "closed"
    reason: str | None = None
    clerk: str | None = None
    ticket: str | None = None
    since: Moment = 0
    last: str | None = None
    last_ended: Moment | None = None
    calls_by_itself: bool = False
    until: str | None = None
    """What a change by hand holds for: "band", "day", or None when nobody said."""
    assigned: int = 0
    """The deed that last moved it: who moves it again says which one he knows of."""
    assigned_by: str = "hall"
    free_from: Moment = 0
    """When its clerk has drawn breath after the last ticket: before that it calls nobody by itself."""
    held_until: Moment | None = None
    """When that ends, and the plan or the hall's file says again where it serves."""


@dataclass(slots=True)
class Call:
    """A call on the board: the ticket may have moved on since."""

    deed: int
    ticket: str
    window: str
    at: Moment
    times: int = 1


@dataclass(slots=True)
class NamedCall:
    """A waiting ticket that was called by its name, for the manager to see."""

    deed: int
    ticket: str
    shown: str
    window: str
    clerk: str | None
    reason: str | None
    at: Moment
    undone: bool = False


@dataclass(slots=True)
class Figures:
    """The day's sums, kept as deeds come so that a floor view costs nothing."""

    issued: int = 0
    called: int = 0
    done: int = 0
    waited_ms: int = 0
    ratings: int = 0
    good: int = 0
    print_failures: int = 0
    reprints: int = 0
    receipts: int = 0
    papers_moved: int = 0
    by_channel: dict[str, int] = field(default_factory=dict)
    """Visits that began today: numbers taken, bookings that arrived, homes that were visited."""
    by_class: dict[str, int] = field(default_factory=dict)
    green_by_reason: dict[str, int] = field(default_factory=dict)
    booked: int = 0
    """Bookings made today, for whatever day."""
    arrived: int = 0
    arrived_late: int = 0
    missed: int = 0
    home_visits: int = 0


@dataclass(slots=True)
class Pace:
    """Learnt: what a window needs between two services. Sums in ms, over the last few hundred of each."""

    walks: int = 0
    walked_ms: int = 0
    thinks: int = 0
    thought_ms: int = 0


@dataclass(slots=True)
class Paper:
    """A paper that was asked for by that deed. ``kind`` is ticket, reprint, transfer, missing, guide or test;
    ``state`` waiting, taken, printed or failed; ``tried`` are the printers that could not begin it. A guide knows its
    ``item``, the ``language`` and the ``device`` that asked."""

    deed: int
    kind: str
    ticket: str | None
    printer: str
    asked: Moment
    since: Moment
    state: str = "waiting"
    cause: str | None = None
    tried: list[str] = field(default_factory=list)
    item: str | None = None
    language: str | None = None
    device: str | None = None

    @property
    def is_open(self) -> bool:
        return self.state in ("waiting", "taken")


@dataclass(slots=True)
class Hall:
    """Everything the rules may look at. Changed by ``folding.fold`` alone."""

    id: str
    layout: Layout
    number: int = 0
    at: Moment = 0
    day: date | None = None
    day_ends: Moment = 0
    sessions: tuple[tuple[Moment, Moment], ...] = ()
    zone_sessions: dict[str, tuple[tuple[Moment, Moment], ...]] = field(default_factory=dict)
    """Today's hours of the zones that have hours of their own."""
    holidays: dict[str, CalendarDay] = field(default_factory=dict)
    """The state's calendar, by date (``YYYY-MM-DD``), of the years in ``years``."""
    years: tuple[int, ...] = ()
    days_set: dict[str, CalendarDay] = field(default_factory=dict)
    """What staff set for single dates; it goes before the state's."""
    tickets: dict[str, Ticket] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)
    queues: dict[str, Queue] = field(default_factory=dict)
    given: dict[str, int] = field(default_factory=dict)
    carried: frozenset[str] = frozenset()
    """Numbers that nobody else is given today: alive from the day before, or booked."""
    booked_up_to: dict[str, dict[str, int]] = field(default_factory=dict)
    """The highest number booked, by day (``YYYYMMDD``, today's and later) and prefix."""
    missed: dict[str, list[Moment]] = field(default_factory=dict)
    """When somebody missed bookings lately, by ``person``."""
    missed_from: Moment = NEVER
    """When the next booking is missed unless its holder comes; kept ready for the tick."""
    calls: list[Call] = field(default_factory=list)
    named: list[NamedCall] = field(default_factory=list)
    """The day's calls by name, of those who waited."""
    figures: Figures = field(default_factory=Figures)
    printer_cause: str | None = None
    pace: Pace = field(default_factory=Pace)
    changes: list[Change] = field(default_factory=list)
    """Today's changes of windows, oldest first."""
    intervals: dict[str, dict[int, Interval]] = field(default_factory=dict)
    """The day so far by zone and interval (``day_so_far``)."""
    papers: dict[int, Paper] = field(default_factory=dict)
    """Papers to come, by the deed that asked; and what became of those that staff asked for."""
    callers: tuple[str, ...] = ()
    """The windows that call by themselves, in the hall's order."""
    stopped: dict[str, str | None] = field(default_factory=dict)
    """Items and zones for which staff stopped giving numbers today (``item:ID``, ``zone:ID``), with the reason."""
    given_items: dict[str, int] = field(default_factory=dict)
    """Numbers given today for each item that has a daily cap, each part of a chain counted."""
    places_held: dict[str, dict[str, int]] = field(default_factory=dict)
    """Bookings that wait for their holders, by the day of their slot (``YYYY-MM-DD``) and by item."""
    leftovers: str | None = None
    """What staff chose today for those who still wait at closing; None: the setting's."""
    plans: dict[str, Plan] = field(default_factory=dict)
    plans_gone: dict[str, PlanGone] = field(default_factory=dict)
    """The last that were taken off the list, the newest last."""
    adoptions: list[Adoption] = field(default_factory=list)
    """By day: the one in force, and those that come."""
    band: BandNow | None = None
    plan_due: Moment = 0
    """When the plan has something to do next (``plans.next_change``)."""
    to_lunch: tuple[str, ...] = ()
    """Windows that go to lunch when their ticket has left."""
    alerts: dict[tuple[str, str], Alert] = field(default_factory=dict)
    noticed: dict[tuple[str, str], Noticed] = field(default_factory=dict)
    tuned: dict[str, Tuned] = field(default_factory=dict)
    tunings: dict[str, Tuning] = field(default_factory=dict)
    """Who changed which setting last."""
    cases: dict[int, Case] = field(default_factory=dict)
    """Cases (办件), the oldest first: those under way, and those that were handed over today."""
    cases_of: dict[str, list[int]] = field(default_factory=dict)
    """The ids in ``cases`` by ticket, of whatever day."""
    given_up: list[tuple[int, Moment, str]] = field(default_factory=list)
    """Today's deeds that the webhook could not be told: number, when, why."""
    serving: dict[str, list[Window]] = field(default_factory=dict, repr=False, compare=False)
    """Which windows serve a zone, kept from one ticket to the next; any other deed may change it."""
    to_come: dict[tuple[str, tuple[str, ...], Moment], list[tuple[Moment, int]]] = field(
        default_factory=dict, repr=False, compare=False
    )
    """How many will serve a zone from which moments on (``foresight``), kept as long as ``serving``."""
    at_windows: dict[tuple[str, tuple[str, ...]], AtWindows] = field(default_factory=dict, repr=False, compare=False)
    """What ``estimate`` last asked of a zone's windows for what is needed, kept as long as ``serving``."""

    def queue(self, zone: str) -> Queue:
        """Who waits for a zone, to look at; ``queues`` itself has only the zones where somebody does."""
        return self.queues.get(zone) or Queue()

    def work_of(self, ticket: Ticket) -> tuple[int, int]:
        """Mean (ms) and variance (ms²) of the window time the ticket will take."""
        return self.layout.work_of(ticket.item, ticket.zone)

    def needs_of(self, item: str | None) -> tuple[str, ...]:
        known = self.layout.items.get(item) if item else None
        return known.needs if known else ()

    def waiting_count(self) -> int:
        return sum(queue.count for queue in self.queues.values())

    def ahead_of(self, ticket: Ticket) -> int:
        """How many wait before this waiting ticket in its zone."""
        return self.queue(ticket.zone).ahead(ticket.class_, ticket.counts_from, ticket.order, self.layout.head_start_ms)

    def serving_zone(self, zone: str) -> list[Window]:
        """The open windows that serve a zone: its own and those that support it. To look at, not to change."""
        known = self.serving.get(zone)
        if known is None:
            known = self.serving[zone] = [
                window
                for window in self.windows.values()
                if window.state == "open" and (window.zone == zone or window.support == zone)
            ]
        return known


def new_hall(hall_id: str) -> Hall:
    """A hall before its first deed."""
    empty = Layout(id=hall_id, name="", name_en="", timezone="UTC", zones={}, windows={}, items={}, sessions=())
    return Hall(id=hall_id, layout=empty)
