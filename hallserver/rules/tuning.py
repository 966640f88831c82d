"""Settings that a manager changes while the hall is open: which, within which limits.

A tuned value outlives a restart, until the hall's file itself says otherwise about that key. The rules
read the layout as before and know nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hallserver.events import Event, HallTuned
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.hall import Hall
from hallserver.rules.layout import Layout, Tuned, Tuning

Value = float | int | bool | str


@dataclass(slots=True, frozen=True)
class Tunable:
    """One key of the file (``calling.handicap_min``), the layout's field for it, and its limits as in the file."""

    key: str
    field: str
    least: float = 0
    most: float = 0
    unit: str = "min"
    """min, s, days, times, count, "switch" for yes and no, or "choice" for one of ``options``."""
    above: bool = False
    """Whether the least is itself too little."""
    options: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        return self.unit in ("count", "days")

    def fits(self, value: Value) -> bool:
        """Whether a value may stand there."""
        if self.unit == "choice" or isinstance(value, str):
            return self.unit == "choice" and value in self.options
        if self.unit == "switch" or isinstance(value, bool):
            return self.unit == "switch" and isinstance(value, bool)
        if not self.least <= value <= self.most or (self.above and value == self.least):
            return False
        return not self.whole or value == int(value)

    def read(self, layout: Layout) -> Any:
        """Its value in a layout."""
        found: Any = layout
        for name in self.field.split("."):
            found = _inner(found, name)
        return found

    def written(self, layout: Layout, value: Any) -> Layout:
        """The layout with that value."""
        written: Layout = _written(layout, self.field.split("."), value)
        return written


def _inner(thing: Any, name: str) -> Any:
    return thing[name] if isinstance(thing, dict) else getattr(thing, name)


def _written(thing: Any, path: list[str], value: Any) -> Any:
    name, *rest = path
    inner = _written(_inner(thing, name), rest, value) if rest else value
    return {**thing, name: inner} if isinstance(thing, dict) else replace(thing, **{name: inner})


TUNABLES: tuple[Tunable, ...] = (
    Tunable("calling.head_start_min.walk_in", "head_start_min.walk_in", 0, 240),
    Tunable("calling.head_start_min.booked", "head_start_min.booked", 0, 240),
    Tunable("calling.head_start_min.green", "head_start_min.green", 0, 240),
    Tunable("calling.handicap_min", "handicap_min", 0, 240),
    Tunable("calling.calls_before_absence", "calls_before_absence", 1, 10, "count"),
    Tunable("calling.recall_gap_s", "recall_gap_s", 0, 600, "s"),
    Tunable("calling.undo_within_s", "undo_within_s", 0, 600, "s"),
    Tunable("calling.hold_remind_min", "hold_remind_min", 0, 480, above=True),
    Tunable("calling.return_places", "return_places", 0, 50, "count"),
    Tunable("calling.think_s", "think_s", 0, 600, "s"),
    Tunable("calling.walk_s", "walk_s", 0, 600, "s"),
    Tunable("queue.warn_min", "warn_min", 0, 600, above=True),
    Tunable("queue.critical_min", "critical_min", 0, 600, above=True),
    Tunable("queue.waiting_limit", "waiting_limit", 1, 20_000, "count"),
    Tunable("intake.last_intake_min", "last_intake_min", 0, 240),
    Tunable("intake.served_before_closing", "served_before_closing", unit="choice", options=("off", "likely", "high")),
    Tunable("closing.leftovers", "leftovers", unit="choice", options=("serve_out", "end")),
    Tunable("bookings.enabled", "bookings.enabled", unit="switch"),
    Tunable("bookings.days_ahead", "bookings.days_ahead", 0, 20, "days"),
    Tunable("bookings.one_a_day", "bookings.one_a_day", unit="switch"),
    Tunable("bookings.ask_phone", "bookings.ask_phone", unit="switch"),
    Tunable("bookings.cancel_before_min", "bookings.cancel_before_min", 0, 10_080),
    Tunable("bookings.early_min", "bookings.early_min", 0, 1440),
    Tunable("bookings.late_min", "bookings.late_min", 0, 1440),
    Tunable("bookings.after_late", "bookings.after_late", unit="choice", options=("walk_in", "missed")),
    Tunable("bookings.no_shows", "bookings.no_shows", 0, 20, "count"),
    Tunable("bookings.no_show_days", "bookings.no_show_days", 1, 365, "days"),
    Tunable("bookings.blocked_days", "bookings.blocked_days", 1, 365, "days"),
    Tunable("alerts.open_window_at", "open_window_at", 0, 500, "count"),
    Tunable("alerts.long_service_times", "long_service_times", 0, 20, "times"),
    Tunable("alerts.long_service_min", "long_service_min", 0, 480),
    Tunable("alerts.idle_min", "idle_min", 0, 120),
    Tunable("alerts.absent_min", "absent_min", 0, 120),
    Tunable("planning.notice_min", "notice_min", 0, 240),
    Tunable("pad.wake_s", "pad_wake_s", 10, 900, "s"),
    Tunable("pad.thanks_s", "pad_thanks_s", 1, 60, "s"),
)
BY_KEY = {tunable.key: tunable for tunable in TUNABLES}
QUOTA_LIMIT = 500


def tunables(layout: Layout) -> Iterator[Tunable]:
    """Every setting that can be tuned in a hall: those of every hall, and what each of its zones takes of bookings."""
    yield from TUNABLES
    for zone in layout.zones:
        yield _quota(zone)


def tunable_of(layout: Layout, key: str) -> Tunable | None:
    """The setting of that key; None where the hall has none to tune."""
    table, _, rest = key.partition(".")
    zone, _, name = rest.partition(".")
    if table == "zones" and name == "booking_quota" and zone in layout.zones:
        return _quota(zone)
    return BY_KEY.get(key)


def _quota(zone: str) -> Tunable:
    return Tunable(f"zones.{zone}.booking_quota", f"zones.{zone}.booking_quota", 0, QUOTA_LIMIT, "count")


def tune(
    hall: Hall,
    now: Moment,
    *,
    changes: Mapping[str, Value | None],
    seen: Mapping[str, int] | None = None,
    seen_up_to: int | None = None,
) -> list[Event]:
    """Change settings, or with None go back to what the file says. All of them or, at the first no, none.

    ``seen`` names for a setting the deed that changed it last as the presser knows it (0: none), ``seen_up_to``
    how far he knows the log; what another changed since is refused with setting_changed."""
    wanted: dict[str, Value | None] = {}
    tried = hall.layout
    for key, value in changes.items():
        tunable = tunable_of(hall.layout, key)
        if tunable is None:
            raise Refusal("unknown_setting", setting=key)
        if value is not None and not tunable.fits(value):
            raise Refusal("setting_out_of_limits", setting=key, least=tunable.least, most=tunable.most)
        there = hall.tuned.get(key)
        filed = there.filed if there is not None else tunable.read(hall.layout)
        if tunable.whole and value is not None:
            value = int(value)
        if value == filed:
            value = None  # what the file says needs no remembering
        if value == (None if there is None else there.value):
            continue
        _unchanged_since(hall, tunable, (seen or {}).get(key, seen_up_to))
        wanted[key] = value
        tried = tunable.written(tried, filed if value is None else value)
    if tried.critical_min <= tried.warn_min:
        raise Refusal("thresholds_crossed", warn_min=tried.warn_min, critical_min=tried.critical_min)
    if tried.bookings.enabled and not _some_take_bookings(tried):
        raise Refusal("no_booking_quota")
    return [HallTuned(wanted)] if wanted else []


def _some_take_bookings(layout: Layout) -> bool:
    quotas = [one.booking_quota for many in (layout.zones, layout.items) for one in many.values()]
    return any(quotas)


def _unchanged_since(hall: Hall, tunable: Tunable, seen: int | None) -> None:
    last = hall.tunings.get(tunable.key)
    if seen is not None and last is not None and last.number > seen:
        raise Refusal("setting_changed", setting=tunable.key, by=last.by, value=tunable.read(hall.layout))


def tuned(hall: Hall, changes: Mapping[str, Value | None], tuning: Tuning) -> None:
    """Fold: lay the changes over the layout. A key this version doesn't know is passed over."""
    for key, value in changes.items():
        tunable = tunable_of(hall.layout, key)
        if tunable is None:
            continue
        there = hall.tuned.pop(key, None)
        filed = there.filed if there is not None else tunable.read(hall.layout)
        if value is not None:
            hall.tuned[key] = Tuned(value, filed, tuning.at, tuning.by)
        hall.tunings[key] = tuning
        hall.layout = tunable.written(hall.layout, filed if value is None else value)


def filed_layout(hall: Hall) -> Layout:
    """The layout as the hall's file has it."""
    layout = hall.layout.as_filed()
    for key, there in hall.tuned.items():
        tunable = tunable_of(layout, key)
        assert tunable is not None, key
        layout = tunable.written(layout, there.filed)
    return layout


def lay_over(hall: Hall, filed: Layout, tuning: Tuning) -> None:
    """Fold: the file's settings came anew. A tuned value stays where the file's own value is what it was, and
    where the two thresholds still fit together."""
    kept: dict[str, Tuned] = {}
    layout = filed
    for key, there in hall.tuned.items():
        tunable = tunable_of(filed, key)
        if tunable is not None and tunable.read(filed) == there.filed:
            kept[key] = there
            layout = tunable.written(layout, there.value)
    if layout.critical_min <= layout.warn_min:
        for key in ("queue.warn_min", "queue.critical_min"):
            if kept.pop(key, None) is not None:
                layout = BY_KEY[key].written(layout, BY_KEY[key].read(filed))
    if hall.layout.zones:  # not the first settings of all
        for one in tunables(layout):
            known = tunable_of(hall.layout, one.key)
            if known is None or known.read(hall.layout) != one.read(layout):
                hall.tunings[one.key] = tuning
    hall.tuned, hall.layout = kept, layout
