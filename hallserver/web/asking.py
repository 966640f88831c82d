"""From a route to its handler: who asks, whether they may, and what they sent; and every no made a problem."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiohttp import web
from pydantic import BaseModel, ValidationError

from hallserver.desk import Answering, Rule
from hallserver.refusals import Refusal
from hallserver.store.accounts import Principal
from hallserver.store.writer import StorageFailed
from hallserver.web import metrics
from hallserver.web.bodies import read_body
from hallserver.web.hub import Hub, OpenHall
from hallserver.web.principals import RESIDENT, Doorkeeper, readable
from hallserver.web.problems import invalid, problem, refused
from hallserver.web.ready import ReadyJson

log = structlog.get_logger()

BODY_LIMIT = 64 * 1024
"""Bytes of a request's body at most."""
KEY_LIMIT = 200
NUMBER_DIGITS = 15
JSON = "application/json"
PACKED = frozenset(("identity", "gzip", "deflate", "br", "zstd"))
"""How a body may be packed: aiohttp unpacks these, up to the same limit."""
EVERYONE = frozenset(("resident", "device", "clerk", "manager"))
MACHINES = frozenset(("device",))
MACHINES_AND_STAFF = frozenset(("device", "clerk", "manager"))
STAFF = frozenset(("clerk", "manager"))
MANAGERS = frozenset(("manager",))


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the table: who may ask for what, with which body, and what is answered."""

    method: str
    path: str
    handler: Callable[[Ask], Awaitable[web.StreamResponse]]
    roles: frozenset[str]
    summary: str
    answers: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    status: int = 200
    query: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    media: str = "application/json"
    keyed: bool = True
    """Whether a change here keeps its answer under an Idempotency-Key."""


@dataclass(slots=True)
class Ask:
    """A request on its way through a handler."""

    request: web.Request
    hub: Hub
    hall: OpenHall
    who: Principal
    body: Any = None
    raw: bytes = b""
    names: Mapping[str, str] = field(default_factory=dict)

    async def press(
        self,
        rule: Rule,
        answering: Answering,
        *,
        private: tuple[str | None, str, bytes] | None = None,
        **details: Any,
    ) -> web.StreamResponse:
        """Take a change through the hall's desk; the same Idempotency-Key gets the same answer."""
        key, fingerprint = self._key()
        answer = await self.hall.desk.take(rule, self.who.by, details, answering, key, fingerprint, private)
        return ReadyJson(answer.status, answer.body.encode())

    def _key(self) -> tuple[str | None, str]:
        """The key, as this presser's own, and a fingerprint of what it was used for."""
        key = self.request.headers.get("Idempotency-Key")
        if key is None:
            return None, ""
        if not (0 < len(key) <= KEY_LIMIT and key.isascii() and key.isprintable() and " " not in key):
            raise Refusal("malformed", field="Idempotency-Key")
        told = f"{self.request.method} {self.request.path}\n".encode() + self.raw
        return f"{self.who.by} {key}", self.hub.people.fingerprint(told)

    def at_own_window(self, window: str) -> None:
        """A clerk presses for the window he is signed in at, a manager for any. Refuses not_your_window."""
        if window not in self.hall.desk.feed.hall.windows:
            raise Refusal("unknown_window", window=window)
        if self.who.role == "clerk" and self.who.window != window:
            raise Refusal("not_your_window", window=window)


def if_match(ask: Ask) -> int | None:
    """A deed's number up to which the presser knows a thing, told as HTTP tells versions. Refuses malformed."""
    told = ask.request.headers.get("If-Match", "*").strip()
    if told == "*":
        return None
    number = told.removeprefix('"').removesuffix('"')
    if not (number.isascii() and number.isdigit() and len(number) <= NUMBER_DIGITS):
        raise Refusal("malformed", field="If-Match")
    return int(number)


def plain_json(value: Any, status: int = 200) -> web.Response:
    """What was asked for and not changed."""
    return web.json_response(value, status=status, dumps=lambda v: json.dumps(v, ensure_ascii=False), headers=NO_STORE)


NO_STORE = {"Cache-Control": "no-store"}


def bound(route: Route, hub: Hub, doorkeeper: Doorkeeper) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The aiohttp handler of a route."""
    answered = metrics.route(route.method, route.path).answered
    handler, body, roles = route.handler, route.body, route.roles

    async def handle(request: web.Request) -> web.StreamResponse:
        began = time.perf_counter()
        try:
            ask = _from_known(hub, doorkeeper, request)
            if ask is None:
                ask = await _from_anybody(hub, doorkeeper, request)
            if ask.who.role not in roles:
                raise Refusal("sign_in_needed" if ask.who.role == "resident" else "not_allowed")
            if body is not None:
                raw = _came_whole(request)
                ask.raw = raw = await _sent(request) if raw is None else raw
                if raw:
                    _check_kind(request)
                ask.body = read_body(body, raw or b"{}")
            response = await handler(ask)
        except web.HTTPRequestEntityTooLarge:
            response = problem(request, "body_too_large", 413, {})
        except web.HTTPException:
            raise
        except Exception as error:
            response = _said(request, error)
        answered(response.status, time.perf_counter() - began)
        return response

    return handle


def _said(request: web.Request, error: Exception) -> web.Response:
    """Each of the three kinds of wrong as the presser is told of it."""
    if isinstance(error, Refusal):
        return refused(request, error)
    if isinstance(error, ValidationError):
        return invalid(request, error)
    if isinstance(error, StorageFailed):  # the log or a table can't be read just now
        return problem(request, "storage_unavailable", 503, {})
    if isinstance(error, ConnectionError):  # who asked has left: nobody reads this
        return problem(request, "malformed", 400, {})
    # Ours alone: told to the log with its traceback, and to the person without it.
    log.error("request_failed", method=request.method, path=request.path, exc_info=error)
    metrics.FAULTS.inc()
    return problem(request, "internal", 500, {})


def _from_known(hub: Hub, doorkeeper: Doorkeeper, request: web.Request) -> Ask | None:
    """The request of somebody whom nobody needs to be asked about; None for all others. As most requests are
    such, nothing is awaited here."""
    names = readable(request)
    if "hall" not in names:  # What belongs to no hall is told to all alike: a token is asked for its hall alone.
        return Ask(request, hub, hub.first, Principal(RESIDENT, RESIDENT, hub.first.desk.id), names=names)
    hall = hub.hall(names["hall"])
    principal = doorkeeper.known(request, hall.desk.id)
    return None if principal is None else Ask(request, hub, hall, principal, names=names)


async def _from_anybody(hub: Hub, doorkeeper: Doorkeeper, request: web.Request) -> Ask:
    names = readable(request)
    hall = hub.hall(names["hall"])
    return Ask(request, hub, hall, await doorkeeper.principal(request, hall.desk.id), names=names)


def _came_whole(request: web.Request) -> bytes | None:
    """The body that came in one piece with its head, as nearly all do; None for any other."""
    content = request.content
    if not content.is_eof() or content.exception() is not None:
        return None
    raw = content.read_nowait()
    if len(raw) > BODY_LIMIT:
        raise web.HTTPRequestEntityTooLarge(BODY_LIMIT, len(raw))
    return raw


async def _sent(request: web.Request) -> bytes:
    """The request's body. Refuses malformed for what can't be unpacked."""
    try:
        return await request.read()
    except web.RequestPayloadError:  # packed in another way than its Content-Encoding says
        raise Refusal("malformed") from None


def _check_kind(request: web.Request) -> None:
    """Refuses unsupported_media_type for a body that says that it is no JSON."""
    kind, packed = request.headers.get("Content-Type"), request.headers.get("Content-Encoding")
    if kind != JSON and request.content_type != JSON:  # it may have been said with a charset
        raise Refusal("unsupported_media_type")
    if packed is not None and packed.lower() not in PACKED:
        raise Refusal("unsupported_media_type")
