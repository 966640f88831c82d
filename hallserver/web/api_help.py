"""A person is called to a machine, and goes there."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hallserver.events import Deed
from hallserver.moments import Moment
from hallserver.rules.hall import Hall
from hallserver.rules.help_calls import ask_for_help, go_to_help, waiting_places
from hallserver.web.asking import Ask
from hallserver.web.bodies import HelpBody
from hallserver.web.limits import ANONYMOUS

UNNAMED = "kiosk"
"""The place of a page without a token."""


def _answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
    return 200, {"places": waiting_places(hall)}


async def call(ask: Ask) -> web.StreamResponse:
    """Call a person to the machine that asks, or to the place it names."""
    body: HelpBody = ask.body
    if ask.who.role == "resident":
        ask.request.app[ANONYMOUS].press(ask.request, spare_this_machine=True)
    named = ask.who.by.partition(":")[2] if ask.who.role == "device" else UNNAMED
    return await ask.press(ask_for_help, _answering, place=body.place or named[:60], ticket=body.ticket)


async def go(ask: Ask) -> web.StreamResponse:
    """Somebody goes there."""
    return await ask.press(go_to_help, _answering, place=ask.names["place"])
