"""提醒: what a manager should look at, raised and cleared by the second's tick.

Each kind has a threshold to be raised and an easier one to stay (``STAYS``), so that nothing flickers: a
queue that was too long must become clearly shorter before the alert goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from hallserver.events import AlertCleared, AlertRaised, Event, WebhookGivenUp
from hallserver.moments import MINUTE_MS, Moment
from hallserver.refusals import Refusal
from hallserver.rules.calling import candidates
from hallserver.rules.hall import Hall, Window
from hallserver.rules.noticed import Alert

KINDS = (
    "long_wait", "many_waiting", "long_service", "idle_zone", "clerk_absent", "bad_rating", "printer", "mute_voice",
    "help",
)  # fmt: skip
TOLD_ONCE = frozenset(("bad_rating", "printer", "mute_voice", "help"))
"""Alerts that a deed brings; a manager may put them away. The others stand as long as what they tell."""
ALERTS_LIMIT = 100
BAD_RATINGS_LIMIT = 30
STAYS = 0.8
WAITED_MS = MINUTE_MS
"""Somebody who came this second waits for nobody's absence."""


class Standing(NamedTuple):
    """Something that is so now."""

    kind: str
    subject: str
    figure: float
    level: str = "warn"
    other: str | None = None


def alerts_due(hall: Hall, now: Moment) -> list[Event]:
    """Once a second: what is to be raised, said anew with another level, or cleared."""
    quiet = not hall.queues and not hall.alerts and not hall.noticed
    if quiet and all(window.ticket is None for window in hall.windows.values()):
        return []
    return [*_cleared(hall, now), *_raised(hall, now)]


def _raised(hall: Hall, now: Moment) -> Iterator[Event]:
    room = ALERTS_LIMIT - len(hall.alerts)
    for noticed in hall.noticed.values():
        if not noticed.over and room > 0:
            room -= 1
            level = "critical" if noticed.kind == "bad_rating" and noticed.figure == 1 else "warn"
            yield AlertRaised(noticed.kind, noticed.subject, noticed.figure, level, noticed.other)
    for one in _standing(hall, now, 1.0):
        there = hall.alerts.get((one.kind, one.subject))
        if there is None and room > 0:
            room -= 1
            yield AlertRaised(one.kind, one.subject, one.figure, one.level, one.other)
        elif there is not None and there.level == "warn" and one.level == "critical":
            yield AlertRaised(one.kind, one.subject, one.figure, one.level, one.other)


def _cleared(hall: Hall, now: Moment) -> Iterator[Event]:
    if not hall.alerts:
        return
    staying = {(one.kind, one.subject): one for one in _standing(hall, now, STAYS)}
    bad = [alert for alert in hall.alerts.values() if alert.kind == "bad_rating"]
    for key, alert in hall.alerts.items():
        if alert.kind in TOLD_ONCE:
            gone = key in hall.noticed and hall.noticed[key].over
            if gone or alert in bad[:-BAD_RATINGS_LIMIT]:
                yield _clear(alert)
            continue
        one = staying.get(key)
        # The next ticket at a window, another zone's crowd: that is another story, and is told as one.
        if one is None or (one.kind == "long_service" and one.other != alert.other):
            yield _clear(alert)
        elif alert.level == "critical" and one.level == "warn":
            yield AlertRaised(one.kind, one.subject, one.figure, one.level, one.other)


def _clear(alert: Alert) -> AlertCleared:
    return AlertCleared(alert.kind, alert.subject, alert.raised, alert.since, alert.figure, alert.level)


def _standing(hall: Hall, now: Moment, share: float) -> Iterator[Standing]:
    """All that is so now by the hall's thresholds, or by that share of them."""
    crowded: dict[str, float] = {}
    for one in _queues(hall, now, share):
        crowded[one.subject] = max(crowded.get(one.subject, 0), one.figure)
        yield one
    for window in hall.windows.values():
        if window.ticket is not None:
            yield from _service(hall, now, window)
        elif window.state == "open":
            yield from _absence(hall, now, window, share)
    if crowded and hall.layout.idle_min > 0:
        yield from _idle_zones(hall, now, max(crowded, key=lambda zone: crowded[zone]), set(crowded), share)


def _queues(hall: Hall, now: Moment, share: float) -> Iterator[Standing]:
    layout = hall.layout
    for zone, queue in hall.queues.items():
        waited_min = (now - (queue.oldest() or now)) / MINUTE_MS
        if waited_min >= layout.warn_min * share:
            level = "critical" if waited_min >= layout.critical_min * share else "warn"
            yield Standing("long_wait", zone, int(waited_min), level)
        if layout.open_window_at and queue.count > layout.open_window_at * share:
            yield Standing("many_waiting", zone, queue.count)


def _service(hall: Hall, now: Moment, window: Window) -> Iterator[Standing]:
    ticket = hall.tickets[window.ticket or ""]
    if ticket.started is None:
        return
    layout = hall.layout
    typical_min, _ = layout.minutes_of(ticket.item, ticket.zone)
    limits = [limit for limit in (layout.long_service_times * typical_min, layout.long_service_min) if limit > 0]
    served_min = (now - ticket.started) / MINUTE_MS
    if limits and served_min >= min(limits):
        yield Standing("long_service", window.id, int(served_min), other=ticket.id)


def _absence(hall: Hall, now: Moment, window: Window, share: float) -> Iterator[Standing]:
    """An open window where nothing is pressed while somebody waits; it stays until something is."""
    limit_min = hall.layout.absent_min
    idle_ms = now - window.since
    if limit_min <= 0 or idle_ms < limit_min * MINUTE_MS * share:
        return
    if share == 1.0:
        found = candidates(hall, window, now)
        if not any(now - hall.tickets[one.ticket].counts_from >= WAITED_MS for one in found):
            return
    yield Standing("clerk_absent", window.id, idle_ms // MINUTE_MS)


def _idle_zones(hall: Hall, now: Moment, crowd: str, crowded: set[str], share: float) -> Iterator[Standing]:
    """Zones where nobody waits and a window is idle for a while, beside one that is crowded."""
    idle_ms: dict[str, int] = {}
    for window in hall.windows.values():
        if window.state != "open" or window.ticket is not None or window.zone in hall.queues:
            continue
        if window.support not in crowded:
            idle_ms[window.zone] = max(idle_ms.get(window.zone, 0), now - window.since)
    for zone, long_ms in idle_ms.items():
        if long_ms >= hall.layout.idle_min * MINUTE_MS * share:
            yield Standing("idle_zone", zone, long_ms // MINUTE_MS, other=crowd)


def put_away(hall: Hall, now: Moment, *, alert: int) -> list[Event]:
    """A manager has seen it. An alert that tells how things are goes by itself and not by hand: alert_stands."""
    found = next((one for one in hall.alerts.values() if one.raised == alert), None)
    if found is None:
        raise Refusal("unknown_alert", alert=alert)
    if found.kind not in TOLD_ONCE:
        raise Refusal("alert_stands")
    return [_clear(found)]


def give_up(hall: Hall, now: Moment, *, deed: int, tries: int, cause: str) -> list[Event]:
    """The webhook's follower could not tell of a deed."""
    return [WebhookGivenUp(deed, tries, cause)]
