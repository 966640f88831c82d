"""What is said when a plan, a setting or an alert can't be changed like that. Read by ``sentences.py``."""

from __future__ import annotations

from hallserver.web.catalogue import N_

REFUSALS: dict[str, tuple[str, str]] = {
    "unknown_plan": (N_("没有这个方案"), N_("这个大厅没有这个排布方案，可能已被删除。")),
    "unknown_version": (N_("没有这一版"), N_("“%(plan)s” 没有第 %(version)s 版。")),
    "plan_changed": (N_("方案已被改过"), N_("“%(plan)s” 已由 %(by)s 存成第 %(version)s 版，您的改动没有保存。")),
    "plan_name_taken": (N_("方案重名"), N_("已有一个方案叫 “%(plan)s”，请换一个名字。")),
    "plan_adopted": (N_("方案正在用"), N_("“%(plan)s” 正在采用或已排定日期，请先停用再删除。")),
    "plan_not_adopted": (N_("方案没有在用"), N_("“%(plan)s” 没有采用，也没有排定日期。")),
    "plans_full": (N_("方案太多了"), N_("最多存 %(limit)s 个方案，请先删除不用的。")),
    "adoptions_full": (N_("排定的日期太多了"), N_("最多排定 %(limit)s 个日期，请先停用不用的。")),
    "bands_full": (N_("时段太多了"), N_("一个方案最多 %(limit)s 个时段。")),
    "bands_overlap": (N_("时段重叠了"), N_("同一天里，从 %(start)s 开始的时段与到 %(end)s 才结束的时段重叠。")),
    "band_ends_early": (N_("时段不对"), N_("时段 %(start)s–%(end)s 要有星期，结束要晚于开始。")),
    "plan_day_over": (N_("日期已过"), N_("%(day)s 已经过去，请选今天或以后的日期。")),
    "plan_too_far": (N_("日期太远"), N_("最多排到 %(limit)s 天以后。")),
    "unknown_setting": (N_("没有这项设置"), N_("没有 %(setting)s 这项可以随时调整的设置。")),
    "setting_out_of_limits": (N_("超出范围"), N_("%(setting)s 应在 %(least)s 到 %(most)s 之间，没有做任何改动。")),
    "setting_changed": (
        N_("设置刚被改过"),
        N_("“%(setting)s” 刚被 %(by)s 改成 %(value)s，您的改动没有保存。请看过再定。"),
    ),
    "no_booking_quota": (N_("没有预约名额"), N_("要接受预约，至少一个受理区或事项要有名额，没有做任何改动。")),
    "thresholds_crossed": (N_("两条提醒线反了"), N_("“太久” 的分钟数要大于 “偏久” 的，没有做任何改动。")),
    "unknown_alert": (N_("没有这条提醒"), N_("这条提醒已经不在了。")),
    "alert_stands": (N_("情况还在"), N_("这条提醒说的情况还没有结束，结束后会自己消失。")),
}

WITHOUT_DETAILS: dict[str, str] = {
    "unknown_version": N_("这个方案没有这一版。"),
    "plan_changed": N_("这个方案已被别人改过，您的改动没有保存。"),
    "plan_name_taken": N_("已有方案用这个名字，请换一个。"),
    "plan_adopted": N_("请先停用这个方案再删除。"),
    "plan_not_adopted": N_("这个方案没有采用，也没有排定日期。"),
    "plans_full": N_("方案已满，请先删除不用的。"),
    "adoptions_full": N_("排定的日期已满，请先停用不用的。"),
    "bands_full": N_("这个方案的时段已满。"),
    "bands_overlap": N_("同一天里有两个时段重叠。"),
    "band_ends_early": N_("时段要有星期，结束要晚于开始。"),
    "plan_day_over": N_("请选今天或以后的日期。"),
    "plan_too_far": N_("日期太远，请选近一些的。"),
    "unknown_setting": N_("没有这项可以随时调整的设置。"),
    "setting_changed": N_("这项设置刚被别人改过，您的改动没有保存。请看过再定。"),
    "setting_out_of_limits": N_("超出这项设置的范围，没有做任何改动。"),
}

STATUS: dict[str, int] = {
    "unknown_plan": 404,
    "unknown_alert": 404,
    "unknown_version": 422,
    "bands_full": 422,
    "bands_overlap": 422,
    "band_ends_early": 422,
    "plan_day_over": 422,
    "plan_too_far": 422,
    "unknown_setting": 422,
    "setting_out_of_limits": 422,
    "thresholds_crossed": 422,
    "no_booking_quota": 422,
}
FIELDS: dict[str, str] = {
    "unknown_version": "version",
    "bands_full": "bands",
    "bands_overlap": "bands",
    "band_ends_early": "bands",
    "plan_day_over": "from_day",
    "plan_too_far": "from_day",
    "unknown_setting": "changes",
    "setting_out_of_limits": "changes",
    "thresholds_crossed": "changes",
    "no_booking_quota": "changes",
}
SHOWN_DETAILS = ("version", "setting", "least", "most", "value")
"""The same for their status, the field they are about and what a problem shows of them; see ``problems.py``."""
