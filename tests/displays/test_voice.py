from __future__ import annotations

import asyncio
import os
import signal
import sys
import time

import pytest

from displays import sound
from displays.phrases import PHRASE, phrase
from displays.voice import Voice, VoiceUnavailable
from tests.displays.sounds import peak, quiet_ends_s, samples_of

A012 = phrase(PHRASE, "A012", "3")

# Answers with "<how many it answered>:<text>"; hangs, dies and complains when told to.
PUPPET = """
import json, sys, time
def answer(facts, made=b""):
    sys.stdout.buffer.write(json.dumps(facts | {"bytes": len(made)}).encode() + b"\\n" + made)
    sys.stdout.buffer.flush()
answer({})
for turn, question in enumerate(sys.stdin.buffer, 1):
    asked = json.loads(question)
    text = asked["parts"][0]["text"] if "parts" in asked else asked["text"]
    if text == "hang": time.sleep(60)
    if text == "die": sys.exit(3)
    if text == "half": sys.stdout.buffer.write(b'{"bytes": 100}\\nhalf'); sys.stdout.buffer.flush(); sys.exit(3)
    if text == "slow": time.sleep(0.3)
    if text == "complain": answer({"error": "no such sound"})
    else: answer({}, f"{turn}:{text}".encode() + b"." * (1000 if text.startswith("long") else 0))
"""


def puppet(**limits: float) -> Voice:
    return Voice(command=(sys.executable, "-c", PUPPET), **limits)  # type: ignore[arg-type]


async def test_a_call_lasts_as_long_as_somebody_speaking_it(voice: Voice) -> None:
    made = await voice.wav(A012)
    assert 3.0 < sound.length_s(made) < 5.0  # 14 syllables, four a second


async def test_said_twice_is_about_twice_as_long(voice: Voice) -> None:
    once, twice = sound.length_s(await voice.wav(A012)), sound.length_s(await voice.wav(A012, times=2))
    assert 1.95 < twice / once < 2.25


async def test_a_faster_voice_is_shorter(voice: Voice) -> None:
    slow, fast = await voice.wav(A012, rate_wpm=120), await voice.wav(A012, rate_wpm=240)
    assert sound.length_s(fast) < 0.7 * sound.length_s(slow)


async def test_every_sentence_is_whole_and_at_its_own_pace_however_fast_they_follow(voice: Voice) -> None:
    """Behind pyttsx3 changes of pace were lost, and now and then the sentence, to its race with espeak-ng."""
    lengths: dict[int, set[float]] = {120: set(), 160: set(), 240: set()}
    for number in range(8):
        for rate_wpm, found in lengths.items():
            found.add(sound.length_s(await voice.wav(phrase(PHRASE, f"A{number}22", "3"), rate_wpm=rate_wpm)))
    for rate_wpm, middle_s in ((120, 5.2), (160, 3.8), (240, 2.5)):
        assert all(0.8 * middle_s < length < 1.25 * middle_s for length in lengths[rate_wpm]), rate_wpm


async def test_a_call_is_loud_without_clipping_and_starts_at_once(voice: Voice) -> None:
    for text in (A012, phrase(PHRASE, "W999", "64")):
        samples = samples_of(await voice.wav(text, times=2))
        assert 0.5 * sound.FULL_SCALE < peak(samples) <= sound.CEILING
        assert sum(abs(level) >= sound.CEILING for level in samples) < 10
        before, after = quiet_ends_s(samples)
        assert before < 0.15
        assert after < 0.15


async def test_two_numbers_sound_different_and_one_sounds_the_same_again() -> None:
    first, second = Voice(timeout_s=20), Voice(timeout_s=20)
    try:
        assert await first.wav(A012) == await second.wav(A012)
        assert await first.wav(A012) != await first.wav(phrase(PHRASE, "A013", "3"))
    finally:
        await first.close()
        await second.close()


async def test_english_after_chinese_and_chinese_again(voice: Voice) -> None:
    before = await voice.wav(A012)
    assert 1.5 < sound.length_s(await voice.wav("Number B seven, please go to window 3.", language="en")) < 5
    assert await voice.wav(A012, chime=True) != before
    assert "(en)" not in await voice.phonemes("窗口")


async def test_a_text_without_a_sound_is_said_to_have_none(voice: Voice) -> None:
    with pytest.raises(VoiceUnavailable, match="nothing to say"):
        await voice.wav("。")


async def test_a_killed_worker_is_replaced_and_the_sentence_still_made(voice: Voice) -> None:
    await voice.wav(A012)
    killed = voice.worker_pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    assert sound.length_s(await voice.wav(phrase(PHRASE, "A013", "3"))) > 3
    assert voice.worker_pid not in (None, killed)


async def test_what_was_made_once_is_not_made_again() -> None:
    voice = puppet()
    try:
        assert [await voice.wav("a"), await voice.wav("b"), await voice.wav("a")] == [b"1:a", b"2:b", b"1:a"]
        assert await voice.wav("a", times=2) == b"3:a"
        assert await voice.wav("a", rate_wpm=200) == b"4:a"
    finally:
        await voice.close()


async def test_memory_for_finished_sound_is_bounded_and_forgets_the_longest_unused() -> None:
    voice = puppet(cache_mb=0.0025)
    try:
        assert (await voice.wav("long1"))[:1] == b"1"
        await voice.wav("long2")
        assert (await voice.wav("long1"))[:1] == b"1"
        await voice.wav("long3")  # the third does not fit beside the two
        assert (await voice.wav("long1"))[:1] == b"1"
        assert (await voice.wav("long2"))[:1] == b"4"
    finally:
        await voice.close()


async def test_many_who_ask_for_one_sentence_at_once_get_one_making() -> None:
    voice = puppet()
    try:
        assert set(await asyncio.gather(*(voice.wav("slow") for _ in range(20)))) == {b"1:slow"}
        assert await voice.wav("next") == b"2:next"
    finally:
        await voice.close()


async def test_one_listener_going_away_does_not_silence_the_others() -> None:
    voice = puppet()
    try:
        leaves, stays = asyncio.create_task(voice.wav("slow")), asyncio.create_task(voice.wav("slow"))
        await voice.wav("first")  # by then the slow one is being made, or was
        leaves.cancel()
        assert (await stays).endswith(b":slow")
    finally:
        await voice.close()


async def test_a_hanging_worker_is_given_up_in_time_and_replaced() -> None:
    voice = puppet(timeout_s=1.0)
    try:
        await voice.wav("fine")
        hung, began = voice.worker_pid, time.monotonic()
        with pytest.raises(VoiceUnavailable, match="no sound within 1 s"):
            await voice.wav("hang")
        assert time.monotonic() - began < 5
        assert await voice.wav("fine again") == b"1:fine again"  # the first answer of a new worker
        assert voice.worker_pid != hung
    finally:
        await voice.close()


@pytest.mark.parametrize("death", ["die", "half"])
async def test_a_sentence_that_kills_its_worker_is_tried_twice_and_the_next_one_is_said(death: str) -> None:
    voice = puppet()
    try:
        with pytest.raises(VoiceUnavailable, match="died twice"):
            await voice.wav(death)
        assert await voice.wav("fine") == b"1:fine"
    finally:
        await voice.close()


async def test_restarts_are_bounded_and_allowed_again_after_a_while() -> None:
    voice = puppet(restarts=2, restart_window_s=60.0)
    try:
        with pytest.raises(VoiceUnavailable, match="died twice"):
            await voice.wav("die")
        with pytest.raises(VoiceUnavailable, match="failed 3 times, resting"):
            await voice.wav("die")
        starts = voice._worker._starts
        starts.extend([at_s - 60.0 for at_s in starts])  # a minute passes
        assert await voice.wav("fine") == b"1:fine"
    finally:
        await voice.close()


async def test_a_complaint_of_the_worker_is_passed_on_and_the_worker_stays() -> None:
    voice = puppet()
    try:
        with pytest.raises(VoiceUnavailable, match="no such sound"):
            await voice.wav("complain")
        assert await voice.wav("fine") == b"2:fine"
    finally:
        await voice.close()


async def test_a_machine_that_cannot_speak_says_why() -> None:
    mute = "import json; print(json.dumps({'error': 'this machine cannot speak: no library', 'bytes': 0}))"
    voice = Voice(command=(sys.executable, "-c", mute))
    with pytest.raises(VoiceUnavailable, match="cannot speak: no library"):
        await voice.wav("a")
    assert voice.worker_pid is None
    await voice.close()


async def test_closing_ends_the_worker_and_whoever_waits() -> None:
    voice = puppet()
    await voice.wav("fine")
    worker = voice.worker_pid
    assert worker is not None
    waiting = asyncio.create_task(voice.wav("hang"))
    await asyncio.sleep(0)
    await voice.close()
    with pytest.raises(VoiceUnavailable, match="closed"):
        await waiting
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
    with pytest.raises(VoiceUnavailable, match="closed"):
        await voice.wav("after")
    await voice.close()


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("", {}),
        ("  \n ", {}),
        ("号" * 201, {}),
        ("号", {"times": 0}),
        ("号", {"times": 6}),
        ("号", {"rate_wpm": 20}),
        ("号", {"language": "fr"}),
    ],
)
async def test_what_is_out_of_its_limits_is_refused_before_anything_starts(text: str, how: dict) -> None:
    voice = puppet()
    with pytest.raises(ValueError, match=r"characters|times|speaks"):
        await voice.wav(text, **how)
    assert voice.worker_pid is None


async def test_control_signs_never_reach_the_voice() -> None:
    """espeak-ng takes \\x01 as the beginning of a command."""
    voice = puppet()
    try:
        assert await voice.wav("a\x01b\x00 c\n") == b"1:a b c"
    finally:
        await voice.close()


async def test_too_many_waiting_sentences_are_turned_away() -> None:
    voice = puppet(waiting_limit=2)
    try:
        waiting = [asyncio.create_task(voice.wav(text)) for text in ("slow", "b")]
        await asyncio.sleep(0)
        with pytest.raises(VoiceUnavailable, match="2 sentences are already waiting"):
            await voice.wav("c")
        assert await asyncio.gather(*waiting) == [b"1:slow", b"2:b"]
    finally:
        await voice.close()
