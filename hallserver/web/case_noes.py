"""What is said when something can't be done with a case (办件). Read by ``sentences.py`` and ``problems.py``."""

from __future__ import annotations

from hallserver.web.catalogue import N_

REFUSALS: dict[str, tuple[str, str]] = {
    "unknown_case": (N_("没有这个办件"), N_("这个办件不在后台了，请核对编号。")),
    "case_state": (N_("现在不能这样做"), N_("%(number)s 的办件%(state)s，不能这样做。")),
    "nothing_missing": (N_("没有缺的材料"), N_("%(number)s 的办件受理时材料齐全，没有要补的。")),
    "no_issuing_zone": (N_("没有出件区"), N_("这个大厅没有出件的受理区，不能叫号来领。")),
    "not_here": (N_("叫不到人"), N_("%(number)s 不是今天在大厅办完的号，或者已经在排队，不能叫号来领。")),
    "unknown_way": (N_("没有这种领取方式"), N_("请选窗口领取、免费邮寄或自助柜自取。")),
}

WITHOUT_DETAILS: dict[str, str] = {
    "case_state": N_("这个办件现在的状态不能这样做。"),
    "nothing_missing": N_("这个办件受理时材料齐全，没有要补的。"),
    "not_here": N_("只有今天在大厅办完的号，才能叫来领取。"),
}

STATUS: dict[str, int] = {"unknown_case": 404, "unknown_way": 422}
FIELDS: dict[str, str] = {"unknown_way": "way"}
"""The same for their status, and the field they are about; see ``problems.py``."""
