from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from displays.announcements import Cause
from displays.follower import Outcome, follow
from displays.loudspeaker import FileSpeaker, SpeakerFailed
from displays.settings import VoiceSettings
from displays.voice import Saying, VoiceUnavailable
from tests.displays.sounds import wav

NINE = 1_795_000_000_000


def deed(number: int, ticket: str, *, window: str = "3", kind: str = "TicketCalled", at_ms: int = NINE) -> dict:
    at = datetime.fromtimestamp(at_ms / 1000, UTC).isoformat()
    return {"number": number, "at": at, "kind": kind, "ticket": f"20261121-{ticket}", "window": window}


async def told(*deeds: Mapping[str, Any]) -> AsyncIterator[Mapping[str, Any]]:
    for one in deeds:
        yield one


class Hall:
    """What a voice needs around it, each part noting what it was asked."""

    def __init__(self) -> None:
        self.now_ms = NINE
        self.settings = VoiceSettings(phrase="{number} 到 {window}")
        self.made: list[tuple[str, int, int, bool]] = []
        self.heard: list[str] = []
        self.reports: list[tuple[int, str, str, Outcome, Cause | None]] = []
        self.explained: list[str] = []
        self.lasts_ms = 0
        self.wrong: Exception | None = None
        self.name = "the hall"

    async def wav(self, saying: Saying) -> bytes:
        if isinstance(self.wrong, VoiceUnavailable):
            raise self.wrong
        self.made.append((saying.text, saying.times, saying.rate_wpm, saying.chime))
        return saying.text.encode()

    async def play(self, wav: bytes, *, label: str) -> None:
        await asyncio.sleep(0)
        if isinstance(self.wrong, SpeakerFailed):
            raise self.wrong
        self.heard.append(wav.decode())
        self.now_ms += self.lasts_ms

    async def report(self, *report: Any) -> None:
        self.reports.append(report)  # type: ignore[arg-type]

    async def follow(self, *deeds: Mapping[str, Any], limit: int = 50) -> None:
        async with asyncio.timeout(5):
            await follow(
                told(*deeds),
                self.wav,
                self,
                self.report,
                now_ms=lambda: self.now_ms,
                settings=self.settings,
                limit=limit,
                explain=self.explained.append,
            )

    def outcomes(self) -> list[tuple[int, Cause | None]]:
        return [(number, cause) for number, _, _, _, cause in self.reports]


async def test_calls_are_said_and_reported_and_nothing_else_is() -> None:
    hall = Hall()
    await hall.follow(deed(16, "A012", kind="TicketIssued"), deed(17, "A012"), deed(18, "A011", kind="ServiceEnded"))
    assert hall.made == [("A 零 壹 二 到 三", 2, 160, False)]
    assert hall.heard == ["A 零 壹 二 到 三"]
    assert hall.reports == [(17, "20261121-A012", "3", "spoken", None)]


@pytest.mark.parametrize("kind", ["ServiceStarted", "TicketPassed", "TicketTransferred", "TicketHeld", "CallUndone"])
async def test_a_call_that_was_answered_before_it_was_said_is_not_said(kind: str) -> None:
    hall = Hall()
    await hall.follow(deed(1, "A001"), deed(2, "A002"), deed(3, "A002", kind=kind), deed(4, "A003"))
    assert hall.heard == ["A 零 零 壹 到 三", "A 零 零 三 到 三"]
    assert sorted(hall.outcomes()) == [(1, None), (2, "answered"), (4, None)]


async def test_a_rush_is_said_once_each_so_that_the_last_is_still_fresh() -> None:
    hall = Hall()
    hall.settings.short_from = 2
    await hall.follow(*(deed(number, f"A00{number}") for number in range(1, 6)))
    assert [times for _, times, _, _ in hall.made] == [1, 1, 1, 2, 2]


async def test_a_call_taken_back_while_its_sound_is_made_is_not_said() -> None:
    hall = Hall()
    making, undone = asyncio.Event(), asyncio.Event()

    async def slow(saying: Saying) -> bytes:
        making.set()
        await undone.wait()
        return saying.text.encode()

    async def deeds() -> AsyncIterator[Mapping[str, Any]]:
        yield deed(1, "A012")
        await making.wait()
        yield deed(2, "A012", kind="CallUndone")
        undone.set()

    async with asyncio.timeout(5):
        await follow(deeds(), slow, hall, hall.report, now_ms=lambda: NINE, settings=hall.settings)
    assert (hall.heard, hall.outcomes()) == ([], [(1, "answered")])


async def test_a_recalled_number_is_spoken_again() -> None:
    hall = Hall()
    said = asyncio.Event()

    async def deeds() -> AsyncIterator[Mapping[str, Any]]:
        yield deed(1, "A012")
        await said.wait()
        yield deed(2, "A012", kind="TicketRecalled")

    async def report(*report: Any) -> None:
        await hall.report(*report)
        said.set()

    async with asyncio.timeout(5):
        await follow(deeds(), hall.wav, hall, report, now_ms=lambda: NINE, settings=hall.settings)
    assert hall.heard == ["A 零 壹 二 到 三"] * 2
    assert hall.outcomes() == [(1, None), (2, None)]


async def test_a_call_of_an_hour_ago_is_not_spoken_and_said_to_be_stale() -> None:
    hall = Hall()
    await hall.follow(deed(1, "A001", at_ms=NINE - 3_600_000), deed(2, "A002"))
    assert hall.heard == ["A 零 零 二 到 三"]
    assert hall.reports[0] == (1, "20261121-A001", "3", "not_spoken", "stale")
    assert hall.outcomes() == [(1, "stale"), (2, None)]


async def test_calls_that_grow_stale_while_others_are_said_are_not_spoken() -> None:
    hall = Hall()
    hall.lasts_ms = 25_000
    await hall.follow(*(deed(number, f"A00{number}") for number in range(1, 6)))
    assert hall.outcomes() == [(1, None), (2, None), (3, None), (4, "stale"), (5, "stale")]


async def test_a_slow_voice_does_not_say_a_call_that_grew_stale_meanwhile() -> None:
    hall = Hall()

    async def slow(saying: Saying) -> bytes:
        hall.now_ms += 61_000
        return saying.text.encode()

    hall.wav = slow  # type: ignore[method-assign]
    await hall.follow(deed(1, "A001"))
    assert hall.heard == []
    assert hall.outcomes() == [(1, "stale")]


async def test_a_second_call_replaces_the_one_still_waiting() -> None:
    hall = Hall()
    await hall.follow(deed(1, "A001"), deed(2, "A002"), deed(3, "A001", kind="TicketRecalled", window="5"))
    assert hall.heard == ["A 零 零 壹 到 五", "A 零 零 二 到 三"]
    assert sorted(hall.outcomes()) == [(1, "replaced"), (2, None), (3, None)]


async def test_every_call_beyond_the_limit_is_reported_once() -> None:
    hall = Hall()
    await hall.follow(*(deed(number, f"A{number:03}") for number in range(1, 8)), limit=3)
    assert sorted(number for number, _ in hall.outcomes()) == list(range(1, 8))
    assert [number for number, cause in hall.outcomes() if cause == "too_many"] == [1, 2, 3, 4]
    assert len(hall.heard) == 3


@pytest.mark.parametrize(
    ("wrong", "cause", "sentence"),
    [
        (VoiceUnavailable("no sound within 10 s"), "voice_unavailable", "no voice: no sound within 10 s"),
        (SpeakerFailed("player_hung", "aplay had not ended"), "player_hung", "no sound: aplay had not ended"),
    ],
)
async def test_a_broken_voice_or_speaker_is_reported_and_the_next_call_tried(
    wrong: Exception, cause: Cause, sentence: str
) -> None:
    hall = Hall()
    hall.wrong = wrong
    await hall.follow(deed(1, "A001"), deed(2, "A002"))
    assert hall.outcomes() == [(1, cause), (2, cause)]
    assert hall.explained == [sentence] * 2


async def test_a_switched_off_voice_is_silent_and_says_so() -> None:
    hall = Hall()
    hall.settings.enabled = False
    await hall.follow(deed(1, "A001"))
    assert hall.heard == []
    assert hall.reports == [(1, "20261121-A001", "3", "not_spoken", "voice_off")]


async def test_a_call_that_names_no_window_or_time_is_reported_unreadable() -> None:
    hall = Hall()
    nowhere, timeless = deed(1, "A001"), deed(2, "A002")
    del nowhere["window"]
    timeless["at"] = "this morning"
    await hall.follow(nowhere, timeless, deed(3, "A003"))
    assert hall.outcomes() == [(1, "unreadable"), (2, "unreadable"), (3, None)]


async def test_an_error_of_the_log_comes_out_after_what_was_heard_is_said() -> None:
    hall = Hall()

    async def deeds() -> AsyncIterator[Mapping[str, Any]]:
        yield deed(1, "A001")
        raise LookupError("the log is gone")

    with pytest.raises(LookupError, match="the log is gone"):
        await follow(deeds(), hall.wav, hall, hall.report, now_ms=lambda: NINE, settings=hall.settings)
    assert hall.outcomes() == [(1, None)]


async def test_calls_pressed_together_are_played_one_after_the_other(tmp_path: Path) -> None:
    hall = Hall()

    async def tone(saying: Saying) -> bytes:
        return wav(0.15)

    async with asyncio.timeout(20):
        now_ms = time.time_ns() // 1_000_000
        await follow(
            told(*(deed(number, f"A00{number}", at_ms=now_ms) for number in range(1, 6))),
            tone,
            FileSpeaker(tmp_path),
            hall.report,
            now_ms=lambda: time.time_ns() // 1_000_000,
            settings=hall.settings,
        )
    played = [json.loads(path.read_text()) for path in sorted(tmp_path.glob("*.json"))]
    assert [about["label"] for about in played] == [f"00000{n}-A00{n}-3" for n in range(1, 6)]
    for earlier, later in pairwise(played):
        assert earlier["started_at_ms"] + 149 <= earlier["ended_at_ms"] <= later["started_at_ms"]
