"""``python -m displays``: the hall's voice and its window signs on a machine of their own."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from displays.agent import Agent
from displays.cursor import Cursor
from displays.loudspeaker import Speaker, SpeakerFailed, speaker_for
from displays.options import Asked, asked, asked_to_install
from displays.place import LONGEST_WAIT_S, Place, ServerAway, TurnedAway, only_hall
from displays.service import CannotInstall, service, start, write
from displays.settings import VoiceSettings
from displays.sign_agent import SignAgent
from displays.signs import sign_lines
from displays.voice import Saying, Voice, VoiceUnavailable


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 stopped by a signal or installed, 2 something a person must put right (said on stderr)."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["install"]:
        return _install(words[1:])
    wishes = asked(words)
    try:
        speaker = speaker_for(wishes.speaker) if wishes.voice else None
        asyncio.run(_until_told(lambda: _work(wishes, speaker)))
    except (TurnedAway, SpeakerFailed, ValueError, OSError) as wrong:
        return _complain(wrong)
    except KeyboardInterrupt:  # Ctrl-C on Windows, where no signal handler can be set
        pass
    return 0


def _install(words: Sequence[str]) -> int:
    """Writes the unit, says what it wrote, and has systemd start it."""
    wishes = asked_to_install(words)
    try:
        made = service(wishes.name, wishes.arguments, wishes.token, user=wishes.user)
        if not wishes.dry_run:
            write(made)
    except CannotInstall as wrong:
        return _complain(wrong)
    verb = "would write" if wishes.dry_run else "wrote"
    sys.stdout.write(f"{verb} {made.secret_file} (the token; only its owner may read it)\n")
    sys.stdout.write(f"{verb} {made.unit_file}:\n\n{made.unit}\n")
    if not wishes.dry_run and wishes.start:
        sys.stdout.write(start(wishes.name, user=wishes.user) + "\n")
    return 0


def _complain(wrong: Exception) -> int:
    sys.stderr.write(f"displays: {wrong}\n")
    return 2


async def _work(wishes: Asked, speaker: Speaker | None) -> None:
    line = _Line(sys.stdout)
    hall = wishes.hall or await _hall(wishes.server, line.of("server"))
    place = Place(wishes.server, hall, wishes.token)
    parts: list[Coroutine[Any, Any, None]] = []
    if speaker is not None:
        parts.append(_speak(wishes, place, speaker, line.of("voice")))
    if wishes.signs:
        parts.append(SignAgent(place, sign_lines(wishes.signs), tell=line.of("signs")).run())
    working = [asyncio.create_task(part) for part in parts]
    try:
        done, _ = await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
        for part in done:
            part.result()
    finally:
        for part in working:
            part.cancel()
        await asyncio.gather(*working, return_exceptions=True)


async def _hall(server: str, tell: Callable[[str], None]) -> str:
    """The server's one hall, asked for until it answers."""
    while True:
        try:
            return await only_hall(server)
        except ServerAway as away:
            tell(f"the server is away ({away}), trying again")
            await asyncio.sleep(LONGEST_WAIT_S / 10)


async def _speak(wishes: Asked, place: Place, speaker: Speaker, tell: Callable[[str], None]) -> None:
    memory = wishes.state / "-".join(filter(None, ["voice", place.hall, wishes.area]))
    with _alone(memory.with_suffix(".lock")):
        await _speak_alone(wishes, place, speaker, Cursor(memory.with_suffix(".json")), tell)


async def _speak_alone(
    wishes: Asked, place: Place, speaker: Speaker, cursor: Cursor, tell: Callable[[str], None]
) -> None:
    voice = Voice()

    async def say(saying: Saying) -> bytes:
        made = await voice.say(saying)
        if voice.remark:
            tell(voice.remark)
        return made

    agent = Agent(
        place,
        say,
        speaker,
        cursor,
        tell=tell,
        settings=VoiceSettings(),
        area=wishes.area,
        name=wishes.name,
        own=wishes.own,
    )
    trying = asyncio.create_task(_try_voice(voice, agent, tell))
    try:
        await agent.run()
    finally:
        trying.cancel()
        await asyncio.gather(trying, return_exceptions=True)
        await voice.close()


async def _try_voice(voice: Voice, agent: Agent, tell: Callable[[str], None]) -> None:
    """A machine that cannot speak is known before the first call."""
    try:
        await voice.wav("请")
    except VoiceUnavailable as mute:
        tell(f"no voice: {mute}")
        agent.be("mute", "voice_unavailable")


async def _until_told(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    running = asyncio.create_task(work())
    stopped = asyncio.Event()

    def stop() -> None:
        stopped.set()
        running.cancel()

    for wish in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C ends asyncio.run by itself
            asyncio.get_running_loop().add_signal_handler(wish, stop)
    try:
        await running
    except asyncio.CancelledError:
        if not stopped.is_set():
            raise


class _Line:
    """The state, on one line: rewritten in a terminal, a new line only when it changed elsewhere."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._parts: dict[str, str] = {}

    def of(self, part: str) -> Callable[[str], None]:
        """What tells the state of one part of this program."""
        return lambda state: self._tell(part, state)

    def _tell(self, part: str, state: str) -> None:
        if self._parts.get(part) == state:
            return
        self._parts[part] = state
        if self._out.isatty():
            whole = " | ".join(f"{name}: {told}" for name, told in self._parts.items())
            self._out.write(f"\r\x1b[2K{whole}")
        else:
            self._out.write(f"{part}: {state}\n")
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


if __name__ == "__main__":
    sys.exit(main())
