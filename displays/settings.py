"""How a hall wants its calls said: the ``voice`` part of ``GET /api/halls/{hall}``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from displays.phrases import PHRASE, phrase
from displays.voice import RATES_WPM, TIMES

PHRASE_LIMIT = 120  # characters: leaves room for the number and the window in what one text may hold

_KINDS: dict[str, tuple[type, ...]] = {
    "phrase": (str,),
    "times": (int,),
    "stale_after_s": (int, float),
    "rate_wpm": (int,),
    "enabled": (bool,),
    "chime": (bool,),
}


@dataclass(slots=True)
class VoiceSettings:
    """Read anew for every call, so a change in the hall is heard at the next one."""

    phrase: str = PHRASE
    times: int = 2
    stale_after_s: float = 60.0
    rate_wpm: int = 160
    enabled: bool = True
    chime: bool = False

    def learn(self, told: Mapping[str, Any]) -> None:
        """Takes over what the hall told; what it did not tell stays. Raises ValueError, changing nothing,
        for a phrase that cannot be filled and for values out of their kind or limits."""
        known = {name: told[name] for name in _KINDS if name in told}
        for name, value in known.items():
            if type(value) not in _KINDS[name]:
                raise ValueError(f"the hall's voice.{name} cannot be {value!r}")
        phrase(known.get("phrase", self.phrase), "A001", "1")
        if len(known.get("phrase", "")) > PHRASE_LIMIT:
            raise ValueError(f"the hall's voice.phrase is longer than {PHRASE_LIMIT} characters")
        for name, limits in (("times", TIMES), ("rate_wpm", RATES_WPM)):
            if known.get(name, limits[0]) not in limits:
                raise ValueError(f"the hall's voice.{name} is {known[name]}, not {limits[0]} to {limits[-1]}")
        for name, value in known.items():
            setattr(self, name, value)
