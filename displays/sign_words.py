"""Pure: what a sign shows, from the view of its window or, for a hall's own strip, from the hall's board. The words are
the hall's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WORDS_LIMIT = 60
CALLS_AT_ONCE = 3
"""So many calls run over a hall's strip one behind the other."""


@dataclass(frozen=True, slots=True)
class SignWords:
    """``call`` and ``serving`` have places for {number} and {window}; the others are shown as they are."""

    call: str = "请{number}号到{window}号窗口"
    serving: str = "正在办理{number}号"
    idle: str = "欢迎光临"
    paused: str = "暂停服务"
    closed: str = "暂停服务"

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> SignWords:
        """The hall's words; what it does not tell, or tells wrongly, stays as usual."""
        known = {
            name: told[name]
            for name in cls.__dataclass_fields__
            if isinstance(told.get(name), str) and 0 < len(told[name]) <= WORDS_LIMIT
        }
        return cls(**known)

    def shown(self, view: Mapping[str, Any]) -> str:
        """The words for a window's view (``sign/3`` of the API): who is called or served there, else how the
        window stands."""
        window, ticket = view["window"], view.get("ticket")
        if ticket and ticket["state"] in ("called", "serving"):
            words = self.call if ticket["state"] == "called" else self.serving
            return words.replace("{number}", str(ticket["number"])).replace("{window}", str(window["id"]))
        return {"open": self.idle, "paused": self.paused}.get(window["state"], self.closed)

    def shown_of_hall(self, view: Mapping[str, Any]) -> str:
        """The words for a hall's board: the calls just made, the newest first, else that it is open or closed."""
        calls = [call for call in view["calls"] if call["fresh"]][:CALLS_AT_ONCE]
        if not calls:
            return self.idle if view["open_now"] else self.closed
        return "  ".join(self._called(call["number"], call["window"]) for call in calls)

    def _called(self, number: str, window: str) -> str:
        return self.call.replace("{number}", number).replace("{window}", window)
