"""Screens that want the latest view: one frame per view and commit, written to all who watch it.

A call goes out at once; what changes by counting may wait a moment, so that a burst costs one frame.
A client that does not read is cut off and never waited for: frames are handed to its transport, and a
transport with too much unsent is aborted.
"""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections import deque
from collections.abc import Callable
from operator import attrgetter
from typing import Any

import structlog

from hallserver.clock import HallClock
from hallserver.events import Deed
from hallserver.feed import Feed
from hallserver.refusals import Refusal
from hallserver.views.catalogue import view
from hallserver.views.following import zone_call
from hallserver.web import metrics
from hallserver.web.channels import ALL_BOARDS, PHONES, URGENT, Channel, awaited, text_frame, waiting_for, zone_of
from hallserver.web.rendering import Pages
from hallserver.web.sentences import why_sentence

log = structlog.get_logger()

UNSENT_LIMIT_BYTES = 256 * 1024
CLIENTS_LIMIT = 5_000
FOLLOW_ON_LIMIT = 1_000
"""Of them, phones that follow a visit of an earlier day: those of today, and the screens, keep their room."""
ROUND_S = 0.05
"""So often all screens are asked who is due: a thousand phones that came one by one are drawn in few rounds."""
SLICE_S, ROUND_SLICE_S = 0.003, 0.001
"""The loop is given back after so long, however many views are due: a press crosses the loop three times on its way.
The shorter is for views that can wait: nobody has told yet that a press is about to come."""
HANDFUL = 40
"""So many phones are told of a call between two looks at the clock."""
PAUSE_S, LOOK_AGAIN_S = 0.02, 0.001
"""While a press is under way, views that can wait do so, for so long at most; and so often it is asked if it is."""
REFRESH_S = 5.0
"""Views are looked at again after this even if nothing was pressed: minutes pass."""
HEARTBEAT_S = 10.0
PING_S = 20.0
PING_FRAME = b"\x89\x00"
GAP_S = {
    "board": 0.25,
    "zone": 0.25,
    "area": 0.25,
    "floor": 0.5,
    "window": 0.5,
    "sign": 0.5,
    "desk": 0.5,
    "office": 0.5,
    "pad": 1.0,
    "kiosk": 1.0,
    "green": 1.0,
    "plan": 0.25,
    "plans": 0.25,
    "settings": 0.25,
    "ticket": 2.0,
    "visit": 2.0,
    "day": 30.0,
}
"""How long a view that is not urgent waits after its last frame."""
SELDOM_S = {"day": 30.0}
"""A view that is dear to draw is looked at again after this."""
RARE_S = 30.0
"""So is a visit of an earlier day: the hours turn while nothing happens to it."""


class Audience:
    """All channels of one hall."""

    def __init__(
        self,
        feed: Feed,
        clock: HallClock,
        pages: Pages,
        besides: Callable[[str], dict[str, Any]] = lambda name: {},
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        self._feed = feed
        self._clock = clock
        self._pages = pages
        self._besides = besides
        self._busy = busy
        """Whether a press is under way."""
        self._drawn_at = 0.0
        self._channels: dict[tuple[str, str, str], Channel] = {}
        self._under: dict[str, dict[Channel, None]] = {}
        """The channels by their ``headings``: what is pressed often needn't go through them all."""
        self._urgent: list[Channel] = []
        """What a deed concerns, to be drawn at once."""
        self._telling: deque[tuple[Channel, bytes, float]] = deque()
        """Phones that are still to be told of a call, how, and since when."""
        self._round: deque[Channel] = deque()
        """Whose turn it is, the most awaited first."""
        self._next_round_at = 0.0
        self._due_from = math.inf
        """From then on somebody who is in no round yet may be due."""
        self._pressed_at = 0.0
        self._called: set[str] = set()
        """Zones of calls that the phones of those who wait there have not been told yet."""
        self._wake: asyncio.Handle | None = None
        self._wake_at = 0.0
        self._heartbeat_at = 0.0
        self._pinged_at = 0.0
        self._loop = asyncio.get_running_loop()
        self.clients = 0
        self._screens = metrics.SCREENS.labels(feed.hall.id)
        self._cut_off = metrics.CUT_OFF.labels(feed.hall.id)
        feed.watch(self._committed)

    def known(self, name: str, form: str) -> None:
        """Refuses a view that can't be drawn, or not in that form, and a client too many."""
        if form not in ("json", "html"):
            raise Refusal("unknown_view", view=name)
        if self.clients >= CLIENTS_LIMIT:
            raise Refusal("too_many_requests")
        data = self.view(name)
        if name.partition("/")[0] in PHONES and data["ticket"]["past"] and not self.may_follow_on():
            raise Refusal("too_many_requests")

    def may_follow_on(self) -> bool:
        """Whether there is room for one more phone that follows a visit of an earlier day."""
        return sum(len(channel.clients) for channel in self._channels.values() if channel.rare) < FOLLOW_ON_LIMIT

    def view(self, name: str) -> dict[str, Any]:
        """A view's data now, with what the log doesn't know: machines, names, a board's own words."""
        return {**view(self._feed.hall, self._clock.now(), name), **self._besides(name)}

    def look_at(self, name: str) -> None:
        """Something that a view shows has changed, though nothing was pressed."""
        now = time.monotonic()
        for channel in self._under.get(name, ()):
            if channel.due == 0.0:
                channel.due = max(now, channel.sent_at + GAP_S[channel.kind])
                self._wake_for_round(channel.due)

    def join(self, transport: asyncio.Transport, name: str, form: str, lang: str) -> Callable[[], None]:
        """Send the view now and whenever it changes. Returns what ends it."""
        key = (name, form, lang if form == "html" else "")
        channel = self._channels.get(key)
        if channel is None:
            channel = Channel(name, form, lang)
            self._look(channel, time.monotonic())
            self._channels[key] = channel
            for heading in channel.headings:
                self._file(channel, heading)
        transport.write(channel.frame)
        channel.clients[transport] = None
        self.clients += 1
        self._screens.set(self.clients)

        def leave() -> None:
            channel.clients.pop(transport, None)
            if not channel.clients and self._channels.pop(key, None) is not None:
                for heading in channel.headings:
                    self._unfile(channel, heading)
            self.clients -= 1
            self._screens.set(self.clients)

        return leave

    def _file(self, channel: Channel, heading: str) -> None:
        self._under.setdefault(heading, {})[channel] = None

    def _unfile(self, channel: Channel, heading: str) -> None:
        of_it = self._under[heading]
        del of_it[channel]
        if not of_it:
            del self._under[heading]

    def beat(self, transport: asyncio.Transport) -> None:
        """A heartbeat for one screen that asks whether it is still connected."""
        if transport.get_write_buffer_size() <= UNSENT_LIMIT_BYTES:
            transport.write(self._heartbeat())

    def _heartbeat(self) -> bytes:
        return text_frame(json.dumps({"heartbeat": self._feed.end}))

    def _committed(self, deeds: list[Deed]) -> None:
        if not self._channels:
            return
        now = self._pressed_at = time.monotonic()
        called = [deed for deed in deeds if deed.event.kind in URGENT]
        self._called.update(zone_of(self._feed.hall, deed) for deed in called)
        for heading in awaited(deeds) | ({ALL_BOARDS} if called else set()):
            for channel in self._under.get(heading, ()):
                channel.due = now
                self._urgent.append(channel)
        if self._urgent or self._called:
            self._wake_by(now)
        self._wake_for_round(now)

    def _wake_for_round(self, when: float) -> None:
        self._due_from = min(self._due_from, when)
        self._wake_by(max(when, self._next_round_at))

    def _wake_by(self, when: float) -> None:
        if self._wake is not None:
            if self._wake_at <= when:
                return
            self._wake.cancel()
        self._wake_at = when
        # At the soonest, what arrived at the sockets meanwhile is read first: a press may be there.
        self._wake = self._loop.call_later(max(0.0, when - time.monotonic()), self._send_due)

    def tick(self) -> None:
        """Once a second: minutes pass even when nothing is pressed."""
        now = time.monotonic()
        for channel in self._channels.values():
            seldom_s = RARE_S if channel.rare else SELDOM_S.get(channel.kind, REFRESH_S)
            if channel.due == 0.0 and now - channel.sent_at > seldom_s:
                channel.due = now
        if self._channels:
            self._wake_for_round(now)
        if now - self._heartbeat_at >= HEARTBEAT_S:
            self._heartbeat_at = now
            frame = self._heartbeat()
            if now - self._pinged_at >= PING_S:
                self._pinged_at = now
                frame += PING_FRAME
            for channel in list(self._channels.values()):
                self._write(channel, frame)

    def _send_due(self) -> None:
        """Draw and send what is due, and give the loop back in between: first what the deeds concern, boards before
        all; then a call to every phone of its zone, in one short frame; then all others, in rounds."""
        self._wake = None
        now = began = time.monotonic()
        self._urgent.sort(key=attrgetter("rank"), reverse=True)
        while now - began <= SLICE_S:
            if self._urgent:
                self._draw(self._urgent.pop(), now)
            elif self._called:
                self._tell_phones(now)
            elif self._telling:
                for _ in range(min(HANDFUL, len(self._telling))):
                    channel, frame, since = self._telling.popleft()
                    if channel.sent_at <= since:  # else its own view, drawn after the call, has told it
                        self._write(channel, frame)
            elif now >= self._next_round_at and self._due_from <= now:
                self._begin_round(now)
            elif not self._round:
                if self._due_from < math.inf:
                    self._wake_by(max(self._due_from, self._next_round_at))
                return
            elif self._may_wait(now):
                self._wake_by(now + LOOK_AGAIN_S)
                return
            else:
                self._draw(self._round.popleft(), now)
                if time.monotonic() - began > ROUND_SLICE_S:
                    break
            now = time.monotonic()
        self._wake_by(now)

    def _begin_round(self, now: float) -> None:
        """Ask all who is due: who was drawn before the last press and was left alone for a while since, and who must be
        looked at for another reason."""
        self._next_round_at, self._due_from = now + ROUND_S, math.inf
        due = []
        for channel in self._channels.values():
            if channel.due == 0.0 and channel.sent_at < self._pressed_at and not channel.rare:
                channel.due = channel.sent_at + GAP_S[channel.kind]
            if 0.0 < channel.due <= now:
                due.append(channel)
            elif 0.0 < channel.due < self._due_from:
                self._due_from = channel.due
        self._round = deque(sorted(due, key=attrgetter("rank")))

    def _draw(self, channel: Channel, now: float) -> None:
        """Draw a view and send it if it changed, unless that was done or everybody left meanwhile."""
        if channel.due == 0.0 or not channel.clients:
            return
        try:
            changed = self._look(channel, now)
        except Exception:
            # Our own fault in one view: told to the log, and no other screen waits for it.
            log.exception("view_failed", view=channel.name)
            metrics.FAULTS.inc()
            changed = False
        if changed:
            self._write(channel, channel.frame)
        self._drawn_at = time.monotonic()

    def _may_wait(self, now: float) -> bool:
        """A press crosses the loop four times on its way: what it brings is shown sooner when no drawing is between."""
        return now - self._drawn_at < PAUSE_S and self._busy()

    def _tell_phones(self, now: float) -> None:
        """The newest call of a zone is to be told to all who wait there: the same bytes for each form and language."""
        hall, zones = self._feed.hall, self._called
        self._called = set()
        for zone in zones:
            call = {"call": zone_call(hall, zone)}
            frames: dict[tuple[str, str], bytes] = {}
            for channel in self._under.get(waiting_for(zone), ()):
                key = (channel.form, channel.lang)
                if key not in frames:
                    frames[key] = self._part("zone_call", call, channel)
                self._telling.append((channel, frames[key], now))

    def _part(self, part: str, data: dict[str, Any], channel: Channel) -> bytes:
        """A piece of a view, for those whose next view would come later."""
        shown: Any = self._pages.partial(part, channel.lang, data) if channel.form == "html" else data
        frame = {"part": part, "number": self._feed.end, "data": shown}
        return text_frame(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))

    def _look(self, channel: Channel, now: float) -> bool:
        """Draw the view anew; False when it is as it was."""
        channel.due, channel.sent_at = 0.0, now
        try:
            data = self.view(channel.name)
        except Refusal:
            # Gone meanwhile (a ticket of yesterday, a window taken away): the last view stays.
            if channel.data is None:
                raise
            return False
        if data == channel.data:
            return False
        if channel.kind in PHONES:
            self._move(channel, data["ticket"])
        channel.data = data
        shown: Any = data
        if channel.form == "html":
            shown = self._pages.partial(channel.name, channel.lang, worded(data, channel.lang))
        frame = {"view": channel.name, "number": self._feed.end, "data": shown}
        channel.frame = text_frame(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))
        return True

    def _move(self, channel: Channel, ticket: dict[str, Any]) -> None:
        """A phone is filed under what its ticket waits for."""
        channel.rare = ticket["past"]
        waits = waiting_for(ticket["zone"]) if ticket["state"] == "waiting" else None
        if waits == channel.waits:
            return
        if channel.data is not None and channel.waits is not None:
            self._unfile(channel, channel.waits)
        if channel.data is not None and waits is not None:
            self._file(channel, waits)
        channel.waits = waits

    def _write(self, channel: Channel, frame: bytes) -> None:
        for transport in list(channel.clients):
            if transport.get_write_buffer_size() > UNSENT_LIMIT_BYTES:
                self._cut_off.inc()
                transport.abort()
            else:
                transport.write(frame)


def worded(data: dict[str, Any], lang: str) -> dict[str, Any]:
    """The view with the reason of its call in words, where it has one."""
    ticket = data.get("ticket")
    if ticket and ticket.get("why"):
        return {**data, "ticket": {**ticket, "why_text": why_sentence(ticket["why"], lang)}}
    return data
