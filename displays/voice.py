"""``Voice``: sentences in, WAV bytes out, for asyncio. One worker process speaks; this side looks after it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections import OrderedDict, deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from displays.espeak import LANGUAGES

RATES_WPM = range(80, 451)  # what espeak-ng accepts
TIMES = range(1, 6)
VOLUMES_PERCENT = range(5, 101)
PARTS_LIMIT = 4
_ROOT = Path(__file__).resolve().parent.parent


class VoiceUnavailable(Exception):
    """The world's fault: no sound can be made for this sentence now. The message says why."""


class Part(NamedTuple):
    """One sentence. ``clips`` is a folder of recorded words to say it with; where one is missing the voice of
    ``language`` says it ("zh", "en"), or nobody ("")."""

    text: str
    language: str = "zh"
    clips: str = ""


class Saying(NamedTuple):
    """What is said for one call, and how: the key under which finished sound is kept."""

    parts: tuple[Part, ...]
    times: int = 1
    rate_wpm: int = 160
    volume_percent: int = 100
    chime: bool = False

    @property
    def text(self) -> str:
        """All sentences, to be read."""
        return " / ".join(part.text for part in self.parts)


class Voice:
    """Makes announcements as sound; used from one event loop, started by its first sentence.

    ``timeout_s`` bounds one sentence, ``start_timeout_s`` a worker's start; a worker that hangs or dies is
    replaced, at most ``restarts`` times within ``restart_window_s``. ``cache_mb`` bounds the finished sound
    kept, ``text_limit`` the characters of a text, ``waiting_limit`` the different sentences being made.
    ``command`` replaces the worker (tests).
    """

    def __init__(
        self,
        *,
        timeout_s: float = 10.0,
        start_timeout_s: float = 30.0,
        restarts: int = 5,
        restart_window_s: float = 60.0,
        cache_mb: float = 32.0,
        text_limit: int = 200,
        waiting_limit: int = 32,
        command: Sequence[str] = (sys.executable, "-P", "-m", "displays.voice_worker"),
    ) -> None:
        self._timeout_s = timeout_s
        self._text_limit = text_limit
        self._waiting_limit = waiting_limit
        self._kept = _Shelf(round(cache_mb * 1_000_000))
        self._making: dict[Saying, asyncio.Task[bytes]] = {}
        self._turn = asyncio.Lock()
        self._worker = _Worker(command, start_timeout_s, restarts, restart_window_s)
        self._closed = False
        self.remark = ""
        """What was not as wished with the sentence made last: a recorded word that is missing."""

    async def wav(
        self, text: str, *, times: int = 1, rate_wpm: int = 160, language: str = "zh", chime: bool = False
    ) -> bytes:
        """One sentence, as ``say`` says several."""
        return await self.say(Saying((Part(text, language),), times, rate_wpm, chime=chime))

    async def say(self, saying: Saying) -> bytes:
        """A WAV (mono, 16 bit, 22,050 Hz), said as often as asked, after two soft tones if asked.

        Asked for by several at once it is made once; made before, it comes from memory. Raises ValueError
        for a text or a number out of its limits, VoiceUnavailable when the machine cannot say it.
        """
        if saying.times not in TIMES or saying.rate_wpm not in RATES_WPM:
            raise ValueError(f"said 1 to 5 times at 80 to 450 words a minute, not {saying.times} at {saying.rate_wpm}")
        if saying.volume_percent not in VOLUMES_PERCENT or not 0 < len(saying.parts) <= PARTS_LIMIT:
            raise ValueError(f"1 to {PARTS_LIMIT} sentences at 5 to 100 %, not as asked: {saying}")
        parts = tuple(part._replace(text=self._checked(part.text, part.language or "zh")) for part in saying.parts)
        saying = saying._replace(parts=parts)
        if (kept := self._kept.get(saying)) is not None:
            return kept
        making = self._making.get(saying)
        if making is None:
            if len(self._making) >= self._waiting_limit:
                raise VoiceUnavailable(f"{self._waiting_limit} sentences are already waiting to be made")
            making = asyncio.create_task(self._make(saying))
            self._making[saying] = making
            making.add_done_callback(lambda made: self._made(saying, made))
        try:
            return await asyncio.shield(making)  # one listener going away must not silence the others
        except asyncio.CancelledError:
            if making.cancelled():
                raise VoiceUnavailable("the voice is closed") from None
            raise

    async def phonemes(self, text: str, *, language: str = "zh") -> str:
        """How espeak-ng reads ``text``, in its own phoneme names. Errors as for ``wav``."""
        text = self._checked(text, language)
        facts, _ = await self._ask({"want": "phonemes", "text": text, "language": language})
        return str(facts["phonemes"])

    @property
    def worker_pid(self) -> int | None:
        """The worker's process id while one runs."""
        return self._worker.pid

    async def close(self) -> None:
        """Ends the worker; whoever still waits gets VoiceUnavailable. Closing twice is harmless."""
        self._closed = True
        for making in self._making.values():
            making.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)
        async with self._turn:
            await self._worker.end()

    def _checked(self, text: str, language: str) -> str:
        if language not in LANGUAGES:
            raise ValueError(f"the voice speaks {', '.join(LANGUAGES)}, not {language!r}")
        text = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
        if not 0 < len(text) <= self._text_limit:
            raise ValueError(f"a text has 1 to {self._text_limit} characters, this one {len(text)}")
        return text

    async def _make(self, saying: Saying) -> bytes:
        parts = [part._asdict() for part in saying.parts]
        facts, wav = await self._ask({"want": "wav", **saying._asdict(), "parts": parts})
        self.remark = str(facts.get("remark", ""))
        self._kept.put(saying, wav)
        return wav

    def _made(self, saying: Saying, making: asyncio.Task[bytes]) -> None:
        del self._making[saying]
        if not making.cancelled():
            making.exception()  # seen, even when everybody who waited has left

    async def _ask(self, question: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        async with self._turn:
            for last_try in (False, True):
                if self._closed:
                    raise VoiceUnavailable("the voice is closed")
                await self._worker.start()
                try:
                    async with asyncio.timeout(self._timeout_s):
                        return await self._worker.answer(question)
                except TimeoutError:
                    # Not asked again: what hung once may hang twice, and the call grows stale meanwhile.
                    raise VoiceUnavailable(f"no sound within {self._timeout_s:g} s") from None
                except (EOFError, ConnectionError) as death:
                    if last_try:
                        raise VoiceUnavailable("the voice's process died twice over one sentence") from death
        raise AssertionError("unreachable: the last try returns or raises")


class _Shelf:
    """Finished sound by saying, at most ``limit_bytes`` of it; the longest unasked-for goes first."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[Saying, bytes] = OrderedDict()
        self._bytes = 0

    def get(self, saying: Saying) -> bytes | None:
        if saying in self._kept:
            self._kept.move_to_end(saying)
        return self._kept.get(saying)

    def put(self, saying: Saying, wav: bytes) -> None:
        self._bytes += len(wav) - len(self._kept.pop(saying, b""))
        self._kept[saying] = wav
        while self._bytes > self._limit_bytes:
            self._bytes -= len(self._kept.popitem(last=False)[1])


class _Worker:
    """The worker process. After anything but a whole answer it is killed: its next words would be misread."""

    def __init__(self, command: Sequence[str], start_timeout_s: float, restarts: int, restart_window_s: float) -> None:
        self._command = command
        self._start_timeout_s = start_timeout_s
        self._starts: deque[float] = deque(maxlen=restarts + 1)
        self._restart_window_s = restart_window_s
        self._process: asyncio.subprocess.Process | None = None
        self._folder = ""

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def start(self) -> None:
        if self._process is not None:
            return
        now_s = asyncio.get_running_loop().time()
        if len(self._starts) == self._starts.maxlen and now_s - self._starts[0] < self._restart_window_s:
            raise VoiceUnavailable(f"the voice's process failed {len(self._starts)} times, resting a while")
        self._starts.append(now_s)
        self._folder = tempfile.mkdtemp(prefix="hall-voice-")
        paths = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            self._folder,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": paths},
        )
        try:
            async with asyncio.timeout(self._start_timeout_s):
                await self._whole_answer()
        except TimeoutError:
            raise VoiceUnavailable(f"the voice did not start within {self._start_timeout_s:g} s") from None
        except (EOFError, ConnectionError) as death:
            raise VoiceUnavailable("the voice's process ended while starting") from death
        except VoiceUnavailable:  # it said itself why it cannot, and left
            await self.end()
            raise

    async def answer(self, question: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        assert self._process is not None
        assert self._process.stdin is not None
        # Not drained: a question is short, and a dead worker is told by its missing answer.
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        return await self._whole_answer()

    async def _whole_answer(self) -> tuple[dict[str, Any], bytes]:
        process = self._process
        assert process is not None
        assert process.stdout is not None
        try:
            facts = json.loads(await process.stdout.readuntil(b"\n"))
            made = await process.stdout.readexactly(facts["bytes"])
        except BaseException:
            await self.end()
            raise
        if "error" in facts:
            raise VoiceUnavailable(facts["error"])
        return facts, made

    async def end(self) -> None:
        """Kills the process (it holds nothing worth saving) and waits until it is gone."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            shutil.rmtree(self._folder, ignore_errors=True)
            await process.communicate()  # reads the pipes empty: only then does asyncio let go of them
