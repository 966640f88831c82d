"""Screens that want the latest view: one frame per view and commit, written to all who watch it.

A call goes out at once; what changes by counting may wait a moment, so that a burst costs one frame.
A client that does not read is cut off and never waited for: frames are handed to its transport, and a
transport with too much unsent is aborted.
"""

from __future__ import annotations

import asyncio
import json
import struct
import time
from collections.abc import Callable
from operator import attrgetter
from typing import Any

import structlog

from hallserver.clock import HallClock
from hallserver.events import Deed
from hallserver.feed import Feed
from hallserver.refusals import Refusal
from hallserver.rules.hall import Hall
from hallserver.views.catalogue import view
from hallserver.views.following import zone_call
from hallserver.web import metrics
from hallserver.web.rendering import Pages
from hallserver.web.sentences import why_sentence

log = structlog.get_logger()

UNSENT_LIMIT_BYTES = 256 * 1024
CLIENTS_LIMIT = 5_000
FOLLOW_ON_LIMIT = 1_000
"""Of them, phones that follow a visit of an earlier day: those of today, and the screens, keep their room."""
SLICE_S = 0.003
"""The loop is given back after so long, however many views are due: a press crosses the loop three times on its way."""
PAUSE_S, LOOK_AGAIN_S = 0.02, 0.001
"""While a press is under way, views that can wait do so, for so long at most; and so often it is asked if it is."""
REFRESH_S = 5.0
"""Views are looked at again after this even if nothing was pressed: minutes pass."""
HEARTBEAT_S = 10.0
PING_S = 20.0
PING_FRAME = b"\x89\x00"
BOARDS = ("board", "zone", "area")
PHONES = ("ticket", "visit")
URGENT = frozenset(("TicketCalled", "TicketRecalled", "CallUndone"))
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
IMPORTANCE = (
    "board", "zone", "area", "window", "sign", "pad", "kiosk", "floor", "desk", "office", "green", "plan", "plans",
    "settings", "visit", "ticket", "day",
)  # fmt: skip
"""Which view is drawn first when several are due."""
NOT_URGENT = 100


def text_frame(text: str) -> bytes:
    """An unmasked WebSocket text frame (RFC 6455 §5.2)."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65_536:
        return struct.pack("!BBH", 0x81, 126, size) + payload
    return struct.pack("!BBQ", 0x81, 127, size) + payload


class Channel:
    """One view in one form and language, and the transports of those who watch it."""

    __slots__ = ("clients", "data", "due", "form", "frame", "kind", "lang", "name", "of", "rank", "rare", "sent_at")

    def __init__(self, name: str, form: str, lang: str) -> None:
        self.name, self.form, self.lang = name, form, lang
        self.kind, _, self.of = name.partition("/")
        self.clients: dict[asyncio.Transport, None] = {}
        self.data: Any = None
        self.frame = b""
        self.due = 0.0
        self.sent_at = 0.0
        self.rare = False
        """A visit of an earlier day: nothing but a deed of its own changes it, and the hours."""
        self.rank = NOT_URGENT + IMPORTANCE.index(self.kind)
        """The lowest is drawn first; below ``NOT_URGENT``, a deed that the screen is there for waits to be shown."""

    def concerned(self, deeds: list[Deed]) -> bool:
        """Whether one of the deeds is what this screen is there for."""
        if self.kind in BOARDS:
            return any(deed.event.kind in URGENT for deed in deeds)
        if self.kind in ("window", "pad", "sign"):
            return any(getattr(deed.event, "window", None) == self.of for deed in deeds)
        if self.kind in PHONES:
            return any(getattr(deed.event, "ticket", None) == self.of for deed in deeds)
        return False


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
        for channel in self._channels.values():
            if channel.name == name and channel.due == 0.0:
                channel.due = max(now, channel.sent_at + GAP_S[channel.kind])
                self._wake_by(channel.due)

    def join(self, transport: asyncio.Transport, name: str, form: str, lang: str) -> Callable[[], None]:
        """Send the view now and whenever it changes. Returns what ends it."""
        key = (name, form, lang if form == "html" else "")
        channel = self._channels.get(key)
        if channel is None:
            channel = Channel(name, form, lang)
            self._look(channel, time.monotonic())
            self._channels[key] = channel
        transport.write(channel.frame)
        channel.clients[transport] = None
        self.clients += 1
        self._screens.set(self.clients)

        def leave() -> None:
            channel.clients.pop(transport, None)
            if not channel.clients:
                self._channels.pop(key, None)
            self.clients -= 1
            self._screens.set(self.clients)

        return leave

    def beat(self, transport: asyncio.Transport) -> None:
        """A heartbeat for one screen that asks whether it is still connected."""
        if transport.get_write_buffer_size() <= UNSENT_LIMIT_BYTES:
            transport.write(self._heartbeat())

    def _heartbeat(self) -> bytes:
        return text_frame(json.dumps({"heartbeat": self._feed.end}))

    def _committed(self, deeds: list[Deed]) -> None:
        now = time.monotonic()
        earliest = now + REFRESH_S
        for channel in self._channels.values():
            if channel.concerned(deeds):
                channel.due, channel.rank = now, channel.rank % NOT_URGENT
            elif channel.due == 0.0 and not channel.rare:
                channel.due = max(now, channel.sent_at + GAP_S[channel.kind])
            earliest = min(earliest, channel.due or earliest)
        if self._channels:
            self._called.update(zone_of(self._feed.hall, deed) for deed in deeds if deed.event.kind in URGENT)
            self._wake_by(now if self._called else earliest)

    def _wake_by(self, when: float) -> None:
        if self._wake is not None:
            if self._wake_at <= when:
                return
            self._wake.cancel()
        self._wake_at = when
        delay = when - time.monotonic()
        self._wake = self._loop.call_later(delay, self._send_due) if delay > 0 else self._loop.call_soon(self._send_due)

    def tick(self) -> None:
        """Once a second: minutes pass even when nothing is pressed."""
        now = time.monotonic()
        for channel in self._channels.values():
            seldom_s = RARE_S if channel.rare else SELDOM_S.get(channel.kind, REFRESH_S)
            if channel.due == 0.0 and now - channel.sent_at > seldom_s:
                channel.due = now
        if self._channels:
            self._wake_by(now)
        if now - self._heartbeat_at >= HEARTBEAT_S:
            self._heartbeat_at = now
            frame = self._heartbeat()
            if now - self._pinged_at >= PING_S:
                self._pinged_at = now
                frame += PING_FRAME
            for channel in list(self._channels.values()):
                self._write(channel, frame)

    def _send_due(self) -> None:
        """Send what is due, the most awaited first, and give the loop back in between. A call goes to the boards, then
        to every phone of its zone in one short frame; their own views, each drawn for one, follow."""
        self._wake = None
        now = began = time.monotonic()
        due = sorted((c for c in self._channels.values() if c.due and c.due <= now), key=attrgetter("rank"))
        for channel in due:
            if self._called and channel.kind not in BOARDS:
                self._tell_phones()
            if channel.rank >= NOT_URGENT and self._may_wait(now):
                self._wake_by(now + LOOK_AGAIN_S)
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
            self._drawn_at = now = time.monotonic()
            if now - began > SLICE_S:
                self._wake_by(now)
                return
        if self._called:
            self._tell_phones()
        later = [channel.due for channel in self._channels.values() if channel.due]
        if later:
            self._wake_by(min(later))

    def _may_wait(self, now: float) -> bool:
        """A press crosses the loop four times on its way: what it brings is shown sooner when no drawing is between."""
        return now - self._drawn_at < PAUSE_S and self._busy()

    def _tell_phones(self) -> None:
        """The newest call of a zone to all who wait there: the same bytes for each form and language."""
        hall, zones = self._feed.hall, self._called
        self._called = set()
        frames: dict[tuple[str, str, str], bytes] = {}
        for channel in self._channels.values():
            ticket = hall.tickets.get(channel.of) if channel.kind in PHONES else None
            if ticket is None or ticket.state != "waiting" or ticket.zone not in zones:
                continue
            key = (ticket.zone, channel.form, channel.lang)
            if key not in frames:
                frames[key] = self._part("zone_call", {"call": zone_call(hall, ticket.zone)}, channel)
            self._write(channel, frames[key])

    def _part(self, part: str, data: dict[str, Any], channel: Channel) -> bytes:
        """A piece of a view, for those whose next view would come later."""
        shown: Any = self._pages.partial(part, channel.lang, data) if channel.form == "html" else data
        frame = {"part": part, "number": self._feed.end, "data": shown}
        return text_frame(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))

    def _look(self, channel: Channel, now: float) -> bool:
        """Draw the view anew; False when it is as it was."""
        channel.due, channel.rank = 0.0, NOT_URGENT + channel.rank % NOT_URGENT
        channel.sent_at = now
        try:
            data = self.view(channel.name)
        except Refusal:
            # Gone meanwhile (a ticket of yesterday, a window taken away): the last view stays.
            if channel.data is None:
                raise
            return False
        if data == channel.data:
            return False
        channel.data = data
        channel.rare = channel.kind in PHONES and data["ticket"]["past"]
        shown: Any = data
        if channel.form == "html":
            shown = self._pages.partial(channel.name, channel.lang, worded(data, channel.lang))
        frame = {"view": channel.name, "number": self._feed.end, "data": shown}
        channel.frame = text_frame(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))
        return True

    def _write(self, channel: Channel, frame: bytes) -> None:
        for transport in list(channel.clients):
            if transport.get_write_buffer_size() > UNSENT_LIMIT_BYTES:
                self._cut_off.inc()
                transport.abort()
            else:
                transport.write(frame)


def zone_of(hall: Hall, deed: Deed) -> str:
    """Of the ticket that a deed is about."""
    ticket = hall.tickets.get(getattr(deed.event, "ticket", ""))
    return ticket.zone if ticket else ""


def worded(data: dict[str, Any], lang: str) -> dict[str, Any]:
    """The view with the reason of its call in words, where it has one."""
    ticket = data.get("ticket")
    if ticket and ticket.get("why"):
        return {**data, "ticket": {**ticket, "why_text": why_sentence(ticket["why"], lang)}}
    return data
