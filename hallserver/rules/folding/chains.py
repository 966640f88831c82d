"""How a chain of matters is planned and goes on."""

from __future__ import annotations

from hallserver import events as e
from hallserver.rules.bringing import to_bring
from hallserver.rules.folding.cases import follow_case
from hallserver.rules.folding.moves import (
    Folds,
    count_numbers,
    dequeue,
    enqueue,
    free_the_sent,
    learn_walk,
    leave_window,
    wait_again,
)
from hallserver.rules.hall import Hall, Part, Ticket


def _planned(hall: Hall, deed: e.Deed, event: e.ChainPlanned) -> None:
    ticket = hall.tickets[event.ticket]
    over = [part for part in ticket.chain if part.outcome is not None]
    items = hall.layout.items
    before = {part.item for part in ticket.open_parts} or {ticket.item}
    for item in before.symmetric_difference(event.items):
        count_numbers(hall, item, -1 if item in before else 1)
    ahead = [Part(item, items[item].zone if item in items else ticket.zone) for item in event.items]
    ahead[0].zone = ticket.zone
    ticket.chain = [*over, *ahead] if over or len(ahead) > 1 else []
    if ticket.item != ahead[0].item:  # its matter is known now: the work it brings is another
        waits = ticket.state == "waiting"
        dequeue(hall, ticket)
        ticket.item = ahead[0].item
        if waits:
            enqueue(hall, ticket)
        free_the_sent(hall)


def _part_ended(hall: Hall, deed: e.Deed, event: e.PartEnded) -> None:
    ticket = hall.tickets[event.ticket]
    learn_walk(hall, ticket, deed.at)
    end_part(ticket, event, deed)
    follow_case(hall, deed, ticket, event, event.window)
    ticket.sent, ticket.sent_from = deed.at, event.window
    leave_window(hall, ticket, deed.at)
    ticket.zone, ticket.item = event.next_zone, event.next_item
    ticket.to_window = None
    ticket.counts_from = event.counts_from
    go_on_with(ticket, event.next_zone, event.next_item)
    wait_again(hall, ticket, deed.number)


def end_part(ticket: Ticket, event: e.PartEnded | e.ServiceEnded, deed: e.Deed) -> None:
    """A service is over, and with it the present part of a chain."""
    ticket.service, ticket.rated = deed.number, False
    for part in ticket.open_parts[:1]:
        part.outcome, part.note, part.window, part.clerk = event.outcome, event.note, event.window, event.clerk
        part.handed_over_by = ticket.handed_over_by
        part.called, part.started, part.ended = ticket.called, ticket.started, deed.at
        part.service = deed.number


def reopen_parts(hall: Hall, ticket: Ticket) -> None:
    """What something is still to be brought for is to be done after all."""
    ticket.chain = [Part(part.item, part.zone) if to_bring(hall, ticket, part) else part for part in ticket.chain]


def go_on_with(ticket: Ticket, zone: str, item: str | None) -> None:
    """That part is the present one from here on; a matter the chain doesn't have takes the present one's place."""
    if not ticket.chain:
        return
    over = [part for part in ticket.chain if part.outcome is not None]
    ahead = ticket.open_parts
    if not ahead:
        ahead = [Part(item, zone)]
    chosen = next((part for part in ahead if part.item == item and part.zone == zone), None)
    if chosen is None:
        chosen = ahead[0]
        chosen.item, chosen.zone = item, zone
    ticket.chain = [*over, chosen, *(part for part in ahead if part is not chosen)]


FOLDS: Folds = {
    e.ChainPlanned: _planned,
    e.PartEnded: _part_ended,
}
