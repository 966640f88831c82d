"""The shipped halls, as the rules read them: every number that can be pressed can be called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hallserver.layouts import layout_of
from hallserver.rules.calling import call_next
from hallserver.rules.hall import Hall
from hallserver.rules.layout import Layout
from hallserver.rules.services import complete
from hallserver.settings import load_hall
from tests.a_hall import a_hall, at, issued, press

SHIPPED = sorted((Path(__file__).parent.parent / "config").glob("*.toml"))
shipped = pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)


def a_shipped_hall(path: Path) -> Hall:
    return a_hall(layout_of(load_hall(path, {}), always_open=True))


@shipped
def test_its_settings_come_back_from_the_log_as_they_went_in(path: Path) -> None:
    layout = layout_of(load_hall(path, {}))
    assert Layout.from_plain(json.loads(json.dumps(layout.to_plain()))) == layout


@shipped
def test_every_matter_is_called_by_a_window_of_its_zone(path: Path) -> None:
    hall = a_shipped_hall(path)
    for item in hall.layout.items:
        ticket = issued(hall, at("09:00"), item=item)
        able = [
            w for w in hall.windows.values() if w.zone == ticket.zone and w.capabilities.issuperset(hall.needs_of(item))
        ]
        press(hall, call_next, at("09:01"), window=able[0].id)
        assert ticket.window == able[0].id
        press(hall, complete, at("09:02"), window=able[0].id)


@shipped
def test_every_zone_is_called_and_counts_its_own_numbers(path: Path) -> None:
    hall = a_shipped_hall(path)
    numbers = [issued(hall, at("09:00"), zone=zone.id).shown for zone in hall.layout.zones.values()]
    assert numbers == [f"{zone.prefix}001" for zone in hall.layout.zones.values()]
    for window in hall.windows.values():
        if hall.waiting_count() and len(hall.queue(window.zone)):
            press(hall, call_next, at("09:01"), window=window.id)
    assert hall.waiting_count() == 0


@shipped
def test_it_opens_on_some_day_of_the_week_and_keeps_its_own_head_starts(path: Path) -> None:
    settings = load_hall(path, {})
    layout = layout_of(settings)
    assert not layout.always_open
    assert {day for session in layout.sessions for day in session.days} >= {"mon", "tue", "wed", "thu", "fri"}
    assert layout.head_start_ms["green"] == settings.calling.head_start_min.green * 60_000
    assert layout.green_reasons == tuple(settings.queue.green_reasons)


@shipped
def test_a_window_calls_by_itself_where_its_file_says_so(path: Path) -> None:
    settings = load_hall(path, {})
    first, *others = settings.windows
    changed = settings.model_copy(update={"windows": [first.model_copy(update={"calls_by_itself": True}), *others]})
    hall = a_hall(layout_of(changed, always_open=True))
    assert hall.callers == (first.id,)
    assert not hall.layout.windows[first.id].mobile
    assert a_shipped_hall(path).callers == ()
