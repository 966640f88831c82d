"""Why a paper did not come out, in the hall's words."""

from __future__ import annotations

from typing import Literal, get_args

Cause = Literal[
    "no_paper",  # put in a new roll
    "cover_open",  # close it
    "offline",  # it answers and says no: an error light, a jammed knife, a full disk
    "unreachable",  # switched off, unplugged, another address
    "timeout",  # it took no more bytes, or never said that it was done
    "interrupted",  # the connection or this program broke off; nobody knows what is on the paper
    "misconfigured",  # no right to use it, no library for it, no such printer in the settings
    "too_late",  # nobody waited for it any more; nothing was begun
]
Warned = Literal["paper_low"]
"""It prints, and soon will not."""
State = Cause | Warned
CAUSES: tuple[Cause, ...] = get_args(Cause)

WHY_NOT: dict[Cause, str] = {
    "no_paper": "out of paper",
    "cover_open": "the cover is open",
    "offline": "the printer is offline",
    "unreachable": "the printer cannot be reached",
    "timeout": "the printer does not go on",
    "interrupted": "interrupted",
    "misconfigured": "the printer is not set up",
    "too_late": "too late, nobody waits for it",
}


class PrintFailed(Exception):
    """`cause` for programs, `detail` for the log; `started` when bytes may have reached the paper."""

    def __init__(self, cause: Cause, detail: str = "", *, started: bool = False) -> None:
        super().__init__(f"{cause}: {detail}" if detail else cause)
        self.cause, self.detail, self.started = cause, detail, started
