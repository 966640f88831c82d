"""Which view a name means: ``board``, ``zone/gongan``, ``area/A``, ``window/3``, ``pad/3``, ``ticket/…``, …"""

from __future__ import annotations

from collections.abc import Callable

from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.hall import Hall
from hallserver.views import following, planning, screens, staff
from hallserver.views.cases import office
from hallserver.views.channels import green
from hallserver.views.day_line import day_line
from hallserver.views.floor import floor
from hallserver.views.helping import desk
from hallserver.views.shapes import Plain
from hallserver.views.signs import sign

WHOLE: dict[str, Callable[[Hall, Moment], Plain]] = {
    "board": screens.board,
    "kiosk": screens.kiosk,
    "floor": floor,
    "day": day_line,
    "desk": desk,
    "green": green,
    "office": office,
    "plans": planning.plans,
    "settings": planning.settings,
}
OF_ONE: dict[str, Callable[[Hall, Moment, str], Plain]] = {
    "zone": screens.board,
    "area": screens.area_board,
    "window": staff.console,
    "pad": staff.pad,
    "sign": sign,
    "ticket": following.phone,
    "visit": following.visit,
    "plan": planning.plan,
}
FOR_MANAGERS = frozenset(("floor", "green", "plan", "plans", "settings"))
"""Views that tell who was rated badly, given priority by whom, or changed what: for managers, and for devices."""
FOR_STAFF = FOR_MANAGERS | {"window", "day", "desk", "office"}
"""Views that name clerks, held tickets or managers: for people who sign in, and for devices."""

FOR_HOLDERS = frozenset(("visit",))
"""Views of a ticket for who holds it; for staff and devices as well."""


def view(hall: Hall, now: Moment, name: str) -> Plain:
    """The view's data. Refuses unknown_view, unknown_window, unknown_zone and unknown_ticket."""
    kind, _, of = name.partition("/")
    if of and kind in OF_ONE:
        return OF_ONE[kind](hall, now, of)
    if not of and kind in WHOLE:
        return WHOLE[kind](hall, now)
    raise Refusal("unknown_view", view=name)
