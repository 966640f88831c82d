"""How often one address may press without credentials, or try a password."""

from __future__ import annotations

import time

from aiohttp import web

from hallserver.refusals import Refusal
from hallserver.web.principals import from_this_machine

ADDRESSES_LIMIT = 10_000
ANONYMOUS_PER_MIN = 60
SIGN_INS_PER_MIN = 10


class Pace:
    """A bucket of presses per address, filled evenly over a minute."""

    def __init__(self, per_min: int) -> None:
        self._per_min = per_min
        self._buckets: dict[str, tuple[float, float]] = {}

    def press(self, request: web.Request, *, spare_this_machine: bool) -> None:
        """Take one from the address's bucket. Refuses too_many_requests when it is empty."""
        if spare_this_machine and from_this_machine(request):
            return
        now = time.monotonic()
        address = request.remote or ""
        left, then = self._buckets.get(address, (float(self._per_min), now))
        left = min(float(self._per_min), left + (now - then) * self._per_min / 60)
        if left < 1:
            raise Refusal("too_many_requests")
        if len(self._buckets) >= ADDRESSES_LIMIT:
            self._buckets.clear()
        self._buckets[address] = (left - 1, now)


ANONYMOUS = web.AppKey("anonymous", Pace)
SIGN_INS = web.AppKey("sign_ins", Pace)
