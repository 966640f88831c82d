"""The routes of cases (办件). Part of ``routes.ROUTES``."""

from __future__ import annotations

from hallserver.web import answers, api_cases, case_bodies
from hallserver.web.asking import STAFF, Route

HALL = "/api/halls/{hall}"
CASE = HALL + "/cases/{case}"

CASES: tuple[Route, ...] = (
    Route(
        "GET", HALL + "/cases", api_cases.cases, STAFF, "Cases behind the window, and those handed over today",
        answers.CasesShape, query=("state", "after", "limit", "q"),
    ),
    Route("GET", CASE, api_cases.one, STAFF, "One case", answers.CaseShape, refuses=("unknown_case",)),
    Route(
        "PUT", CASE + "/state", api_cases.change_state, STAFF, "The result is out, or it isn't after all",
        answers.CaseShape, case_bodies.CaseStateBody,
        refuses=("unknown_case", "case_state", "no_issuing_zone", "not_here", "zone_closed"),
    ),
    Route(
        "PUT", CASE + "/supplied", api_cases.change_supplied, STAFF, "What was missing came",
        answers.CaseShape, case_bodies.SuppliedBody, refuses=("unknown_case", "case_state", "nothing_missing"),
    ),
    Route(
        "POST", CASE + "/handover", api_cases.give_out, STAFF, "The result leaves the hall",
        answers.CaseShape, case_bodies.HandingOverBody, refuses=("unknown_case", "case_state", "unknown_way"),
    ),
)  # fmt: skip
