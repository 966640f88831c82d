"""Names that many halls share, so that their settings need no English for them.

A department line, a paper to bring or a clerk's reason that stands here is translated by the catalogue; any other is
shown as the hall wrote it.
"""

from __future__ import annotations

from markupsafe import Markup

from hallserver.web.catalogue import N_, catalogue
from hallserver.web.known_papers import PAPERS
from hallserver.web.named import marked

LINES = (
    N_("医保"),
    N_("社保"),
    N_("计生"),
    N_("民政"),
    N_("残联"),
    N_("公安"),
    N_("卫健"),
    N_("就业"),
    N_("税务"),
    N_("住建"),
    N_("教育"),
    N_("公积金"),
    N_("市场监管"),
    N_("退役军人"),
    N_("农业农村"),
    N_("自然资源"),
    N_("不动产登记"),
    N_("车辆检验"),
    N_("交通运输"),
    N_("综合执法"),
    N_("文旅体育"),
    N_("生态环境"),
    N_("发展改革"),
    N_("供水"),
    N_("供电"),
    N_("燃气"),
    N_("网络"),
    N_("有线电视"),
)

CAPABILITIES = {
    "card_reader": N_("读卡器"),
    "document_camera": N_("高拍仪"),
    "fingerprint_scanner": N_("指纹仪"),
    "insurance_book_printer": N_("医保本打印机"),
    "senior_card_maker": N_("老年卡制卡机"),
    "water_system": N_("供水系统"),
    "power_system": N_("供电系统"),
    "gas_system": N_("燃气系统"),
    "network_system": N_("网络系统"),
    "cable_tv_system": N_("有线电视系统"),
}
"""What a window has, by the code in the settings; any other code is shown as it is."""

REASONS = {
    # Why a window pauses.
    "lunch": N_("就餐"),
    "meeting": N_("会议"),
    "training": N_("培训"),
    "system_down": N_("系统故障"),
    "device_down": N_("设备故障"),
    "fetching": N_("取送材料"),
    "shift_change": N_("交接班"),
    "short_break": N_("短暂离开"),
    # Why a number is put aside.
    "copying": N_("去复印"),
    "getting_papers": N_("回去取材料"),
    "filling_in": N_("去填表"),
    "paying": N_("去缴费"),
    "back_office": N_("等后台审核"),
}
"""The usual reasons by their codes, as the settings have them when they say nothing. Words of a hall's or a clerk's own
are shown as they are, except those that stand here: logs and settings had them before there were codes."""

KNOWN = frozenset((*LINES, *PAPERS, *REASONS.values()))


def known_name(name: str, lang: str) -> str:
    """The name in a language, where it is known; else as it is."""
    return catalogue(lang).say(name) if name in KNOWN else name


def capability_words(code: str, lang: str) -> str:
    """A device or an authorisation of a window, in words."""
    return catalogue(lang).say(CAPABILITIES[code]) if code in CAPABILITIES else code


def reason_words(reason: str, lang: str) -> str:
    """Why a window pauses or a number was put aside: the words of a code, or what the clerk wrote."""
    return known_name(REASONS.get(reason, reason), lang)


def reason_marked(reason: str, lang: str) -> Markup:
    """The same for a page: Chinese words of a clerk's own say that they are Chinese, so that they are read aloud so."""
    return marked(reason_words(reason, lang), lang)


def reason_beside(reason: str, lang: str) -> str:
    """A usual reason in this, the other language of a page; "" for words of somebody's own."""
    return reason_words(reason, lang) if reason in REASONS or reason in KNOWN else ""
