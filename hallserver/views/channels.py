"""How visits came today, and which of them had priority: by channel, class and reason, with who gave it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from hallserver.moments import Moment, local_day
from hallserver.rules.hall import Hall
from hallserver.views.shapes import Plain, head, moment, names

GREEN_SHOWN = 300


def visit_figures(hall: Hall) -> Plain:
    """The day's visits by how they came, and what became of bookings."""
    sums = hall.figures
    still = sum(t.state == "booked" and _is_today(hall, t.slot) for t in hall.tickets.values())
    return {
        "by_channel": dict(sums.by_channel),
        "by_class": dict(sums.by_class),
        "green_by_reason": dict(sums.green_by_reason),
        "bookings": {
            "made": sums.booked,
            "arrived": sums.arrived,
            "arrived_late": sums.arrived_late,
            "missed": sums.missed,
            "still_to_come": still,
        },
        "home_visits": sums.home_visits,
    }


def _is_today(hall: Hall, slot: Moment | None) -> bool:
    return slot is not None and slot < hall.day_ends


@dataclass(slots=True, frozen=True)
class Given:
    """A number with priority, as the list tells it of any day."""

    ticket: str
    number: str
    reason: str | None
    given_by: str | None
    channel: str
    issued: Moment
    state: str
    zone: str
    item: str | None


def green(hall: Hall, now: Moment) -> Plain:
    """Every number with priority that was given today: why, where and by whom (绿色通道台账). One that was carried
    over midnight stands in the list of its own day."""
    day = hall.day or local_day(now, hall.layout.tz)
    found = [t for t in hall.tickets.values() if t.class_ == "green" and t.id.startswith(f"{day:%Y%m%d}-")]
    found.sort(key=lambda ticket: ticket.deed, reverse=True)
    given = [Given(t.id, t.shown, t.reason, t.given_by, t.channel, t.issued, t.state, t.zone, t.item) for t in found]
    return green_list(hall, day, given)


def green_list(hall: Hall, day: date, given: Sequence[Given]) -> Plain:
    """One day's numbers with priority, the newest first, and how many there were by reason, giver and channel."""
    return {
        "hall": head(hall),
        "day": day.isoformat(),
        "given_by": hall.layout.green_given_by,
        "reasons": list(hall.layout.green_reasons),
        "by_reason": _counted(one.reason for one in given),
        "by_giver": _counted(one.given_by for one in given),
        "by_channel": _counted(one.channel for one in given),
        "count": len(given),
        "tickets": [
            {
                "ticket": one.ticket,
                "number": one.number,
                "reason": one.reason,
                "given_by": one.given_by,
                "channel": one.channel,
                "issued_at": moment(hall, one.issued),
                "state": one.state,
                **names(hall, one.zone, one.item),
            }
            for one in given[:GREEN_SHOWN]
        ],
    }


def _counted(told: Iterable[str | None]) -> dict[str, int]:
    """The most frequent first; what nobody knows isn't counted."""
    return dict(Counter(one for one in told if one is not None).most_common())
