"""Windows: what a clerk presses, and where a manager lets them serve."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hallserver.desk import Rule
from hallserver.events import Deed, TicketCalled
from hallserver.moments import Moment
from hallserver.rules.arrivals import set_to_call
from hallserver.rules.calling import call_by_name, call_next, mark_absent, recall, undo_call
from hallserver.rules.hall import Hall
from hallserver.rules.services import complete, hand_over, hold, start_service
from hallserver.rules.windows import set_state
from hallserver.views.shapes import ticket_shape
from hallserver.views.staff import window_shape
from hallserver.web.api_tickets import follow_url, known_clerk
from hallserver.web.asking import Ask
from hallserver.web.bodies import CallBody, CallingBody, CompletionBody, HandOverBody, HoldBody, StateBody
from hallserver.web.language import language_of
from hallserver.web.sentences import why_sentence


async def call(ask: Ask) -> web.StreamResponse:
    """Call the next, or one ticket by name."""
    window = _own(ask)
    body: CallBody = ask.body
    lang = language_of(ask.request)

    def answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
        called = deeds[-1].event
        assert isinstance(called, TicketCalled)
        shape = ticket_shape(hall, hall.tickets[called.ticket], now, estimate=False)
        shape["follow_url"] = follow_url(ask, called.ticket)
        why = why_sentence(called.why, lang)
        return 201, {"ticket": shape, "why": why, "reason": called.why, "deed": deeds[-1].number}

    # Where nobody is signed in, the visit is whose press began it: nothing is without an owner.
    presser: dict[str, Any] = {"clerk" if ask.who.role == "clerk" else "presser": ask.who.id}
    if body.ticket is None:
        return await ask.press(call_next, answering, window=window, **presser)
    return await ask.press(call_by_name, answering, window=window, ticket=body.ticket, reason=body.reason, **presser)


def _own(ask: Ask) -> str:
    window = ask.names["window"]
    ask.at_own_window(window)
    return window


async def _with_ticket(ask: Ask, rule: Rule, status: int, **details: Any) -> web.StreamResponse:
    """A press on the ticket now at the window; answers the ticket as it then is."""
    window = _own(ask)

    def answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
        ticket = getattr(deeds[-1].event, "ticket")  # noqa: B009 - every deed of these rules names one
        shape = ticket_shape(hall, hall.tickets[ticket], now)
        shape["follow_url"] = follow_url(ask, ticket)
        return status, {"ticket": shape}

    return await ask.press(rule, answering, window=window, **details)


async def call_again(ask: Ask) -> web.StreamResponse:
    """重呼."""
    return await _with_ticket(ask, recall, 201)


async def absent(ask: Ask) -> web.StreamResponse:
    """过号."""
    return await _with_ticket(ask, mark_absent, 201)


async def start(ask: Ask) -> web.StreamResponse:
    """The resident sat down."""
    return await _with_ticket(ask, start_service, 201)


async def finish(ask: Ask) -> web.StreamResponse:
    """办结, or one of the other outcomes."""
    body: CompletionBody = ask.body
    return await _with_ticket(ask, complete, 201, outcome=body.outcome, note=body.note)


async def undo(ask: Ask) -> web.StreamResponse:
    """撤回呼叫: the call was a mistake."""
    return await _with_ticket(ask, undo_call, 201)


async def next_clerk(ask: Ask) -> web.StreamResponse:
    """交接: another clerk goes on with the ticket at the window."""
    _own(ask)
    body: HandOverBody = ask.body
    to = await known_clerk(ask, body.to)
    return await _with_ticket(ask, hand_over, 201, to=to)


async def put_aside(ask: Ask) -> web.StreamResponse:
    """挂起."""
    body: HoldBody = ask.body
    return await _with_ticket(ask, hold, 201, reason=body.reason)


def _window_answer(window: str) -> Any:
    def answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
        return 200, window_shape(hall, hall.windows[window])

    return answering


async def change_state(ask: Ask) -> web.StreamResponse:
    """Open, pause or close a window."""
    window = _own(ask)
    body: StateBody = ask.body
    clerk = ask.who.id if ask.who.role == "clerk" else None
    return await ask.press(
        set_state, _window_answer(window), window=window, state=body.state, reason=body.reason, clerk=clerk
    )


async def change_calling(ask: Ask) -> web.StreamResponse:
    """Whether the window calls the next by itself."""
    window = _own(ask)
    body: CallingBody = ask.body
    return await ask.press(set_to_call, _window_answer(window), window=window, by_itself=body.by_itself)
