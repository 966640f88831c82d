"""Halls, their views, their log, their voice; and rehearsals."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from typing import Any

from aiohttp import web

from hallserver.events import Deed, TicketCalled, TicketRecalled
from hallserver.moments import SECOND_MS
from hallserver.refusals import Refusal
from hallserver.rules.calendar_days import missing_year
from hallserver.rules.hours import is_open
from hallserver.views.catalogue import FOR_HOLDERS, FOR_MANAGERS, FOR_STAFF
from hallserver.views.helping import bookable
from hallserver.views.machines import WELL
from hallserver.views.shapes import hours_today, moment, zone_shape
from hallserver.views.staff import window_shape
from hallserver.web.asking import NO_STORE, Ask
from hallserver.web.deeds import deed_shape
from hallserver.web.hub import OpenHall
from hallserver.web.principals import from_this_machine, holds_ticket

LOG_LIMIT = 1_000


def _json(value: Any, status: int = 200) -> web.Response:
    return web.json_response(value, status=status, dumps=lambda v: json.dumps(v, ensure_ascii=False), headers=NO_STORE)


async def halls(ask: Ask) -> web.StreamResponse:
    """Every hall of this server, in short."""
    return _json({"halls": [_short(hall) for hall in ask.hub.halls.values()]})


def _short(hall: OpenHall) -> dict[str, Any]:
    live = hall.desk.feed.hall
    return {
        "id": live.id,
        "name": live.layout.name,
        "name_en": live.layout.name_en,
        "level": live.layout.level,
        "open_now": is_open(live, hall.desk.clock.now()),
        "waiting": live.waiting_count(),
    }


async def one(ask: Ask) -> web.StreamResponse:
    """One hall with its zones, windows, items and hours."""
    live, settings, now = ask.hall.desk.feed.hall, ask.hall.settings, ask.hall.desk.clock.now()
    return _json(
        {
            **_short(ask.hall),
            "sample": settings.sample,
            "always_open": live.layout.always_open,
            "timezone": settings.hall.timezone,
            "now": moment(live, now),
            "zones": [zone_shape(live, zone, now) for zone in live.layout.zones.values()],
            "windows": [window_shape(live, window) for window in live.windows.values()],
            "items": [item.model_dump(mode="json") for item in settings.items],
            "hours": [session.model_dump(mode="json", by_alias=True) for session in settings.hours],
            "hours_today": hours_today(live),
            # Where the recorded words lie on the server is nobody's business: a voice elsewhere has its own.
            "voice": settings.voice.model_dump(mode="json", by_alias=True, exclude={"clips", "dialect_clips"}),
            "sign": settings.sign.model_dump(mode="json"),
            "green_reasons": list(live.layout.green_reasons),
            "green_given_by": live.layout.green_given_by,
            "bookings": {**asdict(live.layout.bookings), **bookable(live)},
        }
    )


def may_see(ask: Ask, name: str) -> None:
    """Consoles are for staff and devices, the floor for managers and devices, a visit for who holds its ticket.
    Refuses sign_in_needed and not_allowed."""
    kind, _, of = name.partition("/")
    if ask.who.role == "resident" and (
        kind in FOR_STAFF or (kind in FOR_HOLDERS and not holds_ticket(ask.request, ask.hall.desk.id, of))
    ):
        raise Refusal("sign_in_needed")
    if kind in FOR_MANAGERS and ask.who.role == "clerk":
        raise Refusal("not_allowed")


async def one_view(ask: Ask) -> web.StreamResponse:
    """A screen's data."""
    name = ask.names["view"]
    may_see(ask, name)
    return _json(ask.hall.audience.view(name))


def whole_number(ask: Ask, name: str, default: int, most: int) -> int:
    """A whole number of the query, from 0 to ``most``. Refuses malformed."""
    text = ask.request.query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise Refusal("malformed", field=name)
    return min(int(text), most)


async def deeds(ask: Ask) -> web.StreamResponse:
    """The hall's log beyond a number."""
    feed = ask.hall.desk.feed
    after = whole_number(ask, "after", 0, 10**15)
    limit = whole_number(ask, "limit", 100, LOG_LIMIT)
    found = await feed.read(after, limit)
    return _json({"deeds": [deed_shape(feed.hall, deed, ask.who.role) for deed in found], "end": feed.end})


async def spoken(ask: Ask) -> web.StreamResponse:
    """The sound of a call, by its deed's number; nothing (204) when it is too old to be said, when it was
    taken back, or the hall has no voice."""
    voice, desk = ask.hall.settings.voice, ask.hall.desk
    number = ask.names["deed"]
    if not voice.enabled:
        return web.Response(status=204, headers=NO_STORE)
    if ask.hub.speaker is None:
        raise Refusal("voice_unavailable")
    if not (number.isascii() and number.isdigit() and len(number) <= 15):
        raise Refusal("not_found")
    deed = desk.feed.find(int(number))
    waiting = whole_number(ask, "waiting", 0, 100)
    if deed is None or not isinstance(deed.event, TicketCalled | TicketRecalled):
        raise Refusal("not_found")
    ticket = desk.feed.hall.tickets.get(deed.event.ticket)
    taken_back = ticket is not None and ticket.call_deed < deed.number
    if taken_back or desk.clock.now() - deed.at > voice.stale_after_s * SECOND_MS:
        return web.Response(status=204, headers=NO_STORE)
    wav = await ask.hub.speaker.say(ask.hall.say(shown_number(deed), deed.event.window, desk.clock.now(), waiting))
    return web.Response(body=wav, content_type="audio/wav", headers={"Cache-Control": "private, max-age=60"})


def shown_number(deed: Deed) -> str:
    """``A012`` of a deed that names the ticket ``20261121-A012``."""
    return str(deed.event.ticket).partition("-")[2]  # type: ignore[attr-defined]


def _rehearsals(ask: Ask) -> Any:
    if ask.hub.rehearsals is None or not ask.hub.demonstration or not from_this_machine(ask.request):
        raise Refusal("not_demonstration")
    return ask.hub.rehearsals


async def rehearse(ask: Ask) -> web.StreamResponse:
    """Play a day in this hall."""
    rehearsals = _rehearsals(ask)
    rehearsals.start(ask.hall.desk.id, ask.body.speed)
    return _json(rehearsals.state(ask.hall.desk.id), 202)


async def rehearsal(ask: Ask) -> web.StreamResponse:
    """How far the day is."""
    return _json(_rehearsals(ask).state(ask.hall.desk.id))


async def end_rehearsal(ask: Ask) -> web.StreamResponse:
    """Stop the day that is played."""
    rehearsals = _rehearsals(ask)
    rehearsals.stop(ask.hall.desk.id)
    return _json(rehearsals.state(ask.hall.desk.id))


STARTED = time.time()


async def health(ask: Ask) -> web.StreamResponse:
    """The process answers."""
    return _json({"state": "alive", "up_s": round(time.time() - STARTED)})


def _unwell_machines(ask: Ask) -> dict[str, dict[str, str]]:
    """By hall: each machine that isn't well, with its state and cause."""
    found = {
        hall.desk.id: {
            f"{machine.kind} {machine.name}": f"{machine.state}: {machine.why}" if machine.why else machine.state
            for machine in hall.agents.machines
            if machine.state != WELL
        }
        for hall in ask.hub.halls.values()
    }
    return {hall: machines for hall, machines in found.items() if machines}


async def ready(ask: Ask) -> web.StreamResponse:
    """Whether presses are taken, and what is not well."""
    unwell = {hall.desk.id: hall.desk.failure for hall in ask.hub.halls.values() if hall.desk.failure is not None}
    behind = {
        hall.desk.id: round(hall.desk.clock.behind_ms / 1000)
        for hall in ask.hub.halls.values()
        if hall.desk.clock.behind_ms > 1000
    }
    state = {
        "ready": not unwell,
        "storage": unwell,
        "clock_set_back_s": behind,
        "voice": ask.hub.voice_failure,
        "followers": ask.hub.followers_ok(),
        "calendar_missing": {
            hall.desk.id: year
            for hall in ask.hub.halls.values()
            if (year := missing_year(hall.desk.feed.hall, hall.desk.clock.now())) is not None
        },
        "machines": _unwell_machines(ask),
    }
    return _json(state, 503 if unwell else 200)
