"""Which hall on which server, and what its answers mean to a program that waits for better times."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import quote

import aiohttp

ANSWER_TIMEOUT_S = 10.0
FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 15.0
# A cable pulled out is noticed in 20 s, while the calls missed meanwhile are still fresh. A hall's own
# network is never reached through a proxy.
LIVE: dict[str, Any] = {"ping_interval": 10, "ping_timeout": 10, "close_timeout": 2, "proxy": None}


class TurnedAway(Exception):
    """The server's answer is a no that waiting does not change. The message is for the person who set us up."""


class ServerAway(Exception):
    """The world's fault: no connection now. Tried again."""


class Place(NamedTuple):
    """Which hall on which server, and the token it is asked with."""

    server: str  # "http://hall.example:8080"
    hall: str
    token: str

    def url(self, rest: str = "") -> str:
        return f"{self.server.rstrip('/')}/api/halls/{quote(self.hall, safe='')}{rest}"

    def live(self, query: str) -> str:
        return self.url(f"/live?{query}").replace("http", "ws", 1)

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def client(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(headers=self.bearer, timeout=aiohttp.ClientTimeout(total=ANSWER_TIMEOUT_S))

    async def get(self, http: aiohttp.ClientSession, rest: str) -> dict[str, Any]:
        """A JSON object of the hall's API. Raises ServerAway, TurnedAway."""
        try:
            async with http.get(self.url(rest)) as answer:
                if answer.status != 200:
                    raise self.refusal(answer.status)
                found = await answer.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as away:
            raise ServerAway(cause_of(away)) from away
        if not isinstance(found, dict):
            raise ServerAway("its answer is none of a hall's server")
        return found

    def refusal(self, status: int) -> Exception:
        if status in (401, 403):
            return TurnedAway(f"the server does not accept this token (HTTP {status}): make a new one there")
        if status == 404:
            return TurnedAway(f"the server at {self.server} knows no hall {self.hall!r}")
        return ServerAway(f"HTTP {status}")


async def only_hall(server: str) -> str:
    """The id of a server's one hall. Raises TurnedAway when it has several, ServerAway."""
    timeout = aiohttp.ClientTimeout(total=ANSWER_TIMEOUT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.get(f"{server.rstrip('/')}/api/halls") as answer,
        ):
            halls = [str(hall["id"]) for hall in (await answer.json())["halls"]]
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as away:
        raise ServerAway(cause_of(away)) from away
    if len(halls) != 1:
        raise TurnedAway(f"the server has {len(halls)} halls ({', '.join(halls)}): name one with --hall")
    return halls[0]


def cause_of(away: Exception) -> str:
    return str(away) or type(away).__name__
