"""``python -m displays``: the hall's voice on a machine of its own."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from displays.agent import Agent, Place, TurnedAway
from displays.cursor import Cursor
from displays.loudspeaker import Speaker, SpeakerFailed, speaker_for
from displays.settings import VoiceSettings
from displays.voice import Voice

TOKEN_VARIABLE = "HALL_TOKEN"  # noqa: S105 - the name of it


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 stopped by a signal, 2 something a person must put right (said on stderr)."""
    asked = _asked(arguments)
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(_alone(asked.state / f"voice-{asked.hall}.lock"))
            speaker = speaker_for(asked.speaker)
            cursor = Cursor(asked.state / f"voice-{asked.hall}.json")
        except (SpeakerFailed, ValueError, OSError) as wrong:
            return _complain(wrong)
        try:
            asyncio.run(_speak(asked, speaker, cursor))
        except TurnedAway as wrong:
            return _complain(wrong)
        except KeyboardInterrupt:  # Ctrl-C on Windows, where no signal handler can be set
            pass
    return 0


def _complain(wrong: Exception) -> int:
    sys.stderr.write(f"voice: {wrong}\n")
    return 2


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m displays", description="Says a hall's calls aloud.")
    parser.add_argument("--server", required=True, type=_server, help="http://HOST:PORT of the hall's server")
    parser.add_argument("--hall", required=True, type=_hall, help="the hall's id")
    parser.add_argument(
        "--token", default=os.environ.get(TOKEN_VARIABLE), help=f"a device token; or set {TOKEN_VARIABLE}"
    )
    parser.add_argument("--voice", action="store_true", help="say the calls (what it does anyway)")
    parser.add_argument("--speaker", default="auto", help="auto, or dir:PATH to write the calls as WAV files")
    parser.add_argument("--state", type=Path, default=Path("var/displays"), help="where it remembers its place")
    parser.add_argument("--chime", action="store_true", help="two soft tones before each call")
    asked = parser.parse_args(arguments)
    if not asked.token:
        parser.error(f"a token is needed: --token, or {TOKEN_VARIABLE} in the environment")
    return asked


async def _speak(asked: argparse.Namespace, speaker: Speaker, cursor: Cursor) -> None:
    voice = Voice()
    agent = Agent(
        Place(asked.server, asked.hall, asked.token),
        voice.wav,
        speaker,
        cursor,
        tell=_Line(sys.stdout),
        settings=VoiceSettings(chime=asked.chime),
    )
    running = asyncio.create_task(agent.run())
    stopped = _stop_on_signals(running)
    try:
        await running
    except asyncio.CancelledError:
        if not stopped.is_set():
            raise
    finally:
        await voice.close()


def _stop_on_signals(running: asyncio.Task[None]) -> asyncio.Event:
    stopped = asyncio.Event()

    def stop() -> None:
        stopped.set()
        running.cancel()

    for wish in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C ends asyncio.run by itself
            asyncio.get_running_loop().add_signal_handler(wish, stop)
    return stopped


class _Line:
    """The state, on one line: rewritten in a terminal, a new line only when it changed elsewhere."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._last = ""

    def __call__(self, state: str) -> None:
        if state == self._last:
            return
        self._last = state
        self._out.write(f"\r\x1b[2Kvoice: {state}" if self._out.isatty() else f"voice: {state}\n")
        self._out.flush()


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Two voices with one memory would say every call twice. Raises OSError for the second."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise OSError(f"another voice of this hall is running here ({lock})") from None
        yield


def _server(text: str) -> str:
    if not re.fullmatch(r"https?://[^/\s]+(/\S*)?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no address like http://hall.example:8080")
    return text


def _hall(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]{1,40}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no hall's id: small letters, digits and dashes")
    return text


if __name__ == "__main__":
    sys.exit(main())
