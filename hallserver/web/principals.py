"""Who presses: a bearer token, a person's session cookie, or a resident without either."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from aiohttp import web

from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.store.accounts import Principal
from hallserver.web.hub import HUB, Hub

COOKIE = "hall_session"
DEVICE_COOKIE = "hall_device"
RESIDENT = "resident"
RECHECK_MS = 14_000
"""A token or session known here is asked of the database again after this: taking it back takes that long, and on a
socket that is open as long again (``live.RIGHTS_S``)."""
KNOWN_LIMIT = 10_000
SECRET_LIMIT = 200


class Doorkeeper:
    """Remembers whom the database knew a moment ago, so that a press needn't ask it."""

    def __init__(self, hub: Hub) -> None:
        self._accounts = hub.accounts
        self._known: dict[tuple[str, str], tuple[Principal, Moment]] = {}

    def known(self, request: web.Request, hall: str) -> Principal | None:
        """The presser, when their bearer token was asked for a moment ago; else None. As most presses come so,
        nothing is taken apart and nothing awaited here."""
        known = self._known.get(("header", request.headers.get("Authorization", "")))
        if known is None or known[1] <= time.time() * 1000:
            return None
        return self._of_hall(known[0], hall)

    async def principal(self, request: web.Request, hall: str) -> Principal:
        """The presser. Refuses sign_in_needed for a token nobody knows, cross_site for a forged press."""
        header = request.headers.get("Authorization")
        if header is not None:
            scheme, _, secret = header.partition(" ")
            found = await self._find("token", secret.strip()) if scheme.lower() == "bearer" else None
            if found is None:
                raise Refusal("sign_in_needed")
            if len(header) <= SECRET_LIMIT:
                self._known["header", header] = self._known["token", secret.strip()]
            return self._of_hall(found, hall)
        secret = request.cookies.get(COOKIE, "")
        if secret:
            found = await self._find("session", secret)
            if found is not None and found.hall == hall:
                if request.method not in ("GET", "HEAD") or "upgrade" in request.headers:
                    same_origin(request)
                return found
        device = request.cookies.get(DEVICE_COOKIE, "")
        if device:
            found = await self._find("token", device)
            if found is not None and found.role == "device" and found.hall in (hall, "*"):
                if request.method not in ("GET", "HEAD"):
                    same_origin(request)
                return found
        return Principal(RESIDENT, RESIDENT, hall)

    async def is_device(self, secret: str) -> bool:
        """Whether the secret is a device's token."""
        found = await self._find("token", secret)
        return found is not None and found.role == "device"

    def _of_hall(self, principal: Principal, hall: str) -> Principal:
        if principal.hall not in (hall, "*"):
            raise Refusal("not_allowed")
        return principal

    async def _find(self, kind: str, secret: str) -> Principal | None:
        if not secret or len(secret) > SECRET_LIMIT or not secret.isascii():
            return None
        now = int(time.time() * 1000)
        known = self._known.get((kind, secret))
        if known is not None and known[1] > now:
            return known[0]
        look = self._accounts.token if kind == "token" else self._accounts.session
        found = await asyncio.to_thread(look, secret, now)
        if found is None:
            self._known.pop((kind, secret), None)
            return None
        if len(self._known) >= KNOWN_LIMIT:
            self._known.clear()
        self._known[kind, secret] = (found[0], min(found[1], now + RECHECK_MS))
        return found[0]

    def forget(self, secret: str) -> None:
        """After signing out."""
        self._known.pop(("session", secret), None)


DOORKEEPER = web.AppKey("doorkeeper", Doorkeeper)


def same_origin(request: web.Request) -> None:
    """A press with a person's cookie must come from our own page. Refuses cross_site."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        raise Refusal("cross_site")
    origin = request.headers.get("Origin")
    if origin is not None and _host_of(origin) != request.host:
        raise Refusal("cross_site")


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def readable(request: web.Request) -> Mapping[str, str]:
    """The names in the request's address. Refuses not_found for bytes that are no text (UTF-8)."""
    names = request.match_info
    for name in names.values():
        if not name.isascii():
            try:
                name.encode()
            except UnicodeEncodeError:
                raise Refusal("not_found") from None
    return names


async def who(request: web.Request, hall: str) -> Principal:
    return await request.app[DOORKEEPER].principal(request, hall)


def from_this_machine(request: web.Request) -> bool:
    """Whether the browser sits at the server itself; one behind a proxy does not count."""
    if any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP")):
        return False
    peer = request.transport.get_extra_info("peername") if request.transport else None
    return peer is not None and ipaddress.ip_address(str(peer[0]).partition("%")[0]).is_loopback


def holds_ticket(request: web.Request, hall: str, ticket: str) -> bool:
    """Whether the press carries the secret of that ticket's own page. A browser's socket has no headers of its own
    and carries it in its address."""
    token = request.headers.get("X-Ticket-Token") or (request.query.get("token", "") if request.method == "GET" else "")
    return 0 < len(token) <= SECRET_LIMIT and token.isascii() and request.app[HUB].links.read(token) == (hall, ticket)
