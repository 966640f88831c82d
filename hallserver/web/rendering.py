"""Pages and the live regions inside them: jinja2 templates in two languages.

There is one environment per language, so that a macro or a partial speaks the right one without
being told. A live region is drawn by ``partial`` alone, both when the page is first drawn and when
the socket replaces it: it knows its view's data and nothing of the page around it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import MutableMapping
from datetime import datetime
from functools import partial as bound
from math import ceil
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from hallserver.rating_codes import LEVELS, OPTIONS
from hallserver.rules.chains import PARTS_LIMIT
from hallserver.web.alert_words import alert_sentence
from hallserver.web.catalogue import LANGUAGES, catalogue, other_language
from hallserver.web.cause_words import cause_words
from hallserver.web.day_chart import day_chart
from hallserver.web.floor_words import channel_words, giver_words, machine_words
from hallserver.web.known_names import capability_words, known_name, reason_beside, reason_marked
from hallserver.web.known_papers import PAPERS
from hallserver.web.named import each_said, marked, named, said
from hallserver.web.sentences import (
    CASE_WAYS,
    CLASSES,
    GREEN_REASONS,
    PAPER_CAUSES,
    REHEARSAL_FIGURES,
    STATES,
    day_words,
    refusal_title,
    short_day,
    wait_span,
    wait_words,
    who_words,
    why_sentence,
    window_list,
    window_name,
)
from hallserver.web.setting_words import groups_of, value_words

TEMPLATES = Path(__file__).with_name("templates")

PARTIALS = {"zone": "board", "area": "board", "plans": "plan", "visit": "ticket", "phone": "ticket"}
"""Views, and a page without a live view, that are drawn by another view's partial; the others have their own, by
their first word."""


class OneSpeech(Environment):
    """An environment whose globals are complete before its first template is read."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """A plain dict: jinja2's chain of two maps is asked name by name at every import, in every view of a phone."""
        return {**self.globals, **(d or {})}


class Pages:
    """All pages and partials, their templates and catalogues read once."""

    def __init__(self, static_version: str) -> None:
        self._static = f"/static/{static_version}"
        self._environments = {lang: self._environment(lang) for lang in LANGUAGES}

    def page(self, name: str, lang: str, **context: Any) -> str:
        """A whole page. What every page gets stands in its defaults; ``region`` is the live region. A page that lost
        the server loads itself anew when it comes back with other scripts, or with another ``edition`` of what the
        page alone shows."""
        whole = {
            "lang": lang,
            "base": "",
            "hall": None,
            "api": "",
            "static": self._static,
            "edition": "",
            "demonstration": False,
            "prints": False,
            "principal": None,
            "now": None,
            "timezone": "Asia/Shanghai",
            "view": None,
            "data": None,
        } | context
        whole["region"] = None
        if whole["data"] is not None:
            whole["region"] = Markup(self.partial(whole["view"] or name, lang, whole["data"]))  # noqa: S704 -- escaped there
        return self._environments[lang].get_template(f"{name}.html").render(whole)

    def partial(self, view: str, lang: str, data: dict[str, Any]) -> str:
        """The html of a view's live region (``board``, ``window/3``, ``ticket/20261121-A003``)."""
        first = view.partition("/")[0]
        template = self._environments[lang].get_template(f"partials/{PARTIALS.get(first, first)}.html")
        return template.render(view=view, data=data)

    def _environment(self, lang: str) -> Environment:
        beside = other_language(lang)
        environment = OneSpeech(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        environment.globals.update(
            lang=lang,
            beside=beside,
            _=catalogue(lang).say,
            other=catalogue(beside).say,
            both=bound(_both, lang=lang),
            wait_words=bound(wait_words, lang=lang),
            wait_words_other=bound(wait_words, lang=beside),
            wait_span=wait_span,
            window_list=bound(window_list, lang=lang),
            rating_levels=LEVELS,
            rating_options=OPTIONS,
            why_words=bound(why_sentence, lang=lang),
            window_name=bound(window_name, lang=lang),
            who_words=bound(who_words, lang=lang),
            day_chart=day_chart,
            channel_words=bound(channel_words, lang=lang),
            giver_words=bound(giver_words, lang=lang),
            window_name_other=bound(window_name, lang=beside),
            states=STATES,
            case_ways=CASE_WAYS,
            classes=CLASSES,
            green_reasons=GREEN_REASONS,
            paper_causes=PAPER_CAUSES,
            rehearsal_figures=REHEARSAL_FIGURES,
            alert_words=bound(alert_sentence, lang=lang),
            value_words=bound(value_words, lang=lang),
            refusal_title=bound(refusal_title, lang=lang),
            setting_groups=bound(groups_of, lang=lang),
            known_papers=frozenset(PAPERS),
            chain_limit=PARTS_LIMIT,
            papers_of=bound(_papers_of, lang=lang),
            beside_of=bound(_beside_of, lang=lang),
            known_name=bound(known_name, lang=lang),
            said_reason=bound(reason_marked, lang=lang),
            reason_beside=bound(reason_beside, lang=beside),
            named=bound(named, lang=lang),
            named_other=bound(named, lang=beside),
            said=bound(said, lang=lang),
            each_said=bound(each_said, lang=lang),
        )
        environment.filters.update(
            machine=bound(machine_words, lang=lang),
            cause=bound(cause_words, lang=lang),
            capability=bound(capability_words, lang=lang),
            clock_time=clock_time,
            half_ems=half_ems,
            day_words=bound(day_words, lang=lang),
            short_day=bound(short_day, lang=lang),
            marked=bound(marked, lang=lang),
            whole=round,
        )
        return environment


def _both(sentence: str, *, lang: str) -> Markup:
    """A sentence in the page's language, and small beside it in the other."""
    beside = other_language(lang)
    return Markup('{}<small lang="{}">{}</small>').format(
        catalogue(lang).say(sentence), beside, catalogue(beside).say(sentence)
    )


def _papers_of(ticket: dict[str, Any], *, lang: str) -> list[dict[str, str]]:
    """What the ticket's matter asks to bring, to be ticked where something is missing."""
    return [{"value": paper, "name": known_name(paper, lang)} for paper in ticket.get("bring", [])]


def _beside_of(ticket: dict[str, Any], *, lang: str) -> list[dict[str, str]]:
    """The matters of a chain that are still to come."""
    to_come = [part for part in ticket.get("chain", []) if part["state"] == "open" and part["item"]]
    return [{"id": part["item"], "name": named(part, lang=lang)} for part in to_come]


HALF_EMS_KNOWN = 20


def half_ems(text: str) -> str:
    """How wide a line of text is in halves of its own letters, rounded up: ``8`` of 欢迎光临, ``5`` of A001; ``more``
    beyond ``HALF_EMS_KNOWN``. A style sheet gives each its size, since a page may set none by itself."""
    wide = ceil(2 * sum(_width_em(letter) for letter in text))
    return str(wide) if wide <= HALF_EMS_KNOWN else "more"


def _width_em(letter: str) -> float:
    """Of a bold letter of the pages' type."""
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    return 0.95 if letter in "MWmw" else 0.62


def clock_time(moment: str) -> str:
    """``09:42`` of an RFC 3339 time, which carries the hall's own offset."""
    return f"{datetime.fromisoformat(moment):%H:%M}"
