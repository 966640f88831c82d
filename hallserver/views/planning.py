"""Plans, tuned settings and alerts as the manager's pages and the API show them."""

from __future__ import annotations

from hallserver.events import AlertRaised
from hallserver.moments import Moment, local_day, minutes_between, rfc3339
from hallserver.refusals import Refusal
from hallserver.rules.bands import Plan, PlanVersion
from hallserver.rules.hall import Hall, Window
from hallserver.rules.noticed import Alert
from hallserver.rules.planning import the_plan, the_version
from hallserver.rules.plans import changes_today, coming, followed_on, unserved
from hallserver.rules.tuning import tunables
from hallserver.views.shapes import Plain, head, moment, names_of

VERSION_DIGITS = 10


def plans_shape(hall: Hall) -> Plain:
    """Every plan in short, what is adopted for which day, and the stretch the hall is in."""
    return {
        "plans": [_short(hall, plan) for plan in hall.plans.values()],
        "adoptions": [
            {"from_day": a.from_day, "plan": a.plan, "name": hall.plans[a.plan].latest.name, "version": a.version}
            for a in hall.adoptions
        ],
        "band": band_shape(hall),
    }


def band_shape(hall: Hall) -> Plain | None:
    """The stretch of its plan that the hall is in."""
    band = hall.band
    if band is None or band.plan not in hall.plans:  # dropped and removed in the second before the hall leaves it
        return None
    return {
        "plan": band.plan,
        "name": hall.plans[band.plan].latest.name,
        "version": band.version,
        "day": band.day,
        "begins": moment(hall, band.begins),
        "ends": moment(hall, band.ends),
    }


def _short(hall: Hall, plan: Plan) -> Plain:
    latest = plan.latest
    today = followed_on(hall, hall.day) if hall.day is not None else None
    return {
        "id": plan.id,
        "name": latest.name,
        "version": latest.version,
        "bands": len(latest.bands),
        "saved_at": moment(hall, latest.at),
        "saved_by": latest.by,
        "followed": today.version if today is not None and today.plan == plan.id else None,
        "scheduled": [
            {"from_day": one.from_day, "version": one.version}
            for one in hall.adoptions
            if one.plan == plan.id and one != today
        ],
    }


def plans(hall: Hall, now: Moment) -> Plain:
    """The manager's plans with none of them chosen."""
    today = (hall.day or local_day(now, hall.layout.tz)).isoformat()
    return {"hall": head(hall), **plans_shape(hall), "today": today, "plan": None, "gone": None}


def plan(hall: Hall, now: Moment, named: str) -> Plain:
    """The same with one of them, its newest version or (``ID/3``) another: what it says and would change. Of one
    that was taken off the list, who did that. Refuses unknown_plan and unknown_version."""
    told, _, version = named.partition("/")
    listed = plans(hall, now)
    gone = hall.plans_gone.get(told)
    if gone is not None and not version:
        return {**listed, "gone": {"name": gone.name, "at": moment(hall, gone.at), "by": gone.by}}
    known = the_plan(hall, told)
    if version and not (version.isascii() and version.isdigit() and len(version) < VERSION_DIGITS):
        raise Refusal("unknown_version", plan=known.latest.name, version=version)
    chosen = the_version(known, int(version)) if version else known.latest
    return {**listed, "plan": plan_shape(hall, known, chosen, now)}


def settings(hall: Hall, now: Moment) -> Plain:
    """What can be changed while the hall is open, as the manager's page shows it."""
    return {"hall": head(hall), **settings_shape(hall)}


def plan_shape(hall: Hall, plan: Plan, version: PlanVersion, now: Moment) -> Plain:
    """One version of a plan with its bands, its history, and what it would change for the rest of today."""
    return {
        **_short(hall, plan),
        "name": version.name,
        "version": version.version,
        "latest": plan.latest.version,
        "saved_at": moment(hall, version.at),
        "saved_by": version.by,
        "bands": [band.to_plain() for band in version.bands],
        "versions": [
            {"version": one.version, "name": one.name, "saved_at": moment(hall, one.at), "saved_by": one.by}
            for one in reversed(plan.versions)
        ],
        "unserved": [
            {"from": start, "to": end, "zone": zone, **_zone_names(hall, zone)}
            for start, end, zone in unserved(hall, version.bands)
        ],
        "today": [
            {
                "at": moment(hall, change.at),
                "window": change.window,
                "window_name": hall.layout.windows[change.window].name,
                "was": _place(hall, *change.was),
                "will": _place(hall, change.zone, change.support),
                "lunch": change.lunch,
                "held": change.held,
            }
            for change in changes_today(hall, now, version.bands)
        ],
    }


def _zone_names(hall: Hall, zone: str, key: str = "zone_name") -> Plain:
    known = hall.layout.zones.get(zone)
    return {key: known.name if known else zone, f"{key}_en": known.name_en if known else zone}


def _place(hall: Hall, zone: str, support: str | None) -> Plain:
    named = _zone_names(hall, support, "support_name") if support else {"support_name": None, "support_name_en": None}
    return {"zone": zone, "support": support, **_zone_names(hall, zone), **named}


def coming_shape(hall: Hall, window: Window, now: Moment) -> Plain | None:
    """What a window will serve soon, for its clerk."""
    told = coming(hall, window, now)
    if told is None:
        return None
    return {
        "at": moment(hall, told.at),
        "moved": told.zone != window.zone,
        "lunch": told.lunch,
        "ends_support": window.support is not None and told.support is None,
        **_place(hall, told.zone, told.support),
    }


def settings_shape(hall: Hall) -> Plain:
    """Every setting that can be changed while the hall is open, beside the file's value."""
    rows = []
    for tunable in tunables(hall.layout):
        zone = tunable.key.partition(".")[2].partition(".")[0] if tunable.key.startswith("zones.") else None
        tuned = hall.tuned.get(tunable.key)
        value = tunable.read(hall.layout)
        changed = hall.tunings.get(tunable.key)
        rows.append(
            {
                "key": tunable.key,
                "value": value,
                "filed": value if tuned is None else tuned.filed,
                "tuned": None if tuned is None else {"at": moment(hall, tuned.at), "by": tuned.by},
                "changed": None
                if changed is None
                else {"number": changed.number, "at": moment(hall, changed.at), "by": changed.by},
                "unit": tunable.unit,
                "least": tunable.least,
                "most": tunable.most,
                "above": tunable.above,
                "whole": tunable.whole,
                "options": list(tunable.options),
                **({} if zone is None else {"zone": zone, **_zone_names(hall, zone)}),
            }
        )
    return {"settings": rows}


def alert_shapes(hall: Hall, now: Moment) -> list[Plain]:
    """The alerts that stand, the newest first; the sentence is made at the edge."""
    return [_alert(hall, alert, now) for alert in sorted(hall.alerts.values(), key=lambda one: -one.raised)]


def _alert(hall: Hall, alert: Alert, now: Moment) -> Plain:
    ticket = hall.tickets.get(alert.subject) or hall.tickets.get(alert.other or "")
    shape: Plain = {
        "id": alert.raised,
        "kind": alert.kind,
        "subject": alert.subject,
        "since": rfc3339(alert.since, hall.layout.tz),
        "figure": _figure_now(hall, alert, now),
        "level": alert.level,
        "other": alert.other,
        "number": None,
        "typical_min": None,
        "limit": _limit(hall, alert),
    }
    if alert.subject in hall.layout.zones:
        shape |= _zone_names(hall, alert.subject)
    if alert.other in hall.layout.zones:
        shape |= _zone_names(hall, alert.other, "other_name")
    if alert.kind == "bad_rating":
        shape["number"] = alert.subject.partition("-")[2]
    elif alert.kind == "long_service" and ticket is not None:
        shape |= {"number": ticket.shown, "item_name": names_of(hall, ticket)["item_name"]}
        shape["typical_min"] = round(hall.layout.minutes_of(ticket.item, ticket.zone)[0], 1)
    return shape


def told_alert(hall: Hall, event: AlertRaised, number: int, at: Moment) -> Plain:
    """An alert as it was when it was raised, for those who are told of it outside."""
    alert = Alert(event.alert, event.subject, number, at, event.figure, event.level, event.other)
    return {**_alert(hall, alert, at), "figure": event.figure}


def _figure_now(hall: Hall, alert: Alert, now: Moment) -> float | None:
    """Minutes and people as they are by now, not as they were when it was told."""
    window = hall.windows.get(alert.subject)
    if alert.kind == "long_wait":
        return int(minutes_between(hall.queue(alert.subject).oldest() or now, now))
    if alert.kind == "many_waiting":
        return len(hall.queue(alert.subject))
    if alert.kind == "clerk_absent" and window is not None and window.ticket is None:
        return int(minutes_between(window.since, now))
    if (
        alert.kind == "long_service"
        and window is not None
        and window.ticket is not None
        and window.ticket == alert.other
    ):
        return int(minutes_between(hall.tickets[window.ticket].started or now, now))
    return alert.figure


def _limit(hall: Hall, alert: Alert) -> float | None:
    if alert.kind == "long_wait":
        return hall.layout.critical_min if alert.level == "critical" else hall.layout.warn_min
    return hall.layout.open_window_at if alert.kind == "many_waiting" else None


def given_up_shapes(hall: Hall) -> list[Plain]:
    """Today's deeds that the webhook could not be told."""
    return [{"deed": number, "at": moment(hall, at), "cause": cause} for number, at, cause in reversed(hall.given_up)]
