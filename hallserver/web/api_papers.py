"""Papers: printed again, receipts, pages to try a printer; and what printing programs ask and tell."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from hallserver.desk import Answering
from hallserver.events import Deed
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.hall import Hall, Paper, Ticket
from hallserver.rules.papers import ask_guide, ask_printer_test, ask_receipt, ask_reprint, take_paper
from hallserver.views.shapes import Plain, moment
from hallserver.web.asking import NO_STORE, Ask
from hallserver.web.bodies import GuidePaperBody, ReceiptBody, ReprintBody, TakingBody
from hallserver.web.guide_slip import guide_slip
from hallserver.web.hub import Hub, OpenHall
from hallserver.web.principals import from_this_machine
from hallserver.web.slips import Slips

DEED_DIGITS = 15


def paper_shape(hall: Hall, paper: Paper) -> Plain:
    """What is known of a paper, without its words."""
    return {
        "deed": paper.deed,
        "paper": paper.kind,
        "ticket": paper.ticket,
        "printer": paper.printer,
        "state": paper.state,
        "cause": paper.cause,
        "asked_at": moment(hall, paper.asked),
    }


def _asked(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, Plain]:
    return 201, paper_shape(hall, hall.papers[deeds[0].number])


def _place(ask: Ask) -> str | None:
    """Where the presser is, as printers know it: a device's name or a clerk's window."""
    if ask.who.role == "device":
        return ask.who.id
    return None if ask.who.window is None else f"window-{ask.who.window}"


async def print_again(ask: Ask) -> web.StreamResponse:
    """补打: the number's paper once more, counted as that."""
    body: ReprintBody = ask.body
    return await ask.press(ask_reprint, _asked, ticket=ask.names["ticket"], printer=body.printer, at=_place(ask))


async def print_receipt(ask: Ask) -> web.StreamResponse:
    """Where to go on, or what is missing. The lines stay out of the log and out of the stored answer."""
    body: ReceiptBody = ask.body
    receipts = ask.hall.receipts

    def answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, Plain]:
        receipts.keep(deeds[0].number, body.lines, now)
        return _asked(hall, now, deeds)

    keeping: Answering = answering
    return await ask.press(
        ask_receipt, keeping, ticket=ask.names["ticket"], receipt=body.kind, printer=body.printer, at=_place(ask)
    )


async def try_printer(ask: Ask) -> web.StreamResponse:
    """A page that shows what a printer can."""
    return await ask.press(ask_printer_test, _asked, printer=ask.names["printer"])


async def printers(ask: Ask) -> web.StreamResponse:
    """The hall's printers, and which of them a program beside them prints for."""
    found = [
        {
            "id": printer.id,
            "agent": printer.address == "agent",
            **printer.model_dump(mode="json", include={"width_mm", "mode", "cut", "beeps", "serves", "fallback"}),
        }
        for printer in ask.hall.settings.all_printers
    ]
    return _json({"printers": found})


def _paper(ask: Ask) -> Paper:
    paper = ask.hall.desk.feed.hall.papers.get(_deed(ask))
    if paper is None:
        raise Refusal("unknown_paper")
    return paper


def _deed(ask: Ask) -> int:
    """The number of the deed that asked for the paper. Refuses unknown_paper for what is no number."""
    number = ask.names["deed"]
    if not (number.isascii() and number.isdigit() and len(number) <= DEED_DIGITS):
        raise Refusal("unknown_paper")
    return int(number)


async def one(ask: Ask) -> web.StreamResponse:
    """A paper to come, or what became of one that staff asked for."""
    return _json(paper_shape(ask.hall.desk.feed.hall, _paper(ask)))


async def take(ask: Ask) -> web.StreamResponse:
    """A printer prints this paper, and no other does."""
    body: TakingBody = ask.body
    deed = _deed(ask)

    def answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, Plain]:
        return 200, paper_shape(hall, hall.papers[deed])

    return await ask.press(take_paper, answering, deed=deed, printer=body.printer)


async def print_guide(ask: Ask) -> web.StreamResponse:
    """What a matter asks for, on the paper of the kiosk where it is read."""
    body: GuidePaperBody = ask.body
    demonstration = ask.hub.demonstration and from_this_machine(ask.request)
    if ask.who.role == "resident" and not demonstration:  # a telephone at home prints nothing in the hall
        raise Refusal("sign_in_needed")
    device = _place(ask) or ask.who.id
    return await ask.press(ask_guide, _asked, item=ask.names["item"], language=body.language, device=device)


async def words(ask: Ask) -> web.StreamResponse:
    """What stands on a paper, for the program that prints it."""
    paper = _paper(ask)
    found = words_of(ask.hall, paper, PaperLinks(ask.hub, ask.hall, ask.hall.origin(ask.request)))
    if found is None:
        raise Refusal("unknown_paper")
    return _json(found)


@dataclass(frozen=True, slots=True)
class PaperLinks:
    """What the codes on a hall's papers say, seen from ``origin``."""

    hub: Hub
    hall: OpenHall
    origin: str

    def ticket(self, ticket: str) -> str:
        return f"{self.origin}/t/{self.hub.links.token(self.hall.desk.id, ticket)}"

    def guide(self, item: str) -> str:
        base = "" if self.hall is self.hub.first else f"/{self.hall.desk.id}"
        return f"{self.origin}{base}/guide/{item}"

    def digits(self, ticket: Ticket) -> str:
        """What the holder of a booking types at the kiosk."""
        return self.hub.people.code(self.hall.desk.id, ticket.id) if ticket.state == "booked" else ""


def words_of(hall: OpenHall, paper: Paper, links: PaperLinks) -> Plain | None:
    """The slip of a paper as JSON; None for one whose words the hall doesn't have (any more), and for a page
    that tries a printer, which the printer's own side makes."""
    live = hall.desk.feed.hall
    if paper.item is not None:
        language = paper.language or "zh-CN"
        return guide_slip(live, hall.settings, paper.item, language, paper.asked, links.guide(paper.item))
    ticket = live.tickets.get(paper.ticket or "")
    if ticket is None:
        return None
    slips = Slips(live, hall.settings, links.ticket(ticket.id), links.digits(ticket))
    lines = hall.receipts.of(paper.deed)
    match paper.kind:
        case "ticket":
            return slips.ticket(ticket)
        case "reprint":
            return slips.ticket(ticket, again_at=paper.asked)
        case "transfer":
            return slips.transfer(ticket, paper.asked, lines or ())
        case "missing" if lines:
            return slips.missing(ticket, paper.asked, lines)
    return None


def _json(value: Any) -> web.Response:
    return web.json_response(value, dumps=lambda v: json.dumps(v, ensure_ascii=False), headers=NO_STORE)
