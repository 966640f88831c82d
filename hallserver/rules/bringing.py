"""What is still to be brought: after which ends of a service the same number may come back on the same day."""

from __future__ import annotations

from hallserver.rules.hall import Hall, Part, Ticket

MAY_RETURN = frozenset(("told_missing", "accepted_with_gaps"))
"""Outcomes after which the same number may come back on the same day, with what was missing."""


def may_return(hall: Hall, ticket: Ticket) -> bool:
    """Whether the visit ended with something still to bring, so that its number goes on."""
    if ticket.state != "done":
        return False
    return any(to_bring(hall, ticket, part) for part in ticket.chain) or to_bring(hall, ticket, ticket)


def to_bring(hall: Hall, ticket: Ticket, of: Part | Ticket) -> bool:
    """Whether something is still to be brought for one matter of a ticket. What was accepted with gaps (容缺) waits for
    it only until it came, or until the result is out all the same."""
    if of.outcome != "accepted_with_gaps":
        return of.outcome in MAY_RETURN
    cases = [hall.cases[number] for number in hall.cases_of.get(ticket.id, ())]
    about = [case for case in cases if (case.item, case.zone) == (of.item, of.zone)]
    return any(case.state == "in_office" and case.supplied is None for case in about)
