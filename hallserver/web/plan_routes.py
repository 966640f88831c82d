"""The routes of plans, of settings tuned while the hall is open, and of alerts. Part of ``routes.ROUTES``."""

from __future__ import annotations

from hallserver.web import answers, api_plans, plan_bodies
from hallserver.web.asking import MANAGERS, STAFF, Route

HALL = "/api/halls/{hall}"
PLAN = HALL + "/plans/{plan}"
BANDS = ("unknown_window", "unknown_zone", "supports_itself", "band_ends_early", "bands_overlap", "bands_full",
         "plan_name_taken")  # fmt: skip

PLANNING: tuple[Route, ...] = (
    Route("GET", HALL + "/plans", api_plans.plans, STAFF, "Every plan, and what is adopted", answers.PlansShape),
    Route(
        "POST", HALL + "/plans", api_plans.make, MANAGERS, "A new plan", answers.PlanShape, plan_bodies.PlanBody, 201,
        refuses=(*BANDS, "plans_full"),
    ),
    Route(
        "GET", PLAN, api_plans.plan, STAFF, "A plan, its newest version or another", answers.PlanShape,
        query=("version",), refuses=("unknown_plan", "unknown_version"),
    ),
    Route(
        "PUT", PLAN, api_plans.save, MANAGERS, "Save the next version of a plan", answers.PlanShape,
        plan_bodies.PlanChangeBody, refuses=(*BANDS, "unknown_plan", "plan_changed"),
    ),
    Route(
        "DELETE", PLAN, api_plans.remove, MANAGERS, "Take a plan off the list", answers.PlansShape,
        refuses=("unknown_plan", "plan_adopted"),
    ),
    Route(
        "PUT", PLAN + "/adoption", api_plans.adopt, MANAGERS, "Follow a plan from a day on", answers.PlansShape,
        plan_bodies.AdoptionBody,
        refuses=("unknown_plan", "unknown_version", "plan_day_over", "plan_too_far", "adoptions_full"),
    ),
    Route(
        "DELETE", PLAN + "/adoption", api_plans.drop, MANAGERS, "Follow a plan no more", answers.PlansShape,
        refuses=("unknown_plan", "plan_not_adopted"),
    ),
    Route(
        "GET", HALL + "/settings", api_plans.settings, MANAGERS, "What can be changed while the hall is open",
        answers.SettingsShape,
    ),
    Route(
        "PATCH", HALL + "/settings", api_plans.change_settings, MANAGERS, "Change settings while the hall is open",
        answers.SettingsShape, plan_bodies.TuningBody,
        refuses=("unknown_setting", "setting_out_of_limits", "thresholds_crossed", "no_booking_quota",
                 "setting_changed"),
    ),
    Route(
        "GET", HALL + "/alerts", api_plans.alerts, MANAGERS, "The alerts that stand", answers.AlertsShape,
    ),
    Route(
        "DELETE", HALL + "/alerts/{alert}", api_plans.dismiss, MANAGERS, "Put an alert away", answers.AlertsShape,
        refuses=("unknown_alert", "alert_stands"),
    ),
)  # fmt: skip
