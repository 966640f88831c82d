"""What papers change."""

from __future__ import annotations

from hallserver import events as e
from hallserver.moments import Moment
from hallserver.rules.folding.alerts import notice
from hallserver.rules.folding.moves import Folds
from hallserver.rules.hall import PAPERS_KEPT, TOO_LATE, Hall, Paper
from hallserver.rules.noticed import Noticed


def await_paper(hall: Hall, paper: Paper) -> None:
    """A paper is to come. Of those that ended the newest stay, to be asked about."""
    hall.papers[paper.deed] = paper
    if len(hall.papers) > PAPERS_KEPT:
        ended = [known.deed for known in hall.papers.values() if not known.is_open]
        for deed in ended[: len(hall.papers) - PAPERS_KEPT]:
            del hall.papers[deed]


def number_paper(hall: Hall, deed: e.Deed, event: e.TicketIssued | e.TicketBooked | e.BookingArrived) -> None:
    """The paper that a number came with, if it came with one."""
    if event.paper == "waiting":
        printer = event.printer or hall.layout.printer_for(event.device)
        await_paper(hall, Paper(deed.number, "ticket", event.ticket, printer, deed.at, deed.at))
        hall.tickets[event.ticket].paper_deed = deed.number


def _reprint_asked(hall: Hall, deed: e.Deed, event: e.ReprintAsked) -> None:
    hall.figures.reprints += 1
    await_paper(hall, Paper(deed.number, "reprint", event.ticket, event.printer, deed.at, deed.at))
    ticket = hall.tickets.get(event.ticket)
    if ticket is not None:
        ticket.reprints += 1
        ticket.paper, ticket.paper_cause, ticket.paper_deed = "waiting", None, deed.number


def _receipt_asked(hall: Hall, deed: e.Deed, event: e.ReceiptAsked) -> None:
    hall.figures.receipts += 1
    await_paper(hall, Paper(deed.number, event.receipt, event.ticket, event.printer, deed.at, deed.at))


def _guide_asked(hall: Hall, deed: e.Deed, event: e.GuideAsked) -> None:
    paper = Paper(deed.number, "guide", None, event.printer, deed.at, deed.at)
    paper.item, paper.language, paper.device = event.item, event.language, event.device
    await_paper(hall, paper)


def _test_page_asked(hall: Hall, deed: e.Deed, event: e.PrinterTestAsked) -> None:
    await_paper(hall, Paper(deed.number, "test", None, event.printer, deed.at, deed.at))


def _taken(hall: Hall, deed: e.Deed, event: e.PaperTaken) -> None:
    paper = hall.papers.get(event.deed)
    if paper is not None:
        paper.state, paper.since = "taken", deed.at


def _moved(hall: Hall, deed: e.Deed, event: e.PaperMoved) -> None:
    hall.figures.papers_moved += 1
    notice(hall, Noticed("printer", event.printer, other=event.cause))
    paper = hall.papers.get(event.deed)
    if paper is not None:
        paper.tried.append(event.printer)
        paper.printer, paper.state, paper.since = event.to, "waiting", deed.at


def _end(hall: Hall, deed: int, state: str, cause: str | None, at: Moment) -> None:
    paper = hall.papers.get(deed)
    if paper is not None and paper.kind == "ticket":
        del hall.papers[deed]  # its ticket tells the rest
    elif paper is not None:
        paper.state, paper.cause, paper.since = state, cause, at


def _ticket_printed(hall: Hall, deed: e.Deed, event: e.TicketPrinted) -> None:
    hall.printer_cause = None
    notice(hall, Noticed("printer", event.printer, over=True))
    _end(hall, event.deed, "printed", None, deed.at)
    ticket = hall.tickets.get(event.ticket)
    if ticket is not None:
        ticket.paper, ticket.paper_cause = "printed", None


def _blame(hall: Hall, event: e.TicketPrintFailed | e.PaperFailed) -> None:
    """A paper that did not come is counted; its printer is in trouble, unless it was only too late."""
    hall.figures.print_failures += 1
    if event.cause != TOO_LATE:
        hall.printer_cause = event.cause
        notice(hall, Noticed("printer", event.printer, other=event.cause))


def _ticket_failed(hall: Hall, deed: e.Deed, event: e.TicketPrintFailed) -> None:
    _blame(hall, event)
    _end(hall, event.deed, "failed", event.cause, deed.at)
    ticket = hall.tickets.get(event.ticket)
    if ticket is not None and event.deed >= ticket.paper_deed:  # not when staff asked for another since
        ticket.paper, ticket.paper_cause = "failed", event.cause


def _printed(hall: Hall, deed: e.Deed, event: e.PaperPrinted) -> None:
    hall.printer_cause = None
    notice(hall, Noticed("printer", event.printer, over=True))
    _end(hall, event.deed, "printed", None, deed.at)


def _failed(hall: Hall, deed: e.Deed, event: e.PaperFailed) -> None:
    _blame(hall, event)
    _end(hall, event.deed, "failed", event.cause, deed.at)


FOLDS: Folds = {
    e.ReprintAsked: _reprint_asked,
    e.ReceiptAsked: _receipt_asked,
    e.GuideAsked: _guide_asked,
    e.PrinterTestAsked: _test_page_asked,
    e.PaperTaken: _taken,
    e.PaperMoved: _moved,
    e.TicketPrinted: _ticket_printed,
    e.TicketPrintFailed: _ticket_failed,
    e.PaperPrinted: _printed,
    e.PaperFailed: _failed,
}
