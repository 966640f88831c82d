"""Signs that hang on the server itself: shown what stands, whenever it changes. Those elsewhere follow the live
socket (``python -m displays --sign``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hallserver.desk import Desk
from hallserver.refusals import Refusal
from hallserver.views.signs import sign

Words = Callable[[dict[str, Any]], str]
Show = Callable[[str, str], None]


class SignFollower:
    """The latest words of some windows' signs, after every commit. A burst of presses is shown as its end."""

    def __init__(self, desk: Desk, windows: Sequence[str], words: Words, show: Show) -> None:
        self.hall = desk.id
        self._desk = desk
        self._windows = windows
        self._words = words
        self._show = show

    async def run(self) -> None:
        """Until cancelled."""
        feed = self._desk.feed
        while True:
            end = feed.end
            for window in self._windows:
                self._show(window, sign_words(self._desk, window, self._words))
            await feed.beyond(end)


def sign_words(desk: Desk, window: str, words: Words) -> str:
    """What a window's sign says now; a window that was taken away says nothing."""
    try:
        return words(sign(desk.feed.hall, desk.clock.now(), window))
    except Refusal:
        return ""
