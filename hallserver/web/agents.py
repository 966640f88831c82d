"""The machines that are connected to a hall, as they tell of themselves: kept in memory, never in the log.

A machine says ``{"health": {…}}`` over its live socket, at least every 5 s and at once when something
changes. What it confirms tells of it too. One that is silent, or whose connection ends, is away.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hallserver.clock import HallClock
from hallserver.moments import SECOND_MS, Moment
from hallserver.views.machines import MUTE, TROUBLE, WELL, Machine, Unsaid

SILENT_AFTER_S = 8
"""A machine that tells nothing for so long is away: a manager knows within 10 s."""
FORGOTTEN_AFTER_S = 24 * 3600
MACHINES_LIMIT = 500
UNSAID_LIMIT = 20
LINE_LIMIT = 200
SOUNDLESS = frozenset(("voice_unavailable", "no_player", "player_failed", "player_hung"))
"""Why a call wasn't spoken when it is the voice's own trouble, and not the call's."""

OwnCause = Literal["spool_broken", "voice_unavailable", "clips_missing"]
"""What the server tells of its own machines."""
Kind = Literal["voice", "printer", "sign", "board", "kiosk", "synthesiser"]
Short = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Health(BaseModel):
    """What a machine tells of itself; it may say more."""

    model_config = ConfigDict(extra="ignore", strict=True)

    kind: Kind
    name: Short
    state: Literal["well", "mute", "trouble"]
    cause: Short | None = None
    area: Short | None = None
    behind: Annotated[int, Field(ge=0, le=10**15)] = 0
    line: Annotated[str, StringConstraints(max_length=LINE_LIMIT)] = ""

    @classmethod
    def of(cls, kind: Kind, name: str, cause: str | None, line: str = "") -> Health:
        """Well, or in trouble for a cause."""
        return cls(kind=kind, name=name, state=TROUBLE if cause else WELL, cause=cause, line=line[:LINE_LIMIT])


class HealthMessage(BaseModel):
    """``{"health": {…}}`` as it comes over a live socket."""

    model_config = ConfigDict(extra="ignore", strict=True)

    health: Health


class Agents:
    """One hall's machines. ``changed`` is called when something that people see is another than before."""

    def __init__(self, clock: HallClock, changed: Callable[[], None] = lambda: None) -> None:
        self._clock = clock
        self._changed = changed
        self._known: dict[str, Machine] = {}
        self._lines: dict[str, object] = {}
        """The connection that spoke last for a machine."""
        self._silent_allowed: set[str] = set()
        self.unsaid: deque[Unsaid] = deque(maxlen=UNSAID_LIMIT)
        """Calls that were not said, newest first."""

    def not_said(self, call: Unsaid) -> None:
        """A voice told that a call went by unheard: staff see the last of them."""
        self.unsaid.appendleft(call)
        self._changed()

    @property
    def machines(self) -> list[Machine]:
        """In a steady order: by kind, area and name."""
        return sorted(self._known.values(), key=lambda m: (m.kind, m.area or "", m.name, m.by))

    def knows(self, kind: str, by: str, name: str) -> bool:
        return _id(kind, by, name) in self._known

    def tell(self, by: str, health: Health, line: object = None) -> None:
        """A machine tells of itself over a connection (``line``); the server's own parts have none."""
        now = self._clock.now()
        machine = self._machine(by, health.kind, health.name, now)
        if machine is None:
            return
        self._lines[machine.id] = line
        if line is not None:
            self._silent_allowed.discard(machine.id)
        machine.line, machine.behind = health.line, health.behind
        cause = health.cause if health.state != WELL else None
        self._be(machine, now, health.state, cause, health.area)

    def did(self, by: str, kind: Kind, name: str, cause: str | None, line: object) -> None:
        """What a machine confirmed tells of it too; one that never tells of itself isn't awaited."""
        now = self._clock.now()
        told = [m for m in self._known.values() if self._lines.get(m.id) is line and m.kind == kind]
        # One connection may tell of several: the one that is named, or the only one there is.
        named = [m for m in told if m.name == name] or (told if len(told) == 1 else [])
        machine = named[0] if named else None if told else self._machine(by, kind, name, now)
        if machine is None or (cause is not None and kind == "voice" and cause not in SOUNDLESS):
            return
        if not told:
            self._lines[machine.id] = line
            self._silent_allowed.add(machine.id)
        state = WELL if cause is None else MUTE if kind == "voice" else TROUBLE
        self._be(machine, now, state, cause, machine.area)

    def left(self, line: object) -> None:
        """A connection ended: its machines are away."""
        now = self._clock.now()
        for machine in self._known.values():
            if self._lines.get(machine.id) is line:
                del self._lines[machine.id]
                if machine.away is None:
                    machine.away = (now, "disconnected")
                    self._changed()

    def tick(self) -> None:
        """Once a second: who has been silent for too long is away, who is away for a day is forgotten."""
        now = self._clock.now()
        for machine in list(self._known.values()):
            if machine.away is not None:
                if now - machine.away[0] > FORGOTTEN_AFTER_S * SECOND_MS:
                    self._forget(machine)
                    self._changed()
            elif self._awaited(machine) and now - machine.seen > SILENT_AFTER_S * SECOND_MS:
                machine.away = (now, "silent")
                self._changed()

    def _awaited(self, machine: Machine) -> bool:
        return self._lines.get(machine.id) is not None and machine.id not in self._silent_allowed

    def _machine(self, by: str, kind: str, name: str, now: Moment) -> Machine | None:
        """The machine of that name; None when there are too many already, and all of them are there."""
        id_ = _id(kind, by, name)
        found = self._known.get(id_)
        if found is not None:
            return found
        if len(self._known) >= MACHINES_LIMIT:
            gone = [machine for machine in self._known.values() if machine.away is not None]
            if not gone:
                return None
            self._forget(min(gone, key=lambda machine: machine.seen))
        found = self._known[id_] = Machine(id_, kind, name, by, since=now, seen=now)
        self._changed()
        return found

    def _forget(self, machine: Machine) -> None:
        del self._known[machine.id]
        self._lines.pop(machine.id, None)
        self._silent_allowed.discard(machine.id)

    def _be(self, machine: Machine, now: Moment, state: str, cause: str | None, area: str | None) -> None:
        before = (machine.state, machine.why, machine.area)
        if (machine.told, machine.cause) != (state, cause) or machine.away is not None:
            machine.since = now
        machine.told, machine.cause, machine.area, machine.away, machine.seen = state, cause, area, None, now
        if state != WELL:
            machine.last_error, machine.last_error_at = cause or state, now
        if before != (machine.state, machine.why, machine.area):
            self._changed()


def _id(kind: str, by: str, name: str) -> str:
    return f"{kind}:{by}:{name}"
