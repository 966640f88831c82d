"""How a case (办件) opens with the end of a service, goes on, and leaves the live state."""

from __future__ import annotations

from collections.abc import Iterable

from hallserver import events as e
from hallserver.moments import DAY_MS, Moment
from hallserver.rules.folding.moves import Folds, end, wait_again
from hallserver.rules.hall import Case, Hall, Part, Ticket

CASES_LIMIT = 50_000
"""Cases in the live state; a hall that never makes one ready loses sight of the oldest."""
OPENS = frozenset(("accepted", "accepted_with_gaps"))
"""Outcomes after which the back office goes on with what was handed in."""
Ended = e.ServiceEnded | e.PartEnded | e.HomeVisited


def end_unless_it_collects(hall: Hall, ticket: Ticket, state: str, at: Moment) -> None:
    """The number is given up, or its day is over. A visit that went on only to collect is what it was: served."""
    collects = ticket.collects
    end(hall, ticket, "done" if collects else state, at)
    if not collects:
        return
    ticket.chain = [part for part in ticket.chain if part.outcome is not None]
    last = max(ticket.chain, key=lambda part: part.service)
    for name in PARTS_OWN:
        setattr(ticket, name, getattr(last, name))
    ticket.held = ticket.hold_reason = ticket.to_window = None
    if len(ticket.chain) == 1:  # it was no chain
        ticket.chain = []


PARTS_OWN = (
    "item", "zone", "outcome", "note", "window", "clerk", "handed_over_by", "called", "started", "ended", "service",
    "rated",
)  # fmt: skip
"""What a part and a ticket both know of a service."""


def _collection_began(hall: Hall, deed: e.Deed, event: e.CollectionBegan) -> None:
    """The visit goes on as a chain does: what it was served for so far is a part of it, with its outcome and rating."""
    ticket = hall.tickets[event.ticket]
    if not ticket.chain:
        ticket.chain = [Part(**{name: getattr(ticket, name) for name in PARTS_OWN})]
    ticket.chain.append(Part(None, event.zone, case=event.case))
    ticket.zone, ticket.item = event.zone, None
    ticket.ended = ticket.outcome = ticket.note = None
    ticket.service, ticket.rated = 0, False
    ticket.sent, ticket.sent_from = deed.at, None
    ticket.counts_from = event.counts_from
    wait_again(hall, ticket, deed.number)


def _collected(hall: Hall, deed: e.Deed, ticket: Ticket) -> None:
    """A service at an issuing window is done: what was ready of this visit has left the hall there."""
    part = next((part for part in ticket.chain if part.case and part.service == deed.number), None)
    zone = hall.layout.zones.get(part.zone) if part is not None else None
    if zone is None or zone.kind != "issuing" or ticket.item is not None:
        return
    for number in hall.cases_of.get(ticket.id, ()):
        case = hall.cases[number]
        if case.state == "ready":
            case.handed_over, case.way, case.state = deed.at, "window", "handed_over"


def follow_case(hall: Hall, deed: e.Deed, ticket: Ticket, event: Ended, window: str | None) -> None:
    """A service of the ticket's present matter is over. What was accepted is a case from here on.

    Who comes back with what was missing (容缺) is about the case that is there: the second service says that it came,
    or what is missing still, or it is done at the window and nothing is left to collect. Any other end leaves the
    case as it is, for the back office still has what was handed in."""
    case = _still_in_office(hall, ticket) if ticket.id in hall.cases_of else None
    if event.outcome == "done" and ticket.chain:
        _collected(hall, deed, ticket)
    if event.outcome not in OPENS:
        if case is not None and event.outcome == "done":
            case.supplied = deed.at if case.gaps is not None else None
            case.ready = case.handed_over = deed.at
            case.way, case.state = "window", "handed_over"
        return
    gaps = (event.note or "") if event.outcome == "accepted_with_gaps" else None
    if case is None:
        keep_case(
            hall,
            Case(deed.number, ticket.id, ticket.shown, ticket.item, ticket.zone, window, event.clerk, deed.at, gaps),
        )
    elif gaps is not None:
        case.gaps, case.supplied = gaps, None
    elif case.gaps is not None:
        case.supplied = case.supplied or deed.at


def _still_in_office(hall: Hall, ticket: Ticket) -> Case | None:
    """The ticket's case of its present matter that is not ready yet."""
    for number in hall.cases_of[ticket.id]:
        case = hall.cases[number]
        if (case.state, case.item, case.zone) == ("in_office", ticket.item, ticket.zone):
            return case
    return None


def keep_case(hall: Hall, case: Case) -> None:
    """The case is part of the live state."""
    hall.cases[case.id] = case
    hall.cases_of.setdefault(case.ticket, []).append(case.id)


def keep_cases(hall: Hall, cases: Iterable[Case]) -> None:
    """These are the cases of the live state, and no others."""
    hall.cases, hall.cases_of = {}, {}
    for case in cases:
        keep_case(hall, case)


def forget_cases(hall: Hall, at: Moment) -> None:
    """A new day: what was handed over is a row of the table alone, and so is what nobody touched for too long."""
    since = at - hall.layout.cases_kept_days * DAY_MS
    open_ones = [case for case in hall.cases.values() if case.state != "handed_over" and case.accepted > since]
    open_ones = open_ones[-CASES_LIMIT:]
    if len(open_ones) < len(hall.cases):
        keep_cases(hall, open_ones)


def _supplied(hall: Hall, deed: e.Deed, event: e.CaseSupplied) -> None:
    hall.cases[event.case].supplied = deed.at if event.supplied else None


def _ready(hall: Hall, deed: e.Deed, event: e.CaseReady) -> None:
    case = hall.cases[event.case]
    case.ready, case.state, case.set_back = deed.at, "ready", None


def _set_back(hall: Hall, deed: e.Deed, event: e.CaseSetBack) -> None:
    case = hall.cases[event.case]
    case.handed_over = case.way = None
    case.state = event.to
    if event.to == "in_office":
        case.ready, case.set_back = None, deed.at


def _handed_over(hall: Hall, deed: e.Deed, event: e.CaseHandedOver) -> None:
    case = hall.cases[event.case]
    case.handed_over, case.way, case.state = deed.at, event.way, "handed_over"


FOLDS: Folds = {
    e.CaseSupplied: _supplied,
    e.CaseReady: _ready,
    e.CaseSetBack: _set_back,
    e.CaseHandedOver: _handed_over,
    e.CollectionBegan: _collection_began,
}
