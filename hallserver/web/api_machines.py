"""The hall's machines, for those who look after them."""

from __future__ import annotations

import json

from aiohttp import web

from hallserver.views.machines import agent_shape
from hallserver.web.asking import NO_STORE, Ask


async def agents(ask: Ask) -> web.StreamResponse:
    """The machines that are connected, or were within a day."""
    live, machines = ask.hall.desk.feed.hall, ask.hall.agents.machines
    found = {
        "agents": [agent_shape(live, machine) for machine in machines],
        "voice": ask.hall.machines()["voice"],
    }
    return web.json_response(found, dumps=lambda v: json.dumps(v, ensure_ascii=False), headers=NO_STORE)
