"""A small hall to press in: pure, and the same for every test.

hall = a_hall()                                    # Monday 23 November 2026, 08:30, all windows open
issued(hall, at("09:00"), zone="zonghe")           # the ticket
press(hall, call_next, at("09:20"), window="1")    # the deeds that came of it
refusal(hall, call_next, at("09:21"), window="1")  # the no, after making sure that nothing changed
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hallserver.events import Deed, Event
from hallserver.moments import Moment, to_moment
from hallserver.refusals import Refusal
from hallserver.rules.days import configure, tick
from hallserver.rules.folding import fold
from hallserver.rules.hall import Hall, Ticket, new_hall
from hallserver.rules.issuing import issue
from hallserver.rules.layout import Item, Layout, Session, WindowPlan, Zone
from hallserver.rules.windows import set_state

MONDAY = "2026-11-23"
ZONES = (
    Zone("zonghe", "综合受理", "Comprehensive services", "comprehensive", "A"),
    Zone("gongan", "公安", "Police", "specialised", "B"),
    Zone("chujian", "出件", "Collection", "issuing", "C"),
)
WINDOWS = (
    WindowPlan("1", "1 号窗口", "zonghe"),
    WindowPlan("2", "2 号窗口", "zonghe", capabilities=("card_reader",)),
    WindowPlan("3", "3 号窗口", "gongan", support="zonghe"),
    WindowPlan("4", "4 号窗口", "chujian"),
)
ITEMS = (
    Item("yb-001", "参保登记", "Insurance registration", "医保", "zonghe", "instant", 8.0, 0.5),
    Item("yb-002", "社保卡制卡", "Social card", "社保", "zonghe", "instant", 12.0, 0.8, needs=("card_reader",)),
    Item("hz-001", "户口迁移", "Household move", "公安", "gongan", "promised", 20.0, 1.0),
)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def at(clock: str, day: str = MONDAY, timezone: str = "Asia/Shanghai") -> Moment:
    """``HH:MM`` or ``HH:MM:SS`` on a day of the hall."""
    return to_moment(datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(timezone)))


def a_layout(
    zones: Iterable[Zone] = ZONES,
    windows: Iterable[WindowPlan] = WINDOWS,
    items: Iterable[Item] = ITEMS,
    **settings: Any,
) -> Layout:
    """Three zones, four windows (3 supports zonghe), three items; ``settings`` are Layout's own fields."""
    usual: dict[str, Any] = {
        "id": "hall",
        "name": "便民服务中心",
        "name_en": "Service centre",
        "timezone": "Asia/Shanghai",
        "sessions": (Session(WEEKDAYS, "08:30", "17:00"),),
        "green_reasons": ("elderly", "pregnant"),
    }
    return Layout(
        zones={zone.id: zone for zone in zones},
        windows={window.id: window for window in windows},
        items={item.id: item for item in items},
        **usual | settings,
    )


OPENING = at("08:30")


def a_hall(layout: Layout | None = None, now: Moment = OPENING, open_windows: Iterable[str] | None = None) -> Hall:
    """A hall whose day has begun, with all its windows open, or those named."""
    layout = layout or a_layout()
    hall = new_hall(layout.id)
    press(hall, configure, now, layout=layout)
    press(hall, tick, now)
    for window in layout.windows if open_windows is None else open_windows:
        press(hall, set_state, now, window=window, state="open", clerk=f"clerk-{window}")
    return hall


def press(hall: Hall, rule: Callable[..., list[Event]], now: Moment, by: str = "hall", **details: Any) -> list[Deed]:
    """Run a rule and fold what it decided; the deeds, numbered on from the hall's log."""
    deeds = [Deed(hall.number + n, now, by, event) for n, event in enumerate(rule(hall, now, **details), start=1)]
    for deed in deeds:
        fold(hall, deed)
    return deeds


def refusal(hall: Hall, rule: Callable[..., list[Event]], now: Moment, **details: Any) -> Refusal:
    """The rule's no. The hall is as it was before."""
    before = deepcopy(hall)
    with pytest.raises(Refusal) as no:
        rule(hall, now, **details)
    assert hall == before
    return no.value


def issued(hall: Hall, now: Moment, **details: Any) -> Ticket:
    """A ticket taken at that moment."""
    return hall.tickets[press(hall, issue, now, **details)[0].event.facts()["ticket"]]


def with_window(layout: Layout, window: str, **changes: Any) -> Layout:
    """The layout with one window's plan changed."""
    return replace(layout, windows=layout.windows | {window: replace(layout.windows[window], **changes)})
