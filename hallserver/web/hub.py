"""What the handlers share: the open halls and what they are served with. Built by ``app.py``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from aiohttp import web
from cryptography.fernet import Fernet

from hallserver.desk import Desk
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.day_so_far import Interval
from hallserver.settings import HallSettings
from hallserver.store.accounts import Accounts
from hallserver.store.people import People
from hallserver.store.secret import TicketLinks
from hallserver.views.machines import machines_shown
from hallserver.views.shapes import Plain
from hallserver.web.item_search import ItemSearch
from hallserver.web.receipts import ReceiptLines
from hallserver.web.rendering import Pages

if TYPE_CHECKING:
    from hallserver.web.agents import Agents
    from hallserver.web.audience import Audience


ORIGIN_LIMIT = 300
"""Characters of an address that a code on paper can still hold."""


class Speaker(Protocol):
    """Makes the sound of a call. ``displays.voice`` is one."""

    async def say(self, saying: Any) -> bytes: ...


class Rehearsing(Protocol):
    """Plays a day in a hall of a demonstration."""

    def start(self, hall: str, speed: float) -> None: ...

    def stop(self, hall: str) -> None: ...

    def state(self, hall: str) -> dict[str, Any]: ...

    async def close(self) -> None: ...


@dataclass(slots=True)
class OpenHall:
    """One hall of this server: its settings, its desk, its audience, its machines."""

    settings: HallSettings
    desk: Desk
    audience: Audience
    agents: Agents
    say: Callable[[str, str, Moment, int], Any]
    """What calls a number to a window at a moment, while so many other calls wait, as the voice reads it."""
    read_aloud: Callable[[str, str, int, str, Moment], Any]
    """A sentence of the kiosk with a number and the people ahead, in a language, as the voice reads it."""
    strip: Callable[[str], bytes]
    """A window's sign drawn as a picture (PNG), by the window's id. May take a tenth of a second."""
    staff: dict[str, str] = field(default_factory=dict)
    """The names of those who sign in, by staff number."""
    usual: Plain | None = None
    """The waits of earlier days like this one (``day_line.usual``), and the day they are for."""
    usual_on: date | None = None
    called_in_intervals: Callable[[str, Moment], dict[int, Interval]] = lambda day, begins: {}
    """Those who were called on an earlier day (``YYYYMMDD``). Blocking."""
    green_on: Callable[[str], list[tuple[Any, ...]]] = lambda day: []
    """The numbers with priority of an earlier day (``YYYYMMDD``), see ``Store.green_on``. Blocking."""
    receipts: ReceiptLines = field(default_factory=ReceiptLines)
    """What stands on receipts that are to come out."""
    roll: Path | None = None
    """Where the papers of a roll on disk lie, if there is no printer."""
    search: ItemSearch = field(init=False)

    def __post_init__(self) -> None:
        self.search = ItemSearch(self.settings)

    @property
    def areas(self) -> list[str]:
        """The parts of the hall that have a loudspeaker of their own."""
        return [area.id for area in self.settings.voice.areas]

    def besides(self, name: str) -> Plain:
        """What a view shows that the log doesn't know: machines and names, days like this one, a board's words."""
        if name == "floor":
            return {**self.machines(), "staff": self.staff}
        if name == "green":
            return {"staff": self.staff}
        if name == "day":
            return {"usual": self.usual if self.usual_on == self.desk.feed.hall.day else None}
        kind, _, of = name.partition("/")
        if kind == "sign":
            return {"words": self.settings.screen.model_dump(), "clerk_name": self._clerk_name(of)}
        if kind in ("ticket", "visit"):
            live = self.desk.feed.hall
            known, cases = live.tickets.get(of), [live.cases[case] for case in live.cases_of.get(of, ())]
            about = self.about(known.item if known else cases[-1].item if cases else None)
            if kind == "visit" and cases:
                about["cases"] = {case.item: self.about(case.item) for case in cases}
            return {"about": about}
        if kind in ("board", "zone", "area"):
            ticker = [line.model_dump() for line in self.settings.board.ticker]
            return {"words": self.settings.screen.model_dump(), "ticker": ticker}
        return {}

    def about(self, item: str | None) -> Plain:
        """Where to ask, and how long a matter takes by the guide; both as the settings tell them."""
        guide = next((known.guide for known in self.settings.items if known.id == item), None)
        return {
            "phone": self.settings.hall.phone,
            "time_limit": guide.time_limit if guide else "",
            "time_limit_en": guide.time_limit_en if guide else "",
        }

    def _clerk_name(self, window: str) -> str | None:
        """Who sits at a window, as its own screen may say it."""
        clerk = self.desk.feed.hall.windows[window].clerk
        return self.staff.get(clerk) if clerk and self.settings.screen.clerk == "name" else None

    def machines(self) -> Plain:
        """The floor's part about machines."""
        return machines_shown(
            self.desk.feed.hall,
            self.agents.machines,
            speaks=self.settings.voice.enabled,
            areas=self.areas,
            unsaid=self.agents.unsaid,
        )

    def forget_printed(self, deed: int) -> None:
        """The lines of a receipt that came out, or never will, are no longer needed."""
        paper = self.desk.feed.hall.papers.get(deed)
        if paper is None or not paper.is_open:
            self.receipts.forget(deed)

    def origin(self, request: web.Request) -> str:
        """Where the hall's pages are reached from outside: the settings' address, or the one that was asked.
        Refuses malformed for a Host that can't be one."""
        try:
            origin = self.settings.hall.public_url or str(request.url.origin())
        except ValueError:
            origin = ""
        if not 0 < len(origin) <= ORIGIN_LIMIT:
            raise Refusal("malformed", field="Host")
        return origin.rstrip("/")


@dataclass(slots=True)
class Hub:
    """Everything a handler may need, and nothing global."""

    halls: dict[str, OpenHall]
    accounts: Accounts
    links: TicketLinks
    private: Fernet
    people: People
    pages: Pages
    static_version: str
    demonstration: bool = False
    speaker: Speaker | None = None
    voice_failure: str | None = None
    voice_remark: str | None = None
    """What was not as wished with the last call's sound: a recorded word that is missing."""
    rehearsals: Rehearsing | None = None
    followers_ok: Callable[[], dict[str, str]] = field(default=dict)
    """Names of followers that are not well, with why; empty when all are."""

    def hall(self, hall_id: str) -> OpenHall:
        found = self.halls.get(hall_id)
        if found is None:
            raise Refusal("unknown_hall", hall=hall_id[:60])
        return found

    @property
    def first(self) -> OpenHall:
        return next(iter(self.halls.values()))


HUB = web.AppKey("hub", Hub)
Handler = Callable[..., Awaitable[web.StreamResponse]]
