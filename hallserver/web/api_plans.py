"""Plans, settings that are tuned while the hall is open, and alerts."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hallserver.desk import Answering
from hallserver.events import Deed
from hallserver.moments import Moment
from hallserver.refusals import Refusal
from hallserver.rules.alerts import put_away
from hallserver.rules.hall import Hall
from hallserver.rules.planning import adopt_plan, drop_plan, remove_plan, save_plan, the_plan, the_version
from hallserver.rules.tuning import tune
from hallserver.views.planning import alert_shapes, given_up_shapes, plan_shape, plans_shape, settings_shape
from hallserver.web.alert_words import with_sentence
from hallserver.web.api_halls import _json, whole_number
from hallserver.web.asking import Ask, if_match
from hallserver.web.language import language_of
from hallserver.web.plan_bodies import AdoptionBody, PlanBody, PlanChangeBody, TuningBody
from hallserver.web.setting_words import with_words


def _plan_answer(plan: str | None, status: int = 200) -> Answering:
    """The plan as it then is: the one named, or the one the first deed made."""

    def answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
        named = plan if plan is not None else str(deeds[0].event.facts()["plan"])
        found = hall.plans[named]
        return status, plan_shape(hall, found, found.latest, now)

    return answering


def _plans_answer(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
    return 200, plans_shape(hall)


async def plans(ask: Ask) -> web.StreamResponse:
    """Every plan, and what is adopted."""
    return _json(plans_shape(ask.hall.desk.feed.hall))


async def plan(ask: Ask) -> web.StreamResponse:
    """One plan, its newest version or the one that is asked for."""
    asked = whole_number(ask, "version", -1, 10**9)
    live = ask.hall.desk.feed.hall
    found = the_plan(live, ask.names["plan"])
    version = found.latest.version if asked < 0 else asked
    return _json(plan_shape(live, found, the_version(found, version), ask.hall.desk.clock.now()))


async def make(ask: Ask) -> web.StreamResponse:
    """A new plan."""
    body: PlanBody = ask.body
    return await ask.press(
        save_plan, _plan_answer(None, 201), name=body.name, bands=[band.to_plain() for band in body.bands]
    )


async def save(ask: Ask) -> web.StreamResponse:
    """The next version of a plan."""
    body: PlanChangeBody = ask.body
    named = ask.names["plan"]
    bands = [band.to_plain() for band in body.bands]
    return await ask.press(
        save_plan, _plan_answer(named), plan=named, name=body.name, bands=bands, version=body.version
    )


async def remove(ask: Ask) -> web.StreamResponse:
    """Off the list."""
    return await ask.press(remove_plan, _plans_answer, plan=ask.names["plan"])


async def adopt(ask: Ask) -> web.StreamResponse:
    """采用: from today or a later day on."""
    body: AdoptionBody = ask.body
    return await ask.press(
        adopt_plan, _plans_answer, plan=ask.names["plan"], version=body.version, from_day=body.from_day
    )


async def drop(ask: Ask) -> web.StreamResponse:
    """停用: neither today nor later."""
    return await ask.press(drop_plan, _plans_answer, plan=ask.names["plan"])


async def settings(ask: Ask) -> web.StreamResponse:
    """What can be changed while the hall is open."""
    return _json(with_words(settings_shape(ask.hall.desk.feed.hall), language_of(ask.request)))


async def change_settings(ask: Ask) -> web.StreamResponse:
    """Change some of it, all or none."""
    body: TuningBody = ask.body
    lang = language_of(ask.request)

    def answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
        return 200, with_words(settings_shape(hall), lang)

    return await ask.press(tune, answering, changes=body.changes, seen=body.seen, seen_up_to=if_match(ask))


async def alerts(ask: Ask) -> web.StreamResponse:
    """The alerts that stand, and what the webhook gave up today."""
    live = ask.hall.desk.feed.hall
    lang = language_of(ask.request)
    shapes = [with_sentence(alert, lang) for alert in alert_shapes(live, ask.hall.desk.clock.now())]
    return _json({"alerts": shapes, "given_up": given_up_shapes(live)})


async def dismiss(ask: Ask) -> web.StreamResponse:
    """A manager has seen it."""
    number = ask.names["alert"]
    if not (number.isascii() and number.isdigit() and len(number) <= 15):
        raise Refusal("unknown_alert", alert=number)
    lang = language_of(ask.request)

    def answering(hall: Hall, now: Moment, deeds: list[Deed]) -> tuple[int, dict[str, Any]]:
        shapes = [with_sentence(one, lang) for one in alert_shapes(hall, now)]
        return 200, {"alerts": shapes, "given_up": given_up_shapes(hall)}

    return await ask.press(put_away, answering, alert=int(number))
