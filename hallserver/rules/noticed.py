"""What wants a manager's eye (提醒), as the live state keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from hallserver.moments import Moment


@dataclass(slots=True)
class Alert:
    """Something that wants a manager's eye; ``raised`` is the number of the deed that said so."""

    kind: str
    subject: str
    raised: int
    since: Moment
    figure: float | None
    level: str
    other: str | None = None


@dataclass(slots=True, frozen=True)
class Noticed:
    """What a deed showed and the next second's alerts take up: a bad rating, a printer, a voice."""

    kind: str
    subject: str
    figure: float | None = None
    other: str | None = None
    over: bool = False
