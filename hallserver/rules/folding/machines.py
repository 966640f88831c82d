"""What paper and voice change."""

from __future__ import annotations

from hallserver import events as e
from hallserver.rules.folding.moves import Folds, nothing
from hallserver.rules.hall import Hall


def _printed(hall: Hall, deed: e.Deed, event: e.TicketPrinted) -> None:
    hall.printer_cause = None
    ticket = hall.tickets.get(event.ticket)
    if ticket is not None:
        ticket.paper, ticket.paper_cause = "printed", None


def _print_failed(hall: Hall, deed: e.Deed, event: e.TicketPrintFailed) -> None:
    hall.printer_cause = event.cause
    hall.figures.print_failures += 1
    ticket = hall.tickets.get(event.ticket)
    if ticket is not None:
        ticket.paper, ticket.paper_cause = "failed", event.cause


def _spoken(hall: Hall, deed: e.Deed, event: e.CallSpoken) -> None:
    ticket = hall.tickets.get(event.ticket)
    if ticket is not None:
        ticket.heard = max(ticket.heard, event.deed)


FOLDS: Folds = {
    e.TicketPrinted: _printed,
    e.TicketPrintFailed: _print_failed,
    e.CallSpoken: _spoken,
    e.CallNotSpoken: nothing,
}
