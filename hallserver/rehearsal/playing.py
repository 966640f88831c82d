"""Plays a drawn day against a running hall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Summary:
    """What a played day came to."""

    tickets: int = 0

    def to_json(self) -> dict[str, Any]:
        return {"tickets": self.tickets}


class Played:
    """How far a played day is."""

    def __init__(self) -> None:
        self.progress = 0.0
        self.clock: str | None = None
        self.summary: Summary | None = None

    def to_json(self, *, running: bool) -> dict[str, Any]:
        state = "running" if running else "ended"
        summary = self.summary.to_json() if self.summary else None
        return {"state": state, "progress": self.progress, "clock": self.clock, "summary": summary}


async def play(
    server_url: str, hall: str, token: str, *, speed: float = 60.0, seed: int = 1, played: Played | None = None
) -> Summary:
    """Play a day."""
    raise NotImplementedError
