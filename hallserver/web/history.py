"""A ticket's history in words a resident would accept at the counter, from the deeds that tell of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from hallserver.events import Deed
from hallserver.moments import local
from hallserver.rules.hall import Hall
from hallserver.views.shapes import moment
from hallserver.web.catalogue import N_, catalogue
from hallserver.web.known_names import reason_words
from hallserver.web.sentences import GREEN_REASONS, PAPER_CAUSES, day_words, wait_words, why_sentence, window_name

PLAIN: dict[str, str] = {
    # Deeds that need no more than their kind.
    "TicketPassed": N_("叫号后没有人来，过号"),
    "TicketReturned": N_("本人回来，重新排队"),
    "TicketExpired": N_("当天结束，号已过期"),
    "CallUndone": N_("%(window)s叫错了，撤回，回到原来的位置"),
    "ServiceStarted": N_("%(window)s开始办理"),
    "BookingMissed": N_("预约的时间没有来"),
    "RatingGiven": N_("作了评价"),
    "TicketPrinted": N_("纸票已打印"),
    "CallSpoken": N_("已播报叫号"),
    "CallNotSpoken": N_("叫号没有播报"),
    "ReprintAsked": N_("工作人员补打了号票"),
    "PaperPrinted": N_("纸已打印"),
    "HelpAsked": N_("在取号机请人帮忙"),
    "CaseReady": N_("结果已出，可以领取"),
    "CollectionBegan": N_("用同一个号等候出件，不用重新取号"),
}

OUTCOMES: dict[str, str] = {
    "done": N_("办理结束：办结"),
    "accepted": N_("办理结束：已受理"),
    "accepted_with_gaps": N_("办理结束：容缺受理，材料后补"),
    "told_missing": N_("办理结束：已一次告知缺什么"),
    "referred": N_("办理结束：已告知到哪里办"),
    "escalated": N_("办理结束：已请示上级"),
}

WAY_PRINTED, LIST_PRINTED = N_("打印了去哪里办的单子"), N_("打印了一次性告知单")

Said = Callable[[Hall, Deed, str], str]


def history(hall: Hall, deeds: Iterable[Deed], lang: str) -> list[dict[str, Any]]:
    """``{"at", "kind", "sentence"}`` of each deed that has a sentence, in the log's order."""
    told = []
    for deed in deeds:
        sentence = deed_sentence(hall, deed, lang)
        if sentence is not None:
            told.append({"at": moment(hall, deed.at), "kind": deed.event.kind, "sentence": sentence})
    return told


def deed_sentence(hall: Hall, deed: Deed, lang: str) -> str | None:
    """What a deed did to its ticket; None for a kind that has no words."""
    kind, said = deed.event.kind, None
    if kind in SAID:
        said = SAID[kind](hall, deed, lang)
    elif kind in PLAIN:
        said = catalogue(lang).say(PLAIN[kind], window=_window(hall, getattr(deed.event, "window", None), lang))
    case = hall.cases.get(getattr(deed.event, "case", 0))
    if said is None or case is None or len(hall.cases_of[case.ticket]) < 2:
        return said
    return catalogue(lang).say("%(item)s：%(said)s", item=_items(hall, [case.item], lang), said=said)


def _window(hall: Hall, window: str | None, lang: str) -> str:
    plan = hall.layout.windows.get(window or "")
    return window_name(window, plan.name if plan else None, lang=lang) if window else ""


def _issued(hall: Hall, deed: Deed, lang: str) -> str:
    facts, say = deed.event.facts(), catalogue(lang).say
    said = say("取号，前面 %(n)s 人", n=facts["ahead"]) if facts["ahead"] else say("取号，前面没有人")
    low, likely, high = facts["wait"] or (0, 0, 0)
    if high > 0:
        wait = wait_words({"low_min": low, "likely_min": likely, "high_min": high}, lang)
        said += say("，当时预计等候：%(wait)s", wait=wait)
    if facts["class_"] == "green":
        reason = str(facts["reason"])
        said += say("；绿色通道：%(reason)s", reason=say(GREEN_REASONS.get(reason, reason)))
    return said


def _booked(hall: Hall, deed: Deed, lang: str) -> str:
    return catalogue(lang).say("预约 %(slot)s", slot=_when(hall, deed.event.facts()["slot"], lang))


def _moved(hall: Hall, deed: Deed, lang: str) -> str:
    return catalogue(lang).say("预约改到 %(slot)s，号不变", slot=_when(hall, deed.event.facts()["slot"], lang))


def _when(hall: Hall, at: int, lang: str) -> str:
    there = local(at, hall.layout.tz)
    return f"{day_words(there.isoformat(), lang)} {there:%H:%M}"


def _arrived(hall: Hall, deed: Deed, lang: str) -> str:
    facts, say = deed.event.facts(), catalogue(lang).say
    if facts["class_"] != "booked":
        return say("到了，过了预约的时间，按普通号等候")
    there = local(facts["counts_from"], hall.layout.tz)
    return say("到了，从 %(clock)s 起算等候", clock=f"{there:%H:%M}")


def _visited(hall: Hall, deed: Deed, lang: str) -> str:
    say = catalogue(lang).say
    return say("上门办理；") + _ended(hall, deed, lang)


def _called(hall: Hall, deed: Deed, lang: str) -> str:
    facts, say = deed.event.facts(), catalogue(lang).say
    window, why = _window(hall, facts["window"], lang), why_sentence(facts["why"], lang)
    if deed.by == "hall":
        return say("%(window)s自动叫号：%(why)s", window=window, why=why)
    said = say("%(window)s叫号：%(why)s", window=window, why=why)
    return said + (say("；原因：%(reason)s", reason=facts["reason"]) if facts["reason"] else "")


def _recalled(hall: Hall, deed: Deed, lang: str) -> str:
    facts = deed.event.facts()
    window = _window(hall, facts["window"], lang)
    return catalogue(lang).say("%(window)s第 %(n)s 次叫号", window=window, n=facts["calls"])


def _ended(hall: Hall, deed: Deed, lang: str) -> str:
    outcome = deed.event.facts()["outcome"]
    return catalogue(lang).say(OUTCOMES.get(outcome, outcome))


def _held(hall: Hall, deed: Deed, lang: str) -> str:
    facts, say = deed.event.facts(), catalogue(lang).say
    said = say("%(window)s挂起", window=_window(hall, facts["window"], lang))
    return said + (say("；原因：%(reason)s", reason=reason_words(facts["reason"], lang)) if facts["reason"] else "")


def _cancelled(hall: Hall, deed: Deed, lang: str) -> str:
    facts, say = deed.event.facts(), catalogue(lang).say
    return say("把号退了") + (say("；原因：%(reason)s", reason=facts["reason"]) if facts["reason"] else "")


def _transferred(hall: Hall, deed: Deed, lang: str) -> str:
    facts, say = deed.event.facts(), catalogue(lang).say
    zone = hall.layout.zones.get(facts["zone"])
    name = facts["zone"] if zone is None else zone.name_en if lang == "en" else zone.name
    said = say("转到 %(zone)s", zone=name)
    if facts["to_window"]:
        said += say("，由%(window)s办理", window=_window(hall, facts["to_window"], lang))
    return said + (say("，重新计时") if facts["counts_from"] == deed.at else say("，已等的时间保留"))


def _items(hall: Hall, items: Iterable[str | None], lang: str) -> str:
    """The names of matters, as one phrase."""
    known = [(item, hall.layout.items.get(item)) for item in items if item is not None]
    names = [item if found is None else found.name_en if lang == "en" else found.name for item, found in known]
    return catalogue(lang).say("、").join(names)


def _planned(hall: Hall, deed: Deed, lang: str) -> str:
    return catalogue(lang).say("一个号联办：%(items)s", items=_items(hall, deed.event.facts()["items"], lang))


def _part_ended(hall: Hall, deed: Deed, lang: str) -> str:
    facts, say = deed.event.facts(), catalogue(lang).say
    zone = hall.layout.zones.get(facts["next_zone"])
    name = facts["next_zone"] if zone is None else zone.name_en if lang == "en" else zone.name
    next_ = _items(hall, [facts["next_item"]], lang) or name
    said = say(OUTCOMES.get(facts["outcome"], facts["outcome"]))
    return said + say("；接着办 %(item)s，不用重新取号", item=next_)


def _handed_over(hall: Hall, deed: Deed, lang: str) -> str:
    return catalogue(lang).say("办理中换人，由工号 %(clerk)s 接着办", clerk=deed.event.facts()["to"])


def _accepted(hall: Hall, deed: Deed, lang: str) -> str:
    return catalogue(lang).say("首问由工号 %(clerk)s 接手", clerk=deed.event.facts()["clerk"])


def _not_printed(hall: Hall, deed: Deed, lang: str) -> str:
    cause, say = deed.event.facts()["cause"], catalogue(lang).say
    return say("纸票没有打印：%(cause)s", cause=say(PAPER_CAUSES.get(cause, cause)))


def _receipt(hall: Hall, deed: Deed, lang: str) -> str:
    way = deed.event.facts()["receipt"] == "transfer"
    return catalogue(lang).say(WAY_PRINTED if way else LIST_PRINTED)


def _case_supplied(hall: Hall, deed: Deed, lang: str) -> str:
    came = deed.event.facts()["supplied"]
    return catalogue(lang).say(N_("缺的材料补齐了") if came else N_("缺的材料还没有补齐"))


def _case_set_back(hall: Hall, deed: Deed, lang: str) -> str:
    not_out = deed.event.facts()["to"] == "in_office"
    return catalogue(lang).say(N_("结果还没有出，继续办理") if not_out else N_("还没有领取，仍可领取"))


WAYS: dict[str, str] = {
    "window": N_("结果已在窗口领取"),
    "post": N_("结果已免费邮寄"),
    "self_pickup": N_("结果已放自助柜，自己取"),
}


def _case_handed_over(hall: Hall, deed: Deed, lang: str) -> str:
    facts, say = deed.event.facts(), catalogue(lang).say
    if facts["way"] == "window" and facts["window"] is not None:
        return say("结果已在%(window)s领取", window=_window(hall, facts["window"], lang))
    return say(WAYS.get(facts["way"], facts["way"]))


MACHINES_ONLY = frozenset(("PaperTaken", "PaperMoved"))
"""Deeds between machines, which say nothing to who holds the ticket."""

SAID: dict[str, Said] = {
    "TicketBooked": _booked,
    "BookingMoved": _moved,
    "BookingArrived": _arrived,
    "HomeVisited": _visited,
    "TicketIssued": _issued,
    "TicketCalled": _called,
    "TicketRecalled": _recalled,
    "TicketHeld": _held,
    "TicketTransferred": _transferred,
    "TicketCancelled": _cancelled,
    "ServiceHandedOver": _handed_over,
    "ServiceEnded": _ended,
    "ChainPlanned": _planned,
    "PartEnded": _part_ended,
    "VisitAccepted": _accepted,
    "TicketPrintFailed": _not_printed,
    "PaperFailed": _not_printed,
    "ReceiptAsked": _receipt,
    "CaseSupplied": _case_supplied,
    "CaseSetBack": _case_set_back,
    "CaseHandedOver": _case_handed_over,
}
"""Deeds whose facts are told as well."""
