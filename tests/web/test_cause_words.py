"""A manager reads why a machine is not well, and never a code: whatever a machine of ours can tell has its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from displays.agent import MuteCause
from displays.announcements import Cause as UnsaidCause
from displays.signs import SignCause
from hallserver.views.machines import MUTE, NOBODY, TROUBLE, Absence
from hallserver.web.agents import OwnCause
from hallserver.web.catalogue import LANGUAGES
from hallserver.web.cause_words import cause_words
from hallserver.web.floor_words import machine_words
from ticket_printer.failures import State as PrinterCause

ROOT = Path(__file__).parents[2]


def codes(kind: Any) -> Iterator[str]:
    """The strings of a Literal, or of several; mypy sees to it that no other is told."""
    for part in get_args(kind):
        if isinstance(part, str):
            yield part
        else:
            yield from codes(part)


def codes_of_a_board() -> list[str]:
    """A board refuses to tell a cause that is not in this list."""
    (told,) = re.findall(r"^const CAUSES = \[(.*?)\]", (ROOT / "static/js/report.js").read_text("utf-8"), re.MULTILINE)
    return re.findall(r'"(\w+)"', told)


TOLD = [
    (kind, code)
    for kind, told in (
        ("voice", [*codes(MuteCause), *codes_of_a_board(), NOBODY, MUTE, TROUBLE]),
        ("voice", codes(UnsaidCause)),
        ("printer", codes(PrinterCause)),
        ("sign", codes(SignCause)),
        ("synthesiser", codes(OwnCause)),
        ("kiosk", codes(Absence)),
    )
    for code in told
]


def test_every_program_has_told_its_causes() -> None:
    assert {"player_hung", "locked", "paper_low", "cable_lost", "clips_missing", "silent", "stale"} <= {
        code for _, code in TOLD
    }


@pytest.mark.parametrize(("kind", "cause"), sorted(set(TOLD)))
def test_a_cause_has_words_in_every_language(kind: str, cause: str) -> None:
    said = [cause_words(cause, lang, kind) for lang in LANGUAGES]
    assert not {"", cause} & set(said)
    assert len(set(said)) == len(said)


def test_a_code_may_mean_another_thing_at_another_machine_and_a_strangers_is_shown_as_it_is() -> None:
    at_a_sign, at_a_printer = (
        machine_words({"kind": kind, "name": "3", "cause": "unreachable"}, "zh-CN")[1] for kind in ("sign", "printer")
    )
    assert (at_a_sign, at_a_printer) == ("连不上窗口屏", "连不上打印机")
    assert cause_words("lamp_broken", "en", "sign") == "lamp_broken"
    assert cause_words(None, "en") == ""
