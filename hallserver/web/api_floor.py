"""Moving windows while the hall is open: what it would do, doing it, putting it back, and mobile windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from hallserver.events import Deed, WindowAdded, WindowAssigned, WindowRemoved
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.assigning import Wanted, add_window, assign_together, remove_window, undo
from hallserver.rules.hall import Hall
from hallserver.rules.windows import assign
from hallserver.views.effects import Place, effects
from hallserver.views.staff import window_shape
from hallserver.web.asking import NUMBER_DIGITS, Ask, if_match, plain_json
from hallserver.web.bodies import AssignmentBody, AssignmentsBody, EffectsBody, MobileBody


async def change_assignment(ask: Ask) -> web.StreamResponse:
    """Which zone the window serves, and which one it supports."""
    window = ask.names["window"]
    ask.at_own_window(window)
    body: AssignmentBody = ask.body
    seen = body.seen if body.seen is not None else if_match(ask)

    def answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
        return 200, window_shape(hall, hall.windows[window])

    return await ask.press(
        assign, answering, window=window, zone=body.zone, support=body.support, until=body.until, seen=seen
    )


async def change_together(ask: Ask) -> web.StreamResponse:
    """Several windows in one press, all of them or none."""
    body: AssignmentsBody = ask.body
    wanted = [Wanted(one.window, one.zone, one.support, one.seen) for one in body.assignments]
    return await ask.press(assign_together, _changed(201), wanted=wanted, until=body.until)


async def put_back(ask: Ask) -> web.StreamResponse:
    """撤销: what a change replaced is there again."""
    told = ask.names["change"]
    if not (told.isascii() and told.isdigit() and len(told) <= NUMBER_DIGITS):
        raise Refusal("unknown_change", change=told)
    return await ask.press(undo, _changed(201), number=int(told))


def _changed(status: int) -> Any:
    def answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
        moved = [deed for deed in deeds if isinstance(deed.event, WindowAssigned | WindowAdded | WindowRemoved)]
        windows = [hall.windows[name] for deed in moved if (name := str(deed.event.facts()["window"])) in hall.windows]
        change = moved[0].number if moved else None
        return status, {"change": change, "windows": [window_shape(hall, window) for window in windows]}

    return answering


async def open_mobile(ask: Ask) -> web.StreamResponse:
    """机动窗口: a place that the hall's file doesn't have, for today."""
    body: MobileBody = ask.body

    def answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
        return 201, window_shape(hall, hall.windows[str(deeds[0].event.facts()["window"])])

    return await ask.press(
        add_window, answering, zone=body.zone, support=body.support, window=body.id, name=body.name,
        capabilities=body.capabilities,
    )  # fmt: skip


async def take_away(ask: Ask) -> web.StreamResponse:
    """A mobile window that is needed no more."""
    return await ask.press(remove_window, _changed(200), window=ask.names["window"])


async def effect(ask: Ask) -> web.StreamResponse:
    """What one window's move would do; without a zone it stays where it is."""
    window, query = ask.names["window"], ask.request.query
    at = ask.hall.desk.feed.hall.windows.get(window)
    zone = query.get("zone", at.zone if at is not None else "")
    return _told(ask, {window: Place(zone, query.get("support"))})


async def effects_together(ask: Ask) -> web.StreamResponse:
    """What several moves would do together."""
    body: EffectsBody = ask.body
    wanted = {one.window: Place(one.zone, one.support) for one in body.assignments}
    return _told(ask, wanted, [Place(one.zone, one.support) for one in body.opened])


def _told(ask: Ask, wanted: dict[str, Place], opened: Sequence[Place] = ()) -> web.Response:
    return plain_json(effects(ask.hall.desk.feed.hall, ask.hall.desk.clock.now(), wanted, opened))
