"""A window's sign: who is called there, and how the window stands."""

from __future__ import annotations

import pytest

from hallserver.refusals import Refusal
from hallserver.rules.calling import call_next
from hallserver.rules.hall import Hall
from hallserver.rules.windows import set_state
from hallserver.views.catalogue import view
from tests.a_hall import a_hall, at, issued, press


def shown(hall: Hall, window: str = "1") -> tuple[str, str | None, str | None]:
    sign = view(hall, at("09:30"), f"sign/{window}")
    ticket = sign["ticket"] or {"number": None, "state": None}
    return sign["window"]["state"], ticket["number"], ticket["state"]


def test_a_sign_follows_its_window_and_no_other() -> None:
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    assert shown(hall) == ("open", None, None)
    press(hall, call_next, at("09:20"), window="1")
    assert shown(hall) == ("open", "A001", "called")
    assert shown(hall, "2") == ("open", None, None)
    press(hall, set_state, at("09:25"), window="2", state="paused", clerk=None)
    assert shown(hall, "2") == ("paused", None, None)


def test_a_sign_names_the_zones_its_window_serves_and_nobody_who_waits() -> None:
    sign = view(a_hall(), at("09:30"), "sign/3")
    assert [zone["id"] for zone in sign["window"]["zones"]] == ["gongan", "zonghe"]
    assert set(sign) == {"hall", "window", "ticket"}


def test_a_window_that_is_not_there_has_no_sign() -> None:
    with pytest.raises(Refusal, match="unknown_window"):
        view(a_hall(), at("09:30"), "sign/9")
