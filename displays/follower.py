"""Follows the hall's log and says its calls, one after the other, never over each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Literal, Protocol

from displays.announcements import Announcement, Announcements, Cause, Unsaid, is_stale
from displays.loudspeaker import Speaker, SpeakerFailed
from displays.sayings import saying
from displays.settings import VoiceSettings
from displays.voice import Saying, VoiceUnavailable

CALLS = ("TicketCalled", "TicketRecalled")
NO_LONGER_CALLED = frozenset((
    "ServiceStarted", "ServiceEnded", "TicketPassed", "TicketHeld", "TicketTransferred", "TicketCancelled",
    "TicketExpired", "CallUndone", "PartEnded",
))  # fmt: skip
"""After one of these nobody is to come to the window any more."""
FOLLOWED = frozenset((*CALLS, *NO_LONGER_CALLED))
Outcome = Literal["spoken", "not_spoken"]
Report = Callable[[int, str, str, Outcome, Cause | None], Awaitable[None]]


class MakesSound(Protocol):
    """What ``Voice.say`` is."""

    def __call__(self, saying: Saying, /) -> Awaitable[bytes]: ...


async def follow(
    deeds: AsyncIterator[Mapping[str, Any]],
    wav: MakesSound,
    speaker: Speaker,
    report: Report,
    *,
    now_ms: Callable[[], int],
    settings: VoiceSettings,
    limit: int = 50,
    explain: Callable[[str], None] = lambda sentence: None,
) -> None:
    """Says every TicketCalled and TicketRecalled among ``deeds`` (log lines as the server sends them).

    ``report(deed number, ticket, window, outcome, cause)`` is awaited once for each of them, after it was
    said or given up; ``cause`` is None when it was spoken; ``explain`` gets the sentence behind a failure of
    voice or speaker. Returns when the deeds end and all is said; an error of ``deeds`` or ``report`` comes
    out here.
    """
    saying = _Saying(wav, speaker, report, now_ms, settings, explain, Announcements(limit=limit))
    listening = asyncio.create_task(saying.listen(deeds))
    try:
        await saying.speak(listening)
        await listening
    finally:
        listening.cancel()
        await asyncio.wait([listening])


class _Saying:
    def __init__(
        self,
        wav: MakesSound,
        speaker: Speaker,
        report: Report,
        now_ms: Callable[[], int],
        settings: VoiceSettings,
        explain: Callable[[str], None],
        announcements: Announcements,
    ) -> None:
        self._wav = wav
        self._speaker = speaker
        self._report = report
        self._now_ms = now_ms
        self._settings = settings
        self._explain = explain
        self._announcements = announcements
        self._news = asyncio.Event()  # a call came, or none will come any more
        self._answered: set[str] = set()  # tickets that nobody calls any more while their call is being made

    async def listen(self, deeds: AsyncIterator[Mapping[str, Any]]) -> None:
        try:
            async for deed in deeds:
                if deed.get("kind") in CALLS:
                    await self._hear(deed)
                elif deed.get("kind") in NO_LONGER_CALLED:
                    self._answered.add(str(deed.get("ticket")))
                    await self._report_unsaid(self._announcements.drop(str(deed.get("ticket"))))
        finally:
            self._news.set()

    async def speak(self, listening: asyncio.Task[None]) -> None:
        while True:
            self._news.clear()
            call, unsaid = self._announcements.take(now_ms=self._now_ms(), stale_after_s=self._settings.stale_after_s)
            await self._report_unsaid(unsaid)
            if call is not None:
                cause = await self._say(call)
                outcome: Outcome = "not_spoken" if cause else "spoken"
                await self._report(call.deed, call.ticket, call.window, outcome, cause)
            elif listening.done():
                return
            elif not unsaid:
                await self._news.wait()

    async def _hear(self, deed: Mapping[str, Any]) -> None:
        number, ticket, window = int(deed["number"]), str(deed.get("ticket", "")), str(deed.get("window", ""))
        called_at_ms = _moment(deed.get("at"))
        if not ticket or not window or called_at_ms is None:
            await self._report(number, ticket, window, "not_spoken", "unreadable")
            return
        if not self._settings.enabled:
            await self._report(number, ticket, window, "not_spoken", "voice_off")
            return
        call = Announcement(number, ticket, window, called_at_ms)
        unsaid = self._announcements.add(call, now_ms=self._now_ms(), stale_after_s=self._settings.stale_after_s)
        self._news.set()
        await self._report_unsaid(unsaid)

    async def _say(self, call: Announcement) -> Cause | None:
        """None when the hall heard it, else why it did not."""
        settings = self._settings
        self._answered.clear()
        try:
            waiting = len(self._announcements)
            made = await self._wav(saying(settings, call.number, call.window, self._now_ms(), waiting=waiting))
            if is_stale(call, self._now_ms(), settings.stale_after_s):
                return "stale"  # a slow voice took the last of its freshness
            if call.ticket in self._answered:
                return "answered"  # taken back, or at the window, while its sound was made
            await self._speaker.play(made, label=f"{call.deed:06d}-{call.number}-{call.window}")
        except VoiceUnavailable as silent:
            self._explain(f"no voice: {silent}")
            return "voice_unavailable"
        except SpeakerFailed as failed:
            self._explain(f"no sound: {failed}")
            return failed.cause
        return None

    async def _report_unsaid(self, unsaid: list[Unsaid]) -> None:
        for given_up in unsaid:
            call = given_up.announcement
            await self._report(call.deed, call.ticket, call.window, "not_spoken", given_up.cause)


def _moment(at: object) -> int | None:
    """RFC 3339 → milliseconds since the epoch; None when it is none."""
    try:
        when = datetime.fromisoformat(str(at))
    except ValueError:
        return None
    return round(when.timestamp() * 1000) if when.tzinfo else None
