"""The green channel (绿色通道): given where the hall says, for one of its reasons, and counted."""

from __future__ import annotations

import pytest

from hallserver.rules.days import tick
from hallserver.rules.issuing import issue
from tests.a_hall import OPENING, a_hall, a_layout, at, issued, press, refusal


@pytest.mark.parametrize(
    ("given_by", "at_kiosk", "at_desk"),
    [("both", True, True), ("kiosk", True, False), ("desk", False, True)],
)
def test_priority_is_given_where_the_hall_gives_it(given_by: str, at_kiosk: bool, at_desk: bool) -> None:
    hall = a_hall(a_layout(green_given_by=given_by))
    for by_staff, given in ((False, at_kiosk), (True, at_desk)):
        wanted = {"zone": "zonghe", "class_": "green", "reason": "elderly", "by_staff": by_staff}
        if given:
            assert issued(hall, OPENING, **wanted).class_ == "green"
        else:
            no = refusal(hall, issue, OPENING, **wanted)
            assert (no.code, no.details["where"]) == ("class_not_given_here", given_by)
        issued(hall, OPENING, zone="zonghe", by_staff=by_staff)


def test_a_reason_is_asked_for_at_the_desk_too() -> None:
    no = refusal(a_hall(), issue, OPENING, zone="zonghe", class_="green", by_staff=True)
    assert (no.code, no.details["reasons"]) == ("reason_missing", ["elderly", "pregnant"])


def test_who_gave_it_is_kept_and_reasons_are_counted() -> None:
    hall = a_hall()
    for by, reason in (("device:kiosk", "elderly"), ("clerk:0301", "elderly"), ("clerk:0301", "pregnant")):
        press(hall, issue, OPENING, by=by, zone="zonghe", class_="green", reason=reason, channel="kiosk")
    issued(hall, OPENING, zone="zonghe", channel="desk")
    assert [ticket.given_by for ticket in hall.tickets.values()] == ["device:kiosk", "clerk:0301", "clerk:0301", "hall"]
    assert hall.figures.green_by_reason == {"elderly": 2, "pregnant": 1}
    assert hall.figures.by_class == {"green": 3, "walk_in": 1}
    assert hall.figures.by_channel == {"kiosk": 3, "desk": 1}
    press(hall, tick, at("00:00", "2026-11-24"))
    assert hall.figures.green_by_reason == {}
