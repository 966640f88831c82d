"""The live socket (design §7): the latest view, or every deed in order."""

from __future__ import annotations

import asyncio
import json

import structlog
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web
from pydantic import ValidationError

from hallserver.events import (
    BookingArrived,
    Deed,
    GuideAsked,
    PrinterTestAsked,
    ReceiptAsked,
    ReprintAsked,
    TicketBooked,
    TicketCalled,
    TicketIssued,
    TicketRecalled,
)
from hallserver.refusals import Refusal
from hallserver.rules.hall import TOO_LATE
from hallserver.rules.papers import paper_came
from hallserver.rules.reports import call_was_heard
from hallserver.store.writer import StorageFailed
from hallserver.views.machines import Unsaid
from hallserver.web import metrics
from hallserver.web.agents import HealthMessage
from hallserver.web.api_halls import may_see, whole_number
from hallserver.web.asking import MACHINES_AND_STAFF, Ask
from hallserver.web.bodies import Confirmation
from hallserver.web.deeds import deed_shape
from hallserver.web.language import language_of
from hallserver.web.principals import RESIDENT, from_this_machine, same_origin, who

log = structlog.get_logger()

PING_S = 20.0
"""Deed followers are pinged one by one; screens by their audience, all with one frame."""
SEND_TIMEOUT_S = 20.0
"""A deed follower that takes nothing for so long is cut off."""
RIGHTS_S = 14.0
"""How often it is asked whether the token or session of an open socket is still good."""
SIGNED_OUT = 4401
"""The close code of a socket whose token or session is good no more: pages open anew, which leads to the sign-in."""
MESSAGE_LIMIT = 4 * 1024
CAUSE_LIMIT = 60
CHECK = {"check": True}
CHECK_LENGTH_LIMIT = 40
OF_NUMBERS = (TicketIssued, TicketBooked, BookingArrived, ReprintAsked)
PAPERS_ASKED = (*OF_NUMBERS, ReceiptAsked, GuideAsked, PrinterTestAsked)
HEARD_HERE = b'{"confirm": N, "outcome": ...} and {"health": {...}} are heard here'


class Sockets(set[web.WebSocketResponse]):
    """The live connections of this process."""


SOCKETS = web.AppKey("sockets", Sockets)


async def live(ask: Ask) -> web.StreamResponse:
    """``?view=board`` for the latest view, ``?after=N`` for every deed beyond a number."""
    request = ask.request
    if "Sec-Fetch-Site" in request.headers or "Origin" in request.headers:
        same_origin(request)
    name = request.query.get("view")
    heartbeat = PING_S if name is None else None
    socket = web.WebSocketResponse(heartbeat=heartbeat, compress=False, max_msg_size=MESSAGE_LIMIT)
    if not socket.can_prepare(request):
        raise Refusal("malformed")
    try:
        if name is not None:
            may_see(ask, name)
            return await _follow_view(ask, socket, name, request.query.get("as", "json"))
        if ask.who.role not in MACHINES_AND_STAFF:
            raise Refusal("sign_in_needed")
        return await _follow_deeds(ask, socket, whole_number(ask, "after", ask.hall.desk.feed.end, 10**15))
    except Exception as error:
        if not socket.prepared:
            raise
        # Once upgraded, nothing but a close code can be said.
        if not isinstance(error, ConnectionError):
            log.exception("live_failed", query=request.query_string)
            metrics.FAULTS.inc()
        await socket.close(code=WSCloseCode.INTERNAL_ERROR)
        return socket


async def _follow_view(ask: Ask, socket: web.WebSocketResponse, name: str, form: str) -> web.StreamResponse:
    ask.hall.audience.known(name, form)
    await socket.prepare(ask.request)
    transport = ask.request.transport
    if transport is None:
        return socket
    sockets = ask.request.app[SOCKETS]
    sockets.add(socket)
    leave = ask.hall.audience.join(transport, name, form, language_of(ask.request))
    # In a demonstration the board on the server's own screen needs no token.
    shown_here = ask.hub.demonstration and from_this_machine(ask.request)
    heard = ask.who.role in MACHINES_AND_STAFF or shown_here
    watching = _watched(ask, socket)
    try:
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                break
            if _is_check(message):
                ask.hall.audience.beat(transport)
            elif heard:
                await _hear(ask, socket, message)
    finally:
        watching.cancel()
        leave()
        ask.hall.agents.left(socket)
        sockets.discard(socket)
    return socket


def _is_check(message: WSMessage) -> bool:
    """``{"check": true}``: a screen that slept makes sure that somebody still hears it."""
    if len(message.data) > CHECK_LENGTH_LIMIT:
        return False
    try:
        return bool(json.loads(message.data) == CHECK)
    except ValueError:
        return False


async def _follow_deeds(ask: Ask, socket: web.WebSocketResponse, after: int) -> web.StreamResponse:
    await socket.prepare(ask.request)
    sockets = ask.request.app[SOCKETS]
    sockets.add(socket)
    sending = asyncio.create_task(_send_deeds(ask, socket, after))
    watching = _watched(ask, socket)
    try:
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                break
            await _hear(ask, socket, message)
    finally:
        sending.cancel()
        watching.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        ask.hall.agents.left(socket)
        sockets.discard(socket)
    return socket


def _watched(ask: Ask, socket: web.WebSocketResponse) -> asyncio.Future[None]:
    """Whoever signed in, or showed a token, is let go when that is good no more. A resident showed nothing."""
    if ask.who.role == RESIDENT:
        return asyncio.get_running_loop().create_future()
    return asyncio.create_task(_while_allowed(ask, socket))


async def _while_allowed(ask: Ask, socket: web.WebSocketResponse) -> None:
    allowed = True
    while allowed:
        await asyncio.sleep(RIGHTS_S)
        try:
            allowed = (await who(ask.request, ask.hall.desk.id)).role == ask.who.role
        except Refusal:
            allowed = False
        except StorageFailed:
            continue  # what can't be asked now is asked again
    await socket.close(code=SIGNED_OUT, message=b"signed out")


async def _send_deeds(ask: Ask, socket: web.WebSocketResponse, after: int) -> None:
    """One by one, at the reader's pace; one that doesn't read is cut off, and one to whom nothing can be
    told any more is let go, so that it comes back."""
    feed = ask.hall.desk.feed
    try:
        async for deed in feed.deeds(after):
            text = json.dumps(deed_shape(feed.hall, deed, ask.who.role), ensure_ascii=False)
            await asyncio.wait_for(socket.send_str(text), SEND_TIMEOUT_S)
    except (TimeoutError, ConnectionError):
        metrics.CUT_OFF.labels(feed.hall.id).inc()
        if ask.request.transport is not None:
            ask.request.transport.abort()
    except StorageFailed:
        await socket.close(code=WSCloseCode.TRY_AGAIN_LATER)
    except Exception:
        log.exception("deeds_failed", after=after)
        metrics.FAULTS.inc()
        await socket.close(code=WSCloseCode.INTERNAL_ERROR)


async def _hear(ask: Ask, socket: web.WebSocketResponse, message: WSMessage) -> None:
    """``{"confirm": N, "outcome": …}``: what a machine did about a deed becomes a deed. ``{"health": {…}}``:
    how it is, which nobody answers."""
    try:
        if '"health"' in message.data:
            ask.hall.agents.tell(ask.who.by, HealthMessage.model_validate_json(message.data).health, socket)
            return
        told = Confirmation.model_validate_json(message.data)
    except ValidationError:
        await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=HEARD_HERE)
        return
    found = await ask.hall.desk.feed.read(told.confirm - 1, 1) if told.confirm > 0 else []
    try:
        if found:
            await confirm(ask, found[0], told)
            _note(ask, socket, found[0], told)
    except Refusal as refusal:
        await socket.send_str(json.dumps({"confirm": told.confirm, "refused": refusal.code}))


def _note(ask: Ask, socket: web.WebSocketResponse, deed: Deed, told: Confirmation) -> None:
    """What was confirmed tells how the machine is."""
    by, cause = ask.who.by, (told.cause or "unknown")[:CAUSE_LIMIT]
    if told.outcome in ("spoken", "not_spoken"):
        ask.hall.agents.did(by, "voice", ask.who.id, None if told.outcome == "spoken" else cause, socket)
        if told.outcome == "not_spoken" and isinstance(deed.event, TicketCalled | TicketRecalled):
            call = deed.event
            ask.hall.agents.not_said(Unsaid(deed.number, call.ticket, call.window, cause, ask.hall.desk.clock.now()))
    elif told.outcome in ("printed", "failed"):
        name = (told.printer or ask.who.id)[:CAUSE_LIMIT]
        ask.hall.agents.did(
            by, "printer", name, None if told.outcome == "printed" or cause == TOO_LATE else cause, socket
        )


async def confirm(ask: Ask, deed: Deed, told: Confirmation) -> None:
    """Write down what was done about a deed. What is confirmed without an outcome went well. Refuses
    malformed for an outcome that this kind of deed can't have."""
    event, by = deed.event, ask.who.by
    cause = str(told.cause)[:CAUSE_LIMIT] if told.outcome in ("failed", "not_spoken") else None
    if isinstance(event, PAPERS_ASKED):
        if told.outcome not in (None, "printed", "failed"):
            raise Refusal("malformed")
        printer = (told.printer or ask.who.id)[:CAUSE_LIMIT]
        ticket = event.ticket if isinstance(event, OF_NUMBERS) else None
        await ask.hall.desk.press(
            paper_came, by=by, ticket=ticket, deed=deed.number, printer=printer, cause=cause, begun=told.begun
        )
        ask.hall.forget_printed(deed.number)
    elif isinstance(event, TicketCalled | TicketRecalled):
        if told.outcome not in (None, "spoken", "not_spoken"):
            raise Refusal("malformed")
        await ask.hall.desk.press(
            call_was_heard, by=by, ticket=event.ticket, window=event.window, deed=deed.number, cause=cause
        )


async def say_goodbye(app: web.Application) -> None:
    """On shutdown every socket is told that the service restarts (1012)."""
    sockets: Sockets = app[SOCKETS]
    await asyncio.gather(
        *(socket.close(code=WSCloseCode.SERVICE_RESTART, message=b"restarting") for socket in list(sockets)),
        return_exceptions=True,
    )
