"""Cases (办件) at the door: looked for, and pressed on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

from hallserver.desk import Answering, Rule
from hallserver.events import Deed
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.cases import STATES, hand_over_case, make_ready, set_back, supply
from hallserver.rules.hall import Case, Hall
from hallserver.store.projection import COLUMNS
from hallserver.views.cases import DueDays, case_shape, found
from hallserver.web.api_halls import whole_number
from hallserver.web.asking import Ask, plain_json
from hallserver.web.case_bodies import CaseStateBody, HandingOverBody, SuppliedBody
from hallserver.web.hub import Hub, OpenHall

CASES_LIMIT = 500
"""Cases in one answer at most."""
QUERY_LIMIT = 300
"""Characters of what is looked for: a ticket's address may be among it, as a scanner types it."""


async def cases(ask: Ask) -> web.StreamResponse:
    """The cases of the live state that fit, by their numbers, beyond one of them."""
    state = ask.request.query.get("state")
    if state is not None and state not in STATES:
        raise Refusal("malformed", field="state")
    after = whole_number(ask, "after", 0, 10**15)
    limit = whole_number(ask, "limit", 100, CASES_LIMIT)
    words = ask.request.query.get("q", "")
    if len(words) > QUERY_LIMIT:
        raise Refusal("malformed", field="q")
    desk = ask.hall.desk
    hall, now, due_days = desk.feed.hall, desk.clock.now(), DueDays(desk.feed.hall)
    fitting = found(hall, state, fits(ask.hub, ask.hall, words.strip()))
    beyond = [case for case in fitting if case.id > after][:limit]
    shown = [case_shape(hall, case, now, due_days) for case in beyond]
    return plain_json({"cases": shown, "total": len(fitting)})


def fits(hub: Hub, hall: OpenHall, words: str) -> Callable[[Case], bool]:
    """Whether a case is what somebody looks for: by its number or its beginning, the ticket's id, its address (as a
    scanner types it), or the matter by name, pinyin or first letters."""
    if not words:
        return lambda case: True
    held = hub.links.read(words.rsplit("/", 1)[-1].partition("?")[0]) if words.isascii() else None
    if held is not None:
        return lambda case: (hall.desk.id, case.ticket) == held
    number = words.upper()
    items = {item.id for item in hall.search.items(words)}
    return lambda case: case.shown.startswith(number) or case.ticket == number or case.item in items


async def one(ask: Ask) -> web.StreamResponse:
    """A case of the live state, or of an earlier day from its table."""
    number, desk = _number(ask), ask.hall.desk
    case = desk.feed.hall.cases.get(number)
    if case is None:
        row = await asyncio.to_thread(desk.case_row, number, COLUMNS["case"])
        if row is None:
            raise Refusal("unknown_case", case=number)
        case = case_of_row(row)
    return plain_json(case_shape(desk.feed.hall, case, desk.clock.now()))


def case_of_row(row: dict[str, Any]) -> Case:
    shown = row["ticket"].partition("-")[2]
    return Case(
        row["id"], row["ticket"], shown, row["item"], row["zone"], row["window"], row["clerk"], row["accepted_at"],
        row["gaps"], row["supplied_at"], row["ready_at"], row["handed_over_at"], row["way"], row["state"],
    )  # fmt: skip


def _number(ask: Ask) -> int:
    """The case in the address. Refuses unknown_case."""
    told = ask.names["case"]
    if not (told.isascii() and told.isdigit() and len(told) <= 15):
        raise Refusal("unknown_case", case=told[:20])
    return int(told)


async def _press(ask: Ask, rule: Rule, **details: Any) -> web.StreamResponse:
    case = _number(ask)
    return await ask.press(rule, _case_answer(case), case=case, **details)


def _case_answer(case: int) -> Answering:
    def answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
        return 200, case_shape(hall, hall.cases[case], now)

    return answering


async def change_state(ask: Ask) -> web.StreamResponse:
    """结果已出, or not after all."""
    body: CaseStateBody = ask.body
    if body.state == "in_office":
        return await _press(ask, set_back)
    return await _press(ask, make_ready, call=body.call)


async def change_supplied(ask: Ask) -> web.StreamResponse:
    """容缺补正."""
    body: SuppliedBody = ask.body
    return await _press(ask, supply, supplied=body.supplied)


async def give_out(ask: Ask) -> web.StreamResponse:
    """出件: by who presses, at the window where they are signed in, if they are at one."""
    body: HandingOverBody = ask.body
    window = ask.who.window if ask.who.window in ask.hall.desk.feed.hall.windows else None
    return await _press(ask, hand_over_case, way=body.way, window=window, clerk=ask.who.id)
