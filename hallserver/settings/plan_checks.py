"""Whether the plans of a hall's file fit the hall, and its webhook can be signed. On the raw tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hallserver.events import EVENTS
from hallserver.settings.checks import _names, _tables, _twice


def plan_problems(raw: dict[str, Any]) -> Iterator[str]:
    """Sentences about windows and zones that aren't there, and bands that overlap or end early."""
    zone_ids = _names([zone.get("id") for zone in _tables(raw, "zones")])
    windows = _names([window.get("id") for window in _tables(raw, "windows")])
    yield from _twice(_tables(raw, "plans"), "plans", "id")
    yield from _twice(_tables(raw, "plans"), "plans", "name")
    for place, plan in enumerate(_tables(raw, "plans")):
        bands = _tables(plan, "bands")
        for number, band in enumerate(bands):
            key = f"plans[{place}].bands[{number}]"
            start, end = band.get("from"), band.get("to")
            if isinstance(start, str) and isinstance(end, str) and start >= end:
                yield f"{key}.to = {end!r}: must be later than from = {start!r}"
            named = band.get("windows")
            for window, here in named.items() if isinstance(named, dict) else ():
                if window not in windows:
                    yield f"{key}.windows.{window} = {here!r}: no such window"
                yield from _band_window(f"{key}.windows.{window}", here, zone_ids)
        yield from _overlaps(f"plans[{place}].bands", bands)


def _band_window(key: str, here: Any, zone_ids: set[str]) -> Iterator[str]:
    if not isinstance(here, dict):
        return
    for name in ("zone", "support"):
        zone = here.get(name)
        if isinstance(zone, str) and zone not in zone_ids:
            yield f"{key}.{name} = {zone!r}: no such zone; must be one of: {', '.join(sorted(zone_ids))}"
    if here.get("support") is not None and here.get("support") == here.get("zone"):
        yield f"{key}.support = {here['support']!r}: is its own zone; name another or leave it out"


def _overlaps(key: str, bands: list[dict[str, Any]]) -> Iterator[str]:
    usual = ["mon", "tue", "wed", "thu", "fri"]
    spans = [
        (band["from"], number, band["to"], _names(band.get("days", usual)))
        for number, band in enumerate(bands)
        if isinstance(band.get("from"), str) and isinstance(band.get("to"), str)
    ]
    spans.sort(key=lambda span: span[:2])
    for place, (start, number, _, days) in enumerate(spans):
        ends = [end for _, _, end, other_days in spans[:place] if days & other_days and end > start]
        if ends:
            yield f"{key}[{number}].from = {start!r}: another band of that day goes on until {max(ends)!r}"


def webhook_problems(raw: dict[str, Any]) -> Iterator[str]:
    """Sentences about a webhook that can't be signed, or asks for deeds that there are none of."""
    webhook = raw.get("webhook")
    if not isinstance(webhook, dict):
        return
    secret, file = webhook.get("secret"), webhook.get("secret_file")
    if webhook.get("url") and not secret and not file:
        yield "webhook.secret is missing; add it, best as HALLSERVER__WEBHOOK__SECRET, or name a secret_file"
    if isinstance(file, str) and file and not secret:
        try:
            empty = not Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            empty = True
        if empty:
            yield f"webhook.secret_file = {file!r}: no such file, or nothing in it"
    for place, kind in enumerate(events if isinstance(events := webhook.get("events"), list) else []):
        if isinstance(kind, str) and kind not in EVENTS:
            yield f"webhook.events[{place}] = {kind!r}: no such kind of deed; docs/log.md lists them"
