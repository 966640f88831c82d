"""What a printing program asks of the hall's server over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import aiohttp

from ticket_printer.follower import NoSlip
from ticket_printer.moments import now
from ticket_printer.slip import Slip

GONE = (404, 409)  # nobody waits for the paper, or another printer has it


class Refused(Exception):
    """The hall will not have us; trying again changes nothing. Says why in a sentence."""


@dataclass(frozen=True, slots=True)
class Address:
    server: str  # "http://hall.example:8080"
    hall: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def http(self, path: str) -> str:
        return f"{self.server.rstrip('/')}/api/halls/{quote(self.hall, safe='')}/{path}"

    def live(self, after: int) -> str:
        return "ws" + self.http(f"live?after={after}").removeprefix("http")

    def check(self, status: int) -> None:
        """Raises Refused for an answer that no second try would change."""
        if status in (401, 403):
            raise Refused(f"{self.server} does not accept this token ({status})")
        if status == 404:
            raise Refused(f"{self.server} has no hall {self.hall!r} (404)")


@dataclass(slots=True)
class HallCalls:
    """Each raises aiohttp.ClientError when the server is away or in trouble."""

    address: Address
    http: aiohttp.ClientSession
    ahead_ms: int = 0  # how far the server's clock is ahead of ours

    def clock(self) -> int:
        """The hall's own time, as far as we know it."""
        return now() + self.ahead_ms

    async def log_end(self) -> int:
        """Raises Refused."""
        async with self.http.get(self.address.http("log"), params={"after": 0, "limit": 1}) as answer:
            self.address.check(answer.status)
            answer.raise_for_status()
            if date := answer.headers.get("Date"):
                # Kiosks' clocks go wrong for years; a paper's age counts by the hall's clock.
                self.ahead_ms = int(parsedate_to_datetime(date).timestamp() * 1000) + 500 - now()
            return int((await answer.json())["end"])

    async def printers(self) -> list[dict[str, Any]]:
        """The hall's printers. Raises Refused."""
        async with self.http.get(self.address.http("printers")) as answer:
            self.address.check(answer.status)
            answer.raise_for_status()
            return list((await answer.json())["printers"])

    async def take(self, deed: int, printer: str, key: str) -> bool:
        """Whether this printer prints the paper, and so no other. Raises Refused."""
        address, headers = self.address.http(f"papers/{deed}/printer"), {"Idempotency-Key": key}
        async with self.http.put(address, json={"printer": printer}, headers=headers) as answer:
            if answer.status in GONE:
                return False
            self.address.check(answer.status)
            answer.raise_for_status()
            return True

    async def words(self, deed: int) -> Slip:
        """Raises NoSlip, Refused."""
        async with self.http.get(self.address.http(f"papers/{deed}/words")) as answer:
            if answer.status != 404:
                self.address.check(answer.status)
            if 400 <= answer.status < 500:
                raise NoSlip(f"the hall gives no words for paper {deed} ({answer.status})")
            answer.raise_for_status()
            try:
                return Slip.from_json(await answer.json())
            except ValueError as error:
                raise NoSlip(f"the words of paper {deed} cannot be read: {error}") from error
