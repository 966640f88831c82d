"""Tickets: taken, looked at, given up, come back with, sent on, rated."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from typing import Any

from aiohttp import web

from hallserver.events import Deed, RatingGiven, TicketIssued
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.chains import plan_chain
from hallserver.rules.finding import numbered_today
from hallserver.rules.hall import Hall
from hallserver.rules.issuing import issue
from hallserver.rules.owners import accept_visit
from hallserver.rules.ratings import rate, services_of
from hallserver.rules.services import transfer
from hallserver.rules.visits import cancel, come_back
from hallserver.store.projection import COLUMNS
from hallserver.views.shapes import moment, ticket_shape, wait_shape
from hallserver.web.asking import NO_STORE, STAFF, Ask
from hallserver.web.bodies import CancellationBody, IssueBody, OwnerBody, RatingBody, TransferBody
from hallserver.web.history import history
from hallserver.web.language import language_of
from hallserver.web.limits import ANONYMOUS
from hallserver.web.principals import from_this_machine, holds_ticket
from hallserver.web.slips import slip_of

PRINTED_CHANNELS = ("kiosk", "desk")
TICKET_ID_LIMIT = 60


def follow_url(ask: Ask, ticket: str) -> str:
    """Where the ticket's holder follows it; the path alone, as every page has its own address."""
    return "/t/" + ask.hub.links.token(ask.hall.desk.id, ticket)


def take(ask: Ask) -> Awaitable[web.StreamResponse]:
    """One press, one number."""
    body: IssueBody = ask.body
    if ask.who.role == "resident":
        ask.request.app[ANONYMOUS].press(ask.request, spare_this_machine=True)
    channel = body.channel or ("kiosk" if ask.who.role == "device" else "api")

    def answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
        issued = deeds[0].event
        assert isinstance(issued, TicketIssued)
        shape = ticket_shape(hall, hall.tickets[issued.ticket], now, estimate=False)
        shape["ahead"] = issued.ahead
        shape["wait"] = wait_shape(issued.wait)
        shape["follow_url"] = follow_url(ask, issued.ticket)
        return 201, shape

    return ask.press(
        issue,
        answering,
        zone=body.zone,
        item=body.item,
        class_=body.class_,
        reason=body.reason,
        channel=channel,
        language=body.language,
        paper=channel in PRINTED_CHANNELS,
        chain=body.chain,
        by_staff=ask.who.role in STAFF,
        device=ask.who.id if ask.who.role == "device" else None,
    )


def _ticket_answer(ask: Ask, ticket: str) -> Any:
    def answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
        shape = ticket_shape(hall, hall.tickets[ticket], now)
        shape["follow_url"] = follow_url(ask, ticket)
        return 200, shape

    return answering


async def one(ask: Ask) -> web.StreamResponse:
    """A ticket of today from the live state, of an earlier day from its table."""
    ticket = ask.names["ticket"]
    hall = ask.hall.desk.feed.hall
    found = hall.tickets.get(ticket)
    if found is not None:
        shape = ticket_shape(hall, found, ask.hall.desk.clock.now())
    else:
        shape = await _earlier(ask, ticket)
    knows = ask.who.role != "resident" or holds_ticket(ask.request, hall.id, ticket)
    shape["follow_url"] = follow_url(ask, ticket) if knows else ""
    shape["history"] = await _history(ask, ticket) if knows and ask.who.role != "device" else []
    return web.json_response(shape, dumps=_dumps, headers=NO_STORE)


async def _history(ask: Ask, ticket: str) -> list[dict[str, Any]]:
    """What happened to the ticket, in words; for staff and for who holds it."""
    feed = ask.hall.desk.feed
    deeds = await asyncio.to_thread(feed.ticket_deeds, ticket)
    return history(feed.hall, deeds, language_of(ask.request))


async def _earlier(ask: Ask, ticket: str) -> dict[str, Any]:
    if len(ticket) > TICKET_ID_LIMIT:
        raise Refusal("unknown_ticket", ticket=ticket[:TICKET_ID_LIMIT])
    desk = ask.hall.desk
    row = await asyncio.to_thread(desk.ticket_row, ticket, COLUMNS["ticket"])
    if row is None:
        raise Refusal("unknown_ticket", ticket=ticket)
    hall = desk.feed.hall
    times = {
        f"{name}_at": moment(hall, row[f"{name}_at"]) for name in ("issued", "called", "started", "ended", "arrived")
    }
    kept = ("id", "hall", "zone", "item", "class", "state", "window", "channel", "language", "calls", "outcome",
            "owner", "paper")  # fmt: skip
    return {
        **{name: row[name] for name in kept},
        **times,
        "number": row["shown"],
        "rated": bool(row["rated"]),
        "ahead": 0,
        "wait": None,
        "hold_reason": None,
        "owner_sought": False,
        "chain": [],
        "paper_cause": None,
        "slot": None if row["slot_at"] is None else {"start": moment(hall, row["slot_at"]), "end": None},
    }


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def holder_or_staff(ask: Ask, ticket: str | None = None) -> str:
    """The ticket of the address, or that one, if the presser holds it or works here. Refuses sign_in_needed."""
    ticket = ticket or ask.names["ticket"]
    if ask.who.role == "resident" and not holds_ticket(ask.request, ask.hall.desk.id, ticket):
        demonstration = ask.hub.demonstration and from_this_machine(ask.request)
        if not demonstration:
            raise Refusal("sign_in_needed")
    return ticket


async def give_up(ask: Ask) -> web.StreamResponse:
    """The resident, or staff for them, gives the number up."""
    ticket = holder_or_staff(ask)
    body: CancellationBody = ask.body
    return await ask.press(
        cancel, _ticket_answer(ask, ticket), ticket=ticket, reason=body.reason, by_staff=ask.who.role in STAFF
    )


async def back(ask: Ask) -> web.StreamResponse:
    """A passed resident is here again; a kiosk knows the number alone."""
    ticket = holder_or_staff(ask, numbered_today(ask.hall.desk.feed.hall, ask.names["ticket"]))
    return await ask.press(come_back, _ticket_answer(ask, ticket), ticket=ticket)


def _waits_or_is_here(ask: Ask, ticket: str) -> None:
    """A clerk has a say in what waits, and in what is at the own window. Refuses not_your_window."""
    found = ask.hall.desk.feed.hall.tickets.get(ticket)
    if found is not None and found.state in ("called", "serving") and found.window is not None:
        ask.at_own_window(found.window)


async def send_on(ask: Ask) -> web.StreamResponse:
    """To another zone, item or window, with the same number."""
    ticket = ask.names["ticket"]
    body: TransferBody = ask.body
    _waits_or_is_here(ask, ticket)
    return await ask.press(
        transfer,
        _ticket_answer(ask, ticket),
        ticket=ticket,
        zone=body.zone,
        item=body.item,
        window=body.window,
        keep_wait=body.keep_wait,
    )


async def plan(ask: Ask) -> web.StreamResponse:
    """多窗联办: what else the same number is for."""
    ticket = ask.names["ticket"]
    _waits_or_is_here(ask, ticket)
    return await ask.press(plan_chain, _ticket_answer(ask, ticket), ticket=ticket, items=ask.body.items)


async def accept(ask: Ask) -> web.StreamResponse:
    """首问责任: the visit has another owner."""
    ticket = ask.names["ticket"]
    body: OwnerBody = ask.body
    if body.clerk not in (None, ask.who.id) and ask.who.role != "manager":
        raise Refusal("not_allowed")
    clerk = ask.who.id if body.clerk in (None, ask.who.id) else await known_clerk(ask, body.clerk)
    return await ask.press(accept_visit, _ticket_answer(ask, ticket), ticket=ticket, clerk=clerk)


async def known_clerk(ask: Ask, staff: str) -> str:
    """Somebody who signs in here. Refuses unknown_clerk."""
    people = await asyncio.to_thread(ask.hub.accounts.people, ask.hall.desk.id)
    if all(person.id != staff for person in people):
        raise Refusal("unknown_clerk", clerk=staff)
    return staff


async def give_rating(ask: Ask) -> web.StreamResponse:
    """好差评 of a service a ticket got, the last one if none is named; from its window's pad, or the holder's phone."""
    ticket = ask.names["ticket"]
    body: RatingBody = ask.body
    on_phone = holds_ticket(ask.request, ask.hall.desk.id, ticket)
    demonstration = ask.hub.demonstration and from_this_machine(ask.request)
    # A clerk may not rate, least of all the own service.
    if ask.who.role in ("resident", "clerk") and not on_phone and not demonstration:
        raise Refusal("sign_in_needed" if ask.who.role == "resident" else "not_allowed")
    text = (body.text or "").strip()
    service = body.service or _last_service(ask, ticket)
    private = (ticket, f"rating-{service}", ask.hub.private.encrypt(text.encode())) if text else None

    def answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
        rating = deeds[0].event
        assert isinstance(rating, RatingGiven)
        return 200, {
            "ticket": ticket,
            "service": rating.service,
            "window": rating.window,
            "level": rating.level,
            "options": rating.options,
            "named": rating.named,
            "at": moment(hall, now),
        }

    return await ask.press(
        rate,
        answering,
        private=private,
        ticket=ticket,
        service=service,
        level=body.level,
        options=body.options,
        named=body.named,
        has_text=bool(text),
        via="phone" if on_phone else body.via,
    )


def _last_service(ask: Ask, ticket: str) -> int | None:
    known = ask.hall.desk.feed.hall.tickets.get(ticket)
    services = services_of(known) if known is not None else []
    return services[-1].service if services else None


async def paper(ask: Ask) -> web.StreamResponse:
    """The words on the ticket's paper, for a printing agent."""
    hall = ask.hall.desk.feed.hall
    ticket = hall.tickets.get(ask.names["ticket"])
    if ticket is None:
        raise Refusal("unknown_ticket", ticket=ask.names["ticket"])
    digits = ask.hub.people.code(hall.id, ticket.id) if ticket.state == "booked" else ""
    slip = slip_of(hall, ticket, ask.hall.settings, ask.hall.origin(ask.request) + follow_url(ask, ticket.id), digits)
    return web.json_response(slip, dumps=_dumps, headers=NO_STORE)
