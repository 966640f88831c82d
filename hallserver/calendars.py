"""The calendar of a hall is kept: this year's holidays and the next year's are taken in as soon as they are known."""

from __future__ import annotations

from hallserver.desk import Desk
from hallserver.moments import local_day
from hallserver.rules.calendar_days import seed_year
from hallserver.state_calendar import SOURCE, state_days


async def keep_calendar(desk: Desk) -> None:
    """Seed what is not there yet. A year that staff typed in is left as it is. Raises Refusal when it can't be
    written."""
    hall = desk.feed.hall
    if hall.layout.holidays != "cn":
        return
    year = local_day(desk.clock.now(), hall.layout.tz).year
    for wanted in (year, year + 1):
        days = state_days(wanted) if wanted not in hall.years else None
        if days is not None:
            await desk.press(seed_year, by="hall", year=wanted, days=days, source=SOURCE)
