"""The calendar, the intake of numbers and the choice at closing."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hallserver.events import Deed
from hallserver.moments import Moment, local_day
from hallserver.refusals import Refusal
from hallserver.rules.calendar_days import seed_year, set_calendar_day, unset_calendar_day
from hallserver.rules.closing import choose_leftovers
from hallserver.rules.hall import Hall
from hallserver.rules.intake import resume_intake, stop_intake
from hallserver.rules.layout import Session
from hallserver.views import hours
from hallserver.web.api_halls import whole_number
from hallserver.web.asking import NO_STORE, Ask
from hallserver.web.bodies import CalendarDayBody, CalendarYearBody, ClosingBody, IntakeBody

YEARS = range(2000, 2200)
BY_HAND = "hand"
"""The source of a year that staff typed in."""


async def calendar(ask: Ask) -> web.StreamResponse:
    """A year of the hall's calendar; this one, if none is named. Refuses malformed."""
    live, now = ask.hall.desk.feed.hall, ask.hall.desk.clock.now()
    year = whole_number(ask, "year", local_day(now, live.layout.tz).year, 9999)
    if year not in YEARS:
        raise Refusal("malformed", field="year")
    return web.json_response(hours.calendar(live, now, year), headers=NO_STORE)


def _year(told: str) -> int:
    if not (told.isascii() and told.isdigit() and len(told) == 4 and int(told) in YEARS):
        raise Refusal("unknown_day", day=told[:20])
    return int(told)


def _year_answer(year: int) -> Any:
    def answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
        return 200, hours.calendar(hall, now, year)

    return answering


async def load_year(ask: Ask) -> web.StreamResponse:
    """Take a whole year in, as the state told it."""
    year = _year(ask.names["year"])
    body: CalendarYearBody = ask.body
    days = {day: {"kind": named.kind, "name": named.name} for day, named in body.days.items()}
    return await ask.press(seed_year, _year_answer(year), year=year, days=days, source=BY_HAND)


def _day_answer(day: str) -> Any:
    def answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
        return 200, hours.day_shape(hall, day)

    return answering


async def set_day(ask: Ask) -> web.StreamResponse:
    """Close one date, or give it hours of its own."""
    day = ask.names["day"]
    body: CalendarDayBody = ask.body
    sessions = None
    if body.sessions is not None:
        sessions = tuple(Session((), row.from_, row.to, row.zone, row.kind) for row in body.sessions)
    return await ask.press(
        set_calendar_day, _day_answer(day), day=day, kind=body.kind, name=body.name, sessions=sessions
    )


async def unset_day(ask: Ask) -> web.StreamResponse:
    """Back to what the state's calendar and the weekday make it."""
    day = ask.names["day"]
    return await ask.press(unset_calendar_day, _day_answer(day), day=day)


async def zone_intake(ask: Ask) -> web.StreamResponse:
    """Give no more numbers for a zone today, or give them again."""
    return await _intake(ask, zone=ask.names["zone"], item=None)


async def item_intake(ask: Ask) -> web.StreamResponse:
    """Give no more numbers for an item today, or give them again."""
    return await _intake(ask, zone=None, item=ask.names["item"])


async def _intake(ask: Ask, zone: str | None, item: str | None) -> web.StreamResponse:
    body: IntakeBody = ask.body

    def answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
        where = zone if zone is not None else hall.layout.items[item or ""].zone
        return 200, {"zone": zone, "item": item, **hours.intake_shape(hall, where, now, item)}

    if body.state == "open":
        return await ask.press(resume_intake, answering, zone=zone, item=item)
    return await ask.press(stop_intake, answering, zone=zone, item=item, reason=body.reason)


async def choose(ask: Ask) -> web.StreamResponse:
    """What becomes today of those who still wait at closing."""
    body: ClosingBody = ask.body

    def answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
        return 200, hours.closing(hall, now)

    return await ask.press(choose_leftovers, answering, leftovers=body.leftovers)
