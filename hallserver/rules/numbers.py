"""Which number comes next: of those taken today, and of those booked.

Booked numbers begin at 501 in each prefix, so that a booked number is known by its face, and no two that are alive
share one, whatever day they are for: a booking that moves to another day takes its number along.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from hallserver.rules.hall import Hall

DIGITS = 3
"""A001 … A999; a day that needs more goes on with A1000."""
BOOKED_FROM = 501


def next_number(hall: Hall, prefix: str) -> str:
    """The day's next number with that prefix; one that is alive from the day before or booked is left out."""
    count = hall.given.get(prefix, 0) + 1
    if count >= BOOKED_FROM and hall.booked_up_to and hall.day is not None:
        count = max(count, _booked_up_to(hall, hall.day, prefix) + 1)
    return _free(hall, prefix, count)


def next_booked_number(hall: Hall, prefix: str, day: date) -> str:
    """The next number for a booking of that day: free on it, and today, and on every other day booked so far."""
    last = max(BOOKED_FROM - 1, hall.given.get(prefix, 0), _booked_up_to(hall, day, prefix))
    return _free(hall, prefix, last + 1)


def ticket_id(day: date, shown: str) -> str:
    """Day and number: ``20261121-A003``."""
    return f"{day_digits(day)}-{shown}"


@lru_cache(maxsize=64)
def day_digits(day: date) -> str:
    """``20261121``; a busy day is asked for thousands of times."""
    return f"{day:%Y%m%d}"


def _booked_up_to(hall: Hall, day: date, prefix: str) -> int:
    return hall.booked_up_to.get(day_digits(day), {}).get(prefix, 0)


def _free(hall: Hall, prefix: str, count: int) -> str:
    while (shown := f"{prefix}{count:0{DIGITS}d}") in hall.carried:
        count += 1
    return shown
