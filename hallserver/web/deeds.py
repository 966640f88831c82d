"""A deed as the log's readers get it."""

from __future__ import annotations

from typing import Any

from hallserver.events import Deed
from hallserver.rules.hall import Hall
from hallserver.views.shapes import moment

RENAMED = {"class_": "class", "shown": "number_shown"}
MOMENTS = frozenset(("counts_from", "slot", "slot_ends", "until", "begins", "ends", "since"))
"""Facts that are moments: told like every other time, with the hall's offset."""
TAKEN = frozenset(("number", "at", "kind", "by"))


HIDDEN = {
    ("RatingGiven", "clerk"): frozenset(("level", "options", "named", "has_text")),
    ("AlertRaised", "clerk"): frozenset(("alert", "subject", "figure", "level", "other")),
    ("AlertCleared", "clerk"): frozenset(("alert", "subject", "figure", "level")),
    ("TicketBooked", "clerk"): frozenset(("person",)),
    ("TicketBooked", "device"): frozenset(("person",)),
}
"""Facts kept from a role. The pad promises that the clerk does not see what was chosen; who booked what is nobody's
business but the manager's."""


def deed_shape(hall: Hall, deed: Deed, role: str = "manager") -> dict[str, Any]:
    """``{"number", "at", "kind", "by", …facts}``; a fact whose name is taken comes as ``fact_…``."""
    shape: dict[str, Any] = {
        "number": deed.number,
        "at": moment(hall, deed.at),
        "kind": deed.event.kind,
        "by": deed.by,
    }
    hidden = HIDDEN.get((deed.event.kind, role), frozenset())
    for name, value in deed.event.facts().items():
        if name in hidden:
            continue
        shown = RENAMED.get(name, name)
        if name in MOMENTS and isinstance(value, int):
            value = moment(hall, value)
        shape[f"fact_{shown}" if shown in TAKEN else shown] = value
    return shape
