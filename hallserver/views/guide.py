"""What the guide says of a matter that changes through the day: its windows, its wait, whether a number is given."""

from __future__ import annotations

from hallserver.moments import Moment
from hallserver.rules.estimate import wait_of_next
from hallserver.rules.hall import Hall
from hallserver.views.hours import intake_shape
from hallserver.views.shapes import Plain, whole_minutes


def matter_now(hall: Hall, now: Moment, item: str) -> Plain:
    """One matter of the layout: its zone, the open windows that can do it, the wait of a number taken now."""
    known = hall.layout.items[item]
    zone = hall.layout.zones[known.zone]
    able = [window.id for window in hall.serving_zone(zone.id) if window.capabilities.issuperset(known.needs)]
    ahead, wait = wait_of_next(hall, zone.id, known.needs, "walk_in", now)
    return {
        "zone": zone.id,
        "zone_name": zone.name,
        "zone_name_en": zone.name_en,
        "windows": able,
        "ahead": ahead,
        "wait": whole_minutes(wait),
        "intake": intake_shape(hall, zone.id, now, item),
    }
