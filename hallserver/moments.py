"""Time as this project writes it: a moment is an int, milliseconds since 1970-01-01 UTC.

Inside, moments are added and compared and nothing else. On the wire and on pages they are
RFC 3339 with the hall's own offset.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Moment = int

SECOND_MS = 1_000
MINUTE_MS = 60_000
DAY_MS = 86_400_000


def to_moment(when: datetime) -> Moment:
    """An aware datetime as a moment."""
    return round(when.timestamp() * 1000)


def local(moment: Moment, zone: ZoneInfo) -> datetime:
    """The moment as an aware datetime in the hall's time zone."""
    return datetime.fromtimestamp(moment / 1000, tz=zone)


def rfc3339(moment: Moment, zone: ZoneInfo) -> str:
    """``2026-11-23T09:42:00.000+08:00``."""
    before, offset = _second(moment // 1000, zone)
    return f"{before}.{moment % 1000:03d}{offset}"


@lru_cache(maxsize=4096)
def _second(second: int, zone: ZoneInfo) -> tuple[str, str]:
    """What stands before and behind the milliseconds; a busy second is asked for often."""
    written = datetime.fromtimestamp(second, tz=zone).isoformat()
    return written[:19], written[19:]


def local_day(moment: Moment, zone: ZoneInfo) -> date:
    """The calendar day in the hall at that moment."""
    return local(moment, zone).date()


def day_start(day: date, zone: ZoneInfo) -> Moment:
    """The first moment of a calendar day in the hall."""
    return to_moment(datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC))


def next_day_start(moment: Moment, zone: ZoneInfo) -> Moment:
    """The midnight that ends the hall's day at that moment."""
    return day_start(local_day(moment, zone) + timedelta(days=1), zone)


def at_clock(day: date, clock: str, zone: ZoneInfo) -> Moment:
    """The moment of ``HH:MM`` on that day; ``24:00`` is the next midnight."""
    hours, minutes = (int(part) for part in clock.split(":"))
    start = datetime.combine(day, time.min, tzinfo=zone) + timedelta(hours=hours, minutes=minutes)
    return to_moment(start.astimezone(UTC))


def minutes_between(earlier: Moment, later: Moment) -> float:
    """Minutes, never negative."""
    return max(0, later - earlier) / MINUTE_MS
