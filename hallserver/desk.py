"""The desk: the one door through which a hall changes.

It decides in memory (the rule reads the live hall, on the event loop, so presses are in order by
themselves) and hands the events to the writer. The press is answered after the commit. The log's key
(hall, number) is the only lock: when another process took a number first, the desk folds the log up
to its end and decides again, which is free because rules are pure.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable
from datetime import date
from itertools import chain
from typing import Any

from hallserver.clock import HallClock
from hallserver.events import Deed, to_json
from hallserver.feed import Feed, read_hall
from hallserver.moments import Moment
from hallserver.outbox import Outbox
from hallserver.presses import Answer, Answering, Keys, Press, Rule, entry_of, plain_answer, stored_answer
from hallserver.refusals import Refusal
from hallserver.rules.arrivals import self_call_due, self_calls
from hallserver.rules.days import configure, tick
from hallserver.rules.folding import fold
from hallserver.rules.hall import new_hall
from hallserver.rules.layout import Layout
from hallserver.rules.snapshot import VERSION, copied, to_plain
from hallserver.store.database import READ_BATCH, Store, StoredAnswer
from hallserver.store.projection import Row, rows
from hallserver.store.writer import Entry, NumberTaken, StorageFailed, entry

__all__ = ["Answer", "Answering", "Desk", "Press", "Rule"]

ANSWERS_KEPT_MS = 3 * 24 * 3_600_000
BOOKERS_KEPT_MS = 90 * 24 * 3_600_000
LOSSES_BEFORE_LOCK = 2
"""How often another process may be first before the desk decides under the database's write lock."""
DECISIONS_LIMIT = 50
"""How often a press is decided again because another process was first, before it gets a clear no."""
PRESSES_LIMIT = 5_000
"""Presses that may wait for a commit at once."""
CLOSING_S = 10.0
KEY_MAY_TRY_AGAIN = frozenset(("storage_unavailable", "key_reused"))
"""The noes that are not the rule's own."""


class Desk:
    """One hall's desk. ``hall`` is decided, ``feed.hall`` is committed."""

    def __init__(self, store: Store, layout: Layout, clock: HallClock | None = None) -> None:
        self._store = store
        self._layout = layout
        self.clock = clock or HallClock()
        self._loop = asyncio.get_running_loop()
        self._epoch = 0
        self._flight: dict[int, Press] = {}
        self._outbox = Outbox(store.writer, self._loop)
        self._keys = Keys(store, layout.id)
        self._mending: asyncio.Task[None] | None = None
        self._kept_day: date | None = None
        self.failure: str | None = None
        """Why the database took nothing at the last try; None again when it has taken something."""
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
        """Read the hall from the log, and take its settings and its day into it. Raises StorageFailed."""
        self.feed.begin_with(await asyncio.to_thread(read_hall, self._store, self.id))
        self.hall = copied(self.feed.hall)
        self.clock.not_before(self.hall.at)
        self._kept_day = self.hall.day
        try:
            await self.press(configure, by="hall", layout=self._layout)
            await self.press(tick, by="hall")
        except Refusal as refusal:
            raise StorageFailed(str(refusal.details.get("cause", refusal.code))) from refusal

    async def close(self) -> None:
        """Wait for what was pressed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_S):
                while self._mending is not None or self._flight:
                    await (asyncio.wait([self._mending]) if self._mending is not None else self._written())

    async def press(
        self,
        rule: Rule,
        *,
        by: str,
        answering: Answering = plain_answer,
        key: str | None = None,
        fingerprint: str = "",
        private: tuple[str | None, str, bytes] | None = None,
        **details: Any,
    ) -> Answer:
        """Decide, commit, answer. Raises Refusal when the rule says no, or ``storage_unavailable``
        when the database took nothing; then nothing has happened."""
        return await self.take(rule, by, details, answering, key, fingerprint, private)

    def take(
        self,
        rule: Rule,
        by: str,
        details: dict[str, Any],
        answering: Answering,
        key: str | None,
        fingerprint: str,
        private: tuple[str | None, str, bytes] | None,
    ) -> Awaitable[Answer]:
        """``press`` with its details as they came, as taking a dozen of them apart and together again costs as much
        as deciding. It is decided before this returns, unless presses wait for a mending."""
        press = Press(rule, by, details, answering, key, fingerprint, private, self._loop.create_future())
        if self._mending is not None:
            return self._take_after_mending(press)
        return self._take(press)

    async def _take_after_mending(self, press: Press) -> Answer:
        await self._all_mended()
        return await self._take(press)

    def _take(self, press: Press) -> Awaitable[Answer]:
        if len(self._flight) >= PRESSES_LIMIT:
            raise Refusal("too_many_requests")
        if press.key is not None:
            first = self._keys.find(press.key, press.fingerprint)
            if first is not None:
                return first.outcome()
            self._keys.remember(press)
        try:
            self._decide(press, self._turn_the_day())
        except Refusal as refusal:
            return self._refused(press, refusal)
        except Exception as ours:
            self._refuse(press, ours)
            raise
        return press.future

    async def _refused(self, press: Press, refusal: Refusal) -> Answer:
        await asyncio.shield(self._say_no(press, refusal))
        return await press.future

    async def _say_no(self, press: Press, refusal: Refusal) -> None:
        """The rule's no, when what it rests on is written: unless another process has changed that, or the
        key was answered before this process began."""
        try:
            while press.decisions < DECISIONS_LIMIT and await self._overtaken(press):
                await self._all_mended()
                try:
                    return self._decide(press, self._turn_the_day())
                except Refusal as again:
                    refusal = again
            answer = stored_answer(press, await self._keys.stored([press]))
        except StorageFailed as error:
            self._refuse(press, Refusal("storage_unavailable", cause=str(error)))
        except Exception as error:
            self._refuse(press, error)
        else:
            self._refuse(press, refusal) if answer is None else press.answered(answer)

    async def _overtaken(self, press: Press) -> bool:
        """Whether what the press was decided on did not come to be, or is no longer so."""
        await self._written()
        return await self._noticed_others() or press.epoch != self._epoch

    def _refuse(self, press: Press, error: Exception) -> None:
        """Say no. The rule's own no is kept under the key; after any other the key may be tried again."""
        if not isinstance(error, Refusal) or error.code in KEY_MAY_TRY_AGAIN:
            self._keys.forget(press)
        press.failed(error)

    def _turn_the_day(self) -> Moment:
        """Now; and nobody gets a number of yesterday, even in the second before the tick."""
        now = self.clock.now()
        if now >= self.hall.day_ends and self.hall.number:
            self._decide(Press(tick, "hall", {}), now)
        return now

    def _decide(self, press: Press, now: Moment) -> None:
        """Ask the rule, fold what it says into the decided hall, hand it to the writer."""
        hall = self.hall
        press.decisions, press.epoch = press.decisions + 1, self._epoch
        events = press.rule(hall, now, **press.details)
        press.deeds = []
        changed: list[Row] = []
        try:
            for event in chain(events, self_calls(hall, now)):
                by = press.by if len(press.deeds) < len(events) else "hall"
                deed = Deed(hall.number + 1, now, by, event)
                fold(hall, deed)
                changed.extend(rows(hall, deed))
                press.deeds.append(deed)
            status, body = press.answering(hall, now, press.deeds[: len(events)])
            press.answer = Answer(status, to_json(body))
            decided = entry_of(press, self.id, now, changed, self._settled)
        except Exception:
            # Half a decision is in memory: ours to mend. Drop it, read the log again, fail loudly.
            self._start_mending(NumberTaken("a decision failed half-way"), told_by_writer=False)
            raise
        self._flight[id(press)] = press
        self._outbox.put(decided)

    def _settled(self, settled: list[tuple[Entry, Exception | None]]) -> None:
        """On the loop: what was committed is seen and answered; a failure starts the mending."""
        deeds: list[Deed] = []
        done: list[Press] = []
        for written, error in settled:
            if error is None:
                press = written.token
                deeds += press.deeds
                done.append(press)
                self._flight.pop(id(press), None)
                if self.failure is not None and written.needs_room:
                    self.failure = None
            elif written.epoch == self._epoch:
                self._start_mending(error)
        try:
            if deeds:
                self.feed.committed(deeds)
        finally:  # whatever a follower makes of it, those who pressed are answered
            for press in done:
                assert press.answer is not None
                press.answered(press.answer)
                self._keys.answered(press)
            self._outbox.settled(len(settled))

    def _start_mending(self, error: Exception, *, told_by_writer: bool = True) -> None:
        """From now on presses wait. The writer refuses what was decided in the old epoch: it knows of
        its own failures, and is told of ours."""
        if self._mending is None:
            old, self._epoch = self._epoch, self._epoch + 1
            self._mending = self._loop.create_task(self._mend(error, None if told_by_writer else old))
            self._mending.add_done_callback(self._mended)

    def _mended(self, task: asyncio.Task[None]) -> None:
        if self._mending is task:
            self._mending = None
        if not task.cancelled():
            task.result()

    async def _mend(self, error: Exception, epoch_to_drop: int | None) -> None:
        """Drop what was decided and not committed; then decide it again, or say the clear no."""
        if epoch_to_drop is not None:
            await self._written(epoch_to_drop)
        pending, self._flight = list(self._flight.values()), {}
        lost = max((press.decisions for press in pending), default=0)
        async with self._locked() if lost >= LOSSES_BEFORE_LOCK else contextlib.nullcontext():
            await self._decided_anew(error, pending)

    async def _decided_anew(self, error: Exception, pending: list[Press]) -> None:
        stored: dict[str, StoredAnswer] = {}
        try:
            if isinstance(error, NumberTaken):
                await self.catch_up()
                stored = await self._keys.stored(pending)
        except Exception as failed:
            error = failed
        self.hall = copied(self.feed.hall)
        self._mending = None  # nothing is awaited from here on, and what fails from here on is mended anew
        if isinstance(error, NumberTaken):
            self._decide_again(pending, stored)
            return
        said = error
        if isinstance(error, StorageFailed):
            self.failure = str(error)
            said = Refusal("storage_unavailable", cause=self.failure)
        else:
            self._tell_of_our_fault(error)
        for press in pending:
            self._refuse(press, said)

    def _tell_of_our_fault(self, error: Exception) -> None:
        """Loudly, even when nobody waits for the press any more."""
        self._loop.call_exception_handler({"message": f"the desk of {self.id} broke", "exception": error})

    def _decide_again(self, pending: list[Press], stored: dict[str, StoredAnswer]) -> None:
        for press in pending:
            if self._mending is not None:  # one of them broke half-way: the others wait for the next mending
                self._flight[id(press)] = press
                continue
            try:
                answer = stored_answer(press, stored)
                if answer is not None:
                    press.answered(answer)
                    continue
                if press.decisions >= DECISIONS_LIMIT:
                    raise Refusal("storage_unavailable", cause="too many processes press at once")
                self._decide(press, self._turn_the_day())
            except Refusal as refusal:
                self._refuse(press, refusal)
            except Exception as ours:
                self._refuse(press, ours)
                self._tell_of_our_fault(ours)

    @contextlib.asynccontextmanager
    async def _locked(self) -> AsyncIterator[None]:
        """Nobody else writes until the desk has decided: who lost that often would lose for ever to one
        that is quicker."""
        locked = asyncio.Event()
        self._outbox.post()
        self._store.writer.lock(locked.set)
        try:
            await locked.wait()
            yield
        finally:
            self._outbox.post()
            self._store.writer.unlock()

    async def _written(self, epoch_to_drop: int = -1) -> None:
        """Until the writer is through with what it was given so far; nothing of the epoch is written after."""
        written = asyncio.Event()
        self._outbox.post()
        self._store.writer.drop(self.id, epoch_to_drop, written.set)
        await written.wait()

    def ticket_row(self, ticket: str, columns: tuple[str, ...]) -> dict[str, Any] | None:
        """A ticket of an earlier day. Blocking."""
        return self._store.ticket_row(self.id, ticket, columns)

    def case_row(self, case: int, columns: tuple[str, ...]) -> dict[str, Any] | None:
        """A case that is no longer in the live state. Blocking."""
        return self._store.case_row(self.id, case, columns)

    async def catch_up(self) -> None:
        """Fold what another process committed. Followers see it as if it were ours. What is written while
        this reads is left for the next time: to one that writes all the time there is no end."""
        full = True
        while full:
            batch = await asyncio.to_thread(self._store.read_log, self.id, self.feed.end)
            full = len(batch) == READ_BATCH
            if batch:
                self.clock.not_before(batch[-1].at)
                self.feed.committed(batch)

    async def tick(self) -> None:
        """Once a second: the day turns, and what another process wrote is taken in. While the database
        takes nothing, it is tried again with the state as it stands, which needs more room than a press."""
        try:
            await self._noticed_others()
        except StorageFailed as error:
            self.failure = str(error)
        now = self.clock.now()  # asked beforehand: most seconds bring nothing
        if self.failure is None and (tick(self.hall, now) or self_call_due(self.hall, now)):
            await self.press(tick, by="hall")
        day_turned = self.hall.day != self._kept_day and self.feed.hall.day != self._kept_day
        if self.failure is not None or day_turned:
            self._kept_day = self.feed.hall.day
            self._keep_snapshot(self.clock.now())
        self.feed.a_second_went()
        self._fold_while_idle()

    def _fold_while_idle(self) -> None:
        """What was committed in a rush is folded when it is over, a handful at a time."""
        if self.idle and self.feed.fold_some():
            self._loop.call_soon(self._fold_while_idle)

    async def _noticed_others(self) -> bool:
        """Whether another process wrote what this hall doesn't know; then it is about to be taken in."""
        end = await asyncio.to_thread(self._store.log_end, self.id)
        if end <= self.hall.number:
            return False
        self._start_mending(NumberTaken("another process wrote"), told_by_writer=False)
        return True

    async def _all_mended(self) -> None:
        while self._mending is not None:
            await asyncio.wait([self._mending])

    def _keep_snapshot(self, now: Moment) -> None:
        """Hand the committed state to the writer; and forget answers nobody asks for any more."""
        snapshot = self.id, self.feed.end, VERSION, now, to_json(to_plain(self.feed.hall))
        kept = entry(
            *(self.id, self._epoch, {}, self._settled, Press(tick, "hall", {}, answer=Answer(200, "{}"))),
            snapshot=snapshot,
            forget_answers_before=now - ANSWERS_KEPT_MS,
            forget_bookers_before=now - BOOKERS_KEPT_MS,
        )
        self._outbox.put(kept)
        self._outbox.post()
