"""The manager's pages: who may open them, and that they are drawn as their live region is."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hallserver.moments import day_start
from hallserver.web.manage import learn
from tests.web.a_server import OTHER_HALL, ServedHall

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("path", ["/manage", f"/{OTHER_HALL}/manage"])
async def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(served: ServedHall, path: str) -> None:
    answer = await served.ask("GET", path)
    base = path.removesuffix("/manage")
    assert (answer.status, answer.headers["Location"]) == (303, f"{base}/sign-in?next={path}")


async def test_a_clerk_is_told_whose_page_it_is_and_a_manager_sees_it(served: ServedHall) -> None:
    locked = await served.ask("GET", "/manage", by="clerk-1")
    assert locked.status == 403
    assert "这里是大厅管理员的页面" in locked.text
    assert "data-floor" not in locked.text
    seen = await served.ask("GET", "/manage", by="manager")
    assert seen.status == 200
    assert 'data-zone="gongan"' in seen.text
    assert 'aria-current="page">现场</a>' in seen.text


async def test_the_floor_names_its_clerks_and_draws_the_day_beside_days_like_it(hall: ServedHall) -> None:
    await hall.open("1", by="clerk-1")
    assert await asyncio.to_thread(learned, hall) is None
    open_hall = hall.open_hall
    names = {person.id: person.name for person in await asyncio.to_thread(hall.server.hub.accounts.people, hall.id)}
    assert open_hall.staff == names
    assert (await hall.get("views/floor", by="manager")).json["staff"] == names
    begins = day_start(hall.desk.hall.day, hall.desk.hall.layout.tz)
    await hall.served()
    open_hall.called_in_intervals = lambda day, day_begins: hall.server.store.called_in_intervals(
        hall.id, f"{hall.desk.hall.day:%Y%m%d}", begins
    )  # as if every week before had been like today
    open_hall.usual_on = None
    told = await asyncio.to_thread(learned, hall)
    assert told is not None
    assert told["days"] == 30
    assert (await hall.get("views/day", by="manager")).json["usual"] == told
    assert "灰带是近 30 个同样的星期几" in (await hall.get("/manage", by="manager")).text
    open_hall.usual_on = None
    assert (await hall.get("views/day", by="manager")).json["usual"] is None, "what was learnt for another day"


def learned(hall: ServedHall) -> Any:
    learn(hall.open_hall, hall.server.hub.accounts)
    return hall.open_hall.usual


async def test_a_machine_is_no_manager(served: ServedHall) -> None:
    assert (await served.ask("GET", "/manage", by="device")).status == 303
