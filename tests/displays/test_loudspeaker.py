from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path

import pytest

from displays import sound
from displays.loudspeaker import FileSpeaker, ProgramSpeaker, SpeakerFailed, speaker_for
from tests.displays.sounds import wav


def program(folder: Path, name: str, script: str) -> tuple[str]:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return (str(path),)


async def test_a_player_gets_the_sound_as_a_file(tmp_path: Path) -> None:
    player = program(tmp_path, "aplay", f'cp "$1" {tmp_path}/heard.wav')
    await ProgramSpeaker([player]).play(wav(0.2), label="000017-A012-3")
    assert (tmp_path / "heard.wav").read_bytes() == wav(0.2)


async def test_a_player_without_its_sound_server_makes_way_for_the_next_for_good(tmp_path: Path) -> None:
    tried = tmp_path / "tried"
    broken = program(tmp_path, "paplay", f"echo paplay >> {tried}; echo Connection refused >&2; exit 1")
    works = program(tmp_path, "aplay", f"echo aplay >> {tried}")
    speaker = ProgramSpeaker([broken, works])
    await speaker.play(wav(5), label="a")
    await speaker.play(wav(5), label="b")
    assert tried.read_text().split() == ["paplay", "aplay", "aplay"]
    assert speaker.name.endswith("aplay")


async def test_when_no_player_can_their_last_words_are_told(tmp_path: Path) -> None:
    refused = program(tmp_path, "paplay", "echo opening; echo Connection refused >&2; exit 1")
    silent = program(tmp_path, "aplay", "exit 4")
    gone = (str(tmp_path / "ffplay"),)
    with pytest.raises(SpeakerFailed) as failed:
        await ProgramSpeaker([refused, silent, gone]).play(wav(5), label="a")
    assert failed.value.cause == "player_failed"
    for words in ("paplay: Connection refused", "aplay: ended with code 4", "No such file"):
        assert words in str(failed.value)


async def test_a_player_that_fails_late_is_not_followed_by_another(tmp_path: Path) -> None:
    """The hall has heard most of it already."""
    late = program(tmp_path, "paplay", "sleep 0.4; exit 1")
    other = program(tmp_path, "aplay", f"touch {tmp_path}/twice")
    with pytest.raises(SpeakerFailed):
        await ProgramSpeaker([late, other]).play(wav(0.3), label="a")
    assert not (tmp_path / "twice").exists()


def our_processes() -> set[str]:
    return {pid for thread in Path("/proc/self/task").glob("*/children") for pid in thread.read_text().split()}


async def test_a_hanging_player_is_ended_shortly_after_the_sound_should_be_over(tmp_path: Path) -> None:
    hanging, before = program(tmp_path, "aplay", "exec sleep 60"), our_processes()
    began = time.monotonic()
    with pytest.raises(SpeakerFailed) as failed:
        await ProgramSpeaker([hanging], margin_s=0.3).play(wav(0.2), label="a")
    assert failed.value.cause == "player_hung"
    assert 0.5 <= time.monotonic() - began < 30
    assert our_processes() <= before


async def test_a_stopped_voice_stops_its_player(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "started")
    player = program(tmp_path, "aplay", f"echo $$ > {tmp_path}/started; exec sleep 60")
    playing = asyncio.create_task(ProgramSpeaker([player]).play(wav(30), label="a"))
    pid = int(await asyncio.to_thread((tmp_path / "started").read_text))
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_machine_without_a_player_gets_a_clear_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SpeakerFailed, match=r"nothing on this machine plays sound: install .*aplay") as failed:
        speaker_for("auto")
    assert failed.value.cause == "no_player"


def test_whatever_player_is_there_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path, "ffplay", "")
    assert speaker_for("auto").name == "ffplay"
    program(tmp_path, "aplay", "")
    assert speaker_for("auto").name == "aplay"


@pytest.mark.parametrize("wish", ["", "dir:", "loud", "alsa:", "alsa:-c"])
def test_an_unknown_speaker_is_refused(wish: str) -> None:
    with pytest.raises(ValueError, match="auto, alsa:DEVICE or dir:PATH"):
        speaker_for(wish)


async def test_a_folder_takes_as_long_as_the_sound_and_says_when(tmp_path: Path) -> None:
    speaker = speaker_for(f"dir:{tmp_path}/calls")
    before_ms = time.time_ns() // 1_000_000
    await speaker.play(wav(0.3), label="000017-A012-3")
    after_ms = time.time_ns() // 1_000_000
    about = json.loads((tmp_path / "calls" / "000001-000017-A012-3.json").read_text())
    assert about["label"] == "000017-A012-3"
    assert before_ms <= about["started_at_ms"] <= about["ended_at_ms"] - 299
    assert about["ended_at_ms"] <= after_ms
    assert sound.length_s((tmp_path / "calls" / "000001-000017-A012-3.wav").read_bytes()) == about["length_s"]


async def test_a_folder_keeps_what_was_heard_to_its_end_only(tmp_path: Path) -> None:
    playing = asyncio.create_task(FileSpeaker(tmp_path).play(wav(30), label="a"))
    await asyncio.sleep(0)
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing
    assert list(tmp_path.iterdir()) == []


async def test_a_folder_keeps_the_newest_and_counts_on_after_a_restart(tmp_path: Path) -> None:
    for label in ("a", "b", "c"):
        await FileSpeaker(tmp_path, pace=0, keep=2).play(wav(0.2), label=label)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["000002-b.json", "000002-b.wav", "000003-c.json", "000003-c.wav"]


async def test_a_label_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    await FileSpeaker(tmp_path / "calls", pace=0).play(wav(0.2), label="../../A012")
    assert {path.parent for path in tmp_path.rglob("*.wav")} == {tmp_path / "calls"}


async def test_a_folder_that_takes_nothing_is_a_failed_speaker(tmp_path: Path) -> None:
    speaker = FileSpeaker(tmp_path / "calls", pace=0)
    (tmp_path / "calls").rmdir()
    with pytest.raises(SpeakerFailed, match="takes nothing"):
        await speaker.play(wav(0.2), label="a")


def test_one_sound_card_of_several_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SpeakerFailed, match="install alsa-utils"):
        speaker_for("alsa:hw:1")
    aplay = tmp_path / "aplay"
    aplay.write_text("#!/bin/sh\n")
    aplay.chmod(0o755)
    speaker = speaker_for("alsa:hw:1")
    assert isinstance(speaker, ProgramSpeaker)
    assert speaker._players == [("aplay", "-q", "-D", "hw:1")]
