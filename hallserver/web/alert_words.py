"""Alerts in words: what is so (title), and what stands beside it (detail)."""

from __future__ import annotations

from typing import Any

from hallserver.web.catalogue import N_, catalogue
from hallserver.web.cause_words import cause_words
from hallserver.web.sentences import window_name

ALERTS: dict[str, tuple[str, str]] = {
    "long_wait": (N_("%(zone)s等候 %(n)s 分"), N_("超过 %(limit)s 分的提醒线")),
    "many_waiting": (N_("%(zone)s有 %(n)s 人在等"), N_("超过 %(limit)s 人，可以加开窗口")),
    "long_service": (N_("%(window)s办理 %(n)s 分"), N_("%(number)s，这个事项通常 %(typical)s 分")),
    "idle_zone": (N_("%(zone)s有窗口空闲 %(n)s 分"), N_("%(other)s正排着队，可以去支援")),
    "clerk_absent": (N_("%(window)s开着没有动作 %(n)s 分"), N_("有人在等，可能没有人在")),
    "bad_rating": (N_("%(number)s 给了不满意"), N_("%(window)s，请跟进")),
    "printer": ("", N_("打印机 %(subject)s")),
    "help": (N_("有人请求帮助"), N_("在 %(subject)s")),
    "mute_voice": (N_("叫号没有声音"), N_("%(subject)s：%(cause)s")),
}
WORST_RATING = N_("%(number)s 给了非常不满意")


def alert_sentence(alert: dict[str, Any], lang: str) -> tuple[str, str]:
    """Title and detail of an alert as ``views.planning.alert_shapes`` gives it."""
    say = catalogue(lang).say
    kind, figure = alert["kind"], alert["figure"]
    title, detail = ALERTS[kind]
    if kind == "bad_rating" and alert["level"] == "critical":
        title = WORST_RATING
    cause = cause_words(alert["other"], lang)
    window = alert["other"] if kind == "bad_rating" else alert["subject"]
    values = {
        "n": None if figure is None else int(figure),
        "zone": _named(alert, "zone_name", lang) or alert["subject"],
        "other": _named(alert, "other_name", lang) or alert["other"],
        "window": window_name(str(window), lang=lang),
        "number": alert["number"] or alert["subject"],
        "typical": _short(alert["typical_min"]),
        "limit": _short(alert["limit"]),
        "subject": str(alert["subject"]).removeprefix("device:"),
        "cause": cause,
    }
    return say(title, **values) if title else cause, say(detail, **values)


def _named(alert: dict[str, Any], key: str, lang: str) -> str | None:
    return (alert.get(f"{key}_en") if lang == "en" else None) or alert.get(key)


def _short(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


def with_sentence(alert: dict[str, Any], lang: str) -> dict[str, Any]:
    """The alert with its two sentences."""
    title, detail = alert_sentence(alert, lang)
    return {**alert, "title": title, "detail": detail}
