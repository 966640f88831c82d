"""The nation's levels and option codes of 好差评, in both languages (GB/T 39735-2020)."""

from __future__ import annotations

LEVELS: dict[int, tuple[str, str]] = {
    5: ("非常满意", "Very good"),
    4: ("满意", "Good"),
    3: ("基本满意", "Fair"),
    2: ("不满意", "Poor"),
    1: ("非常不满意", "Very poor"),
}

OPTIONS: dict[int, dict[str, tuple[str, str]]] = {
    5: {
        "510": ("一窗受理一次办结", "One window, one visit"),
        "511": ("可以先受理后补材料", "Accepted first, papers could follow"),
        "512": ("不用提交证明", "No certificates asked for"),
        "513": ("可以全程网上办理", "Could be done wholly online"),
        "514": ("可以使用手机办理", "Could be done by phone"),
        "515": ("可以就近办理", "Could be done nearby"),
        "516": ("无需材料直接办理", "Done without any papers"),
        "517": ("服务热情效率高", "Warm and quick"),
    },
    4: {
        "406": ("填写一张表单就可完成申报", "One form was enough"),
        "407": ("在线提交材料窗口核验", "Sent online, only checked here"),
        "408": ("一张清单告知全部申报材料", "One list told all that was needed"),
        "409": ("用告知承诺减免申报材料", "A promise replaced papers"),
        "410": ("可以在线预约办理", "Could be booked online"),
        "411": ("跑大厅一次办完", "Done in one visit"),
        "412": ("可以使用自助机办理", "Could be done at a machine"),
        "413": ("服务态度较好", "Friendly"),
    },
    3: {
        "307": ("一次性告知需要补正的材料", "Told once all that was missing"),
        "308": ("提供申报材料样本", "Samples were given"),
        "309": ("在承诺的时间内办结", "Done in the promised time"),
        "310": ("办事指南指引准确", "The guide was right"),
        "311": ("按办事指南要求的材料即可办理", "The guide's papers were enough"),
        "312": ("可以快递送达", "Could be sent by post"),
        "313": ("跑动次数与承诺的一致", "As many visits as promised"),
        "314": ("服务态度一般", "Manner was ordinary"),
    },
    2: {
        "207": ("没有提供材料样本", "No samples of the papers"),
        "208": ("没有提供材料清单", "No list of the papers"),
        "209": ("未在承诺时间内办结", "Not done in the promised time"),
        "210": ("同样内容的证明材料被要求多次提交", "Asked for the same proof again"),
        "211": ("承诺网办但无法在线办理", "Promised online, but not possible"),
        "212": ("在线预约办理后到实体大厅重复取号排队", "Booked online, had to queue again"),
        "213": ("窗口人员业务不熟练", "Staff did not know the matter well"),
        "214": ("服务态度生硬", "Curt manner"),
    },
    1: {
        "108": ("在办事指南之外增加新的审批条件", "New conditions beyond the guide"),
        "109": ("需提供办事指南之外的申报材料", "Papers asked for beyond the guide"),
        "110": ("无理由超过法定办理时间", "Beyond the legal time without reason"),
        "111": ("办事指南提供样本有错", "The guide's sample was wrong"),
        "112": ("承诺在线收取申报材料实际无法收取", "Online papers promised, not accepted"),
        "113": ("多头跑窗口和部门", "Sent from window to window"),
        "114": ("跑动次数与承诺的不一致", "More visits than promised"),
        "115": ("服务态度差效率低", "Rude and slow"),
    },
}
