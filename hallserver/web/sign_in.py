"""Signing in and out: staff number and password, or one press in a demonstration on this machine."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

from aiohttp import web

from hallserver.refusals import Refusal
from hallserver.store.accounts import SESSION_MS, Person
from hallserver.web.limits import SIGN_INS
from hallserver.web.pages import Visit, drawn
from hallserver.web.principals import COOKIE, DEVICE_COOKIE, DOORKEEPER, same_origin

FIELD_LIMIT = 200
DEVICE_COOKIE_S = 400 * 24 * 3600
NEXT_PAGE = re.compile(r"/[A-Za-z0-9/_.~?=&-]{0,200}")


async def show(visit: Visit) -> web.StreamResponse:
    return await _form(visit, wrong=False)


async def _form(visit: Visit, *, wrong: bool) -> web.StreamResponse:
    values = visit.request.query if visit.request.method == "GET" else await visit.request.post()
    window = str(values.get("window", ""))[:20]
    staff: list[Person] = []
    if visit.demonstration:
        staff = await asyncio.to_thread(visit.hub.accounts.people, visit.hall.desk.id)
    return visit.page(
        "sign_in",
        status=401 if wrong else 200,
        next=_next(values.get("next"), visit.base),
        window=window,
        wrong=wrong,
        staff=[{"id": p.id, "name": p.name, "role": p.role, "window": p.window} for p in staff],
    )


def _next(asked: object, base: str) -> str:
    """Only a page of our own: an address with two slashes in a row may lead anywhere."""
    ours = isinstance(asked, str) and NEXT_PAGE.fullmatch(asked) and "//" not in asked
    return str(asked) if ours else f"{base}/"


def _see(page: str) -> web.Response:
    return web.Response(status=303, headers={"Location": page})


async def _fields(visit: Visit) -> dict[str, str]:
    """The form's fields, each of a bounded length. Refuses cross_site, unsupported_media_type and malformed."""
    same_origin(visit.request)
    if visit.request.content_type != "application/x-www-form-urlencoded":
        raise Refusal("unsupported_media_type")
    try:
        form = await visit.request.post()
    except (ValueError, LookupError):  # not text in the charset it names, or a charset nobody knows
        raise Refusal("malformed") from None
    except web.HTTPRequestEntityTooLarge:
        raise Refusal("body_too_large") from None
    return {name: value[:FIELD_LIMIT] for name, value in form.items() if isinstance(value, str)}


async def check(visit: Visit) -> web.StreamResponse:
    """POST /sign-in."""
    fields = await _fields(visit)
    visit.request.app[SIGN_INS].press(visit.request, spare_this_machine=False)
    person = await asyncio.to_thread(
        visit.hub.accounts.check, visit.hall.desk.id, fields.get("staff", ""), fields.get("password", "")
    )
    if person is None:
        return await _form(visit, wrong=True)
    return await _enter(visit, person, fields)


async def sample(visit: Visit) -> web.StreamResponse:
    """POST /sign-in/sample: the newcomer becomes a sample clerk or manager with one press."""
    fields = await _fields(visit)
    if not visit.demonstration:
        raise Refusal("not_demonstration")
    people = await asyncio.to_thread(visit.hub.accounts.people, visit.hall.desk.id)
    wanted, window = fields.get("staff", ""), fields.get("window", "")
    person = next((p for p in people if p.id == wanted), None)
    if person is None and not wanted:
        person = next((p for p in people if p.role == "clerk" and p.window == window), None) or next(
            (p for p in people if p.role == "clerk"), None
        )
    if person is None:
        return await _form(visit, wrong=True)
    return await _enter(visit, person, fields)


async def _enter(visit: Visit, person: Person, fields: dict[str, str]) -> web.StreamResponse:
    desk = visit.hall.desk
    window = fields.get("window") or person.window
    if window is not None and window not in desk.feed.hall.windows:
        window = person.window
    secret = await asyncio.to_thread(visit.hub.accounts.sign_in, desk.id, person, window, desk.clock.now())
    visit.hall.staff[person.id] = person.name  # who came to the hall since the server was started
    answer = _see(_next(fields.get("next"), visit.base))
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=SESSION_MS // 1000,
        httponly=True,
        samesite="Lax",
        secure=visit.request.secure,
        path="/",
    )
    return answer


async def leave(visit: Visit) -> web.StreamResponse:
    """POST /sign-out."""
    same_origin(visit.request)
    secret = visit.request.cookies.get(COOKIE, "")
    visit.request.app[DOORKEEPER].forget(secret)
    await asyncio.to_thread(visit.hub.accounts.sign_out, secret)
    answer = _see(f"{visit.base}/")
    answer.del_cookie(COOKIE, path="/")
    return answer


async def enrol(visit: Visit) -> web.StreamResponse:
    """GET /device?token=…: this browser is a kiosk, a board or a pad from now on."""
    token = visit.request.query.get("token", "")[:FIELD_LIMIT]
    if not await visit.request.app[DOORKEEPER].is_device(token):
        raise Refusal("sign_in_needed")
    answer = _see(_next(visit.request.query.get("next"), visit.base))
    answer.set_cookie(
        DEVICE_COOKIE,
        token,
        max_age=DEVICE_COOKIE_S,
        httponly=True,
        samesite="Lax",
        secure=visit.request.secure,
        path="/",
    )
    return answer


SIGNING: tuple[tuple[str, str, Callable[[Visit], Awaitable[web.StreamResponse]]], ...] = (
    ("GET", "/sign-in", show),
    ("POST", "/sign-in", check),
    ("POST", "/sign-in/sample", sample),
    ("POST", "/sign-out", leave),
    ("GET", "/device", enrol),
)


def add_to(router: web.UrlDispatcher, prefix: str) -> None:
    """The routes of signing in, under a prefix."""
    for method, path, handler in SIGNING:
        answer = drawn(handler)
        router.add_route(method, prefix + path, answer)
        if method == "GET":
            router.add_route("HEAD", prefix + path, answer)
