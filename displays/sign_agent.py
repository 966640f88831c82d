"""Signs beside the hall's server: each follows the view of its window, or the hall's board, the latest of which is the
truth."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from displays.health import EVERY_S
from displays.place import FIRST_WAIT_S, LIVE, LONGEST_WAIT_S, Place, ServerAway, TurnedAway, cause_of
from displays.sign_words import SignWords
from displays.signs import SignLine


class SignAgent:
    """``run()`` until cancelled; raises TurnedAway for a wrong token, hall or window. ``tell`` gets one line
    whenever the state changes."""

    def __init__(
        self,
        place: Place,
        lines: Sequence[SignLine],
        *,
        tell: Callable[[str], None],
        waits_s: tuple[float, float] = (FIRST_WAIT_S, LONGEST_WAIT_S),
    ) -> None:
        self._place = place
        self._lines = list(lines)
        self._tell = tell
        self._first_wait_s, self._longest_wait_s = waits_s
        self._windows = {sign.window: asyncio.Event() for line in lines for sign in line.signs}
        self._away = ""
        for line in lines:
            line.changed = self._changed

    async def run(self) -> None:
        async with self._place.client() as http:
            working = [asyncio.create_task(line.run()) for line in self._lines]
            working += [asyncio.create_task(self._follow(http, window)) for window in self._windows]
            try:
                done, _ = await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
                for part in done:
                    part.result()
            finally:
                for part in working:
                    part.cancel()
                await asyncio.gather(*working, return_exceptions=True)

    def _changed(self) -> None:
        """A line's state is another than before."""
        for window in self._windows.values():
            window.set()
        self._tell(self.state())

    def state(self) -> str:
        if self._away:
            return f"the server is away ({self._away}), trying again"
        troubles = [line.sentence for line in self._lines if line.cause is not None]
        count = len(self._windows)
        signs = f"{count} sign{'s' if count != 1 else ''} of hall {self._place.hall}"
        return f"{signs}: {'; '.join(troubles) or 'well'}"

    async def _follow(self, http: aiohttp.ClientSession, window: str) -> None:
        wait_s = self._first_wait_s
        while True:
            try:
                words = SignWords.of((await self._place.get(http, "")).get("sign") or {})
                async with connect(
                    self._place.live(f"view=sign/{window}" if window else "view=board"),
                    additional_headers=self._place.bearer,
                    **LIVE,
                ) as live:
                    wait_s = self._first_wait_s
                    self._be_away("")
                    await self._connected(live, window, words)
                raise ServerAway("it closed the connection")
            except InvalidStatus as refused:
                if refused.response.status_code == 404:
                    raise TurnedAway(f"the hall {self._place.hall!r} has no window {window!r}") from refused
                why = self._place.refusal(refused.response.status_code)
                if isinstance(why, TurnedAway):
                    raise why from refused
                self._be_away(str(why))
            except (ServerAway, ConnectionClosed, InvalidHandshake, OSError, TimeoutError) as away:
                self._be_away(cause_of(away))
            await asyncio.sleep(wait_s * random.uniform(0.8, 1.2))  # noqa: S311 - spreads a hall's devices
            wait_s = min(wait_s * 2, self._longest_wait_s)

    async def _connected(self, live: ClientConnection, window: str, words: SignWords) -> None:
        telling = asyncio.create_task(self._tell_health(live, window))
        try:
            async for message in live:
                frame = json.loads(message)
                if "data" in frame:
                    shown = words.shown if window else words.shown_of_hall
                    self._show(window, shown(frame["data"]))
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)

    def _show(self, window: str, words: str) -> None:
        for line in self._lines:
            line.show(window, words)

    async def _tell_health(self, live: ClientConnection, window: str) -> None:
        """At once when a line changed, and every few seconds."""
        news = self._windows[window]
        while True:
            news.clear()
            for message in self._messages(window):
                await live.send(json.dumps(message))
            try:
                async with asyncio.timeout(EVERY_S):
                    await news.wait()
            except TimeoutError:
                pass

    def _messages(self, window: str) -> list[dict[str, Any]]:
        healths = [
            (sign, health) for line in self._lines for sign, health in zip(line.signs, line.healths(), strict=True)
        ]
        return [health.message() for sign, health in healths if sign.window == window]

    def _be_away(self, away: str) -> None:
        if away != self._away:
            self._away = away
            self._tell(self.state())
