"""The API keeps what its own document promises: schemathesis reads it and tries to prove it wrong.

Names that are right by their pattern are made to lead somewhere, and before each press the hall is brought to where
the press makes sense, so that what is promised of a yes is tried too; names that are wrong stay wrong.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from schemathesis.core.parameters import ParameterLocation

from hallserver.events import AlertRaised
from hallserver.moments import rfc3339
from hallserver.rating_codes import OPTIONS
from hallserver.refusals import Refusal
from hallserver.rules.assigning import add_window, remove_window
from hallserver.rules.bookings import book
from hallserver.rules.calling import call_next, mark_absent
from hallserver.rules.cases import make_ready
from hallserver.rules.help_calls import ask_for_help
from hallserver.rules.home_visits import plan_visit
from hallserver.rules.intake import resume_intake
from hallserver.rules.issuing import issue
from hallserver.rules.planning import adopt_plan, drop_plan, remove_plan, save_plan
from hallserver.rules.services import complete, hand_over
from hallserver.rules.slots import slots_by_day
from hallserver.rules.windows import assign, set_state
from hallserver.web.openapi import document
from hallserver.web.routes import ROUTES
from tests.web.a_booking_server import booking_settings
from tests.web.a_server import HALL, ServedHall, a_served_hall

EXAMPLES = 6
"""Drawn cases of an operation, besides those that schemathesis makes for every limit of the document."""
ALL_DAY = [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "00:00", "to": "24:00"}]
SCHEMA = schemathesis.openapi.from_dict(document(ROUTES))
CHECKS = SCHEMA.config.checks
# A zone, an item or a reason that the hall doesn't have is a 422 that no pattern can tell beforehand.
CHECKS.positive_data_acceptance.expected_statuses = ["2xx", "404", "409", "422"]
CHECKS.negative_data_rejection.expected_statuses = ["400", "404", "405", "415", "422"]


class Silence:
    """A voice that says nothing, at once."""

    async def say(self, saying: Any) -> bytes:
        return b"RIFF\x00\x00\x00\x00WAVE"


class Stillness:
    """A day that is played without anything happening in it."""

    played = False

    def start(self, hall: str, speed: float) -> None:
        self.played = True

    def stop(self, hall: str) -> None:
        if not self.played:
            raise Refusal("no_rehearsal")
        self.played = False

    def state(self, hall: str) -> dict[str, Any]:
        return {"state": "running" if self.played else "idle", "progress": 0.0, "clock": None, "summary": None}

    async def close(self) -> None:
        """Nothing to end."""


class Answering(threading.Thread):
    """A hall served from a thread of its own, since schemathesis asks and waits."""

    def __init__(self, folder: Any) -> None:
        super().__init__()
        self._folder = folder
        self._loop = asyncio.new_event_loop()
        self._numbers = itertools.count()
        self.start()
        self._served = a_served_hall(folder, booking_settings(hours=ALL_DAY), demonstration=True)
        self.hall: ServedHall = self.do(self._served.__aenter__())
        self.hall.server.hub.speaker = Silence()
        self.hall.server.hub.rehearsals = Stillness()
        self.http = requests.Session()

    def run(self) -> None:
        self._loop.run_forever()

    def do(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    def close(self) -> None:
        self.http.close()
        self.do(self._served.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self.join()
        self._loop.close()

    async def _make_ready(self, path: str) -> dict[str, str]:
        """Bring the hall to where the press makes sense; the names that lead there."""
        desk, live = self.hall.desk, self.hall.desk.hall
        window = str(next(self._numbers) % 2 + 1)

        async def press(rule: Any, **details: Any) -> None:
            await desk.press(rule, by="hall", **details)

        self.hall.server.hub.rehearsals.start(HALL, 60)
        for stop in list(live.stopped):
            kind, _, stopped = stop.partition(":")
            await press(resume_intake, **{kind: stopped})
        await press(set_state, window=window, state="open")
        if path.endswith("/calls"):
            if live.windows[window].ticket is not None:
                await press(complete, window=window)
            await press(issue, zone="zonghe")
        elif live.windows[window].ticket is None:
            await press(issue, zone="zonghe")
            await press(call_next, window=window, clerk="0301")
        elif live.tickets[live.windows[window].ticket].state == "serving":
            await press(complete, window=window)
            await press(issue, zone="zonghe")
            await press(call_next, window=window, clerk="0301")
        ticket = live.windows[window].ticket or next(iter(live.tickets))
        if path.endswith("/rating"):
            await press(complete, window=window)
        elif path.endswith("/return"):
            await press(mark_absent, window=window)
        elif path.endswith("/owner"):
            await press(hand_over, window=window, to="0302" if live.tickets[ticket].clerk != "0302" else "0303")
        more = await self._a_case(path, window) if "/cases" in path else {}
        more |= await self._plan_and_alert(path) if "{plan}" in path or "{alert}" in path else {}
        deed = live.tickets[ticket].call_deed
        day = str(live.day.replace(day=min(live.day.day, 28)))  # the pattern's days: every month has these
        year = str(next(self._numbers) % 50 + 2030)
        names = {"hall": HALL, "window": window, "ticket": ticket, "deed": str(deed), "zone": "zonghe",
                 "item": "yb-001", "day": day, "year": year, "printer": "printer", "place": "kiosk-1",
                 "prompt": "start", **more}  # fmt: skip
        if path.endswith("/help/{place}"):
            await press(ask_for_help, place="kiosk-1")
        if "/papers/" in path:
            await press(issue, zone="zonghe", paper=True)
            names["deed"] = str(live.number)
        if path.endswith("/undo"):
            await press(assign, window="4", zone=("gongan", "zonghe")[live.windows["4"].zone == "gongan"])
            names["change"] = str(live.windows["4"].assigned)
        elif path.endswith(("/windows", "/windows/{window}")):
            for mobile in [plan.id for plan in live.layout.windows.values() if plan.mobile]:
                await press(remove_window, window=mobile)
            if path.endswith("}"):
                await press(add_window, zone="gongan", window="8")
                names["window"] = "8"
        return names | await self._ready_for_bookings(path, press)

    async def _ready_for_bookings(self, path: str, press: Any) -> dict[str, str]:
        """A slot with room; and for what is done with a booking, one that its holder may take up."""
        desk = self.hall.desk
        slots = slots_by_day(desk.hall, desk.clock.now(), zone="zonghe")
        free = [slot.start for found in slots.values() for slot in found if slot.free]
        names = {"start": rfc3339(free[1], desk.hall.layout.tz)}
        if not path.endswith(("/arrival", "/slot", "/home-visit", "/bookings/{code}")):
            return names
        rule = plan_visit if path.endswith("/home-visit") else book
        await press(rule, start=free[0], zone="zonghe", **({"by_staff": True} if rule is book else {}))
        ticket = next(reversed(desk.hall.tickets))
        return names | {"ticket": ticket, "code": self.hall.server.hub.people.code(HALL, ticket)}

    async def _a_case(self, path: str, window: str) -> dict[str, str]:
        """One that the press makes sense on: something is missing, and to be handed over it is ready."""
        desk = self.hall.desk
        await desk.press(complete, by="hall", window=window, outcome="accepted_with_gaps", note="照片")
        case = next(reversed(desk.hall.cases))
        if path.endswith("/handover"):
            await desk.press(make_ready, by="hall", case=case)
        return {"case": str(case)}

    async def _plan_and_alert(self, path: str) -> dict[str, str]:
        """A plan that is followed where it may be dropped, and a bad rating that may be put away."""
        desk, live = self.hall.desk, self.hall.desk.hall
        for old in list(live.plans):
            for rule in (drop_plan, remove_plan):
                with contextlib.suppress(Refusal):
                    await desk.press(rule, by="hall", plan=old)
        await desk.press(save_plan, by="hall", name=f"plan {next(self._numbers)}", bands=[])
        [plan] = live.plans
        if path.endswith("/adoption"):
            await desk.press(adopt_plan, by="hall", plan=plan)
        rated = f"20261121-A{next(self._numbers):03d}"
        await desk.press(lambda *_: [AlertRaised("bad_rating", rated, 1)], by="hall")
        return {"plan": plan, "alert": str(live.alerts["bad_rating", rated].raised)}

    def make_ready(self, path: str) -> dict[str, str]:
        return self.do(self._make_ready(path))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def answering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answering]:
    answering = Answering(tmp_path_factory.mktemp("answering"))
    yield answering
    answering.close()


@pytest.fixture
def statuses(request: pytest.FixtureRequest) -> Iterator[Counter[int]]:
    """What one operation answered; a yes must be among it, or it was tried in vain."""
    seen: Counter[int] = Counter()
    yield seen
    assert any(200 <= status < 300 for status in seen), f"{request.node.name}: never a yes, {dict(seen)}"


WHOLE_DAY = {"days": ["mon", "sun"], "from": "00:00", "to": "24:00", "windows": {"1": {"support": "gongan"}}}
VIEWS = itertools.cycle(["board", "kiosk", "floor", "zone/gongan", "window/1", "pad/2"])


def lead_somewhere(case: schemathesis.Case, names: dict[str, str]) -> None:
    meta = case.meta
    if meta is None or not meta.is_negative_at(ParameterLocation.PATH):
        case.path_parameters = {
            name: next(VIEWS) if name == "view" else names.get(name, value)
            for name, value in case.path_parameters.items()
        }
    if case.query and not (meta and meta.is_negative_at(ParameterLocation.QUERY)):
        there = {"zone": "zonghe", "support": "gongan"}
        case.query = {name: there.get(name, value) for name, value in case.query.items()}
    if case.path.endswith("/slots") and not (meta and meta.is_negative_at(ParameterLocation.QUERY)):
        case.query = {"zone": "zonghe", **({"day": names["day"]} if "day" in (case.query or {}) else {})}
    if isinstance(case.body, dict) and not (meta and meta.is_negative_at(ParameterLocation.BODY)):
        known = {"zone": "zonghe", "item": "yb-001", "window": "2", "ticket": names["ticket"], "support": "gongan"}
        known |= {"to": "0302", "clerk": "0302", "items": ["hz-001"], "chain": ["yb-001", "hz-001"]}
        known |= {"start": names["start"], "channel": "phone", "printer": "printer"}
        known |= {"reason": "elderly"} if case.path.endswith("/tickets") else {}
        case.body = {name: known.get(name, value) if value else value for name, value in case.body.items()}
        if "days" in case.body:  # a year holds its own days only
            case.body["days"] = {f"{names['year']}{day[4:]}": told for day, told in case.body["days"].items()}
        for index, placed in enumerate(case.body.get("assignments") or []):
            if isinstance(placed, dict):
                there = {"window": str(index % 4 + 1), "zone": "zonghe", "support": "gongan", "seen": None}
                placed.update({name: there[name] for name in placed.keys() & there.keys() if placed[name]})
        if "bands" in case.body:  # days and times that fit together are not a pattern's to tell
            case.body["bands"] = case.body["bands"][:1] and [WHOLE_DAY]
        if "version" in case.body:
            case.body["version"] = 1
        if "changes" in case.body:
            case.body["changes"] = {"calling.handicap_min": 12}
        if case.path.endswith("/adoption"):
            case.body.pop("from_day", None)
        if "options" in case.body:
            case.body["options"] = list(OPTIONS[case.body["level"]])[:2]


def answers_as_promised(operation: str) -> Any:
    @SCHEMA.include(name=operation).parametrize()
    @hypothesis.settings(
        max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
    )
    def what_is_answered_is_what_was_promised(
        case: schemathesis.Case, answering: Answering, statuses: Counter[int]
    ) -> None:
        lead_somewhere(case, answering.make_ready(case.path))
        who = answering.hall.who("device" if case.path.endswith(("/words", "/papers/{deed}/printer")) else "manager")
        response = case.call(base_url=answering.hall.url, session=answering.http, headers=who)
        statuses[response.status_code] += 1
        case.validate_response(response)

    return what_is_answered_is_what_was_promised


# A function for each operation: pytest gives all that schemathesis makes of one function the same id, and of tests with
# one id pytest-xdist runs one.
OPERATIONS = [found.ok().label for found in SCHEMA.get_all_operations()]
PROMISES = {"test_what_is_promised_of_" + re.sub(r"\W+", "_", label).strip("_"): label for label in OPERATIONS}
assert len(PROMISES) == len(OPERATIONS), "two operations have one name"
globals().update({name: answers_as_promised(label) for name, label in PROMISES.items()})
