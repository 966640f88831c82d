"""The shipped sample halls, as the API tells them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from hallserver.rehearsal.hall import Hall, hall_of
from hallserver.settings import HallSettings, load_hall

CONFIG = Path(__file__).parents[2] / "config"


@cache
def settings(hall: str) -> HallSettings:
    return load_hall(CONFIG / f"{hall}.toml", {})


def told(hall: str, **changed: Any) -> dict[str, Any]:
    """What ``GET /api/halls/{hall}`` says on a day with the usual hours."""
    known = settings(hall)
    return {
        "id": known.hall.id,
        "name": known.hall.name,
        "open_now": True,
        "zones": [zone.model_dump() for zone in known.zones],
        "windows": [window.model_dump() | {"state": "closed", "clerk": None} for window in known.windows],
        "items": [item.model_dump() for item in known.items],
        "green_reasons": known.queue.green_reasons,
        "hours_today": [["08:30", "17:00"]],
        "bookings": {**known.bookings.model_dump(), "zones": [z.id for z in known.zones if z.booking_quota]},
        **changed,
    }


def the_hall(hall: str = "luojiazhuang", **changed: Any) -> Hall:
    return hall_of(told(hall, **changed))
