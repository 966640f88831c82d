"""What is noticed, raised and cleared; and what the webhook gave up."""

from __future__ import annotations

from hallserver import events as e
from hallserver.rules.folding.moves import Folds
from hallserver.rules.hall import Hall
from hallserver.rules.noticed import Alert, Noticed

GIVEN_UP_SHOWN = 20


def notice(hall: Hall, noticed: Noticed) -> None:
    """A deed shows something: the next second raises the alert, or clears it where it is over."""
    key = (noticed.kind, noticed.subject)
    if noticed.over and key not in hall.alerts:
        hall.noticed.pop(key, None)
    elif noticed.over or key not in hall.alerts:
        hall.noticed[key] = noticed
    else:
        hall.noticed.pop(key, None)


def _raised(hall: Hall, deed: e.Deed, event: e.AlertRaised) -> None:
    key = (event.alert, event.subject)
    known = hall.alerts.get(key)
    hall.noticed.pop(key, None)
    if known is None:
        hall.alerts[key] = Alert(
            event.alert, event.subject, deed.number, deed.at, event.figure, event.level, event.other
        )
    else:
        known.figure, known.level, known.other = event.figure, event.level, event.other


def _cleared(hall: Hall, deed: e.Deed, event: e.AlertCleared) -> None:
    hall.alerts.pop((event.alert, event.subject), None)
    hall.noticed.pop((event.alert, event.subject), None)


def _given_up(hall: Hall, deed: e.Deed, event: e.WebhookGivenUp) -> None:
    hall.given_up = [*hall.given_up, (event.deed, deed.at, event.cause)][-GIVEN_UP_SHOWN:]


FOLDS: Folds = {
    e.AlertRaised: _raised,
    e.AlertCleared: _cleared,
    e.WebhookGivenUp: _given_up,
}
