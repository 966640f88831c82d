"""A call for a person is an alert until somebody goes."""

from __future__ import annotations

from hallserver import events as e
from hallserver.rules.folding.alerts import notice
from hallserver.rules.folding.moves import Folds
from hallserver.rules.hall import Hall
from hallserver.rules.noticed import Noticed


def _asked(hall: Hall, deed: e.Deed, event: e.HelpAsked) -> None:
    notice(hall, Noticed("help", event.place, other=event.ticket))


def _given(hall: Hall, deed: e.Deed, event: e.HelpGiven) -> None:
    notice(hall, Noticed("help", event.place, over=True))


FOLDS: Folds = {e.HelpAsked: _asked, e.HelpGiven: _given}
