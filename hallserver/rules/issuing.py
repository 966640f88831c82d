"""Giving a number (大厅一键取号)."""

from __future__ import annotations

from hallserver.events import ChainPlanned, Event, TicketIssued
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.chains import known_items, next_part, parts_of
from hallserver.rules.estimate import wait_of_next
from hallserver.rules.hall import Hall
from hallserver.rules.intake import check_in_time, check_intake, check_parts
from hallserver.rules.layout import CLASSES
from hallserver.rules.numbers import next_number, ticket_id

STAFF_CHANNELS = ("desk", "home")


def issue(
    hall: Hall,
    now: Moment,
    *,
    zone: str | None = None,
    item: str | None = None,
    class_: str = "walk_in",
    reason: str | None = None,
    channel: str = "api",
    language: str = "zh-CN",
    paper: bool = False,
    chain: list[str] | None = None,
    by_staff: bool = False,
    device: str | None = None,
) -> list[Event]:
    """One press, one number, for a zone, for an item (which names its zone), or for a chain of items.

    Refuses unknown_zone, unknown_item, class_not_given_here, reason_missing (green without one of the
    hall's reasons), hall_full, and what ``intake`` and ``chains.known_items`` refuse.
    """
    parts = parts_of(hall, known_items(hall, chain)) if chain else []
    first = next_part(hall, parts, class_, now) if parts and class_ in CLASSES else None
    if first is not None:
        zone, item = None, first.item
    where = zone_of(hall, zone, item)
    _check_class(hall, class_, reason, by_staff)
    if len(parts) > 1:
        check_parts(hall, now, parts, first)
    else:
        check_intake(hall, now, where, item)
    limit = hall.layout.waiting_limit  # no more can wait than have come
    if len(hall.tickets) >= limit and hall.waiting_count() >= limit:
        raise Refusal("hall_full", limit=limit)
    ahead, wait = wait_of_next(hall, where, hall.needs_of(item), class_, now)
    if channel not in STAFF_CHANNELS:  # staff who give a number by hand have seen who stands before them
        check_in_time(hall, now, where, item, wait)
    shown = next_number(hall, hall.layout.zones[where].prefix)
    day = hall.day
    assert day is not None, "a hall gives numbers only after its day began"
    issued = TicketIssued(
        ticket=ticket_id(day, shown),
        shown=shown,
        zone=where,
        item=item,
        class_=class_,
        reason=reason,
        channel=channel,
        language=language,
        ahead=ahead,
        wait=list(wait) if wait is not None else None,
        paper="waiting" if paper else "none",
        device=device,
        printer=hall.layout.printer_for(device) if paper else None,
    )
    if len(parts) < 2:
        return [issued]
    return [issued, ChainPlanned(issued.ticket, [item, *(part.item for part in parts if part is not first)])]


def _check_class(hall: Hall, class_: str, reason: str | None, by_staff: bool) -> None:
    """Booked numbers are given by booking; green ones where the hall gives them, for one of its reasons."""
    if class_ not in CLASSES or class_ == "booked":
        raise Refusal("class_not_given_here", class_=class_)
    if class_ != "green":
        return
    if hall.layout.green_given_by not in ("both", "desk" if by_staff else "kiosk"):
        raise Refusal("class_not_given_here", class_=class_, where=hall.layout.green_given_by)
    if reason not in hall.layout.green_reasons:
        raise Refusal("reason_missing", reasons=list(hall.layout.green_reasons))


def zone_of(hall: Hall, zone: str | None, item: str | None) -> str:
    """The zone of a matter, or the one named. Refuses unknown_zone, unknown_item and item_not_in_zone."""
    layout = hall.layout
    if item is not None:
        known = layout.items.get(item)
        if known is None:
            raise Refusal("unknown_item", item=item)
        if zone is not None and zone != known.zone:
            raise Refusal("item_not_in_zone", item=item, zone=zone)
        return known.zone
    if zone not in layout.zones:
        raise Refusal("unknown_zone", zone=zone)
    return zone
