"""A ticket's own page (``/t/{token}``), whose address is its secret: live today, and as it ended afterwards."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import Any

import segno
from aiohttp import web

from hallserver.desk import Desk
from hallserver.events import Deed, HomeVisited, PartEnded, ServiceEnded
from hallserver.refusals import Refusal
from hallserver.rules.folding.cases import OPENS
from hallserver.rules.hall import Part, Ticket
from hallserver.store.projection import COLUMNS
from hallserver.views.followed_cases import cases_followed, followed_cases
from hallserver.views.following import ended
from hallserver.views.shapes import moment
from hallserver.web.api_cases import case_of_row
from hallserver.web.history import history
from hallserver.web.hub import HUB, Hub, OpenHall
from hallserver.web.pages import Visit, trouble
from hallserver.web.principals import readable
from hallserver.web.problems import status_of


async def phone(visit: Visit) -> web.StreamResponse:
    """A ticket's own page; its address is its secret."""
    token = visit.request.match_info["token"]
    hall, ticket = _read_token(visit.hub, token)
    visit.hall = hall
    visit.base = "" if hall is visit.hub.first else f"/{hall.desk.id}"
    if ticket not in hall.desk.feed.hall.tickets:
        return await _of_an_earlier_day(visit, token, ticket)
    return visit.page("phone", shown=f"visit/{ticket}", token=token, ticket=ticket, code=_kiosk_code(visit, ticket))


async def _of_an_earlier_day(visit: Visit, token: str, ticket: str) -> web.StreamResponse:
    """How the visit ended and what happened in it. What was accepted goes on for days and is followed live; what was
    handed over on an earlier day is told as it ended. Refuses unknown_ticket."""
    desk = visit.hall.desk
    row = await asyncio.to_thread(desk.ticket_row, ticket, COLUMNS["ticket"])
    if row is None:
        raise Refusal("unknown_ticket", ticket=ticket)
    deeds = await asyncio.to_thread(desk.feed.ticket_deeds, ticket)
    rows = await asyncio.to_thread(_case_rows, desk, deeds)
    hall, now = desk.feed.hall, desk.clock.now()
    gone = followed_cases(hall, now, [case_of_row(each) for each in rows if each["id"] not in hall.cases])
    more: dict[str, Any] = {"token": token, "ticket": ticket, "code": None}
    if ticket in hall.cases_of and visit.hall.audience.may_follow_on():
        past = [deed for deed in deeds if getattr(deed.event, "case", None) not in hall.cases]  # the rest is told live
        issued = moment(hall, row["issued_at"])
        told = history(hall, past, visit.lang)
        return visit.page("phone", shown=f"visit/{ticket}", gone=gone, history=told, issued=issued, **more)
    data = {**ended(hall, now, _as_it_ended(row, deeds)), **visit.hall.besides(f"visit/{ticket}")}
    data |= {"about": visit.hall.about(row["item"]), "cases": [*gone, *cases_followed(hall, now, ticket)]}
    return visit.page("phone", data=data, history=history(hall, deeds, visit.lang), **more)


def _case_rows(desk: Desk, deeds: list[Deed]) -> list[dict[str, Any]]:
    """The cases that services of the visit opened, from their table. Blocking."""
    opened = [deed.number for deed in deeds if getattr(deed.event, "outcome", None) in OPENS]
    rows = [desk.case_row(number, COLUMNS["case"]) for number in opened]
    return [row for row in rows if row is not None]


def _as_it_ended(row: dict[str, Any], deeds: list[Deed]) -> Ticket:
    """The ticket, from its row and what the log tells of its outcomes."""
    outcomes = [deed for deed in deeds if isinstance(deed.event, ServiceEnded | HomeVisited)]
    parts = [deed.event for deed in deeds if isinstance(deed.event, PartEnded)]
    chain = [Part(part.item, row["zone"], part.outcome, part.window, note=part.note) for part in parts]
    note = outcomes[-1].event.note if outcomes and row["outcome"] else None  # type: ignore[attr-defined]
    if chain:
        chain.append(Part(row["item"], row["zone"], row["outcome"], row["window"], note=note))
    return Ticket(
        id=row["id"],
        shown=row["shown"],
        zone=row["zone"],
        item=row["item"],
        class_=row["class"],
        reason=row["reason"],
        channel=row["channel"],
        language=row["language"],
        issued=row["issued_at"],
        counts_from=row["counts_from"],
        order=0,
        state=row["state"],
        window=row["window"],
        called=row["called_at"],
        started=row["started_at"],
        ended=row["ended_at"],
        calls=row["calls"],
        outcome=row["outcome"],
        note=note,
        chain=chain,
        rated=bool(row["rated"]),
        slot=row["slot_at"],
        slot_ends=row["slot_at"],
        arrived=row["arrived_at"],
    )


def _kiosk_code(visit: Visit, ticket: str) -> str | None:
    """The digits that a booker types at the kiosk; None when there is nothing to check in any more."""
    live = visit.hall.desk.feed.hall
    known = live.tickets[ticket]
    booked = known.state == "booked" and known.channel != "home"
    return visit.hub.people.code(live.id, ticket) if booked else None


def _read_token(hub: Hub, token: str) -> tuple[OpenHall, str]:
    read = hub.links.read(token)
    if read is None:
        raise Refusal("not_found")
    return hub.hall(read[0]), read[1]


async def qr(request: web.Request) -> web.StreamResponse:
    """The ticket's address as a QR code, for the kiosk's screen."""
    token = request.match_info["token"]
    try:
        readable(request)
        hall, _ = _read_token(request.app[HUB], token)
        address = f"{hall.origin(request)}/t/{token}"
    except Refusal as refusal:
        return trouble(request, refusal.code, status_of(refusal, request))
    drawn = BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", scale=8, border=2)
    return web.Response(body=drawn.getvalue(), content_type="image/svg+xml", headers={"Cache-Control": "private"})
