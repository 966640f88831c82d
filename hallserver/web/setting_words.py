"""The settings that can be changed while the hall is open, in words: what each is called and what it does."""

from __future__ import annotations

from typing import Any

from hallserver.rules.tuning import BY_KEY, Value
from hallserver.web.catalogue import N_, catalogue

SETTINGS: dict[str, tuple[str, str]] = {
    "calling.head_start_min.walk_in": (N_("普通号优先分钟"), N_("普通号在排队时多算的等候时间。")),
    "calling.head_start_min.booked": (N_("预约号优先分钟"), N_("预约号在排队时多算的等候时间。")),
    "calling.head_start_min.green": (N_("绿色通道优先分钟"), N_("绿色通道号在排队时多算的等候时间。")),
    "calling.handicap_min": (N_("支援让分"), N_("窗口支援别的区时，那个区的号要让这么多分钟。")),
    "calling.calls_before_absence": (N_("叫几次算过号"), N_("一个号叫满这么多次，没有人来才能过号。")),
    "calling.recall_gap_s": (N_("两次呼叫的间隔"), N_("叫过一次，隔这么久才能再叫同一个号。")),
    "calling.undo_within_s": (N_("撤回呼叫的时限"), N_("叫错了号，这么久以内可以撤回。")),
    "calling.hold_remind_min": (N_("挂起多久提醒"), N_("挂起的号过了这么久，叫号台上提醒一次。")),
    "calling.return_places": (N_("过号回来排在几位后"), N_("过号的人回来报到，排在这么多人后面。")),
    "calling.think_s": (N_("自动叫号前的间歇"), N_("自动叫号的窗口办完一个号，歇这么久再叫下一个。")),
    "calling.walk_s": (N_("走到窗口的时间"), N_("从叫号到开始办理通常要多久，估计等候时用，有了实际数据就按实际。")),
    "queue.warn_min": (N_("等候偏久的线"), N_("最久的人等了这么久，队列显示 “偏久” 并提醒。")),
    "queue.critical_min": (N_("等候太久的线"), N_("最久的人等了这么久，队列显示 “太久” 并提醒。")),
    "queue.waiting_limit": (N_("最多等候人数"), N_("全大厅有这么多人在等时，暂时不放号。")),
    "intake.last_intake_min": (N_("下班前多久停止取号"), N_("下班前这么久起不再放号。")),
    "intake.served_before_closing": (N_("赶不上就不放号"), N_("估计下班前轮不到时不再放号，按哪一种估计。")),
    "closing.leftovers": (N_("下班时还在等的人"), N_("下班时还在排队的号怎么办。")),
    "bookings.enabled": (N_("接受预约"), N_("关掉以后不能再约，已经约好的照样来。")),
    "bookings.days_ahead": (N_("提前几天预约"), N_("今天以外，最多约到以后第几个办公日。0 为只约当天。")),
    "bookings.one_a_day": (N_("一人一天约一次"), N_("按手机号认人，同一天只能约一个号。")),
    "bookings.ask_phone": (N_("预约要手机号"), N_("群众自己预约要留手机号；工作人员代约可以不留。")),
    "bookings.cancel_before_min": (
        N_("取消的时限"),
        N_("离预约时间不到这么久，群众自己不能再取消或改期，可以请工作人员办。"),
    ),
    "bookings.early_min": (N_("最早提前多久报到"), N_("比预约时间早到这么久以内可以报到，等候仍从预约时间算起。")),
    "bookings.late_min": (N_("迟到多久还算预约"), N_("预约时段过了这么久以内来，还按预约号排队。")),
    "bookings.after_late": (N_("再晚来的怎么办"), N_("超过时限才来的号怎么办。已经约好的也照此办。")),
    "bookings.no_shows": (N_("爽约几次暂停预约"), N_("一段时间里爽约满这么多次，暂停自己预约。0 为不限。")),
    "bookings.no_show_days": (N_("爽约算几天以内的"), N_("只数这么多天以内的爽约。")),
    "bookings.blocked_days": (N_("暂停预约几天"), N_("从最后一次爽约起暂停这么多天；工作人员仍可代约。")),
    "alerts.open_window_at": (N_("多少人等提醒加开窗口"), N_("一个区等候的人多于这个数时提醒。0 为不提醒。")),
    "alerts.long_service_times": (N_("办理偏长的倍数"), N_("办理时间到通常的这么多倍时提醒。0 为不按倍数提醒。")),
    "alerts.long_service_min": (N_("办理偏长的分钟"), N_("办理到这么多分钟时提醒。0 为不按分钟提醒。")),
    "alerts.idle_min": (N_("空闲多久提醒去支援"), N_("别的区排着队，这个区有窗口空闲这么久时提醒。0 为不提醒。")),
    "alerts.absent_min": (N_("多久没有动作算离岗"), N_("窗口开着、有人在等、这么久没有动作时提醒。0 为不提醒。")),
    "planning.notice_min": (N_("换班前多久告知"), N_("窗口按方案要变动时，提前这么久在叫号台上告知。")),
    "pad.wake_s": (N_("评价器亮多久"), N_("办完以后，评价器请人评价这么久。")),
    "pad.thanks_s": (N_("评价后致谢多久"), N_("评价以后，致谢的画面留这么久。")),
}
QUOTA = (N_("“%(zone)s” 每个时段的预约名额"), N_("这个受理区一个时段最多约这么多人，已经约好的不变。0 为不接受预约。"))
GROUPS: dict[str, str] = {
    # The first word of a key, in the order of the page.
    "calling": N_("叫号规则"),
    "queue": N_("排队"),
    "intake": N_("放号"),
    "closing": N_("下班"),
    "bookings": N_("预约"),
    "alerts": N_("提醒"),
    "planning": N_("排布方案"),
    "pad": N_("评价器"),
}
UNITS: dict[str, str] = {
    "min": N_("%(n)s 分"),
    "s": N_("%(n)s 秒"),
    "times": N_("%(n)s 倍"),
    "days": N_("%(n)s 天"),
}
OPTIONS: dict[str, str] = {
    "off": N_("不用"),
    "likely": N_("按通常的估计"),
    "high": N_("按偏久的估计"),
    "serve_out": N_("办完再走"),
    "end": N_("到点作废"),
    "walk_in": N_("按普通号排队"),
    "missed": N_("算爽约，不能再报到"),
}
ON, OFF = N_("开"), N_("关")


def with_words(shape: dict[str, Any], lang: str) -> dict[str, Any]:
    """The settings with ``name`` and ``means`` in the reader's language."""
    say = catalogue(lang).say
    rows = []
    for row in shape["settings"]:
        name, means = SETTINGS.get(row["key"], QUOTA)
        options = [{"value": option, "name": say(OPTIONS[option])} for option in row["options"]]
        rows.append({**row, "name": say(name, zone=_zone(row, lang)), "means": say(means), "options": options})
    return {**shape, "settings": rows}


def groups_of(shape: dict[str, Any], lang: str) -> list[dict[str, Any]]:
    """The settings with their words, by what they are about, as the page shows them."""
    rows = with_words(shape, lang)["settings"]
    groups = [
        {"id": table, "name": name, "settings": [row for row in rows if _table(row["key"]) == table]}
        for table, name in GROUPS.items()
    ]
    return [group for group in groups if group["settings"]]


def _table(key: str) -> str:
    """A zone's quota stands among the bookings."""
    table = key.partition(".")[0]
    return "bookings" if table == "zones" else table


def _zone(row: dict[str, Any], lang: str) -> str:
    return str(row.get("zone_name_en" if lang == "en" else "zone_name") or row.get("zone_name") or "")


def setting_details(key: str, value: Value | None, lang: str) -> dict[str, Any]:
    """A setting's name and value for a sentence; the key itself where it is none that can be tuned."""
    say = catalogue(lang).say
    tunable = BY_KEY.get(key)
    if tunable is not None:
        named, unit = say(SETTINGS[key][0]), tunable.unit
    elif key.startswith("zones."):
        named, unit = say(QUOTA[0], zone=key.split(".")[1]), "count"
    else:
        return {"setting": key}
    return {"setting": named} if value is None else {"setting": named, "value": value_words(value, unit, lang)}


def value_words(value: Value, unit: str, lang: str) -> str:
    """``10 分`` or ``10 min``; yes and no as on and off, a choice by its name."""
    say = catalogue(lang).say
    if isinstance(value, bool):
        return say(ON if value else OFF)
    if isinstance(value, str):
        return say(OPTIONS[value])
    return say(UNITS[unit], n=f"{value:g}") if unit in UNITS else f"{value:g}"
