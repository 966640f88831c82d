"""The sound of a call: asked for by its deed's number, and nothing when it is too old to be said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from displays.voice import Saying, VoiceUnavailable
from hallserver.speaking import SpokenOrRefused
from tests.web.a_server import ServedHall, a_served_hall, settings, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Voice:
    """Writes down what it is asked to say."""

    def __init__(self) -> None:
        self.said: list[tuple[str, int, int]] = []
        self.broken = False
        self.remark = ""

    async def say(self, saying: Saying) -> bytes:
        if self.broken:
            raise VoiceUnavailable("no voice cmn")
        self.said.append((saying.text, saying.times, saying.rate_wpm))
        return b"RIFF....WAVE" + saying.text.encode()


@pytest.fixture
def voice(hall: ServedHall) -> Voice:
    voice = Voice()
    hall.server.hub.speaker = SpokenOrRefused(voice, lambda: hall.server.hub)  # type: ignore[arg-type]
    return voice


async def called(hall: ServedHall) -> int:
    await hall.open("1")
    await hall.take()
    await hall.call()
    return int(hall.desk.feed.end)


async def test_a_call_is_heard(hall: ServedHall, voice: Voice) -> None:
    answer = await hall.get(f"voice/{await called(hall)}.wav")
    assert (answer.status, answer.type) == (200, "audio/wav")
    assert answer.text.startswith("RIFF")
    (text, times, rate_wpm) = voice.said[0]
    assert "窗口" in text
    assert (times, rate_wpm) == (2, 160)


async def test_a_recall_is_heard_again(hall: ServedHall, voice: Voice) -> None:
    first = await called(hall)
    await hall.post("windows/1/recalls", by="manager")
    for deed in (first, hall.desk.feed.end):
        assert (await hall.get(f"voice/{deed}.wav")).status == 200
    assert voice.said[0] == voice.said[1]


async def test_a_call_taken_back_is_silence(hall: ServedHall, voice: Voice) -> None:
    deed = await called(hall)
    assert (await hall.post("windows/1/undos", by="manager")).status == 201
    assert (await hall.get(f"voice/{deed}.wav")).status == 204
    assert (await hall.get("views/board")).json["calls"] == []
    await hall.call()
    assert (await hall.get(f"voice/{hall.desk.feed.end}.wav")).status == 200
    assert len(voice.said) == 1


async def test_a_stale_call_is_silence(hall: ServedHall, voice: Voice, monkeypatch: pytest.MonkeyPatch) -> None:
    deed = await called(hall)
    now = hall.desk.clock.now()
    monkeypatch.setattr(hall.desk.clock, "_wall", lambda: now / 1000 + 61)
    answer = await hall.get(f"voice/{deed}.wav")
    assert (answer.status, answer.text) == (204, "")
    assert voice.said == []


@pytest.mark.parametrize("deed", ["1", "99999", "0", "-1", "x", "1e3", "١", "9" * 30])
async def test_what_is_no_call_has_no_sound(hall: ServedHall, voice: Voice, deed: str) -> None:
    await called(hall)
    answer = await hall.get(f"voice/{deed}.wav")
    assert (answer.status, answer.code) == (404, "not_found")


async def test_a_voice_that_fails_is_told_and_seen_at_ready(hall: ServedHall, voice: Voice) -> None:
    deed = await called(hall)
    voice.broken = True
    answer = await hall.get(f"voice/{deed}.wav")
    assert (answer.status, answer.code) == (503, "voice_unavailable")
    assert (await hall.get("/readyz")).json["voice"] == "no voice cmn"
    voice.broken = False
    assert (await hall.get(f"voice/{deed}.wav")).status == 200
    assert (await hall.get("/readyz")).json["voice"] is None


@pytest_asyncio.fixture(loop_scope="module")
async def mute(tmp_path: Path) -> AsyncIterator[ServedHall]:
    async with a_served_hall(tmp_path, settings(voice={"enabled": False})) as hall:
        yield hall


async def test_a_hall_without_voice_is_silent_and_not_broken(mute: ServedHall) -> None:
    deed = await called(mute)
    answer = await mute.get(f"voice/{deed}.wav")
    assert (answer.status, answer.text) == (204, "")


async def test_a_recorded_word_that_is_missing_is_told_to_staff_and_the_call_is_heard(
    hall: ServedHall, voice: Voice
) -> None:
    voice.remark = "the clips in /hall/words lack '7'"
    assert (await hall.get(f"voice/{await called(hall)}.wav")).status == 200
    machines = hall.open_hall.agents
    await until(lambda: [m.cause for m in machines.machines if m.kind == "synthesiser"] == ["clips_missing"])
    assert [m.line for m in machines.machines if m.kind == "synthesiser"] == [voice.remark]
    assert (await hall.get("/readyz")).json["voice"] is None
