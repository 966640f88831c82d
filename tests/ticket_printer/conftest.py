"""Slips that the tests of the paper side share."""

from __future__ import annotations

import pytest

from ticket_printer.slip import Slip

FOLLOW_URL = "http://hall.example:8080/t/Mh3kQ9xV2bTn7RcW"


@pytest.fixture
def slip() -> Slip:
    return Slip(
        hall="骆家庄便民服务中心",
        zone="综合受理区",
        number="A018",
        ahead_line="前面 6 人　约 12–18 分钟",
        item="城乡居民养老保险参保登记",
        follow_url=FOLLOW_URL,
        follow_lines=("扫码看还有几人，", "快到时提醒您。"),
        bring="请带：身份证、户口簿",
        time_line="11月23日 09:42",
        footer="过号回来请点“我回来了”",
        sample_line="示例 sample",
    )


@pytest.fixture
def long_slip() -> Slip:
    """As long as real catalogues and real domain names get, and longer."""
    return Slip(
        hall="杭州市萧山区义桥镇人民政府便民服务中心（公共服务分中心）",
        zone="Immovable-property-registration-and-housing-provident-fund specialised zone",
        number="WX128",
        ahead_line="前面 116 人　约 1 小时 40 分钟–2 小时 30 分钟",
        item="城乡居民基本医疗保险参保登记与跨统筹地区转移接续手续办理（含新生儿落地参保）",
        follow_url="https://fuwu.yiqiao.example.gov.cn:8443/yiqiao-town-hall/t/" + "Mh3kQ9xV2bTn7RcW" * 4,
        follow_lines=("Scan to see how many are ahead of you;", "we tell you when it is nearly your turn."),
        bring="请带：身份证、户口簿、出生医学证明、结婚证、医保电子凭证、近期一寸免冠照片两张",
        time_line="11月23日 09:42",
        footer="过号回来请点“我回来了”，已叫过的号会排在三位之后，请留意大厅屏幕与语音呼叫",
        sample_line="示例 sample",
    )
