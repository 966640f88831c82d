"""Other settings, plans and tuned values that any day may bring."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hallserver.rules.layout import WindowPlan
from tests.a_hall import ITEMS, WINDOWS, ZONES

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CHANGES: dict[str, dict[str, Any]] = {
    "as ever": {},
    "two calls before absence": {"calls_before_absence": 2, "handicap_min": 2.5, "waiting_limit": 4},
    "other head starts": {"head_start_min": {"walk_in": 1, "booked": 0, "green": 3}, "return_places": 1},
    "without police": {"zones": (ZONES[0], ZONES[2]), "windows": (*WINDOWS[:2], WINDOWS[3]), "items": ITEMS[:2]},
    "window 1 is gone": {"windows": WINDOWS[1:]},
    "window 5 is new": {"windows": (*WINDOWS, WindowPlan("5", "", "gongan", support="chujian"))},
    "no matters listed": {"items": ()},
    "slower matters": {"items": tuple(replace(item, typical_min=item.typical_min * 2) for item in ITEMS)},
    "an hour west": {"timezone": "Asia/Bangkok"},
    "a breath before each call": {"think_s": 25},
}
PLANS: dict[str, list[dict[str, Any]]] = {
    "nothing": [],
    "morning": [
        {"days": DAYS, "from": "08:45", "to": "11:00", "windows": {"1": {"zone": "gongan", "support": "zonghe"}}},
        {"days": DAYS, "from": "11:00", "to": "12:00", "windows": {"2": {"state": "lunch"}, "3": {"state": "lunch"}}},
    ],
    "all day": [
        {"days": DAYS, "from": "00:00", "to": "24:00", "windows": {"4": {"zone": "zonghe"}, "2": {"support": "gongan"}}}
    ],
}
TUNED = {"calling.handicap_min": 3, "calling.head_start_min.green": 40, "queue.warn_min": 4, "alerts.absent_min": 1}
