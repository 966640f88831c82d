"""Sound out of this machine: through a player program, through Windows, or into a folder."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol

from displays.sound import length_s

MARGIN_S = 5.0  # what a player may need beside the sound itself: opening the card, draining it

PLAYERS: tuple[tuple[str, ...], ...] = (
    ("pw-play",),
    ("paplay",),
    ("aplay", "-q"),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"),
)


SpeakerCause = Literal["no_player", "player_failed", "player_hung"]


class SpeakerFailed(Exception):
    """The world's fault: the sound was not played. ``cause`` is the code, the message the sentence."""

    def __init__(self, cause: SpeakerCause, sentence: str) -> None:
        super().__init__(sentence)
        self.cause = cause


class Speaker(Protocol):
    """Plays one WAV to its end, then returns; raises SpeakerFailed. ``label`` names it: "000017-A012-3"."""

    @property
    def name(self) -> str: ...

    async def play(self, wav: bytes, *, label: str) -> None: ...


def speaker_for(wish: str) -> Speaker:
    """``auto`` (whatever plays sound here), ``alsa:DEVICE`` or ``dir:PATH``. Raises SpeakerFailed when nothing
    plays here, ValueError for another wish."""
    if wish.startswith("dir:") and len(wish) > len("dir:"):
        return FileSpeaker(Path(wish.removeprefix("dir:")))
    if re.fullmatch(r"alsa:[^-\s]\S*", wish):
        if not shutil.which("aplay"):
            raise SpeakerFailed("no_player", "there is no aplay on this machine: install alsa-utils")
        return ProgramSpeaker([("aplay", "-q", "-D", wish.removeprefix("alsa:"))])
    if wish != "auto":
        raise ValueError(f"a speaker is auto, alsa:DEVICE or dir:PATH, not {wish!r}")
    if sys.platform == "win32":
        return WindowsSpeaker()
    found = [player for player in PLAYERS if shutil.which(player[0])]
    if not found:
        raise SpeakerFailed(
            "no_player",
            "nothing on this machine plays sound: install pw-play (pipewire), paplay (pulseaudio-utils), "
            "aplay (alsa-utils) or ffplay (ffmpeg), or write the calls to a folder with --speaker dir:PATH",
        )
    return ProgramSpeaker(found)


class ProgramSpeaker:
    """Plays through the first of ``players`` that can: one may be installed without the sound server it needs."""

    def __init__(self, players: Sequence[Sequence[str]], *, margin_s: float = MARGIN_S) -> None:
        self._players = list(players)
        self._margin_s = margin_s

    @property
    def name(self) -> str:
        return self._players[0][0]

    async def play(self, wav: bytes, *, label: str) -> None:
        length = length_s(wav)
        with tempfile.TemporaryDirectory(prefix="hall-call-") as folder:
            file = Path(folder, f"{_file_name(label)}.wav")
            await asyncio.to_thread(file.write_bytes, wav)
            complaints = []
            for player in list(self._players):
                began = time.monotonic()
                complaint = await self._played(player, file, length)
                if complaint is None:
                    self._players.remove(player)  # the one that works is asked first from now on
                    self._players.insert(0, player)
                    return
                complaints.append(f"{player[0]}: {complaint}")
                if time.monotonic() - began > length / 2:
                    break  # the hall has heard a good part of it; another player would say it twice
        raise SpeakerFailed("player_failed", "; ".join(complaints))

    async def _played(self, player: Sequence[str], file: Path, length: float) -> str | None:
        """None when it was played, else the player's last words."""
        try:
            program = await asyncio.create_subprocess_exec(
                *player,
                str(file),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as gone:  # uninstalled since we looked
            return str(gone)
        try:
            async with asyncio.timeout(length + self._margin_s):
                _, words = await program.communicate()
        except TimeoutError:
            limit = f"{length + self._margin_s:.0f} s"
            raise SpeakerFailed("player_hung", f"{player[0]} had not ended after {limit}") from None
        finally:
            if program.returncode is None:  # hung, or we are being stopped: either way it falls silent now
                program.kill()
                await program.communicate()
        if program.returncode == 0:
            return None
        lines = words.decode(errors="replace").split("\n")
        said = [line.strip() for line in lines if line.strip()]
        return said[-1][:200] if said else f"ended with code {program.returncode}"


class WindowsSpeaker:
    """Plays through Windows itself."""

    name = "winsound"

    async def play(self, wav: bytes, *, label: str) -> None:
        limit_s = length_s(wav) + MARGIN_S
        try:
            async with asyncio.timeout(limit_s):
                await asyncio.to_thread(_play_on_windows, wav)
        except TimeoutError:
            raise SpeakerFailed("player_hung", f"Windows had not ended after {limit_s:.0f} s") from None
        except RuntimeError as refused:
            raise SpeakerFailed("player_failed", f"Windows: {refused}") from refused


class FileSpeaker:
    """Takes as long as the sound and leaves it in a folder: for halls without a card, and for tests.

    Each call leaves ``<turn>-<label>.wav`` and, beside it, ``.json`` with ``label``, ``started_at_ms``,
    ``ended_at_ms`` and ``length_s``, both only once it was heard to its end. The newest ``keep`` stay.
    ``pace`` shortens the waiting (0 = none).
    """

    def __init__(self, folder: Path, *, pace: float = 1.0, keep: int = 200) -> None:
        self._folder = folder
        self._pace = pace
        self._keep = keep
        folder.mkdir(parents=True, exist_ok=True)
        turns = [int(wav.name[:6]) for wav in folder.glob("[0-9]" * 6 + "-*.wav")]
        self._turn = max(turns, default=0)

    @property
    def name(self) -> str:
        return f"folder {self._folder}"

    async def play(self, wav: bytes, *, label: str) -> None:
        length = length_s(wav)
        started_at_ms = time.time_ns() // 1_000_000
        await asyncio.sleep(length * self._pace)
        self._turn += 1
        about = {
            "label": label,
            "started_at_ms": started_at_ms,
            "ended_at_ms": time.time_ns() // 1_000_000,
            "length_s": round(length, 3),
        }
        try:
            self._write(f"{self._turn:06d}-{_file_name(label)}", wav, about)
        except OSError as full:
            raise SpeakerFailed("player_failed", f"the folder {self._folder} takes nothing: {full}") from full

    def _write(self, name: str, wav: bytes, about: dict[str, object]) -> None:
        text = json.dumps(about, ensure_ascii=False) + "\n"
        for suffix, written in (
            (".json", text.encode()),
            (".wav", wav),
        ):  # whole from the first moment, for who looks on
            part = Path(self._folder, f"{name}.part")
            part.write_bytes(written)
            part.replace(part.with_suffix(suffix))
        for old in sorted(self._folder.glob("[0-9]" * 6 + "-*.wav"))[: -self._keep]:
            old.unlink()
            old.with_suffix(".json").unlink(missing_ok=True)


def _file_name(label: str) -> str:
    return re.sub(r"[^\w-]", "_", label)[:80]


if sys.platform == "win32":
    import winsound

    def _play_on_windows(wav: bytes) -> None:
        winsound.PlaySound(wav, winsound.SND_MEMORY)

else:

    def _play_on_windows(wav: bytes) -> None:
        raise RuntimeError("this machine does not run Windows")
