"""A window that calls by itself: the call is written with the press that made way for it, or by the tick."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hallserver.desk import Desk
from hallserver.events import Deed
from hallserver.moments import Moment
from hallserver.rules.arrivals import set_to_call
from hallserver.rules.hall import Hall
from hallserver.rules.issuing import issue
from tests.desk.a_real_hall import Time, call, check, finish, lines, open_windows, opened, take, told_of, wide_layout


async def calling(desk: Desk, *windows: str) -> None:
    await open_windows(desk)
    for window in windows:
        await desk.press(set_to_call, by="manager:m", window=window, by_itself=True)


async def test_a_number_and_its_call_are_one_transaction_and_one_answer(tmp_path: Path) -> None:
    path = tmp_path / "hall.db"

    def seen(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
        [issued] = deeds
        return 201, {"kind": issued.event.kind, "state": [ticket.state for ticket in hall.tickets.values()]}

    async with opened(path) as desk:
        await calling(desk, "2")
        answer = await desk.press(issue, by="resident", answering=seen, key="once", zone="zonghe")
        assert json.loads(answer.body) == {"kind": "TicketIssued", "state": ["called"]}
        again = await desk.press(issue, by="resident", answering=seen, key="once", zone="zonghe")
        assert again == answer
        assert [(kind, facts.get("window")) for _, kind, facts in lines(path)[-2:]] == [
            ("TicketIssued", None),
            ("TicketCalled", "2"),
        ]
        await check(desk)


async def test_when_the_breath_is_over_the_tick_calls_the_next_and_a_quiet_tick_writes_nothing(tmp_path: Path) -> None:
    path, time = tmp_path / "hall.db", Time()
    async with opened(path, wide_layout(1, think_s=10), time) as desk:
        await calling(desk, "1")
        first, second = await take(desk), await take(desk)
        await finish(desk, "1")
        end = desk.hall.number
        time.passes(seconds=9)
        await desk.tick()
        assert desk.hall.number == end
        time.passes(seconds=1)
        await desk.tick()
        assert told_of(path, "TicketCalled") == [first, second]
        await desk.tick()
        assert desk.hall.number == end + 1
        await check(desk)


async def test_two_desks_on_one_file_make_a_call_once(tmp_path: Path) -> None:
    path, time = tmp_path / "hall.db", Time()
    layout = wide_layout(2, think_s=10)
    async with opened(path, layout, time) as desk, opened(path, layout, time) as other:
        await calling(desk, "1")
        called = [await take(desk), await take(other), await take(other)]
        await finish(desk, "1")
        time.passes(seconds=10)
        await desk.tick()
        await other.tick()
        assert told_of(path, "TicketCalled") == called[:2]
        assert await call(other, "2") == called[2]
        for one in (desk, other):
            await one.tick()
            await check(one)
