"""How this machine is, told over the live socket: at once when it changes, and every few seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

EVERY_S = 3.0
"""The server takes one that is silent for 8 s for away."""
LINE_LIMIT = 200


@dataclass(slots=True)
class Health:
    """One machine's state; ``behind`` counts what waits to be done."""

    kind: Literal["voice", "sign"]
    name: str
    area: str | None = None
    state: Literal["well", "mute", "trouble"] = "well"
    cause: str | None = None
    behind: int = 0
    line: str = ""

    def message(self) -> dict[str, Any]:
        return {
            "health": {
                "kind": self.kind,
                "name": self.name[:60],
                "area": self.area,
                "state": self.state,
                "cause": self.cause,
                "behind": self.behind,
                "line": self.line[:LINE_LIMIT],
            }
        }
