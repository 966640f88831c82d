"""Codes and figures as sentences: refusals, waits and reasons, in the reader's language.

Everything here is written in Chinese and translated by the catalogue. A refusal's two sentences are
what happened (title) and what to do or know (detail); neither blames.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hallserver.web import case_noes, plan_noes
from hallserver.web.catalogue import N_, catalogue
from hallserver.web.setting_words import setting_details

REFUSALS: dict[str, tuple[str, str]] = {
    "unknown_hall": (N_("没有这个大厅"), N_("这台服务器上没有这个大厅，请核对地址。")),
    "unknown_window": (N_("没有这个窗口"), N_("这个大厅没有 %(window)s 号窗口。")),
    "unknown_ticket": (N_("没有这个号"), N_("今天没有这个号，请核对后再试。")),
    "unknown_zone": (N_("没有这个受理区"), N_("这个大厅没有这个受理区。")),
    "unknown_item": (N_("没有这个事项"), N_("这个大厅不办这个事项，请问服务台。")),
    "unknown_view": (N_("没有这个画面"), N_("这个大厅没有这个画面，请核对地址。")),
    "not_found": (N_("没有这一页"), N_("这个地址什么也没有，请从首页进入。")),
    "item_not_in_zone": (N_("事项不在这个受理区"), N_("这个事项由别的受理区办理，不必指定受理区。")),
    "class_not_given_here": (N_("这里不能取这一类号"), N_("这里不给这一类号，请到服务台，或者先预约。")),
    "reason_missing": (N_("请选择优先的原因"), N_("绿色通道号要选一个原因。")),
    "hall_closed": (N_("现在不是办公时间"), N_("大厅现在不放号。")),
    "zone_closed": (N_("这个受理区现在不办公"), N_("这个受理区现在不放号。")),
    "intake_stopped": (N_("今天不再放号"), N_("这里今天不再放号，请问服务台。")),
    "quota_reached": (N_("今天的号已放完"), N_("这个事项今天的号已经放完，请改天再来。")),
    "last_intake_past": (N_("今天已停止放号"), N_("快到下班时间，今天不再放号，请改天再来。")),
    "not_before_closing": (N_("今天来不及办了"), N_("按现在的队伍，下班前轮不到了，请改天早些来。")),
    "unknown_day": (N_("日期不对"), N_("请按 2026-10-01 的样子写一个日期。")),
    "day_not_in_year": (N_("日期不在这一年"), N_("%(day)s 不在 %(year)s 年里，没有做任何改动。")),
    "day_too_far": (N_("日期太远"), N_("只能改一个月内到两年内的日期。")),
    "session_ends_early": (N_("时段不对"), N_("结束时间要晚于开始时间：%(start)s–%(end)s。")),
    "calendar_full": (N_("单独设定的日期太多"), N_("最多单独设定 %(limit)s 天，请先去掉不用的。")),
    "unknown_leftovers": (N_("没有这种选择"), N_("下班时还在等的号，只能选“办完”或“结束”。")),
    "bookings_not_taken": (N_("这里不用预约"), N_("这个事项或受理区不接受预约，办公时间来取号就行。")),
    "too_far_ahead": (N_("还约不到这一天"), N_("最多约到 %(days)s 个工作日以后，请选近一点的日子。")),
    "slot_past": (N_("这个时间已经过了"), N_("请选一个还没到的时间。")),
    "no_such_slot": (N_("没有这个时段"), N_("请从列出的时段里选一个。")),
    "slot_full": (N_("这个时段约满了"), N_("请选别的时段，或者直接来大厅取号。")),
    "phone_needed": (N_("请留一个手机号"), N_("凭手机号一人一天约一次；号码加密保存，只用于这次预约。")),
    "booked_already": (N_("这一天已经约过了"), N_("一人一天约一次，您已经有 %(number)s。要换时间，请改约那个号。")),
    "blocked": (
        N_("暂时不能预约"),
        N_("多次约了没有来，%(opens_at)s 以后可以再约。现在可以来大厅取号，或请服务台代约。"),
    ),
    "not_booked": (N_("没有要报到的预约"), N_("%(number)s %(state)s，不用报到。")),
    "too_early": (N_("来早了"), N_("%(number)s 从 %(opens_at)s 起可以报到。")),
    "too_late_to_cancel": (
        N_("离预约的时间太近了"),
        N_("%(number)s 要提前 %(minutes)s 分钟取消或改约，现在请联系服务台。"),
    ),
    "no_home_visit": (N_("没有这次上门"), N_("%(number)s %(state)s，不是等着上门的号。")),
    "unknown_booking": (N_("没有找到预约"), N_("请核对预约码，或者扫预约页上的二维码；也可以找服务台。")),
    "nobody_asked": (N_("已经有人去了"), N_("那里现在没有人在等帮助。")),
    "hall_full": (N_("排队的人太多了"), N_("已有 %(limit)s 人在等，暂时不放号，请过一会儿再来或问服务台。")),
    "nobody_waiting": (N_("没有人在等"), N_("这个窗口现在没有可以叫的号。")),
    "window_closed": (N_("窗口没有开"), N_("请先开放 %(window)s 号窗口。")),
    "window_paused": (N_("窗口暂停中"), N_("请先恢复 %(window)s 号窗口。")),
    "window_busy": (N_("窗口上还有号"), N_("请先办结、过号或挂起 %(number)s。")),
    "no_ticket_at_window": (N_("窗口上没有号"), N_("%(window)s 号窗口上现在没有号，请先呼叫。")),
    "wrong_state": (N_("现在不能这样做"), N_("%(number)s %(state)s，不能这样做。")),
    "not_served_here": (N_("不在这个窗口办"), N_("%(number)s 不由 %(window)s 号窗口办理。")),
    "not_capable": (N_("这个窗口办不了"), N_("%(number)s 要用的设备或授权，%(window)s 号窗口没有。")),
    "called_too_few": (N_("还不能过号"), N_("%(number)s 叫了 %(calls)s 次，要叫满 %(wanted)s 次才能过号。")),
    "recalled_too_soon": (N_("刚刚叫过"), N_("请过 %(seconds)s 秒再重呼 %(number)s，给人一点走过来的时间。")),
    "undo_too_late": (N_("撤回太晚了"), N_("呼叫以后 %(seconds)s 秒内才能撤回，%(number)s 请按过号或挂起。")),
    "name_reason_missing": (N_("指定呼叫要写原因"), N_("%(number)s 还在排队，提前叫要写原因，管理员看得到。")),
    "outcome_note_missing": (N_("还要写一句话"), N_("请写明缺什么，或者转到哪里、找谁，一次告诉群众。")),
    "handed_to_self": (N_("不能交给自己"), N_("这个号已经由 %(clerk)s 办理，请写接手人的工号。")),
    "unknown_clerk": (N_("没有这个工号"), N_("大厅里没有工号 %(clerk)s，请核对。")),
    "owner_not_sought": (N_("这个号有首问人"), N_("%(number)s 由首问人负责，没有在找人接手。")),
    "chain_item_twice": (N_("同一事项选了两次"), N_("一个号里每个事项只办一次。")),
    "chain_too_long": (N_("事项太多了"), N_("一个号最多联办 %(limit)s 个事项。")),
    "not_passed": (N_("这个号没有过号"), N_("%(number)s %(state)s，不用报到。")),
    "accepted_already": (N_("这个号已经受理"), N_("%(number)s 已受理，不用报到。结果出来以后，请到受理的窗口领取。")),
    "not_served": (N_("还没有办完"), N_("%(number)s %(state)s，办完以后才能评价。")),
    "already_rated": (N_("已经评价过了"), N_("%(number)s 这次办理已经评价过，谢谢。")),
    "option_unknown": (N_("没有这个评价选项"), N_("选项 %(option)s 不属于这一档评价。")),
    "unknown_outcome": (N_("没有这种办理结果"), N_("请从列出的办理结果里选一个。")),
    "unknown_state": (N_("没有这种窗口状态"), N_("窗口只有开放、暂停、关闭三种状态。")),
    "target_missing": (N_("没有说转到哪里"), N_("请指明转到哪个受理区、事项或窗口。")),
    "supports_itself": (N_("不能支援自己"), N_("窗口支援的应当是别的受理区。")),
    "window_changed": (
        N_("窗口刚被调整过"),
        N_("%(window)s 号窗口刚被%(by)s调整过，没有照您的改。请看过现在的样子再定。"),
    ),
    "changed_since": (N_("后来又调整过"), N_("%(window)s 号窗口后来又被%(by)s调整过，这一次不能撤销。")),
    "already_undone": (N_("已经撤销了"), N_("这次调整已由%(by)s撤销。")),
    "unknown_change": (N_("没有这次调整"), N_("今天没有这次调整，不能撤销。")),
    "window_exists": (N_("已有这个窗口"), N_("%(window)s 号窗口已经有了，请换一个号。")),
    "too_many_windows": (N_("机动窗口太多"), N_("最多同时开 %(limit)s 个机动窗口，请先撤走不用的。")),
    "not_mobile": (N_("不是机动窗口"), N_("%(window)s 号窗口在大厅的设置里，不能撤走；不用时关窗即可。")),
    "not_your_window": (N_("不是您的窗口"), N_("您登录的是别的窗口，不能替这个窗口操作。")),
    "sign_in_needed": (N_("请先登录"), N_("这里要工作人员登录后才能操作。")),
    "not_allowed": (N_("没有权限"), N_("您的身份不能做这件事。")),
    "sign_in_wrong": (N_("工号或密码不对"), N_("请核对工号和密码后再试。")),
    "cross_site": (N_("请求来自别的网站"), N_("为安全起见，只接受本大厅页面发来的操作。")),
    "malformed": (N_("请求读不懂"), N_("请求的格式不对，没有做任何改动。")),
    "invalid": (N_("填写有误"), N_("有一项填写不对，没有做任何改动。")),
    "body_too_large": (N_("内容太大"), N_("一次发来的内容太大，没有做任何改动。")),
    "method_not_allowed": (N_("不能这样访问"), N_("这个地址不接受这种请求。")),
    "unsupported_media_type": (N_("格式不支持"), N_("请用 JSON 格式发送。")),
    "too_many_requests": (N_("太频繁了"), N_("请稍等片刻再试。")),
    "key_reused": (N_("操作编号重复"), N_("同一个操作编号用在了两件不同的事上，没有做任何改动。")),
    "storage_unavailable": (N_("暂时存不下"), N_("服务器暂时不能保存，这次操作没有生效，请稍后再按一次。")),
    "internal": (N_("服务器出错了"), N_("这是我们的错，已经记下。请再试一次，或找服务台。")),
    "not_demonstration": (N_("只在演示时可用"), N_("这台服务器不是演示，不能这样做。")),
    "rehearsal_running": (N_("正在演练"), N_("模拟的一天还在进行，请等它结束或先停止。")),
    "no_rehearsal": (N_("没有在演练"), N_("现在没有模拟的一天在进行。")),
    "voice_unavailable": (N_("没有语音"), N_("这里没有语音，或语音已关闭。")),
    "unknown_printer": (N_("没有这台打印机"), N_("这个大厅没有这台打印机。")),
    "unknown_paper": (N_("没有这张纸票"), N_("这张纸票没有人在等，或已经打完。")),
    "paper_awaited": (N_("正在打印"), N_("这张纸票正在打印，请稍等；两分钟没有出来可以再按。")),
    "paper_taken": (N_("已经在打印"), N_("这张纸票已经有打印机在打。")),
    "paper_elsewhere": (N_("由别的打印机打"), N_("这张纸票由别的打印机来打。")),
    "paper_stale": (N_("太晚了"), N_("这张纸票等得太久，不再打印。")),
    "not_printed": (N_("没有纸票"), N_("这个号没有打印纸票。")),
    **plan_noes.REFUSALS,
    **case_noes.REFUSALS,
}

REFUSALS_WITH_DETAILS: dict[str, tuple[str, str]] = {
    # code: (the detail that must be there, the sentence to use then)
    "hall_closed": ("opens_at", N_("大厅现在不放号，%(opens_at)s 开门。")),
    "zone_closed": ("opens_at", N_("这个受理区现在不放号，%(opens_at)s 开始。")),
    "intake_stopped": ("reason", N_("这里今天不再放号：%(reason)s。")),
    "quota_reached": ("opens_at", N_("这个事项今天的号已经放完，请 %(opens_at)s 以后再来。")),
    "last_intake_past": ("opens_at", N_("快到下班时间，今天不再放号，请 %(opens_at)s 以后再来。")),
    "not_before_closing": ("opens_at", N_("按现在的队伍，下班前轮不到了，请 %(opens_at)s 以后再来。")),
    "invalid": ("field", N_("“%(field)s” 填写不对，没有做任何改动。")),
    "accepted_already": (
        "place",
        N_("%(number)s 已受理，不用报到。结果出来以后，请到“%(place)s”领取；号票上的码能看到办到哪一步。"),
    ),
}

REFUSALS_WITHOUT_DETAILS: dict[str, str] = {
    "window_changed": N_("这个窗口刚被调整过，没有照您的改。请看过现在的样子再定。"),
    "changed_since": N_("这个窗口后来又调整过，这一次不能撤销。"),
    "already_undone": N_("这次调整已经撤销。"),
    "window_exists": N_("这个窗口已经有了，请换一个号。"),
    "too_many_windows": N_("机动窗口已经够多，请先撤走不用的。"),
    "not_mobile": N_("这个窗口在大厅的设置里，不能撤走；不用时关窗即可。"),
    "unknown_window": N_("这个大厅没有这个窗口。"),
    "day_not_in_year": N_("有的日期不在这一年里，没有做任何改动。"),
    "session_ends_early": N_("结束时间要晚于开始时间。"),
    "calendar_full": N_("单独设定的日期太多，请先去掉不用的。"),
    "hall_full": N_("等候的人已满，暂时不放号，请过一会儿再来或问服务台。"),
    "window_closed": N_("请先开放窗口。"),
    "window_paused": N_("请先恢复窗口。"),
    "window_busy": N_("请先处理完窗口上的号。"),
    "no_ticket_at_window": N_("窗口上现在没有号，请先呼叫。"),
    "wrong_state": N_("这个号现在的状态不能这样做。"),
    "not_served_here": N_("这个号不由这个窗口办理。"),
    "not_capable": N_("这个窗口没有要用的设备或授权。"),
    "called_too_few": N_("呼叫次数还不够，不能过号。"),
    "recalled_too_soon": N_("刚刚叫过，请稍等再重呼。"),
    "undo_too_late": N_("呼叫已经过了可以撤回的时间。"),
    "name_reason_missing": N_("这个号还在排队，提前叫要写原因。"),
    "handed_to_self": N_("请写接手人的工号。"),
    "unknown_clerk": N_("大厅里没有这个工号，请核对。"),
    "owner_not_sought": N_("这个号没有在找人接手。"),
    "chain_too_long": N_("一个号里的事项太多了。"),
    "not_passed": N_("这个号没有过号，不用报到。"),
    "accepted_already": N_("这个号已受理，不用报到。"),
    "too_far_ahead": N_("还约不到那么远，请选近一点的日子。"),
    "booked_already": N_("一人一天约一次。要换时间，请改约已有的号。"),
    "blocked": N_("多次约了没有来。现在可以来大厅取号，或请服务台代约。"),
    "not_booked": N_("这个号不是等着报到的预约。"),
    "too_early": N_("还没到可以报到的时间。"),
    "too_late_to_cancel": N_("现在取消或改约请联系服务台。"),
    "no_home_visit": N_("这个号不是等着上门的号。"),
    "not_served": N_("办完以后才能评价。"),
    "already_rated": N_("这次办理已经评价过，谢谢。"),
    "option_unknown": N_("选项不属于这一档评价。"),
    **plan_noes.WITHOUT_DETAILS,
    **case_noes.WITHOUT_DETAILS,
}
"""What is said when a detail of the full sentence was not given, or was empty."""

STATES: dict[str, str] = {
    "booked": N_("已预约"),
    "waiting": N_("正在等候"),
    "called": N_("已经叫到"),
    "serving": N_("正在办理"),
    "held": N_("已挂起"),
    "passed": N_("已过号"),
    "done": N_("已办结"),
    "cancelled": N_("已退号"),
    "expired": N_("已过期"),
    "in_office": N_("正在后台办理"),
    "ready": N_("结果已出，等待领取"),
    "handed_over": N_("已经出件"),
}

CASE_WAYS: dict[str, str] = {
    "window": N_("窗口领取"),
    "post": N_("免费邮寄"),
    "self_pickup": N_("自助柜自取"),
}

CLASSES: dict[str, str] = {"walk_in": N_("普通"), "booked": N_("预约"), "green": N_("绿色通道")}

GREEN_REASONS: dict[str, str] = {
    "elderly": N_("老年人"),
    "disabled": N_("残疾人"),
    "pregnant": N_("孕妇"),
    "ill": N_("身体不适"),
    "military": N_("军人、退役军人"),
    "with_infant": N_("带婴幼儿"),
}

PAPER_CAUSES: dict[str, str] = {
    "no_paper": N_("打印机没有纸了"),
    "cover_open": N_("打印机的盖子开着"),
    "offline": N_("打印机没有联机"),
    "unreachable": N_("连不上打印机"),
    "timeout": N_("打印机没有回应"),
    "interrupted": N_("打印中断了"),
    "misconfigured": N_("打印机设置有误"),
    "too_late": N_("太晚了，没有打印"),
}

REHEARSAL_FIGURES: dict[str, str] = {
    # A figure of a played day, in the order they are shown; the unit goes by the name's ending.
    "tickets": N_("取号"),
    "done": N_("办结"),
    "passed": N_("过号"),
    "returned": N_("过号后回来"),
    "cancelled": N_("退号"),
    "booked": N_("预约"),
    "arrived": N_("预约报到"),
    "arrived_late": N_("迟到"),
    "no_shows": N_("预约没有来"),
    "parts": N_("一号多事办完一件"),
    "brought": N_("补材料回来"),
    "held": N_("挂起"),
    "sent_on": N_("转号"),
    "mean_wait_min": N_("平均等候"),
    "wait_95_min": N_("95% 的人等候不超过"),
    "longest_wait_min": N_("最长等候"),
    "busy_share": N_("窗口忙碌"),
    "ratings": N_("评价"),
    "good_rate": N_("好评率"),
    "speed_times": N_("实际速度"),
    "presses": N_("按键"),
    "answer_median_ms": N_("一半的按键回应不超过"),
    "answer_99_ms": N_("99% 的按键回应不超过"),
    "faults": N_("出错"),
}

PLACE = re.compile(r"%\((\w+)\)s")

WEEKDAYS = (N_("星期一"), N_("星期二"), N_("星期三"), N_("星期四"), N_("星期五"), N_("星期六"), N_("星期日"))


def sentence(code: str, lang: str, **details: Any) -> tuple[str, str]:
    """Title and detail of a refusal or problem. Raises KeyError for a code that has no sentence.

    ``opens_at`` may be RFC 3339, or a moment with ``timezone`` (a name) beside it.
    """
    say = catalogue(lang).say
    title, detail = REFUSALS[code]
    values = {name: value for name, value in details.items() if value not in (None, "")}
    if "opens_at" in values:
        values["opens_at"] = _opening(values["opens_at"], str(values.get("timezone", "Asia/Shanghai")), lang)
    if "state" in values:
        values["state"] = say(STATES.get(str(values["state"]), str(values["state"])))
    if "by" in values:
        values["by"] = who_words(str(values["by"]), lang)
    if "place_en" in values and lang == "en":
        values["place"] = values["place_en"]
    if "setting" in values:
        values |= setting_details(str(values["setting"]), values.get("value"), lang)
    if code in REFUSALS_WITH_DETAILS and REFUSALS_WITH_DETAILS[code][0] in values:
        detail = REFUSALS_WITH_DETAILS[code][1]
    if not values.keys() >= set(PLACE.findall(detail)):
        detail = REFUSALS_WITHOUT_DETAILS[code]
    return say(title), say(detail, **values)


def refusal_title(code: str, lang: str) -> str:
    """Why something is refused, in the fewest words."""
    return catalogue(lang).say(REFUSALS[code][0])


def who_words(by: str, lang: str) -> str:
    """Who pressed, as the log names him: ``manager:0300`` is ``工号 0300``."""
    say = catalogue(lang).say
    return say("大厅的安排") if by == "hall" else say("工号 %(clerk)s", clerk=by.partition(":")[2] or by)


def _opening(opens_at: Any, timezone: str, lang: str) -> str:
    when = (
        datetime.fromtimestamp(opens_at / 1000, tz=ZoneInfo(timezone))
        if isinstance(opens_at, int)
        else datetime.fromisoformat(str(opens_at))
    )
    return f"{day_words(when.isoformat(), lang)} {when:%H:%M}"


def day_words(moment: str, lang: str) -> str:
    """``11月23日 星期一`` or ``Monday 23 November`` of an RFC 3339 time or a date."""
    when = datetime.fromisoformat(moment)
    weekday = catalogue(lang).say(WEEKDAYS[when.weekday()])
    if lang == "en":
        return f"{weekday} {when.day} {MONTHS_EN[when.month - 1]}"
    return f"{when.month}月{when.day}日 {weekday}"


def short_day(moment: str, lang: str) -> str:
    """``11月23日`` or ``23 Nov`` of an RFC 3339 time or a date."""
    when = datetime.fromisoformat(moment)
    return f"{when.day} {MONTHS_EN[when.month - 1][:3]}" if lang == "en" else f"{when.month}月{when.day}日"


MONTHS_EN = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
             "November", "December")  # fmt: skip


def wait_words(wait: dict[str, float] | None, lang: str, waiting: int | None = None) -> str:
    """``约 12–18 分钟``, from low to high in whole minutes; None means no window could serve it now.

    With ``waiting`` 0 (nobody before) it says so instead of a time.
    """
    say = catalogue(lang).say
    if wait is None:
        return say("窗口暂未开放")
    if wait["high_min"] < 1:
        return say("无人等候") if waiting == 0 else say("马上")
    low, high = _whole(wait)
    return say("约 %(n)s 分钟", n=high) if low == high else say("约 %(low)s–%(high)s 分钟", low=low, high=high)


def wait_span(wait: dict[str, float] | None) -> str | None:
    """``12–18`` or ``3``, the minutes alone, to be set large; None when there are none to tell."""
    if wait is None or wait["high_min"] < 1:
        return None
    low, high = _whole(wait)
    return str(high) if low == high else f"{low}–{high}"


def _whole(wait: dict[str, float]) -> tuple[int, int]:
    return max(1, round(wait["low_min"])), max(1, round(wait["high_min"]))


def why_sentence(why: dict[str, Any], lang: str) -> str:
    """Why this ticket was called: ``等了 22 分 + 绿色通道 15 = 37，下一位最多 31``."""
    say = catalogue(lang).say
    waited, score = round(why["waited_min"]), round(why["score_min"])
    if why.get("returned"):
        return say("带着补的材料回来，不用重新排队")
    said = say("等了 %(n)s 分", n=waited)
    if why["head_start_min"]:
        class_ = CLASSES[why["class"]]
        said += f" + {say(class_)} {round(why['head_start_min'])}"
    if why["handicap_min"]:
        handicap = say("支援让分")
        said += f" − {handicap} {round(why['handicap_min'])}"
    if why["head_start_min"] or why["handicap_min"]:
        said += f" = {score}"
    if why.get("by_name"):
        return say("指定呼叫，%(reason)s", reason=said)
    if why.get("next_best_min") is None:
        return say("%(reason)s，没有别人可叫", reason=said)
    return say("%(reason)s，下一位最多 %(n)s", reason=said, n=round(why["next_best_min"]))


def window_name(window: str, name: str | None = None, *, lang: str) -> str:
    """``3 号窗口`` or ``Window 3``; a window with a name of its own is called by it."""
    if name and name != f"{window} 号窗口":
        return name
    return catalogue(lang).say("%(window)s 号窗口", window=window)


def window_list(windows: list[str], lang: str) -> str:
    """``1–4、6 号窗口`` or ``Windows 1–4, 6``: where a ticket may be called to. "" for no window."""
    if not windows:
        return ""
    runs: list[list[str]] = []
    for window in sorted(windows, key=lambda name: (int(name) if name.isdecimal() else 10**9, name)):
        last = runs[-1][-1] if runs else ""
        if window.isdecimal() and last.isdecimal() and int(window) == int(last) + 1:
            runs[-1].append(window)
        else:
            runs.append([window])
    say = catalogue(lang).say
    shown = say("、").join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
    return say("%(window)s 号窗口", window=shown) if len(windows) == 1 else say("%(windows)s 号窗口", windows=shown)
