"""Every no as ``application/problem+json`` (RFC 9457), in the reader's language."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from hallserver.moments import rfc3339
from hallserver.refusals import Refusal
from hallserver.web import case_noes, plan_noes
from hallserver.web.hub import HUB
from hallserver.web.language import language_of
from hallserver.web.sentences import sentence

STATUS: dict[str, int] = {
    "malformed": 400,
    "sign_in_needed": 401,
    "sign_in_wrong": 401,
    "not_allowed": 403,
    "not_your_window": 403,
    "cross_site": 403,
    "not_demonstration": 403,
    "unknown_hall": 404,
    "unknown_window": 404,
    "unknown_ticket": 404,
    "unknown_view": 404,
    "unknown_change": 404,
    "not_found": 404,
    "no_rehearsal": 404,
    "unknown_booking": 404,
    "not_printed": 404,
    "unknown_paper": 404,
    "unknown_printer": 404,
    "voice_unavailable": 503,
    "method_not_allowed": 405,
    "body_too_large": 413,
    "unsupported_media_type": 415,
    "invalid": 422,
    "unknown_zone": 422,
    "unknown_item": 422,
    "item_not_in_zone": 422,
    "class_not_given_here": 422,
    "reason_missing": 422,
    "no_such_slot": 422,
    "phone_needed": 422,
    "option_unknown": 422,
    "unknown_outcome": 422,
    "unknown_state": 422,
    "target_missing": 422,
    "supports_itself": 422,
    "unknown_day": 422,
    "day_not_in_year": 422,
    "day_too_far": 422,
    "session_ends_early": 422,
    "unknown_leftovers": 422,
    "name_reason_missing": 422,
    "outcome_note_missing": 422,
    "unknown_clerk": 422,
    "handed_to_self": 422,
    "chain_item_twice": 422,
    "chain_too_long": 422,
    **plan_noes.STATUS,
    **case_noes.STATUS,
    "key_reused": 422,
    "too_many_requests": 429,
    "internal": 500,
    "storage_unavailable": 503,
}
"""The HTTP status of each code; any other refusal is a 409: well said, and not now."""

FIELDS: dict[str, str] = {
    "unknown_zone": "zone",
    "unknown_item": "item",
    "unknown_ticket": "ticket",
    "unknown_window": "window",
    "unknown_printer": "printer",
    "item_not_in_zone": "zone",
    "class_not_given_here": "class",
    "reason_missing": "reason",
    "no_such_slot": "start",
    "phone_needed": "phone",
    "option_unknown": "options",
    "unknown_outcome": "outcome",
    "unknown_state": "state",
    "target_missing": "zone",
    "supports_itself": "support",
    "name_reason_missing": "reason",
    "outcome_note_missing": "note",
    "unknown_clerk": "clerk",
    "handed_to_self": "to",
    "chain_item_twice": "items",
    "chain_too_long": "items",
    **plan_noes.FIELDS,
    **case_noes.FIELDS,
}
"""The field of the body that a 422 is about."""

RETRY_AFTER_S = {"storage_unavailable": "2", "too_many_requests": "5"}
SHOWN_DETAILS = (
    "number",
    "item",
    "window",
    "ticket",
    "state",
    "opens_at",
    "reasons",
    "limit",
    "calls",
    "wanted",
    "by",
    "zone",
    "support",
    "seconds",
    "minutes",
    "days",
    *plan_noes.SHOWN_DETAILS,
)


def status_of(refusal: Refusal, request: web.Request) -> int:
    """A name in the address that leads nowhere is a 404; the same name in a body is a 422."""
    code = refusal.code
    if code in ("unknown_ticket", "unknown_window", "unknown_printer", "unknown_zone", "unknown_item"):
        field = FIELDS[code]
        of_address = request.match_info.get(field) == refusal.details.get(field)
        return 404 if of_address or request.method == "GET" else 422
    return STATUS.get(code, 409)


def problem(
    request: web.Request, code: str, status: int, details: dict[str, Any], errors: list[dict[str, str]] | None = None
) -> web.Response:
    """The answer to a press that can't be done."""
    lang = language_of(request)
    title, detail = sentence(code, lang, **details)
    body: dict[str, Any] = {
        "type": f"/api/docs#problem-{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
    }
    for name in SHOWN_DETAILS:
        if details.get(name) is not None:
            body.setdefault(name, details[name])
    if errors:
        body["errors"] = errors
    headers = {"Content-Language": lang, "Cache-Control": "no-store"}
    if code in RETRY_AFTER_S:
        headers["Retry-After"] = RETRY_AFTER_S[code]
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="hall"'
    # What an address or a query repeats may be no text at all: then it is told as question marks.
    told = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return web.Response(
        body=told, status=status, headers=headers, content_type="application/problem+json", charset="utf-8"
    )


def refused(request: web.Request, refusal: Refusal) -> web.Response:
    """A rule's or a handler's no."""
    status = status_of(refusal, request)
    details = _told(request, refusal)
    errors = None
    field = details.get("field") or (FIELDS.get(refusal.code) if status == 422 else None)
    if field is not None:
        _, detail = sentence(refusal.code, language_of(request), **details)
        errors = [{"field": field, "message": detail}]
    return problem(request, refusal.code, status, details, errors)


def _told(request: web.Request, refusal: Refusal) -> dict[str, Any]:
    """A refusal's details as people read them: moments in the hall's own time."""
    details = dict(refusal.details)
    hall = request.app[HUB].halls.get(request.match_info.get("hall", ""))
    if hall is not None and isinstance(details.get("opens_at"), int):
        details["opens_at"] = rfc3339(details["opens_at"], hall.desk.feed.hall.layout.tz)
    return details


def invalid(request: web.Request, error: ValidationError) -> web.Response:
    """A body that is JSON and not what the route takes, or not JSON at all."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    if any(row["type"] in ("json_invalid", "json_type") for row in found):
        return problem(request, "malformed", 400, {})
    errors = [
        {"field": ".".join(str(part) for part in row["loc"]) or "body", "message": row["msg"]} for row in found[:20]
    ]
    return problem(request, "invalid", 422, {"field": errors[0]["field"]}, errors)
