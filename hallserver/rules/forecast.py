"""What the waits will be, if people keep coming as they did: the hall played on by its own calling rule.

Each window takes the longest wait it may take, its own zone's or the supported one's less the handicap; a visit
takes its mean minutes; people come evenly spaced. There is no chance in it, so two layouts of the same hall can be
held against each other, minute for minute. All times are minutes from now.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

FREE, ARRIVAL = 0, 1
FAR_MIN = float("inf")
HORIZON_MIN = 240.0
"""How far a wait is followed: one that is longer is told as if it ended then."""


class Move(NamedTuple):
    """From a minute on a window serves these zones; none of them at lunch."""

    at_min: float
    own: str | None
    support: str | None = None


class Server(NamedTuple):
    """A window: the zones it serves (none at lunch), when it is through with what it has now, and where its plan has
    it later, in order of time."""

    own: str | None
    support: str | None = None
    free_min: float = 0.0
    moves: tuple[Move, ...] = ()


class Visit(NamedTuple):
    """Someone who waits: since when (a head start counted in), and how long the visit takes. A visit without
    work is nobody: it is there to see how long one who came then would wait, and ``seen_min`` is when."""

    start_min: float
    work_min: float
    seen_min: float | None = None


class Stream(NamedTuple):
    """People who come to a zone at an even pace, from a minute to another."""

    zone: str
    per_min: float
    work_min: float
    from_min: float
    to_min: float


Waits = dict[str, dict[float, float | None]]
"""By zone and the minute somebody would come: how many minutes that one waits; None where no window serves."""


def waits(
    servers: Sequence[Server],
    queues: Mapping[str, Sequence[Visit]],
    streams: Iterable[Stream],
    newcomers: Mapping[str, Iterable[float]],
    handicap_min: float,
) -> Waits:
    """How long a newcomer would wait in each zone of ``newcomers`` at each of its minutes."""
    last = max((minute for minutes in newcomers.values() for minute in minutes), default=0.0)
    end_min = last + HORIZON_MIN
    found: Waits = {zone: dict.fromkeys(minutes) for zone, minutes in newcomers.items()}
    played = _Play(servers, queues, handicap_min)
    arrivals = [(t, ARRIVAL, s.zone, Visit(t, s.work_min)) for s in streams for t in _evenly(s, end_min)]
    # Who is not there comes after all who come in the same minute.
    arrivals += [(t, 2, zone, Visit(t, 0.0, t)) for zone, minutes in newcomers.items() for t in minutes]
    arrivals.sort(key=lambda one: one[:2])
    awaited = sum(len(minutes) for minutes in found.values())
    for zone, visit, at_min in played.starts(arrivals, end_min):
        if visit.seen_min is not None:
            found[zone][visit.seen_min] = at_min - visit.seen_min
            awaited -= 1
            if not awaited:
                break
    served = {zone for server in servers for zone in (server.own, server.support)}
    served |= {zone for server in servers for move in server.moves for zone in (move.own, move.support)}
    for zone, minutes in found.items():
        for minute, wait in minutes.items():
            if wait is None and zone in served:
                minutes[minute] = end_min - minute
    return found


def _evenly(stream: Stream, end_min: float) -> Iterable[float]:
    """The moments of an even pace: each person comes in the middle of a share of the time."""
    end = min(stream.to_min, end_min)
    if stream.per_min <= 0:
        return
    count = 0
    while (at := stream.from_min + (count + 0.5) / stream.per_min) < end:
        yield at
        count += 1


class _Play:
    """The windows and the queues on their way through time."""

    def __init__(self, servers: Sequence[Server], queues: Mapping[str, Sequence[Visit]], handicap_min: float) -> None:
        self._places: list[tuple[str | None, str | None]] = [(server.own, server.support) for server in servers]
        moves = [(move.at_min, index, move) for index, server in enumerate(servers) for move in server.moves]
        self._moves = deque(sorted(moves, key=lambda one: one[:2]))
        self._at_lunch: set[int] = set()
        self._handicap_min = handicap_min
        self._queues = {zone: deque(sorted(visits)) for zone, visits in queues.items()}
        self._idle: list[int] = []
        self._free = [(server.free_min, index) for index, server in enumerate(servers)]
        heapify(self._free)

    def starts(
        self, arrivals: Sequence[tuple[float, int, str, Visit]], end_min: float
    ) -> Iterable[tuple[str, Visit, float]]:
        """Who is called when, in order of time: the zone, the visit, the minute."""
        coming = iter(arrivals)
        arrival = next(coming, None)
        while self._free or arrival is not None or self._moves:
            if self._moves and self._moves[0][0] <= min(
                self._free[0][0] if self._free else FAR_MIN, arrival[0] if arrival else FAR_MIN
            ):
                if self._moves[0][0] > end_min:
                    return
                self._move(*self._moves.popleft())
            elif self._free and (arrival is None or self._free[0][0] <= arrival[0]):
                now, index = heappop(self._free)
                if now > end_min:
                    return
                yield from self._take(index, now)
            elif arrival is not None:
                now, _, zone, visit = arrival
                arrival = next(coming, None)
                idle = self._idle_for(zone)
                if idle is None:
                    self._queues.setdefault(zone, deque()).append(visit)
                    continue
                yield zone, visit, now
                if visit.work_min > 0:
                    self._idle.remove(idle)
                    heappush(self._free, (now + visit.work_min, idle))

    def _take(self, index: int, now: float) -> Iterable[tuple[str, Visit, float]]:
        """A free window calls by the rule, until it has somebody who stays or nobody waits for it."""
        while True:
            if self._places[index] == (None, None):
                self._at_lunch.add(index)
                return
            zone = self._choice(*self._places[index])
            if zone is None:
                self._idle.append(index)
                return
            visit = self._queues[zone].popleft()
            yield zone, visit, now
            if visit.work_min > 0:
                heappush(self._free, (now + visit.work_min, index))
                return

    def _move(self, now: float, index: int, move: Move) -> None:
        """The window's plan has it elsewhere: who has nobody there calls anew, who serves stays with that one."""
        self._places[index] = (move.own, move.support)
        if index in self._at_lunch:
            self._at_lunch.remove(index)
        elif index in self._idle:
            self._idle.remove(index)
        else:
            return
        heappush(self._free, (now, index))

    def _choice(self, own_zone: str | None, support: str | None) -> str | None:
        own = self._queues.get(own_zone) if own_zone is not None else None
        other = self._queues.get(support) if support is not None else None
        if own and other:
            return own_zone if own[0].start_min <= other[0].start_min + self._handicap_min else support
        return own_zone if own else support if other else None

    def _idle_for(self, zone: str) -> int | None:
        """The own-zone window idle longest, else a supporting one."""
        helping = None
        for index in self._idle:
            own, support = self._places[index]
            if own == zone:
                return index
            if helping is None and support == zone:
                helping = index
        return helping
