from __future__ import annotations

from typing import Any

import pytest

from displays.settings import VoiceSettings


def test_what_the_hall_says_is_taken_over_and_the_rest_stays() -> None:
    settings = VoiceSettings(chime=True)
    settings.learn({"phrase": "{number} 到 {window}", "times": 3, "enabled": False, "volume": 11})
    assert settings == VoiceSettings(phrase="{number} 到 {window}", times=3, enabled=False, chime=True)


@pytest.mark.parametrize(
    "told",
    [
        {"phrase": "请到 {window}"},
        {"phrase": "{number}" + "请" * 120},
        {"times": "2"},
        {"times": True},
        {"times": 6},
        {"rate_wpm": 10},
        {"stale_after_s": None},
        {"enabled": 1},
    ],
)
def test_a_wrong_wish_changes_nothing(told: dict[str, Any]) -> None:
    settings = VoiceSettings()
    with pytest.raises(ValueError, match=r"phrase|voice"):
        settings.learn({"stale_after_s": 30} | told)
    assert settings == VoiceSettings()
