"""Halls for pages to show: the neighbourhood hall that comes with the software, empty or in the middle of a morning."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from hallserver.clock import HallClock
from hallserver.settings import HallSettings, load_hall
from tests.web.a_server import ServedHall, past_midnight_s

CONFIG = Path(__file__).resolve().parents[2] / "config"
LUOJIAZHUANG = load_hall(CONFIG / "luojiazhuang.toml", {"HALLSERVER__CALLING__CALLS_BEFORE_ABSENCE": "1"})
"""Nobody in these tests has the time to be called three times."""


def with_(table: str, **changed: Any) -> HallSettings:
    """The shipped settings with a few keys of one table changed."""
    part = getattr(LUOJIAZHUANG, table).model_copy(update=changed)
    return LUOJIAZHUANG.model_copy(update={table: part})


class StepClock:
    """A hall's clock that a test can set apart from the machine's."""

    def __init__(self, ahead_s: float | None = None) -> None:
        self.ahead_s = past_midnight_s() if ahead_s is None else ahead_s

    def hall_clock(self) -> HallClock:
        return HallClock(lambda: time.time() + self.ahead_s)


async def deeds(hall: ServedHall, *kinds: str) -> list[dict[str, Any]]:
    """The log's deeds of these kinds so far, or all of it."""
    log = (await hall.get("log?after=0&limit=1000", by="device")).json["deeds"]
    return [deed for deed in log if not kinds or deed["kind"] in kinds]


async def a_morning(hall: ServedHall) -> dict[str, str]:
    """People wait everywhere, windows 1, 2 and 6 work, 4 pauses, 5 has just finished (its pad asks), at 3 a number is
    called, one is held and one missed its call. The tickets by their state."""
    await hall.open("1", "2", "3", "4", "5", "6", "7")
    taken = [await hall.take("zonghe") for _ in range(9)]
    for zone in ("gongan", "gongan", "chujian"):
        await hall.take(zone)
    tickets = [str(one["id"]) for one in taken]
    for window, ticket in (("1", 0), ("2", 1), ("5", 2)):
        await hall.call(window, ticket=tickets[ticket])
        assert (await hall.post(f"windows/{window}/services", by="manager")).status == 201
    await hall.call("6")
    await hall.serve("5")
    await hall.call("3", ticket=tickets[3])
    assert (await hall.post("windows/3/absences", by="manager")).status == 201
    await hall.call("3", ticket=tickets[4])
    assert (await hall.post("windows/3/holds", {"reason": "去复印"}, by="manager")).status == 201
    await hall.call("3", ticket=tickets[5])
    paused = await hall.put("windows/4/state", {"state": "paused", "reason": "就餐"}, by="manager")
    assert paused.status == 200, paused
    return {
        "serving": tickets[0],
        "done": tickets[2],
        "passed": tickets[3],
        "held": tickets[4],
        "called": tickets[5],
        "waiting": tickets[8],
    }
