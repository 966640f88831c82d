"""Papers: which printer prints which, so that one press never gives two; and what staff ask for besides.

A printer *takes* a paper before it begins, and only the first who asks gets it. What could not be begun on
one printer moves to the one that stands in for it; what was begun stays there, since nobody knows how much
of it came out.
"""

from __future__ import annotations

from hallserver.events import (
    Event,
    GuideAsked,
    PaperFailed,
    PaperMoved,
    PaperPrinted,
    PaperTaken,
    PrinterTestAsked,
    ReceiptAsked,
    ReprintAsked,
    TicketPrinted,
    TicketPrintFailed,
)
from hallserver.moments import SECOND_MS, Moment
from hallserver.refusals import Refusal
from hallserver.rules.finding import the_ticket
from hallserver.rules.hall import ENDED, TOO_LATE, Hall, Paper, Ticket

STALE_AFTER_S = 120
"""A paper later than this finds nobody at the kiosk."""
UNTAKEN_AFTER_S = 10
"""A printer that hasn't taken a paper for so long is away, and another stands in for it."""
GIVEN_UP_AFTER_S = 15
"""After it is stale: time for its printer to say so itself."""
HALL_AWAY_S = 5
"""A paper that is given up so much later than its second was not the printer's fault: the hall itself wrote nothing
(a full disk, a restart) when it was time, and no printer could take it."""
UNTOLD_AFTER_S = 600
"""A printer that took a paper and tells nothing for so long has lost it."""

OF_TICKET = frozenset(("ticket", "reprint"))


def ask_reprint(
    hall: Hall, now: Moment, *, ticket: str, printer: str | None = None, at: str | None = None
) -> list[Event]:
    """The number's paper once more, on ``printer``, or where ``at`` (a device or ``window-N``) prints, or where it
    was taken. Refuses wrong_state for a ticket that ended, paper_awaited, unknown_printer."""
    known = the_ticket(hall, ticket)
    if known.state in ENDED:
        raise Refusal("wrong_state", ticket=known.id, number=known.shown, state=known.state)
    _not_awaited(hall, now, known, OF_TICKET)
    return [ReprintAsked(ticket, _where(hall, known, printer, at))]


def ask_receipt(
    hall: Hall, now: Moment, *, ticket: str, receipt: str, printer: str | None = None, at: str | None = None
) -> list[Event]:
    """``transfer`` for a ticket that waits on, ``missing`` also for one that was served. Refuses wrong_state,
    paper_awaited, unknown_printer."""
    known = the_ticket(hall, ticket)
    served = receipt == "missing" and known.state == "done"
    if known.state in ENDED and not served:
        raise Refusal("wrong_state", ticket=known.id, number=known.shown, state=known.state)
    _not_awaited(hall, now, known, {receipt})
    return [ReceiptAsked(ticket, receipt, _where(hall, known, printer, at))]


def ask_guide(hall: Hall, now: Moment, *, item: str, language: str, device: str) -> list[Event]:
    """What a matter asks for, on the paper of the machine where it is read. Refuses unknown_item, and paper_awaited
    while that machine's last one is on its way."""
    if item not in hall.layout.items:
        raise Refusal("unknown_item", item=item)
    for paper in hall.papers.values():
        if paper.kind == "guide" and paper.device == device and _is_awaited(paper, now):
            raise Refusal("paper_awaited")
    return [GuideAsked(item, language, device, hall.layout.printer_for(device))]


def ask_printer_test(hall: Hall, now: Moment, *, printer: str) -> list[Event]:
    """Refuses unknown_printer, and paper_awaited while one is on its way."""
    if not hall.layout.has_printer(printer):
        raise Refusal("unknown_printer", printer=printer)
    for paper in hall.papers.values():
        if paper.kind == "test" and paper.printer == printer and _is_awaited(paper, now):
            raise Refusal("paper_awaited")
    return [PrinterTestAsked(printer)]


def _not_awaited(hall: Hall, now: Moment, ticket: Ticket, kinds: set[str] | frozenset[str]) -> None:
    for paper in hall.papers.values():
        if paper.ticket == ticket.id and paper.kind in kinds and _is_awaited(paper, now):
            raise Refusal("paper_awaited", number=ticket.shown)


def _is_awaited(paper: Paper, now: Moment) -> bool:
    return paper.is_open and now - paper.asked <= STALE_AFTER_S * SECOND_MS


def _where(hall: Hall, ticket: Ticket, printer: str | None, at: str | None) -> str:
    layout = hall.layout
    if printer is not None:
        if not layout.has_printer(printer):
            raise Refusal("unknown_printer", printer=printer)
        return printer
    return layout.printer_serving(at) or layout.printer_serving(ticket.device) or layout.printer_for(None)


def take_paper(hall: Hall, now: Moment, *, deed: int, printer: str) -> list[Event]:
    """The printer prints this paper, alone. Refuses unknown_paper, paper_taken (by whomever), paper_elsewhere
    (it belongs to another printer by now) and paper_stale."""
    paper = hall.papers.get(deed)
    if paper is None:
        raise Refusal("unknown_paper")
    if paper.ticket is not None:
        the_ticket(hall, paper.ticket)
    if paper.state != "waiting":
        raise Refusal("paper_taken")
    if paper.printer != printer:
        raise Refusal("paper_elsewhere", printer=paper.printer)
    if now - paper.asked > STALE_AFTER_S * SECOND_MS:
        raise Refusal("paper_stale")
    return [PaperTaken(paper.ticket, deed, printer)]


def paper_came(
    hall: Hall,
    now: Moment,
    *,
    deed: int,
    printer: str,
    ticket: str | None = None,
    cause: str | None = None,
    begun: bool = True,
) -> list[Event]:
    """The paper came out, or didn't because of ``cause``; told twice, it is kept once. What was not ``begun``
    moves to the printer that stands in, where there is one."""
    paper = hall.papers.get(deed)
    if paper is None:
        return [] if ticket is None else _late(hall, ticket, deed, printer, cause)
    if not paper.is_open:
        return []
    if paper.ticket is not None:
        the_ticket(hall, paper.ticket)
    if cause is None:
        return [_came(paper, printer)]
    known = hall.layout.has_printer(printer)
    if known and paper.printer != printer:
        return []  # it has moved on since
    to = None if begun else _stand_in(hall, paper)
    if to is not None:
        return [PaperMoved(paper.ticket, deed, paper.printer, to, cause)]
    return [_failed(paper, printer, cause)]


def _late(hall: Hall, ticket: str, deed: int, printer: str, cause: str | None) -> list[Event]:
    """Of a number's paper that was settled: it may still come out after all."""
    known = the_ticket(hall, ticket)
    if known.paper == "printed" or cause is not None:
        return []
    return [TicketPrinted(ticket, printer, deed)]


def _came(paper: Paper, printer: str) -> Event:
    if paper.kind in OF_TICKET and paper.ticket is not None:
        return TicketPrinted(paper.ticket, printer, paper.deed)
    return PaperPrinted(paper.ticket, printer, paper.deed, paper.kind)


def _failed(paper: Paper, printer: str, cause: str) -> Event:
    if paper.kind in OF_TICKET and paper.ticket is not None:
        return TicketPrintFailed(paper.ticket, printer, paper.deed, cause)
    return PaperFailed(paper.ticket, printer, paper.deed, paper.kind, cause)


def _stand_in(hall: Hall, paper: Paper) -> str | None:
    """The printer that takes over; none that had the paper before, and none for a page that tries a printer."""
    to = hall.layout.stand_in(paper.printer)
    return None if to is None or to in paper.tried or paper.kind == "test" else to


def overdue_papers(hall: Hall, now: Moment) -> list[Event]:
    """What a second brings: a paper that its printer leaves lying moves on, and one nobody prints is given up."""
    found: list[Event] = []
    for paper in hall.papers.values():
        if not paper.is_open:
            continue
        age_s = (now - paper.asked) / SECOND_MS
        if paper.state == "taken":
            if age_s > UNTOLD_AFTER_S:
                found.append(_failed(paper, paper.printer, "interrupted"))
        elif age_s > STALE_AFTER_S + GIVEN_UP_AFTER_S:
            hall_was_away = age_s > STALE_AFTER_S + GIVEN_UP_AFTER_S + HALL_AWAY_S
            found.append(_failed(paper, paper.printer, TOO_LATE if hall_was_away else "unreachable"))
        elif now - paper.since > UNTAKEN_AFTER_S * SECOND_MS and (to := _stand_in(hall, paper)) is not None:
            found.append(PaperMoved(paper.ticket, paper.deed, paper.printer, to, "unreachable"))
    return found
