"""The signs on one cable: each shows the latest words for its window, also after the cable was pulled."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from displays.cables import Cable, CableCause, CableLost, cable_to
from displays.dots import picture
from displays.health import Health
from displays.sign_frames import FRAMES

FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 5.0
SignCause = CableCause | Literal["connecting"]
REFRESH_S = 15.0
"""The words are sent again after so long: a sign that lost its power, or a byte, shows the truth again."""
BETWEEN_FRAMES_S = 0.18
"""What a controller needs before it reads the next frame on its line."""


HALL = ""
"""The window of a sign that shows every call of the hall."""


@dataclass(slots=True)
class Sign:
    """One window's sign, or with ``HALL`` for a window the hall's own. ``words`` are to be shown, ``sent`` were sent
    last over this connection."""

    window: str
    frame: Callable[[str], bytes]
    words: str | None = None
    sent: str | None = None


class SignLine:
    """``run()`` until cancelled. ``show`` may be called at any time; only the latest words count.

    ``changed`` is called when the line's state is another than before; ``cause`` is None while it works.
    """

    def __init__(
        self,
        cable: Cable,
        signs: Sequence[Sign],
        *,
        changed: Callable[[], None] = lambda: None,
        refresh_s: float = REFRESH_S,
        between_s: float = BETWEEN_FRAMES_S,
        waits_s: tuple[float, float] = (FIRST_WAIT_S, LONGEST_WAIT_S),
    ) -> None:
        self.cable = cable
        self.signs = list(signs)
        self.cause: SignCause | None = "connecting"
        self.sentence = f"{cable.name}: connecting"
        self.changed = changed
        self._refresh_s, self._between_s = refresh_s, between_s
        self._first_wait_s, self._longest_wait_s = waits_s
        self._news = asyncio.Event()

    def show(self, window: str, words: str) -> None:
        for sign in self.signs:
            if sign.window == window and sign.words != words:
                sign.words = words
                self._news.set()

    def healths(self) -> list[Health]:
        state = "well" if self.cause is None else "trouble"
        return [
            Health("sign", f"{sign.window or 'hall'} {self.cable.name}", None, state, self.cause, 0, sign.words or "")  # type: ignore[arg-type]
            for sign in self.signs
        ]

    async def run(self) -> None:
        wait_s = self._first_wait_s
        while True:
            began = time.monotonic()
            try:
                await self.cable.open()
                await self._keep()
            except CableLost as lost:
                self._be(lost.cause, str(lost))
            finally:
                self.cable.close()
            if time.monotonic() - began > self._longest_wait_s:  # a cable that held so long was a good one
                wait_s = self._first_wait_s
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, self._longest_wait_s)

    async def _keep(self) -> None:
        """Send what is new at once and everything now and then, until the cable is lost."""
        for sign in self.signs:
            sign.sent = None
        lost = asyncio.create_task(self.cable.lost())
        news = lost
        try:
            while True:
                self._news.clear()
                await self._send_news()
                self._be(None, f"{self.cable.name}: well")
                news = asyncio.create_task(self._heard_news())
                await asyncio.wait((lost, news), timeout=self._refresh_s, return_when=asyncio.FIRST_COMPLETED)
                refresh = not news.done()
                news.cancel()
                if lost.done():
                    lost.result()
                if refresh:
                    for sign in self.signs:
                        sign.sent = None
        finally:
            for waiting in (lost, news):
                waiting.cancel()
            await asyncio.gather(lost, news, return_exceptions=True)

    async def _heard_news(self) -> None:
        await self._news.wait()

    async def _send_news(self) -> None:
        for sign in self.signs:
            words = sign.words
            if words is not None and words != sign.sent:
                await self.cable.send(sign.frame(words))
                sign.sent = words
                await asyncio.sleep(self._between_s)

    def _be(self, cause: SignCause | None, sentence: str) -> None:
        if (cause, sentence) != (self.cause, self.sentence):
            self.cause, self.sentence = cause, sentence
            self.changed()


class PictureFile:
    """A virtual sign: the frame is a PNG, and the cable's end a file that always holds the latest one."""

    def __init__(self, file: Path) -> None:
        self.name = str(file)
        self._file = file

    async def open(self) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as full:
            raise CableLost("no_port", f"{self.name}: {full}") from full

    async def send(self, frame: bytes) -> None:
        draft = self._file.with_suffix(".part")
        try:
            draft.write_bytes(frame)
            draft.replace(self._file)
        except OSError as full:
            raise CableLost("cable_lost", f"{self.name}: {full}") from full

    async def lost(self) -> None:
        await asyncio.Event().wait()

    def close(self) -> None:
        """Nothing is held open."""


def sign_lines(wishes: Sequence[str]) -> list[SignLine]:
    """``COM3=jqueue:3``, ``tcp://192.0.2.7:5000=plain:5``, ``dir:PATH=picture:3``: port, protocol, window; without a
    window (``COM3=jqueue``) a strip for every call of the hall. Signs that name one port share its line. Raises
    ValueError."""
    ports: dict[str, list[Sign]] = {}
    for wish in wishes:
        found = re.fullmatch(r"(\S+)=([a-z]+)(?::([A-Za-z0-9][A-Za-z0-9-]{0,7}))?", wish)
        if not found:
            raise ValueError(f"{wish!r} is no sign like COM3=jqueue:3 or tcp://192.0.2.7:5000=plain:5")
        port, protocol, window = found.groups(HALL)
        if port.startswith("dir:") != (protocol == "picture") or protocol not in (*FRAMES, "picture"):
            raise ValueError(f"{wish!r}: protocols are {', '.join(FRAMES)}, and picture for dir:PATH")
        if protocol == "picture":
            sign = Sign(window, picture)
            drawn = Path(port.removeprefix("dir:"), f"window-{window}.png" if window else "hall.png")
            ports.setdefault(f"dir:{drawn}", []).append(sign)
        else:
            ports.setdefault(port, []).append(Sign(window, FRAMES[protocol]))
    return [
        SignLine(
            PictureFile(Path(port.removeprefix("dir:"))) if port.startswith("dir:") else cable_to(port),
            signs,
        )
        for port, signs in ports.items()
    ]
