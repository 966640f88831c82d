"""Bookings (预约): slots, a number for one of them, arrival, another time; and home visits (上门)."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from typing import Any

from aiohttp import web

from hallserver.desk import Answering
from hallserver.events import Deed
from hallserver.moments import Moment, to_moment
from hallserver.refusals import Refusal
from hallserver.rules.bookings import arrive, book, move
from hallserver.rules.hall import ENDED, Hall, Ticket
from hallserver.rules.home_visits import move_visit, plan_visit, tell_visit
from hallserver.rules.slots import slots_by_day
from hallserver.store.people import KIND, Person
from hallserver.views.shapes import moment, names_of, ticket_shape
from hallserver.web.api_tickets import follow_url, holder_or_staff
from hallserver.web.asking import NO_STORE, STAFF, Ask
from hallserver.web.booking_bodies import ArrivalBody, BookingBody, HomeVisitBody, SlotBody
from hallserver.web.limits import ANONYMOUS

STAFF_CHANNELS = frozenset(("desk", "home"))
CODE_LIMIT = 200
PRINTED_VIA = frozenset(("kiosk", "desk"))
USUAL_VIA = {"device": "kiosk", "clerk": "desk", "manager": "desk"}
"""Where an arrival is said when the press doesn't tell."""


def _json(value: Any) -> web.Response:
    return web.json_response(value, dumps=lambda v: json.dumps(v, ensure_ascii=False), headers=NO_STORE)


def _by_staff(ask: Ask) -> bool:
    return ask.who.role in STAFF


def _paced(ask: Ask, *, spare_this_machine: bool = True) -> None:
    if ask.who.role == "resident":
        ask.request.app[ANONYMOUS].press(ask.request, spare_this_machine=spare_this_machine)


def booking_shape(ask: Ask, hall: Hall, ticket: Ticket, now: Moment) -> dict[str, Any]:
    """A ticket with its time, for who holds it: where to follow it, and the digits to type at the kiosk."""
    shape = ticket_shape(hall, ticket, now)
    if ticket.channel != "home":
        shape["code"] = ask.hub.people.code(hall.id, ticket.id)
    return {**shape, **names_of(hall, ticket), "follow_url": follow_url(ask, ticket.id)}


def _answering(ask: Ask, status: int, ticket: str | None = None) -> Answering:
    """The ticket of the press, or the one it made."""

    def answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
        found = hall.tickets[ticket or deeds[0].event.facts()["ticket"]]
        return status, booking_shape(ask, hall, found, now)

    return answering


async def slots(ask: Ask) -> web.StreamResponse:
    """The days that can be booked, and one day's slots: the one asked for, or the first with room."""
    zone, item, day = (ask.request.query.get(name) for name in ("zone", "item", "day"))
    hall, now = ask.hall.desk.feed.hall, ask.hall.desk.clock.now()
    days = slots_by_day(hall, now, zone=zone, item=item)
    room = {each: sum(slot.free for slot in found) for each, found in days.items()}
    shown = _day(day) if day is not None else next((each for each in days if room[each]), None)
    if shown is not None and shown > max(days, default=shown):
        raise Refusal("too_far_ahead", days=hall.layout.bookings.days_ahead)
    return _json(
        {
            "day": shown.isoformat() if shown else None,
            "slots": [
                {"start": moment(hall, slot.start), "end": moment(hall, slot.end), "free": slot.free}
                for slot in (days.get(shown, []) if shown else [])
            ],
            "days": [{"day": each.isoformat(), "free": room[each]} for each in days],
        }
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("malformed", field="day") from None


async def book_one(ask: Ask) -> web.StreamResponse:
    """A number for a time to come. What somebody tells of themselves is sealed beside the log."""
    body: BookingBody = ask.body
    _paced(ask)
    by_staff = _by_staff(ask)
    channel = body.channel or ("desk" if by_staff else "api")
    if channel in STAFF_CHANNELS and not by_staff:
        raise Refusal("not_allowed")
    people, hall = ask.hub.people, ask.hall.desk.id
    sealed = people.seal(Person(body.phone, body.name))
    details: dict[str, Any] = {
        "zone": body.zone,
        "item": body.item,
        "start": to_moment(body.start),
        "person": people.digest(hall, body.phone),
        "language": body.language,
        "private": (None, KIND, sealed) if sealed is not None else None,
    }
    if channel == "home":
        return await ask.press(plan_visit, _answering(ask, 201), **details)
    at = f"window-{ask.who.window}" if ask.who.window else None
    details |= {"channel": channel, "by_staff": by_staff, "paper": channel == "desk", "at": at}
    return await ask.press(book, _answering(ask, 201), **details)


async def find(ask: Ask) -> web.StreamResponse:
    """The booking of a code that was typed, or of a page's address that was scanned."""
    _paced(ask, spare_this_machine=False)
    desk = ask.hall.desk
    hall, told = desk.feed.hall, ask.names["code"]
    found = _numbered(hall, told) if _by_staff(ask) else None
    found = found or _told_by(ask, hall, told)
    return _json(booking_shape(ask, hall, found, desk.clock.now()))


def _numbered(hall: Hall, shown: str) -> Ticket | None:
    """Of all bookings that are alive no two share a number: staff find one by it, whatever day it is for."""
    return next((t for t in hall.tickets.values() if t.slot is not None and t.shown == shown), None)


def _told_by(ask: Ask, hall: Hall, told: str) -> Ticket:
    """Refuses unknown_booking."""
    read = ask.hub.links.read(told) if len(told) <= CODE_LIMIT else None
    if read is not None and read[0] == hall.id and (found := hall.tickets.get(read[1])) is not None:
        return found
    typed = told.replace("-", "")
    if typed.isascii() and typed.isdigit() and len(typed) <= len("99999-9999"):
        for ticket in hall.tickets.values():
            here = ticket.slot is not None and ticket.state not in ENDED and ticket.channel != "home"
            if here and typed.startswith(_digits(ticket.shown)) and ask.hub.people.code(hall.id, ticket.id) == typed:
                return ticket
    raise Refusal("unknown_booking")


def _digits(shown: str) -> str:
    return shown.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


async def come(ask: Ask) -> web.StreamResponse:
    """The booker is here: the same number waits from now on."""
    ticket = holder_or_staff(ask)
    body: ArrivalBody = ask.body
    via = body.via or USUAL_VIA.get(ask.who.role, "phone")
    device = ask.who.id if ask.who.role == "device" else None
    return await ask.press(
        arrive, _answering(ask, 200, ticket), ticket=ticket, via=via, paper=via in PRINTED_VIA, device=device
    )


async def change_slot(ask: Ask) -> web.StreamResponse:
    """Another time, with the same number; of a home visit, agreed by staff."""
    ticket = holder_or_staff(ask)
    body: SlotBody = ask.body
    known = ask.hall.desk.feed.hall.tickets.get(ticket)
    answering, start = _answering(ask, 200, ticket), to_moment(body.start)
    if known is not None and known.channel == "home":
        if not _by_staff(ask):
            raise Refusal("not_allowed")
        return await ask.press(move_visit, answering, ticket=ticket, start=start)
    return await ask.press(move, answering, ticket=ticket, start=start, by_staff=_by_staff(ask))


async def visit_made(ask: Ask) -> web.StreamResponse:
    """What came of a home visit."""
    ticket = ask.names["ticket"]
    body: HomeVisitBody = ask.body
    clerk = ask.who.id
    return await ask.press(
        tell_visit, _answering(ask, 200, ticket), ticket=ticket, clerk=clerk, outcome=body.outcome, note=body.note
    )


async def booker(ask: Ask) -> web.StreamResponse:
    """The telephone number and the name that were told at booking, and how many bookings this person missed lately;
    for staff."""
    ticket = ask.names["ticket"]
    hall = ask.hall.desk.feed.hall
    if ticket not in hall.tickets:
        raise Refusal("unknown_ticket", ticket=ticket)
    found = await asyncio.to_thread(ask.hub.people.find, hall.id, ticket)
    missed = len(hall.missed.get(hall.tickets[ticket].person or "", ()))
    return _json({"ticket": ticket, "phone": found.phone, "name": found.name, "missed": missed})
