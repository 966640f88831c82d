"""The pages people open. Each is drawn from the same view and partial that its live region gets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web

from hallserver.moments import rfc3339
from hallserver.refusals import Refusal
from hallserver.store.accounts import Principal
from hallserver.store.writer import StorageFailed
from hallserver.web import metrics
from hallserver.web.audience import worded
from hallserver.web.board_pages import board_pages
from hallserver.web.hub import HUB, Hub, OpenHall
from hallserver.web.language import page_language
from hallserver.web.principals import from_this_machine, readable, who
from hallserver.web.problems import status_of
from hallserver.web.sentences import sentence

log = structlog.get_logger()

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
    "connect-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'self'"
)
PAGE_HEADERS = {
    "Content-Security-Policy": CSP,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
}
LANGUAGE_COOKIE_S = 30 * 24 * 3600
PAPERS_SHOWN = 60

Draw = Callable[["Visit"], Awaitable[web.StreamResponse]]


class Visit:
    """Someone opens a page."""

    def __init__(self, request: web.Request, hub: Hub, hall: OpenHall, principal: Principal) -> None:
        self.request = request
        self.hub = hub
        self.hall = hall
        self.principal = principal
        self.lang = page_language(request)
        self.base = f"/{hall.desk.id}" if "hall" in request.match_info else ""

    @property
    def demonstration(self) -> bool:
        return self.hub.demonstration and from_this_machine(self.request)

    @property
    def prints_here(self) -> bool:
        """Whether this is a machine of the hall, whose papers come out beside it; no telephone's do."""
        return self.principal.role == "device" or self.demonstration

    def page(self, name: str, *, status: int = 200, shown: str | None = None, **more: Any) -> web.Response:
        """The page, with the view it shows drawn into it."""
        live = self.hall.desk.feed.hall
        now = self.hall.desk.clock.now()
        if shown is not None:
            more["data"] = worded(self.hall.audience.view(shown), self.lang)
        html = self.hub.pages.page(
            name,
            self.lang,
            base=self.base,
            hall={
                "id": live.id,
                "name": live.layout.name,
                "name_en": live.layout.name_en,
                "sample": live.layout.sample,
                "always_open": live.layout.always_open,
            },
            api=f"/api/halls/{live.id}",
            static=f"/static/{self.hub.static_version}",
            demonstration=self.demonstration,
            principal=None if self.principal.role == "resident" else _plain(self.principal),
            now=rfc3339(now, live.layout.tz),
            timezone=live.layout.timezone,
            view=shown,
            **more,
        )
        response = _html(html, status)
        if self.request.query.get("lang") == self.lang:
            response.set_cookie("lang", self.lang, max_age=LANGUAGE_COOKIE_S, samesite="Lax")
        return response


def _plain(principal: Principal) -> dict[str, Any]:
    return {"role": principal.role, "id": principal.id, "window": principal.window}


async def home(visit: Visit) -> web.StreamResponse:
    """What is here, with a link to every page."""
    live = visit.hall.desk.feed.hall
    halls = [
        {"id": hall.desk.id, "name": hall.settings.hall.name, "name_en": hall.settings.hall.name_en}
        for hall in visit.hub.halls.values()
    ]
    windows = [
        {"id": window.id, "name": live.layout.windows[window.id].name, "zone": window.zone}
        for window in live.windows.values()
    ]
    zones = [
        {"id": zone.id, "name": zone.name, "name_en": zone.name_en, "kind": zone.kind}
        for zone in live.layout.zones.values()
    ]
    return visit.page("home", halls=halls, windows=windows, zones=zones, roll=visit.hall.roll is not None)


async def kiosk(visit: Visit) -> web.StreamResponse:
    settings = visit.hall.settings.kiosk
    ask_at, ask_at_other = settings.ask_at, settings.ask_at_en
    if visit.lang == "en":
        ask_at, ask_at_other = ask_at_other, ask_at
    return visit.page("kiosk", shown="kiosk", prints=visit.prints_here, ask_at=ask_at, ask_at_other=ask_at_other,
                      gives_note=settings.note_when_away)  # fmt: skip


async def board(visit: Visit) -> web.StreamResponse:
    """The hall's, a zone's (``/board/gongan``) or an area's (``/board/A``, ``/board?area=A``). A zone's board may
    stand in an area. Refuses unknown_zone for a place that is neither, not_found for another area."""
    layout = visit.hall.desk.feed.hall.layout
    place, area = visit.request.match_info.get("place"), visit.request.query.get("area")
    if area is None and place not in layout.zones and any(known.id == place for known in layout.areas):
        place, area = None, place
    shown = f"zone/{place}" if place is not None else "board" if area is None else f"area/{area}"
    voice = _voice(visit, place, area)
    return visit.page("board", shown=shown, voice=voice, **board_pages(visit.hall.settings, visit.lang))


def _voice(visit: Visit, zone: str | None, area: str | None) -> dict[str, Any]:
    """How the board speaks: in the area it stands in, else for all it shows. A zone's board is a voice of that zone.
    Refuses not_found for another area."""
    voice = visit.hall.settings.voice
    areas = {part.id: part.windows for part in voice.areas}
    if area is not None and area not in areas:
        raise Refusal("not_found")
    elsewhere = {window for name, windows in areas.items() if name != area for window in windows}
    windows = [window for window in visit.hall.desk.feed.hall.windows if window not in elsewhere]
    return {
        "enabled": voice.enabled and visit.hub.speaker is not None,
        "stale_after_s": voice.stale_after_s,
        "area": area or zone,
        "windows": None if area is None else windows,
        # A passer-by's telephone that shows the board is no loudspeaker of the hall's.
        "reports": visit.principal.role == "device" or visit.demonstration,
    }


async def console(visit: Visit) -> web.StreamResponse:
    """A clerk's page: sign in first."""
    window = visit.request.match_info["window"]
    if window not in visit.hall.desk.feed.hall.windows:
        raise Refusal("unknown_window", window=window)
    if visit.principal.role == "resident":
        raise web.HTTPSeeOther(f"{visit.base}/sign-in?window={window}&next={visit.base}/window/{window}")
    people = await asyncio.to_thread(visit.hub.accounts.people, visit.hall.desk.id)
    colleagues = [person for person in people if person.role == "clerk" and person.id != visit.principal.id]
    return visit.page("window", shown=f"window/{window}", window=window, colleagues=colleagues)


async def strip(visit: Visit) -> web.StreamResponse:
    """The window's sign as a picture, for halls without one."""
    window = visit.request.match_info["window"]
    if window not in visit.hall.desk.feed.hall.windows:
        raise Refusal("unknown_window", window=window)
    drawn = await asyncio.to_thread(visit.hall.strip, window)
    return web.Response(body=drawn, content_type="image/png", headers={"Cache-Control": "no-store"})


async def sign(visit: Visit) -> web.StreamResponse:
    """The window's own screen, above its clerk."""
    window = visit.request.match_info["window"]
    return visit.page("sign", shown=f"sign/{window}", window=window)


async def pad(visit: Visit) -> web.StreamResponse:
    window = visit.request.match_info["window"]
    return visit.page("rate", shown=f"pad/{window}", window=window)


async def paper(visit: Visit) -> web.StreamResponse:
    """The roll on disk, newest first."""
    shown = papers(visit.hall, visit.base, private=_works_here(visit))
    return visit.page("paper", papers=shown, roll=visit.hall.roll is not None)


def _works_here(visit: Visit) -> bool:
    return visit.principal.role in ("clerk", "manager") or visit.demonstration


PRIVATE_PAPERS = ("missing", "transfer")
"""Papers on which staff's own lines stand: they may say who somebody is."""


def papers(hall: OpenHall, base: str, *, private: bool) -> list[dict[str, Any]]:
    """The newest papers of the roll; with ``private`` the receipts too."""
    if hall.roll is None or not hall.roll.is_dir():
        return []
    found = [
        path
        for path in sorted(hall.roll.glob("[0-9]*.png"), reverse=True)
        if private or path.stem.split("-")[1] not in PRIVATE_PAPERS
    ]
    return [
        {
            "name": path.stem,
            "number": path.stem.rpartition("_")[2].rpartition("-")[2],
            "at": rfc3339(int(path.name.partition("-")[0]), hall.desk.feed.hall.layout.tz),
            "png": f"{base}/paper/{path.name}",
        }
        for path in found[:PAPERS_SHOWN]
    ]


async def paper_png(visit: Visit) -> web.StreamResponse:
    """One paper as it would look. Only names that the roll itself lists are served."""
    name = visit.request.match_info["png"]
    known = {Path(row["png"]).name for row in papers(visit.hall, "", private=_works_here(visit))}
    if visit.hall.roll is None or name not in known:
        raise Refusal("not_found")
    return web.FileResponse(visit.hall.roll / name, headers={"Cache-Control": "private, max-age=86400"})


PAGES: tuple[tuple[str, Draw], ...] = (
    ("/", home),
    ("/kiosk", kiosk),
    ("/board", board),
    ("/board/{place}", board),
    ("/window/{window}", console),
    ("/window/{window}/rate", pad),
    ("/window/{window}/sign", sign),
    ("/window/{window}/strip.png", strip),
    ("/paper", paper),
    ("/paper/{png}", paper_png),
)
"""Every page of a hall; with several halls, the same under ``/{hall}``."""


def drawn(draw: Draw) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The aiohttp handler of a page; what can't be shown is said on a page too."""

    async def handle(request: web.Request) -> web.StreamResponse:
        hub = request.app[HUB]
        hall = hub.halls.get(request.match_info.get("hall", hub.first.desk.id))
        if hall is None:
            return trouble(request, "not_found", 404)
        try:
            readable(request)
            visit = Visit(request, hub, hall, await who(request, hall.desk.id))
            return await draw(visit)
        except Refusal as refusal:
            return trouble(request, refusal.code, status_of(refusal, request), **refusal.details)
        except StorageFailed:
            return trouble(request, "storage_unavailable", 503)
        except web.HTTPException:
            raise
        except Exception:
            # Ours alone: told to the log with its traceback, and to the person without it.
            log.exception("page_failed", path=request.path)
            metrics.FAULTS.inc()
            return trouble(request, "internal", 500)

    return handle


def trouble(request: web.Request, code: str, status: int, **details: Any) -> web.Response:
    """A plain page that says what is wrong."""
    hub = request.app[HUB]
    lang = page_language(request)
    title, detail = sentence(code, lang, **details)
    hall = hub.first.settings.hall
    html = hub.pages.page(
        "trouble",
        lang,
        hall={"id": hall.id, "name": hall.name, "name_en": hall.name_en, "sample": False, "always_open": False},
        api=f"/api/halls/{hall.id}",
        static=f"/static/{hub.static_version}",
        title=title,
        detail=detail,
        status=status,
        code=code,
    )
    return _html(html, status)


def _html(text: str, status: int) -> web.Response:
    """What an address repeats on a page may be no text at all: then it is shown as question marks."""
    body = text.encode("utf-8", "replace")
    return web.Response(body=body, status=status, content_type="text/html", charset="utf-8", headers=PAGE_HEADERS)


def wants_page(request: web.Request) -> bool:
    """Whether a person's browser asks, rather than a program."""
    return not request.path.startswith("/api/") and "text/html" in request.headers.get("Accept", "")
