"""Which of the hall's machines do their work, and whether the hall hears its calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from hallserver.moments import Moment
from hallserver.rules.hall import Hall
from hallserver.views.shapes import Plain, moment

WELL: Final = "well"
MUTE: Final = "mute"
TROUBLE: Final = "trouble"
AWAY: Final = "away"
NOBODY: Final = "nobody_reported"
Absence = Literal["disconnected", "silent"]
"""Why a machine is away: its connection ended, or nothing came over it."""


@dataclass(slots=True)
class Machine:
    """A machine as it told of itself last: a voice, a printer, a sign, a board, a kiosk.

    ``told`` is what it said (well, mute or trouble), ``cause`` the code of why; ``away`` is the moment since
    when nothing was heard of it, and why.
    """

    id: str
    kind: str
    name: str
    by: str
    area: str | None = None
    told: str = WELL
    cause: str | None = None
    line: str = ""
    behind: int = 0
    since: Moment = 0
    seen: Moment = 0
    away: tuple[Moment, Absence] | None = None
    last_error: str | None = None
    last_error_at: Moment | None = None

    @property
    def state(self) -> str:
        return AWAY if self.away else self.told

    @property
    def why(self) -> str | None:
        return self.away[1] if self.away else self.cause

    @property
    def state_since(self) -> Moment:
        return self.away[0] if self.away else self.since


@dataclass(frozen=True, slots=True)
class Unsaid:
    """A call that a voice gave up, and why: ``stale``, ``answered``, ``voice_unavailable`` …"""

    deed: int
    ticket: str
    window: str
    cause: str
    at: Moment


def machine_shape(hall: Hall, machine: Machine) -> Plain:
    """What the manager's page draws of a machine."""
    return {
        "id": machine.id,
        "kind": machine.kind,
        "name": machine.name,
        "area": machine.area,
        "state": machine.state,
        "cause": machine.why,
        "since": moment(hall, machine.state_since),
    }


def agent_shape(hall: Hall, machine: Machine) -> Plain:
    """The same with everything that is known of it."""
    return {
        **machine_shape(hall, machine),
        "by": machine.by,
        "line": machine.line,
        "behind": machine.behind,
        "last_seen": moment(hall, machine.seen),
        "last_error": machine.last_error,
        "last_error_at": moment(hall, machine.last_error_at),
    }


def machines_shown(
    hall: Hall, machines: Sequence[Machine], *, speaks: bool, areas: Sequence[str], unsaid: Iterable[Unsaid] = ()
) -> Plain:
    """The floor's part about machines; ``speaks`` and ``areas`` are the hall's settings for its voice."""
    return {
        "machines": [machine_shape(hall, machine) for machine in machines],
        "voice": {
            **voice_shape(hall, machines, speaks=speaks, areas=areas),
            "unsaid": [unsaid_shape(hall, call) for call in unsaid],
        },
    }


def unsaid_shape(hall: Hall, call: Unsaid) -> Plain:
    ticket = hall.tickets.get(call.ticket)
    return {
        "deed": call.deed,
        "ticket": call.ticket,
        "number": ticket.shown if ticket else call.ticket.partition("-")[2],
        "window": call.window,
        "cause": call.cause,
        "at": moment(hall, call.at),
    }


def voice_shape(hall: Hall, machines: Iterable[Machine], *, speaks: bool, areas: Sequence[str]) -> Plain:
    """Whether calls are heard: ``off`` by the settings, ``well`` where a voice works, else ``mute``, with the
    cause told by the voice that was well last. With areas, the settings' and those that voices told of, each is
    heard by its own voice or by one that belongs to none, and the hall is as its worst area."""
    voices = [machine for machine in machines if machine.kind == "voice"]
    names = dict.fromkeys([*areas, *sorted({voice.area for voice in voices if voice.area is not None})])
    parts = [{"area": area, **_heard(hall, [v for v in voices if v.area in (None, area)])} for area in names]
    whole = next((part for part in parts if part["state"] != WELL), None) or _heard(hall, voices)
    if not speaks:
        whole = {"state": "off", "cause": None, "since": None}
    return {"state": whole["state"], "cause": whole["cause"], "since": whole["since"], "areas": parts if speaks else []}


def _heard(hall: Hall, voices: Sequence[Machine]) -> Plain:
    working = [voice for voice in voices if voice.state == WELL]
    if working:
        return {"state": WELL, "cause": None, "since": moment(hall, min(voice.since for voice in working))}
    if not voices:
        return {"state": MUTE, "cause": NOBODY, "since": None}
    last = max(voices, key=lambda voice: voice.state_since)
    return {"state": MUTE, "cause": last.why or last.state, "since": moment(hall, last.state_since)}
