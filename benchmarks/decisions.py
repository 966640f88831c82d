"""What one decision costs: ``call_next`` with 64 windows and 500 waiting, by a press and by itself."""

from __future__ import annotations

import random
import statistics
import time

from hallserver.events import Deed
from hallserver.layouts import layout_of
from hallserver.rules.arrivals import self_call, self_calls, set_to_call
from hallserver.rules.calling import call_next
from hallserver.rules.days import configure, tick
from hallserver.rules.folding import fold
from hallserver.rules.hall import Hall, new_hall
from hallserver.rules.issuing import issue
from hallserver.rules.services import complete
from hallserver.rules.windows import set_state
from hallserver.settings import load_hall
from hallserver.shipped import shipped

WAITING = 500
LIMIT_US = 50.0
START = 1_795_300_000_000


def a_busy_hall() -> Hall:
    """The shipped large hall with 64 open windows and 500 tickets over its zones and classes."""
    layout = layout_of(load_hall(shipped("config") / "changan.toml", {}), always_open=True)
    hall = new_hall(layout.id)
    now = START

    def press(rule: object, **details: object) -> None:
        assert callable(rule)
        for event in rule(hall, now, **details):
            fold(hall, Deed(hall.number + 1, now, "bench", event))

    press(configure, layout=layout)
    press(tick)
    for window in list(layout.windows)[:64]:
        press(set_state, window=window, state="open")
    draw = random.Random(7)
    for _ in range(WAITING):
        now += draw.randrange(2_000)
        green = draw.random() < 0.05
        press(
            issue,
            item=draw.choice(list(layout.items)),
            class_="green" if green else "walk_in",
            reason=layout.green_reasons[0] if green else None,
        )
    hall.at = now
    return hall


def measure() -> list[tuple[str, str, str, str, bool]]:
    """Rows of: what, figures, ratio, limit, reached."""
    hall = a_busy_hall()
    windows = [window.id for window in hall.windows.values() if window.state == "open"]
    took = []
    for turn in range(6_400):
        window = windows[turn % len(windows)]
        began = time.perf_counter()
        call_next(hall, hall.at + turn, window=window)
        took.append((time.perf_counter() - began) * 1e6)
    return [_row("call_next, 64 windows, 500 waiting", took), _row("the same, by itself", _by_itself(hall))]


def _by_itself(hall: Hall) -> list[float]:
    """What the desk asks after a press that freed one of 64 windows which all call by themselves."""
    windows = [window for window in hall.windows.values() if window.state == "open"]
    for window in windows:
        for event in set_to_call(hall, hall.at, window=window.id, by_itself=True):
            fold(hall, Deed(hall.number + 1, hall.at, "bench", event))
    for event in self_calls(hall, hall.at):
        fold(hall, Deed(hall.number + 1, hall.at, "bench", event))
    took = []
    for turn in range(3_200):
        window = windows[turn % len(windows)]
        for event in complete(hall, hall.at, window=window.id):
            fold(hall, Deed(hall.number + 1, hall.at, "bench", event))
        window.free_from = hall.at
        began = time.perf_counter()
        called = self_call(hall, hall.at)
        took.append((time.perf_counter() - began) * 1e6)
        if called is None:
            break
        fold(hall, Deed(hall.number + 1, hall.at, "bench", called))
    return took


def _row(name: str, took: list[float]) -> tuple[str, str, str, str, bool]:
    median, p99 = statistics.median(took), sorted(took)[int(len(took) * 0.99)]
    return name, f"{median:.1f} µs (99 %: {p99:.1f})", "", f"≤ {LIMIT_US:.0f} µs", median <= LIMIT_US
