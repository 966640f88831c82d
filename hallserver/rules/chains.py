"""One ticket through several matters (多窗联办): its number stays, each part has its own service and outcome.

A part that must come after others (``Item.after``) waits until these are settled. The others go where the
wait is shortest: when the number is given, and whenever a part ends.
"""

from __future__ import annotations

from collections.abc import Iterable

from hallserver.events import ChainPlanned, Event
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.estimate import wait_of_next
from hallserver.rules.finding import the_ticket
from hallserver.rules.hall import Hall, Part, Ticket
from hallserver.rules.hours import is_open
from hallserver.rules.intake import left_today, next_day

PARTS_LIMIT = 8
SETTLED = frozenset(("done", "accepted", "accepted_with_gaps"))
"""Outcomes after which a part that had to wait for this one may be done."""
PLANNED_IN = ("waiting", "called", "serving", "held", "passed")


def plan_chain(hall: Hall, now: Moment, *, ticket: str, items: list[str]) -> list[Event]:
    """Say which matters the ticket still has before it; the present one stays the present one, named or
    not. With nothing beside it there is no chain any more.

    Refuses unknown_ticket, wrong_state, unknown_item, chain_item_twice, chain_too_long, and quota_reached for a
    matter whose numbers of today are gone.
    """
    planned = the_ticket(hall, ticket)
    if planned.state not in PLANNED_IN:
        raise Refusal("wrong_state", ticket=ticket, number=planned.shown, state=planned.state)
    named = known_items(hall, items)
    present = planned.item
    if present is None:  # taken for the zone alone: the first matter of this zone is the present one
        present = next((item for item in named if hall.layout.items[item].zone == planned.zone), None)
    over = {part.item for part in planned.chain if part.outcome is not None}
    rest = [item for item in named if item != present]
    if over.intersection(rest):
        raise Refusal("chain_item_twice", item=next(item for item in rest if item in over))
    if len(rest) + 1 + len(over) > PARTS_LIMIT:
        raise Refusal("chain_too_long", limit=PARTS_LIMIT)
    plan: list[str | None] = [present, *rest]
    if plan == ([part.item for part in planned.open_parts] or [planned.item]):
        return []
    has = {part.item for part in planned.open_parts} or {planned.item}
    for item in plan:
        if item is not None and item not in has and left_today(hall, item) == 0:
            zone = hall.layout.items[item].zone
            raise Refusal("quota_reached", opens_at=next_day(hall, now, zone), item=item)
    return [ChainPlanned(ticket, plan)]


def known_items(hall: Hall, items: Iterable[str]) -> list[str]:
    """The matters as named, each once. Refuses unknown_item, chain_item_twice and chain_too_long."""
    named: list[str] = []
    for item in items:
        if item not in hall.layout.items:
            raise Refusal("unknown_item", item=item)
        if item in named:
            raise Refusal("chain_item_twice", item=item)
        named.append(item)
    if len(named) > PARTS_LIMIT:
        raise Refusal("chain_too_long", limit=PARTS_LIMIT)
    return named


def parts_of(hall: Hall, items: Iterable[str]) -> list[Part]:
    """Matters as open parts."""
    return [Part(item, hall.layout.items[item].zone) for item in items]


def next_part(hall: Hall, chain: list[Part], class_: str, now: Moment) -> Part | None:
    """The open part that may be done now and has the shortest wait; None when none may."""
    settled = {part.item for part in chain if part.outcome in SETTLED}
    in_chain = {part.item for part in chain}
    ready = [
        part
        for part in chain
        if part.outcome is None
        and part.zone in hall.layout.zones
        and not (in_chain.intersection(_after(hall, part.item)) - settled)
    ]
    return min(ready, key=lambda part: _soonest(hall, part, class_, now), default=None)


def after_this(hall: Hall, ticket: Ticket, outcome: str, now: Moment) -> Part | None:
    """Where a chain goes on when its present part ends so; None when the visit is over."""
    if not ticket.chain:
        return None
    present, *others = ticket.open_parts
    ended = Part(present.item, present.zone, outcome)
    over = [part for part in ticket.chain if part.outcome is not None]
    return next_part(hall, [*over, ended, *others], ticket.class_, now)


def _after(hall: Hall, item: str | None) -> tuple[str, ...]:
    known = hall.layout.items.get(item) if item else None
    return known.after if known else ()


def _soonest(hall: Hall, part: Part, class_: str, now: Moment) -> tuple[bool, float]:
    """Where it is working time before where it isn't, then by the wait."""
    _, wait = wait_of_next(hall, part.zone, hall.needs_of(part.item), class_, now)
    return not is_open(hall, now, part.zone), wait[1] if wait is not None else float("inf")
