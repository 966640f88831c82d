"""What voice changes."""

from __future__ import annotations

from hallserver import events as e
from hallserver.rules.folding.alerts import notice
from hallserver.rules.folding.moves import Folds
from hallserver.rules.hall import Hall
from hallserver.rules.noticed import Noticed

MUTE = frozenset(("voice_unavailable", "no_player", "player_failed", "player_hung", "unreadable"))
"""Why a call was not said when the loudspeaker can't; the other causes are a call's own."""


def _spoken(hall: Hall, deed: e.Deed, event: e.CallSpoken) -> None:
    ticket = hall.tickets.get(event.ticket)
    if ticket is not None:
        ticket.heard = max(ticket.heard, event.deed)
    notice(hall, Noticed("mute_voice", deed.by, over=True))


def _not_spoken(hall: Hall, deed: e.Deed, event: e.CallNotSpoken) -> None:
    if event.cause in MUTE:
        notice(hall, Noticed("mute_voice", deed.by, other=event.cause))


FOLDS: Folds = {
    e.CallSpoken: _spoken,
    e.CallNotSpoken: _not_spoken,
}
