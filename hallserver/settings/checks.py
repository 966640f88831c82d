"""What no single key can tell: whether the parts of a hall's file fit together.

Works on the raw tables, however wrong they are, so that these problems are said together with the
typed ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

from hallserver.settings.board import board_problems
from hallserver.settings.signs import sign_problems
from hallserver.settings.voice_checks import voice_problems

QUOTED_LIMIT = 80
"""Characters of a value in a problem's sentence."""


def cross_problems(raw: dict[str, Any], timezones: Collection[str]) -> Iterator[str]:
    """Sentences about references that lead nowhere, names used twice and hours that end early."""
    zones = _tables(raw, "zones")
    zone_ids = {zone["id"] for zone in zones if isinstance(zone.get("id"), str)}
    yield from _twice(zones, "zones", "id")
    yield from _twice(zones, "zones", "prefix")
    for name in ("windows", "items", "staff"):
        yield from _twice(_tables(raw, name), name, "id")
    yield from _twice(_tables(raw, "items"), "items", "code")
    yield from _windows(raw, zone_ids)
    yield from _items(raw, zone_ids)
    yield from _order_of_items(raw)
    yield from _guides(raw)
    yield from _staff(raw)
    yield from _hours(raw)
    yield from _bookings(raw)
    yield from _printers(raw)
    yield from _singles(raw, timezones)
    yield from voice_problems(raw)
    yield from sign_problems(raw)
    yield from board_problems(raw)


def shown(value: Any) -> str:
    """A value as a problem quotes it."""
    quoted = repr(value)
    return quoted if len(quoted) <= QUOTED_LIMIT else quoted[: QUOTED_LIMIT - 3] + "…"


def _tables(raw: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = raw.get(name)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _twice(rows: list[dict[str, Any]], name: str, key: str) -> Iterator[str]:
    counts = Counter(row[key] for row in rows if isinstance(row.get(key), str))
    for value, count in counts.items():
        if count > 1:
            yield f"{name}[].{key} = {value!r}: stands {count} times; each needs its own"


def _names(value: Any) -> set[str]:
    """The strings of a list; other things in it are the typed checks' to tell."""
    return {name for name in value if isinstance(name, str)} if isinstance(value, list) else set()


def _windows(raw: dict[str, Any], zone_ids: set[str]) -> Iterator[str]:
    known = ", ".join(sorted(zone_ids))
    for place, window in enumerate(_tables(raw, "windows")):
        for key in ("zone", "support"):
            zone = window.get(key)
            if isinstance(zone, str) and zone not in zone_ids:
                yield f"windows[{place}].{key} = {zone!r}: no such zone; must be one of: {known}"
        if window.get("support") is not None and window.get("support") == window.get("zone"):
            yield f"windows[{place}].support = {window['support']!r}: is its own zone; name another or leave it out"
    served = _names([window.get("zone") for window in _tables(raw, "windows")])
    for place, row in enumerate(_tables(raw, "zones")):
        zone = row.get("id")
        if isinstance(zone, str) and zone not in served:
            yield f"zones[{place}].id = {zone!r}: no window serves this zone; add one to windows"


def _items(raw: dict[str, Any], zone_ids: set[str]) -> Iterator[str]:
    windows = _tables(raw, "windows")
    known = ", ".join(sorted(zone_ids))
    for place, item in enumerate(_tables(raw, "items")):
        zone = item.get("zone")
        if isinstance(zone, str) and zone not in zone_ids:
            yield f"items[{place}].zone = {zone!r}: no such zone; must be one of: {known}"
            continue
        if item.get("kind") == "instant" and item.get("promised_days") is not None:
            yield f"items[{place}].promised_days: an instant item ends at the window; only a promised one has days"
        wanted = _names(item.get("needs"))
        able = any(wanted <= _names(window.get("capabilities")) for window in windows if window.get("zone") == zone)
        if wanted and not able:
            yield (
                f"items[{place}].needs = {sorted(wanted)}: no window of zone {zone!r} has all of these; "
                "give one the capabilities"
            )


def _order_of_items(raw: dict[str, Any]) -> Iterator[str]:
    """A chain of matters must be able to begin: what must come after something can't wait for itself."""
    after = {item["id"]: _names(item.get("after")) for item in _tables(raw, "items") if isinstance(item.get("id"), str)}
    for place, item in enumerate(_tables(raw, "items")):
        for name in sorted(_names(item.get("after")) - after.keys()):
            yield f"items[{place}].after = {name!r}: no such item"
        if isinstance(item.get("id"), str) and item["id"] in _reached(after, item["id"]):
            yield f"items[{place}].after = {sorted(after[item['id']])}: {item['id']!r} would wait for itself"


def _guides(raw: dict[str, Any]) -> Iterator[str]:
    """A list in English is shown in place of the Chinese one: a paper it leaves out would be one too few to bring."""
    for place, item in enumerate(_tables(raw, "items")):
        guide = item.get("guide")
        told = guide if isinstance(guide, dict) else {}
        materials, english = told.get("materials"), told.get("materials_en")
        if isinstance(materials, list) and isinstance(english, list) and english and len(english) != len(materials):
            yield (
                f"items[{place}].guide.materials_en = {shown(english)}: has {len(english)} of the {len(materials)} "
                "entries of materials; give each its English, in the same order, or leave materials_en out"
            )


def _reached(after: dict[str, set[str]], item: str) -> set[str]:
    """Every matter that must come before this one, and before those."""
    found: set[str] = set()
    waiting = [item]
    while waiting:
        new = after.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _staff(raw: dict[str, Any]) -> Iterator[str]:
    windows = _names([window.get("id") for window in _tables(raw, "windows")])
    for place, person in enumerate(_tables(raw, "staff")):
        window = person.get("window")
        if isinstance(window, str) and window not in windows:
            yield f"staff[{place}].window = {window!r}: no such window"


def _hours(raw: dict[str, Any]) -> Iterator[str]:
    for place, session in enumerate(_tables(raw, "hours")):
        start, end = session.get("from"), session.get("to")
        if isinstance(start, str) and isinstance(end, str) and start >= end:
            yield f"hours[{place}].to = {end!r}: must be later than from = {start!r}"


def _bookings(raw: dict[str, Any]) -> Iterator[str]:
    bookings = raw.get("bookings")
    if not (isinstance(bookings, dict) and bookings.get("enabled") is True):
        return
    quotas = [row.get("booking_quota") for name in ("zones", "items") for row in _tables(raw, name)]
    if not any(isinstance(quota, int) and quota > 0 for quota in quotas):
        yield "bookings.enabled = true: no zone and no item takes any; give one a booking_quota above 0"


def _printers(raw: dict[str, Any]) -> Iterator[str]:
    printers = _tables(raw, "printers")
    yield from _twice(printers, "printers", "id")
    ids = _names([printer.get("id") for printer in printers])
    known = ", ".join(sorted(ids))
    served = Counter(device for printer in printers for device in _names(printer.get("serves")))
    for place, printer in enumerate(printers):
        fallback = printer.get("fallback")
        if isinstance(fallback, str) and fallback not in ids:
            yield f"printers[{place}].fallback = {fallback!r}: no such printer; must be one of: {known}"
        elif fallback is not None and fallback == printer.get("id"):
            yield f"printers[{place}].fallback = {fallback!r}: is itself; name another or leave it out"
    for device, count in served.items():
        if count > 1:
            yield f"printers[].serves = {device!r}: stands {count} times; a device's papers come out of one printer"
    paper = raw.get("paper")
    if printers and isinstance(paper, dict):
        for key in sorted({"printer", "width_mm", "mode", "cut", "beeps"} & paper.keys()):
            yield f"paper.{key} = {paper[key]!r}: has no meaning beside [[printers]]; say it there"


def _singles(raw: dict[str, Any], timezones: Collection[str]) -> Iterator[str]:
    hall = raw.get("hall")
    timezone = hall.get("timezone") if isinstance(hall, dict) else None
    if isinstance(timezone, str) and timezone not in timezones:
        yield f"hall.timezone = {timezone!r}: no such time zone; for example Asia/Shanghai"
    queue = raw.get("queue")
    if isinstance(queue, dict):
        warn, critical = queue.get("warn_min", 15), queue.get("critical_min", 30)
        if isinstance(warn, int | float) and isinstance(critical, int | float) and warn >= critical:
            yield f"queue.critical_min = {critical!r}: must be more than warn_min = {warn!r}"
