"""The desk: the one door through which a hall changes.

It decides in memory (the rule reads the live hall, on the event loop, so presses are in order by
themselves) and hands the events to the writer. The press is answered after the commit. The log's key
(hall, number) is the only lock: when another process took a number first, the desk folds the log up
to its end and decides again, which is free because rules are pure.
"""

from __future__ import annotations

import asyncio
import json
import pickle
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hallserver.clock import HallClock
from hallserver.events import Deed, Event, HallConfigured, to_json
from hallserver.feed import Feed
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.days import configure, tick
from hallserver.rules.folding import fold
from hallserver.rules.hall import Hall, new_hall
from hallserver.rules.layout import Layout
from hallserver.rules.snapshot import VERSION, from_plain, to_plain
from hallserver.store.database import Store
from hallserver.store.projection import Row, rows
from hallserver.store.writer import Entry, NumberTaken, StorageFailed

ANSWERS_REMEMBERED = 4_000
"""Answers kept in memory by key; older ones are found in the database."""
ANSWERS_KEPT_MS = 3 * 24 * 3_600_000
DECISIONS_LIMIT = 50
"""How often a press is decided again because another process was first, before it gets a clear no."""
PRESSES_LIMIT = 5_000
"""Presses that may wait for a commit at once."""

Rule = Callable[..., list[Event]]
Body = dict[str, Any]
Answering = Callable[[Hall, Moment, list[Deed]], tuple[int, Body]]


@dataclass(slots=True, frozen=True)
class Answer:
    """What a press gets: an HTTP status and a JSON text, the same for every press with its key."""

    status: int
    body: str


def _plain_answer(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, Body]:
    return 200, {"deeds": [deed.number for deed in deeds]}


@dataclass(slots=True)
class Press:
    """A changing request on its way: decided, perhaps again, until it is committed or refused."""

    rule: Rule
    by: str
    details: dict[str, Any]
    answering: Answering = _plain_answer
    key: str | None = None
    fingerprint: str = ""
    private: tuple[str, str, bytes] | None = None
    """Ticket, kind and sealed bytes of what must not stand in the log."""
    decisions: int = 0
    deeds: list[Deed] = field(default_factory=list)
    answer: Answer | None = None
    future: asyncio.Future[Answer] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def refuse(self, refusal: Refusal) -> None:
        """Say no to whoever waits; that nobody waits any more is no fault."""
        if not self.future.done():
            self.future.set_exception(refusal)
            self.future.exception()


class Desk:
    """One hall's desk. ``hall`` is decided, ``feed.hall`` is committed."""

    def __init__(self, store: Store, layout: Layout, clock: HallClock | None = None) -> None:
        self._store = store
        self._layout = layout
        self.clock = clock or HallClock()
        self._loop = asyncio.get_running_loop()
        self._epoch = 0
        self._flight: dict[int, Press] = {}
        self._answers: OrderedDict[str, tuple[str, asyncio.Future[Answer]]] = OrderedDict()
        self._mending: asyncio.Task[None] | None = None
        self._storage_lock = asyncio.Lock()
        self._kept_day: date | None = None
        self.failure: str | None = None
        self.hall = new_hall(layout.id)
        self.feed = Feed(new_hall(layout.id), store)

    @property
    def id(self) -> str:
        return self._layout.id

    @property
    def idle(self) -> bool:
        """Nobody waits for a commit."""
        return not self._flight and self._mending is None

    async def open(self) -> None:
        """Read the hall from the log, and take its settings and its day into it."""
        self.feed.hall = await asyncio.to_thread(read_hall, self._store, self.id)
        self.hall = _copy(self.feed.hall)
        self.clock.not_before(self.hall.at)
        self._kept_day = self.hall.day
        await self.press(configure, by="hall", layout=self._layout)
        await self.press(tick, by="hall")

    async def close(self) -> None:
        """Wait for what was pressed."""
        waiting = [press.future for press in self._flight.values()]
        if waiting:
            await asyncio.wait(waiting, timeout=10)
        if self._mending is not None:
            await asyncio.wait([self._mending], timeout=10)

    async def press(
        self,
        rule: Rule,
        *,
        by: str,
        answering: Answering = _plain_answer,
        key: str | None = None,
        fingerprint: str = "",
        private: tuple[str, str, bytes] | None = None,
        **details: Any,
    ) -> Answer:
        """Decide, commit, answer. Raises Refusal when the rule says no, or ``storage_unavailable``
        when the database took nothing; then nothing has happened."""
        if self._mending is not None:
            await asyncio.shield(self._mending)
        if self.failure is not None:
            await self._mend_storage()
        if len(self._flight) >= PRESSES_LIMIT:
            raise Refusal("too_many_requests")
        if key is not None:
            known = self._answers.get(key)
            if known is not None:
                return await self._same_answer(known, fingerprint)
        press = Press(rule, by, details, answering, key, fingerprint, private)
        if key is not None:
            self._remember(key, fingerprint, press.future)
        try:
            self._turn_the_day()
            self._decide(press)
        except Refusal as refusal:
            if key is None:
                raise
            return await self._refuse(press, refusal)
        return await press.future

    async def _same_answer(self, known: tuple[str, asyncio.Future[Answer]], fingerprint: str) -> Answer:
        if known[0] != fingerprint:
            raise Refusal("key_reused")
        return await asyncio.shield(known[1])

    async def _refuse(self, press: Press, refusal: Refusal) -> Answer:
        """A no under a key: unless the key was answered before this process began, the no is kept."""
        try:
            stored = await self._stored_answer(press)
        except Refusal as reused:
            refusal, stored = reused, None
        if refusal.code == "storage_unavailable":
            self._answers.pop(press.key or "", None)
        if stored is not None:
            press.future.set_result(stored)
        else:
            press.refuse(refusal)
        return await press.future

    async def _stored_answer(self, press: Press) -> Answer | None:
        if press.key is None:
            return None
        try:
            stored = await asyncio.to_thread(self._store.answer, self.id, press.key)
        except StorageFailed as error:
            raise Refusal("storage_unavailable", cause=str(error)) from error
        if stored is None:
            return None
        if stored[0] != press.fingerprint:
            raise Refusal("key_reused")
        return Answer(stored[1], stored[2])

    def _remember(self, key: str, fingerprint: str, future: asyncio.Future[Answer]) -> None:
        self._answers[key] = (fingerprint, future)
        if len(self._answers) > ANSWERS_REMEMBERED:
            self._answers.popitem(last=False)

    def _turn_the_day(self) -> None:
        """Nobody gets a number of yesterday, even in the second before the tick."""
        if self.clock.now() >= self.hall.day_ends and self.hall.number:
            turning = Press(tick, "hall", {})
            self._decide(turning)

    def _decide(self, press: Press) -> None:
        """Ask the rule, fold what it says into the decided hall, hand it to the writer."""
        hall = self.hall
        now = self.clock.now()
        press.decisions += 1
        events = press.rule(hall, now, **press.details)
        press.deeds = []
        changed: list[Row] = []
        try:
            for event in events:
                deed = Deed(hall.number + 1, now, press.by, event)
                fold(hall, deed)
                changed.extend(rows(hall, deed))
                press.deeds.append(deed)
            status, body = press.answering(hall, now, press.deeds)
            press.answer = Answer(status, to_json(body))
        except Exception:
            # Half a decision is in memory: ours to mend. Drop it, read the log again, fail loudly.
            self._start_mending(NumberTaken("a decision failed half-way"), told_by_writer=False)
            raise
        self._flight[id(press)] = press
        self._store.writer.submit(self._entry(press, now, changed))

    def _entry(self, press: Press, now: Moment, changed: list[Row]) -> Entry:
        assert press.answer is not None
        answer = None
        if press.key is not None:
            answer = (self.id, press.key, press.fingerprint, now, press.answer.status, press.answer.body)
        private = None if press.private is None else (self.id, *press.private, now)
        return Entry(
            hall=self.id,
            epoch=self._epoch,
            lines=[_line(self.id, deed) for deed in press.deeds],
            rows=changed,
            settle=self._settled_from_writer,
            answer=answer,
            private=private,
            alone=any(isinstance(deed.event, HallConfigured) for deed in press.deeds),
            token=press,
        )

    def _settled_from_writer(self, settled: list[tuple[Entry, Exception | None]]) -> None:
        self._loop.call_soon_threadsafe(self._settled, settled)

    def _settled(self, settled: list[tuple[Entry, Exception | None]]) -> None:
        """On the loop: what was committed is seen and answered; a failure starts the mending."""
        deeds: list[Deed] = []
        for entry, error in settled:
            if error is None:
                deeds += entry.token.deeds
            elif entry.epoch == self._epoch:
                self._start_mending(error)
        for deed in deeds:
            fold(self.feed.hall, deed)
        done = [entry.token for entry, error in settled if error is None]
        for press in done:
            self._flight.pop(id(press), None)
        if deeds:
            self.feed.committed(deeds)
        for press in done:
            if not press.future.done():
                press.future.set_result(press.answer)

    def _start_mending(self, error: Exception, *, told_by_writer: bool = True) -> None:
        """From now on presses wait. The writer refuses what was decided in the old epoch: it knows of
        its own failures, and is told of ours."""
        if self._mending is None:
            old, self._epoch = self._epoch, self._epoch + 1
            self._mending = self._loop.create_task(self._mend(error, None if told_by_writer else old))
            self._mending.add_done_callback(self._mended)

    def _mended(self, task: asyncio.Task[None]) -> None:
        self._mending = None
        if not task.cancelled():
            task.result()

    async def _mend(self, error: Exception, epoch_to_drop: int | None) -> None:
        """Drop what was decided and not committed; then decide it again, or say the clear no."""
        if epoch_to_drop is not None:
            dropped = self._loop.create_future()
            self._store.writer.drop(
                self.id, epoch_to_drop, lambda: self._loop.call_soon_threadsafe(dropped.set_result, None)
            )
            await dropped
        pending, self._flight = list(self._flight.values()), {}
        if isinstance(error, NumberTaken):
            try:
                await self.catch_up()
                again = [(press, await self._stored_answer_or_refusal(press)) for press in pending]
            except StorageFailed as failed:
                error = failed
            else:
                self.hall = _copy(self.feed.hall)
                self._decide_again(again)
                return
        self.failure = str(error)
        for press in pending:
            if press.key is not None:
                self._answers.pop(press.key, None)
            press.refuse(Refusal("storage_unavailable", cause=str(error)))

    async def _stored_answer_or_refusal(self, press: Press) -> Answer | Refusal | None:
        try:
            return await self._stored_answer(press)
        except Refusal as refusal:
            return refusal

    def _decide_again(self, again: list[tuple[Press, Answer | Refusal | None]]) -> None:
        for press, stored in again:
            try:
                if isinstance(stored, Refusal):
                    raise stored
                if stored is not None:
                    press.future.set_result(stored)
                    continue
                if press.decisions >= DECISIONS_LIMIT:
                    raise Refusal("storage_unavailable", cause="too many processes press at once")
                self._decide(press)
            except Refusal as refusal:
                press.refuse(refusal)

    def ticket_row(self, ticket: str, columns: tuple[str, ...]) -> dict[str, Any] | None:
        """A ticket of an earlier day. Blocking."""
        return self._store.ticket_row(self.id, ticket, columns)

    async def catch_up(self) -> None:
        """Fold what another process committed. Followers see it as if it were ours."""
        while True:
            batch = await asyncio.to_thread(self._store.read_log, self.id, self.feed.end)
            if not batch:
                return
            for deed in batch:
                fold(self.feed.hall, deed)
            self.clock.not_before(self.feed.hall.at)
            self.feed.committed(batch)

    async def _mend_storage(self) -> None:
        """After a failed commit the hall is read again from the log; while that fails, nothing is pressed."""
        async with self._storage_lock:
            if self.failure is None:
                return  # another press mended it meanwhile
            try:
                await self.catch_up()
                self.hall = await asyncio.to_thread(read_hall, self._store, self.id)
            except StorageFailed as error:
                raise Refusal("storage_unavailable", cause=str(error)) from error
            self.failure = None

    async def tick(self) -> None:
        """Once a second: the day turns, and what another process wrote is taken in."""
        if self._mending is None and self.failure is None and not self._flight:
            end = await asyncio.to_thread(self._store.log_end, self.id)
            if end > self.hall.number and not self._flight and self._mending is None:
                self._start_mending(NumberTaken("another process wrote"), told_by_writer=False)
        if self.failure is not None or self.clock.now() >= self.hall.day_ends:
            await self.press(tick, by="hall")
        if self.feed.hall.day != self._kept_day:
            self._kept_day = self.feed.hall.day
            self._keep_snapshot(self.clock.now())

    def _keep_snapshot(self, now: Moment) -> None:
        """Hand the committed state to the writer; and forget answers nobody asks for any more."""
        state = json.dumps(to_plain(self.feed.hall), ensure_ascii=False)
        snapshot = (self.id, self.feed.end, VERSION, now, state)
        entry = Entry(self.id, self._epoch, [], [], self._settled_from_writer, snapshot=snapshot)
        entry.forget_answers_before = now - ANSWERS_KEPT_MS
        entry.token = Press(tick, "hall", {}, answer=Answer(200, "{}"))
        self._store.writer.submit(entry)


def read_hall(store: Store, hall_id: str) -> Hall:
    """The live state: the last snapshot, and what came after it folded."""
    kept = store.snapshot(hall_id, VERSION)
    hall = from_plain(kept) if kept is not None else new_hall(hall_id)
    for deed in store.whole_log(hall_id, hall.number):
        fold(hall, deed)
    return hall


def _copy(hall: Hall) -> Hall:
    """An independent state; pickling is ten times faster than copying field by field."""
    return pickle.loads(pickle.dumps(hall, pickle.HIGHEST_PROTOCOL))  # type: ignore[no-any-return]  # noqa: S301


def _line(hall: str, deed: Deed) -> tuple[Any, ...]:
    event = deed.event
    ticket, window = getattr(event, "ticket", None), getattr(event, "window", None)
    return hall, deed.number, deed.at, event.kind, deed.by, ticket, window, deed.facts_json()
