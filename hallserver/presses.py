"""Presses on their way, and what each Idempotency-Key was answered."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hallserver.events import Deed, Event, HallConfigured
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.hall import Hall
from hallserver.store.database import Store, StoredAnswer
from hallserver.store.projection import Row, log_line
from hallserver.store.statements import Rows
from hallserver.store.writer import Entry, Rare, Settle, entry

ANSWERS_REMEMBERED = 4_000
"""Presses kept in memory by key; older ones are found in the database."""

Rule = Callable[..., list[Event]]
Body = dict[str, Any]
Answering = Callable[[Hall, Moment, list[Deed]], tuple[int, Body]]


class Answer(NamedTuple):
    """What a press gets: an HTTP status and a JSON text, the same for every press with its key."""

    status: int
    body: str


def plain_answer(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, Body]:
    return 200, {"deeds": [deed.number for deed in deeds]}


@dataclass(slots=True)
class Press:
    """A changing request on its way: decided, perhaps again, until it is committed or refused."""

    rule: Rule
    by: str
    details: dict[str, Any]
    answering: Answering = plain_answer
    key: str | None = None
    fingerprint: str = ""
    private: tuple[str | None, str, bytes] | None = None
    """Ticket, kind and sealed bytes of what must not stand in the log; None is the ticket that the press makes."""
    future: asyncio.Future[Answer] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    decisions: int = 0
    epoch: int = 0
    deeds: list[Deed] = field(default_factory=list)
    answer: Answer | None = None

    def private_row(self, hall: str, now: Moment) -> tuple[Any, ...] | None:
        """What is written beside the log, once the press is decided."""
        if self.private is None or not self.deeds:
            return None
        ticket, kind, sealed = self.private
        return hall, ticket or getattr(self.deeds[0].event, "ticket"), kind, sealed, now  # noqa: B009

    def answered(self, answer: Answer) -> None:
        """Committed: tell whoever waits, or will ask with the same key."""
        future = self._live_future() if self.future.cancelled() else self.future
        if not future.done():
            future.set_result(answer)
        self._let_go()

    def failed(self, error: Exception) -> None:
        """Say no to whoever waits; that nobody waits any more is no fault."""
        if not self._live_future().done():
            self.future.set_exception(error)
            self.future.exception()
        self._let_go()

    def _let_go(self) -> None:
        """Nothing is decided again: what is remembered under a key must not hold on to the whole request."""
        self.answering, self.details, self.deeds, self.private = plain_answer, {}, [], None

    async def outcome(self) -> Answer:
        """What came of it, for a second press with its key."""
        return await asyncio.shield(self._live_future())

    def _live_future(self) -> asyncio.Future[Answer]:
        """Who hangs up cancels the future they waited for; the press itself goes on."""
        if self.future.cancelled():
            self.future = self.future.get_loop().create_future()
        return self.future


class Answered(NamedTuple):
    """A press that was answered, for those that come with its key."""

    fingerprint: str
    answer: Answer

    async def outcome(self) -> Answer:
        return self.answer


class Keys:
    """One hall's presses by their key: the newest in memory, the answers of all in the database."""

    def __init__(self, store: Store, hall: str) -> None:
        self._store = store
        self._hall = hall
        self._presses: OrderedDict[str, Press | Answered] = OrderedDict()

    def find(self, key: str, fingerprint: str) -> Press | Answered | None:
        """The press that has this key already, or its answer. Refuses key_reused when it was another one."""
        known = self._presses.get(key)
        if known is not None and known.fingerprint != fingerprint:
            raise Refusal("key_reused")
        return known

    def remember(self, press: Press) -> None:
        assert press.key is not None
        self._presses[press.key] = press
        if len(self._presses) > ANSWERS_REMEMBERED:
            self._presses.popitem(last=False)

    def answered(self, press: Press) -> None:
        """What is kept of a press is its answer: a press is let go while it is at hand, not thousands of others
        later."""
        if press.key is not None and press.answer is not None and press.key in self._presses:
            self._presses[press.key] = Answered(press.fingerprint, press.answer)

    def forget(self, press: Press) -> None:
        """The key may try again."""
        if press.key is not None and self._presses.get(press.key) is press:
            del self._presses[press.key]

    async def stored(self, presses: Iterable[Press]) -> dict[str, StoredAnswer]:
        """What the database knows of the keys of these presses. Raises StorageFailed."""
        keys = [press.key for press in presses if press.key is not None]
        return await asyncio.to_thread(self._store.answers, self._hall, keys) if keys else {}


def stored_answer(press: Press, stored: dict[str, StoredAnswer]) -> Answer | None:
    """What the press's key was answered, before this process began or by another. Refuses key_reused."""
    found = stored.get(press.key or "")
    if found is None:
        return None
    fingerprint, status, body = found
    if fingerprint != press.fingerprint:
        raise Refusal("key_reused")
    return Answer(status, body)


def entry_of(press: Press, hall: str, now: Moment, changed: list[Row], settle: Settle) -> Entry:
    """What a decided press writes, told at once: what can't be told is found while the press can still be taken back.
    Raises ValueError for that."""
    assert press.answer is not None
    by_table: Rows = {"log": [log_line(hall, deed) for deed in press.deeds]} if press.deeds else {}
    if press.key is not None:
        by_table["answer"] = [(hall, press.key, press.fingerprint, now, press.answer.status, press.answer.body)]
    for table, row in changed:
        by_table.setdefault(table, []).append(row)
    rare: Rare = {}
    if press.private is not None:
        rare["private"] = press.private_row(hall, now)
    if press.deeds and type(press.deeds[0].event) is HallConfigured:
        rare["alone"] = True
    return entry(hall, press.epoch, by_table, settle, press, **rare)
